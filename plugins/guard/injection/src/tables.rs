//! What words and features are known: the vocabulary with its classes, and what each feature weighs. `make` makes the
//! tables of vocabulary.txt and weights.tsv.

use crate::classes::{Class, CLASSES};
use crate::features::Feature;
use crate::hash;
use crate::index::Index;

/// A token of a text: the number of a known word, or UNKNOWN | 31 bits of the hash of another.
pub type Token = u32;

/// The end of a sentence.
pub const STOP: Token = 0;
/// Digits.
pub const NUMBER: Token = 1;
/// A word that isn't kept: of a script without spaces.
pub const BLANK: Token = 2;
/// Marks a word that isn't known.
pub const UNKNOWN: Token = 1 << 31;

/// How many bits the number of a word has.
pub const WORD_BITS: u32 = 13;
/// There is room for so many words.
pub const SLOTS: usize = 1 << WORD_BITS;
const LOW: u32 = SLOTS as u32 - 1;

/// In a set without classes: the word is one that disguises are seen by, written backwards or in ROT13.
pub const BACKWARDS: Class = 1 << 62;
pub const ROT13: Class = 1 << 63;
pub const TURNED: Class = BACKWARDS | ROT13;

/// The weight of what has none.
pub const NOTHING: i16 = i16::MIN;

/// Words and features.
pub struct Tables {
    /// Words are found by their hashes, in one step: a word with the hash h is in slot (h ^ shifts[h>>22]) % SLOTS.
    pub factors: [u64; 2],
    pub shifts: [u16; 1024],
    /// The high 19 bits of a word's hash, and the word's number in the low 13. Free slots have the number of no word.
    pub slots: [u32; SLOTS],
    /// The first words, without the three tokens that are none, are those that have classes: the numbers of their sets.
    pub classed: &'static [u8],
    /// The sets of classes that words have.
    pub sets: &'static [Class],
    /// Begins of words, in the order of their hashes.
    pub stems: &'static [Stem],
    /// By the high 11 bits of a begin's hash, a bit for each that could be a stem's.
    pub stem_bits: [u32; 64],
    /// By `quad` of the first four letters, a bit for those that stems begin with.
    pub begins: [u32; 64],
    /// By the first two letters of words: a bit for each length that they have, 2 to 16 bytes.
    pub lengths: [[u32; 26]; 26],
    /// Words of scripts that don't put spaces, in the order of their first characters; the longest first.
    pub glyphs: &'static [Glyph],
    /// By the low 11 bits of a character, a bit for each that such a word could begin with.
    pub glyph_bits: [u32; 64],

    /// What features weigh in thousandths, NOTHING for what is no feature: words by their numbers, and by their places
    /// after them pairs of words, triples of words, classes and their pairs, triples of classes.
    pub weights: &'static [i16],
    /// Pairs of words that are features, or that triples begin with.
    pub pairs: Index<2048>,
    /// Triples of words: a pair's place, and a word.
    pub triples: Index<256>,
    /// Triples of classes.
    pub class_triples: Index<256>,
    /// For each class, the place of its pair with each class before it, and last its own; 0 where there is none.
    pub class_pairs: [[u16; CLASSES + 1]; CLASSES],
    /// Where in `weights` pairs, triples and triples of classes begin.
    pub pairs_from: usize,
    pub triples_from: usize,
    pub class_triples_from: usize,
    /// What is added to every text, in thousandths.
    pub bias: i32,
}

/// A begin of words.
pub struct Stem {
    /// Its hash.
    pub hash: u32,
    /// Its bytes.
    pub text: &'static [u8],
    /// The class of the words.
    pub class: Class,
}

/// A word of a script without spaces.
pub struct Glyph {
    /// The first character.
    pub first: u32,
    /// What comes after it.
    pub rest: &'static [u8],
    /// The word's class.
    pub class: Class,
}

/// How long a begin of a word is that is looked up, in bytes.
const MAX_STEM: usize = 26;

/// How long a word is that is found between others without spaces, in bytes.
pub const MAX_PIECE: usize = 16;

impl Tables {
    /// The token of a word by its hash.
    #[inline(always)]
    pub fn token(&self, h: u32) -> Token {
        let slot = h ^ u32::from(self.shifts[(h >> 22) as usize]);
        let e = self.slots[(slot & LOW) as usize];
        if e ^ h <= LOW {
            e & LOW
        } else {
            h | UNKNOWN
        }
    }

    /// The class of a token, or what its word is turned round.
    #[inline(always)]
    pub fn set(&self, t: Token) -> Option<Class> {
        let set = self.classed.get((t as usize).wrapping_sub(BLANK as usize + 1))?;
        Some(self.sets[usize::from(*set)])
    }

