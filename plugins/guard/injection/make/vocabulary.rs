//! Reads vocabulary.txt.

use crate::classes::{Class, CORE, NAMES};
use crate::fold::fold;
use crate::tables::{spaceless, BACKWARDS, ROT13};
use crate::utf8;
use std::collections::BTreeMap;

/// How long a word is at least that is seen backwards or in ROT13, in bytes.
const MIN_TURNED: usize = 5;

/// The words of the vocabulary.
#[derive(Default)]
pub struct Vocabulary {
    pub words: BTreeMap<Vec<u8>, Class>,
    pub stems: BTreeMap<Vec<u8>, Class>,
    /// Words of scripts without spaces, by their first characters.
    pub glyphs: BTreeMap<u32, Vec<(Vec<u8>, Class)>>,
}

/// Reads a vocabulary: names of classes with a colon, and their words in the lines that follow.
pub fn vocabulary(text: &str) -> Result<Vocabulary, String> {
    let mut class = 0;
    let mut all = Vocabulary::default();
    for line in text.lines().filter(|l| !l.starts_with('#')) {
        if let Some(name) = line.strip_suffix(':') {
            let n = NAMES.iter().position(|n| *n == name).ok_or(format!("no class: {name}"))?;
            class = 1 << n;
            continue;
        }
        for w in line.split_whitespace() {
            all.learn(w, class);
        }
    }
    Ok(all)
}

impl Vocabulary {
    /// Gives a word a class.
    fn learn(&mut self, text: &str, class: Class) {
        let mut b = Vec::new();
        for c in text.chars() {
            let f = fold(c.into());
            if f != 0 && f != '\''.into() && f != '-'.into() {
                utf8::append(&mut b, f);
            }
        }
        let (first, size) = utf8::decode(&b);
        if spaceless(first) {
            let list = self.glyphs.entry(first).or_default();
            match list.iter_mut().find(|g| g.0 == b[size..]) {
                Some(g) => g.1 |= class,
                None => list.push((b[size..].to_vec(), class)),
            }
        } else if b.last() == Some(&b'*') {
            b.pop();
            *self.stems.entry(b).or_default() |= class;
        } else {
            *self.words.entry(b).or_default() |= class;
        }
    }

    /// The words that disguises are seen by as they look backwards and in ROT13, where that is no word too.
    pub fn turned(&self) -> BTreeMap<Vec<u8>, Class> {
        let mut out: BTreeMap<Vec<u8>, Class> = BTreeMap::new();
        for (w, class) in &self.words {
            if class & CORE == 0 || w.len() < MIN_TURNED || !w.iter().all(u8::is_ascii_lowercase) {
                continue;
            }
            *out.entry(w.iter().rev().copied().collect()).or_default() |= BACKWARDS;
            *out.entry(w.iter().map(|c| (c - b'a' + 13) % 26 + b'a').collect()).or_default() |= ROT13;
        }
        out.retain(|w, _| !self.words.contains_key(w));
        out
    }
}
