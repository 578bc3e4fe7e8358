//! Reads weights.tsv.
//!
//! A line is the words of a feature, or its classes with an @ before them, a tab, and the weight in thousandths. "." is
//! the end of a sentence, "#" a number, "_" a word of a script without spaces. Under no name is what is added to every
//! text.

use crate::classes::NAMES;
use crate::features::Feature;
use crate::tables::NOTHING;
use std::collections::BTreeMap;

/// The weights of features in thousandths.
#[derive(Default)]
pub struct Weights<'a> {
    pub bias: i32,
    /// Of one to three words.
    pub words: BTreeMap<Vec<&'a str>, i16>,
    pub classes: Vec<(Feature, i16)>,
}

/// Reads weights.
pub fn weights(tsv: &str) -> Result<Weights<'_>, String> {
    let mut out = Weights::default();
    for line in tsv.lines() {
        let (name, weight) = line.split_once('\t').unwrap_or((line, ""));
        let weight: i16 = weight.parse().map_err(|_| format!("a line has no weight: {line}"))?;
        if weight == NOTHING {
            return Err(format!("a weight is too low: {line}"));
        }
        let words: Vec<&str> = name.split_whitespace().collect();
        match words[..] {
            [] => out.bias = weight.into(),
            [w, ..] if w.len() > 1 && w.starts_with('@') => out.classes.push((feature(&words)?, weight)),
            [_] | [_, _] | [_, _, _] => {
                out.words.insert(words, weight);
            }
            _ => return Err(format!("no feature has four words: {line}")),
        }
    }
    Ok(out)
}

/// A feature of classes by their names.
fn feature(names: &[&str]) -> Result<Feature, String> {
    let number = |w: &&str| NAMES.iter().position(|n| w.strip_prefix('@') == Some(n));
    let classes: Option<Vec<usize>> = names.iter().map(number).collect();
    match classes.as_deref() {
        Some([a]) => Ok(Feature::Class(*a)),
        Some([a, b]) => Ok(Feature::Pair(*a, *b)),
        Some([a, b, c]) => Ok(Feature::Triple(*a, *b, *c)),
        _ => Err(format!("no feature of classes: {}", names.join(" "))),
    }
}
