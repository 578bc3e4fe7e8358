//! The tokens of a text: its words, and the ends of its sentences.

use crate::classes::Class;
use crate::tables::{Token, STOP};

/// The tokens of a text, by their numbers. Few have a class, so those are apart.
#[derive(Default)]
pub struct Tokens {
    /// All of them. Beyond `len` is room.
    pub(crate) list: Vec<Token>,
    pub(crate) len: usize,
    /// The classes of those that have some, in their order.
    pub(crate) classes: Vec<(usize, Class)>,
    /// The folded words, for those who learn from them.
    #[cfg(test)]
    pub words: Vec<Vec<u8>>,
}

impl Tokens {
    /// Forgets them all.
    pub fn clear(&mut self) {
        self.len = 0;
        self.classes.clear();
        #[cfg(test)]
        self.words.clear();
    }

    /// Adds a word with its class, 0 for none.
    pub fn push(&mut self, class: Class, token: Token, _word: &[u8]) {
        if class != 0 {
            self.classes.push((self.len, class));
        }
        if self.len == self.list.len() {
            self.list.resize(2 * self.len + 64, 0);
        }
        self.list[self.len] = token;
        self.len += 1;
        #[cfg(test)]
        self.words.push(_word.to_ascii_lowercase());
    }

    /// Adds the end of a sentence, unless the last one is.
    pub fn stop(&mut self) {
        if self.len == 0 || self.list[self.len - 1] != STOP {
            self.push(0, STOP, &[]);
        }
    }

    /// All of them.
    #[inline(always)]
    pub fn list(&self) -> &[Token] {
        &self.list[..self.len]
    }

    /// The classes of those that have some, with their numbers.
    #[inline(always)]
    pub fn classes(&self) -> &[(usize, Class)] {
        &self.classes
    }

    /// The last one.
    pub fn last(&self) -> Option<(Class, Token)> {
        let token = *self.list().last()?;
        let class = self.classes.last().filter(|c| c.0 == self.len - 1).map_or(0, |c| c.1);
        Some((class, token))
    }

    /// Takes a phrase out, wherever it stands.
    pub fn without(&mut self, phrase: &[Token]) {
        let (mut n, mut kept, mut class) = (0, 0, 0);
        let old = core::mem::take(&mut self.classes);
        while n < self.len {
            let size = span(&self.list[n..self.len], phrase);
            if size > 0 {
                n += size;
                continue;
            }
            let h = self.list[n];
            if h != STOP || kept == 0 || self.list[kept - 1] != STOP {
                self.list[kept] = h;
                class += old[class..].iter().take_while(|c| c.0 < n).count();
                if let Some(c) = old.get(class).filter(|c| c.0 == n) {
                    self.classes.push((kept, c.1));
                }
                kept += 1;
            }
            n += 1;
        }
        self.len = kept;
    }

    /// Tells whether a phrase is there, whatever marks stand in it.
    pub fn has(&self, phrase: &[Token]) -> bool {
        let all = self.list();
        (0..all.len()).any(|n| span(&all[n..], phrase) > 0)
    }
}

/// How many tokens a phrase takes at the begin of a text, 0 if it doesn't stand there.
fn span(list: &[Token], phrase: &[Token]) -> usize {
    if list[0] != phrase[0] {
        return 0;
    }
    let mut k = 0;
    for (n, h) in list.iter().enumerate() {
        if *h == phrase[k] {
            k += 1;
            if k == phrase.len() {
                return n + 1;
            }
        } else if *h != STOP {
            return 0;
        }
    }
    0
}
