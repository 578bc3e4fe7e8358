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
    /// A call to the outside failed: no connection, no valid answer.
    Unavailable,
    /// A call to the outside took longer than it may.
    TimedOut,
    /// What the grant allows is used up.
    Exhausted,
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
            Error::Unavailable => "a call to the outside failed",
            Error::TimedOut => "a call to the outside took too long",
            Error::Exhausted => "what the grant allows is used up",
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

/// The host's number of an error.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn status(e: Error) -> i32 {
    (status::EXHAUSTED..0).find(|s| check(*s) == Err(e)).unwrap_or(i32::MIN)
}

/// Makes an error of a status.
pub(crate) fn check(s: i32) -> Result<(), Error> {
    number(s).map(drop)
}

/// Makes a number, or an error, of what the host returned.
pub(crate) fn number(s: i32) -> Result<u32, Error> {
    Err(match s {
        0..=i32::MAX => return Ok(s as u32),
        status::ABSENT => Error::Absent,
        status::BAD_FIELD => Error::BadField,
        status::BAD_RANGE => Error::BadRange,
        status::READ_ONLY => Error::ReadOnly,
        status::TOO_LARGE => Error::TooLarge,
        status::NOT_GRANTED => Error::NotGranted,
        status::INVALID => Error::Invalid,
        status::UNSUPPORTED => Error::Unsupported,
        status::MISMATCH => Error::Mismatch,
        status::UNAVAILABLE => Error::Unavailable,
        status::TIMED_OUT => Error::TimedOut,
        status::EXHAUSTED => Error::Exhausted,
        _ => Error::Unknown,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_its_own_error() {
        assert_eq!(check(0), Ok(()));
        assert_eq!(number(7), Ok(7));
        let all: Vec<Error> = (status::EXHAUSTED..=-1).map(|s| check(s).unwrap_err()).collect();
        for (n, e) in all.iter().enumerate() {
            assert!(!all[..n].contains(e), "{e} twice");
            assert_ne!(*e, Error::Unknown);
            assert_eq!(check(super::status(*e)), Err(*e));
        }
        assert_eq!(check(status::EXHAUSTED - 1), Err(Error::Unknown));
        assert_eq!(check(i32::MIN), Err(Error::Unknown));
    }
}