    /// Is `set`, 0 if there is none.
    pub fn all(&self, t: Token) -> Class {
        self.set(t).unwrap_or(0)
    }

    /// The token of a word and its class, 0 if it has none.
    pub fn look(&self, word: &[u8]) -> (Token, Class) {
        let t = self.token(hash::word(word, self.factors));
        (t, self.all(t) & !TURNED)
    }

    /// The class of a word, 0 if it has none.
    pub fn class(&self, word: &[u8]) -> Class {
        self.look(word).1
    }

    /// The class of a word by its begin. Only words beyond ASCII, and long ones, are looked at.
    pub fn stem(&self, b: &[u8]) -> Class {
        if b[0] < 0x80 && b.len() < 7 {
            return 0;
        }
        let (mut h, mut class) = (hash::SEED, 0);
        for (n, c) in b.iter().take(MAX_STEM).enumerate() {
            h = hash::step(h, *c);
            if self.stem_bits[(h >> 26) as usize] >> (h >> 21 & 31) & 1 != 0 {
                let from = self.stems.partition_point(|s| s.hash < h);
                let same = self.stems[from..].iter().take_while(|s| s.hash == h);
                for s in same.filter(|s| s.text == &b[..=n]) {
                    class = s.class; // the longest is the last
                }
            }
        }
        class
    }

    /// Tells whether stems could begin with these four letters.
    #[inline(always)]
    pub fn maybe_stem(&self, four: u32) -> bool {
        let (word, bit) = quad(four);
        self.begins[word] & bit != 0
    }

    /// The words of a script without spaces that begin with a character, the longest first.
    pub fn glyphs(&self, first: u32) -> &'static [Glyph] {
        if self.glyph_bits[(first >> 5) as usize % 64] >> (first & 31) & 1 == 0 {
            return &[];
        }
        let from = self.glyphs.partition_point(|g| g.first < first);
        let of = &self.glyphs[from..];
        &of[..of.partition_point(|g| g.first == first)]
    }

    /// The lengths of the words of the vocabulary that could begin a text: a bit for each, 2 to 16 bytes.
    pub fn lengths(&self, b: &[u8]) -> u32 {
        match b {
            [x @ b'a'..=b'z', y @ b'a'..=b'z', ..] => self.lengths[usize::from(x - b'a')][usize::from(y - b'a')],
            [_, _, ..] => (2 << MAX_PIECE) - 4,
            _ => 0,
        }
    }

    /// The place of a feature of classes, 0 if there is none.
    #[inline(always)]
    pub fn place(&self, f: Feature) -> usize {
        match f {
            Feature::Class(a) => self.class_pairs[a][CLASSES].into(),
            Feature::Pair(a, b) => self.class_pairs[b][a].into(),
            Feature::Triple(a, b, c) => {
                self.class_triples.find(triple_of_classes(a, b, c)).map_or(0, |at| self.class_triples_from + at)
            }
        }
    }
}

/// The number of a pair of words.
#[inline(always)]
pub fn pair(a: Token, b: Token) -> u32 {
    hash::spread(a << WORD_BITS | b)
}

/// The number of a triple of words, by the place of the pair that it begins with.
#[inline(always)]
pub fn triple(pair: usize, c: Token) -> u32 {
    hash::spread((pair as u32) << WORD_BITS | c)
}

/// The number of a triple of classes.
#[inline(always)]
pub fn triple_of_classes(a: usize, b: usize, c: usize) -> u32 {
    hash::spread((a << 12 | b << 6 | c) as u32)
}

/// The bit of four letters in a table of 64 words.
#[inline(always)]
pub fn quad(letters: u32) -> (usize, u32) {
    let h = hash::spread(letters);
    ((h >> 26) as usize, 1 << (h >> 21 & 31))
}

/// Tells whether a character belongs to a script whose words aren't looked up between spaces: Chinese, Japanese, Korean,
/// Arabic and Devanagari, which put endings or nothing where others have a space.
#[inline]
pub fn spaceless(r: u32) -> bool {
    matches!(r, 0x3040..=0x30ff | 0x3400..=0x9fff | 0xac00..=0xd7a3 | 0x0600..=0x06ff | 0x0900..=0x097f)
}

/// Words without a class that stand between those that have one, of at most four letters.
pub const BETWEEN: [&str; 26] = [
    "and", "the", "to", "of", "in", "on", "for", "with", "from", "at", "by", "as", "or", "if", "so", "me", "my", "it",
    "is", "be", "this", "that", "then", "but", "its", "into",
];
