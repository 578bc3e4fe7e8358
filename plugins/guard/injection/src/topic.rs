//! The classes of attacks.

use crate::classes::{class, Class, CLASSES};
use crate::features::{Extractor, Feature};
use crate::model::{thousandths, Model};
use crate::tables::Tables;
use crate::tokens::Tokens;
use core::ops::{Deref, Range};

/// The class of an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Jailbreak,
    Override,
    Extraction,
    Forged,
    Hidden,
    Exfiltration,
    Phrase,
}

/// Each class of attacks with what a tag says of it and what a refusal does, in the order of their numbers.
const TOPICS: [(Topic, &str, &str); 7] = [
    (Topic::Jailbreak, "jailbreak", "jailbreak"),
    (Topic::Override, "override", "instruction override"),
    (Topic::Extraction, "extraction", "prompt extraction"),
    (Topic::Forged, "forged", "forged turn"),
    (Topic::Hidden, "hidden", "hidden instructions"),
    (Topic::Exfiltration, "exfiltration", "data exfiltration"),
    (Topic::Phrase, "phrase", "configured phrase"),
];

impl Topic {
    /// What a tag says.
    pub fn tag(self) -> &'static str {
        TOPICS[self as usize].1
    }

    /// What a refusal says.
    pub fn name(self) -> &'static str {
        TOPICS[self as usize].2
    }
}

/// What attacks classes of words are signs of. Jailbreaks are those of none.
const SIGNS: [(Class, Topic); 5] = [
    (class("ignore") | class("prior") | class("instr"), Topic::Override),
    (class("reveal") | class("hidden"), Topic::Extraction),
    (class("fence") | class("turn"), Topic::Forged),
    (class("comment") | class("disguise"), Topic::Hidden),
    (class("send") | class("secret") | class("person"), Topic::Exfiltration),
];

fn topic_of(class: usize) -> Topic {
    debug_assert!(class < CLASSES);
    SIGNS.iter().find(|s| s.0 >> class & 1 != 0).map_or(Topic::Jailbreak, |s| s.1)
}

impl<T: Deref<Target = Tables>> Model<T> {
    /// Tells the class of the attack that a piece of a text is: the one whose signs weigh most.
    pub fn name(&self, tokens: &Tokens, piece: Range<usize>) -> Topic {
        let mut sums = [0f32; TOPICS.len()];
        let mut x = Extractor::default();
        for (n, class) in tokens.classes().iter().filter(|c| piece.contains(&c.0)) {
            x.next(*class, *n, |f| {
                let place = self.tables.place(f);
                if place == 0 || self.tables.weights[place] <= 0 {
                    return;
                }
                let w = thousandths(self.tables.weights[place].into());
                let (classes, of) = match f {
                    Feature::Class(a) => ([a, a, a], 1),
                    Feature::Pair(a, b) => ([a, b, b], 2),
                    Feature::Triple(a, b, c) => ([a, b, c], 3),
                };
                for c in &classes[..of] {
                    sums[topic_of(*c) as usize] += w / of as f32;
                }
            });
        }
        let mut best = 0;
        for (n, sum) in sums.iter().enumerate() {
            if *sum > sums[best] {
                best = n;
            }
        }
        TOPICS[best].0
    }
}
