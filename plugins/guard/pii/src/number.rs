//! Numbers: which of cards, social security numbers, IPv4 addresses and phone numbers a row of groups is.

use crate::class::digit;
use crate::entity::{Entity, Match, Outcome, What};
use crate::row::{Group, Read, MAX_DIGITS};
use crate::scan::Scan;

/// How many digits anything but an address has.
pub const MIN_DIGITS: usize = 7;
/// How many groups an IPv4 address has.
const ADDRESS_GROUPS: usize = 4;

/// The digits of some groups, one after the other.
pub struct Digits {
    room: [u8; MAX_DIGITS],
    len: usize,
}

impl Digits {
    /// Copies the digits of groups; none if there are too many.
    pub fn of(u: &[u8], groups: &[Group]) -> Self {
        let mut d = Digits { room: [0; MAX_DIGITS], len: 0 };
        for g in groups {
            if d.len + g.width() > MAX_DIGITS {
                return Digits { len: 0, ..d };
            }
            for c in &u[g.from..g.to] {
                d.room[d.len] = *c;
                d.len += 1;
            }
        }
        d
    }

    pub fn get(&self) -> &[u8] {
        &self.room[..self.len]
    }
}

/// Whether a longer number or a word goes on behind a number.
#[derive(PartialEq, Eq)]
enum GoesOn {
    No,
    Yes,
    Open,
}

impl Scan<'_> {
    /// Looks for a card, a social security number, an IPv4 address or a phone number that begins at n.
    pub fn number(&mut self, n: usize) -> Outcome {
        match self.collect(n) {
            Read::Nothing => return Outcome::No,
            Read::Open => return Outcome::More(n),
            Read::Row => {}
        }
        let count = self.row.count;
        if count == 0 {
            return Outcome::No;
        }
        self.phones = self.on.has(Entity::Phone) && self.row.digits(count) >= MIN_DIGITS && self.may_phone(n);
        if !self.phones && (self.row.plus || self.row.paren) {
            return Outcome::No; // nothing else has a sign
        }
        // The longest row of groups that is something is meant.
        let mut count = self.most();
        while count > 0 {
            let total = self.row.digits(count);
            if total < MIN_DIGITS {
                // An address, or nothing.
                if count < ADDRESS_GROUPS || self.row.groups()[0].gap != b'.' {
                    break;
                }
                count = ADDRESS_GROUPS;
            }
            if let Some((what, from)) = self.classify(n, count) {
                let mut to = self.row.groups()[count - 1].to;
                if what == Entity::Phone {
                    match self.extension(to) {
                        Some(end) => to = end,
                        None => return Outcome::More(n),
                    }
                }
                match self.goes_on(to) {
                    GoesOn::Open => return Outcome::More(n),
                    GoesOn::No => return Outcome::Yes(Match { from, to, what: What::Data(what) }),
                    GoesOn::Yes => {}
                }
            }
            count -= 1;
        }
        Outcome::No
    }

    /// How many groups of the row can be something: more than an address's only if they are a card's, whose first has
    /// four digits or more, or a phone's.
    fn most(&self) -> usize {
        let g = self.row.groups();
        if g.len() <= ADDRESS_GROUPS || g[0].width() >= 4 || self.phones && g[1].width() >= 2 {
            return g.len();
        }
        ADDRESS_GROUPS
    }

    /// Tells whether the row that begins at n begins as phone numbers do.
    fn may_phone(&mut self, n: usize) -> bool {
        let g = self.row.groups()[0];
        self.row.plus || matches!(g.width(), 1 | 3) || self.u[g.from] == b'0' || self.spoken(n)
    }

    /// Tells whether a word goes on at n, or digits follow a dot or comma: the number is a longer one.
    fn goes_on(&self, n: usize) -> GoesOn {
        let u = self.u;
        if n < u.len() && (u[n] == b'.' || u[n] == b',') {
            if self.ended(n + 1) {
                return GoesOn::Open;
            }
            if n + 1 < u.len() && digit(u[n + 1]) {
                return GoesOn::Yes;
            }
        } else if self.word_at(n) {
            return GoesOn::Yes;
        }
        GoesOn::No
    }

    /// Says what the first groups of the row are, and where the match begins.
    fn classify(&mut self, n: usize, count: usize) -> Option<(Entity, usize)> {
        let bare = !self.row.plus && !self.row.paren;
        let (first, total) = (self.row.groups()[0], self.row.digits(count));
        if bare && self.on.has(Entity::Card) && (13..=MAX_DIGITS).contains(&total) && self.card(count) {
            return Some((Entity::Card, first.from));
        }
        if bare && self.on.has(Entity::Ssn) && total == 9 && self.ssn(n, count) {
            return Some((Entity::Ssn, first.from));
        }
        if bare && self.on.has(Entity::Ip) && count == ADDRESS_GROUPS && first.gap == b'.' && self.ipv4() {
            return Some((Entity::Ip, first.from));
        }
        if self.phones && (MIN_DIGITS..=16).contains(&total) && self.phone(n, count) {
            return Some((Entity::Phone, n));
        }
        None
    }

    /// 123-45-6789, without the numbers that are never given. In one run only after words that say so.
    fn ssn(&mut self, n: usize, count: usize) -> bool {
        let g = &self.row.groups()[..count];
        let written = match count {
            3 => {
                g[0].width() == 3 && g[1].width() == 2 && g[0].gap == g[1].gap && matches!(g[0].gap, b'-' | b' ' | b'.')
            }
            1 => {
                let u = self.u;
                self.ssn_said.before(u, n)
            }
            _ => false,
        };
        if !written {
            return false;
        }
        let digits = Digits::of(self.u, g);
        let d = digits.get();
        &d[..3] != b"000" && &d[..3] != b"666" && d[0] != b'9' && &d[3..5] != b"00" && &d[5..] != b"0000"
    }

    /// Four numbers of at most 255 with dots between.
    fn ipv4(&self) -> bool {
        for (n, g) in self.row.groups()[..ADDRESS_GROUPS].iter().enumerate() {
            if g.width() > 3 || n < 3 && g.gap != b'.' {
                return false;
            }
            let v = self.u[g.from..g.to].iter().fold(0, |v, c| v * 10 + u32::from(c - b'0'));
            if v > 255 {
                return false;
            }
        }
        true
    }

    /// Tells whether the words before n say that a phone number follows.
    pub fn spoken(&mut self, n: usize) -> bool {
        let u = self.u;
        self.phone_said.before(u, n)
    }
}
