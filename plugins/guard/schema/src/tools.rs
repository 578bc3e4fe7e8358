//! Holds the arguments of tool calls against the schemas of their tools.

use crate::rules::Schema;
use crate::{bytes, Guard};
use std::rc::Rc;
use yett::{Part, Request, Response, Tool};

impl Guard {
    /// Looks at a call, of a whole answer or of a stream.
    pub(crate) fn called(&mut self, r: &Response, call: Part<'_>) -> Result<(), String> {
        if self.settings.texts && r.stream() {
            self.note(r, call.owner());
        }
        if !self.settings.tools {
            return Ok(());
        }
        let mut name = core::mem::take(&mut self.names[0]);
        name.clear();
        call.append_name(&mut name);
        let got = self.fits_tool(r, call, &name);
        self.names[0] = name;
        got
    }

    fn fits_tool(&mut self, r: &Response, call: Part<'_>, name: &[u8]) -> Result<(), String> {
        let by = match self.tool_schema(r.request(), name)? {
            Some(by) => by,
            None => return Ok(()),
        };
        self.said.src.clear();
        call.append_text(&mut self.said.src);
        if self.said.src.is_empty() {
            self.said.src.extend_from_slice(b"{}"); // models leave arguments out for tools that take none
        }
        self.hold(&|| "a call of tool ".to_string() + &bytes::text(name), Some(&by))
    }

    /// The schema of a tool's arguments: the configuration's, else the one the request declares. `None` is a tool without one, where
    /// anything goes: tools that take plain text have none.
    ///
    /// # Errors
    ///
    /// Why there can be no call of it.
    fn tool_schema(&mut self, r: &Request, name: &[u8]) -> Result<Option<Rc<Schema>>, String> {
        if let Some(s) = self.named(name) {
            return Ok(Some(s.clone()));
        }
        for t in r.tools() {
            let other = &mut self.names[1];
            other.clear();
            t.append_name(other);
            if bytes::same(other, name) {
                return self.declared(t, name);
            }
        }
        Err("the answer calls a tool that the request doesn't declare".into())
    }

    fn named(&self, name: &[u8]) -> Option<&Rc<Schema>> {
        self.settings.named.iter().find(|(n, _)| bytes::same(n.as_bytes(), name)).map(|(_, s)| s)
    }

    /// The schema that the request declares for a tool, `None` if it declares none.
    fn declared(&mut self, t: Tool<'_>, name: &[u8]) -> Result<Option<Rc<Schema>>, String> {
        self.schema.clear();
        if !t.append_schema(&mut self.schema) || self.schema.is_empty() {
            return Ok(None);
        }
        match self.kept.compiled(&self.schema, self.settings.lenient, &mut self.left) {
            Ok(s) => Ok(Some(s)),
            Err(fault) => Err(["the schema of tool ", &bytes::text(name), " can't be used: ", fault.text()].concat()),
        }
    }

    /// Compiles the schemas of tools, so that the request is refused rather than its answer. Where they are too large for one call
    /// the others follow when they are called for: some clients send hundreds of tools with each request.
    pub(crate) fn check_tools(&mut self, r: &Request) -> Result<(), String> {
        if !self.settings.tools {
            return Ok(());
        }
        for t in r.tools() {
            let mut name = core::mem::take(&mut self.names[0]);
            name.clear();
            t.append_name(&mut name);
            let mut got = Ok(None);
            if self.named(&name).is_none() {
                got = self.declared(t, &name);
            }
            self.names[0] = name;
            if let Err(bad) = got {
                return if self.left <= 0 { Ok(()) } else { Err(bad) };
            }
        }
        Ok(())
    }
}
