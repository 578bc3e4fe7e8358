//! Private keys between lines of dashes.

use crate::class::{
    contains, is, span, Class, BASE64, DASH, DIGIT, DOT, PUNCTUATION, QUOTE, TILDE, UNDERSCORE, UPPER, WHITE,
};
use crate::entity::Entity;
use crate::scan::{Found, Look, More, No, Outcome, MAX_OPEN};

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END";
const DASHES: &[u8] = b"-----";
const MAX_LABEL: usize = 60;
/// Units of base64 in one run before a header counts as a key's.
const MIN_BODY: usize = 16;

/// What a key in PEM is made of, headers such as "Proc-Type: 4,ENCRYPTED" included.
pub const SET: Class = BASE64 | DASH | WHITE | DOT | UNDERSCORE | TILDE | QUOTE | PUNCTUATION;

/// Where a header's body was read in vain: units from `from` to `end` hold no key, and the last `run` of them are
/// base64.
#[derive(Debug, Clone, Copy)]
pub struct Keyless {
    from: usize,
    end: usize,
    run: usize,
}

impl Keyless {
    pub const NONE: Keyless = Keyless { from: 0, end: 0, run: 0 };
}

impl Look<'_> {
    /// Looks for a private key between lines of dashes. A header without a body is no key.
    pub fn pem(&mut self, n: usize) -> Outcome {
        if !self.s.wanted.has(Entity::PrivateKey) {
            return No;
        }
        match self.has(n, BEGIN) {
            Found::All => {}
            Found::Begin => return More(n),
            Found::Not => return No,
        }
        let label = n + BEGIN.len();
        let mut end = label;
        while end < self.u.len()
            && end - label <= MAX_LABEL
            && (is(self.u[end], UPPER | DIGIT | UNDERSCORE) || self.u[end] == b' ')
        {
            end += 1;
        }
        if self.ended(end) {
            return More(n);
        }
        if !contains(&self.u[label..end], b"PRIVATE KEY") {
            return No;
        }
        match self.has(end, DASHES) {
            Found::All => self.pem_body(n, end + DASHES.len()),
            Found::Begin => More(n),
            Found::Not => No,
        }
    }

    /// Reads a key from behind its header to behind its footer, or to where its text can't go on.
    fn pem_body(&mut self, n: usize, k: usize) -> Outcome {
        let (mut run, mut key, mut last, mut begin, mut k) = (0, false, k, k, k);
        let seen = self.s.keyless;
        if k >= seen.from && k < seen.end {
            k = seen.end;
            run = seen.run;
            begin = seen.from;
        }
        while k < self.u.len() {
            let c = self.u[k];
            if is(c, BASE64) {
                run += 1;
                key = key || run >= MIN_BODY;
                if key {
                    last = k + 1;
                }
                k += 1;
                continue;
            }
            if c == b'-' {
                match self.has(k, END) {
                    Found::All => return self.pem_footer(n, k, key),
                    Found::Begin => return More(n),
                    Found::Not => {}
                }
            }
            if !is(c, SET) && c != b'\\' || key && k - last > 200 || !key && k - n > 1000 {
                break;
            }
            run = 0;
            k += 1;
        }
        if self.ended(k) {
            return self.unless(n, k, Entity::PrivateKey, SET);
        }
        if !key {
            self.s.keyless = Keyless { from: begin, end: k, run };
            self.reached = true;
            return No;
        }
        Outcome::secret(n, last, Entity::PrivateKey)
    }

    /// Reads a footer at k.
    fn pem_footer(&self, n: usize, k: usize, key: bool) -> Outcome {
        let u = self.u;
        let begin = k + END.len();
        let mut k = begin;
        while k < u.len() && k - begin <= MAX_LABEL && u[k] != b'-' && u[k] != b'\n' {
            k += 1;
        }
        let mut dashes = 0;
        while k < u.len() && u[k] == b'-' && dashes < DASHES.len() {
            k += 1;
            dashes += 1;
        }
        if self.ended(k) && k - n < MAX_OPEN {
            return More(n);
        }
        if !key {
            return No;
        }
        Outcome::secret(n, k, Entity::PrivateKey)
    }
}

/// How many of the units at the begin of a window belong to a secret that goes on, and is made of a class.
pub fn rest(u: &[u8], set: Class) -> usize {
    let n = span(u, 0, set);
    if set != SET {
        return n;
    }
    match u.windows(END.len()).take(n).position(|w| w == END) {
        Some(k) => k + u[k..].iter().take_while(|c| **c != b'\n').count(),
        None => n,
    }
}

#[cfg(test)]
mod tests;
