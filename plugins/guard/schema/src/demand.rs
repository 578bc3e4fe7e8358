//! What the request demands of the answer's texts.

use crate::bytes::same;
use crate::compile::{compile, Fault, STEP_BYTES};
use crate::json::{Doc, Kind, Syntax, TOO_MANY};
use crate::rules::Schema;
use crate::Guard;
use std::rc::Rc;
use yett::Request;

/// What a text must be.
#[derive(Clone, Default)]
pub(crate) struct Demand {
    pub(crate) on: bool,
    /// A JSON object, whatever is in it.
    pub(crate) object: bool,
    /// `None`: any JSON.
    pub(crate) schema: Option<Rc<Schema>>,
}

/// What the last request that asked for JSON said: an answer's hooks, and mostly the next request, say the same.
#[derive(Default)]
pub(crate) struct Last {
    member: &'static str,
    text: Vec<u8>,
    /// What reading it takes.
    steps: i64,
    demand: Demand,
}

impl Guard {
    /// What the request demands.
    ///
    /// # Errors
    ///
    /// The request's own schema isn't one, or can't be checked.
    pub(crate) fn wanted(&mut self, r: &Request) -> Result<Demand, String> {
        let s = &self.settings;
        if !s.texts {
            return Ok(Demand::default());
        }
        let configured = Demand { on: true, object: false, schema: s.schema.clone() };
        if !s.requested && !s.from_request {
            return Ok(configured);
        }
        let asked = self.format(r)?;
        let s = &self.settings;
        if !asked.on {
            return Ok(Demand { on: !s.requested, ..configured });
        }
        if s.from_request && asked.schema.is_some() || s.schema.is_none() {
            return Ok(asked);
        }
        Ok(configured)
    }

    /// Reads which output the request asks for: OpenAI's response_format, Anthropic's output_format and output_config.format.
    fn format(&mut self, r: &Request) -> Result<Demand, String> {
        for member in ["response_format", "output_format", "output_config"] {
            self.asked.src.clear();
            if !r.append_param(member, &mut self.asked.src) || self.asked.src.is_empty() {
                continue;
            }
            let last = &self.last;
            if last.member == member && last.steps <= self.left && same(&last.text, &self.asked.src) {
                self.left -= last.steps;
                return Ok(last.demand.clone());
            }
            let before = self.left;
            if let Err(bad) = read(&mut self.asked, &mut self.left) {
                return Err(["the request's ", member, " can't be read: ", &bad].concat());
            }
            let steps = before - self.left;
            if let Some(demand) = self.asked_by(member)? {
                let last = &mut self.last;
                (last.member, last.steps, last.demand) = (member, steps, demand.clone());
                core::mem::swap(&mut last.text, &mut self.asked.src);
                return Ok(demand);
            }
        }
        Ok(Demand::default())
    }

    /// What a member of the request, which was read, asks for; `None` if no JSON.
    fn asked_by(&mut self, member: &str) -> Result<Option<Demand>, String> {
        let d = &self.asked;
        let at = match member {
            "output_config" => d.member(0, b"format"),
            _ => Some(0),
        };
        let kind = at.and_then(|at| d.member(at, b"type")).filter(|n| d.kind(*n) == Kind::Text).map(|n| d.text(n));
        match (at, kind) {
            (Some(_), Some(b"json_object")) => Ok(Some(Demand { on: true, object: true, schema: None })),
            (Some(at), Some(b"json_schema")) => self.own_schema(member, at).map(Some),
            _ => Ok(None),
        }
    }

    /// Reads the schema of a format at a node of what the request asks.
    fn own_schema(&mut self, member: &str, at: u32) -> Result<Demand, String> {
        let d = &self.asked;
        let at = d.member(at, b"json_schema").unwrap_or(at);
        let n = match d.member(at, b"schema") {
            Some(n) if self.settings.from_request => n,
            _ => return Ok(Demand { on: true, object: false, schema: None }),
        };
        if d.kind(n) != Kind::Object {
            return Err(["the schema of the request's ", member, " isn't an object"].concat());
        }
        match self.kept.compiled(d.text(n), self.settings.lenient, &mut self.left) {
            Ok(s) => Ok(Demand { on: true, object: false, schema: Some(s) }),
            Err(fault) => Err(["the schema of the request's ", member, " can't be used: ", fault.text()].concat()),
        }
    }
}

// Bounds of what is kept of requests' schemas.
pub(crate) const MAX_KEPT: usize = 128;
pub(crate) const MAX_KEPT_SIZE: i64 = 20_000; // as schemas count theirs: about 2 MiB

/// What compiling costs in steps for each unit of a schema's size.
const COMPILE_STEPS: i64 = 4;

/// The last schemas of requests: clients send the same ones again and again.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) schemas: Vec<Rc<Schema>>,
    pub(crate) size: i64,
}

impl Kept {
    /// A request's schema.
    ///
    /// # Errors
    ///
    /// [`Fault::TooLarge`] if it is larger than the steps that are left.
    pub(crate) fn compiled(&mut self, src: &[u8], lenient: bool, left: &mut i64) -> Result<Rc<Schema>, Fault> {
        if let Some(s) = self.schemas.iter().find(|s| same(&s.doc.src, src)) {
            return Ok(s.clone());
        }
        let (made, rest) = compile(src, lenient, *left / COMPILE_STEPS);
        *left = rest * COMPILE_STEPS;
        let s = Rc::new(made?);
        if self.schemas.len() >= MAX_KEPT || self.size + s.size > MAX_KEPT_SIZE {
            self.schemas.clear();
            self.size = 0;
        }
        self.size += s.size;
        self.schemas.push(s.clone());
        Ok(s)
    }
}

/// Reads a text as far as the steps that are left go.
pub(crate) fn read(d: &mut Doc, left: &mut i64) -> Result<(), String> {
    d.most = *left - d.src.len() as i64 / STEP_BYTES;
    if d.most <= 0 {
        *left = 0;
        return Err(TOO_MANY.into());
    }
    let got = d.read();
    *left = d.most - d.count as i64;
    got.map_err(Syntax::say)
}
