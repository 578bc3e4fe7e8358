//! Passwords of addresses, and what follows Bearer, Basic or -u.

use crate::assign::{hopeless, placeholder};
use crate::class::{
    contains, entropy, is, span, wordy, Class, Mix, ALNUM, BASE64, PUNCTUATION, QUOTE, TILDE, TOKEN, WHITE,
};
use crate::encoded::{decode64, printable};
use crate::entity::Entity;
use crate::scan::{Found, Look, More, No, Outcome};
use crate::view::OTHER;

/// Tells whether "://" begins at n, and a scheme stands before it.
pub fn address(u: &[u8], n: usize) -> bool {
    u[n] == b':' && u[n + 1..].starts_with(b"//") && n > 0 && is(u[n - 1], ALNUM)
}

const MAX_USER: usize = 128;
const MAX_PASSWORD: usize = 256;

impl Look<'_> {
    /// Looks for the password of an address, user:password@host, whose "://" begins at n.
    pub fn credentials(&self, n: usize) -> Outcome {
        let u = self.u;
        if !self.s.wanted.has(Entity::Connection) || !address(u, n) {
            return No;
        }
        let colon = self.user_end(n + 3);
        if u.get(colon) != Some(&b':') {
            return No;
        }
        let begin = colon + 1;
        let (mut end, mut at) = (begin, 0);
        while end < u.len() && end - begin <= MAX_PASSWORD {
            let c = u[end];
            if c == b'@' {
                at = end; // a password may hold one that nobody escaped
            } else if is(c, WHITE | QUOTE) || matches!(c, b'/' | b'<' | b'>' | OTHER) || c == b',' && at > 0 {
                break;
            }
            end += 1;
        }
        if self.ended(end) && end - begin <= MAX_PASSWORD {
            if begin >= u.len() {
                return No; // the password hasn't begun
            }
            return More(begin);
        }
        if at <= begin {
            return No;
        }
        let v = &u[begin..at];
        if is(v[0], PUNCTUATION | QUOTE) || matches!(v[0], b'$' | b'*') || v[0] == b'%' && v[v.len() - 1] == b'%' {
            return No; // stands for a password
        }
        Outcome::secret(begin, at, Entity::Connection)
    }

    /// The end of the user's name that begins at n.
    fn user_end(&self, n: usize) -> usize {
        let u = self.u;
        let ends = |c: u8| matches!(c, b':' | b'/' | b'@' | b'?' | b'#') || is(c, WHITE | QUOTE);
        match u[n..u.len().min(n + MAX_USER + 1)].iter().position(|c| ends(*c)) {
            Some(k) => n + k,
            None => u.len(),
        }
    }

    /// Looks for what follows Bearer or Basic at n.
    pub fn header(&mut self, n: usize) -> Outcome {
        if !self.s.wanted.has(Entity::AuthHeader) {
            return No;
        }
        if self.scheme(n, b"bearer ") {
            return self.credential(n + 7, TOKEN & !TILDE, false);
        }
        if self.scheme(n, b"basic ") {
            return self.credential(n + 6, BASE64, true);
        }
        No
    }

    /// Tells whether a scheme, which is given in lower case, stands at n.
    fn scheme(&self, n: usize, text: &[u8]) -> bool {
        self.u[n..].get(..text.len()).map_or(false, |u| u.eq_ignore_ascii_case(text))
    }

    /// Reads what follows a scheme from `begin` on.
    fn credential(&mut self, begin: usize, set: Class, encoded: bool) -> Outcome {
        if begin >= self.u.len() {
            return No;
        }
        let out = self.prefixed(begin);
        if !out.is_no() {
            return out;
        }
        let out = self.jwt(begin);
        if !out.is_no() {
            return out;
        }
        let mut end = span(self.u, begin, set);
        if end == begin {
            return No;
        }
        if self.ended(end) {
            return self.unless(begin, end, Entity::AuthHeader, set);
        }
        while end > begin && self.u[end - 1] == b'.' {
            end -= 1;
        }
        let v = &self.u[begin..end];
        let likely = if encoded {
            self.s.decoded.clear();
            decode64(&mut self.s.decoded, v);
            v.len() >= 8 && printable(&self.s.decoded) && contains(&self.s.decoded, b":")
        } else {
            v.len() >= 16 && Mix::of(v).digits > 0 && !placeholder(v) && !wordy(v) && entropy(v) >= 280
        };
        if !likely {
            return No;
        }
        Outcome::secret(begin, end, Entity::AuthHeader)
    }

    /// Looks for the password of "-u user:password" at n.
    pub fn curl_user(&mut self, n: usize) -> Outcome {
        if !self.s.wanted.has(Entity::Connection) {
            return No;
        }
        let mut k = if self.has(n, b"-u ") == Found::All {
            n + 3
        } else if self.has(n, b"--user ") == Found::All {
            n + 7
        } else {
            return No;
        };
        let mut closing = 0;
        if k < self.u.len() && is(self.u[k], QUOTE) {
            closing = self.u[k];
            k += 1;
        }
        let colon = self.user_end(k);
        if self.u.get(colon) != Some(&b':') || colon + 1 >= self.u.len() {
            return No;
        }
        let begin = colon + 1;
        let end = self.value_reach(begin, closing);
        let len = end - begin;
        if self.ended(end) && len <= MAX_PASSWORD {
            return More(begin);
        }
        if !(3..=MAX_PASSWORD).contains(&len) || hopeless(self.u[begin]) {
            return No;
        }
        let v = &self.u[begin..end];
        if placeholder(v) || Mix::of(v).digits == len {
            return No;
        }
        Outcome::secret(begin, end, Entity::Connection)
    }
}
