//! What the plugin keeps for a request between hooks.

use crate::vault::Vault;
use yett::{Call, Error};

/// Follows JSON's strings over a stream: whether the text is inside of one, and behind a backslash.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quoting {
    pub inside: bool,
    pub escaped: bool,
}

impl Quoting {
    pub fn pass(&mut self, text: &[u8]) {
        for c in text {
            if self.escaped {
                self.escaped = false;
            } else if *c == b'\\' {
                self.escaped = true;
            } else if *c == b'"' {
                self.inside = !self.inside;
            }
        }
    }
}

/// What the plugin keeps for a request: the vault, and for each tool call whether its arguments stand inside of a
/// string. As bytes: the number of tool calls (1), for each its channel (4) and flags (1), the vault.
#[derive(Debug, Default)]
pub struct State {
    bytes: Vec<u8>,
    calls: Vec<(u32, Quoting)>,
}

/// Bounds the tool calls that are followed at once; further ones count as inside of a string, so that a replacement is
/// at worst a word where a number was.
const MAX_CALLS: usize = 255;

const CALL_BYTES: usize = 5;

impl State {
    pub fn reset(&mut self) {
        self.calls.clear();
    }

    /// Reads the request's state.
    pub fn load(&mut self, c: &Call, vault: Option<&mut Vault>) {
        self.reset();
        self.bytes.clear();
        c.append_state(&mut self.bytes);
        let (mut count, mut rest) = match self.bytes.split_first() {
            Some((count, rest)) => (*count, rest),
            None => return,
        };
        while count > 0 && rest.len() >= CALL_BYTES {
            let channel = u32::from_be_bytes([rest[0], rest[1], rest[2], rest[3]]);
            self.calls.push((channel, Quoting { inside: rest[4] & 1 != 0, escaped: rest[4] & 2 != 0 }));
            rest = &rest[CALL_BYTES..];
            count -= 1;
        }
        if let Some(vault) = vault {
            vault.load(rest);
        }
    }

    /// Keeps the state for the request's later hooks.
    pub fn save(&mut self, c: &Call, vault: &Vault) -> Result<(), Error> {
        self.bytes.clear();
        self.bytes.push(self.calls.len() as u8);
        for (channel, quoting) in &self.calls {
            self.bytes.extend_from_slice(&channel.to_be_bytes());
            self.bytes.push(u8::from(quoting.inside) | u8::from(quoting.escaped) << 1);
        }
        self.bytes.extend_from_slice(&vault.bytes);
        c.set_state(&self.bytes)
    }

    /// Where a tool call's arguments stand.
    pub fn quotes(&self, channel: u32) -> Quoting {
        match self.calls.iter().find(|c| c.0 == channel) {
            Some(c) => c.1,
            None => Quoting { inside: self.calls.len() >= MAX_CALLS, escaped: false },
        }
    }

    pub fn set_quotes(&mut self, channel: u32, q: Quoting) {
        if let Some(c) = self.calls.iter_mut().find(|c| c.0 == channel) {
            c.1 = q;
        } else if self.calls.len() < MAX_CALLS {
            self.calls.push((channel, q));
        }
    }
}
