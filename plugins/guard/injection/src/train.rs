//! Makes weights.tsv of texts, with the guest's own reader and features. It isn't in the guest.
//!
//! `train`, a test that must be asked for, takes what it does from the environment: README.md tells how to run it.

mod fit;
mod random;
mod sets;
#[path = "../make/tables.rs"]
mod tables_of;
#[path = "../make/vocabulary.rs"]
pub mod vocabulary;
#[path = "../make/weights.rs"]
pub mod weights;

use crate::bundled::Bundled;
use crate::classes::NAMES;
use crate::detect::Detector;
use crate::features::{Extractor, Feature};
use crate::model::BLOCK;
use crate::read::Reader;
use crate::tables::{Tables, Token, BLANK, NUMBER, STOP};
use random::Random;
use sets::Example;
use std::collections::{BTreeMap, BTreeSet};

/// Words that tell a set and not an attack: what tests of others look for, and "and" and "the" written backwards and in
/// ROT13.
const ARTEFACTS: [&str; 6] = ["canary", "pwned", "dna", "gur", "naq", "eht"];

/// A token with its classes and its name in weights.tsv.
#[derive(Clone)]
struct Word {
    token: Token,
    class: u64,
    name: String,
}

/// Gives features their names and numbers.
struct Namer {
    reader: Reader<Bundled>,
    numbers: BTreeMap<String, usize>,
    names: Vec<String>,
}

impl Namer {
    fn new() -> Namer {
        Namer { reader: Reader::new(Bundled), numbers: BTreeMap::new(), names: Vec::new() }
    }

    /// Reads a text.
    fn words(&mut self, text: &str) -> Vec<Word> {
        self.reader.reset();
        self.reader.read(text.as_bytes());
        let tokens = &self.reader.tokens;
        let mut out: Vec<Word> = tokens
            .list()
            .iter()
            .zip(&tokens.words)
            .map(|(token, word)| {
                let name = match *token {
                    STOP => ".".into(),
                    NUMBER => "#".into(),
                    BLANK => "_".into(),
                    _ => String::from_utf8_lossy(word).into_owned(),
                };
                Word { token: *token, class: 0, name }
            })
            .collect();
        for (n, class) in tokens.classes() {
            out[*n].class = *class;
        }
        out
    }

    /// The numbers of the different features of words. New ones get a name.
    fn features(&mut self, words: &[Word]) -> Vec<usize> {
        let mut x = Extractor::default();
        let mut names = Vec::new();
        for (k, w) in words.iter().enumerate() {
            if w.token != STOP {
                names.push(w.name.clone());
            }
            if k > 0 {
                names.push(format!("{} {}", words[k - 1].name, w.name));
            }
            if k > 1 {
                names.push(format!("{} {} {}", words[k - 2].name, words[k - 1].name, w.name));
            }
            if w.class != 0 {
                x.next(w.class, k, |f| names.push(name(f)));
            }
        }
        let mut seen = BTreeSet::new();
        let mut out = Vec::new();
        for name in names {
            if name.split_whitespace().any(|w| ARTEFACTS.contains(&w)) {
                continue;
            }
            let next = self.names.len();
            let n = *self.numbers.entry(name).or_insert_with_key(|name| {
                self.names.push(name.clone());
                next
            });
            if seen.insert(n) {
                out.push(n);
            }
        }
        out
    }

    /// The features of the piece of a long attack that weighs most, so that pieces of others are found.
    fn worst(&mut self, e: &Example, w: &[f64]) -> Option<Vec<usize>> {
        const SIZE: usize = 48;
        if !e.attack {
            return None;
        }
        let words = self.words(&e.text);
        let (mut best, mut most, mut from) = (None, 0.0, 0);
        while words.len() > 2 * SIZE && from + SIZE <= words.len() {
            let x = self.features(&words[from..from + SIZE]);
            let sum: f64 = x.iter().filter_map(|f| w.get(*f)).sum();
            let v = sum / (x.len() as f64).sqrt();
            if v > most {
                (best, most) = (Some(x), v);
            }
            from += SIZE / 2;
        }
        best
    }
}

