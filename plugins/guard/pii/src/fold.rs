//! Single characters as units.

use crate::class::{FOREIGN, OTHER};
use yett::utf8;

/// Reads the first character of a text: its unit, 0 if it can't be seen, and its bytes. `None` if it isn't all there.
pub fn unit(text: &[u8], json: bool) -> Option<(u8, usize)> {
    let c = text[0];
    if c < 0x80 {
        return if json && c == b'\\' { escape(text) } else { Some((c, 1)) };
    }
    if let (0xc3..=0xd3, Some(0x80..=0x96 | 0x98..=0xb6 | 0xb8..=0xbf)) = (c, text.get(1)) {
        return Some((FOREIGN, 2)); // up to U+04FF, without × and ÷ and what ends like them
    }
    let (r, size) = utf8::decode(text)?;
    Some((fold(r), size))
}

/// Reads a JSON escape.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    match text.get(1)? {
        b'u' => {}
        b'/' => return Some((b'/', 2)),
        b'"' | b'\\' => return Some((OTHER, 2)),
        _ => return Some((b' ', 2)), // a line's end or a tab
    }
    let mut r = 0;
    for c in text.get(2..6)? {
        r = match char::from(*c).to_digit(16) {
            Some(v) => r << 4 | v,
            None => return Some((OTHER, 2)),
        };
    }
    let u = match r {
        0..=0x1f => b' ',
        0x20..=0x7f => r as u8,
        _ => fold(r),
    };
    Some((u, 6))
}

/// The unit of a character beyond ASCII. What only looks like another character is that character; 0 is what can't be
/// seen.
fn fold(r: u32) -> u8 {
    let digit = |zero: u32| b'0' + (r - zero) as u8;
    match r {
        0x00ad | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x2064 | 0xfeff | 0xfe00..=0xfe0f => 0,
        0x00a0 | 0x2000..=0x200a | 0x202f | 0x205f | 0x3000 => b' ',
        0x2010..=0x2015 | 0x2212 | 0xfe58 | 0xfe63 => b'-',
        0x2024 | 0x3002 | 0xff61 => b'.',
        0xff01..=0xff5e => b'!' + (r - 0xff01) as u8, // full-width ASCII
        0x0660..=0x0669 => digit(0x0660),             // Arabic-Indic
        0x06f0..=0x06f9 => digit(0x06f0),
        0x0966..=0x096f => digit(0x0966),                       // Devanagari
        0x1d7ce..=0x1d7ff => b'0' + ((r - 0x1d7ce) % 10) as u8, // mathematical
        0x00d7 | 0x00f7 => OTHER,
        0x00c0..=0x052f => FOREIGN,
        _ => OTHER,
    }
}
