//! Passes over what can begin no secret, so that the scanner stops at few places.
//!
//! A secret, its name or its mark is found from one of these:
//!
//! - a word in a run of units that tokens are made of, if the run goes on for [`LEAST`] units from there, or to the end
//!   of a text that may go on: the shortest secret with a prefix has as many (`prefixes::tests` holds the rules to it);
//! - the word Bearer or Basic before such a run of [`SHORT`] units, which is found from the run;
//! - a mark: the separators between a name and its value, the dashes before a key in PEM, the tilde in a client secret.
//!
//! Words of prose are shorter, and marks are few in it. A window is 64 units, of which the first [`STEP`] are decided:
//! from any of them, enough of the run that it is in is seen. The last window of a text is decided as a whole. A mask
//! has bit n set for unit n of the window.

use crate::assign::{goes_on, short_value, value_at};
use crate::class::{is, span, ALNUM, BASE64, DIGIT, NAME, QUOTE};
use crate::heads::{eight, numbers, starts};
use crate::lanes::{self, in_token};
use crate::names::may_name;
use crate::url::address;

/// How many units of a token follow from where a secret begins.
pub const LEAST: u32 = 13;
/// How many units what follows Bearer or Basic has.
pub const SHORT: u32 = 8;

const STEP: usize = 48;
const DECIDED: u64 = (1 << STEP) - 1;

/// Where in a text the sieve is.
#[derive(Debug, Clone, Copy)]
pub struct Sieve {
    /// Where the window begins, and where the next one does.
    base: usize,
    end: usize,
    /// No window was before the next one, so that its first units aren't known.
    fresh: bool,
    /// The units that may stand in tokens, marks, and commas, which are marks too.
    tokens: u64,
    marks: u64,
    commas: u64,
    /// What is still to be looked at of the window's first units: all, runs after Bearer or Basic, and words in runs
    /// that are long enough.
    left: u64,
    headers: u64,
    words: u64,
}

/// The text that a sieve passes over, and what the scanner knows of it.
#[derive(Clone, Copy)]
pub struct Text<'t> {
    pub u: &'t [u8],
    /// Nothing follows.
    pub last: bool,
    /// Runs were looked into up to here.
    pub run_end: usize,
}

impl Sieve {
    /// A sieve that has seen nothing: the first call of `next` begins a window where it is asked to.
    pub const fn new() -> Sieve {
        Sieve { base: 0, end: 0, fresh: true, tokens: 0, marks: 0, commas: 0, left: 0, headers: 0, words: 0 }
    }

    /// The first place at n or behind it that the scanner must look at, the text's length if there is none. n never
    /// goes back.
    pub fn next(&mut self, t: Text, n: usize) -> usize {
        if n >= self.end {
            let within = n > 0 && n < t.u.len() && in_token(t.u[n - 1]);
            *self = Sieve { end: n, tokens: (within as u64) << (STEP - 1), ..Sieve::new() };
        } else if n > self.base {
            self.left &= u64::MAX << (n - self.base);
        }
        loop {
            while self.left != 0 {
                let bit = self.left & self.left.wrapping_neg();
                let k = self.base + self.left.trailing_zeros() as usize;
                if self.headers & bit != 0 {
                    self.headers ^= bit;
                    match scheme_before(t.u, k) {
                        Some(scheme) if scheme >= n => return scheme,
                        _ => {}
                    }
                }
                self.left ^= bit;
                let stop = if self.words & bit != 0 { begins(t, k) } else { self.marks & bit != 0 && shows(t, k) };
                if stop {
                    return k;
                }
            }
            if !self.step(t) {
                return t.u.len();
            }
        }
    }

    /// Goes on to the next window in which something is to be looked at, and tells whether there is one.
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn step(&mut self, t: Text) -> bool {
        let u = t.u;
        let Sieve { mut end, mut tokens, mut marks, mut commas, .. } = *self;
        if self.fresh && end < u.len() {
            let [t, m, c] = lanes::kinds(&begin(t, end));
            tokens |= t << STEP;
            marks = m << STEP;
            commas = c << STEP;
        }
        loop {
            let base = end;
            if base >= u.len() {
                *self = Sieve { end, ..Sieve::new() };
                return false;
            }
            let room;
            let (b, decided) = match window(u, base) {
                Some(b) => {
                    end = base + STEP;
                    (b, DECIDED)
                }
                None => {
                    end = u.len();
                    room = padded(t, base);
                    (&room, u64::MAX)
                }
            };
            let within = tokens >> (STEP - 1) & 1;
            let [t1, m1, c1] = lanes::kinds(part(b, 1));
            let [t2, m2, c2] = lanes::kinds(part(b, 2));
            let [t3, m3, c3] = lanes::kinds(part(b, 3));
            tokens = tokens >> STEP | t1 << 16 | t2 << 32 | t3 << 48;
            marks = marks >> STEP | m1 << 16 | m2 << 32 | m3 << 48;
            commas = commas >> STEP | c1 << 16 | c2 << 32 | c3 << 48;
            // What goes on behind a window is of the kind that its last unit is.
            let two = tokens & shifted(tokens, 1);
            let four = two & shifted(two, 2);
            let short = four & shifted(four, 4);
            let long = short & shifted(short, LEAST - SHORT) & decided;
            let runs = short & !(tokens << 1 | within) & decided;
            let words = if long == 0 { 0 } else { long & word_begins(u, base, b) };
            let (mut some, mut headers, mut left) = ((runs | commas) & decided, 0, words | marks & !commas & decided);
            while some != 0 {
                let bit = some & some.wrapping_neg();
                let k = base + some.trailing_zeros() as usize;
                some ^= bit;
                let before = match u.get(k.wrapping_sub(2)..k) {
                    Some(b) => u16::from_le_bytes([b[0], b[1]]),
                    None => continue, // nothing that matters is so short
                };
                if commas & bit != 0 {
                    if is((before >> 8) as u8, QUOTE) {
                        left |= bit;
                    }
                } else if matches!(before | 0x20, C_BEFORE | R_BEFORE) {
                    headers |= bit;
                    left |= bit;
                }
            }
            if left != 0 {
                *self = Sieve { base, end, fresh: false, tokens, marks, commas, left, headers, words };
                return true;
            }
        }
    }
}