/// A feature of classes as it is named in weights.tsv.
fn name(f: Feature) -> String {
    match f {
        Feature::Class(a) => format!("@{}", NAMES[a]),
        Feature::Pair(a, b) => format!("@{} @{}", NAMES[a], NAMES[b]),
        Feature::Triple(a, b, c) => format!("@{} @{} @{}", NAMES[a], NAMES[b], NAMES[c]),
    }
}

/// Makes weights of examples: those of the `most` features that are worth most.
fn train(examples: &[Example], most: usize, cost: f64) -> String {
    let mut n = Namer::new();
    let mut random = Random::new(1, 2);
    let mut rows = variants(&mut n, examples, &mut random);
    let mut common = vec![0.0; n.names.len()];
    let mut groups = vec![BTreeSet::new(); n.names.len()];
    for e in &rows {
        for f in &e.x {
            if groups[*f].len() < 4 {
                groups[*f].insert(e.group);
            }
            common[*f] += 1.0;
        }
    }
    let often = |f: usize| groups.get(f).map_or(0, BTreeSet::len) >= 3;
    keep(&mut rows, often);
    let (w, _) = fit::fit(&rows, n.names.len(), cost);
    for e in examples {
        if let Some(x) = n.worst(e, &w) {
            rows.push(Example { x, weight: e.weight * 0.4, ..e.clone() });
        }
    }
    keep(&mut rows, often);
    let (w, _) = fit::fit(&rows, n.names.len(), cost);
    let worth = |f: usize| w[f].abs() * f64::min(common.get(f).copied().unwrap_or(0.0), 60.0).sqrt();
    let mut order: Vec<usize> = (0..n.names.len()).collect();
    order.sort_by(|a, b| worth(*b).total_cmp(&worth(*a)));
    let chosen: BTreeSet<usize> = order.into_iter().take(most).collect();
    keep(&mut rows, |f| chosen.contains(&f));
    let (w, bias) = fit::fit(&rows, n.names.len(), cost);
    let line = |name: &str, w: f64| (w.round() != 0.0).then(|| format!("{name}\t{}\n", w.round()));
    let mut lines: Vec<String> = chosen.iter().filter_map(|f| line(&n.names[*f], w[*f] * 1000.0)).collect();
    lines.sort_unstable();
    println!("{} rows, {} features of {}, bias {bias:.3}", rows.len(), lines.len(), n.names.len());
    format!("\t{}\n", (bias * 1000.0).round()) + &lines.concat()
}

/// The examples with their features, and variants of them: pieces of long texts, disguises, attacks in other texts.
fn variants(n: &mut Namer, examples: &[Example], random: &mut Random) -> Vec<Example> {
    let row = |e: &Example, x, weight| Example { x, weight: e.weight * weight, ..e.clone() };
    let mut rows = Vec::new();
    let mut calm = Vec::new(); // pieces of texts that are no attacks, to hide attacks in
    for e in examples {
        let words = n.words(&e.text);
        rows.push(row(e, n.features(&words), 1.0));
        if !e.attack && words.len() > 2 * BLOCK {
            for _ in 0..(words.len() / BLOCK - 1).min(3) {
                let from = random.below(words.len() - 2 * BLOCK);
                let piece = words[from..from + 2 * BLOCK].to_vec();
                rows.push(row(e, n.features(&piece), 0.7));
                calm.push(piece);
            }
        }
    }
    for e in examples {
        if e.attack && !e.kind.is_empty() {
            let words = n.words(&sets::disguise(&e.text, random));
            rows.push(row(e, n.features(&words), 0.3));
        }
        let words = n.words(&e.text);
        if !e.attack || words.len() >= 70 || calm.is_empty() {
            continue;
        }
        for _ in 0..2 {
            let around = &calm[random.below(calm.len())];
            let size = 40 + random.below(40);
            let at = random.below(size);
            let mut mixed = around[..at].to_vec();
            for w in &words {
                // Their ends of sentences meet.
                if w.token != STOP || mixed.last().map_or(false, |w| w.token != STOP) {
                    mixed.push(w.clone());
                }
            }
            let rest = at + usize::from(around[at].token == STOP);
            mixed.extend_from_slice(&around[rest..size]);
            rows.push(row(e, n.features(&mixed), 0.5));
        }
    }
    rows
}

