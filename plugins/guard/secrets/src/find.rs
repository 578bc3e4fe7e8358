//! Finds what isn't allowed in a text.

use crate::scan::Scanner;
use crate::view::View;

/// Finds secrets in texts. It is used again from text to text.
pub struct Finder {
    pub scanner: Scanner,
    pub view: View,
    /// Secrets that may pass: the whole secret, or its begin and a *.
    pub allow: Vec<Box<[u8]>>,
}

impl Finder {
    /// Scans a text from a place on, and leaves in `scanner.found` what isn't allowed. `last` says that nothing
    /// follows. It returns the place from which on only more text decides.
    pub fn find(&mut self, text: &[u8], from: usize, json: bool, last: bool) -> usize {
        self.view.read(text, json);
        let u = self.view.units(text);
        let mut end = self.scanner.scan(u, self.view.unit_at(from), last);
        if self.view.open && !last {
            end = end.min(u.len() - 1);
        }
        if !self.allow.is_empty() {
            let allow = &self.allow;
            self.scanner.found.retain(|m| !allow.iter().any(|a| allows(a, &u[m.from..m.to])));
        }
        from.max(self.view.place(end))
    }
}

/// Tells whether an entry of the list lets a secret pass.
fn allows(entry: &[u8], secret: &[u8]) -> bool {
    match entry.split_last() {
        Some((b'*', begin)) => secret.starts_with(begin),
        _ => secret == entry,
    }
}
