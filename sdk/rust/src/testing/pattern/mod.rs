//! Pattern sets, so that plugins with `scan` run natively: a small matcher with the host's meaning, in time that the
//! length of text and pattern bounds, without its speed.

mod parse;

use super::run::Run;
use crate::abi::{status, Field, Hook, MAX_HITS, MAX_PATTERNS, MAX_PATTERN_BYTES, MAX_SETS};
use parse::{Assert, Class, Fault, Node};

/// A step of a pattern's program.
#[derive(Debug)]
enum Step {
    One(Class),
    Assert(Assert),
    /// Goes on at both.
    Split(usize, usize),
    Jump(usize),
    Match,
}

/// A pattern.
#[derive(Debug, Default)]
struct Program(Vec<Step>);

/// The most steps of a pattern, so that nested repetitions end.
const MAX_STEPS: usize = 100_000;

/// What is known of a pattern from one place of a text on.
struct Found {
    /// Where its longest match ends.
    end: Option<usize>,
    /// Tells that more text could complete or lengthen a match.
    open: bool,
}

impl Program {
    fn new(pattern: &str) -> Result<Program, Fault> {
        let mut p = Program::default();
        p.write(&parse::parse(pattern)?)?;
        p.0.push(Step::Match);
        let mut reached = vec![false; p.0.len()];
        if p.reach(0, &mut reached, &mut |_| true) {
            return Err(Fault::Empty);
        }
        Ok(p)
    }

    fn write(&mut self, node: &Node) -> Result<(), Fault> {
        if self.0.len() > MAX_STEPS {
            return Err(Fault::Invalid);
        }
        match node {
            Node::One(c) => self.0.push(Step::One(c.clone())),
            Node::Assert(a) => self.0.push(Step::Assert(*a)),
            Node::All(all) => {
                for n in all {
                    self.write(n)?;
                }
            }
            Node::Any(any) => {
                let mut ends = Vec::new();
                for (i, n) in any.iter().enumerate() {
                    let split = self.0.len();
                    if i + 1 < any.len() {
                        self.0.push(Step::Match); // becomes the split
                    }
                    self.write(n)?;
                    if i + 1 < any.len() {
                        ends.push(self.0.len());
                        self.0.push(Step::Match); // becomes the jump
                        self.0[split] = Step::Split(split + 1, self.0.len());
                    }
                }
                for at in ends {
                    self.0[at] = Step::Jump(self.0.len());
                }
            }
            Node::Repeat(n, least, most) => self.repeat(n, *least, *most)?,
        }
        Ok(())
    }

    fn repeat(&mut self, n: &Node, least: u32, most: Option<u32>) -> Result<(), Fault> {
        for _ in 0..least {
            self.write(n)?;
        }
        let mut splits = Vec::new();
        for _ in least..most.unwrap_or(least + 1) {
            splits.push(self.0.len());
            self.0.push(Step::Match); // becomes the split
            self.write(n)?;
        }
        if most.is_none() {
            self.0.push(Step::Jump(splits[0]));
        }
        for at in splits {
            self.0[at] = Step::Split(at + 1, self.0.len());
        }
        Ok(())
    }

    /// Marks the steps that are reached from one without a character, and tells whether the match is among them. `holds`
    /// decides asserts.
    fn reach(&self, from: usize, reached: &mut [bool], holds: &mut dyn FnMut(Assert) -> bool) -> bool {
        let (mut todo, mut matches) = (vec![from], false);
        while let Some(at) = todo.pop() {
            if std::mem::replace(&mut reached[at], true) {
                continue;
            }
            match &self.0[at] {
                Step::One(_) => {}
                Step::Assert(a) if holds(*a) => todo.push(at + 1),
                Step::Assert(_) => {}
                Step::Split(a, b) => todo.extend([*a, *b]),
                Step::Jump(to) => todo.push(*to),
                Step::Match => matches = true,
            }
        }
        matches
    }

    /// Looks for a match that begins at byte `start`.
    fn run(&self, text: &[u8], start: usize) -> Found {
        let mut found = Found { end: None, open: false };
        let mut steps = vec![0];
        let mut at = start;
        loop {
            let next = next(text, at);
            let mut reached = vec![false; self.0.len()];
            let mut undecided = false;
            let mut holds = |a: Assert| {
                undecided |= next == Next::End;
                let is_word = |c: Option<&u8>| c.map_or(false, |c| c.is_ascii_alphanumeric() || *c == b'_');
                let (before, after) = (is_word(text[..at].last()), is_word(text.get(at)));
                match a {
                    Assert::Begin => at == 0,
                    Assert::End => next == Next::End,
                    Assert::Word => before != after,
                    Assert::NotWord => before == after,
                }
            };
            let mut matches = false;
            for s in steps.drain(..) {
                matches |= self.reach(s, &mut reached, &mut holds);
            }
            if matches && at > start {
                found.end = Some(at);
            }
            let waiting = |s: &usize| matches!(self.0[*s], Step::One(_));
            let c = match next {
                Next::Char(c) => c,
                Next::Other => return found,
                Next::End => {
                    found.open = undecided || (0..reached.len()).any(|s| reached[s] && waiting(&s));
                    return found;
                }
            };
            let goes_on = |s: &usize| reached[*s] && matches!(&self.0[*s], Step::One(class) if class.has(c));
            steps.extend((0..reached.len()).filter(goes_on).map(|s| s + 1));
            if steps.is_empty() {
                return found;
            }
            at += c.len_utf8();
        }
    }
}

