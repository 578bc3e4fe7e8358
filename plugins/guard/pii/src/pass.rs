//! Passing over what holds nothing, up to the first byte of a set.

#[cfg(target_arch = "wasm32")]
mod blocks;

use crate::fold;

/// A set of bytes, as two tables: a byte is in it if the entries of its lower and its upper half share a bit. Each upper
/// half that occurs has a bit, so that the lower halves with it are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    lower: [u8; 16],
    upper: [u8; 16],
}

/// The bits of the upper halves of bytes. Those from 8 on that have none of their own are all one.
const BITS: [u8; 16] = [0, 0, 1, 2, 4, 8, 0, 0, 128, 128, 128, 128, 128, 16, 32, 64];

impl Set {
    pub const NONE: Set = Set { lower: [0; 16], upper: [0; 16] };

    /// The set with one more byte, which is ASCII punctuation, a digit, or begins a character of two to four bytes.
    pub const fn with(mut self, c: u8) -> Set {
        let bit = BITS[(c >> 4) as usize];
        self.lower[(c & 15) as usize] |= bit;
        self.upper[(c >> 4) as usize] |= bit;
        self
    }

    /// What isn't ASCII.
    const FOREIGN: Set =
        Set { lower: [128; 16], upper: [0, 0, 0, 0, 0, 0, 0, 0, 128, 128, 128, 128, 128, 128, 128, 128] };

    /// ASCII's letters. The upper halves of capitals and small letters share their bits.
    const LETTERS: Set = Set {
        lower: [2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 1, 1, 1, 1, 1],
        upper: [0, 0, 0, 0, 1, 2, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0],
    };

    #[inline(always)]
    pub const fn has(&self, c: u8) -> bool {
        self.lower[(c & 15) as usize] & self.upper[(c >> 4) as usize] != 0
    }

    /// Where the first byte of the set is at n or behind it, the text's length if there is none.
    pub fn first(&self, text: &[u8], n: usize) -> usize {
        self.first_that(text, n, |_| true)
    }

    /// Is `first` for a byte of which something more is true.
    fn first_that(&self, text: &[u8], n: usize, is: impl Fn(usize) -> bool) -> usize {
        if n < text.len() {
            search(self, text, n, is)
        } else {
            text.len()
        }
    }

    /// Which of the 64 bytes from n on are of the set: bit 0 is byte n. n must not be behind the end.
    pub fn mask(&self, text: &[u8], n: usize) -> u64 {
        mask(self, &text[n..])
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn search(set: &Set, text: &[u8], n: usize, is: impl Fn(usize) -> bool) -> usize {
    (n..text.len()).find(|n| set.has(text[*n]) && is(*n)).unwrap_or(text.len())
}

#[cfg(not(target_arch = "wasm32"))]
fn mask(set: &Set, text: &[u8]) -> u64 {
    text.iter().take(64).rev().fold(0, |m, c| m << 1 | u64::from(set.has(*c)))
}

/// Copies the bytes at the begin of a text that are ASCII, and in JSON no escape, and tells how many they are. There must
/// be room for the whole text.
#[cfg(not(target_arch = "wasm32"))]
pub fn copy(to: &mut [u8], text: &[u8], json: bool) -> usize {
    let n = usual(text, json);
    to[..n].copy_from_slice(&text[..n]);
    n
}

#[cfg(target_arch = "wasm32")]
pub use blocks::copy;
#[cfg(target_arch = "wasm32")]
use blocks::{mask, search};

const NO_ASCII: Set = Set::FOREIGN;
const NO_ASCII_OR_ESCAPE: Set = Set::FOREIGN.with(b'\\');

/// How many bytes at the begin of a text are ASCII, and in JSON no escape.
pub fn usual(text: &[u8], json: bool) -> usize {
    let set: &Set = if json { &NO_ASCII_OR_ESCAPE } else { &NO_ASCII };
    set.first(text, 0)
}

/// Which of the 64 units from n on are letters of ASCII: bit 0 is unit n, which must be there.
pub fn letters(u: &[u8], n: usize) -> u64 {
    const LETTERS: &Set = &Set::LETTERS;
    LETTERS.mask(u, n)
}

/// Where the first `c` is at n or behind it, the text's length if there is none.
pub fn find(text: &[u8], n: usize, c: u8) -> usize {
    Set::NONE.with(c).first(text, n)
}

/// The triggers: units without which there is no match. A match begins at or before one.
#[derive(Debug)]
pub struct Triggers {
    units: Set,
    /// Bytes of a text that are triggers or begin a character that is read as one.
    bytes: Set,
    /// Those, and what begins an escape.
    escapes: Set,
}

impl Triggers {
    /// Makes the triggers of ASCII characters.
    pub fn new(of: &[u8]) -> Self {
        let mut units = Set::NONE;
        for c in of {
            units = units.with(*c);
        }
        // What fold makes a digit or punctuation of: other digits, and full-width characters.
        let bytes = [0xd9, 0xdb, 0xe0, 0xef, 0xf0].iter().fold(units.clone(), |set, c| set.with(*c));
        Triggers { units, escapes: bytes.clone().with(b'\\'), bytes }
    }

    /// Which of the 64 units from n on are triggers: bit 0 is unit n.
    pub fn mask(&self, u: &[u8], n: usize) -> u64 {
        self.units.mask(u, n)
    }

    /// How many bytes at the begin of a text hold no trigger, however they are read. Most texts are all of that.
    pub fn clean(&self, text: &[u8], json: bool) -> usize {
        let set = if json { &self.escapes } else { &self.bytes };
        set.first_that(text, 0, |n| text[n] < 0x80 || self.folded(&text[n..]))
    }

    /// Tells whether a text begins with a character beyond ASCII that is read as a trigger, or with a part of one.
    #[inline]
    fn folded(&self, text: &[u8]) -> bool {
        let maybe = match (text[0], text.get(1)) {
            (_, None) => true,
            (0xd9, Some(c)) => matches!(c, 0xa0..=0xa9),
            (0xdb, Some(c)) => matches!(c, 0xb0..=0xb9),
            (0xe0, Some(c)) => *c == 0xa5 && text.get(2).map_or(true, |c| *c >= 0xa6),
            (0xef, Some(c)) => matches!(c, 0xbc | 0xbd),
            (0xf0, Some(c)) => *c == 0x9d,
            _ => true,
        };
        maybe && fold::unit(text, false).map_or(true, |(u, _)| self.units.has(u))
    }
}
