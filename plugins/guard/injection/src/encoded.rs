//! What is written in escapes, base64 and hexadecimal digits.

use crate::read::Reader;
use crate::tables::Tables;
use crate::utf8;
use core::ops::Deref;

/// How much of what is encoded in a text is read, in bytes.
pub const MAX_HIDDEN: usize = 64 << 10;

/// How long a run of base64 or hexadecimal digits is before it is looked into.
pub const MIN_RUN: usize = 20;

/// How many begins of one run are tried: what stands before the real one is often made of its digits too.
const MAX_TRIES: u32 = 4;

/// Reads a character, or an escape that stands for one: \u0041, \x41, %41, &#65;, &#x41;. Returns its bytes too.
#[inline]
pub fn unescape(text: &[u8]) -> (u32, usize) {
    match text[0] {
        0x80.. => utf8::decode(text),
        b'\\' => match text.get(1) {
            Some(b'u') => digits(text, 2, 4),
            Some(b'x') => digits(text, 2, 2),
            Some(b'n' | b't' | b'r') => ('\n'.into(), 2),
            _ => ('\\'.into(), 1),
        },
        b'%' => digits(text, 1, 2),
        b'&' => entity(text),
        c => (c.into(), 1),
    }
}

/// Reads hexadecimal digits after a mark, which is itself if they aren't there.
fn digits(text: &[u8], from: usize, count: usize) -> (u32, usize) {
    let read = |r: u32, c: &u8| hex(*c).map(|v| r << 4 | v);
    match text.get(from..from + count).and_then(|d| d.iter().try_fold(0, read)) {
        Some(r) => (r, from + count),
        None => (text[0].into(), 1),
    }
}

/// Reads a numbered entity of HTML.
fn entity(text: &[u8]) -> (u32, usize) {
    let (mut n, base) = match text {
        [_, b'#', b'x' | b'X', _, ..] => (3, 16),
        [_, b'#', _, _, ..] => (2, 10),
        _ => return ('&'.into(), 1),
    };
    let mut r = 0;
    let begin = n;
    while n < text.len() && n - begin < 7 {
        match hex(text[n]) {
            Some(v) if v < base => r = r * base + v,
            _ => break,
        }
        n += 1;
    }
    if text.get(n) == Some(&b';') && utf8::valid(r) {
        (r, n + 1)
    } else {
        ('&'.into(), 1)
    }
}

/// A hexadecimal digit's value.
fn hex(c: u8) -> Option<u32> {
    match c {
        b'0'..=b'9' => Some(u32::from(c - b'0')),
        b'a'..=b'f' => Some(u32::from(c - b'a') + 10),
        b'A'..=b'F' => Some(u32::from(c - b'A') + 10),
        _ => None,
    }
}

/// The value of each digit of base64, of either alphabet, `NONE` for others.
static VALUES: [u8; 256] = {
    let mut t = [NONE; 256];
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut n = 0;
    while n < digits.len() {
        t[digits[n] as usize] = n as u8;
        n += 1;
    }
    t[b'-' as usize] = 62;
    t[b'_' as usize] = 63;
    t
};
const NONE: u8 = 0xff;

fn is_digit(c: u8) -> bool {
    VALUES[usize::from(c)] != NONE
}

/// Tells whether a run of digits could begin a text. It looks at two bytes, and most texts haven't these.
#[inline]
pub fn maybe_run(text: &[u8]) -> bool {
    text.len() >= MIN_RUN && is_digit(text[MIN_RUN / 2]) && is_digit(text[MIN_RUN - 1])
}

impl<T: Deref<Target = Tables>> Reader<T> {
    /// Reads a run of base64 or hexadecimal digits that begins at `text[at]` and stands for a text, and keeps that.
    /// Returns its bytes, 0 if there is none.
    pub fn run(&mut self, text: &[u8], at: usize) -> usize {
        if at >= self.tried {
            self.tries = 0;
        } else if self.tries == MAX_TRIES {
            return 0;
        }
        let text = &text[at..];
        if !maybe_run(text) {
            return 0;
        }
        let mut n = text.iter().position(|c| !is_digit(*c)).unwrap_or(text.len());
        self.tried = at + n;
        self.tries += 1;
        if n < MIN_RUN || self.decoded.len() > MAX_HIDDEN || text[..n].iter().all(u8::is_ascii_lowercase) {
            return 0;
        }
        let before = self.decoded.len();
        let run = &text[..n.min(MAX_HIDDEN)];
        if text[..n].iter().all(|c| hex(*c).is_some()) {
            self.decode_16(run);
        } else {
            self.decode_64(run);
        }
        if !readable(&self.decoded[before..]) {
            self.decoded.truncate(before);
            return 0;
        }
        self.decoded.push(b'\n');
        while text.get(n) == Some(&b'=') {
            n += 1;
        }
        n
    }

    fn decode_16(&mut self, run: &[u8]) {
        for pair in run.chunks_exact(2) {
            let of = |c| hex(c).unwrap_or(0) as u8;
            self.decoded.push(of(pair[0]) << 4 | of(pair[1]));
        }
    }

    fn decode_64(&mut self, run: &[u8]) {
        let (mut bits, mut have) = (0, 0);
        for c in run {
            bits = bits << 6 | u32::from(VALUES[usize::from(*c)]);
            have += 6;
            if have >= 8 {
                have -= 8;
                self.decoded.push((bits >> have) as u8);
                bits &= (1 << have) - 1;
            }
        }
    }
}

/// Tells whether bytes are a text: UTF-8 without control characters, and mostly letters.
fn readable(b: &[u8]) -> bool {
    let (mut letters, mut n) = (0, 0);
    while n < b.len() {
        let (c, size) = utf8::decode(&b[n..]);
        if c == utf8::ERROR && size < 2 && n + 4 < b.len() {
            return false;
        }
        match c {
            0x61..=0x7a | 0x41..=0x5a | 0x20 | 0x80.. => letters += 1,
            0x09 | 0x0a | 0x0d => {}
            0..=0x1f | 0x7f => return false,
            _ => {}
        }
        n += size;
    }
    !b.is_empty() && letters * 5 >= b.len() * 3
}
