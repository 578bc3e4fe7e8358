//! Words before a number that say what it is.

use crate::class::{is, LETTER};
use crate::pass;

/// What words say of a number.
#[derive(Debug, Clone, Copy)]
pub enum Topic {
    Phone,
    Ssn,
}

impl Topic {
    /// The words that begin with two letters. They are of letters and spaces.
    fn words(self, first: u8, second: u8) -> &'static [&'static [u8]] {
        match (self, first, second) {
            (Topic::Phone, b'c', b'a') => &[b"call"],
            (Topic::Phone, b'c', b'e') => &[b"cell"],
            (Topic::Phone, b'c', b'o') => &[b"contact"],
            (Topic::Phone, b'd', b'i') => &[b"dial"],
            (Topic::Phone, b'f', b'a') => &[b"fax"],
            (Topic::Phone, b'm', b'o') => &[b"mobile"],
            (Topic::Phone, b'n', b'u') => &[b"number is"],
            (Topic::Phone, b'p', b'h') => &[b"phone"],
            (Topic::Phone, b'r', b'i') => &[b"ring"],
            (Topic::Phone, b's', b'm') => &[b"sms"],
            (Topic::Phone, b't', b'e') => &[b"tel", b"text me"],
            (Topic::Phone, b'w', b'h') => &[b"whatsapp"],
            (Topic::Ssn, b's', b's') => &[b"ssn"],
            (Topic::Ssn, b's', b'o') => &[b"social security"],
            _ => &[],
        }
    }
}

/// How far back words are looked for. It is less than what a stream keeps before its windows, so that a stream sees the
/// same words, and than the 64 bits of a mask.
const CONTEXT: usize = 40;

/// Finds words before numbers. It is asked of rising places, and looks at each unit once.
pub struct Said {
    topic: Topic,
    /// Units before this were looked at.
    seen: usize,
    /// Where the last word begins.
    at: Option<usize>,
}

impl Said {
    pub const fn new(topic: Topic) -> Self {
        Said { topic, seen: 0, at: None }
    }

    /// Tells whether one of the words stands before the number at n. None of them holds what numbers begin with, so that
    /// none is cut there.
    #[inline(never)]
    pub fn before(&mut self, u: &[u8], n: usize) -> bool {
        let low = n.saturating_sub(CONTEXT);
        let from = self.seen.max(low);
        if from < n {
            self.look(u, from, n);
        }
        match self.at {
            Some(k) if k >= low => true,
            // What stands where the context begins counts as a word's begin.
            _ => low > 0 && is(u[low], LETTER) && is(u[low - 1], LETTER) && self.word(&u[low..n]),
        }
    }

    /// Looks at words that begin from `from` on.
    fn look(&mut self, u: &[u8], from: usize, n: usize) {
        self.seen = n;
        let letters = pass::letters(u, from);
        let within = from > 0 && is(u[from - 1], LETTER);
        let mut begins = letters & !(letters << 1 | u64::from(within)) & ((1 << (n - from)) - 1);
        while begins != 0 {
            let k = from + begins.trailing_zeros() as usize;
            if self.word(&u[k..n]) {
                self.at = Some(k);
            }
            begins &= begins - 1;
        }
    }

    /// Tells whether units, of which the first is a letter, start with a word.
    #[inline]
    fn word(&self, u: &[u8]) -> bool {
        u.len() > 1 && self.topic.words(u[0] | 0x20, u[1] | 0x20).iter().any(|w| starts(u, w))
    }
}

/// Tells whether units start with a lower-case word, in any case.
#[inline]
pub fn starts(u: &[u8], word: &[u8]) -> bool {
    u.len() >= word.len() && u.iter().zip(word).all(|(c, w)| c.to_ascii_lowercase() == *w)
}
