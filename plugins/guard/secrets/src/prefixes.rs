//! Finds rules by the units that their prefixes begin with. The tables are made by the compiler.

use crate::class::{Class, DOT, EQUALS, NAME, TILDE};
use crate::rules::{Rule, FORMATS};

/// A rule as it is looked up.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub rule: Rule,
    /// The first eight units of the prefix, and a mask of as many as there are.
    pub head: u64,
    pub mask: u64,
    /// The number of the rule's class in [`SETS`].
    pub set: u8,
}

/// How many rules there are, those in ROT13 included.
pub const COUNT: usize = {
    let (mut n, mut count) = (0, FORMATS.len());
    while n < FORMATS.len() {
        count += FORMATS[n].turned().is_some() as usize;
        n += 1;
    }
    count
};

/// The rules by the first unit of their prefix, longer prefixes first, so that of two where one begins with the other
/// the longer one is tried first.
pub const RULES: [Entry; COUNT] = {
    let mut t = [entry(FORMATS[0]); COUNT];
    let (mut n, mut len) = (0, 0);
    while n < FORMATS.len() {
        let mut next = Some(FORMATS[n]);
        while let Some(rule) = next {
            let e = entry(rule);
            let (rank, mut at) = (rank(&e), len);
            while at > 0 && self::rank(&t[at - 1]) > rank {
                t[at] = t[at - 1];
                at -= 1;
            }
            t[at] = e;
            len += 1;
            next = rule.turned();
        }
        n += 1;
    }
    t
};

const fn entry(rule: Rule) -> Entry {
    let (head, mask) = rule.head();
    Entry { rule, head, mask, set: number(rule.set) }
}

const fn rank(e: &Entry) -> usize {
    (e.head as usize & 0xff) << 8 | (0xff - e.rule.prefix.len())
}

static ENTRIES: [Entry; COUNT] = RULES;

/// Where the rules of each first unit begin.
static FIRST: [u16; 129] = {
    let (mut t, mut c, mut n) = ([0; 129], 0, 0);
    while c < t.len() {
        while n < COUNT && RULES[n].head & 0xff < c as u64 {
            n += 1;
        }
        t[c] = n as u16;
        c += 1;
    }
    t
};

/// The rules whose prefixes begin with a unit.
pub fn by_first(c: u8) -> &'static [Entry] {
    let c = (c & 0x7f) as usize;
    &ENTRIES[FIRST[c] as usize..FIRST[c + 1] as usize]
}

const TWO_BITS: u32 = 10;

/// A number for the first two of eight units, which few others share.
#[inline]
const fn two(x: u64) -> usize {
    ((x << 48).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - TWO_BITS)) as usize
}

/// Where the rules of each number begin in [`BY_TWO`].
static TWO: [u16; (1 << TWO_BITS) + 1] = TWOS;

const TWOS: [u16; (1 << TWO_BITS) + 1] = {
    let (mut t, mut n) = ([0; (1 << TWO_BITS) + 1], 0);
    while n < COUNT {
        t[two(RULES[n].head) + 1] += 1;
        n += 1;
    }
    let mut k = 1;
    while k < t.len() {
        t[k] += t[k - 1];
        k += 1;
    }
    t
};

static BY_TWO: [u16; COUNT] = {
    let (mut t, mut at, mut n) = ([0; COUNT], TWOS, 0);
    while n < COUNT {
        let k = two(RULES[n].head);
        t[at[k] as usize] = n as u16;
        at[k] += 1;
        n += 1;
    }
    t
};

/// The rules whose prefixes begin with the first two of eight units, and maybe a few others.
pub fn by_two(x: u64) -> impl Iterator<Item = &'static Entry> {
    let k = two(x);
    BY_TWO[TWO[k] as usize..TWO[k + 1] as usize].iter().map(|n| &ENTRIES[*n as usize])
}

/// The classes of units that runs are made of within which another secret may begin, each one once.
pub const SETS: [Class; SET_COUNT] = {
    let (all, mut t, mut n) = (DISTINCT.0, [0; SET_COUNT], 0);
    while n < SET_COUNT {
        t[n] = all[n];
        n += 1;
    }
    t
};

/// How many classes there are.
pub const SET_COUNT: usize = DISTINCT.1;

/// The classes of units that tokens have besides those of rules.
pub const OTHERS: [Class; 3] = [NAME, NAME | DOT | EQUALS, NAME | DOT | TILDE];

const DISTINCT: ([Class; 64], usize) = {
    let (mut t, mut len, mut n) = ([0; 64], 0, 0);
    while n < FORMATS.len() + OTHERS.len() {
        let set = if n < FORMATS.len() { FORMATS[n].set } else { OTHERS[n - FORMATS.len()] };
        let mut k = 0;
        while k < len && t[k] != set {
            k += 1;
        }
        if k == len {
            t[k] = set;
            len += 1;
        }
        n += 1;
    }
    (t, len)
};

/// The number of a class that is in [`SETS`].
pub const fn number(set: Class) -> u8 {
    let mut n = 0;
    while DISTINCT.0[n] != set {
        n += 1;
    }
    n as u8
}

#[cfg(test)]
mod tests;
