//! What the plugin keeps for a request.

use crate::rules::{Rule, MAX_RULES};
use yett::{Call, Error};

/// Which rules were met, and where the arguments of streamed tool calls stand. As bytes: a bit for each rule (32), and
/// for each tool call its channel (4), flags (1) and last unit (1).
#[derive(Default)]
pub struct State {
    bytes: Vec<u8>,
    rules: [u8; MAX_RULES / 8],
    calls: Vec<Arguments>,
}

/// Where a tool call's arguments stand.
#[derive(Clone, Copy, Default)]
pub struct Arguments {
    pub channel: u32,
    /// Of a string.
    pub inside: bool,
    /// The last unit that was released, if one was.
    pub last: Option<u8>,
}

const CALL: usize = 6;
const INSIDE: u8 = 1;
const RELEASED: u8 = 2;

/// How long the list of names may be.
const MAX_TAG: usize = 256;

impl State {
    pub fn reset(&mut self) {
        self.rules = [0; MAX_RULES / 8];
        self.calls.clear();
    }

    /// Reads the request's state.
    pub fn load(&mut self, c: &Call) {
        self.reset();
        self.bytes.clear();
        c.append_state(&mut self.bytes);
        if self.bytes.len() < self.rules.len() {
            return;
        }
        let (rules, calls) = self.bytes.split_at(self.rules.len());
        self.rules.copy_from_slice(rules);
        self.calls.extend(calls.chunks_exact(CALL).map(|b| Arguments {
            channel: u32::from_be_bytes([b[0], b[1], b[2], b[3]]),
            inside: b[4] & INSIDE != 0,
            last: (b[4] & RELEASED != 0).then(|| b[5]),
        }));
    }

    /// Keeps the state for the request's later hooks.
    pub fn save(&mut self, c: &Call) -> Result<(), Error> {
        self.bytes.clear();
        self.bytes.extend_from_slice(&self.rules);
        for a in &self.calls {
            let flags = if a.inside { INSIDE } else { 0 } | if a.last.is_some() { RELEASED } else { 0 };
            self.bytes.extend_from_slice(&a.channel.to_be_bytes());
            self.bytes.extend_from_slice(&[flags, a.last.unwrap_or(0)]);
        }
        c.set_state(&self.bytes)
    }

    pub fn note(&mut self, rule: usize) {
        self.rules[rule >> 3] |= 1 << (rule & 7);
    }

    fn has(&self, rule: usize) -> bool {
        self.rules[rule >> 3] >> (rule & 7) & 1 != 0
    }

    /// Tells whether any rule was met.
    pub fn met(&self) -> bool {
        self.rules.iter().any(|b| *b != 0)
    }

    /// The names of the rules that were met, as many as a tag takes.
    pub fn names(&self, rules: &[Rule]) -> String {
        let mut out = String::new();
        for (_, r) in rules.iter().enumerate().filter(|(n, _)| self.has(*n)) {
            if !out.is_empty() {
                out.push(',');
            }
            out.push_str(&r.name);
            if out.len() > MAX_TAG {
                out.truncate(MAX_TAG);
                break;
            }
        }
        out
    }

    /// Where a tool call's arguments stand.
    pub fn arguments(&self, channel: u32) -> Arguments {
        self.calls
            .iter()
            .find(|a| a.channel == channel)
            .copied()
            .unwrap_or(Arguments { channel, ..Arguments::default() })
    }

    pub fn set_arguments(&mut self, to: Arguments) {
        match self.calls.iter_mut().find(|a| a.channel == to.channel) {
            Some(a) => *a = to,
            None => self.calls.push(to),
        }
    }
}
