//! What a request may ask for: names, then sizes, then parameters; the first that is over is told.

use crate::decimal::decimal;
use crate::{bound, refuse, second, Limits};
use yett::config::Value;
use yett::{Part, Request, Requester, Response, ToolCaller, Verdict};

/// An upper bound of a number.
pub struct Most {
    pub most: Option<i64>,
    /// Over it: refuse, else lower it.
    block: bool,
    message: String,
}

impl Most {
    pub fn new(c: &Value) -> Result<Most, String> {
        let block = second(c, "clamp", "block")?;
        Ok(Most { most: bound(c, "most"), block, message: c.text("message", "").into() })
    }
}

/// A bound of a range, and how it is written.
struct Edge {
    at: f64,
    text: String,
}

/// A range of numbers.
pub struct Span {
    least: Option<Edge>,
    most: Option<Edge>,
    block: bool,
    message: String,
}

impl Span {
    pub fn new(c: &Value) -> Result<Span, String> {
        let edge = |name| {
            c.has(name).then(|| match c.get(name) {
                Value::Number(n) => Edge { at: c.number(name, 0.0), text: decimal(n) },
                _ => Edge { at: 0.0, text: "0".into() },
            })
        };
        let block = second(c, "clamp", "block")?;
        Ok(Span { least: edge("least"), most: edge("most"), block, message: c.text("message", "").into() })
    }

    fn set(&self) -> bool {
        self.least.is_some() || self.most.is_some()
    }

    /// Tells that no number is within.
    pub fn is_empty(&self) -> bool {
        matches!((&self.least, &self.most), (Some(from), Some(to)) if from.at > to.at)
    }
}

impl Requester for Limits {
    fn on_request(&mut self, r: &Request) -> Verdict {
        self.check(r).unwrap_or_else(|refused| refused)
    }
}

impl ToolCaller for Limits {
    /// Checks the name of a tool that an answer calls, streamed or not: a model may call what nobody declared.
    fn on_tool_call(&mut self, _: &Response, call: Part<'_>) -> Verdict {
        if !self.tools.set() {
            return Verdict::CONTINUE;
        }
        let name = call.name().unwrap_or_default();
        if self.tools.allows(&name) {
            return Verdict::CONTINUE;
        }
        refuse(403, &self.tools.message, &["the answer calls the tool \"", &name, "\", which isn't allowed here"])
    }
}

impl Limits {
    fn check(&mut self, r: &Request) -> Result<Verdict, Verdict> {
        self.check_names(r)?;
        let trimmed = self.check_prompt(r)?;
        let clamped = self.check_parameters(r)?;
        Ok(match (trimmed, clamped) {
            (true, _) => Verdict::tag("limits", "trimmed"),
            (false, true) => Verdict::tag("limits", "clamped"),
            (false, false) => Verdict::CONTINUE,
        })
    }

    fn check_names(&self, r: &Request) -> Result<(), Verdict> {
        let rule = &self.models;
        if rule.set() {
            let model = r.model();
            if !rule.allows(&model) {
                let own = ["the model \"", &model, "\" isn't allowed here", &rule.instead()];
                return Err(refuse(403, &rule.message, &own));
            }
        }
        let rule = &self.tools;
        if rule.set() {
            for name in r.tools().map(|t| t.name()) {
                if !rule.allows(&name) {
                    let instead = rule.instead();
                    let own = ["the tool \"", &name, "\" isn't allowed here", &instead, "; take it out of the request"];
                    return Err(refuse(403, &rule.message, &own));
                }
            }
        }
        Ok(())
    }

    /// Tells whether a parameter has a bound.
    pub fn bounds_parameters(&self) -> bool {
        self.max_tokens.most.is_some() || self.temperature.set() || self.choices.most.is_some()
    }

    /// Lowers what is too high, or refuses it. Tells that something was changed that the client had asked for.
    fn check_parameters(&mut self, r: &Request) -> Result<bool, Verdict> {
        if !self.bounds_parameters() {
            return Ok(false);
        }
        self.text.clear();
        r.append_dialect(&mut self.text);
        let chat = self.text == b"openai.chat";
        if !chat && self.text != b"anthropic.messages" {
            return Ok(false); // it has no parameters of an answer
        }
        let tokens = self.check_max_tokens(r)?;
        let temperature = self.check_temperature(r)?;
        let choices = chat && self.check_choices(r)?;
        Ok(tokens || temperature || choices)
    }

    fn check_max_tokens(&self, r: &Request) -> Result<bool, Verdict> {
        let b = &self.max_tokens;
        let (most, asked) = match (b.most, r.max_tokens()) {
            (None, _) => return Ok(false),
            (Some(most), Some(n)) if n <= most => return Ok(false),
            (Some(most), asked) => (most, asked),
        };
        if asked.is_some() && b.block || r.set_max_tokens(most as u64).is_err() {
            let n = asked.map_or_else(|| "not given".into(), |n| n.to_string());
            let own = ["max_tokens is ", &n, ", and ", &most.to_string(), " is the most; ask for less"];
            return Err(refuse(400, &b.message, &own));
        }
        Ok(asked.is_some())
    }

    fn check_temperature(&self, r: &Request) -> Result<bool, Verdict> {
        let b = &self.temperature;
        if !b.set() {
            return Ok(false);
        }
        let text = match r.temperature() {
            Some(text) if !text.is_empty() => text,
            _ => return Ok(false),
        };
        let t = match text.parse::<f64>() {
            Ok(t) if t.is_finite() => t,
            _ => return Err(Verdict::block(400, "temperature isn't a number")),
        };
        let (edge, advice) = match (&b.most, &b.least) {
            (Some(most), _) if t > most.at => (most, " is the most; lower it"),
            (_, Some(least)) if t < least.at => (least, " is the least; raise it"),
            _ => return Ok(false),
        };
        if b.block || r.set_temperature(&edge.text).is_err() {
            return Err(refuse(400, &b.message, &["temperature is ", &text, ", and ", &edge.text, advice]));
        }
        Ok(true)
    }

    fn check_choices(&self, r: &Request) -> Result<bool, Verdict> {
        let b = &self.choices;
        let (most, n) = match (b.most, r.choices()) {
            (Some(most), Some(n)) if n > most => (most, n),
            _ => return Ok(false),
        };
        if b.block || r.set_choices(most as u64).is_err() {
            let own = ["n is ", &n.to_string(), ", and ", &most.to_string(), " is the most; ask for fewer answers"];
            return Err(refuse(400, &b.message, &own));
        }
        Ok(true)
    }
}
