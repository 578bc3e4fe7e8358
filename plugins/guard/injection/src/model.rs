//! Weighs texts. The model is linear: a text's score is the sum of the weights of its different features, divided by the
//! square root of their number.

use crate::classes::Class;
use crate::features::Extractor;
use crate::tables::{self, Tables, NOTHING, UNKNOWN};
use crate::tokens::Tokens;
use crate::topic::Topic;
use core::ops::Deref;

/// Blocks of a text: a window is two of them.
pub const BLOCK: usize = 64;

/// How many features a text counts as having at least, so that two words alone say little.
pub const MIN_FEATURES: usize = 8;

/// The most suspicious piece of a text: some of its tokens. Above zero it counts as an attack.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What it weighs.
    pub score: f32,
    /// The class of the attack.
    pub topic: Topic,
    /// Its tokens.
    pub tokens: core::ops::Range<usize>,
}

impl Finding {
    /// What is no attack.
    pub const NONE: Finding = Finding::of(-1.0, 0..0);

    /// A piece that weighs so much.
    pub const fn of(score: f32, tokens: core::ops::Range<usize>) -> Finding {
        Finding { score, topic: Topic::Jailbreak, tokens }
    }
}

/// Weighs texts. It is used again from text to text.
pub struct Model<T> {
    /// The features with their weights.
    pub tables: T,
    /// For each feature, by its place, the number of the block that had it last.
    seen: Vec<u16>,
    /// The number of the current block. It grows from text to text.
    block: u16,
    /// The places of the features of the current token's classes.
    places: Box<[u16; PLACES]>,
}

/// A part of a text as it is weighed: the sum of its features, and how many they are.
#[derive(Clone, Copy, Default)]
struct Piece {
    sum: f32,
    count: usize,
}

/// A text as it is weighed.
struct Scale<'a> {
    weights: &'a [i16],
    seen: &'a mut [u16],
    block: u32,
    /// The text's first block.
    first: u32,
    /// The sums of all of the text, of the current block, and of what it has in common with the one before.
    whole: f32,
    current: f32,
    both: f32,
    /// How many features these have: all<<32 | common<<16 | current. There are less than 1<<15 features.
    counts: u64,
}

const ALL: u32 = 32;
const COMMON: u32 = 16;

impl Scale<'_> {
    /// Adds a feature to the pieces that don't have it yet.
    #[inline(always)]
    fn count(&mut self, place: usize) {
        let last = u32::from(self.seen[place]);
        if last == self.block {
            return;
        }
        let w = i32::from(self.weights[place]);
        if w == NOTHING.into() {
            return;
        }
        self.seen[place] = self.block as u16;
        let w = thousandths(w);
        let (new, common) = (last < self.first, last + 1 == self.block);
        self.current += w;
        self.whole += if new { w } else { 0.0 };
        self.both += if common { w } else { 0.0 };
        self.counts += 1 + (u64::from(new) << ALL) + (u64::from(common) << COMMON);
    }

    /// Ends the block: what it is, and what it has in common with the one before.
    fn end(&mut self) -> (Piece, Piece) {
        let count = |shift: u32| (self.counts >> shift & 0xffff) as usize;
        let block = (Piece { sum: self.current, count: count(0) }, Piece { sum: self.both, count: count(COMMON) });
        (self.current, self.both) = (0.0, 0.0);
        self.counts &= !0 << ALL;
        self.block += 1;
        block
    }
}

/// A weight as a number.
#[inline(always)]
pub fn thousandths(n: i32) -> f32 {
    n as f32 / 1000.0
}

impl<T: Deref<Target = Tables>> Model<T> {
    /// A model with these weights.
    pub fn new(tables: T) -> Self {
        let seen = vec![0; tables.weights.len()];
        Model { tables, seen, block: 1, places: Box::new([0; PLACES]) }
    }

    /// What a piece weighs.
    fn score(&self, p: Piece) -> f32 {
        let bias = thousandths(self.tables.bias);
        if p.count == 0 {
            return bias;
        }
        p.sum / (p.count.max(MIN_FEATURES) as f64).sqrt() as f32 + bias
    }

    /// Finds the most suspicious piece of a text: all of it, or a window of two blocks. A window must weigh `margin` more
    /// than a whole text.
    pub fn weigh(&mut self, tokens: &Tokens, margin: f32) -> Finding {
        let list = tokens.list();
        if usize::from(self.block) + list.len() / BLOCK + 4 > u16::MAX.into() {
            self.seen.fill(0);
            self.block = 1;
        }
        let first = self.block + 2; // so that no block of another text seems to be the one before
        let mut seen = core::mem::take(&mut self.seen);
        let tables = &*self.tables;
        let mut s = Scale {
            weights: tables.weights,
            seen: &mut seen[..tables.weights.len()],
            block: first.into(),
            first: first.into(),
            whole: 0.0,
            current: 0.0,
            both: 0.0,
            counts: 0,
        };
        let mut before = Piece::default();
        let mut best = Finding::of(thousandths(tables.bias) - 1.0, 0..list.len());
        let mut classes = tokens.classes();
        let mut x = Extractor::default();
        let (mut last, mut begun) = (UNKNOWN, NO_PAIR);
        for (k, block) in list.chunks(BLOCK).enumerate() {
            let next_class = |classes: &[(usize, Class)]| classes.first().map_or(usize::MAX, |c| c.0) - k * BLOCK;
            let mut next = next_class(classes);
            for (n, t) in block.iter().enumerate() {
                let mut pair = NO_PAIR;
                if t & UNKNOWN == 0 {
                    s.count(*t as usize);
                    if last & UNKNOWN == 0 {
                        if let Some(at) = tables.pairs.find(tables::pair(last, *t)) {
                            s.count(tables.pairs_from + at);
                            pair = at;
                        }
                        if begun != NO_PAIR {
                            if let Some(at) = tables.triples.find(tables::triple(begun, *t)) {
                                s.count(tables.triples_from + at);
                            }
                        }
                    }
                }
                (last, begun) = (*t, pair);
                if n == next {
                    let found = features(tables, &mut x, classes[0], &mut self.places);
                    for place in &self.places[..found] {
                        s.count(usize::from(*place));
                    }
                    classes = &classes[1..];
                    next = next_class(classes);
                }
            }
            let (current, both) = s.end();
            if list.len() > 2 * BLOCK {
                let sum = before.sum + current.sum - both.sum;
                let window = Piece { sum, count: before.count + current.count - both.count };
                let score = self.score(window) - margin;
                if score > best.score {
                    best = Finding::of(score, k.saturating_sub(1) * BLOCK..k * BLOCK + block.len());
                }
            }
            before = current;
        }
        let score = self.score(Piece { sum: s.whole, count: (s.counts >> ALL) as usize });
        if score > best.score {
            best = Finding::of(score, 0..list.len());
        }
        self.block = s.block as u16;
        self.seen = seen;
        best
    }
}

/// In the place of a pair that no triple begins with.
const NO_PAIR: usize = usize::MAX;

/// Room for the places of the features of a token. `make/tables.rs` sees to it that no token has more than 366.
const PLACES: usize = 512;

/// Finds the places of the features of a token's classes, and returns how many they are.
#[inline(never)]
fn features(tables: &Tables, x: &mut Extractor, token: (usize, Class), places: &mut [u16; PLACES]) -> usize {
    let mut n = 0;
    x.next(token.1, token.0, |f| {
        let place = tables.place(f);
        places[n % PLACES] = place as u16;
        n += usize::from(place != 0);
    });
    n.min(PLACES)
}
