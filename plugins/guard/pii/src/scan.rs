//! Finding personal data in units.

use crate::class::{digit, is, run, GAP, HEX, LETTER, WORD};
use crate::email::Addresses;
use crate::entity::{Entity, Kinds, Match, Outcome};
use crate::ipv6::Chain;
use crate::number::MIN_DIGITS;
use crate::pass::Triggers;
use crate::row::{digits_end, gap, Row};
use crate::said::{Said, Topic};
use crate::text::Text;
use crate::vault::Vault;
use core::ops::Deref;

/// What is looked for.
#[derive(Debug)]
pub struct Search {
    pub kinds: Kinds,
    /// Placeholders are looked for too.
    placeholders: bool,
    pub triggers: Triggers,
}

impl Search {
    pub fn new(kinds: Kinds, placeholders: bool) -> Self {
        let numbers = [Entity::Phone, Entity::Card, Entity::Ssn, Entity::Ip, Entity::Iban];
        let triggers: [(bool, &[u8]); 5] = [
            (numbers.iter().any(|e| kinds.has(*e)), b"0123456789"),
            (kinds.has(Entity::Phone), b"+("),
            (kinds.has(Entity::Email), b"@"),
            (kinds.has(Entity::Ip), b":"),
            (placeholders, b"["),
        ];
        let of: Vec<u8> = triggers.iter().filter(|t| t.0).flat_map(|t| t.1).copied().collect();
        Search { kinds, placeholders, triggers: Triggers::new(&of) }
    }
}

/// A search through the units of one text.
///
/// Texts come whole or as the window of a stream. The result doesn't depend on where a stream was cut: a matcher looks
/// at what is there from a start on, and says more if the end of the window is within reach. Then all from that
/// start on is held back, and looked at again with what follows.
///
/// The search stops only at triggers: a digit, or a mark without which nothing here is a match.
pub struct Scan<'a> {
    text: Text<'a>,
    pub row: &'a mut Row,
    pub addresses: Addresses,
    /// No IPv6 address begins here.
    pub none_ipv6: Option<usize>,
    pub chain: Chain,
    pub phone_said: Said,
    pub ssn_said: Said,
    /// The row that is looked at may be a phone number.
    pub phones: bool,
    known: Option<&'a Vault>,
    triggers: &'a Triggers,
    /// Which of the 64 units from `base` on are triggers.
    mask: u64,
    base: usize,
}

impl<'a> Deref for Scan<'a> {
    type Target = Text<'a>;

    #[inline(always)]
    fn deref(&self) -> &Text<'a> {
        &self.text
    }
}

impl<'a> Scan<'a> {
    pub fn new(u: &'a [u8], last: bool, search: &'a Search, vault: &'a Vault, row: &'a mut Row) -> Self {
        row.count = 0;
        Scan {
            text: Text { u, last, on: search.kinds },
            row,
            addresses: Addresses::new(),
            none_ipv6: None,
            chain: Chain::default(),
            phone_said: Said::new(Topic::Phone),
            ssn_said: Said::new(Topic::Ssn),
            phones: false,
            known: if search.placeholders { Some(vault) } else { None },
            triggers: &search.triggers,
            mask: 0,
            base: 0,
        }
    }

    /// Looks for matches that begin at or after unit `from`; there is no trigger before `start`. The units before are
    /// context. It returns the unit from which on nothing is decided yet, their number if all is. Matches are appended
    /// to `found`, in order, without overlaps.
    pub fn run(&mut self, from: usize, start: usize, found: &mut Vec<Match>) -> usize {
        let stop = self.tail(from);
        let mut floor = from; // matches begin here or later
        let mut n = start;
        if n < stop {
            self.base = n;
            self.mask = self.triggers.mask(self.u, n);
        }
        loop {
            n = self.next(n);
            if n >= stop {
                break;
            }
            let after = self.pass(n, floor);
            if after > n {
                n = after;
                continue;
            }
            match self.attempt(n, floor) {
                Outcome::More(from) => return from,
                Outcome::Yes(m) => {
                    found.push(m);
                    floor = m.to;
                    n = m.to;
                }
                Outcome::No => n = self.skip(n),
            }
        }
        if stop < self.u.len() {
            return stop.max(floor);
        }
        self.last_word(floor)
    }

