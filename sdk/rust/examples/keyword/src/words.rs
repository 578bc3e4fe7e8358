//! Finds words in a text that comes in pieces.

/// Words that are looked for. Capitals of ASCII count as small letters.
pub struct Words {
    list: Vec<Vec<u8>>,
    /// The bytes that words begin with, small and capital.
    first: [bool; 256],
}

/// What a scan found.
#[derive(Debug, PartialEq, Eq)]
pub struct Scan {
    /// How many words there were.
    pub hits: usize,
    /// How many bytes at the end may be the begin of a word, and were left alone.
    pub held: usize,
}

impl Words {
    pub fn new<'a>(words: impl Iterator<Item = &'a str>) -> Words {
        let list: Vec<Vec<u8>> = words.map(|w| w.to_ascii_lowercase().into_bytes()).collect();
        let mut first = [false; 256];
        for b in list.iter().filter_map(|w| w.first()) {
            first[usize::from(*b)] = true;
            first[usize::from(b.to_ascii_uppercase())] = true;
        }
        Words { list, first }
    }

    /// Writes `text` to `out` with `mask` in the place of each word: the leftmost one, and of those the longest. Unless
    /// nothing follows, it stops where the rest might be the begin of a longer text's word, so that what is written
    /// doesn't depend on how the text was cut.
    pub fn replace(&self, text: &[u8], is_final: bool, mask: &[u8], out: &mut Vec<u8>) -> Scan {
        out.clear();
        let mut hits = 0;
        let mut at = 0;
        loop {
            // Most bytes begin no word, and are copied together.
            let rest = &text[at..];
            let begin = match rest.iter().position(|b| self.first[usize::from(*b)]) {
                Some(begin) => begin,
                None => {
                    out.extend_from_slice(rest);
                    return Scan { hits, held: 0 };
                }
            };
            out.extend_from_slice(&rest[..begin]);
            let rest = &rest[begin..];
            at += begin;
            match self.look(rest, is_final) {
                Look::Wait => return Scan { hits, held: rest.len() },
                Look::Word(len) => {
                    out.extend_from_slice(mask);
                    hits += 1;
                    at += len;
                }
                Look::Nothing => {
                    out.push(rest[0]);
                    at += 1;
                }
            }
        }
    }

    /// Looks for a word at the begin of `rest`.
    fn look(&self, rest: &[u8], is_final: bool) -> Look {
        let mut longest = 0;
        for word in &self.list {
            let n = word.len().min(rest.len());
            if !rest[..n].eq_ignore_ascii_case(&word[..n]) {
                continue;
            }
            if n == word.len() {
                longest = longest.max(n);
            } else if !is_final {
                return Look::Wait;
            }
        }
        match longest {
            0 => Look::Nothing,
            n => Look::Word(n),
        }
    }
}

/// What is at the begin of a text.
enum Look {
    Nothing,
    /// A word, with its length.
    Word(usize),
    /// What may become a word, or a longer one.
    Wait,
}
