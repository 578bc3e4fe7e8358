//! Putting something else in the place of what was found.

use crate::config::{Action, Config};
use crate::entity::{Entity, Match, What};
use crate::hash;
use crate::state::Quoting;
use crate::vault::{append_placeholder, Vault};
use crate::view::View;

/// A text in which something is replaced.
pub struct Replace<'a> {
    pub config: &'a Config,
    pub text: &'a [u8],
    pub view: &'a View,
    pub vault: &'a mut Vault,
    pub out: &'a mut Vec<u8>,
    /// Masks are numbered and their originals kept.
    pub number: bool,
}

impl Replace<'_> {
    /// Writes bytes `from` to `to` of the text to `out`, with what was found in them replaced. Of JSON there are quotes,
    /// and outside of its strings a replacement is made one.
    pub fn run(&mut self, found: &[Match], mut from: usize, to: usize, mut quotes: Option<&mut Quoting>) {
        self.out.clear();
        let json = quotes.is_some();
        for m in found {
            let (start, end) = (self.view.place(m.from), self.view.place(m.to));
            let before = &self.text[from..start];
            let mut bare = false;
            if let Some(q) = quotes.as_deref_mut() {
                q.pass(before);
                bare = !q.inside;
            }
            self.out.extend_from_slice(before);
            if bare {
                self.out.push(b'"');
            }
            self.append(m, &self.text[start..end], json);
            if bare {
                self.out.push(b'"');
            }
            from = end;
        }
        let rest = &self.text[from..to];
        if let Some(q) = quotes {
            q.pass(rest);
        }
        self.out.extend_from_slice(rest);
    }

    /// Appends what stands in the place of a match, whose text that is.
    fn append(&mut self, m: &Match, text: &[u8], json: bool) {
        let entity = match m.what {
            What::Data(e) => e,
            What::Placeholder(n) => return self.out.extend_from_slice(self.vault.value(n)),
        };
        let text = if json && text.contains(&b'\\') {
            &self.view.units(self.text)[m.from..m.to] // what the escapes stand for
        } else {
            text
        };
        if self.config.action == Action::Hash {
            self.hash(entity, text);
            return;
        }
        let number = if self.number { self.vault.add(entity, text) } else { 0 };
        append_placeholder(self.out, entity, number);
    }

    fn hash(&mut self, entity: Entity, text: &[u8]) {
        self.out.push(b'[');
        self.out.extend_from_slice(entity.name().as_bytes());
        self.out.push(b':');
        hash::append_hex(self.out, hash::siphash(self.config.key, text));
        self.out.push(b']');
    }
}
