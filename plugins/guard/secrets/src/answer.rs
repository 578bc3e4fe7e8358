//! Answers, streamed or not: text, reasoning, the arguments of tool calls. A whole answer comes as one final window.

use crate::class::{Class, TOKEN};
use crate::entity::Entity;
use crate::pem;
use crate::scan::Match;
use crate::{Action, Secrets};
use yett::{Delta, Deltaer, Kind, Verdict};

/// How many bytes are held. Only thousands of characters that can't be seen make a candidate that long.
const MAX_HOLD: usize = 32 << 10;

impl Deltaer for Secrets {
    fn on_delta(&mut self, d: &Delta) -> Verdict {
        if !self.answers {
            return Verdict::CONTINUE;
        }
        let (window, last) = (d.window(), d.is_final());
        let json = d.kind() == Kind::ToolCall;
        let mut skip = 0;
        self.state.clear();
        d.append_state(&mut self.state);
        if let Some(set) = self.swallowing(d.channel()) {
            let view = &mut self.finder.view;
            view.read(window, json);
            skip = view.place(pem::rest(view.units(window), set));
            if skip == window.len() {
                return Verdict::replace(&[], 0);
            }
            self.forget(d);
        }
        self.text.clear();
        d.append_before(&mut self.text);
        let offset = self.text.len();
        self.text.extend_from_slice(window);
        let len = self.text.len();
        let mut undecided = self.finder.find(&self.text, offset + skip, json, last);
        if !last && len - undecided > MAX_HOLD {
            self.seal(undecided);
            undecided = len;
        }
        let hold = if last { 0 } else { len - undecided };
        match self.finder.scanner.found.first() {
            Some(m) if self.masker.action == Action::Block => {
                return Verdict::block(self.status, &["the answer holds a secret: ", m.entity.name()].concat());
            }
            None if skip == 0 => return Verdict::hold(hold),
            _ => {}
        }
        self.out.clear();
        let mut at = offset + skip;
        for n in 0..self.finder.scanner.found.len() {
            let m = self.finder.scanner.found[n];
            let (from, to) = (self.finder.view.place(m.from), self.finder.view.place(m.to));
            self.out.extend_from_slice(&self.text[at..from]);
            self.masker.mask(&mut self.out, m.entity, &self.text[from..to]);
            at = to;
            if let (Some(set), false) = (m.open, last) {
                self.remember(d, set);
            }
        }
        let end = if last { len } else { undecided };
        if at < end {
            self.out.extend_from_slice(&self.text[at..end]);
        }
        Verdict::replace(&self.out, hold)
    }
}

/// A channel in which a secret goes on is noted in the request's state: four bytes of its number, two of the class.
const NOTED: usize = 6;

impl Secrets {
    /// Takes all from a place on for a secret that goes on.
    fn seal(&mut self, from: usize) {
        let f = &mut self.finder;
        let m = Match {
            from: f.view.unit_at(from),
            to: f.view.units(&self.text).len(),
            entity: Entity::Generic,
            open: Some(TOKEN),
        };
        f.scanner.found.push(m);
    }

    /// Where a channel is noted in `state`.
    fn note(&self, channel: u32) -> Option<usize> {
        self.state.chunks_exact(NOTED).position(|b| b[..4] == channel.to_be_bytes()).map(|n| n * NOTED)
    }

    /// What a secret is made of that goes on in a channel, if one does.
    fn swallowing(&self, channel: u32) -> Option<Class> {
        self.note(channel).map(|at| Class::from_be_bytes([self.state[at + 4], self.state[at + 5]]))
    }

    /// Notes that a secret goes on in a channel. There is room for thousands of them; without it the mask ends here.
    fn remember(&mut self, d: &Delta, set: Class) {
        self.state.extend_from_slice(&d.channel().to_be_bytes());
        self.state.extend_from_slice(&set.to_be_bytes());
        let _ = d.set_state(&self.state); // only too many channels could make it fail
    }

    /// Takes a channel's note away.
    fn forget(&mut self, d: &Delta) {
        if let Some(at) = self.note(d.channel()) {
            self.state.drain(at..at + NOTED);
        }
        let _ = d.set_state(&self.state); // it was kept before, and is shorter now
    }
}