/// Drops features of all rows.
fn keep(rows: &mut [Example], ok: impl Fn(usize) -> bool) {
    for e in rows {
        e.x.retain(|f| ok(*f));
    }
}

/// Tables of other weights. They live as long as the program.
fn tables(tsv: &str) -> &'static Tables {
    let v = vocabulary::vocabulary(include_str!("../vocabulary.txt")).expect("the vocabulary is well");
    Box::leak(Box::new(tables_of::tables(v, &weights::weights(tsv).expect("the weights are well"))))
}

/// What the environment says, or a default.
fn setting<T: std::str::FromStr>(name: &str, or: T) -> T {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(or)
}

/// Makes weights.tsv of the sets in the folder SETS, testdata/tune.jsonl and testdata/grammar.txt. With FOLDS it doesn't,
/// but trains so often on all groups but one in so many, and counts on those.
#[test]
#[ignore = "it writes weights.tsv, and takes minutes"]
fn train_on_sets() {
    let (folds, most, cost) = (setting("FOLDS", 0), setting("FEATURES", 8000), setting("COST", 2.0));
    let all = sets::all(std::env::var_os("SETS").map(Into::into));
    let mut counts = BTreeMap::new();
    for fold in 0..folds {
        let of = |e: &&Example| (e.group.wrapping_mul(2_654_435_761) >> 8) % folds == fold;
        let (out, rest): (Vec<&Example>, Vec<&Example>) = all.iter().partition(of);
        let rest: Vec<Example> = rest.into_iter().cloned().collect();
        let mut d = Detector::new(tables(&train(&rest, most, cost)));
        for e in out {
            let found = d.judge(e.text.as_bytes()).score > 0.0;
            counts.entry(e.set.clone()).or_insert([0; 4])
                [2 * usize::from(!e.attack) + usize::from(found != e.attack)] += 1;
        }
    }
    for (set, [tp, f_n, tn, fp]) in counts {
        println!("{set:24} TP {tp:4}  FN {f_n:4}  FP {fp:4}  TN {tn:4}");
    }
    if folds == 0 {
        let path = std::env::var("WEIGHTS").unwrap_or_else(|_| "weights.tsv".into());
        std::fs::write(path, train(&all, most, cost)).expect("it can be written");
    }
}

/// The tables that the guest has say of each feature what weights.tsv does.
#[test]
fn tables_equal_the_weights() {
    let tsv = include_str!("../weights.tsv");
    let w = weights::weights(tsv).unwrap();
    let t: &Tables = &Bundled;
    let token = |w: &str| match w {
        "." => STOP,
        "#" => NUMBER,
        "_" => BLANK,
        w => t.look(w.as_bytes()).0,
    };
    let mut known = 0;
    for (words, weight) in &w.words {
        let n: Vec<Token> = words.iter().map(|w| token(w)).collect();
        let pair = |n: &[Token]| t.pairs.find(crate::tables::pair(n[0], n[1])).unwrap();
        let place = match n.len() {
            1 => n[0] as usize,
            2 => t.pairs_from + pair(&n),
            _ => t.triples_from + t.triples.find(crate::tables::triple(pair(&n), n[2])).unwrap(),
        };
        assert_eq!(t.weights[place], *weight, "{words:?}");
        known += 1;
    }
    for (f, weight) in &w.classes {
        assert_eq!(t.weights[t.place(*f)], *weight, "{}", name(*f));
        known += 1;
    }
    assert_eq!((known, w.bias), (tsv.lines().count() - 1, t.bias));
    assert_eq!(t.weights.iter().filter(|w| **w != crate::tables::NOTHING).count(), known, "nothing else weighs");
}
