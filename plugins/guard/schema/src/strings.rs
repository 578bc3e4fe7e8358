//! Reads the strings of a JSON text.

use crate::bytes::eight;
use crate::json::{Kind, Node, Syntax, CONTROL, CUT, NOT_UTF8, TOO_MANY};

/// A string that was read: its node, and where what follows begins.
pub(crate) struct Text {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) what: u32,
    pub(crate) end: usize,
}

/// Reads the rest of a string that begins at `from`. The bytes up to `at` are plain; `high` tells that some are above 0x7f.
#[inline(never)]
pub(crate) fn rest_of_string(
    src: &[u8],
    from: usize,
    at: usize,
    high: bool,
    plain: &mut Vec<u8>,
    most: &mut i64,
    nodes: usize,
) -> Result<Text, Syntax> {
    match src.get(at) {
        None => Err(Syntax { what: CUT, at }),
        Some(b'"') if high && core::str::from_utf8(&src[from..at]).is_err() => Err(Syntax { what: NOT_UTF8, at }),
        Some(b'"') => Ok(Text { from, to: at, what: Kind::Text as u32, end: at + 1 }),
        Some(b'\\') => {
            let start = plain.len();
            let end = escaped(src, from, at, plain, most, nodes)?;
            if core::str::from_utf8(&plain[start..]).is_err() {
                return Err(Syntax { what: NOT_UTF8, at: end });
            }
            Ok(Text { from: start, to: plain.len(), what: Kind::Text as u32 | Node::ESCAPED, end: end + 1 })
        }
        Some(_) => Err(Syntax { what: CONTROL, at }),
    }
}

/// Copies a string from its first escape, which is at, and returns where its end is.
fn escaped(
    src: &[u8],
    from: usize,
    mut at: usize,
    plain: &mut Vec<u8>,
    most: &mut i64,
    nodes: usize,
) -> Result<usize, Syntax> {
    plain.extend_from_slice(&src[from..at]);
    loop {
        match src.get(at) {
            None => return Err(Syntax { what: CUT, at }),
            Some(b'"') => return Ok(at),
            Some(b'\\') => {}
            Some(_) => {
                let (end, _) = skip_plain(src, at);
                plain.extend_from_slice(&src[at..end]);
                at = end;
                if matches!(src.get(at), Some(c) if *c < b' ') {
                    return Err(Syntax { what: CONTROL, at });
                }
                continue;
            }
        }
        match unescape(&src[at..]) {
            Some((x, size)) => {
                let mut b = [0; 4];
                plain.extend_from_slice(x.encode_utf8(&mut b).as_bytes());
                at += size;
            }
            None if at + 6 > src.len() => return Err(Syntax { what: CUT, at }),
            None => return Err(Syntax { what: "a string holds an escape that doesn't exist", at }),
        }
        *most -= 1; // an escape costs as much as a value
        if *most <= nodes as i64 {
            return Err(Syntax { what: TOO_MANY, at });
        }
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Goes on to the first quote, backslash or control character, and tells whether there are bytes above 0x7f before it.
#[inline(always)]
pub(crate) fn skip_plain(src: &[u8], mut at: usize) -> (usize, bool) {
    let mut seen = 0;
    while let Some(x) = eight(src, at) {
        let (quote, back) = (x ^ (ONES * b'"' as u64), x ^ (ONES * b'\\' as u64));
        // The lowest bit that is set is right; those above may be set by its borrow.
        let stop = (quote.wrapping_sub(ONES) & !quote
            | back.wrapping_sub(ONES) & !back
            | x.wrapping_sub(ONES * b' ' as u64) & !x)
            & HIGHS;
        if stop == 0 {
            seen |= x;
            at += 8;
            continue;
        }
        seen |= x & ((stop & stop.wrapping_neg()) - 1);
        return (at + (stop.trailing_zeros() >> 3) as usize, seen & HIGHS != 0);
    }
    while let Some(&c) = src.get(at) {
        if c < b' ' || c == b'"' || c == b'\\' {
            break;
        }
        seen |= u64::from(c);
        at += 1;
    }
    (at, seen & HIGHS != 0)
}

/// Reads an escape, or two that are a surrogate pair. A surrogate alone is U+FFFD.
pub(crate) fn unescape(s: &[u8]) -> Option<(char, usize)> {
    Some(match *s.get(1)? {
        c @ (b'"' | b'\\' | b'/') => (c.into(), 2),
        b'b' => ('\u{8}', 2),
        b'f' => ('\u{c}', 2),
        b'n' => ('\n', 2),
        b'r' => ('\r', 2),
        b't' => ('\t', 2),
        _ => {
            let x = hex4(s)?;
            if let Some(x) = char::from_u32(x) {
                return Some((x, 6));
            }
            match hex4(&s[6..]) {
                Some(low @ 0xdc00..=0xdfff) if x < 0xdc00 => {
                    (char::from_u32(0x10000 + ((x - 0xd800) << 10 | (low - 0xdc00))).unwrap_or('\u{fffd}'), 12)
                }
                _ => ('\u{fffd}', 6),
            }
        }
    })
}

/// Reads \uXXXX.
pub(crate) fn hex4(s: &[u8]) -> Option<u32> {
    if s.len() < 6 || s[0] != b'\\' || s[1] != b'u' {
        return None;
    }
    s[2..6].iter().try_fold(0, |x, &c| char::from(c).to_digit(16).map(|d| x << 4 | d))
}
