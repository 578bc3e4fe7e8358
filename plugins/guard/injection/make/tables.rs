//! Makes tables of a vocabulary and of weights. They live as long as the program.

use super::vocabulary::Vocabulary;
use super::weights::Weights;
use crate::classes::{Class, CLASSES};
use crate::features::Feature;
use crate::hash;
use crate::index::{Index, SHARED};
use crate::tables::*;
use std::collections::{BTreeMap, BTreeSet};

/// How long a begin of a word is at least, in bytes. A shorter one has no effect.
const MIN_STEM: usize = 5;

/// Makes the tables.
pub fn tables(v: Vocabulary, w: &Weights<'_>) -> Tables {
    let lengths = lengths(&v);
    let mut classes = v.words.clone();
    classes.extend(v.turned());
    let mut out = words(&classes, w);
    out.lengths = lengths;
    stems(&mut out, v.stems);
    glyphs(&mut out, v.glyphs);
    out
}

/// Makes the tables of words and features.
fn words(classes: &BTreeMap<Vec<u8>, Class>, w: &Weights<'_>) -> Tables {
    let mut sets: Vec<Class> = classes.values().copied().collect();
    sets.sort_unstable();
    sets.dedup();
    assert!(sets.len() <= 256, "there are more sets of classes than a byte can tell");
    assert!(sets.iter().all(|s| s.count_ones() <= 5), "a word has more classes than `model` has room for");
    let classed: Vec<u8> = classes.values().map(|c| sets.binary_search(c).expect("all are there") as u8).collect();

    // Numbers: the three tokens that are no words, those with classes, the others.
    let mut numbers: BTreeMap<&[u8], Token> = BTreeMap::new();
    numbers.extend([(&b"."[..], STOP), (b"#", NUMBER), (b"_", BLANK)]);
    let others: BTreeSet<&str> = w.words.keys().flatten().copied().collect();
    for word in classes.keys().map(Vec::as_slice).chain(others.iter().map(|w| w.as_bytes())) {
        let next = numbers.len() as Token;
        numbers.entry(word).or_insert(next);
    }
    let none = numbers.len() as u32;
    assert!(numbers.len() < SLOTS, "there are too many words");
    let known: Vec<(&[u8], Token)> = numbers.iter().map(|n| (*n.0, *n.1)).filter(|n| n.1 > BLANK).collect();
    let (factors, shifts, slots) = (0..).find_map(|seed| spread(&known, none, seed)).expect("some factors do");

    let number = |w: &str| numbers[w.as_bytes()];
    let mut weights = vec![NOTHING; numbers.len() + 1];
    let mut pairs = BTreeMap::new();
    for (f, weight) in &w.words {
        match f[..] {
            [a] => weights[number(a) as usize] = *weight,
            [a, b] => {
                pairs.insert(pair(number(a), number(b)), *weight);
            }
            [a, b, _] => {
                pairs.entry(pair(number(a), number(b))).or_insert(NOTHING);
            }
            _ => {}
        }
    }
    let pairs_from = weights.len();
    let pairs = index(pairs, &mut weights);
    let triple_of =
        |f: &[&str]| triple(pairs.find(pair(number(f[0]), number(f[1]))).expect("it was added"), number(f[2]));
    let of_three = w.words.iter().filter(|f| f.0.len() == 3);
    let triples_from = weights.len();
    let triples = index(of_three.map(|f| (triple_of(f.0), *f.1)).collect(), &mut weights);

    let mut class_pairs = [[0; CLASSES + 1]; CLASSES];
    let mut class_triples = BTreeMap::new();
    for (f, weight) in &w.classes {
        let to = match *f {
            Feature::Class(a) => &mut class_pairs[a][CLASSES],
            Feature::Pair(a, b) => &mut class_pairs[b][a],
            Feature::Triple(a, b, c) => {
                class_triples.insert(triple_of_classes(a, b, c), *weight);
                continue;
            }
        };
        *to = weights.len() as u16;
        weights.push(*weight);
    }
    let class_triples_from = weights.len();
    let class_triples = index(class_triples, &mut weights);
    assert!(weights.len() < 1 << 15, "there are too many features");
    Tables {
        factors,
        shifts,
        slots,
        classed: classed.leak(),
        sets: sets.leak(),
        stems: &[],
        stem_bits: [0; 64],
        begins: [0; 64],
        lengths: [[0; 26]; 26],
        glyphs: &[],
        glyph_bits: [0; 64],
        weights: weights.leak(),
        pairs,
        triples,
        class_triples,
        class_pairs,
        pairs_from,
        triples_from,
        class_triples_from,
        bias: w.bias,
    }
}

type Slots = ([u64; 2], [u16; 1024], [u32; SLOTS]);

