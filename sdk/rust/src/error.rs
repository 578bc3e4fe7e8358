//! Why the host refused something.

use crate::abi::status;
use crate::Verdict;
use core::fmt;

/// Why the host refused something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// There is no such value.
    Absent,
    /// The host doesn't know this, or the hook can't use it.
    BadField,
    /// An index or length is out of range.
    BadRange,
    /// This can't be changed in this hook.
    ReadOnly,
    /// A bound of the host is reached.
    TooLarge,
    /// This isn't granted.
    NotGranted,
    /// The value isn't valid.
    Invalid,
    /// The dialect can't express this.
    Unsupported,
    /// The value is another one: compare-and-set found it.
    Mismatch,
    /// The host has a reason that this version of the SDK doesn't know.
    Unknown,
}

impl Error {
    /// Tells why, in a few words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Error::Absent => "there is no such value",
            Error::BadField => "the host doesn't know this, or the hook can't use it",
            Error::BadRange => "an index or length is out of range",
            Error::ReadOnly => "this can't be changed in this hook",
            Error::TooLarge => "a bound of the host is reached",
            Error::NotGranted => "this isn't granted",
            Error::Invalid => "the value isn't valid",
            Error::Unsupported => "the dialect can't express this",
            Error::Mismatch => "the value is another one",
            Error::Unknown => "the host refused for a reason that this plugin doesn't know",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

#[cfg(any(feature = "std", not(target_arch = "wasm32")))]
impl std::error::Error for Error {}

/// Refuses the request or the answer with status 500, so that a guard whose change can't be made lets nothing pass:
/// `if let Err(e) = part.set_text("…") { return e.into(); }`. Not for hooks that can't block, on_error and on_log.
impl From<Error> for Verdict {
    fn from(e: Error) -> Verdict {
        Verdict::block(500, e.text())
    }
}

/// Makes an error of a status.
pub(crate) fn check(s: i32) -> Result<(), Error> {
    Err(match s {
        0..=i32::MAX => return Ok(()),
        status::ABSENT => Error::Absent,
        status::BAD_FIELD => Error::BadField,
        status::BAD_RANGE => Error::BadRange,
        status::READ_ONLY => Error::ReadOnly,
        status::TOO_LARGE => Error::TooLarge,
        status::NOT_GRANTED => Error::NotGranted,
        status::INVALID => Error::Invalid,
        status::UNSUPPORTED => Error::Unsupported,
        status::MISMATCH => Error::Mismatch,
        _ => Error::Unknown,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_its_own_error() {
        assert_eq!(check(0), Ok(()));
        assert_eq!(check(7), Ok(()));
        let all: Vec<Error> = (status::MISMATCH..=-1).map(|s| check(s).unwrap_err()).collect();
        for (n, e) in all.iter().enumerate() {
            assert!(!all[..n].contains(e), "{e} twice");
            assert_ne!(*e, Error::Unknown);
        }
        assert_eq!(check(status::MISMATCH - 1), Err(Error::Unknown));
        assert_eq!(check(i32::MIN), Err(Error::Unknown));
    }
}
