//! Looks at sixteen units at once. Masks have bit n set for unit n.
//!
//! These need SIMD: with a loop over units in the place of each, a byte of prose costs 61 fuel instead of 7.

/// What each half of a unit may be of: bits 0 to 3 are of what may stand in a token, the others of marks. A unit is
/// what both of its halves may be of, so that two looks into sixteen bytes tell all.
const LOW: [u8; 16] = halves(0);
const HIGH: [u8; 16] = halves(4);

/// The bits of what may stand in a token.
const IN_TOKENS: u8 = 0x0f;

/// The low and high halves that each bit is for, a rectangle in the table of ASCII. The third and fourth ones hold a
/// backtick, a backslash, a ^ and a DEL more than tokens do, which saves two bits and costs nothing but a look.
const ROWS: [(&[u8], &[u8]); 8] = [
    (&[0x1, 0x4, 0x5, 0xb, 0xd, 0xe, 0xf], &[2]),      // ! $ % + - . /
    (&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xa, 0xd], &[3]), // 0-9 : =
    (&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xa, 0xb, 0xc, 0xd, 0xe, 0xf], &[4, 6]), // @ A-O ` a-o
    (&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xa, 0xc, 0xe, 0xf], &[5, 7]), // P-Z \ ^ _ p-z | ~ DEL
    (&[0xd], &[2, 3]),                                 // - =
    (&[0xa], &[3]),                                    // :
    (&[0xc, 0xe], &[7]),                               // | ~
    (&[0xc], &[2]),                                    // ,
];

const fn halves(shift: u32) -> [u8; 16] {
    let (mut t, mut bit) = ([0; 16], 0);
    while bit < 8 {
        let row = if shift == 0 { ROWS[bit].0 } else { ROWS[bit].1 };
        let mut n = 0;
        while n < row.len() {
            t[row[n] as usize] |= 1 << bit;
            n += 1;
        }
        bit += 1;
    }
    t
}

/// Tells whether a unit may stand in a token.
#[inline]
pub fn in_token(c: u8) -> bool {
    LOW[(c & 15) as usize] & HIGH[(c >> 4) as usize] & IN_TOKENS != 0
}

#[cfg(target_arch = "wasm32")]
mod simd {
    use super::{HIGH, IN_TOKENS, LOW};
    use core::arch::wasm32::{
        i8x16_bitmask, i8x16_eq, i8x16_lt, i8x16_min, i8x16_ne, i8x16_splat, i8x16_swizzle, u8x16_gt, u8x16_lt,
        u8x16_shr, u8x16_splat, u8x16_sub, v128, v128_and, v128_any_true, v128_load, v128_or,
    };

    #[inline]
    #[target_feature(enable = "simd128")]
    fn load(b: &[u8; 16]) -> v128 {
        // SAFETY: the reference is to sixteen bytes, and v128_load asks for no alignment.
        unsafe { v128_load(b.as_ptr().cast()) }
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    pub fn kinds(b: &[u8; 16]) -> [u64; 3] {
        let x = load(b);
        let low = i8x16_swizzle(load(&LOW), v128_and(x, u8x16_splat(15)));
        let kinds = v128_and(low, i8x16_swizzle(load(&HIGH), u8x16_shr(x, 4)));
        let tokens = i8x16_ne(v128_and(kinds, u8x16_splat(IN_TOKENS)), u8x16_splat(0));
        let marks = u8x16_gt(kinds, u8x16_splat(IN_TOKENS));
        // The comma's bit is the one that a mask is made of.
        [i8x16_bitmask(tokens) as u16 as u64, i8x16_bitmask(marks) as u16 as u64, i8x16_bitmask(kinds) as u16 as u64]
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    pub fn alnums(b: &[u8; 16]) -> u64 {
        let x = load(b);
        let letters = u8x16_lt(u8x16_sub(v128_or(x, u8x16_splat(0x20)), u8x16_splat(b'a')), u8x16_splat(26));
        let digits = u8x16_lt(u8x16_sub(x, u8x16_splat(b'0')), u8x16_splat(10));
        i8x16_bitmask(v128_or(letters, digits)) as u16 as u64
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    pub fn initials(b: &[u8; 16]) -> u64 {
        let x = v128_or(load(b), u8x16_splat(0x20));
        i8x16_bitmask(v128_or(i8x16_eq(x, u8x16_splat(b'a')), i8x16_eq(x, u8x16_splat(b's')))) as u16 as u64
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    pub fn unusual(b: &[u8; 16]) -> u64 {
        let x = load(b);
        // As signed numbers, bytes beyond ASCII are below zero.
        i8x16_bitmask(v128_or(i8x16_lt(x, i8x16_splat(1)), i8x16_eq(x, i8x16_splat(b'\\' as i8)))) as u16 as u64
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    pub fn any_unusual(b: &[u8; 64]) -> bool {
        let (mut least, mut odd) = (i8x16_splat(1), i8x16_splat(0));
        for part in b.chunks_exact(16) {
            if let Ok(part) = part.try_into() {
                let x = load(part);
                least = i8x16_min(least, x);
                odd = v128_or(odd, i8x16_eq(x, i8x16_splat(b'\\' as i8)));
            }
        }
        v128_any_true(v128_or(odd, i8x16_lt(least, i8x16_splat(1))))
    }
}

#[cfg(target_arch = "wasm32")]
pub use simd::{alnums, any_unusual, initials, kinds, unusual};

#[cfg(not(target_arch = "wasm32"))]
mod scalar {
    use super::{HIGH, IN_TOKENS, LOW};

    fn mask(b: &[u8; 16], is: impl Fn(u8) -> bool) -> u64 {
        b.iter().enumerate().map(|(n, c)| (is(*c) as u64) << n).sum()
    }

    pub fn kinds(b: &[u8; 16]) -> [u64; 3] {
        let kinds = |c: u8| LOW[(c & 15) as usize] & HIGH[(c >> 4) as usize];
        [mask(b, |c| kinds(c) & IN_TOKENS != 0), mask(b, |c| kinds(c) > IN_TOKENS), mask(b, |c| kinds(c) & 0x80 != 0)]
    }

    pub fn alnums(b: &[u8; 16]) -> u64 {
        mask(b, |c| c.is_ascii_alphanumeric())
    }

    pub fn initials(b: &[u8; 16]) -> u64 {
        mask(b, |c| matches!(c, b'a' | b'A' | b's' | b'S'))
    }

    pub fn unusual(b: &[u8; 16]) -> u64 {
        mask(b, |c| c >= 0x80 || c == b'\\' || c == 0)
    }

    pub fn any_unusual(b: &[u8; 64]) -> bool {
        b.iter().any(|c| *c >= 0x80 || *c == b'\\' || *c == 0)
    }
}

/// Masks of the units that may stand in a token, of the marks = : | ~ - and the comma, and of commas alone. A few
/// others count as the first.
#[cfg(not(target_arch = "wasm32"))]
pub use scalar::kinds;

/// Mask of the letters and digits.
#[cfg(not(target_arch = "wasm32"))]
pub use scalar::alnums;

/// Mask of the letters a and s, in either case.
#[cfg(not(target_arch = "wasm32"))]
pub use scalar::initials;

/// Mask of the bytes that aren't units as they are: beyond ASCII, backslashes, NUL.
#[cfg(not(target_arch = "wasm32"))]
pub use scalar::unusual;

/// Tells whether there are such bytes.
#[cfg(not(target_arch = "wasm32"))]
pub use scalar::any_unusual;

#[cfg(test)]
mod tests;
