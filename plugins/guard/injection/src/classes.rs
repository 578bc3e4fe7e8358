//! Classes of words. What words have in common counts, not which of them was chosen.

/// A set of classes: one bit each.
pub type Class = u64;

/// How many classes there are.
pub const CLASSES: usize = NAMES.len();

/// The names of the classes in weights.tsv and vocabulary.txt; a class's number is its place here.
pub const NAMES: [&str; 34] = [
    "ignore",   // to leave aside
    "prior",    // what came before
    "instr",    // what a model was told
    "limit",    // what holds it back
    "lift",     // not held back
    "machine",  // a language model, its maker
    "persona",  // names of well-known jailbreaks
    "act",      // to play somebody
    "you",      // whom one speaks to
    "reveal",   // to show
    "hidden",   // what isn't to be shown
    "never",    // negations
    "refuse",   // what a careful model does
    "obey",     // what is asked of it
    "harm",     // what it shouldn't do
    "all",      // all, any
    "now",      // from here on
    "must",     // obligations
    "free",     // free, able
    "mode",     // modes, switches
    "story",    // fiction as a frame
    "stay",     // to stay, to break: with character
    "reply",    // answers and their form
    "crude",    // strong language
    "secret",   // what is worth stealing
    "send",     // ways out
    "tell",     // to say to somebody
    "rule",     // numbered rules, formats, prefixes
    "person",   // whom data belongs to
    "verb",     // to do, carry out
    "fence",    // marks of a chat's template
    "turn",     // a line that begins with a role
    "comment",  // a comment of HTML
    "disguise", // written so that it isn't seen
];

/// The class of a name, by which it is said in the sources. A name that isn't one doesn't compile.
pub const fn class(name: &str) -> Class {
    let mut n = 0;
    while !same(NAMES[n].as_bytes(), name.as_bytes()) {
        n += 1;
    }
    1 << n
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut n = 0;
    while n < a.len() && n < b.len() && a[n] == b[n] {
        n += 1;
    }
    n == a.len() && n == b.len()
}

/// The classes of words that disguises are seen by.
pub const CORE: Class = class("ignore")
    | class("prior")
    | class("instr")
    | class("limit")
    | class("lift")
    | class("reveal")
    | class("hidden");

/// The numbers of the classes of a set, the lowest first.
pub fn numbers(mut set: Class) -> impl Iterator<Item = usize> {
    core::iter::from_fn(move || {
        if set == 0 {
            return None;
        }
        let n = set.trailing_zeros() as usize;
        set &= set - 1;
        Some(n)
    })
}
