//! Reading what the host gives: lengths, buffers that grow, texts.

use crate::abi::{Edit, Family, Field, NUM_ABSENT};
use crate::{error, host, Error};
use alloc::string::String;
use alloc::vec::Vec;
use core::mem::MaybeUninit;
use core::time::Duration;

/// Room for most names and short texts, so that they take one call of the host.
const USUAL: usize = 128;

/// Appends what `read` gives to `dst`, and tells whether there is such a value. It allocates only if `dst` has no room.
///
/// `read` follows the rule of all reading functions of the host: it returns the length of the whole value, and has
/// written that many bytes if they fit.
pub(crate) fn append(dst: &mut Vec<u8>, read: impl FnMut(&mut [MaybeUninit<u8>]) -> i32) -> bool {
    try_append(dst, read).is_ok()
}

/// Is `append` for values whose absence has reasons.
pub(crate) fn try_append(dst: &mut Vec<u8>, mut read: impl FnMut(&mut [MaybeUninit<u8>]) -> i32) -> Result<(), Error> {
    loop {
        let room = dst.spare_capacity_mut();
        let have = room.len();
        let n = error::number(read(room))? as usize;
        if n <= have {
            // SAFETY: the host has written the n bytes after the first dst.len().
            unsafe { dst.set_len(dst.len() + n) };
            return Ok(());
        }
        dst.reserve(n);
    }
}

/// Makes a text of bytes. The host's texts are UTF-8; bytes that aren't become U+FFFD.
pub(crate) fn mend(b: Vec<u8>) -> String {
    match String::from_utf8(b) {
        Ok(s) => s,
        Err(e) => String::from_utf8_lossy(e.as_bytes()).into_owned(),
    }
}

/// Reads a text.
pub(crate) fn string(read: impl FnMut(&mut [MaybeUninit<u8>]) -> i32) -> Option<String> {
    let mut b = Vec::with_capacity(USUAL);
    append(&mut b, read).then(|| mend(b))
}

/// Reads a text field.
pub(crate) fn text(f: Field, i: u32, j: u32) -> Option<String> {
    string(|b| host::get(f, i, j, b))
}

/// Reads a text field that is "" if it is absent.
pub(crate) fn plain(f: Field, i: u32, j: u32) -> String {
    text(f, i, j).unwrap_or_default()
}

/// Appends a text field.
pub(crate) fn append_text(dst: &mut Vec<u8>, f: Field, i: u32, j: u32) -> bool {
    append(dst, |b| host::get(f, i, j, b))
}

/// Reads a number field.
pub(crate) fn number(f: Field, i: u32, j: u32) -> Option<i64> {
    match host::num(f, i, j) {
        NUM_ABSENT => None,
        n => Some(n),
    }
}

/// Reads a number field that counts, and is 0 if it is absent.
pub(crate) fn count(f: Field, i: u32, j: u32) -> u32 {
    number(f, i, j).and_then(|n| u32::try_from(n).ok()).unwrap_or(0)
}

/// Reads a value by its name.
pub(crate) fn named(family: Family, name: &str) -> Option<String> {
    string(|b| host::named(family, name, b))
}

/// How long a value is, `None` if there is none.
pub(crate) fn length(mut read: impl FnMut(&mut [MaybeUninit<u8>]) -> i32) -> Option<usize> {
    usize::try_from(read(&mut [])).ok()
}

/// Tells whether a short text field is `want`. It doesn't allocate.
pub(crate) fn is(f: Field, i: u32, j: u32, want: &str) -> bool {
    let mut b = [MaybeUninit::<u8>::uninit(); 16];
    let n = host::get(f, i, j, &mut b);
    if want.len() > b.len() || usize::try_from(n) != Ok(want.len()) {
        return false;
    }
    // SAFETY: the host has written n bytes, as they fit.
    b[..want.len()].iter().zip(want.as_bytes()).all(|(have, want)| unsafe { have.assume_init() } == *want)
}

/// Records an edit.
pub(crate) fn edit(op: Edit, f: Field, i: u32, j: u32, value: &[u8]) -> Result<(), Error> {
    edited(host::edit(op, f, i, j, value))
}

/// Records the edit of a value that goes by a name.
pub(crate) fn set_named(family: Family, name: &str, value: &str) -> Result<(), Error> {
    edited(host::set_named(family, name, value.as_bytes()))
}

fn edited(status: i32) -> Result<(), Error> {
    error::check(status)?;
    host::set_edited(true);
    Ok(())
}

/// A duration in milliseconds, as it crosses to the host. One that is longer than 0 lasts at least one, as 0 has a
/// meaning of its own: for ever, or what the grant says.
#[allow(dead_code)] // it is for features
pub(crate) fn millis(d: Duration) -> i64 {
    let ms = i64::try_from(d.as_millis()).unwrap_or(i64::MAX);
    if ms == 0 && d > Duration::ZERO {
        return 1;
    }
    ms
}

/// A number's decimal digits, without the machinery of formatting.
pub(crate) fn decimal(mut n: u64, digits: &mut [u8; 20]) -> &[u8] {
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            return &digits[at..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives as the host does.
    fn give<'a>(text: &'a [u8], calls: &'a mut usize) -> impl FnMut(&mut [MaybeUninit<u8>]) -> i32 + 'a {
        move |b| {
            *calls += 1;
            if text.len() <= b.len() {
                for (to, from) in b.iter_mut().zip(text) {
                    to.write(*from);
                }
            }
            text.len() as i32
        }
    }

    #[test]
    fn append_grows_once_and_keeps_what_was_there() {
        for len in [0, 1, 127, 128, 129, 100_000] {
            let text = vec![b'x'; len];
            let (mut calls, mut dst) = (0, b"before ".to_vec());
            dst.shrink_to_fit();
            assert!(append(&mut dst, give(&text, &mut calls)));
            assert_eq!(dst, [b"before ".as_slice(), &text].concat(), "{len}");
            assert!(calls <= 2, "{len} bytes took {calls} calls");
        }
    }

    #[test]
    fn append_leaves_absent_values_alone() {
        let mut dst = b"before".to_vec();
        assert!(!append(&mut dst, |_| crate::abi::status::ABSENT));
        assert_eq!(dst, b"before");
    }

    #[test]
    fn string_mends_what_is_not_utf_8() {
        let mut calls = 0;
        assert_eq!(string(give(b"a\xffb", &mut calls)).unwrap(), "a\u{fffd}b");
    }

    #[test]
    fn a_short_duration_is_not_0() {
        assert_eq!(millis(Duration::ZERO), 0);
        assert_eq!(millis(Duration::from_nanos(1)), 1);
        assert_eq!(millis(Duration::from_secs(2)), 2000);
        assert_eq!(millis(Duration::MAX), i64::MAX);
    }

    #[test]
    fn decimal_has_all_digits() {
        for n in [0, 7, 10, 1234567890, u64::MAX] {
            assert_eq!(decimal(n, &mut [0; 20]), n.to_string().as_bytes());
        }
    }
}
