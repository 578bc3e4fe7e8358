//! Numbers of payment cards.

use crate::number::Digits;
use crate::scan::Scan;

impl Scan<'_> {
    /// 13 to 19 digits of a known issuer with a valid check digit, in one run or grouped as on cards.
    pub fn card(&self, count: usize) -> bool {
        if !self.card_groups(count) {
            return false;
        }
        let digits = Digits::of(self.u, &self.row.groups()[..count]);
        issued(digits.get()) && luhn(digits.get())
    }

    /// Tells whether the groups are those of a card, with one kind of gap.
    fn card_groups(&self, count: usize) -> bool {
        if count == 1 {
            return true;
        }
        let g = &self.row.groups()[..count];
        let (end, others) = match g.split_last() {
            Some(split) => split,
            None => return false,
        };
        let gap = g[0].gap;
        if !matches!(gap, b' ' | b'-' | b'.') || others.iter().any(|g| g.gap != gap) {
            return false;
        }
        match (count, self.row.digits(count)) {
            (3, 14 | 15) => g[0].width() == 4 && g[1].width() == 6,
            (2, 19) => matches!(g[0].width(), 6 | 8),
            _ => others.iter().all(|g| g.width() == 4) && end.width() <= 4,
        }
    }
}

/// Tells whether the first digits belong to an issuer of cards of that length.
fn issued(d: &[u8]) -> bool {
    let n = d.len();
    let begin = |digits: usize| d[..digits].iter().fold(0, |v, c| v * 10 + u32::from(c - b'0'));
    match (begin(2), begin(3), begin(4)) {
        (40..=49, ..) => matches!(n, 13 | 16 | 19),
        (51..=55, ..) | (_, _, 2221..=2720) => n == 16,
        (34 | 37, ..) => n == 15,
        (36 | 38 | 39, ..) | (_, 300..=305, _) => n >= 14,
        (_, _, 3528..=3589) => n >= 16,
        (62, ..) => n >= 16,
        (60..=69 | 50 | 56..=58, ..) => n >= 13,
        _ => false,
    }
}

/// Tells whether the last digit is the check digit of the others, and they aren't all the same.
fn luhn(d: &[u8]) -> bool {
    let mut sum = 0;
    for (n, c) in d.iter().rev().enumerate() {
        let mut v = u32::from(c - b'0');
        if n % 2 == 1 {
            v *= 2;
            if v > 9 {
                v -= 9;
            }
        }
        sum += v;
    }
    sum % 10 == 0 && d.iter().any(|c| *c != d[0])
}
