//! Words in disguise: look-alikes, leetspeak, backwards, ROT13, letters with gaps, words without gaps.

use crate::classes::CORE;
use crate::fold::alike;
use crate::prose::MIN_APART;
use crate::read::{disguised, kind, Reader, MAX_WORD, MIN_GLUED};
use crate::tables::{Tables, Token, BACKWARDS, BETWEEN, ROT13};
use crate::utf8;
use core::ops::Deref;

/// The last character of a word may go beyond its length.
const LONGEST: usize = MAX_WORD + 3;

impl<T: Deref<Target = Tables>> Reader<T> {
    /// Looks for a word in whatever disguise the current one, whose token is given, may be, and adds what it finds.
    pub fn unmask(&mut self, t: Token) -> bool {
        if self.kind & kind::OTHER != 0 && self.alike() {
            return true;
        }
        if self.kind & kind::DIGIT != 0 && self.kind & kind::LATIN != 0 && self.leet() {
            return true;
        }
        let b = &self.word[..];
        if b[0] >= 0x80 {
            return false;
        }
        let turned = self.tables.all(t);
        self.reverse += usize::from(turned & BACKWARDS != 0);
        self.rot += usize::from(turned & ROT13 != 0);
        if self.word.len() >= MIN_GLUED {
            let word = std::mem::take(&mut self.word);
            let found = self.glued(&word);
            self.word = word;
            if found {
                self.word.clear();
                self.kind = 0;
            }
            return found;
        }
        false
    }

    /// Reads Greek and Cyrillic letters as the Latin ones that they look like.
    fn alike(&mut self) -> bool {
        self.spare.clear();
        let mut n = 0;
        while n < self.word.len() {
            let (c, size) = utf8::decode(&self.word[n..]);
            utf8::append(&mut self.spare, alike(c));
            n += size;
        }
        self.instead()
    }

    /// Reads digits and marks as the letters that they look like. 1 and its like are an i or an l.
    fn leet(&mut self) -> bool {
        b"il".iter().any(|one| {
            self.spare.clear();
            self.spare.extend(self.word.iter().map(|c| match c {
                b'1' | b'!' | b'|' => *one,
                b'0' => b'o',
                b'3' => b'e',
                b'4' | b'@' => b'a',
                b'5' | b'$' => b's',
                b'7' => b't',
                b'8' => b'b',
                b'9' | b'6' => b'g',
                b'2' => b'z',
                _ => *c,
            }));
            self.instead()
        })
    }

    /// Adds `spare` in the place of the current word, if it is a known one.
    fn instead(&mut self) -> bool {
        let (t, c) = self.tables.look(&self.spare);
        if c == 0 {
            return false;
        }
        self.tokens.push(disguised(c), t, &self.spare);
        self.word.clear();
        self.kind = 0;
        true
    }

    /// Cuts a run of letters into words of the vocabulary, and adds them, if all of it is made of them and one of them
    /// matters.
    fn glued(&mut self, b: &[u8]) -> bool {
        let mut came = [0u8; LONGEST + 1]; // came[n]: the length of a word that ends at n, where all before is words
        for from in 0..b.len() {
            if from == 0 || came[from] != 0 {
                self.reach(&b[from..], &mut came[from..]);
            }
        }
        let mut cuts = [0u8; LONGEST];
        let (mut to, mut words, mut matters) = (b.len(), 0, false);
        while to > 0 {
            let n = came[to];
            if n == 0 {
                return false;
            }
            cuts[words] = n;
            words += 1;
            let from = to - usize::from(n);
            matters = matters || self.tables.class(&b[from..to]) & CORE != 0;
            to = from;
        }
        if !matters {
            return false;
        }
        let mut from = 0;
        for n in cuts[..words].iter().rev() {
            let word = &b[from..from + usize::from(*n)];
            let (t, c) = self.tables.look(word);
            self.tokens.push(disguised(c), t, word);
            from += word.len();
        }
        true
    }

    /// Notes the words of the vocabulary that a text begins with, by their lengths.
    fn reach(&self, b: &[u8], came: &mut [u8]) {
        let mut lengths = self.tables.lengths(b);
        while lengths != 0 {
            let n = lengths.trailing_zeros() as usize;
            lengths &= lengths - 1;
            if n > b.len() {
                return;
            }
            let word = &b[..n];
            if self.tables.class(word) != 0 || n < 5 && BETWEEN.iter().any(|w| w.as_bytes() == word) {
                came[n] = n as u8;
            }
        }
    }

    /// Looks up letters that stood apart from each other: "i g n o r e". Where more than one space stood between them, a
    /// word ends; without that, they are cut into words as they come.
    pub fn end_singles(&mut self) {
        if self.singles.len() >= MIN_APART {
            let singles = std::mem::take(&mut self.singles);
            for b in singles.split(|c| *c == b' ') {
                self.joined(b);
            }
            self.singles = singles;
        }
        self.singles.clear();
        self.gaps = 0;
    }

    /// Adds letters that stood apart as a word, or several.
    fn joined(&mut self, b: &[u8]) {
        if b.len() < 2 {
            return;
        }
        let (t, c) = self.tables.look(b);
        if c != 0 {
            self.tokens.push(disguised(c), t, b);
        } else if b.len() >= 8 {
            self.glued(b);
        }
    }
}

/// A letter thirteen places on in the alphabet.
pub fn rot13(c: u8) -> u8 {
    match c {
        b'a'..=b'z' => (c - b'a' + 13) % 26 + b'a',
        b'A'..=b'Z' => (c - b'A' + 13) % 26 + b'A',
        _ => c,
    }
}

/// Appends a text written backwards, character by character.
pub fn backwards(dst: &mut Vec<u8>, text: &[u8]) {
    let mut n = text.len();
    while n > 0 {
        let size = utf8::last(&text[..n]);
        dst.extend_from_slice(&text[n - size..n]);
        n -= size;
    }
}
