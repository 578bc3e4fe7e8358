//! Groups of digits, as cards, phones and addresses are written.

use crate::class::{digit, is, run, DIGIT, GAP};
use crate::scan::Scan;

/// A row of groups of digits. A row that begins at one of the groups of the row before is the rest of that: what stood
/// there is kept, or long rows would be read ten times.
#[derive(Debug)]
pub struct Row {
    /// Groups since the last row that nothing was kept of.
    all: [Group; 4 * MAX_GROUPS],
    /// The row's first group.
    first: usize,
    /// How many of the row's groups there are.
    pub count: usize,
    /// How many digits there are in those before it.
    before: usize,
    /// There is a + before the first group.
    pub plus: bool,
    /// There is a ( before the first group.
    pub paren: bool,
    /// And its ) after it.
    pub closed: bool,
    /// Where the group behind the last one begins.
    after: usize,
    /// There is one.
    goes_on: bool,
}

/// A run of digits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Group {
    pub from: usize,
    pub to: usize,
    /// How many digits there are up to its end.
    sum: usize,
    /// What stands between it and the next, 0 for what isn't one character.
    pub gap: u8,
}

impl Group {
    /// How many digits it has.
    #[inline(always)]
    pub const fn width(&self) -> usize {
        self.to - self.from
    }
}

/// How many groups a row has at most.
const MAX_GROUPS: usize = 10;
/// How many digits a card has at most.
pub const MAX_DIGITS: usize = 19;
/// How many digits are looked at before a run is too long for anything.
const MAX_RUN: usize = 40;

/// What there is at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// No row.
    Nothing,
    /// A row, maybe without groups.
    Row,
    /// The text ends within reach.
    Open,
}

impl Row {
    pub const fn new() -> Self {
        let none = Group { from: 0, to: 0, sum: 0, gap: 0 };
        Row {
            all: [none; 4 * MAX_GROUPS],
            first: 0,
            count: 0,
            before: 0,
            plus: false,
            paren: false,
            closed: false,
            after: 0,
            goes_on: false,
        }
    }

    /// The row's groups.
    #[inline]
    pub fn groups(&self) -> &[Group] {
        &self.all[self.first..][..self.count]
    }

    /// How many digits the first groups of the row have.
    #[inline]
    pub fn digits(&self, count: usize) -> usize {
        match count {
            0 => 0,
            _ => self.all[self.first + count - 1].sum - self.before,
        }
    }

    /// Makes the row whose first group begins at n, without groups unless it is the rest of the row before. It tells whether it is.
    #[inline]
    fn begin(&mut self, n: usize) -> bool {
        while self.count > 0 && self.all[self.first].from < n {
            self.before = self.all[self.first].sum;
            self.first += 1;
            self.count -= 1;
        }
        if self.count > 0 && self.all[self.first].from == n {
            if self.first > self.all.len() - MAX_GROUPS {
                self.all.copy_within(self.first..self.first + self.count, 0);
                self.first = 0;
            }
            return true;
        }
        self.first = 0;
        self.before = 0;
        self.count = 0;
        self.after = n;
        false
    }
}

impl Scan<'_> {
    /// Reads the row of groups that begins at n.
    pub fn collect(&mut self, n: usize) -> Read {
        let (u, last) = (self.u, self.last);
        let r = &mut *self.row;
        let sign = |n: usize, c: u8| u.get(n) == Some(&c);
        let plus = sign(n, b'+');
        let paren = sign(n + usize::from(plus), b'(');
        let kept = r.begin(n + usize::from(plus) + usize::from(paren));
        r.plus = plus;
        r.paren = paren;
        r.closed = kept && paren && sign(r.all[r.first].to, b')');
        let mut total = r.digits(r.count);
        loop {
            if total > MAX_DIGITS {
                return Read::Row; // nothing is that long; shorter rows of it may be something
            }
            if r.count > 0 {
                if r.after >= u.len() && !last {
                    return Read::Open;
                }
                if !r.goes_on || r.count == MAX_GROUPS {
                    return Read::Row;
                }
            }
            let from = r.after;
            let to = digits_end(&u[..u.len().min(from + MAX_RUN + 1)], from);
            if to - from > MAX_RUN {
                r.count = 0;
                return Read::Nothing;
            }
            if to == from {
                return match r.count {
                    _ if to >= u.len() && !last => Read::Open,
                    0 => Read::Nothing,
                    _ => Read::Row,
                };
            }
            if r.count == 0 && r.paren {
                r.closed = sign(to, b')');
            }
            total += to - from;
            let (after, gap, goes_on) = gap(u, to);
            r.all[r.first + r.count] = Group { from, to, sum: r.before + total, gap };
            r.after = after;
            r.goes_on = goes_on;
            r.count += 1;
        }
    }
}

/// Reads what may stand between two groups: one of space, dash, dot, slash and parenthesis, or a parenthesis with a
/// space or dash. It returns where that ends, what it is, and whether a group follows.
#[inline]
pub fn gap(u: &[u8], n: usize) -> (usize, u8, bool) {
    let is = |n: usize| n < u.len() && is(u[n], GAP);
    let digit = |n: usize| n < u.len() && digit(u[n]);
    if !is(n) {
        return (n, 0, false);
    }
    if !is(n + 1) {
        return (n + 1, u[n], digit(n + 1));
    }
    if is(n + 2) {
        return (n, 0, false);
    }
    let round = u[n] == b')' || u[n + 1] == b'(';
    (n + 2, 0, round && digit(n + 2))
}

/// Where a run of digits ends that begins at n. Eight are looked at together, as most runs are short and a turn of a loop
/// costs as much.
#[inline]
pub fn digits_end(u: &[u8], n: usize) -> usize {
    let mut n = n;
    while let Some(Ok(eight)) = u.get(n..n + 8).map(<[u8; 8]>::try_from) {
        // A digit is below 10, and nothing else is; what is carried on comes behind the first that isn't one.
        let x = u64::from_le_bytes(eight) ^ (ONES * 0x30);
        let others = (x.wrapping_add(ONES * 0x76) | x) & (ONES * 0x80);
        if others != 0 {
            return n + others.trailing_zeros() as usize / 8;
        }
        n += 8;
    }
    run(u, n, DIGIT)
}

const ONES: u64 = 0x0101_0101_0101_0101;
