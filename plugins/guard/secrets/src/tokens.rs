//! Tokens that are told by their form, where a prefix says little or nothing.

use crate::class::{is, span, Class, ALNUM, DIGIT, DOT, EQUALS, NAME, TILDE, TOKEN};
use crate::entity::Entity;
use crate::prefixes::number;
use crate::scan::{Found, Look, More, No, Outcome};

impl Look<'_> {
    /// Looks for a JSON web token: three runs with dots between, the first two of which begin as an object does.
    pub fn jwt(&mut self, n: usize) -> Outcome {
        const PARTS: u8 = number(NAME);
        const TAIL: u8 = number(NAME | DOT | EQUALS);
        const SET: Class = NAME | DOT | EQUALS;
        if !self.s.wanted.has(Entity::Jwt) {
            return No;
        }
        match self.has(n, b"eyJ") {
            Found::All => {}
            Found::Begin => return More(n),
            Found::Not => return No,
        }
        let head = self.reach(n, PARTS);
        if self.ended(head) {
            return self.unless(n, head, Entity::Jwt, SET);
        }
        if head - n < 12 || self.u.get(head) != Some(&b'.') {
            return No;
        }
        let body = self.reach(head + 1, PARTS);
        if self.ended(body) {
            return self.unless(n, body, Entity::Jwt, SET);
        }
        if body - head < 4 {
            return No;
        }
        let mut end = body;
        if self.u.get(end) == Some(&b'.') {
            end = self.reach(end + 1, TAIL); // an encrypted one has five runs
            if self.ended(end) {
                return self.unless(n, end, Entity::Jwt, SET);
            }
        }
        while self.u[end - 1] == b'.' && end > body + 1 {
            end -= 1;
        }
        Outcome::secret(n, end, Entity::Jwt)
    }

    /// Looks for the secret of a messenger's bot: after its number and a colon, A and 34 units.
    pub fn bot(&self, n: usize) -> Outcome {
        let colon = span(self.u, n, DIGIT);
        if !self.s.wanted.has(Entity::ChatToken) || !(5..=16).contains(&(colon - n)) || self.u.get(colon) != Some(&b':')
        {
            return No;
        }
        let begin = colon + 1;
        let end = span(self.u, begin, NAME);
        if self.has(begin, b"A") == Found::Not {
            return No;
        }
        if self.ended(end) {
            return More(begin);
        }
        if !(34..=36).contains(&(end - begin)) {
            return No;
        }
        Outcome::secret(begin, end, Entity::ChatToken)
    }

    /// Looks for a cloud's client secret by its mark, a digit and Q~ after three units. The match is what follows.
    pub fn client(&mut self, n: usize) -> Outcome {
        const SET: Class = NAME | DOT | TILDE;
        if !self.s.wanted.has(Entity::CloudKey) || n < 5 {
            return No;
        }
        if self.u[n - 1] != b'Q' || !is(self.u[n - 2], DIGIT) || !is(self.u[n - 3], TOKEN) {
            return No;
        }
        let begin = n + 1;
        let mut end = self.reach(begin, number(SET));
        if self.ended(end) && end > begin {
            return self.unless(begin, end, Entity::CloudKey, SET);
        }
        while end > begin && is(self.u[end - 1], DOT | TILDE) {
            end -= 1;
        }
        if !(28..=40).contains(&(end - begin)) {
            return No;
        }
        Outcome::secret(begin, end, Entity::CloudKey)
    }

    /// Looks for the token of a chat's bot: an id in base64, which begins as the digits of one do, and two more runs.
    pub fn snowflake(&self, n: usize) -> Outcome {
        if !self.s.wanted.has(Entity::ChatToken) {
            return No;
        }
        match self.u.get(n + 1) {
            Some(b'D' | b'T' | b'j' | b'z') => {}
            None if !self.last => return More(n),
            _ => return No,
        }
        let first = span(self.u, n, ALNUM);
        if self.ended(first) && first - n <= 28 {
            return More(n);
        }
        if !(23..=28).contains(&(first - n)) || self.u.get(first) != Some(&b'.') {
            return No;
        }
        let second = span(self.u, first + 1, NAME);
        if self.ended(second) {
            return More(n);
        }
        if second - first != 7 || self.u.get(second) != Some(&b'.') {
            return No;
        }
        let third = span(self.u, second + 1, NAME);
        if self.ended(third) {
            return More(n);
        }
        if third - second < 28 {
            return No;
        }
        Outcome::secret(n, third, Entity::ChatToken)
    }
}
