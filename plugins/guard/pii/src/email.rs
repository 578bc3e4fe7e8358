//! E-mail addresses.

use crate::class::{is, DOMAIN, FOREIGN, LETTER, LOCAL};
use crate::entity::{Entity, Match, Outcome, What};
use crate::pass;
use crate::scan::Scan;
use crate::text::Text;

/// How many units an address may have before the @.
pub const MAX_LOCAL: usize = 64;
/// How many it may have after the @.
const MAX_DOMAIN: usize = 255;

/// What was found out about addresses. It is asked again for many places around one @.
#[derive(Debug)]
pub struct Addresses {
    /// The next @, the text's length if there is none; -1 before it was looked for.
    at: isize,
    /// Where the characters begin that may be of an address and reach to `at`.
    local: usize,
    /// An @ around which there is no address with a floor, and that floor.
    none: Option<(usize, usize)>,
}

impl Addresses {
    pub const fn new() -> Self {
        Addresses { at: -1, local: 0, none: None }
    }
}

impl Scan<'_> {
    /// Looks for an address that n is in the local part of.
    #[inline]
    pub fn address_ahead(&mut self, n: usize, floor: usize) -> Outcome {
        if !self.on.has(Entity::Email) {
            return Outcome::No;
        }
        if self.addresses.at < n as isize {
            self.next_at(n);
        }
        let at = self.addresses.at as usize;
        if at == self.u.len() || at - n > MAX_LOCAL || n < self.addresses.local {
            return Outcome::No;
        }
        self.address(at, floor)
    }

    /// Finds the first @ at n or behind it, and where its local part could begin.
    fn next_at(&mut self, n: usize) {
        let at = pass::find(self.u, n, b'@');
        let mut local = at;
        if at < self.u.len() {
            while local > 0 && at - local <= MAX_LOCAL && is(self.u[local - 1], LOCAL) {
                local -= 1;
            }
        }
        self.addresses.at = at as isize;
        self.addresses.local = local;
    }

    /// Looks for an address around an @.
    pub fn address(&mut self, at: usize, floor: usize) -> Outcome {
        if self.addresses.none == Some((at, floor)) {
            return Outcome::No;
        }
        let u = self.u;
        let mut out = Outcome::No;
        if at > floor && is(u[at - 1], LOCAL) && (at + 1 == u.len() || is(u[at + 1], DOMAIN)) {
            out = self.around(at, floor);
        }
        if out == Outcome::No {
            self.addresses.none = Some((at, floor));
        }
        out
    }
}

impl Text<'_> {
    /// Is `address` where there are characters of one on both sides.
    fn around(&self, at: usize, floor: usize) -> Outcome {
        let mut from = at;
        while from > floor && at - from < MAX_LOCAL && is(self.u[from - 1], LOCAL) {
            from -= 1;
        }
        while from < at && self.word_before(from) {
            from += 1;
        }
        self.email(from, at)
    }

    /// Looks for an address whose part before the @ begins at `from`.
    fn email(&self, mut from: usize, at: usize) -> Outcome {
        let u = self.u;
        while from < at && matches!(u[from], b'.' | b'-' | b'+') {
            from += 1; // a list's mark or a sentence's end before it
        }
        let mut end = at + 1;
        while end < u.len() && end - at <= MAX_DOMAIN && is(u[end], DOMAIN) {
            end += 1;
        }
        if end - at > MAX_DOMAIN || from == at {
            return Outcome::No;
        }
        if self.ended(end) {
            return Outcome::More(from);
        }
        while end > at + 1 && matches!(u[end - 1], b'.' | b'-') {
            end -= 1; // of the sentence
        }
        if !host_name(&u[at + 1..end]) {
            return Outcome::No;
        }
        Outcome::Yes(Match { from, to: end, what: What::Data(Entity::Email) })
    }
}

/// Tells whether units are labels with a top level of letters.
fn host_name(u: &[u8]) -> bool {
    let (mut last, mut dots) = (0, 0);
    for (n, c) in u.iter().enumerate() {
        if *c != b'.' {
            continue;
        }
        if n == last || u[last] == b'-' || u[n - 1] == b'-' {
            return false;
        }
        last = n + 1;
        dots += 1;
    }
    let top = &u[last..];
    if dots == 0 || top.len() < 2 {
        return false;
    }
    top.iter().all(|c| is(*c, LETTER) || *c == FOREIGN) || top.starts_with(b"xn--")
}
