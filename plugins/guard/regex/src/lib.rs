//! The bundled plugin guard/regex: it finds an operator's own patterns and words in requests and answers, and masks, blocks
//! or tags them. The host looks for them (capability scan); the plugin decides.

mod delta;
mod desk;
mod patterns;
mod rules;
mod state;
mod view;

use desk::{too_many, Desk, Sight};
use rules::{Place, Rules};
use view::View;
use yett::abi::Field;
use yett::config::Value;
use yett::scan::{Hits, Set};
use yett::{
    Call, Error, Hook, HookSet, Kind, Part, Plugin, Request, Requester, Responder, Response, StreamEnder, Tool, Verdict,
};

/// The plugin. Its buffers are used again, so that a hook that finds nothing doesn't allocate.
struct Guard {
    rules: Rules,
    desk: Desk,
    view: View,
    text: Vec<u8>,
}

yett::plugin!(Guard: Requester, Responder, Deltaer, StreamEnder);

impl Plugin for Guard {
    fn new(config: &Value) -> Result<Self, String> {
        Ok(Guard { rules: Rules::new(config)?, desk: Desk::default(), view: View::default(), text: Vec::new() })
    }

    /// Where no rule looks, nothing is looked at, and streams aren't held back.
    fn spare(&self) -> HookSet {
        let none = |places: &[Place]| !places.iter().any(|p| self.rules.at(*p).any());
        let both = none(&[Place::ToolCalls, Place::ToolResults, Place::Reasoning]);
        let answers = both && none(&[Place::Answer]);
        HookSet::NONE
            .with_if(both && none(&[Place::Prompt, Place::System]), Hook::OnRequest)
            .with_if(answers, Hook::OnResponse)
            .with_if(answers, Hook::OnDelta)
            .with_if(answers, Hook::OnStreamEnd)
    }
}

impl Requester for Guard {
    /// Looks at all texts of the request: messages, tool calls and results, and the descriptions of tools, which count as
    /// system text.
    fn on_request(&mut self, r: &Request) -> Verdict {
        self.desk.begin();
        match self.request(r) {
            Ok(()) => self.end(r),
            Err(refused) => refused,
        }
    }
}

impl Responder for Guard {
    /// Looks at all texts of a whole answer.
    fn on_response(&mut self, r: &Response) -> Verdict {
        self.desk.begin();
        let mut parts = r.choices().flat_map(|c| c.parts());
        match parts.try_for_each(|p| self.part(r, p, Place::Answer, "the answer")) {
            Ok(()) => self.end(r),
            Err(refused) => refused,
        }
    }
}

impl StreamEnder for Guard {
    /// Tags a streamed answer with the rules that it met.
    fn on_stream_end(&mut self, r: &Response) -> Verdict {
        self.desk.state.load(r);
        if self.desk.state.met() {
            self.tag()
        } else {
            Verdict::CONTINUE
        }
    }
}

impl Guard {
    fn request(&mut self, r: &Request) -> Result<(), Verdict> {
        for m in r.messages() {
            let system = !self.rules.alike && m.has_role("system");
            let plain = if system { Place::System } else { Place::Prompt };
            for p in m.parts() {
                self.part(r, p, plain, "the request")?;
            }
        }
        if self.rules.at(Place::System).any() {
            for t in r.tools() {
                self.tool(r, t)?;
            }
        }
        Ok(())
    }

    /// Ends a hook that let its text pass.
    fn end(&mut self, c: &Call) -> Verdict {
        if !self.desk.noted {
            return Verdict::CONTINUE;
        }
        match self.desk.state.save(c) {
            Ok(()) => self.tag(),
            Err(_) => Verdict::block(500, "the rules that were met can't be kept"),
        }
    }

    fn tag(&self) -> Verdict {
        Verdict::tag("regex", &self.desk.state.names(&self.rules.list))
    }

    /// Looks at a part of a message.
    fn part(&mut self, c: &Call, p: Part<'_>, plain: Place, whose: &str) -> Result<(), Verdict> {
        let kind = p.kind();
        let place = Place::of(kind, plain);
        if !self.rules.at(place).any() {
            return Ok(());
        }
        if kind == Kind::ToolCall {
            return self.arguments_of(c, p, whose);
        }
        let find = |set: Set, hits: &mut Hits| set.find_in(p, hits);
        let read = |to: &mut Vec<u8>| p.append_text(to);
        self.plain(c, place, whose, find, read, |text| p.set_bytes(text))
    }

    /// Looks at the description of a tool.
    fn tool(&mut self, c: &Call, t: Tool<'_>) -> Result<(), Verdict> {
        let find = |set: Set, hits: &mut Hits| set.find_field(Field::ToolText, t.index() as u32, 0, hits);
        let read = |to: &mut Vec<u8>| t.append_description(to);
        let set = |text: &[u8]| t.set_description(core::str::from_utf8(text).map_err(|_| Error::Invalid)?);
        self.plain(c, Place::System, "the request", find, read, set)
    }

    /// Looks at a plain text where it is. Usually nothing is found in it, and it isn't copied into the plugin.
    fn plain(
        &mut self,
        c: &Call,
        place: Place,
        whose: &str,
        find: impl Fn(Set, &mut Hits) -> Result<(), Error>,
        read: impl Fn(&mut Vec<u8>) -> bool,
        set: impl Fn(&[u8]) -> Result<(), Error>,
    ) -> Result<(), Verdict> {
        let Guard { rules, desk, text, .. } = self;
        let f = rules.at(place);
        text.clear();
        if let Some(b) = &f.block {
            find(b.set, &mut desk.blocks).map_err(|_| too_many(rules, whose))?;
            if !desk.blocks.is_empty() {
                read(text);
                desk.blocked(rules, b, text, text.len(), whose)?;
            }
        }
        match &f.pass {
            Some(p) => find(p.set, &mut desk.hits).map_err(|_| too_many(rules, whose))?,
            None => return Ok(()),
        }
        if desk.hits.is_empty() {
            return Ok(());
        }
        if text.is_empty() {
            read(text);
        }
        let changed = desk.replace(rules, f, c, Sight::Plain(text), 0, text.len());
        self.keep(changed, whose, set)
    }

    /// Looks at a whole tool call.
    fn arguments_of(&mut self, c: &Call, p: Part<'_>, whose: &str) -> Result<(), Verdict> {
        let Guard { rules, desk, view, .. } = self;
        let f = rules.at(Place::ToolCalls);
        view.text.clear();
        p.append_text(&mut view.text);
        view.read(None, false, true);
        desk.whole(rules, f, &view.units, whose)?;
        if desk.hits.is_empty() {
            return Ok(());
        }
        let changed = desk.replace(rules, f, c, Sight::Json(view), 0, view.units.len());
        self.keep(changed, whose, |text| p.set_bytes(text))
    }

    /// Puts a text that was changed in the place of its original.
    fn keep(&self, changed: bool, whose: &str, set: impl Fn(&[u8]) -> Result<(), Error>) -> Result<(), Verdict> {
        if changed && set(&self.desk.out).is_err() {
            let why = [whose, " holds what it mustn't, and that can't be removed from it"].concat();
            return Err(Verdict::block(self.rules.status, &why));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
