//! The grammar of RFC 8259, nothing else.

use super::Value;
use alloc::string::String;
use alloc::vec::Vec;

/// How deep values may be nested.
const MAX_DEPTH: usize = 64;

/// Reads a whole text, `None` if it isn't JSON.
pub(super) fn parse(text: &[u8]) -> Option<Value> {
    let mut p = Parser { rest: core::str::from_utf8(text).ok()? };
    let v = p.value(0)?;
    p.space();
    p.rest.is_empty().then_some(v)
}

struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn space(&mut self) {
        let space = |c: &u8| matches!(c, b' ' | b'\t' | b'\n' | b'\r');
        self.rest = &self.rest[self.rest.bytes().take_while(space).count()..];
    }

    /// Skips space and takes c, if it is there.
    fn next(&mut self, c: char) -> bool {
        self.space();
        match self.rest.strip_prefix(c) {
            Some(rest) => self.rest = rest,
            None => return false,
        }
        true
    }

    fn literal(&mut self, word: &str, v: Value) -> Option<Value> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(v)
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        self.space();
        if depth > MAX_DEPTH {
            return None;
        }
        match self.rest.as_bytes().first()? {
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b'"' => self.text().map(Value::Text),
            b't' => self.literal("true", Value::Bool(true)),
            b'f' => self.literal("false", Value::Bool(false)),
            b'n' => self.literal("null", Value::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        let mut members = Vec::new();
        self.next('{');
        if self.next('}') {
            return Some(Value::Object(members));
        }
        loop {
            self.space();
            let name = self.text()?;
            if !self.next(':') {
                return None;
            }
            members.push((name, self.value(depth + 1)?));
            if self.next('}') {
                return Some(Value::Object(members));
            }
            if !self.next(',') {
                return None;
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        let mut list = Vec::new();
        self.next('[');
        if self.next(']') {
            return Some(Value::List(list));
        }
        loop {
            list.push(self.value(depth + 1)?);
            if self.next(']') {
                return Some(Value::List(list));
            }
            if !self.next(',') {
                return None;
            }
        }
    }

    /// Reads a text.
    fn text(&mut self) -> Option<String> {
        let mut out = String::new();
        self.rest = self.rest.strip_prefix('"')?;
        loop {
            let n = plain(self.rest.as_bytes());
            out.push_str(&self.rest[..n]);
            let c = *self.rest.as_bytes().get(n)?;
            self.rest = &self.rest[n + 1..];
            match c {
                b'"' => return Some(out),
                b'\\' => out.push(self.escaped()?),
                _ => return None,
            }
        }
    }

    /// Reads what follows a backslash.
    fn escaped(&mut self) -> Option<char> {
        let c = *self.rest.as_bytes().first()?;
        if !c.is_ascii() {
            return None;
        }
        self.rest = &self.rest[1..];
        Some(match c {
            b'"' | b'\\' | b'/' => c.into(),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.unicode()?,
            _ => return None,
        })
    }

    /// Reads the rest of \uXXXX, or of two of them that are a surrogate pair. A lone surrogate is U+FFFD.
    fn unicode(&mut self) -> Option<char> {
        let high = self.hex4()?;
        if let Some(c) = char::from_u32(high) {
            return Some(c);
        }
        let before = self.rest;
        if high < 0xdc00 {
            if let Some(rest) = self.rest.strip_prefix("\\u") {
                self.rest = rest;
                let low = self.hex4()?;
                if (0xdc00..0xe000).contains(&low) {
                    return char::from_u32(0x10000 + ((high - 0xd800) << 10 | (low - 0xdc00)));
                }
            }
        }
        self.rest = before;
        Some(char::REPLACEMENT_CHARACTER)
    }

    fn hex4(&mut self) -> Option<u32> {
        let digits = self.rest.get(..4)?;
        let mut n = 0;
        for c in digits.chars() {
            n = n << 4 | c.to_digit(16)?;
        }
        self.rest = &self.rest[4..];
        Some(n)
    }

    /// Reads a number: -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?
    fn number(&mut self) -> Option<Value> {
        let s = self.rest.as_bytes();
        let byte = |n: usize| s.get(n).copied().unwrap_or(0);
        let digits = |from: usize| {
            let n = s[from..].iter().take_while(|c| c.is_ascii_digit()).count();
            (n > 0).then_some(from + n)
        };
        let whole = usize::from(byte(0) == b'-');
        let mut n = digits(whole)?;
        if byte(whole) == b'0' && n > whole + 1 {
            return None;
        }
        if byte(n) == b'.' {
            n = digits(n + 1)?;
        }
        if matches!(byte(n), b'e' | b'E') {
            let sign = usize::from(matches!(byte(n + 1), b'+' | b'-'));
            n = digits(n + 1 + sign)?;
        }
        let text = &self.rest[..n];
        self.rest = &self.rest[n..];
        Some(Value::Number(text.into()))
    }
}

/// How many bytes a text has before the first quote, backslash or control character. Eight are looked at together: the lowest
/// bit 7 that is set tells of the first, those above it may be wrong.
fn plain(text: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    let is_plain = |c: &u8| !matches!(*c, b'"' | b'\\' | 0..=0x1f);
    let mut n = 0;
    while let Some(eight) = text.get(n..n + 8) {
        let x = u64::from_le_bytes(eight.try_into().expect("eight bytes"));
        let zero = |x: u64| x.wrapping_sub(ONES) & !x;
        let end = x.wrapping_sub(0x20 * ONES) & !x | zero(x ^ (0x22 * ONES)) | zero(x ^ (0x5c * ONES));
        if end & HIGH != 0 {
            return n + (end & HIGH).trailing_zeros() as usize / 8;
        }
        n += 8;
    }
    n + text[n..].iter().take_while(|c| is_plain(c)).count()
}
