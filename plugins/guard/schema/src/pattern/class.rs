//! Escapes and classes of patterns.

use super::{Fault, Reader, Set, Step};
use crate::strings::{hex4, unescape};
use yett::utf8::decode_whole;

const DIGITS: &[(u32, u32)] = &[(0x30, 0x39)];
const WORDS: &[(u32, u32)] = &[(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)];
const SPACES: &[(u32, u32)] = &[
    (0x09, 0x0d),
    (0x20, 0x20),
    (0xa0, 0xa0),
    (0x1680, 0x1680),
    (0x2000, 0x200a),
    (0x2028, 0x2029),
    (0x202f, 0x202f),
    (0x205f, 0x205f),
    (0x3000, 0x3000),
    (0xfeff, 0xfeff),
];

/// What \d and its like stand for.
fn shorthand(c: u8) -> Option<Set> {
    let ranges = match c {
        b'd' | b'D' => DIGITS,
        b'w' | b'W' => WORDS,
        b's' | b'S' => SPACES,
        _ => return None,
    };
    Some(Set { ranges: ranges.to_vec(), not: c.is_ascii_uppercase() })
}

/// An element of a class.
enum Element {
    One(u32),
    Some(Set),
}

impl Reader<'_> {
    /// Reads a backslash outside of a class. The result tells that it may be repeated.
    pub(super) fn escape(&mut self) -> bool {
        let c = match self.rest.get(1) {
            Some(c) => *c,
            None => {
                self.fail(Fault::Wrong);
                return false;
            }
        };
        if c == b'b' || c == b'B' {
            self.skip(2);
            self.emit(if c == b'b' { Step::Word } else { Step::NoWord });
            return false;
        }
        if let Some(s) = shorthand(c) {
            self.skip(2);
            self.emit_set(s);
            return true;
        }
        let x = self.escaped(c);
        self.emit(Step::One(x));
        true
    }

    /// Reads a backslash that stands for one code point; c follows it.
    fn escaped(&mut self, c: u8) -> u32 {
        let digit_after = matches!(self.rest.get(2), Some(b'0'..=b'9'));
        let (x, size) = match c {
            b'0' if digit_after => return self.failed(Fault::Beyond),
            b'1'..=b'9' | b'k' | b'p' | b'P' | b'c' => return self.failed(Fault::Beyond),
            b't' => (0x09, 2),
            b'n' => (0x0a, 2),
            b'r' => (0x0d, 2),
            b'v' => (0x0b, 2),
            b'f' => (0x0c, 2),
            b'0' => (0, 2),
            b'u' => match unescape(self.rest) {
                Some((x, size)) => (x.into(), size),
                None => return self.failed(Fault::Wrong),
            },
            b'x' => match self.rest {
                [_, _, a, b, ..] => match hex4(&[b'\\', b'u', b'0', b'0', *a, *b]) {
                    Some(x) => (x, 4),
                    None => return self.failed(Fault::Wrong),
                },
                _ => return self.failed(Fault::Wrong),
            },
            _ if c.is_ascii_alphanumeric() => return self.failed(Fault::Wrong),
            _ => {
                let (x, size) = decode_whole(&self.rest[1..]);
                (x, size + 1)
            }
        };
        self.skip(size);
        x
    }

    fn failed(&mut self, fault: Fault) -> u32 {
        self.fail(fault);
        0
    }

    pub(super) fn emit_set(&mut self, s: Set) {
        self.p.sets.push(s);
        self.emit(Step::Class(self.p.sets.len() as u32 - 1));
    }

    /// Reads [abc].
    pub(super) fn class(&mut self) {
        self.skip(1);
        let mut s = Set::default();
        if self.first() == Some(b'^') {
            s.not = true;
            self.skip(1);
        }
        while !matches!(self.first(), None | Some(b']')) {
            let from = self.element();
            let dash = matches!(*self.rest, [b'-', c, ..] if c != b']');
            let from = match from {
                Element::Some(some) => {
                    s.ranges.extend(some.positive());
                    continue;
                }
                Element::One(x) => x,
            };
            let mut to = Element::One(from);
            if dash {
                self.skip(1);
                to = self.element();
            }
            if self.fault.is_some() {
                return;
            }
            match to {
                Element::One(to) if to >= from => s.ranges.push((from, to)),
                _ => return self.fail(Fault::Wrong),
            }
        }
        if self.rest.is_empty() {
            return self.fail(Fault::Wrong);
        }
        self.skip(1);
        self.emit_set(s);
    }

    /// Reads one element of a class: a code point, or a set such as \d.
    fn element(&mut self) -> Element {
        match *self.rest {
            [] | [b'\\'] => Element::One(self.failed(Fault::Wrong)),
            [b'\\', c, ..] => {
                if let Some(s) = shorthand(c) {
                    self.skip(2);
                    return Element::Some(s);
                }
                match c {
                    b'b' | b'-' => {
                        self.skip(2);
                        Element::One(if c == b'b' { 0x08 } else { 0x2d })
                    }
                    _ => Element::One(self.escaped(c)),
                }
            }
            _ => {
                let (x, size) = decode_whole(self.rest);
                self.skip(size);
                Element::One(x)
            }
        }
    }
}

impl Set {
    /// The set as ranges that are in it. The ranges of a shorthand are in order.
    fn positive(self) -> Vec<(u32, u32)> {
        if !self.not {
            return self.ranges;
        }
        let (mut out, mut from) = (Vec::new(), 0);
        for (first, last) in self.ranges {
            if first > from {
                out.push((from, first - 1));
            }
            from = last + 1;
        }
        out.push((from, char::MAX.into()));
        out
    }

    pub(crate) fn has(&self, x: u32) -> bool {
        self.ranges.iter().any(|(first, last)| x >= *first && x <= *last) != self.not
    }
}
