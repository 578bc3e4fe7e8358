//! Reads patterns: the most of RE2's syntax.

use std::iter::Peekable;
use std::str::Chars;

/// Why a pattern can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is none.
    Invalid,
    /// It matches the empty text.
    Empty,
    /// The test host doesn't know this; the real one may.
    Unknown(String),
}

/// A pattern as a tree.
#[derive(Debug, Clone)]
pub(super) enum Node {
    One(Class),
    Assert(Assert),
    All(Vec<Node>),
    Any(Vec<Node>),
    /// At least so often, and at most.
    Repeat(Box<Node>, u32, Option<u32>),
}

/// What holds between two characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assert {
    Begin,
    End,
    Word,
    NotWord,
}

/// A set of characters.
#[derive(Debug, Clone, Default)]
pub(super) struct Class {
    ranges: Vec<(char, char)>,
    not: bool,
    fold: bool,
}

impl Class {
    fn of(c: char, fold: bool) -> Class {
        Class { ranges: vec![(c, c)], not: false, fold }
    }

    fn holds(&self, c: char) -> bool {
        self.ranges.iter().any(|r| r.0 <= c && c <= r.1)
    }

    pub(super) fn has(&self, c: char) -> bool {
        let folded = self.fold && (c.to_lowercase().any(|c| self.holds(c)) || c.to_uppercase().any(|c| self.holds(c)));
        (self.holds(c) || folded) != self.not
    }

    /// Adds what \d, \w or \s stand for, or all but that.
    fn add(&mut self, letter: char) {
        let ranges: &[(char, char)] = match letter.to_ascii_lowercase() {
            'd' => &[('0', '9')],
            'w' => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
            _ => &[('\t', '\n'), ('\u{c}', '\r'), (' ', ' ')],
        };
        if letter.is_ascii_lowercase() {
            return self.ranges.extend(ranges);
        }
        let mut from = '\0';
        for r in ranges {
            if from < r.0 {
                self.ranges.push((from, char::from(r.0 as u8 - 1)));
            }
            from = char::from(r.1 as u8 + 1);
        }
        self.ranges.push((from, char::MAX));
    }
}

/// The most repetitions, as in RE2.
const MAX_REPEAT: u32 = 1000;

pub(super) fn parse(pattern: &str) -> Result<Node, Fault> {
    let mut p = Parser { rest: pattern.chars().peekable(), fold: false, all: false };
    let node = p.alternatives()?;
    match p.rest.next() {
        None => Ok(node),
        Some(_) => Err(Fault::Invalid), // a ) too many
    }
}

struct Parser<'a> {
    rest: Peekable<Chars<'a>>,
    /// Flags i and s.
    fold: bool,
    all: bool,
}

