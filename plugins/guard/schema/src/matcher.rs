//! Runs patterns on texts.

mod table;

pub(crate) use table::Table;

use crate::pattern::{Pattern, Step};
use yett::utf8::decode_whole;

/// What is remembered while a pattern runs. It keeps its memory for the next.
#[derive(Debug, Default)]
pub(crate) struct Matcher {
    /// Steps that the text so far leads to.
    now: Vec<u32>,
    next: Vec<u32>,
    /// By step: the round in which it was added.
    seen: Vec<u32>,
    round: u32,
}

/// What stands for no code point.
const NONE: u32 = u32::MAX;

impl Matcher {
    /// Tells whether the pattern matches somewhere in a text. It lowers `left` by what that costs, and gives up below 0.
    pub(crate) fn matches(&mut self, p: &Pattern, s: &[u8], left: &mut i64) -> bool {
        if self.seen.len() < p.steps.len() {
            self.seen.resize(p.steps.len(), 0);
        }
        if let Some(matched) = self.looks_up(p, s, left) {
            return matched;
        }
        self.now.clear();
        self.runs(p, s, 0, left)
    }

    /// Is matches from a place on, whither the steps in now lead.
    fn runs(&mut self, p: &Pattern, s: &[u8], mut at: usize, left: &mut i64) -> bool {
        // Of what isn't ASCII nothing is told apart but that it isn't a part of a word.
        let mut before = at.checked_sub(1).map_or(NONE, |at| s[at].into());
        loop {
            let (after, size) = if at < s.len() { decode_whole(&s[at..]) } else { (NONE, 0) };
            // What was reached by reading is in now; the steps behind it, and those of a match that begins here, follow.
            let (work, matched) = self.spread(p, before, after);
            if matched {
                return true;
            }
            *left -= (work + 1) / 2;
            if size == 0 || *left < 0 || p.anchored && self.now.is_empty() {
                return false;
            }
            self.read(p, after);
            before = after;
            at += size;
        }
    }

    /// Follows the steps that read nothing from those in now and from the first. It leaves in now those that read, and tells how
    /// many it looked at, of which two weigh as much as a step of a check, and whether the match is complete.
    fn spread(&mut self, p: &Pattern, before: u32, after: u32) -> (i64, bool) {
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.seen.fill(0);
            self.round = 1;
        }
        let (mut work, round, seen, list) = (0, self.round, &mut self.seen, &mut self.next);
        list.clear();
        let mut add = |list: &mut Vec<u32>, n: u32| {
            let last = &mut seen[n as usize];
            if *last != round {
                *last = round;
                list.push(n);
            }
        };
        if before == NONE || !p.anchored {
            add(list, 0);
        }
        for n in self.now.drain(..) {
            add(list, n);
        }
        while let Some(n) = list.pop() {
            work += 1;
            match p.steps[n as usize] {
                Step::One(_) | Step::Class(_) => self.now.push(n),
                Step::Match => return (work, true),
                Step::Split(to) => {
                    add(list, n + 1);
                    add(list, to);
                }
                Step::Jump(to) => add(list, to),
                place => {
                    if holds(place, before, after) {
                        add(list, n + 1);
                    }
                }
            }
        }
        (work, false)
    }

    /// Takes the steps of now that read x, and leaves those behind them.
    fn read(&mut self, p: &Pattern, x: u32) {
        let mut kept = 0;
        for at in 0..self.now.len() {
            let n = self.now[at];
            let reads = match p.steps[n as usize] {
                Step::One(y) => x == y,
                Step::Class(set) => p.sets[set as usize].has(x),
                _ => false,
            };
            if reads {
                self.now[kept] = n + 1;
                kept += 1;
            }
        }
        self.now.truncate(kept);
    }
}

/// Tells whether a place between two code points is what a step asks for.
fn holds(place: Step, before: u32, after: u32) -> bool {
    match place {
        Step::Begin => before == NONE,
        Step::End => after == NONE,
        Step::Word => is_word(before) != is_word(after),
        _ => is_word(before) == is_word(after),
    }
}

fn is_word(x: u32) -> bool {
    matches!(x, 0x30..=0x39 | 0x41..=0x5a | 0x5f | 0x61..=0x7a)
}

#[cfg(test)]
impl Matcher {
    /// Is matches without a table.
    pub(crate) fn matches_without(&mut self, p: &Pattern, s: &[u8], left: &mut i64) -> bool {
        self.now.clear();
        self.runs(p, s, 0, left)
    }
}
