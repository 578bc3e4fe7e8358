//! References within a schema.

use super::Compiler;
use crate::json::{Doc, Kind};
use crate::rules::Id;
use crate::strings::hex4;

impl Compiler<'_> {
    /// Finds what a $ref within the document points at.
    pub(super) fn reference(&mut self, n: u32) -> Option<Id> {
        let doc = self.doc;
        if doc.kind(n) != Kind::Text {
            self.bad("it isn't a text");
            return None;
        }
        let path = match doc.text(n) {
            [b'#', path @ ..] if path.is_empty() || path[0] == b'/' => path,
            _ => {
                self.beyond("it may point into this schema only, as #/$defs/name");
                return None;
            }
        };
        let mut at = 0;
        for name in path.split(|c| *c == b'/').skip(1) {
            at = match step(doc, at, &unpoint(name)) {
                Some(at) => at,
                None => {
                    self.bad("it points at nothing");
                    return None;
                }
            };
        }
        self.refs.push((at, path));
        Some(self.place(at))
    }
}

/// Goes to a member or an element by its name.
fn step(doc: &Doc, n: u32, name: &[u8]) -> Option<u32> {
    if doc.kind(n) != Kind::List {
        return doc.member(n, name);
    }
    let mut place = 0;
    for b in name {
        if !b.is_ascii_digit() || place > doc.count {
            return None;
        }
        place = place * 10 + usize::from(b - b'0');
    }
    if name.is_empty() || place >= doc.size(n) {
        return None;
    }
    doc.elements(n).nth(place)
}

/// Undoes the escapes of a JSON pointer in a URL's fragment.
fn unpoint(s: &[u8]) -> Vec<u8> {
    let (mut out, mut n) = (Vec::with_capacity(s.len()), 0);
    while n < s.len() {
        match s[n..] {
            [b'%', a, b, ..] => match hex4(&[b'\\', b'u', b'0', b'0', a, b]) {
                Some(x) => {
                    out.push(x as u8);
                    n += 2;
                }
                None => out.push(b'%'),
            },
            _ => out.push(s[n]),
        }
        n += 1;
    }
    let mut plain = Vec::with_capacity(out.len());
    let mut rest = out.iter().peekable();
    while let Some(&c) = rest.next() {
        let escaped = match rest.peek() {
            Some(b'0') if c == b'~' => b'~',
            Some(b'1') if c == b'~' => b'/',
            _ => {
                plain.push(c);
                continue;
            }
        };
        plain.push(escaped);
        rest.next();
    }
    plain
}
