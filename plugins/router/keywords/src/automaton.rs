//! Finds many words in one pass over a text.

use crate::fold::Folded;
use crate::seek::Seeker;

/// Finds many words in one pass over a text, whatever their number: Aho and Corasick's automaton, with its failures worked
/// into the table, so that each byte is one look-up.
///
/// Bytes are sorted into classes, one for each byte that occurs in a word and one for all others, which keeps a row of the
/// table short. State 0 is the begin, where no part of a word has been read: from there the next place where a word may
/// begin is looked for in blocks.
pub struct Automaton {
    classes: usize,
    class: [u8; 256],
    /// By state and class: where the next state's row begins, and `HIT` if words end there.
    rows: Vec<u32>,
    /// By state: the first of its words in `ends`, `NONE` if none ends there.
    first: Vec<u32>,
    ends: Vec<End>,
    seeker: Seeker,
}

/// A word that ends in a state.
struct End {
    /// Its number.
    word: u32,
    /// In bytes.
    length: u32,
    /// The next of that state's, `NONE` if there is none.
    more: u32,
}

const NONE: u32 = u32::MAX;
const HIT: u32 = 1 << 31;

/// Bounds of an automaton.
const MAX_STATES: usize = 1 << 16;
const MAX_CELLS: usize = 1 << 20;

const TOO_MANY: &str =
    "there are too many keywords: their letters times the different letters among them may be about a million";

impl Automaton {
    /// Makes an automaton of folded words that aren't empty. Their numbers are their places.
    pub fn new(words: &[Vec<u8>]) -> Result<Automaton, &'static str> {
        let mut a = Automaton {
            classes: 1,
            class: [0; 256],
            rows: Vec::new(),
            first: Vec::new(),
            ends: Vec::new(),
            seeker: Seeker::new(words),
        };
        for c in words.iter().flatten() {
            let class = &mut a.class[usize::from(*c)];
            if *class == 0 && a.classes < 256 {
                *class = a.classes as u8;
                a.classes += 1;
            }
        }
        let mut next = Vec::new(); // by state and class
        a.grow(&mut next);
        for (n, w) in words.iter().enumerate() {
            let mut state = 0;
            for c in w {
                let cell = state * a.classes + usize::from(a.class[usize::from(*c)]);
                if next[cell] == 0 {
                    if a.first.len() >= MAX_STATES || next.len() + a.classes > MAX_CELLS {
                        return Err(TOO_MANY);
                    }
                    next[cell] = a.first.len() as u16;
                    a.grow(&mut next);
                }
                state = usize::from(next[cell]);
            }
            a.ends.push(End { word: n as u32, length: w.len() as u32, more: a.first[state] });
            a.first[state] = a.ends.len() as u32 - 1;
        }
        a.link(&mut next);
        let row = |s: &u16| {
            let s = usize::from(*s);
            (s * a.classes) as u32 | if a.first[s] == NONE { 0 } else { HIT }
        };
        a.rows = next.iter().map(row).collect();
        Ok(a)
    }

    /// Adds a state.
    fn grow(&mut self, next: &mut Vec<u16>) {
        next.resize(next.len() + self.classes, 0);
        self.first.push(NONE);
    }

    /// Works in where to go on if the next byte doesn't continue a word, in order of length: a state's own failure is
    /// shorter, and done before.
    fn link(&mut self, next: &mut [u16]) {
        let mut fail = vec![0; self.first.len()];
        let mut queue: Vec<u16> = next[..self.classes].iter().copied().filter(|s| *s != 0).collect();
        let mut done = 0;
        while done < queue.len() {
            let s = usize::from(queue[done]);
            done += 1;
            let f = usize::from(fail[s]);
            self.inherit(s, f);
            for c in 0..self.classes {
                let (cell, other) = (s * self.classes + c, next[f * self.classes + c]);
                match next[cell] {
                    0 => next[cell] = other,
                    to => {
                        fail[usize::from(to)] = other;
                        queue.push(to);
                    }
                }
            }
        }
    }

    /// Adds the words that end in a state's failure.
    fn inherit(&mut self, s: usize, f: usize) {
        let more = self.first[f];
        if more == NONE {
            return;
        }
        let mut last = self.first[s];
        if last == NONE {
            self.first[s] = more;
            return;
        }
        while self.ends[last as usize].more != NONE {
            last = self.ends[last as usize].more;
        }
        self.ends[last as usize].more = more;
    }

    /// Calls `found` with each word in a folded text: its number, and where it begins and ends. It goes on while `found` wants
    /// more.
    pub fn scan(&self, folded: &Folded, mut found: impl FnMut(usize, usize, usize) -> bool) {
        let (text, padded) = (folded.text(), folded.padded());
        let (len, mut at) = (text.len(), 0);
        // What seeking saves must be more than what it costs.
        let mut worth = 64;
        while at < len {
            if worth > 0 {
                let next = self.seeker.next(padded, at).min(len);
                worth += (next - at) as i32 - 48;
                at = next;
            }
            match self.run(text, at, worth > 0, &mut found) {
                Some(end) => at = end,
                None => return,
            }
        }
    }

    /// Scans from a place where no part of a word has been read, to the text's end, or if `pause` to where that is so
    /// again. `None` if `found` wants no more.
    fn run(
        &self,
        text: &[u8],
        mut at: usize,
        pause: bool,
        found: &mut impl FnMut(usize, usize, usize) -> bool,
    ) -> Option<usize> {
        let mut row = 0;
        // Four bytes a turn: inside of WebAssembly the turn of a loop costs more than what is done in it.
        while let Some(four) = text.get(at..at + 4) {
            for (n, c) in four.iter().enumerate() {
                row = self.step(row, *c);
                if row & HIT != 0 {
                    if !self.report(row, at + n + 1, found) {
                        return None;
                    }
                    row &= !HIT;
                }
            }
            at += 4;
            if row == 0 && pause {
                return Some(at);
            }
        }
        for c in &text[at..] {
            row = self.step(row, *c);
            at += 1;
            if row & HIT != 0 {
                if !self.report(row, at, found) {
                    return None;
                }
                row &= !HIT;
            }
        }
        Some(at)
    }

    #[inline(always)]
    fn step(&self, row: u32, c: u8) -> u32 {
        let cell = row as usize + usize::from(self.class[usize::from(c)]);
        // SAFETY: rows has a row of `classes` cells for each state, each cell is the begin of one of them, and a class is
        // below `classes`. Looking saves 4 units of fuel a byte, of 20.
        unsafe { *self.rows.get_unchecked(cell) }
    }

    /// Calls `found` with the words that end where a row was reached.
    #[inline(never)]
    fn report(&self, row: u32, to: usize, found: &mut impl FnMut(usize, usize, usize) -> bool) -> bool {
        let mut e = self.first[(row & !HIT) as usize / self.classes];
        while e != NONE {
            let end = &self.ends[e as usize];
            if !found(end.word as usize, to - end.length as usize, to) {
                return false;
            }
            e = end.more;
        }
        true
    }
}
