//! The texts to learn from.

use super::random::Random;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use yett::config::Value;

/// A text of a set.
#[derive(Clone, Debug, Default)]
pub struct Example {
    pub text: String,
    pub attack: bool,
    pub kind: String,
    pub set: String,
    /// Texts that are variants of each other are in one group.
    pub group: i64,
    pub weight: f64,
    /// Its features.
    pub x: Vec<usize>,
}

/// Reads a file of examples: a line is an object with `text`, `attack` or `label`, and maybe `kind`, `set`, `group`.
pub fn read(path: &Path) -> Vec<Example> {
    let all = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let example = |line: &str| {
        let v = Value::parse(line.as_bytes()).unwrap_or_else(|e| panic!("{}: {e}: {line}", path.display()));
        Example {
            text: v.text("text", "").into(),
            attack: v.bool("attack", false) || v.int("label", 0) == 1,
            kind: v.text("kind", "").into(),
            set: v.text("set", "").into(),
            group: v.int("group", 0),
            weight: 1.0,
            x: Vec::new(),
        }
    };
    all.lines().map(example).collect()
}

/// All texts: of the sets in a folder, and own ones.
pub fn all(dir: Option<PathBuf>) -> Vec<Example> {
    let mut files: Vec<PathBuf> = match dir {
        Some(dir) => std::fs::read_dir(dir).expect("SETS is a folder").map(|f| f.expect("it is read").path()).collect(),
        None => Vec::new(),
    };
    files.retain(|f| f.extension().map_or(false, |e| e == "jsonl"));
    files.sort();
    let mut out: Vec<Example> = files.iter().flat_map(|f| read(f)).collect();
    for e in out.iter_mut().filter(|e| e.set.starts_with("mined")) {
        e.weight = 0.1; // single sentences with words that attacks have too
    }
    for (e, k) in read(Path::new("testdata/tune.jsonl")).into_iter().zip(1_000_000..) {
        out.push(Example { group: k, set: "tune".into(), weight: 2.0, ..e });
    }
    out.extend(grammar());
    out
}

/// Makes texts of the patterns in testdata/grammar.txt, a few of each.
fn grammar() -> Vec<Example> {
    let all = std::fs::read_to_string("testdata/grammar.txt").expect("testdata/grammar.txt is there");
    let mut slots = BTreeMap::new();
    let mut random = Random::new(5, 6);
    let mut out: Vec<Example> = Vec::new();
    for (line, n) in all.split('\n').zip(2_000_000..) {
        if let Some((name, list)) = line.split_once(" = ").filter(|(name, _)| name.split_whitespace().count() == 1) {
            slots.insert(name, list.split(" | ").collect::<Vec<_>>());
            continue;
        }
        let attack = match line.as_bytes() {
            [b'+', _, _, ..] => true,
            [b'-', _, _, ..] => false,
            _ => continue,
        };
        let mut made: Vec<String> = Vec::new();
        for _ in 0..12 {
            let mut s = line[2..].to_string();
            while let Some((before, rest)) = s.split_once('{') {
                let (name, after) = rest.split_once('}').expect("a slot is closed");
                let list = &slots[name];
                s = [before, list[random.below(list.len())], after].concat();
            }
            if !made.contains(&s) {
                made.push(s);
            }
        }
        let of = |text| Example { text, attack, set: "grammar".into(), group: n, weight: 0.5, ..Example::default() };
        out.extend(made.into_iter().map(of));
    }
    out
}

/// One of the ways to hide a text.
pub fn disguise(text: &str, random: &mut Random) -> String {
    let swap = |from: &str, to: &str| {
        let of = |c| from.chars().position(|f| f == c).and_then(|n| to.chars().nth(n)).unwrap_or(c);
        text.chars().map(of).collect()
    };
    match random.below(3) {
        0 => swap("aeios", "43105"),
        1 => swap("aeopc", "аеорс"),
        _ => text.chars().flat_map(|c| [c, ' ']).collect(),
    }
}
