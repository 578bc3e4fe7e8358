//! Sets of the first units of words, so that most words are passed over after one look at eight units.
//!
//! Eight units are a number of which the first unit is the lowest byte.

use crate::class::{class, Class, ALNUM};
use crate::prefixes::{COUNT, RULES};

/// The units from n on. n + 8 must not be behind the end.
#[inline]
pub fn eight(u: &[u8], n: usize) -> u64 {
    let mut b = [0; 8];
    b.copy_from_slice(&u[n..n + 8]);
    u64::from_le_bytes(b)
}

/// The first units of a text, up to eight.
pub const fn packed(s: &[u8]) -> u64 {
    let (mut x, mut n) = (0, 0);
    while n < s.len() && n < 8 {
        x |= (s[n] as u64) << (8 * n);
        n += 1;
    }
    x
}

const BITS: u32 = 15;

/// How many words of 64 bits a set has.
pub const WORDS: usize = 1 << BITS >> 6;

/// A set of first units. It may have a few that nobody added.
pub struct Heads(pub [u64; WORDS]);

impl Heads {
    /// Tells whether a number was added.
    #[inline]
    pub fn has(&self, k: usize) -> bool {
        self.0[k >> 6] >> (k & 63) & 1 != 0
    }
}

/// The number of the first three of eight units.
#[inline]
pub const fn three(x: u64) -> usize {
    ((x << 40).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> (64 - BITS)) as usize
}

/// The number of the first four of eight units.
#[inline]
pub const fn four(x: u64) -> usize {
    ((x << 32).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> (64 - BITS)) as usize
}

/// Tells whether a word with these first units may begin a secret, numbers and long words aside.
#[inline]
pub fn starts(x: u64) -> bool {
    STARTS4.has(four(x)) || STARTS3.has(three(x))
}

/// Tells whether the first five of eight units may be digits, of a bot's number.
#[inline]
pub fn numbers(x: u64) -> bool {
    let d = x & 0xf0_f0f0_f0f0 ^ 0x30_3030_3030;
    (d.wrapping_sub(1) & !d) >> 63 != 0
}

/// The first four units of words that begin a secret, where so many are known.
static STARTS4: Heads = {
    let (mut t, mut n) = ([0; WORDS], 0);
    while n < COUNT {
        let (head, set) = (RULES[n].head, RULES[n].rule.set);
        match RULES[n].rule.prefix.len() {
            2 => {}
            3 => {
                let mut c = 0;
                while c < 256 {
                    if class(c as u8) & set != 0 {
                        t = with(t, four(head | c << 24));
                    }
                    c += 1;
                }
            }
            _ => t = with(t, four(head)),
        }
        n += 1;
    }
    Heads(t)
};

/// The first three units of those of which no more is known.
static STARTS3: Heads = {
    let (mut t, mut n) = (with([0; WORDS], three(packed(b"eyJ"))), 0);
    while n < COUNT {
        if RULES[n].rule.prefix.len() == 2 {
            t = with_any(t, RULES[n].head, RULES[n].rule.set);
        }
        n += 1;
    }
    let (bots, ids, mut n) = (b"MNO", b"DTjz", 0);
    while n < bots.len() * ids.len() {
        t = with_any(t, packed(&[bots[n / ids.len()], ids[n % ids.len()]]), ALNUM);
        n += 1;
    }
    Heads(t)
};

/// A set with one more number.
pub const fn with(mut t: [u64; WORDS], k: usize) -> [u64; WORDS] {
    t[k >> 6] |= 1 << (k & 63);
    t
}

/// A set with all words of two known units and one of a class.
const fn with_any(mut t: [u64; WORDS], head: u64, set: Class) -> [u64; WORDS] {
    let mut c = 0;
    while c < 256 {
        if class(c as u8) & set != 0 {
            t = with(t, three(head | c << 16));
        }
        c += 1;
    }
    t
}

#[cfg(test)]
mod tests;
