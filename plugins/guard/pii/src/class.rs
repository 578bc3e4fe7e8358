//! What the matchers know of single units.

/// 0 to 9.
pub const DIGIT: u8 = 1 << 0;
/// A to Z, in any case.
pub const LETTER: u8 = 1 << 1;
/// A hexadecimal digit.
pub const HEX: u8 = 1 << 2;
/// Of an address before the @.
pub const LOCAL: u8 = 1 << 3;
/// Of an address after the @.
pub const DOMAIN: u8 = 1 << 4;
/// A match neither begins nor ends next to it.
pub const WORD: u8 = 1 << 5;
/// May stand between two groups of digits.
pub const GAP: u8 = 1 << 6;

/// A unit for a character that belongs to no match.
pub const OTHER: u8 = 0x80;
/// A unit for a letter with an accent, Greek or Cyrillic: it may stand in an address.
pub const FOREIGN: u8 = 0x81;

static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut t = [0; 256];
    let mut c = 0;
    while c < 128 {
        t[c] = match c as u8 {
            b'0'..=b'9' => DIGIT | HEX | LOCAL | DOMAIN | WORD,
            b'a'..=b'f' | b'A'..=b'F' => LETTER | HEX | LOCAL | DOMAIN | WORD,
            b'g'..=b'z' | b'G'..=b'Z' => LETTER | LOCAL | DOMAIN | WORD,
            b'_' => LOCAL | WORD,
            b'.' | b'-' => LOCAL | DOMAIN | GAP,
            b' ' | b'/' | b'(' | b')' => GAP,
            // An address may also have / = { } ' | * & and `, which more often are what stands around one.
            b'!' | b'#' | b'$' | b'%' | b'+' | b'?' | b'^' | b'~' => LOCAL,
            _ => 0,
        };
        c += 1;
    }
    t[FOREIGN as usize] = LOCAL | DOMAIN | WORD;
    t
}

/// Tells whether a unit is of one of the classes.
#[inline(always)]
pub fn is(c: u8, class: u8) -> bool {
    CLASSES[c as usize] & class != 0
}

/// Tells whether a unit is a digit.
#[inline(always)]
pub fn digit(c: u8) -> bool {
    c.wrapping_sub(b'0') < 10
}

/// Where a run of units of the class ends that begins at n.
#[inline(always)]
pub fn run(u: &[u8], n: usize, class: u8) -> usize {
    let mut n = n;
    while n < u.len() && is(u[n], class) {
        n += 1;
    }
    n
}
