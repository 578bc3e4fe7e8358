//! Makes tokens of texts.

use crate::classes::{class, Class};
use crate::encoded::{unescape, MAX_HIDDEN};
use crate::fold::fold;
use crate::prose::PADDING;
use crate::tables::{spaceless, Tables, Token, BLANK, NUMBER};
use crate::tokens::Tokens;
use crate::utf8;
use core::ops::Deref;

/// A word longer than this is cut, in bytes.
pub const MAX_WORD: usize = 128;

/// Kinds of letters that a word has.
pub mod kind {
    pub const LATIN: u8 = 1;
    pub const DIGIT: u8 = 2;
    pub const OTHER: u8 = 4;
    /// Latin in another guise: full-width, mathematical, in circles.
    pub const WIDE: u8 = 8;
}

/// Makes tokens of texts. It is used again from text to text.
pub struct Reader<T> {
    /// The words that are known.
    pub tables: T,
    /// The tokens of the text.
    pub tokens: Tokens,
    /// The text with `PADDING` after it.
    padded: Vec<u8>,
    /// What runs of base64 and hexadecimal digits stand for.
    pub decoded: Vec<u8>,
    /// What is written in tags.
    pub tagged: Vec<u8>,
    /// Words that mean something only backwards, and only in ROT13.
    pub reverse: usize,
    pub rot: usize,
    /// The word that is read, and the kinds of its letters.
    pub word: Vec<u8>,
    pub kind: u8,
    pub spare: Vec<u8>,
    /// Letters that stand alone, one after another.
    pub singles: Vec<u8>,
    /// Spaces and marks since the last letter.
    pub gaps: u32,
    /// The end of the run of digits that was tried last, and how often it was.
    pub tried: usize,
    pub tries: u32,
}

/// How long a run of letters is that may be several words.
pub const MIN_GLUED: usize = 12;

impl<T: Deref<Target = Tables>> Reader<T> {
    /// A reader that knows these words.
    pub fn new(tables: T) -> Self {
        Reader {
            tables,
            tokens: Tokens::default(),
            padded: Vec::new(),
            decoded: Vec::new(),
            tagged: Vec::new(),
            reverse: 0,
            rot: 0,
            word: Vec::new(),
            kind: 0,
            spare: Vec::new(),
            singles: Vec::new(),
            gaps: 0,
            tried: 0,
            tries: 0,
        }
    }

    /// Forgets the text before.
    pub fn reset(&mut self) {
        self.tokens.clear();
        self.decoded.clear();
        self.tagged.clear();
        self.reverse = 0;
        self.rot = 0;
    }

    /// Adds the tokens of a text.
    pub fn read(&mut self, text: &[u8]) {
        let mut padded = core::mem::take(&mut self.padded);
        padded.clear();
        padded.reserve(text.len() + PADDING);
        padded.extend_from_slice(text);
        padded.extend_from_slice(&[0; PADDING]);
        self.read_padded(&padded, text.len());
        self.padded = padded;
    }

    /// Is `read` without the short way of `prose`.
    #[cfg(test)]
    pub fn read_the_long_way(&mut self, text: &[u8]) {
        self.read_padded(text, text.len());
    }

    /// Adds the tokens of a text of so many bytes, after which there may be PADDING.
    fn read_padded(&mut self, padded: &[u8], limit: usize) {
        self.word.clear();
        self.singles.clear();
        (self.kind, self.gaps, self.tried, self.tries) = (0, 0, 0, 0);
        self.tokens.stop();
        let text = &padded[..limit];
        let mut at = 0;
        while at < limit {
            if self.word.is_empty() {
                at = self.prose(padded, limit, at);
            }
            if at < limit {
                at += self.step(text, at);
            }
        }
        self.end_word();
        self.end_singles();
        self.tokens.stop();
    }

    /// Reads one character, a run of ASCII letters, or a whole run that is encoded. It returns its bytes.
    fn step(&mut self, text: &[u8], at: usize) -> usize {
        let rest = &text[at..];
        let first = rest[0];
        if self.word.is_empty() && first.is_ascii_alphanumeric() {
            let n = self.run(text, at);
            if n > 0 {
                return n;
            }
        }
        if first.is_ascii_alphabetic() {
            return self.plain(rest);
        }
        let (c, size) = unescape(rest);
        if c < 0x80 {
            self.ascii(c as u8, text, at, size);
            return size;
        }
        if (0xe_0020..=0xe_007e).contains(&c) {
            if self.tagged.len() < MAX_HIDDEN {
                self.tagged.push((c - 0xe_0000) as u8);
            }
            return size;
        }
        self.beyond(c, text, at, size)
    }

    /// Adds a run of ASCII letters to the word.
    fn plain(&mut self, text: &[u8]) -> usize {
        let n = text.iter().position(|c| !c.is_ascii_alphabetic()).unwrap_or(text.len());
        let room = MAX_WORD.saturating_sub(self.word.len());
        self.word.extend(text[..n.min(room)].iter().map(|c| c | 0x20));
        self.kind |= kind::LATIN;
        n
    }

