//! The bundled plugin router/complexity: it scores how hard a prompt is, and chooses a cheap model for simple prompts and a
//! strong one for hard ones.

mod block;
mod score;
mod signs;
mod words;

use yett::config::Value;
use yett::{Candidate, Candidates, Hook, HookSet, Plugin, Request, Requester, Router, Verdict};

/// The plugin.
struct Complexity {
    threshold: usize,
    simple: Choice,
    complex: Choice,
    /// The models for `on_request`, simple and complex; "" keeps the client's. `None`: it goes on.
    reroute: Option<[String; 2]>,
    text: Vec<u8>,
}

/// A candidate: by its place, or by the name of its model or "provider/model".
struct Choice {
    index: u64,
    name: String,
}

yett::plugin!(Complexity: Requester, Router);

impl Plugin for Complexity {
    fn new(config: &Value) -> Result<Self, String> {
        let threshold = usize::try_from(config.int("threshold", 30)).ok().filter(|n| *n <= 100);
        let to = config.get("reroute");
        let models = [to.text("simple", ""), to.text("complex", "")].map(String::from);
        let plugin = Complexity {
            threshold: threshold.ok_or("threshold is a score, 0 to 100")?,
            simple: Choice::read(config, "simple", 0)?,
            complex: Choice::read(config, "complex", 1)?,
            reroute: config.has("reroute").then_some(models),
            text: Vec::new(),
        };
        if matches!(&plugin.reroute, Some(models) if models.iter().all(String::is_empty)) {
            return Err("reroute names no model: set simple, complex or both".into());
        }
        Ok(plugin)
    }

    fn spare(&self) -> HookSet {
        HookSet::NONE.with_if(self.reroute.is_none(), Hook::OnRequest)
    }
}

impl Choice {
    fn read(config: &Value, member: &str, or: i64) -> Result<Choice, String> {
        let index = u64::try_from(config.int(member, or)).ok();
        Ok(Choice {
            index: index.ok_or("simple and complex are places of targets, counted from 0, or names of their models")?,
            name: config.text(member, "").into(),
        })
    }

    /// The choice's place among candidates.
    fn find(&self, candidates: &Candidates) -> Option<usize> {
        if self.name.is_empty() {
            return usize::try_from(self.index).ok().filter(|i| *i < candidates.len());
        }
        let named = |c: &Candidate| {
            let model = c.model();
            model == self.name || [&c.provider(), "/", &model].concat() == self.name
        };
        candidates.iter().find(named).map(|c| c.index())
    }
}

impl Router for Complexity {
    /// Chooses among a model's targets.
    fn on_route(&mut self, r: &Request, candidates: &Candidates) -> Verdict {
        let want = if self.is_hard(r) { &self.complex } else { &self.simple };
        match want.find(candidates) {
            Some(i) => Verdict::choose(i),
            None => Verdict::CONTINUE, // the model has no such target: its own order
        }
    }
}

impl Requester for Complexity {
    /// Sends the request to another model, where reroute is set and the plugin is a stage of a pipeline.
    fn on_request(&mut self, r: &Request) -> Verdict {
        if self.reroute.is_none() {
            return Verdict::CONTINUE;
        }
        let side = usize::from(self.is_hard(r));
        match self.reroute.as_ref().map(|models| models[side].as_str()) {
            Some(to) if !to.is_empty() && to != r.model() => Verdict::reroute(to),
            _ => Verdict::CONTINUE,
        }
    }
}

#[cfg(test)]
mod tests;
