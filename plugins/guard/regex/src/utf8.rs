//! Characters that were cut.

/// Tells whether a text that isn't empty begins with a whole character, or with what can't become one.
pub fn is_full(text: &[u8]) -> bool {
    let c = text[0];
    let size = match c {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    let second = match c {
        0xe0 => 0xa0..=0xbf,
        0xed => 0x80..=0x9f,
        0xf0 => 0x90..=0xbf,
        0xf4 => 0x80..=0x8f,
        _ => 0x80..=0xbf,
    };
    text.len() >= size
        || text.get(1).map_or(false, |c| !second.contains(c))
        || text.get(2).map_or(false, |c| !(0x80..=0xbf).contains(c))
}