    /// Takes a character beyond ASCII, which begins at `text[at]` and has `size` bytes there. It returns its bytes.
    fn beyond(&mut self, c: u32, text: &[u8], at: usize, size: usize) -> usize {
        let f = fold(c);
        if f == 0 {
        } else if f < 0x80 {
            if c >= 0x2000 && (f as u8).is_ascii_alphanumeric() {
                self.kind |= kind::WIDE;
            }
            self.ascii(f as u8, text, at, size);
        } else if spaceless(f) {
            self.end_word();
            self.end_singles();
            return self.glyph(&text[at..], f, size);
        } else if letter(f) {
            self.kind |= kind::OTHER;
            if self.word.len() < MAX_WORD {
                utf8::append(&mut self.word, f);
            }
        } else if (0x1_f300..0x1_fb00).contains(&f) {
            // A picture is a word of its own.
            self.end_word();
            self.end_singles();
            utf8::append(&mut self.word, f);
            self.add_known();
        } else {
            self.end_word();
            self.gap(f);
        }
        size
    }

    /// Takes a character that is ASCII, or counts as such. It begins at `text[at]` and has `size` bytes there.
    fn ascii(&mut self, c: u8, text: &[u8], at: usize, size: usize) {
        let inside = !self.word.is_empty();
        match c {
            b'a'..=b'z' | b'A'..=b'Z' => {
                self.kind |= kind::LATIN;
                self.letter(c | 0x20);
            }
            b'0'..=b'9' => {
                self.kind |= kind::DIGIT;
                self.letter(c);
            }
            b'\'' if inside => {} // don't is dont
            b'@' | b'$' | b'!' | b'|' if inside && text.get(at + size).map_or(false, u8::is_ascii_alphanumeric) => {
                self.kind |= kind::DIGIT;
                self.letter(c);
            }
            b'_' if inside => self.end_word(),
            _ => {
                self.end_word();
                self.fence(text, at);
                self.gap(c.into());
            }
        }
    }

    fn letter(&mut self, c: u8) {
        if self.word.len() < MAX_WORD {
            self.word.push(c);
        }
    }

    /// Notes what stands between words: marks that end a sentence, and spaces between letters that stand alone.
    fn gap(&mut self, c: u32) {
        self.gaps += 1;
        let ends = match c {
            0..=0x7f => matches!(c as u8, b'.' | b'!' | b'?' | b'\n' | b';' | b':' | b'"'),
            _ => matches!(c, 0x201c | 0x201d | 0x2026 | 0x3002 | 0xff01 | 0xff1f),
        };
        if ends && (c == '\n'.into() || self.singles.is_empty()) {
            self.end_singles();
            self.tokens.stop();
        }
    }

    /// Adds the word as a token with the class that it has as it stands.
    fn add_known(&mut self) {
        let (t, c) = self.tables.look(&self.word);
        self.add(c, t);
    }

    /// Adds the word, whose token is given, with a class.
    fn add(&mut self, c: Class, t: Token) {
        self.tokens.push(c, t, &self.word);
        self.word.clear();
        self.kind = 0;
    }

    /// Makes a token of the word.
    fn end_word(&mut self) {
        let b = &self.word[..];
        if b.is_empty() {
            return;
        }
        if b.len() == 1 || b.len() <= 4 && b[0] >= 0x80 && utf8::decode(b).1 == b.len() {
            return self.single();
        }
        self.end_singles();
        self.gaps = 0;
        if self.kind == kind::DIGIT {
            return self.add_number();
        }
        let (t, mut c) = self.tables.look(&self.word);
        if c != 0 {
            if self.kind & kind::WIDE != 0 {
                c = disguised(c);
            }
        } else if self.kind != kind::LATIN || self.word.len() >= 5 {
            if self.unmask(t) {
                return;
            }
            c = self.tables.stem(&self.word);
        }
        self.add(c, t);
    }

    fn add_number(&mut self) {
        self.tokens.push(0, NUMBER, &[]);
        self.word.clear();
        self.kind = 0;
    }

    /// Takes a letter that stands alone. Several of them may be a word with spaces in it.
    fn single(&mut self) {
        if !self.singles.is_empty() && self.gaps > 3 || self.singles.len() > MAX_WORD - 8 {
            self.end_singles();
        }
        if !self.singles.is_empty() && self.gaps > 1 {
            self.singles.push(b' ');
        }
        self.gaps = 0;
        self.singles.extend_from_slice(&self.word);
        if self.kind == kind::DIGIT {
            return self.add_number();
        }
        self.add_known();
    }

    /// Reads a word of a script without spaces, which begins with `first`.
    fn glyph(&mut self, text: &[u8], first: u32, size: usize) -> usize {
        let rest = &text[size..];
        for g in self.tables.glyphs(first) {
            if rest.starts_with(g.rest) {
                self.tokens.push(g.class, BLANK, &[]);
                return size + g.rest.len();
            }
        }
        // Characters that mean nothing here count as one word.
        if self.tokens.last() != Some((0, BLANK)) {
            self.tokens.push(0, BLANK, &[]);
        }
        size
    }
}

/// Tells whether a character beyond ASCII is one that words are made of.
fn letter(r: u32) -> bool {
    matches!(r, 0xc0..=0x1fff | 0x2c00..=0x2dff | 0xa000..=0xdfff if r != 0xd7 && r != 0xf7)
}

/// Adds to a class that its word was hidden, if that is one that matters.
pub fn disguised(c: Class) -> Class {
    if c & crate::classes::CORE == 0 {
        return c;
    }
    c | class("disguise")
}