/// Finds a slot for each word, by the factors of a seed: those that agree in the high ten bits of their hashes are moved
/// together to where all are free, the largest group first. With some factors two words of a group can't be told apart.
fn spread(words: &[(&[u8], Token)], none: Token, seed: u64) -> Option<Slots> {
    let odd = |n: u64| {
        (n.wrapping_add(1)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29).wrapping_mul(0xbf58_476d_1ce4_e5b9) | 1
    };
    let factors = [odd(2 * seed), odd(2 * seed + 1)];
    let low = SLOTS as u32 - 1;
    let mut groups: Vec<Vec<(u32, Token)>> = vec![Vec::new(); 1024];
    for (w, n) in words {
        let h = hash::word(w, factors);
        groups[(h >> 22) as usize].push((h, *n));
    }
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|g| std::cmp::Reverse(groups[*g].len()));
    let mut shifts = [0; 1024];
    let mut slots = [none; SLOTS];
    for g in order {
        let group = &groups[g];
        let at = |h: u32, shift: u32| ((h ^ shift) & low) as usize;
        let lows: BTreeSet<u32> = group.iter().map(|w| w.0 & low).collect();
        if lows.len() < group.len() {
            return None;
        }
        let shift = (0..=low).find(|s| group.iter().all(|w| slots[at(w.0, *s)] == none))?;
        shifts[g] = shift as u16;
        for (h, n) in group {
            slots[at(*h, shift)] = h & !low | n;
        }
    }
    Some((factors, shifts, slots))
}

/// Makes an index of numbers, and adds their weights at their places.
fn index<const N: usize>(numbers: BTreeMap<u32, i16>, weights: &mut Vec<i16>) -> Index<N> {
    let mut buckets: BTreeMap<u32, Vec<(u32, i16)>> = BTreeMap::new();
    for (n, w) in numbers {
        buckets.entry(n >> Index::<N>::LOW).or_default().push((Index::<N>::entry(n), w));
    }
    let mut all = Vec::new();
    let mut shared = Vec::new();
    for b in buckets.values() {
        if let [alone] = b[..] {
            all.push(alone);
            continue;
        }
        let place = (buckets.len() + shared.len()) as u32;
        all.push((SHARED | (b.len() as u32) << 16 | place, NOTHING));
        shared.extend_from_slice(b);
    }
    all.append(&mut shared);
    let mut out = Index { bits: [0; N], before: [0; N], entries: &[] };
    for b in buckets.keys() {
        out.bits[(b >> 5) as usize] |= 1 << (b & 31);
    }
    let mut before = 0;
    for (word, to) in out.bits.iter().zip(&mut out.before) {
        *to = before;
        before += word.count_ones() as u16;
    }
    weights.extend(all.iter().map(|e| e.1));
    out.entries = all.into_iter().map(|e| e.0).collect::<Vec<u32>>().leak();
    out
}

/// The lengths of words by their first two letters.
fn lengths(v: &Vocabulary) -> [[u32; 26]; 26] {
    let mut out = [[0; 26]; 26];
    for w in v.words.keys().map(Vec::as_slice).chain(BETWEEN.iter().map(|w| w.as_bytes())) {
        match w {
            [x @ b'a'..=b'z', y @ b'a'..=b'z', ..] if w.len() <= MAX_PIECE => {
                out[usize::from(x - b'a')][usize::from(y - b'a')] |= 1 << w.len();
            }
            _ => {}
        }
    }
    out
}

fn stems(out: &mut Tables, all: BTreeMap<Vec<u8>, Class>) {
    let mut stems = Vec::new();
    for (w, class) in all.into_iter().filter(|s| s.0.len() >= MIN_STEM) {
        let hash = w.iter().fold(hash::SEED, |h, b| hash::step(h, *b));
        out.stem_bits[(hash >> 26) as usize] |= 1 << (hash >> 21 & 31);
        let (word, bit) = quad(u32::from_le_bytes([w[0], w[1], w[2], w[3]]));
        out.begins[word] |= bit;
        stems.push(Stem { hash, text: w.leak(), class });
    }
    stems.sort_by_key(|s| s.hash);
    out.stems = stems.leak();
}

fn glyphs(out: &mut Tables, all: BTreeMap<u32, Vec<(Vec<u8>, Class)>>) {
    let mut glyphs = Vec::new();
    for (first, mut list) in all {
        list.sort_by_key(|g| std::cmp::Reverse(g.0.len()));
        out.glyph_bits[(first >> 5) as usize % 64] |= 1 << (first & 31);
        glyphs.extend(list.into_iter().map(|(rest, class)| Glyph { first, rest: rest.leak(), class }));
    }
    out.glyphs = glyphs.leak();
}