impl Parser<'_> {
    fn take(&mut self, c: char) -> bool {
        self.rest.next_if_eq(&c).is_some()
    }

    fn alternatives(&mut self) -> Result<Node, Fault> {
        let (fold, all) = (self.fold, self.all);
        let mut any = vec![self.sequence()?];
        while self.take('|') {
            any.push(self.sequence()?);
        }
        self.fold = fold;
        self.all = all;
        Ok(if any.len() == 1 { any.remove(0) } else { Node::Any(any) })
    }

    fn sequence(&mut self) -> Result<Node, Fault> {
        let mut all = Vec::new();
        while !matches!(self.rest.peek(), None | Some('|' | ')')) {
            let node = self.atom()?;
            all.push(self.repeated(node)?);
        }
        Ok(Node::All(all))
    }

    fn atom(&mut self) -> Result<Node, Fault> {
        let c = self.rest.next().ok_or(Fault::Invalid)?;
        Ok(match c {
            '.' if self.all => Node::One(Class { not: true, ..Class::default() }),
            '.' => Node::One(Class { not: true, ..Class::of('\n', false) }),
            '^' => Node::Assert(Assert::Begin),
            '$' => Node::Assert(Assert::End),
            '[' => Node::One(self.class()?),
            '(' => self.group()?,
            '\\' => self.escape()?,
            '*' | '+' | '?' => return Err(Fault::Invalid),
            c => Node::One(Class::of(c, self.fold)),
        })
    }

    fn group(&mut self) -> Result<Node, Fault> {
        let (fold, all) = (self.fold, self.all);
        if self.take('?') {
            if self.take('P') || self.rest.peek() == Some(&'<') {
                self.rest.by_ref().find(|c| *c == '>').ok_or(Fault::Invalid)?;
            } else if self.flags()? {
                return Ok(Node::All(Vec::new())); // (?i), which holds from here on
            }
        }
        let node = self.alternatives()?;
        self.fold = fold;
        self.all = all;
        if self.take(')') {
            Ok(node)
        } else {
            Err(Fault::Invalid)
        }
    }

    /// Reads what follows (? and tells whether the group ends there.
    fn flags(&mut self) -> Result<bool, Fault> {
        let mut on = true;
        loop {
            match self.rest.next() {
                Some(')') => return Ok(true),
                Some(':') => return Ok(false),
                Some('-') => on = false,
                Some('i') => self.fold = on,
                Some('s') => self.all = on,
                Some(c @ ('m' | 'U')) => return Err(Fault::Unknown(format!("flag {c}"))),
                _ => return Err(Fault::Invalid),
            }
        }
    }

    fn repeated(&mut self, node: Node) -> Result<Node, Fault> {
        let (least, most) = match self.counts() {
            Some(counts) => counts,
            None => return Ok(node),
        };
        self.take('?'); // the longest match is wanted anyway
        let too_many = least > MAX_REPEAT || most.map_or(false, |m| m > MAX_REPEAT || m < least);
        if too_many || self.counts().is_some() {
            return Err(Fault::Invalid);
        }
        Ok(Node::Repeat(Box::new(node), least, most))
    }

    /// Reads *, +, ?, {n}, {n,} or {n,m}, if one is there. Another { is meant so.
    fn counts(&mut self) -> Option<(u32, Option<u32>)> {
        for (c, counts) in [('*', (0, None)), ('+', (1, None)), ('?', (0, Some(1)))] {
            if self.take(c) {
                return Some(counts);
            }
        }
        if self.rest.peek() != Some(&'{') {
            return None;
        }
        let mut ahead = self.rest.clone();
        let inside: String = ahead.by_ref().skip(1).take_while(|c| *c != '}').collect();
        let (least, most) = match inside.split_once(',') {
            None => (inside.parse().ok()?, Some(inside.parse().ok()?)),
            Some((least, "")) => (least.parse().ok()?, None),
            Some((least, most)) => (least.parse().ok()?, Some(most.parse().ok()?)),
        };
        for _ in 0..inside.len() + 2 {
            self.rest.next();
        }
        Some((least, most))
    }

    fn escape(&mut self) -> Result<Node, Fault> {
        let c = *self.rest.peek().ok_or(Fault::Invalid)?;
        let assert = match c {
            'b' => Assert::Word,
            'B' => Assert::NotWord,
            'A' => Assert::Begin,
            'z' => Assert::End,
            _ => {
                let mut class = Class { fold: self.fold, ..Class::default() };
                if let Some(c) = self.escaped(&mut class)? {
                    class.ranges.push((c, c));
                }
                return Ok(Node::One(class));
            }
        };
        self.rest.next();
        Ok(Node::Assert(assert))
    }

    /// Reads what follows a backslash: a character, or a set of them that is added to the class.
    fn escaped(&mut self, class: &mut Class) -> Result<Option<char>, Fault> {
        let c = self.rest.next().ok_or(Fault::Invalid)?;
        Ok(Some(match c {
            'd' | 'D' | 'w' | 'W' | 's' | 'S' => {
                class.add(c);
                return Ok(None);
            }
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            'v' => '\u{b}',
            'a' => '\u{7}',
            'x' => self.hex()?,
            'p' | 'P' | 'Q' | 'C' | '0' => return Err(Fault::Unknown(format!("\\{c}"))),
            c if c.is_ascii_alphanumeric() => return Err(Fault::Invalid),
            c => c,
        }))
    }

    /// Reads the rest of \x7f or \x{1f600}.
    fn hex(&mut self) -> Result<char, Fault> {
        let digits: String = if self.take('{') {
            self.rest.by_ref().take_while(|c| *c != '}').collect()
        } else {
            self.rest.by_ref().take(2).collect()
        };
        u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).ok_or(Fault::Invalid)
    }

    fn class(&mut self) -> Result<Class, Fault> {
        let mut class = Class { not: self.take('^'), fold: self.fold, ..Class::default() };
        let mut first = true;
        loop {
            let from = match self.rest.next().ok_or(Fault::Invalid)? {
                ']' if !first => return Ok(class),
                '[' if self.rest.peek() == Some(&':') => return Err(Fault::Unknown("[:name:]".into())),
                '\\' => self.escaped(&mut class)?,
                c => Some(c),
            };
            first = false;
            let from = match from {
                Some(c) => c,
                None => continue,
            };
            let mut ahead = self.rest.clone();
            let is_range = ahead.next() == Some('-') && !matches!(ahead.next(), None | Some(']'));
            if !is_range {
                class.ranges.push((from, from));
                continue;
            }
            self.rest.next();
            let to = match self.rest.next().ok_or(Fault::Invalid)? {
                '\\' => self.escaped(&mut class)?.ok_or(Fault::Invalid)?,
                c => c,
            };
            if to < from {
                return Err(Fault::Invalid);
            }
            class.ranges.push((from, to));
        }
    }
}