    /// The first trigger at n or behind it, or a number that isn't below that of the units.
    #[inline]
    fn next(&mut self, mut n: usize) -> usize {
        if n - self.base < 64 {
            let ahead = self.mask >> (n - self.base);
            if ahead != 0 {
                return n + ahead.trailing_zeros() as usize;
            }
            n = self.base + 64;
        }
        self.next_block(n)
    }

    /// Is `next` for a unit of which the mask doesn't tell.
    #[inline(never)]
    fn next_block(&mut self, mut n: usize) -> usize {
        while n < self.u.len() {
            self.base = n;
            self.mask = self.triggers.mask(self.u, n);
            if self.mask != 0 {
                return n + self.mask.trailing_zeros() as usize;
            }
            n += 64;
        }
        n
    }

    /// Looks at a trigger.
    fn attempt(&mut self, n: usize, floor: usize) -> Outcome {
        let u = self.u;
        let c = u[n];
        let next = u.get(n + 1).copied();
        match c {
            b'[' => return self.known.map_or(Outcome::No, |v| v.placeholder(u, n, self.last)),
            b'@' => return self.address(n, floor),
            b':' => return self.colon(n, floor),
            _ => {}
        }
        if self.word_before(n) {
            if !self.country_before(n, floor) {
                return Outcome::No;
            }
            return match self.address_ahead(n, floor) {
                Outcome::No => self.iban(n - 2),
                out => out,
            };
        }
        let out = self.address_ahead(n, floor);
        if out != Outcome::No {
            return out;
        }
        if self.on.has(Entity::Ip) && is(c, HEX) && next.map_or(true, |c| c == b':' || is(c, HEX)) {
            let out = self.ipv6_at(n);
            if out != Outcome::No {
                return out;
            }
        }
        if !digit(c) && next.map_or(false, |c| !digit(c) && c != b'(') {
            return Outcome::No; // a sign and no number
        }
        self.number(n)
    }

    /// Passes over a trigger that is nothing, as most are: a bracket or colon without a number, a digit within a word, a number
    /// by itself that is too short for anything. It returns where the search goes on, n if more must be looked at.
    ///
    /// It is a function of its own because each turn of the loop is charged for its longest way.
    #[inline(never)]
    fn pass(&mut self, n: usize, floor: usize) -> usize {
        let u = self.u;
        let c = u[n];
        if !digit(c) {
            return match (c, u.get(n + 1)) {
                (b':', Some(c)) if *c != b':' && !is(*c, HEX) => n + 1,
                (b'(', Some(c)) if *c != b'(' && !digit(*c) => n + 1,
                _ => n,
            };
        }
        if self.word_before(n) {
            return if self.country_before(n, floor) { n } else { self.skip(n) };
        }
        if self.address_ahead(n, floor) != Outcome::No {
            return n;
        }
        let to = digits_end(u, n);
        if to == u.len() || to - n >= MIN_DIGITS {
            return n;
        }
        let short = if is(u[to], GAP) {
            let (after, _, goes_on) = gap(u, to);
            !goes_on && after < u.len()
        } else {
            !is(u[to], HEX) && u[to] != b':'
        };
        match short {
            false => n,
            true if self.word_at(to) => self.skip(to),
            true => to,
        }
    }

    /// Looks for an IPv6 address around a colon.
    fn colon(&mut self, n: usize, floor: usize) -> Outcome {
        let u = self.u;
        if u[n..].starts_with(b":::") {
            return Outcome::No; // nothing has three
        }
        let mut from = n;
        while from > floor && n - from < 5 && is(u[from - 1], HEX) {
            from -= 1;
        }
        if self.word_before(from) {
            return Outcome::No;
        }
        self.ipv6_at(from)
    }

    /// Tells whether the digit at n follows two letters that begin a word.
    fn country_before(&self, n: usize, floor: usize) -> bool {
        let u = self.u;
        self.on.has(Entity::Iban)
            && n >= floor + 2
            && is(u[n - 1], LETTER)
            && is(u[n - 2], LETTER)
            && !self.word_before(n - 2)
    }

    /// Goes on after a trigger: over the rest of its word.
    fn skip(&self, n: usize) -> usize {
        let end = run(self.u, n, WORD);
        end.max(n + 1)
    }
}
