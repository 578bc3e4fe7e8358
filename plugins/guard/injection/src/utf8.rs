//! Characters of bytes that needn't be UTF-8: texts are cut anywhere. What isn't a character counts as U+FFFD, a byte long.

/// A character that isn't one.
pub const ERROR: u32 = 0xfffd;

/// The first character and its bytes; `(ERROR, 1)` where there is none, `(ERROR, 0)` of nothing.
pub fn decode(b: &[u8]) -> (u32, usize) {
    let first = match b.first() {
        None => return (ERROR, 0),
        Some(c) => u32::from(*c),
    };
    let (size, least) = match first {
        0..=0x7f => return (first, 1),
        0xc2..=0xdf => (2, 0x80),
        0xe0..=0xef => (3, 0x800),
        0xf0..=0xf4 => (4, 0x1_0000),
        _ => return (ERROR, 1),
    };
    if b.len() < size {
        return (ERROR, 1);
    }
    let mut r = first & (0x7f >> size);
    for c in &b[1..size] {
        if c & 0xc0 != 0x80 {
            return (ERROR, 1);
        }
        r = r << 6 | u32::from(c & 0x3f);
    }
    if r < least || !valid(r) {
        return (ERROR, 1);
    }
    (r, size)
}

/// How many bytes the last character has.
pub fn last(b: &[u8]) -> usize {
    for size in 2..=b.len().min(4) {
        let from = b.len() - size;
        if b[from] & 0xc0 != 0x80 {
            return if decode(&b[from..]).1 == size { size } else { 1 };
        }
        if b[b.len() - 1] & 0xc0 != 0x80 {
            return 1;
        }
    }
    1
}

/// Tells whether a number is that of a character.
pub fn valid(r: u32) -> bool {
    r <= 0x10_ffff && r & 0xffff_f800 != 0xd800
}

/// Appends a character, U+FFFD for what isn't one.
pub fn append(dst: &mut Vec<u8>, r: u32) {
    let c = char::from_u32(r).unwrap_or('\u{fffd}');
    dst.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}