/// A mask of the units behind each so many further on, those behind the window as its last one.
#[inline]
fn shifted(mask: u64, by: u32) -> u64 {
    (mask as i64 >> by) as u64
}

/// Where words begin in a window. It is a function of its own since it is seldom called: a turn of a
/// loop is charged for its longest way.
#[inline(never)]
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
fn word_begins(u: &[u8], base: usize, b: &[u8; 64]) -> u64 {
    let [a, b, c, d] = [part(b, 0), part(b, 1), part(b, 2), part(b, 3)];
    let a = lanes::alnums(a) | lanes::alnums(b) << 16 | lanes::alnums(c) << 32 | lanes::alnums(d) << 48;
    let before = base > 0 && is(u[base - 1], ALNUM);
    a & !(a << 1 | before as u64)
}

/// The last letter of Basic or Bearer and a space, the letter in lower case.
const C_BEFORE: u16 = u16::from_le_bytes([b'c', b' ']);
const R_BEFORE: u16 = u16::from_le_bytes([b'r', b' ']);

/// The window at a place, `None` if the text ends before it does.
#[inline]
fn window(u: &[u8], base: usize) -> Option<&[u8; 64]> {
    u.get(base..base + 64)?.try_into().ok()
}

/// A window at the end of a text. Behind it are units that go on with a run if the text may go on, and end it if
/// nothing follows.
#[inline(never)]
fn padded(t: Text, base: usize) -> [u8; 64] {
    let rest = &t.u[base..];
    let mut room = [if t.last { b' ' } else { b'_' }; 64];
    room[..rest.len()].copy_from_slice(rest);
    room
}

/// The first units of a window, as `window` and `padded` have them.
#[inline]
fn begin(t: Text, base: usize) -> [u8; 16] {
    match t.u.get(base..base + 16).map(<[u8; 16]>::try_from) {
        Some(Ok(b)) => b,
        _ => *part(&padded(t, base), 0),
    }
}

/// Part n of a window.
#[inline]
fn part(b: &[u8; 64], n: usize) -> &[u8; 16] {
    match b[16 * n..16 * n + 16].try_into() {
        Ok(b) => b,
        Err(_) => unreachable!(),
    }
}

/// Where the word Bearer or Basic begins that a run at k follows.
fn scheme_before(u: &[u8], k: usize) -> Option<usize> {
    let ends = |text: &[u8]| k >= text.len() && u[k - text.len()..k].eq_ignore_ascii_case(text);
    let n = if ends(b"basic ") {
        k - 6
    } else if ends(b"bearer ") {
        k - 7
    } else {
        return None;
    };
    (n == 0 || !is(u[n - 1], ALNUM)).then_some(n)
}

/// Tells whether the word that begins at n, in a run that is long enough, could begin a secret, or is longer than words
/// are.
fn begins(t: Text, n: usize) -> bool {
    let u = t.u;
    if n + 8 > u.len() {
        return true; // what follows decides
    }
    let x = eight(u, n);
    if numbers(x) {
        let k = span(u, n, DIGIT);
        if k < u.len() && u[k] == b':' {
            return true; // the number of a bot, maybe
        }
    }
    if starts(x) {
        return true;
    }
    if n < t.run_end {
        return false;
    }
    let rest = &u[n..u.len().min(n + crate::encoded::MIN_RUN64)];
    rest.iter().all(|c| is(*c, BASE64 | NAME)) && (rest.len() == crate::encoded::MIN_RUN64 || !t.last)
}

/// Tells whether the scanner must look at the mark at n.
fn shows(t: Text, n: usize) -> bool {
    let u = t.u;
    let before = if n > 0 { u[n - 1] } else { 0 };
    let after = |k: usize| u.get(n + k).copied().unwrap_or(0);
    match u[n] {
        b'-' => return before != b'-' && (n + 1 == u.len() || matches!(after(1), b'-' | b'u')),
        b'~' => return before == b'Q',
        b',' => {
            let quoted = is(after(1), QUOTE) || after(1) == b' ' && is(after(2), QUOTE);
            if !is(before, QUOTE) || !quoted {
                return false;
            }
        }
        b'|' => {
            if !goes_on(after(1)) {
                return false;
            }
        }
        _ => {
            if before == b'=' || before == b':' {
                return false; // it is of one that began before
            }
        }
    }
    address(u, n) || matches!(value_at(u, n), Some(k) if !short_value(u, k, t.last)) && may_name(u, n)
}

#[cfg(test)]
mod tests;
