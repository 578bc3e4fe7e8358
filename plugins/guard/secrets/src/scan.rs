//! The scanner: finds secrets in units.

use crate::class::{entropy, is, random, span, Class, ALNUM, DASH, DOT, TILDE};
use crate::entity::{Entity, Wanted};
use crate::heads::{eight, packed};
use crate::pem::Keyless;
use crate::prefixes::{by_first, by_two, Entry, SETS, SET_COUNT};
use crate::reach::Reach;
use crate::sieve::{Sieve, Text};

/// A secret in a view: units from `from` to `to`.
#[derive(Debug, Clone, Copy)]
pub struct Match {
    pub from: usize,
    pub to: usize,
    pub entity: Entity,
    /// It goes on behind the text: more of these units belong to it. Only where a secret is longer than [`MAX_OPEN`].
    pub open: Option<Class>,
}

/// What a matcher found.
#[derive(Debug, Clone, Copy)]
pub enum Outcome {
    No,
    Yes(Match),
    /// What begins there may be the begin of a match.
    More(usize),
}

pub use Outcome::{More, No, Yes};

impl Outcome {
    /// A match that ends within the text.
    pub fn secret(from: usize, to: usize, entity: Entity) -> Outcome {
        Yes(Match { from, to, entity, open: None })
    }

    #[inline]
    pub fn is_no(&self) -> bool {
        matches!(self, No)
    }
}

/// What `has` found: a text, no such text, or its begin at the end of what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    Not,
    All,
    Begin,
}

/// How many units of a stream are held for a secret that has begun and hasn't ended. A longer one is taken for a
/// secret: what is there is masked, and so is what goes on with it.
pub const MAX_OPEN: usize = 8 << 10;

/// How far before a value its name and separator may begin.
pub const MAX_CONTEXT: usize = 60;

/// Finds secrets in units. It is used again from text to text.
pub struct Scanner {
    pub wanted: Wanted,
    pub found: Vec<Match>,
    /// Of what runs stand for; `None` in that one itself.
    pub(crate) inner: Option<Box<Scanner>>,
    pub(crate) decoded: Vec<u8>,
    /// Of units of each class.
    runs: [Reach; SET_COUNT],
    /// Of names' values: bare, in ", in ' and in `.
    pub(crate) values: [Reach; 4],
    pub(crate) keyless: Keyless,
    /// Where each of `found` was seen to begin: words between there and its end went by unheard.
    pub(crate) seen: Vec<usize>,
}

impl Scanner {
    pub fn new(wanted: Wanted) -> Scanner {
        let inner = Scanner::alone(wanted);
        Scanner { inner: Some(Box::new(inner)), ..Scanner::alone(wanted) }
    }

    const fn alone(wanted: Wanted) -> Scanner {
        Scanner {
            wanted,
            found: Vec::new(),
            inner: None,
            decoded: Vec::new(),
            runs: [Reach::NONE; SET_COUNT],
            values: [Reach::NONE; 4],
            keyless: Keyless::NONE,
            seen: Vec::new(),
        }
    }

    /// Finds the secrets of units from `from` on, in their order. `last` says that nothing follows. It returns where
    /// the first candidate begins that only more text can decide, the text's length if there is none.
    pub fn scan(&mut self, u: &[u8], from: usize, last: bool) -> usize {
        let mut sieve = Sieve::new();
        self.scan_by(u, from, last, |t, n| sieve.next(t, n))
    }

    /// Is `scan` with a choice of the places that are looked at: the first one at or behind a place, the text's length
    /// if there is none.
    pub fn scan_by(&mut self, u: &[u8], from: usize, last: bool, next: impl FnMut(Text, usize) -> usize) -> usize {
        self.found.clear();
        self.seen.clear();
        let floor = from.saturating_sub(MAX_CONTEXT);
        let mut look = Look { u, from, last, begun: floor, floor, run_end: 0, s: self, reached: false };
        let end = look.all(next);
        if look.reached {
            self.runs = [Reach::NONE; SET_COUNT];
            self.values = [Reach::NONE; 4];
            self.keyless = Keyless::NONE;
        }
        end
    }
}

/// A scan of one text.
pub struct Look<'t> {
    pub u: &'t [u8],
    /// Matches begin here or later; what is before is context.
    pub from: usize,
    /// Nothing follows the units.
    pub last: bool,
    /// Scanning began here, so far before `from` that the name of a value is seen.
    pub begun: usize,
    /// Scanning began here, or the last match ended.
    pub floor: usize,
    /// Runs were looked into up to here.
    pub run_end: usize,
    pub s: &'t mut Scanner,
    /// Something was kept in the scanner that is of this text.
    pub reached: bool,
}

