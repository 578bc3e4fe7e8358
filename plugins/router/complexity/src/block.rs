//! Finds what may be signs, sixteen bytes at a time: looked at alone, a byte costs more than thirty instructions, and hardly
//! any of them is a sign.
//!
//! A byte is looked up in tables by its lower four bits, or its upper, and the result has a bit for each class that it may
//! belong to. A byte is a mark where both of its halves say so, which is exact. A word may begin where four bytes in a row
//! are of one class; their lower halves are enough to tell, since words::WORDS has classes that fit.

use crate::words::WORDS;

/// How many bytes are looked at together.
pub const SIZE: usize = 16;

/// How many bytes more are looked at behind the last: a word's begin has four. A text has so many zeros behind its end.
pub const PADDING: usize = SIZE + 3;

/// The signs that are looked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Brackets, calls, ; = < > and the back quote.
    pub code: bool,
    /// The question mark.
    pub questions: bool,
    /// Words.
    pub words: bool,
}

/// Sixteen bytes with something that may be a sign.
pub struct Block {
    /// Where they begin.
    pub at: usize,
    /// The bytes that are one of {};=<>[](?` and wanted, bit k for byte at + k.
    pub marks: u32,
    /// The bytes that a word may begin with.
    pub words: u32,
}

type Table = [u8; 16];

/// Classes of marks by the lower four bits: 1 is (, 2 is ; < = >, 4 is [ ] { }, 8 is the back quote, 16 is ?
const MARKS_LOW: Table = [8, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 6, 2, 6, 2, 16];
/// The same by the upper four bits.
const MARKS_HIGH: Table = [0, 0, 1, 18, 0, 4, 8, 4, 0, 0, 0, 0, 0, 0, 0, 0];

/// Classes of words by the lower four bits of their n-th byte, upper and lower case alike.
const fn classes(n: usize) -> Table {
    let mut out = [0; 16];
    let mut k = 0;
    while k < WORDS.len() {
        out[(WORDS[k].0.as_bytes()[n] & 15) as usize] |= 1 << WORDS[k].1;
        k += 1;
    }
    out
}

const WORD: [Table; 4] = [classes(0), classes(1), classes(2), classes(3)];

impl Wanted {
    /// The classes of marks that are wanted.
    fn marks(self) -> u8 {
        (if self.code { 15 } else { 0 }) | (if self.questions { 16 } else { 0 })
    }

    /// The classes of words.
    fn classes(self) -> u8 {
        if self.words {
            255
        } else {
            0
        }
    }
}

/// The first block from `from` on that may have a sign. The text ends with [`PADDING`] zeros.
pub fn next(text: &[u8], from: usize, wanted: Wanted) -> Option<Block> {
    // SAFETY: the module is refused by hosts without vectors, so that one that runs has them.
    #[cfg(target_arch = "wasm32")]
    return unsafe { vectors::next(text, from, wanted) };
    #[cfg(not(target_arch = "wasm32"))]
    return bytes::next(text, from, wanted);
}

/// The same with WebAssembly's vectors: 6 fuel a byte of prose. Eight bytes in a u64, which can tell where words begin and not
/// which, cost 33.
#[cfg(target_arch = "wasm32")]
mod vectors {
    use super::{Block, Table, Wanted, MARKS_HIGH, MARKS_LOW, PADDING, SIZE, WORD};
    use core::arch::wasm32::*;

    #[target_feature(enable = "simd128")]
    pub unsafe fn next(text: &[u8], from: usize, wanted: Wanted) -> Option<Block> {
        let low = u8x16_splat(15);
        let marks_low = v128_and(table(&MARKS_LOW), u8x16_splat(wanted.marks()));
        let marks_high = table(&MARKS_HIGH);
        let words = [
            v128_and(table(&WORD[0]), u8x16_splat(wanted.classes())),
            table(&WORD[1]),
            table(&WORD[2]),
            table(&WORD[3]),
        ];
        let mut at = from;
        while at + PADDING <= text.len() {
            // SAFETY: the last load reads the bytes from at + 3 to at + 3 + SIZE, which is PADDING.
            let p = text.as_ptr().add(at);
            let first = v128_load(p.cast());
            let lower = v128_and(first, low);
            let upper = v128_and(u16x8_shr(first, 4), low);
            let mark = v128_and(u8x16_swizzle(marks_low, lower), u8x16_swizzle(marks_high, upper));
            let mut word = u8x16_swizzle(words[0], lower);
            word = v128_and(word, u8x16_swizzle(words[1], v128_and(v128_load(p.add(1).cast()), low)));
            word = v128_and(word, u8x16_swizzle(words[2], v128_and(v128_load(p.add(2).cast()), low)));
            word = v128_and(word, u8x16_swizzle(words[3], v128_and(v128_load(p.add(3).cast()), low)));
            if v128_any_true(v128_or(mark, word)) {
                return Some(Block { at, marks: set(mark), words: set(word) });
            }
            at += SIZE;
        }
        None
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    unsafe fn table(t: &Table) -> v128 {
        // SAFETY: a table has sixteen bytes.
        v128_load(t.as_ptr().cast())
    }

    /// The bytes that aren't 0, a bit each.
    #[inline]
    #[target_feature(enable = "simd128")]
    unsafe fn set(v: v128) -> u32 {
        u32::from(u8x16_bitmask(u8x16_ne(v, u8x16_splat(0))))
    }
}

/// The same byte by byte, for tests.
#[cfg(not(target_arch = "wasm32"))]
mod bytes {
    use super::{Block, Table, Wanted, MARKS_HIGH, MARKS_LOW, PADDING, SIZE, WORD};

    pub fn next(text: &[u8], from: usize, wanted: Wanted) -> Option<Block> {
        let low = |t: &Table, n: usize| t[usize::from(text[n] & 15)];
        let high = |t: &Table, n: usize| t[usize::from(text[n] >> 4)];
        let mark = |n: usize| wanted.marks() & low(&MARKS_LOW, n) & high(&MARKS_HIGH, n) != 0;
        let word = |n: usize| (0..4).fold(wanted.classes(), |all, k| all & low(&WORD[k], n + k)) != 0;
        let set = |at: usize, has: &dyn Fn(usize) -> bool| (0..SIZE).fold(0, |s, k| s | u32::from(has(at + k)) << k);
        (from..)
            .step_by(SIZE)
            .take_while(|at| at + PADDING <= text.len())
            .map(|at| Block { at, marks: set(at, &mark), words: set(at, &word) })
            .find(|b| b.marks | b.words != 0)
    }
}
