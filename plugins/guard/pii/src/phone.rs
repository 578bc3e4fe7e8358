//! Phone numbers.

use crate::class::digit;
use crate::row::Group;
use crate::said::starts;
use crate::scan::Scan;

impl Scan<'_> {
    /// A number with + or 00 and a country; ten digits as written in North America; a national number that begins with
    /// 0 and is grouped. Numbers that could be anything count only after words that say so.
    pub fn phone(&mut self, n: usize, count: usize) -> bool {
        let (plus, odd) = (self.row.plus, self.row.paren && !self.row.closed && !self.row.plus);
        let g = &self.row.groups()[..count];
        let zero = self.u[g[0].from] == b'0';
        if odd || g[1..].iter().any(|g| g.width() < 2) || g[..count - 1].iter().any(|g| g.gap == b'/' && !zero) {
            return false;
        }
        let (total, d) = (self.row.digits(count), leading(self.u, g));
        if plus {
            return (8..=15).contains(&total) && d[0] != b'0';
        }
        if total >= 10 && d[0] == b'0' && d[1] == b'0' && d[2] != b'0' {
            return count > 1 || (12..=15).contains(&total) && self.spoken(n);
        }
        if north_american(g, total) {
            return true;
        }
        let dated = dated(g);
        let national = match total {
            10 | 11 => true,
            9 | 12 => count > 1,
            _ => false,
        };
        if d[0] == b'0' && d[1] != b'0' && national {
            return count > 1 && !dated || self.spoken(n);
        }
        self.spoken(n) && !dated
    }

    /// Where a phone number that ends at n ends with its extension: " x123", " ext. 123". `None` if the text ends
    /// within reach.
    pub fn extension(&self, n: usize) -> Option<usize> {
        let u = self.u;
        let mut k = n;
        if u.get(k) == Some(&b' ') {
            k += 1;
        }
        for word in EXTENSION_WORDS {
            let have = word.len().min(u.len() - k);
            if !starts(&u[k..], &word[..have]) {
                continue;
            }
            if have < word.len() {
                if self.ended(k + have) {
                    return None;
                }
                continue;
            }
            let mut from = k + word.len();
            if u.get(from) == Some(&b' ') {
                from += 1;
            }
            let mut to = from;
            while to < u.len() && digit(u[to]) && to - from < MAX_EXTENSION {
                to += 1;
            }
            if self.ended(to) {
                return None;
            }
            if to > from && !self.word_at(to) {
                return Some(to);
            }
        }
        Some(n)
    }
}

const EXTENSION_WORDS: [&[u8]; 3] = [b"ext.", b"ext", b"x"];

const MAX_EXTENSION: usize = 6;

/// The first three digits of groups that have as many.
fn leading(u: &[u8], g: &[Group]) -> [u8; 3] {
    let digit = |n: usize| {
        let mut n = n;
        for g in g {
            if n < g.width() {
                return u[g.from + n];
            }
            n -= g.width();
        }
        0
    };
    [digit(0), digit(1), digit(2)]
}

/// Tells whether groups are 3-3-4, maybe after a 1 or 001.
fn north_american(mut g: &[Group], mut total: usize) -> bool {
    for (width, all) in [(1, 11), (3, 13)] {
        if g.len() > 3 && g[0].width() == width && total == all {
            g = &g[1..];
            total -= width;
        }
    }
    total == 10 && g.len() == 3 && g[0].width() == 3 && g[1].width() == 3 && g[0].gap != b'/' && g[1].gap != b'/'
}

/// Tells whether groups look like a date: 2024-01-31, 31.01.2024, 01/31/24.
fn dated(g: &[Group]) -> bool {
    if g.len() < 3 {
        return false;
    }
    let (a, b, c) = (g[0].width(), g[1].width(), g[2].width());
    a == 4 && b <= 2 && c <= 2 || a <= 2 && b <= 2 && (c == 4 || c == 2 && g.len() == 3)
}
