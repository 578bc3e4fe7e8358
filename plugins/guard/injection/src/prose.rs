//! The short way through a text, for what most texts are made of: words of ASCII letters, spaces and marks. What it takes
//! it turns into the tokens that the long way in `read` would have made.

use crate::encoded::maybe_run;
use crate::hash;
use crate::read::{Reader, MIN_GLUED};
use crate::sixteen;
use crate::tables::{Tables, BACKWARDS, ROT13, STOP, TURNED};
use core::ops::Deref;

/// What a character means after letters.
mod after {
    /// A space or a comma: the word ends, and nothing else does.
    pub const SPACE: u8 = 0;
    /// The word ends.
    pub const END: u8 = 1;
    /// The word ends, unless it is the begin of a run of digits of base64.
    pub const DIGIT: u8 = 2;
    /// The word goes on, or it takes more to tell.
    pub const OTHER: u8 = 3;
}

/// What a character means between words.
mod between {
    /// Nothing.
    pub const NOTHING: u8 = 0;
    /// The end of a sentence.
    pub const STOP: u8 = 1;
    /// It takes more to tell.
    pub const OTHER: u8 = 2;
}

static AFTER: [u8; 256] = {
    let mut t = marks(after::END, after::OTHER);
    t = with(t, b"'@$!|_\\%&", after::OTHER);
    t = with(t, b"-+/", after::DIGIT);
    with(t, b" ,", after::SPACE)
};

static BETWEEN: [u8; 256] = {
    let mut t = marks(between::NOTHING, between::OTHER);
    t = with(t, b"\\%&<[:", between::OTHER);
    with(t, b".!?\n;\"", between::STOP)
};

/// A table with one value for ASCII's marks, and another for all other characters.
const fn marks(mark: u8, other: u8) -> [u8; 256] {
    let mut t = [other; 256];
    let mut c = 0;
    while c < 0x80 {
        if !(c as u8).is_ascii_alphanumeric() {
            t[c] = mark;
        }
        c += 1;
    }
    t
}

/// A table with another value for some characters.
const fn with(mut t: [u8; 256], some: &[u8], value: u8) -> [u8; 256] {
    let mut n = 0;
    while n < some.len() {
        t[some[n] as usize] = value;
        n += 1;
    }
    t
}

/// The bytes after a text, which are read with its last ones.
pub const PADDING: usize = 32;

impl<T: Deref<Target = Tables>> Reader<T> {
    /// Reads words, spaces and marks from `at` on, and returns where the first other thing is, or the text's end, `limit`.
    /// There is `PADDING` after it.
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    pub fn prose(&mut self, padded: &[u8], limit: usize, mut at: usize) -> usize {
        if padded.len() < limit + PADDING || self.singles.len() >= MIN_APART {
            return at;
        }
        let t = &mut self.tokens;
        let room = &mut t.list[..];
        let mut len = t.len;
        let mut apart = !self.singles.is_empty(); // a letter stands alone before this
        let mut turned = (0, 0); // words backwards and in ROT13
        let mut single = 0; // that letter, if it was read here
        while at < limit && len < room.len() {
            // SAFETY: `at` is below the limit, and PADDING follows it.
            let (letters, n, next) = unsafe { sixteen::read(padded, at) };
            let (token, more, mut size);
            if n == 0 {
                let kind = BETWEEN[usize::from(next)];
                if kind == between::OTHER || apart || len == 0 {
                    break;
                }
                (token, more) = (STOP, kind == between::STOP && room[len - 1] != STOP);
                size = 1 + usize::from(padded[at + 1] == b' ');
            } else {
                let mut alone = false;
                size = n + 1;
                if next != b' ' || n.wrapping_sub(2) > 13 {
                    let next = AFTER[usize::from(next)];
                    alone = n == 1;
                    if n == 16 || alone && (apart || next != after::SPACE) {
                        break;
                    }
                    if next >= after::DIGIT && (next == after::OTHER || maybe_run(&padded[at..limit])) {
                        break;
                    }
                    size = n + usize::from(next == after::SPACE);
                    size += usize::from(!alone && next == after::SPACE && padded[at + size] == b' ');
                }
                let (first, second) = letters.first(n);
                let tables = &*self.tables;
                token = tables.token((hash::short(first, second, tables.factors) >> 32) as u32);
                let strange = n >= MIN_STEM && (n >= MIN_GLUED || tables.maybe_stem(first as u32));
                match tables.set(token) {
                    None if strange => break,
                    None => {}
                    Some(class) if class & TURNED == 0 => t.classes.push((len, class)),
                    Some(_) if strange => break,
                    Some(class) => {
                        turned.0 += usize::from(class & BACKWARDS != 0);
                        turned.1 += usize::from(class & ROT13 != 0);
                    }
                }
                more = true;
                apart = alone;
                single = first as u8;
            }
            #[cfg(test)]
            if more {
                t.words.push(padded[at..at + n].to_ascii_lowercase());
            }
            room[len] = token;
            len += usize::from(more);
            at += size;
        }
        t.len = len;
        self.reverse += turned.0;
        self.rot += turned.1;
        if !apart {
            self.singles.clear();
        } else if single != 0 {
            self.singles.clear();
            self.singles.push(single);
            self.gaps = 1;
        }
        at
    }
}

/// How many letters that stand alone are looked at together.
pub const MIN_APART: usize = 5;

/// How long a word of ASCII is that is looked up by its begin, in bytes.
const MIN_STEM: usize = 7;