/// What stands at a place of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Char(char),
    /// A byte that isn't UTF-8: it belongs to no match.
    Other,
    /// Nothing, or the begin of a character that was cut.
    End,
}

fn next(text: &[u8], at: usize) -> Next {
    let some = &text[at..text.len().min(at + 4)];
    let valid = match std::str::from_utf8(some) {
        Ok(valid) => valid,
        Err(e) if e.valid_up_to() == 0 && e.error_len().is_some() => return Next::Other,
        Err(e) => std::str::from_utf8(&some[..e.valid_up_to()]).unwrap_or_default(),
    };
    valid.chars().next().map_or(Next::End, Next::Char)
}

/// A set of patterns.
#[derive(Debug)]
pub(crate) struct Matcher {
    lines: String,
    patterns: Vec<Program>,
}

impl Matcher {
    /// Makes a set, or tells which pattern is at fault.
    fn new(lines: &str) -> Result<Matcher, (usize, Fault)> {
        let made = lines.split('\n').enumerate().map(|(n, p)| Program::new(p).map_err(|e| (n, e)));
        Ok(Matcher { patterns: made.collect::<Result<_, _>>()?, lines: lines.into() })
    }

    /// Calls `hit` with each match from `at` on, as pattern, begin and end, and returns where the first open one begins.
    fn scan(&self, text: &[u8], mut at: usize, mut hit: impl FnMut(usize, usize, usize)) -> usize {
        let mut open = text.len();
        while text.get(at).map_or(false, |c| c & 0xc0 == 0x80) {
            at += 1;
        }
        while at < text.len() {
            let mut longest = None;
            for (n, p) in self.patterns.iter().enumerate() {
                let found = p.run(text, at);
                if found.open {
                    open = open.min(at);
                }
                if let Some(end) = found.end {
                    if longest.map_or(true, |(_, e)| e < end) {
                        longest = Some((n, end));
                    }
                }
            }
            at = match longest {
                Some((n, end)) => {
                    hit(n, at, end);
                    end
                }
                None => match next(text, at) {
                    Next::Char(c) => at + c.len_utf8(),
                    _ => at + 1,
                },
            };
        }
        open
    }
}

impl Run {
    pub(crate) fn scan_compile(&mut self, lines: &str) -> Result<i32, i32> {
        if self.hook != Hook::OnInit {
            return Err(status::BAD_FIELD);
        }
        self.world.refusal = None;
        let sets = &mut self.world.sets;
        if let Some(id) = sets.iter().position(|s| s.lines == lines) {
            return Ok(id as i32);
        }
        if lines.len() > MAX_PATTERN_BYTES || lines.split('\n').count() > MAX_PATTERNS || sets.len() == MAX_SETS {
            return Err(status::TOO_LARGE);
        }
        let (n, why) = match Matcher::new(lines) {
            Ok(m) => {
                sets.push(m);
                return Ok(sets.len() as i32 - 1);
            }
            Err((n, Fault::Invalid)) => (n, "it isn't valid"),
            Err((n, Fault::Empty)) => (n, "it matches the empty text"),
            Err((_, Fault::Unknown(what))) => {
                panic!("the test host doesn't know {what} in a pattern; the real host may")
            }
        };
        self.world.refusal = Some(format!("{n} {why}"));
        Err(status::INVALID)
    }

    pub(crate) fn scan_error(&self) -> Result<&[u8], i32> {
        self.world.refusal.as_ref().map(String::as_bytes).ok_or(status::ABSENT)
    }

    fn set(&self, set: i32) -> Result<&Matcher, i32> {
        usize::try_from(set).ok().and_then(|n| self.world.sets.get(n)).ok_or(status::BAD_RANGE)
    }

    /// The hits as they cross, counted from byte `zero` on, and where the first open match begins.
    fn scan(&self, set: i32, text: &[u8], from: usize, zero: usize) -> Result<(Vec<u8>, usize), i32> {
        let (set, mut hits) = (self.set(set)?, Vec::new());
        if from > text.len() {
            return Err(status::BAD_RANGE);
        }
        let open = set.scan(text, from, |pattern, start, end| {
            for n in [pattern, start - zero, end - zero] {
                hits.extend_from_slice(&(n as u32).to_le_bytes());
            }
        });
        if hits.len() > MAX_HITS * 12 {
            return Err(status::TOO_LARGE);
        }
        Ok((hits, open - zero))
    }

    pub(crate) fn scan_match(&self, set: i32, text: &[u8], from: u32) -> Result<Vec<u8>, i32> {
        Ok(self.scan(set, text, from as usize, 0)?.0)
    }

    pub(crate) fn scan_match_field(&self, set: i32, f: Field, i: u32, j: u32) -> Result<Vec<u8>, i32> {
        self.scan_match(set, &self.get(f, i, j)?, 0)
    }

    pub(crate) fn scan_open(&self, set: i32, text: &[u8], from: u32) -> Result<i32, i32> {
        Ok(self.scan(set, text, from as usize, 0)?.1 as i32)
    }

    pub(crate) fn scan_window(&self, set: i32) -> Result<(Vec<u8>, usize), i32> {
        if self.hook != Hook::OnDelta {
            return Err(status::BAD_FIELD);
        }
        let (text, from) = ([self.before.as_slice(), &self.window].concat(), self.before.len());
        let (hits, open) = self.scan(set, &text, from, from)?;
        Ok((hits, if self.is_final { self.window.len() } else { open }))
    }
}

#[cfg(test)]
mod tests;
