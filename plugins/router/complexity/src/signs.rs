//! What a text shows.

use crate::block::{self, Wanted};
use crate::words;
use std::cmp::min;

/// The signs of a text, counted as far as they count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Signs {
    /// There is a fence of ```.
    pub fence: bool,
    /// Marks that prose seldom has: brackets, calls, ; = < >. Counting ends at five or soon after.
    pub marks: usize,
    /// Words that ask for reasoning, each counted once. Counting ends at three or soon after.
    pub words: usize,
    /// Question marks. Counting ends at three or soon after.
    pub questions: usize,
    /// The words that were counted, a bit each.
    pub seen: u32,
}

/// The most points that signs give.
pub const MOST: usize = 25 + 30 + 10;

impl Signs {
    /// What the signs count.
    pub fn points(&self) -> usize {
        let code = if self.is_code() { 25 } else { 0 };
        code + min(30, 10 * self.words) + min(10, 5 * self.questions.saturating_sub(1))
    }

    fn is_code(&self) -> bool {
        self.fence || self.marks >= 5
    }

    /// The signs that could still count.
    fn wanted(&self) -> Wanted {
        Wanted { code: !self.is_code(), questions: self.questions < 3, words: self.words < 3 }
    }

    /// Looks at the byte at n, and tells whether it is a sign.
    fn mark(&mut self, text: &[u8], n: usize) -> bool {
        match text[n] {
            b'(' if n == 0 || text[n - 1] == b' ' => return false, // no call
            b'`' if n < 2 || text[n - 2..n] != *b"``" => return false,
            b'`' => self.fence = true,
            b'?' => self.questions += 1,
            _ => self.marks += 1,
        }
        true
    }

    /// Looks for a word at n, and tells whether one is new.
    fn word(&mut self, text: &[u8], n: usize) -> bool {
        if n > 0 && is_letter(text[n - 1]) {
            return false;
        }
        let found = words::at(&text[n..], self.seen);
        self.seen |= found;
        self.words += found.count_ones() as usize;
        found != 0
    }
}

fn is_letter(c: u8) -> bool {
    c.is_ascii_alphabetic() || c >= 0x80
}

/// Finds the signs of a text, until they give as many points as are needed. The text ends with [`block::PADDING`] zeros.
pub fn read(text: &[u8], need: usize) -> Signs {
    let mut s = Signs::default();
    let mut wanted = s.wanted();
    let mut from = 0;
    while let Some(mut b) = block::next(text, from, wanted) {
        let mut new = false;
        while b.marks != 0 {
            new |= s.mark(text, b.at + b.marks.trailing_zeros() as usize);
            b.marks &= b.marks - 1;
        }
        while b.words != 0 {
            new |= s.word(text, b.at + b.words.trailing_zeros() as usize);
            b.words &= b.words - 1;
        }
        if new {
            if s.points() >= need {
                break;
            }
            wanted = s.wanted();
        }
        from = b.at + block::SIZE;
    }
    s
}
