//! What a pattern did on texts before, so that it needn't be worked out again.

use super::{is_word, Matcher, NONE};
use crate::pattern::{Pattern, Step};

/// Patterns of more steps are run without a table, and so are texts from where a table has no room for more states: what it takes to fill
/// one must stay in proportion to what the text pays for.
const MAX_STEPS: usize = 64;
const MAX_STATES: usize = 32;
const MAX_MOVES: usize = 1024;

/// What an ASCII character, or the end of the text, does in a state: what it costs, and the next state. 0 is what isn't known yet.
type Move = u32;

const COST: Move = 0xffff;
const KNOWN: Move = 1 << 16;
const MATCHED: Move = 1 << 17;
/// The pattern doesn't match: the text ends, or nothing that may follow leads on.
const OVER: Move = 1 << 18;
const STATE: u32 = 19;

/// The moves of a pattern by state and class of characters.
#[derive(Debug)]
pub(crate) struct Table {
    /// By ASCII character. No step tells those of a class apart.
    classes: [u8; 128],
    /// How many classes there are, with one for the end of the text.
    width: usize,
    moves: Vec<Move>,
    states: Vec<State>,
    /// The pattern asks for the ends of words.
    words: bool,
}

/// Where a pattern is between two characters.
#[derive(Debug, PartialEq, Eq)]
struct State {
    /// The steps that were read up to, in order.
    steps: Box<[u32]>,
    /// Stands for the character before.
    before: u32,
}

impl Table {
    fn new(p: &Pattern) -> Table {
        let words = p.steps.iter().any(|s| matches!(s, Step::Word | Step::NoWord));
        let mut begins = [false; 129];
        let mut part = |first: u32, last: u32| {
            for at in [first, last.saturating_add(1)] {
                if at < 128 {
                    begins[at as usize] = true;
                }
            }
        };
        for s in &p.steps {
            match *s {
                Step::One(x) => part(x, x),
                Step::Class(set) => p.sets[set as usize].ranges.iter().for_each(|r| part(r.0, r.1)),
                _ => {}
            }
        }
        if words {
            [(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)].iter().for_each(|r| part(r.0, r.1));
        }
        let (mut classes, mut class) = ([0; 128], 0);
        for (c, to) in classes.iter_mut().enumerate() {
            class += u8::from(c > 0 && begins[c]);
            *to = class;
        }
        let width = usize::from(class) + 2;
        let start = State { steps: Box::default(), before: NONE };
        Table { classes, width, moves: vec![0; width], states: vec![start], words }
    }

    /// The class of a character, or of the end of the text; `None` for a character that isn't ASCII.
    #[inline(always)]
    fn class(&self, c: Option<&u8>) -> Option<usize> {
        match c {
            None => Some(self.width - 1),
            Some(c) => self.classes.get(usize::from(*c)).map(|c| usize::from(*c)),
        }
    }

    /// The number of a state, which is added if it is new; `None` if there is no room.
    fn number(&mut self, s: State) -> Option<usize> {
        if let Some(n) = self.states.iter().position(|other| *other == s) {
            return Some(n);
        }
        let n = self.states.len();
        if n >= MAX_STATES || self.moves.len() + self.width > MAX_MOVES {
            return None;
        }
        self.states.push(s);
        self.moves.resize(self.moves.len() + self.width, 0);
        Some(n)
    }
}

impl Matcher {
    /// Is matches for patterns that have a table, or may have one.
    pub(super) fn looks_up(&mut self, p: &Pattern, s: &[u8], left: &mut i64) -> Option<bool> {
        if p.steps.len() > MAX_STEPS {
            return None;
        }
        let mut table = p.table.borrow_mut();
        let t = table.get_or_insert_with(|| Box::new(Table::new(p)));
        let (mut state, mut at) = (0, 0);
        while let Some(class) = t.class(s.get(at)) {
            let mut step = t.moves[state * t.width + class];
            if step == 0 {
                step = match self.learn(p, t, state, s.get(at)) {
                    Some(step) => step,
                    None => break,
                };
                t.moves[state * t.width + class] = step;
            }
            if step & MATCHED != 0 {
                return Some(true);
            }
            *left -= i64::from(step & COST);
            if step & OVER != 0 || *left < 0 {
                return Some(false);
            }
            state = (step >> STATE) as usize;
            at += 1;
        }
        self.now.clear();
        self.now.extend_from_slice(&t.states[state].steps);
        Some(self.runs(p, s, at, left))
    }

    /// Works a move out; `None` if there is no room for it.
    #[cold]
    fn learn(&mut self, p: &Pattern, t: &mut Table, state: usize, c: Option<&u8>) -> Option<Move> {
        let after = c.map_or(NONE, |c| u32::from(*c));
        let from = &t.states[state];
        self.now.clear();
        self.now.extend_from_slice(&from.steps);
        let (work, matched) = self.spread(p, from.before, after);
        if matched {
            return Some(KNOWN | MATCHED);
        }
        let cost = ((work + 1) / 2) as Move & COST;
        if after == NONE || p.anchored && self.now.is_empty() {
            return Some(KNOWN | OVER | cost);
        }
        self.read(p, after);
        self.now.sort_unstable();
        let before = u32::from(if t.words && is_word(after) { b'a' } else { b' ' });
        let next = t.number(State { steps: self.now.as_slice().into(), before })?;
        Some(KNOWN | cost | (next as Move) << STATE)
    }
}