impl Look<'_> {
    fn all(&mut self, mut next: impl FnMut(Text, usize) -> usize) -> usize {
        let mut n = self.begun;
        loop {
            n = next(Text { u: self.u, last: self.last, run_end: self.run_end }, n);
            if n >= self.u.len() {
                return self.u.len();
            }
            match self.at(n) {
                Yes(m) if m.from >= self.from && m.to > self.from => {
                    self.s.found.push(m);
                    self.s.seen.push(n);
                    n = m.to;
                    self.floor = n;
                }
                More(from) if from >= self.from => return from,
                No => n += 1,
                _ => {
                    n += 1; // it began before what may still be changed: it was decided there
                    self.floor = n;
                }
            }
        }
    }

    /// Looks for a secret that begins at n, or whose name or mark ends there.
    fn at(&mut self, n: usize) -> Outcome {
        match self.u[n] {
            b'-' => match self.pem(n) {
                No => self.curl_user(n),
                out => out,
            },
            b'~' => self.client(n),
            b'=' | b':' | b',' | b'|' => match self.credentials(n) {
                No => self.assignment(n),
                out => out,
            },
            _ => self.word(n),
        }
    }

    /// Looks for a secret whose first word begins at n.
    fn word(&mut self, n: usize) -> Outcome {
        let out = self.prefixed(n);
        if !out.is_no() {
            return out;
        }
        let out = match self.u[n] {
            b'e' => self.jwt(n),
            b'B' | b'b' => self.header(n),
            b'M' | b'N' | b'O' => self.snowflake(n),
            b'0'..=b'9' => self.bot(n),
            _ => No,
        };
        if !out.is_no() {
            return out;
        }
        self.run(n)
    }

    /// Tells whether n is behind what is there, and more may follow.
    #[inline]
    pub fn ended(&self, n: usize) -> bool {
        n >= self.u.len() && !self.last
    }

    /// Tells whether a text stands at n.
    pub fn has(&self, n: usize, text: &[u8]) -> Found {
        self.has_units(n, text.len(), |k| text[k])
    }

    /// Is `has` for a text of so many units.
    fn has_units(&self, n: usize, len: usize, unit: impl Fn(usize) -> u8) -> Found {
        let rest = &self.u[n.min(self.u.len())..];
        let k = rest.iter().take(len).enumerate().take_while(|(k, c)| **c == unit(*k)).count();
        if k == len {
            return Found::All;
        }
        if k == rest.len() && !self.last {
            return Found::Begin;
        }
        Found::Not
    }

    /// Looks for a secret of one of the rules at n.
    pub fn prefixed(&mut self, n: usize) -> Outcome {
        if n + 8 > self.u.len() {
            return self.prefixed_late(n);
        }
        let (x, mut undecided) = (eight(self.u, n), false);
        for e in by_two(x) {
            if (x ^ e.head) & e.mask != 0 {
                continue;
            }
            match self.ruled(e, n) {
                Yes(m) => return Yes(m),
                More(_) => undecided = true,
                No => {}
            }
        }
        if undecided {
            return More(n);
        }
        No
    }

    /// Is `prefixed` where the text ends in fewer than eight units.
    fn prefixed_late(&mut self, n: usize) -> Outcome {
        let rest = &self.u[n..];
        if rest.len() == 1 {
            let wanted = self.s.wanted;
            if !self.last && by_first(rest[0]).iter().any(|e| wanted.has(e.rule.entity)) {
                return More(n);
            }
            return No;
        }
        let (x, there, mut undecided) = (packed(rest), !(u64::MAX << (8 * rest.len())), false);
        for e in by_two(x) {
            if (x ^ e.head) & e.mask & there != 0 {
                continue;
            }
            if e.rule.prefix.len() > rest.len() {
                undecided = undecided || !self.last && self.s.wanted.has(e.rule.entity);
                continue;
            }
            match self.ruled(e, n) {
                Yes(m) => return Yes(m),
                More(_) => undecided = true,
                No => {}
            }
        }
        if undecided {
            return More(n);
        }
        No
    }

    /// Looks for a secret of a rule at n. If there are eight units, they are the prefix's as far as it goes.
    fn ruled(&mut self, e: &Entry, n: usize) -> Outcome {
        let r = &e.rule;
        if !self.s.wanted.has(r.entity) {
            return No;
        }
        if n + 8 > self.u.len() || r.prefix.len() > 8 {
            match self.has_units(n, r.prefix.len(), |k| r.unit(k)) {
                Found::All => {}
                Found::Begin => return More(n),
                Found::Not => return No,
            }
        }
        self.follow(e, n)
    }

    /// Reads what comes after the prefix of a rule at n.
    fn follow(&mut self, e: &Entry, n: usize) -> Outcome {
        let r = &e.rule;
        let (least, most) = (r.min as usize, r.max as usize);
        let begin = n + r.prefix.len();
        let mut end = self.reach(begin, e.set);
        if self.ended(end) {
            if most > 0 && end - begin > most {
                return No;
            }
            return self.unless(n, end, r.entity, r.set);
        }
        while end > begin && is(self.u[end - 1], DASH | DOT | TILDE) {
            end -= 1; // of the sentence
        }
        let body = &self.u[begin..end];
        if body.len() < least || most > 0 && (body.len() > most || end < self.u.len() && is(self.u[end], ALNUM)) {
            return No;
        }
        if !self.s.runs[e.set as usize].attempt() {
            return No;
        }
        let likely = if r.loose { random(body) } else { entropy(body) >= 150 };
        if !likely {
            return No;
        }
        Outcome::secret(n, end, r.entity)
    }

    /// How far units of a class go from n on.
    pub fn reach(&mut self, n: usize, set: u8) -> usize {
        let r = &mut self.s.runs[set as usize];
        if !r.has(n) {
            *r = Reach::new(n, span(self.u, n, SETS[set as usize]));
            self.reached = true;
        }
        r.end()
    }

    /// A match that isn't decided, unless it is so long already that it is one.
    pub fn unless(&self, from: usize, to: usize, entity: Entity, set: Class) -> Outcome {
        if to - from > MAX_OPEN {
            return Yes(Match { from, to, entity, open: Some(set) });
        }
        More(from)
    }
}
