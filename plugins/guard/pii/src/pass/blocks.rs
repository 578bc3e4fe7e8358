//! Sixteen bytes at once, by the vector instructions of WebAssembly: 1.7 fuel a byte of prose and 0.9 µs for 4 KiB. One
//! byte a turn takes 39 and 13 µs.

use super::Set;
use core::arch::wasm32::{
    i8x16_ne, i8x16_splat, u16x8_shr, u8x16_bitmask, u8x16_eq, u8x16_splat, u8x16_swizzle, v128, v128_and,
    v128_any_true, v128_load, v128_or, v128_store,
};

/// How many bytes are looked at at once.
const BLOCK: usize = 16;

/// A set as vectors.
#[derive(Clone, Copy)]
struct Vectors {
    lower: v128,
    upper: v128,
}

/// Reads the first block of bytes. There must be one.
#[inline]
#[target_feature(enable = "simd128")]
fn load(b: &[u8]) -> v128 {
    let b = &b[..BLOCK];
    // SAFETY: the sixteen bytes are there, and a load needs no alignment.
    unsafe { v128_load(b.as_ptr() as *const v128) }
}

impl Vectors {
    #[inline]
    #[target_feature(enable = "simd128")]
    fn of(set: &Set) -> Self {
        Vectors { lower: load(&set.lower), upper: load(&set.upper) }
    }

    /// Has bits in the bytes of the block that are of the set.
    #[inline]
    #[target_feature(enable = "simd128")]
    fn members(self, b: &[u8]) -> v128 {
        let (c, half) = (load(b), u8x16_splat(15));
        let lower = u8x16_swizzle(self.lower, v128_and(c, half));
        v128_and(lower, u8x16_swizzle(self.upper, v128_and(u16x8_shr(c, 4), half)))
    }

    /// Is `members` as a number: bit 0 is the first byte.
    #[inline]
    #[target_feature(enable = "simd128")]
    fn mask(self, b: &[u8]) -> u64 {
        u64::from(u8x16_bitmask(i8x16_ne(self.members(b), i8x16_splat(0))))
    }
}

/// Finds the first byte of the set from n on, of which `is` tells whether it is meant; the text's length if there is none.
#[target_feature(enable = "simd128")]
pub fn search(set: &Set, text: &[u8], n: usize, is: impl Fn(usize) -> bool) -> usize {
    let v = Vectors::of(set);
    let mut at = n;
    // Metering is paid by the turn: with four blocks in one it adds a tenth to a prompt of 64 KiB, with one four.
    for b in text[n..].chunks_exact(4 * BLOCK) {
        let front = v128_or(v.members(b), v.members(&b[BLOCK..]));
        let back = v128_or(v.members(&b[2 * BLOCK..]), v.members(&b[3 * BLOCK..]));
        if v128_any_true(v128_or(front, back)) {
            if let Some(n) = pick(four(v, b), at, &is) {
                return n;
            }
        }
        at += 4 * BLOCK;
    }
    pick(mask(set, &text[at..]), at, &is).unwrap_or(text.len())
}

/// The first of the bytes from `at` on that has a bit and is meant.
#[inline]
fn pick(mut mask: u64, at: usize, is: &impl Fn(usize) -> bool) -> Option<usize> {
    while mask != 0 {
        let n = at + mask.trailing_zeros() as usize;
        if is(n) {
            return Some(n);
        }
        mask &= mask - 1;
    }
    None
}

/// Copies the bytes at the begin of a text that are ASCII, and in JSON no escape, and tells how many they are. There must
/// be room for the whole text.
#[target_feature(enable = "simd128")]
pub fn copy(to: &mut [u8], text: &[u8], json: bool) -> usize {
    let escape = u8x16_splat(if json { b'\\' } else { 0xff });
    let mut n = 0;
    for (to, b) in to.chunks_exact_mut(BLOCK).zip(text.chunks_exact(BLOCK)) {
        let c = load(b);
        // SAFETY: the chunk has the sixteen bytes, and a store needs no alignment.
        unsafe { v128_store(to.as_mut_ptr() as *mut v128, c) };
        let ends = u8x16_bitmask(v128_or(c, u8x16_eq(c, escape)));
        if ends != 0 {
            return n + ends.trailing_zeros() as usize;
        }
        n += BLOCK;
    }
    for (to, c) in to[n..].iter_mut().zip(&text[n..]) {
        if *c >= 0x80 || json && *c == b'\\' {
            break;
        }
        *to = *c;
        n += 1;
    }
    n
}

/// Which of four blocks' bytes are of the set.
#[inline]
#[target_feature(enable = "simd128")]
fn four(v: Vectors, b: &[u8]) -> u64 {
    let front = v.mask(b) | v.mask(&b[BLOCK..]) << 16;
    front | v.mask(&b[2 * BLOCK..]) << 32 | v.mask(&b[3 * BLOCK..]) << 48
}

/// Which of the first 64 bytes are of the set: bit 0 is the first.
#[target_feature(enable = "simd128")]
pub fn mask(set: &Set, text: &[u8]) -> u64 {
    let v = Vectors::of(set);
    if text.len() < BLOCK {
        let mut b = [0; BLOCK]; // which is in no set
        b[..text.len()].copy_from_slice(text);
        return v.mask(&b);
    }
    if text.len() >= 4 * BLOCK {
        return four(v, text);
    }
    // The last block ends with the text: it is shifted out as far as it was seen before.
    let last = text.len() - BLOCK;
    let mut all = v.mask(&text[last..]) << last;
    for n in (0..last).step_by(BLOCK) {
        all |= v.mask(&text[n..]) << n;
    }
    all
}
