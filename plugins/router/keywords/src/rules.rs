//! What the operator wants: rules, and the words that they ask for.

use crate::fold::Folded;
use std::collections::BTreeMap;
use yett::config::Value;
use yett::Candidates;

/// Where a word must be: a set of these.
pub const LAST: u8 = 1;
pub const USER: u8 = 2;
pub const EVERYWHERE: u8 = 4;

/// Chooses a model if its words are there.
pub struct Rule {
    any: Vec<usize>,
    all: Vec<usize>,
    none: Vec<usize>,
    pub scope: u8,
    pub to: Choice,
}

/// A target by its place, or a model by its name.
pub enum Choice {
    Place(usize),
    Name(String),
}

impl Rule {
    pub fn new(v: &Value, words: &mut Reader) -> Result<Rule, String> {
        let scope = match v.text("in", "last") {
            "last" => LAST,
            "user" => USER,
            "all" => EVERYWHERE,
            other => return Err(["in is ", other, "; it may be last, user or all"].concat()),
        };
        let to = Choice::new(v, "model").ok_or("model is a place from 0 or a name")?;
        let mut list = |name| words.list(v, name).map_err(|e| [name, ": ", e].concat());
        let (any, all, none) = (list("any")?, list("all")?, list("none")?);
        if any.is_empty() && all.is_empty() && none.is_empty() {
            return Err("it has no words: set any, all or none; what fits always is the default".into());
        }
        Ok(Rule { any, all, none, scope, to })
    }

    /// Tells whether the words that were found are what the rule asks for. `any` tells whether there are some: usually there
    /// aren't, and a list of thousands needn't be gone through.
    pub fn fits(&self, found: &[u8], any: bool) -> bool {
        if !any {
            return self.all.is_empty() && self.any.is_empty();
        }
        let there = |n: &usize| found[*n] & self.scope != 0;
        self.all.iter().all(there)
            && !self.none.iter().any(there)
            && (self.any.is_empty() || self.any.iter().any(there))
    }
}

impl Choice {
    /// Reads a place or a name.
    pub fn new(v: &Value, member: &str) -> Option<Choice> {
        match v.text(member, "") {
            "" => usize::try_from(v.int(member, -1)).ok().map(Choice::Place),
            name => Some(Choice::Name(name.into())),
        }
    }

    /// Its place among candidates.
    pub fn among(&self, candidates: &Candidates) -> Option<usize> {
        let name = match self {
            Choice::Place(i) => return Some(*i).filter(|i| *i < candidates.len()),
            Choice::Name(name) => name,
        };
        let fits = candidates.iter().find(|c| match name.strip_suffix(&c.model()) {
            Some("") => true,
            Some(rest) => rest.strip_suffix('/').map_or(false, |provider| provider == c.provider()),
            None => false,
        });
        fits.map(|c| c.index())
    }
}

/// Collects the words of rules: texts as they are compared, and whether they must be whole. Equal ones are one.
#[derive(Default)]
pub struct Reader {
    words: Vec<(Vec<u8>, bool)>,
    numbers: BTreeMap<(Vec<u8>, bool), usize>,
    folded: Folded,
}

impl Reader {
    fn list(&mut self, v: &Value, name: &str) -> Result<Vec<usize>, &'static str> {
        let whole = v.bool("words", true);
        v.texts(name).map(|text| self.add(text, whole)).collect()
    }

    /// A word's number.
    pub fn add(&mut self, text: &str, whole: bool) -> Result<usize, &'static str> {
        self.folded.fold(text.as_bytes());
        let f = self.folded.text();
        let f = f.strip_suffix(b" ").unwrap_or(f);
        if f.is_empty() {
            return Err("a word is empty");
        }
        let word = (f.to_vec(), whole);
        if let Some(n) = self.numbers.get(&word) {
            return Ok(*n);
        }
        self.words.push(word.clone());
        self.numbers.insert(word, self.words.len() - 1);
        Ok(self.words.len() - 1)
    }

    /// The words' texts and whether each must be whole, by their numbers.
    pub fn into_lists(self) -> (Vec<Vec<u8>>, Vec<bool>) {
        self.words.into_iter().unzip()
    }
}
