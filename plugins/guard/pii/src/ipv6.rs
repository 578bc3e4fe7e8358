//! IPv6 addresses.

use crate::class::{digit, is, run, HEX};
use crate::entity::{Entity, Match, Outcome, What};
use crate::scan::Scan;
use crate::text::Text;

/// The longest address, with an IPv4 address at its end.
const MAX_IPV6: usize = 45;

/// A row of groups of hexadecimal digits, each with a colon behind it.
#[derive(Debug, Default)]
pub struct Chain {
    from: usize,
    end: usize,
    /// How many groups begin at `from` or behind it.
    groups: usize,
}

impl Chain {
    /// How many groups begin at n or behind it. It is asked of rising places.
    fn left(&mut self, u: &[u8], n: usize) -> usize {
        if n >= self.end {
            *self = Chain { from: n, end: n, groups: 0 };
            let (mut k, mut width) = (n, 0);
            while k < u.len() && width <= 4 {
                if is(u[k], HEX) {
                    width += 1;
                } else if u[k] == b':' && width > 0 {
                    self.groups += 1;
                    self.end = k + 1;
                    width = 0;
                } else {
                    break;
                }
                k += 1;
            }
        }
        while self.from < n {
            if u[self.from] == b':' {
                self.groups -= 1;
            }
            self.from += 1;
        }
        self.groups
    }
}

impl Scan<'_> {
    /// Looks for an address that begins at n where two colons come soon enough, and where it wasn't looked for before.
    pub fn ipv6_at(&mut self, n: usize) -> Outcome {
        if self.none_ipv6 == Some(n) {
            return Outcome::No;
        }
        let u = self.u;
        let k = run(&u[..u.len().min(n + 5)], n, HEX);
        if k < u.len() && u[k] != b':' {
            return Outcome::No;
        }
        let k = run(u, k + 1, HEX);
        if k < u.len() && u[k] != b':' {
            return Outcome::No; // one colon
        }
        let mut out = Outcome::No;
        if k >= u.len() || self.chain.left(u, n) <= 8 {
            out = self.ipv6(n);
        }
        if out == Outcome::No {
            self.none_ipv6 = Some(n);
        }
        out
    }
}

impl Text<'_> {
    /// Looks for an address: eight groups of up to four hexadecimal digits, or fewer with one "::". Without a decimal
    /// digit it is more likely a name in a program.
    fn ipv6(&self, n: usize) -> Outcome {
        let u = self.u;
        let (mut groups, mut width, mut colons, mut decimal) = (0, 0, 0, false);
        let mut double = None;
        let mut k = n;
        while k < u.len() && k - n <= MAX_IPV6 {
            let c = u[k];
            if is(c, HEX) {
                width += 1;
                if width > 4 {
                    return Outcome::No;
                }
                decimal |= digit(c);
                k += 1;
                continue;
            }
            if c != b':' {
                break;
            }
            colons += 1;
            if width > 0 {
                groups += 1;
            } else if k > n {
                if double.is_some() {
                    return Outcome::No; // a second "::"
                }
                double = Some(k);
            }
            width = 0;
            if groups > 8 {
                return Outcome::No;
            }
            k += 1;
        }
        let dotted = colons >= 2 && width > 0 && k < u.len() && u[k] == b'.' && digit(u[k - 1]);
        while dotted && k < u.len() && k - n <= MAX_IPV6 && (digit(u[k]) || u[k] == b'.') {
            k += 1; // an IPv4 address at its end, or the end of a sentence
        }
        if self.ended(k) {
            return Outcome::More(n);
        }
        if colons < 2 || k - n > MAX_IPV6 {
            return Outcome::No;
        }
        let mut end = k;
        if dotted && u[k - 1] == b'.' {
            end -= 1;
        }
        if width > 0 {
            groups += 1;
        } else if double != Some(k - 1) {
            end -= 1; // a sentence's colon
        }
        let whole = match double {
            None => groups == 8,
            Some(_) => (1..=7).contains(&groups),
        };
        if u[n] == b':' && u.get(n + 1) != Some(&b':') {
            return Outcome::No;
        }
        if !decimal || !whole || self.word_at(k) {
            return Outcome::No;
        }
        Outcome::Yes(Match { from: n, to: end, what: What::Data(Entity::Ip) })
    }
}
