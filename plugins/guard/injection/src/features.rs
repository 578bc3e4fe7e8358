//! Features of classes: classes of words that stand near each other.

use crate::classes::{numbers, Class};

/// A feature of up to three classes, by their numbers.
#[derive(Clone, Copy)]
pub enum Feature {
    /// A class.
    Class(usize),
    /// A class and one before it.
    Pair(usize, usize),
    /// A class and the two before it.
    Triple(usize, usize, usize),
}

/// Classes count together if they are at most this many words apart.
const NEAR: usize = 7;

/// Finds the features of classes.
#[derive(Default)]
pub struct Extractor {
    /// The words that have a class, the latest first, and where they stand.
    last: [(Class, usize); 4],
}

impl Extractor {
    /// Takes a word with a class, token `at`, and gives the features that end there.
    #[inline(always)]
    pub fn next(&mut self, class: Class, at: usize, mut give: impl FnMut(Feature)) {
        for n in numbers(class) {
            give(Feature::Class(n));
            for (k, (set, place)) in self.last.iter().enumerate() {
                if *set == 0 || at - place > NEAR {
                    break;
                }
                for o in numbers(*set) {
                    give(Feature::Pair(o, n));
                }
                if k != 1 {
                    continue;
                }
                for o in numbers(*set) {
                    for p in numbers(self.last[0].0) {
                        give(Feature::Triple(o, p, n));
                    }
                }
            }
        }
        self.last = [(class, at), self.last[0], self.last[1], self.last[2]];
    }
}
