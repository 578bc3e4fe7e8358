//! Reads regular expressions of ECMAScript's kind.

mod class;
mod repeat;
#[cfg(test)]
mod tests;

use crate::matcher::Table;
use core::cell::RefCell;
use yett::utf8::decode_whole;

/// A regular expression as a list of steps. Matching runs all of its ways at once, so that the time is at most the steps times
/// the text, whatever the expression.
#[derive(Debug, Default)]
pub(crate) struct Pattern {
    pub(crate) steps: Vec<Step>,
    pub(crate) sets: Vec<Set>,
    /// It begins with ^: a match begins at the begin.
    pub(crate) anchored: bool,
    /// What is known from earlier texts.
    pub(crate) table: RefCell<Option<Box<Table>>>,
}

/// What is done at a place of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Reads one code point.
    One(u32),
    /// Reads one code point of a set.
    Class(u32),
    /// Goes on behind it, and elsewhere.
    Split(u32),
    Jump(u32),
    Begin,
    End,
    Word,
    NoWord,
    Match,
}

/// A set of code points.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Set {
    /// First and last.
    pub(crate) ranges: Vec<(u32, u32)>,
    pub(crate) not: bool,
}

/// Why a text isn't a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is right, and not known here.
    Beyond,
    Wrong,
    Steps,
}

impl Fault {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Fault::Beyond => "this plugin knows patterns without look-around, back references and \\p only",
            Fault::Wrong => "it isn't a regular expression",
            Fault::Steps => "it has more than 2,000 steps with its repetitions written out",
        }
    }
}

pub(crate) const MAX_STEPS: usize = 2_000;
const MAX_REPEAT: usize = 1_000;
const MAX_GROUPS: usize = 32;

/// Reads a pattern. The first fault stays; with it nothing is left to read.
struct Reader<'a> {
    rest: &'a [u8],
    p: Pattern,
    groups: usize,
    fault: Option<Fault>,
}

impl Pattern {
    /// Reads a pattern, which need not match the whole text.
    pub(crate) fn read(s: &[u8]) -> Result<Pattern, Fault> {
        let mut r = Reader { rest: s, p: Pattern::default(), groups: 0, fault: None };
        r.choice();
        if !r.rest.is_empty() {
            r.fail(Fault::Wrong);
        }
        r.emit(Step::Match);
        if let Some(fault) = r.fault {
            return Err(fault);
        }
        r.p.anchored = r.p.steps[0] == Step::Begin;
        Ok(r.p)
    }
}

impl<'a> Reader<'a> {
    fn fail(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
        self.rest = &[];
    }

    fn skip(&mut self, n: usize) {
        self.rest = &self.rest[n..];
    }

    fn first(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Adds a step, and returns its place.
    fn emit(&mut self, s: Step) -> usize {
        if self.p.steps.len() >= MAX_STEPS {
            self.fail(Fault::Steps);
            return 0;
        }
        self.p.steps.push(s);
        self.p.steps.len() - 1
    }

    fn here(&self) -> usize {
        self.p.steps.len()
    }

    /// Puts a step before the steps from a place on, which move.
    fn insert(&mut self, at: usize, s: Step) {
        if self.here() >= MAX_STEPS {
            return self.fail(Fault::Steps);
        }
        self.p.steps.insert(at, s);
        for s in &mut self.p.steps[at + 1..] {
            if let Step::Split(to) | Step::Jump(to) = s {
                if *to as usize >= at {
                    *to += 1;
                }
            }
        }
    }

    /// Leads a split or a jump here.
    fn lead_here(&mut self, at: usize) {
        let here = self.here() as u32;
        if self.fault.is_none() {
            if let Step::Split(to) | Step::Jump(to) = &mut self.p.steps[at] {
                *to = here;
            }
        }
    }

    /// Reads ways with | between them.
    fn choice(&mut self) {
        self.groups += 1;
        if self.groups > MAX_GROUPS {
            return self.fail(Fault::Beyond);
        }
        let mut ends = Vec::new();
        loop {
            let from = self.here();
            self.sequence();
            if self.first() != Some(b'|') {
                break;
            }
            self.skip(1);
            self.insert(from, Step::Split(0));
            let end = self.emit(Step::Jump(0));
            if self.fault.is_some() {
                return;
            }
            ends.push(end);
            self.lead_here(from);
        }
        for end in ends {
            self.lead_here(end);
        }
        self.groups -= 1;
    }

    fn sequence(&mut self) {
        while let Some(c) = self.first() {
            if c == b'|' || c == b')' {
                return;
            }
            let from = self.here();
            let repeats = self.atom(c);
            if self.fault.is_some() {
                return;
            }
            self.repeat(from, repeats);
        }
    }

    /// Reads one element. The result tells that it may be repeated.
    fn atom(&mut self, c: u8) -> bool {
        match c {
            b'^' | b'$' => {
                self.skip(1);
                self.emit(if c == b'^' { Step::Begin } else { Step::End });
                return false;
            }
            b'(' => self.group(),
            b'[' => self.class(),
            b'.' => {
                self.skip(1);
                let lines = [0x0a, 0x0d, 0x2028, 0x2029];
                self.emit_set(Set { ranges: lines.iter().map(|x| (*x, *x)).collect(), not: true });
            }
            b'*' | b'+' | b'?' => self.fail(Fault::Wrong),
            b'\\' => return self.escape(),
            _ => {
                let (x, size) = decode_whole(self.rest);
                self.skip(size);
                self.emit(Step::One(x));
            }
        }
        true
    }

    fn group(&mut self) {
        self.skip(1);
        match *self.rest {
            [b'?', b':', ..] => self.skip(2),
            [b'?', b'<', c, ..] if c != b'=' && c != b'!' => {
                // a name
                let end = self.rest.iter().position(|c| *c == b'>').map_or(self.rest.len(), |n| n + 1);
                self.skip(end);
            }
            [b'?', _, ..] => return self.fail(Fault::Beyond),
            _ => {}
        }
        self.choice();
        if self.fault.is_some() {
            return;
        }
        if self.rest.is_empty() {
            return self.fail(Fault::Wrong);
        }
        self.skip(1); // the bracket, since choice stops there only
    }
}
