//! The bundled plugin guard/schema: it holds the texts of answers and the arguments of tool calls against JSON Schemas, and
//! refuses or tags what doesn't fit.

mod answers;
mod bytes;
mod check;
mod compile;
mod demand;
mod equal;
mod fences;
mod json;
mod matcher;
mod number;
mod pattern;
mod reader;
mod rules;
mod settings;
mod strings;
mod tools;
mod twice;

#[cfg(test)]
mod tests;

use check::{Checker, SPENT};
use demand::{read, Kept, Last};
use json::Doc;
use rules::Schema;
use settings::Settings;
use std::rc::Rc;
use yett::config::Value;
use yett::{
    Delta, Deltaer, Hook, HookSet, Part, Plugin, Request, Requester, Responder, Response, StreamEnder, ToolCaller,
    Verdict,
};

yett::plugin!(Guard: Requester, Responder, Deltaer, StreamEnder, ToolCaller);

/// The plugin. What isn't a setting is memory that is kept for the next call.
pub struct Guard {
    settings: Settings,
    /// Steps that are left of the call.
    left: i64,
    kept: Kept,
    last: Last,
    /// A member of the request.
    asked: Doc,
    /// A text of the answer.
    said: Doc,
    checker: Checker,
    /// A tool's name, the one that is called, and a schema.
    names: [Vec<u8>; 2],
    schema: Vec<u8>,
    state: Vec<u8>,
}

impl Plugin for Guard {
    fn new(config: &Value) -> Result<Self, String> {
        let settings = Settings::read(config)?;
        Ok(Guard {
            left: settings.steps,
            settings,
            kept: Kept::default(),
            last: Last::default(),
            asked: Doc::default(),
            said: Doc::default(),
            checker: Checker::default(),
            names: [Vec::new(), Vec::new()],
            schema: Vec::new(),
            state: Vec::new(),
        })
    }

    fn spare(&self) -> HookSet {
        let s = &self.settings;
        let (no_texts, unasked) = (!s.texts, !s.requested && !s.from_request);
        HookSet::NONE
            .with_if((no_texts || unasked) && !s.tools, Hook::OnRequest)
            .with_if(no_texts, Hook::OnResponse)
            .with_if(no_texts, Hook::OnDelta)
            .with_if(no_texts, Hook::OnStreamEnd)
            .with_if(no_texts && !s.tools, Hook::OnToolCall) // of texts it tells that a choice said something
    }
}

impl Requester for Guard {
    /// Refuses a request whose own schemas can't be used, before anything is paid for.
    fn on_request(&mut self, r: &Request) -> Verdict {
        self.left = self.settings.steps;
        let usable = self.wanted(r).and_then(|_| self.check_tools(r));
        match usable {
            Ok(()) => Verdict::CONTINUE,
            Err(bad) => Verdict::block(400, &bad),
        }
    }
}

impl Responder for Guard {
    fn on_response(&mut self, r: &Response) -> Verdict {
        self.left = self.settings.steps;
        let got = self.whole(r);
        self.decide(got)
    }
}

impl Deltaer for Guard {
    fn on_delta(&mut self, d: &Delta) -> Verdict {
        self.left = self.settings.steps;
        match self.piece(d) {
            Ok(verdict) => verdict,
            Err(bad) => self.refuse(&bad),
        }
    }
}

impl StreamEnder for Guard {
    fn on_stream_end(&mut self, r: &Response) -> Verdict {
        self.left = self.settings.steps;
        let got = self.ended(r);
        self.decide(got)
    }
}

impl ToolCaller for Guard {
    fn on_tool_call(&mut self, r: &Response, call: Part<'_>) -> Verdict {
        self.left = self.settings.steps;
        let got = self.called(r, call);
        self.decide(got)
    }
}

impl Guard {
    fn decide(&self, got: Result<(), String>) -> Verdict {
        match got {
            Ok(()) => Verdict::CONTINUE,
            Err(bad) => self.refuse(&bad),
        }
    }

    /// What is done about a fault.
    fn refuse(&self, bad: &str) -> Verdict {
        if self.settings.tag {
            return Verdict::tag("schema", &tagged(bad));
        }
        Verdict::block(self.settings.status, bad)
    }

    /// Holds the text that is in `said` against a schema; `None` is any JSON.
    ///
    /// # Errors
    ///
    /// Where and which rule, and nothing that the text says.
    fn hold(&mut self, what: &dyn Fn() -> String, by: Option<&Rc<Schema>>) -> Result<(), String> {
        const SPENT_ALL: &str = " takes too many steps to check";
        if let Err(bad) = read(&mut self.said, &mut self.left) {
            return Err(if self.left <= 0 { what() + SPENT_ALL } else { what() + " is no JSON: " + &bad });
        }
        let by = match by {
            Some(by) => by,
            None => return Ok(()),
        };
        self.checker.left = self.left;
        let fits = self.checker.fits(by, &self.said);
        self.left = self.checker.left;
        if fits {
            return Ok(());
        }
        let f = &self.checker.fault;
        if f.rule == SPENT {
            return Err(what() + SPENT_ALL);
        }
        let at = if f.pointer.is_empty() { "the top".into() } else { bytes::text(&f.pointer) };
        let mut text = misfit(&what(), &at, f.rule);
        if !f.missing.is_empty() {
            text = text + ": " + &bytes::text(&f.missing) + " is missing";
        }
        Err(text)
    }
}

fn misfit(what: &str, at: &str, rule: &str) -> String {
    [what, " doesn't fit its schema: ", rule, " at ", at].concat()
}

/// How long a tag's value may be, in bytes.
const MAX_TAG: usize = 256;

/// What fits into a tag.
fn tagged(s: &str) -> String {
    let mut n = s.len().min(MAX_TAG);
    while !s.is_char_boundary(n) {
        n -= 1;
    }
    s[..n].chars().map(|c| if c.is_ascii_control() { ' ' } else { c }).collect()
}
