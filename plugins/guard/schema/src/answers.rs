//! Holds the texts of answers against what the request demands, whole or streamed.

use crate::demand::Demand;
use crate::fences::unfenced;
use crate::json::Kind;
use crate::{misfit, Guard};
use yett::abi::MAX_HOLD;
use yett::{Call, Delta, Kind as Said, Part, Response, Verdict};

pub(crate) const EMPTY: &str = "the answer is empty";

/// How many choices of a stream are followed.
const NOTED: usize = 128;

/// Tells whether a text of that kind is an answer. Reasoning isn't.
fn speaks(k: Said) -> bool {
    matches!(k, Said::Text | Said::Refusal)
}

impl Guard {
    /// Looks at the texts of all choices of a whole answer.
    pub(crate) fn whole(&mut self, r: &Response) -> Result<(), String> {
        let want = self.wanted(r.request())?;
        if !want.on {
            return Ok(());
        }
        for c in r.choices() {
            let mut said = false;
            for p in c.parts() {
                let kind = p.kind();
                said |= kind == Said::ToolCall; // on_tool_call looks at it
                if !speaks(kind) {
                    continue;
                }
                self.said.src.clear();
                p.append_text(&mut self.said.src);
                if self.said.src.is_empty() {
                    continue;
                }
                said = true;
                if kind == Said::Text {
                    self.part(p, &want)?;
                }
            }
            if !said {
                return Err(EMPTY.into());
            }
        }
        Ok(())
    }

    /// Checks a text of a whole answer, which is in `said`.
    fn part(&mut self, p: Part<'_>, want: &Demand) -> Result<(), String> {
        let fenced = self.unfence();
        self.fits(want)?;
        if fenced && p.set_bytes(&self.said.src).is_err() {
            return Err("the fences around the answer can't be taken away".into());
        }
        Ok(())
    }

    /// Takes the fences around `said` away, if they may be there, and tells whether they were.
    fn unfence(&mut self) -> bool {
        if !self.settings.fences {
            return false;
        }
        let text = &mut self.said.src;
        match unfenced(text) {
            Some(inside) => {
                text.truncate(inside.end);
                text.drain(..inside.start);
                true
            }
            None => false,
        }
    }

    /// Checks `said` against a demand.
    fn fits(&mut self, want: &Demand) -> Result<(), String> {
        self.hold(&|| "the answer".into(), want.schema.as_ref())?;
        if want.object && self.said.kind(0) != Kind::Object {
            return Err(misfit("the answer", "the top", "type"));
        }
        Ok(())
    }

    /// Looks at a text of a stream when all of it is there; until then nothing of it leaves.
    pub(crate) fn piece(&mut self, d: &Delta) -> Result<Verdict, String> {
        let kind = d.kind();
        if !self.settings.texts || !speaks(kind) {
            return Ok(Verdict::CONTINUE);
        }
        self.note(d, d.choice());
        if kind != Said::Text {
            return Ok(Verdict::CONTINUE);
        }
        let want = self.wanted(d.request())?;
        if !want.on {
            return Ok(Verdict::CONTINUE);
        }
        let window = d.window();
        if !d.is_final() {
            if window.len() > MAX_HOLD {
                return Err("the answer is longer than this gateway can hold back".into());
            }
            return Ok(Verdict::hold(window.len())); // the host asks whether to collect the text, or can't
        }
        self.said.src.clear();
        self.said.src.extend_from_slice(window);
        let fenced = self.unfence();
        self.fits(&want)?;
        Ok(if fenced { Verdict::replace(&self.said.src, 0) } else { Verdict::CONTINUE })
    }

    /// Keeps that a choice of a stream said something.
    pub(crate) fn note(&mut self, c: &Call, n: usize) {
        let state = &mut self.state;
        state.clear();
        c.append_state(state);
        if n >= NOTED || matches!(state.get(n), Some(said) if *said != 0) {
            return;
        }
        if state.len() <= n {
            state.resize(n + 1, 0);
        }
        state[n] = 1;
        let _ = c.set_state(state); // at most 128 bytes: it fits
    }

    /// Refuses a stream in which a choice said nothing.
    pub(crate) fn ended(&mut self, r: &Response) -> Result<(), String> {
        if !self.wanted(r.request())?.on {
            return Ok(());
        }
        self.state.clear();
        r.append_state(&mut self.state);
        if self.state.is_empty() || self.state.contains(&0) {
            return Err(EMPTY.into());
        }
        Ok(())
    }
}
