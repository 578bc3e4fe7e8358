//! The units of a text, and what can be told of them without looking for more.

use crate::class::{digit, is, HEX, LOCAL, WORD};
use crate::email::MAX_LOCAL;
use crate::entity::{Entity, Kinds, Outcome};

/// The units of a text, and what is looked for in them.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    pub u: &'a [u8],
    /// Nothing follows.
    pub last: bool,
    pub on: Kinds,
}

impl Text<'_> {
    /// Tells whether n is within a word, or within a number that goes on.
    #[inline]
    pub fn word_before(&self, n: usize) -> bool {
        if n == 0 {
            return false;
        }
        let u = self.u;
        let c = u[n - 1];
        is(c, WORD) || (c == b'.' || c == b',') && n > 1 && digit(u[n - 2]) && digit(u[n])
    }

    /// Tells whether a word goes on at n.
    #[inline]
    pub fn word_at(&self, n: usize) -> bool {
        n < self.u.len() && is(self.u[n], WORD)
    }

    /// Tells whether n is beyond what is there, and more may follow.
    #[inline]
    pub fn ended(&self, n: usize) -> bool {
        n >= self.u.len() && !self.last
    }

    /// Where the characters begin that reach to the end of the text and may be the begin of an address; the text's end
    /// if there are none or too many.
    pub fn tail(&self, from: usize) -> usize {
        let u = self.u;
        let end = u.len();
        if self.last || !self.on.has(Entity::Email) {
            return end;
        }
        let mut n = end;
        while n > 0 && end - n <= MAX_LOCAL && is(u[n - 1], LOCAL) {
            n -= 1;
        }
        if end - n > MAX_LOCAL {
            return end;
        }
        n = n.max(from);
        while n < end && self.word_before(n) {
            n += 1;
        }
        n
    }

    /// Is for texts that may go on, where words aren't held anyway: the begin of a last word that an account number or
    /// an IPv6 address could begin with, the text's end if there is none.
    pub fn last_word(&self, floor: usize) -> usize {
        let u = self.u;
        let end = u.len();
        let (iban, ip) = (self.on.has(Entity::Iban), self.on.has(Entity::Ip));
        if self.last || !iban && !ip {
            return end;
        }
        let mut n = end;
        while n > floor && end - n < 5 && is(u[n - 1], WORD) {
            n -= 1;
        }
        if n == end || end - n > 4 || self.word_before(n) {
            return end;
        }
        if iban && end - n < 4 && matches!(self.iban(n), Outcome::More(_)) {
            return n;
        }
        if ip && u[n..].iter().all(|c| is(*c, HEX)) {
            return n;
        }
        end
    }

    /// From where on nothing is decided, if there is no trigger before the last word.
    pub fn undecided(&self, floor: usize) -> usize {
        let stop = self.tail(floor);
        if stop < self.u.len() {
            return stop.max(floor);
        }
        self.last_word(floor)
    }
}
