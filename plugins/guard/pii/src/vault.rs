//! What a request's placeholders stand for.

use crate::entity::{Entity, Match, Outcome, What, ENTITIES};

/// What a request's placeholders stand for. It is kept as bytes in the request's state, since the answer may come to
/// another instance: for each original its entity (1), its number (2), its length (2), and itself.
#[derive(Debug, Default)]
pub struct Vault {
    pub bytes: Vec<u8>,
    entries: Vec<Original>,
    counts: [usize; ENTITIES],
}

/// An entry of a vault.
#[derive(Debug)]
struct Original {
    entity: Entity,
    number: usize,
    /// In the vault's bytes.
    from: usize,
    to: usize,
}

const ENTRY_HEAD: usize = 5;
/// The most that is kept for a request, in bytes; what is more is masked for good.
const MAX_VAULT: usize = 48 << 10;
/// Bounds the search for an original that was seen already.
const MAX_ENTRIES: usize = 512;

impl Vault {
    pub fn reset(&mut self) {
        self.bytes.clear();
        self.entries.clear();
        self.counts = [0; ENTITIES];
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Reads entries back. Bytes that aren't a vault's are no entries.
    pub fn load(&mut self, bytes: &[u8]) {
        self.reset();
        self.bytes.extend_from_slice(bytes);
        let mut n = 0;
        while let Some(head) = bytes.get(n..n + ENTRY_HEAD) {
            let number = usize::from(head[1]) << 8 | usize::from(head[2]);
            let from = n + ENTRY_HEAD;
            let to = from + (usize::from(head[3]) << 8 | usize::from(head[4]));
            let entity = match Entity::ALL.get(usize::from(head[0])) {
                Some(e) if to <= bytes.len() => *e,
                _ => return self.reset(),
            };
            self.entries.push(Original { entity, number, from, to });
            let count = &mut self.counts[entity as usize];
            *count = number.max(*count);
            n = to;
        }
    }

    /// The number of an original, a new one if it wasn't seen yet; 0 if there is no room.
    pub fn add(&mut self, entity: Entity, text: &[u8]) -> usize {
        if let Some(o) = self.entries.iter().find(|o| o.entity == entity && &self.bytes[o.from..o.to] == text) {
            return o.number;
        }
        if self.entries.len() >= MAX_ENTRIES || self.bytes.len() + ENTRY_HEAD + text.len() > MAX_VAULT {
            return 0;
        }
        self.counts[entity as usize] += 1;
        let (number, size) = (self.counts[entity as usize], text.len());
        self.bytes.extend_from_slice(&[entity as u8, (number >> 8) as u8, number as u8, (size >> 8) as u8, size as u8]);
        let from = self.bytes.len();
        self.bytes.extend_from_slice(text);
        self.entries.push(Original { entity, number, from, to: self.bytes.len() });
        number
    }

    /// The original of an entry.
    pub fn value(&self, n: usize) -> &[u8] {
        let o = &self.entries[n];
        &self.bytes[o.from..o.to]
    }

    /// Looks for a placeholder that begins at n. `last` says that nothing follows.
    pub fn placeholder(&self, u: &[u8], n: usize, last: bool) -> Outcome {
        let rest = &u[n..];
        let mut open = false;
        for (k, o) in self.entries.iter().enumerate() {
            let mut room = [0; LONGEST];
            let name = placeholder(&mut room, o.entity, o.number);
            if rest.starts_with(name) {
                return Outcome::Yes(Match { from: n, to: n + name.len(), what: What::Placeholder(k) });
            }
            open |= !last && name.starts_with(rest);
        }
        if open {
            return Outcome::More(n);
        }
        Outcome::No
    }
}

/// Room for any placeholder.
const LONGEST: usize = 24;

/// Appends what stands for an original: "[EMAIL_ADDRESS_1]", or "[EMAIL_ADDRESS]" for number 0.
pub fn append_placeholder(dst: &mut Vec<u8>, entity: Entity, number: usize) {
    dst.extend_from_slice(placeholder(&mut [0; LONGEST], entity, number));
}

/// Writes a placeholder to the end of `room`.
fn placeholder(room: &mut [u8; LONGEST], entity: Entity, mut number: usize) -> &[u8] {
    let mut at = LONGEST - 1;
    room[at] = b']';
    if number > 0 {
        while number > 0 {
            at -= 1;
            room[at] = b'0' + (number % 10) as u8;
            number /= 10;
        }
        at -= 1;
        room[at] = b'_';
    }
    let name = entity.name().as_bytes();
    at -= name.len();
    room[at..at + name.len()].copy_from_slice(name);
    at -= 1;
    room[at] = b'[';
    &room[at..]
}
