//! What the keywords of schemas say.

use super::{Compiler, Fault};
use crate::json::Kind;
use crate::number::{Bound, Decimal, Divisor};
use crate::pattern::{Fault as PatternFault, Pattern};
use crate::rules::*;

/// How many steps of a pattern weigh as much as a schema.
const PATTERN_STEPS: i64 = 16;

impl<'d> Compiler<'d> {
    /// Adds what a member of a schema says. at is its value. What isn't known is an annotation.
    pub(super) fn keyword(&mut self, r: &mut Rules, own: u32, name: &[u8], at: u32) {
        match name {
            b"type" => r.types |= self.types(at),
            // OpenAPI's
            b"nullable" if self.doc.kind(at) == Kind::True && self.doc.member(own, b"type").is_some() => {
                r.types |= only(Kind::Null);
            }
            b"enum" => self.choices(r, at),
            b"const" => r.fixed = Some(at),
            b"$ref" => r.refers = self.reference(at),
            b"$defs" | b"definitions" => self.each(at, |c, _, value| {
                c.rules(value);
            }),
            b"$id" if own != 0 && self.doc.kind(at) == Kind::Text => {
                self.beyond("only the whole schema may have one");
            }
            b"$dynamicRef" | b"$recursiveRef" | b"unevaluatedProperties" | b"unevaluatedItems" => {
                self.beyond("this plugin can't check it");
            }
            b"allOf" | b"anyOf" | b"oneOf" | b"not" | b"if" | b"then" | b"else" => self.of_schemas(r, name, at),
            b"minimum" | b"maximum" | b"exclusiveMinimum" | b"exclusiveMaximum" | b"multipleOf" => {
                self.of_numbers(r, name, at);
            }
            b"minLength" | b"maxLength" | b"pattern" => self.of_texts(r, name, at),
            b"prefixItems" | b"items" | b"additionalItems" | b"minItems" | b"maxItems" | b"uniqueItems"
            | b"contains" | b"minContains" | b"maxContains" => self.of_lists(r, own, name, at),
            b"properties"
            | b"required"
            | b"additionalProperties"
            | b"patternProperties"
            | b"propertyNames"
            | b"minProperties"
            | b"maxProperties"
            | b"dependentRequired"
            | b"dependentSchemas"
            | b"dependencies" => {
                self.of_objects(r, name, at);
            }
            _ => {}
        }
    }

    /// Demands a kind.
    fn is(&mut self, at: u32, kind: Kind, what: &str) -> bool {
        let is = self.doc.kind(at) == kind;
        if !is {
            self.bad(&format!("it isn't {what}"));
        }
        is
    }

    /// Calls f with the names and the values of an object's members.
    fn each(&mut self, at: u32, mut f: impl FnMut(&mut Self, &'d [u8], u32)) {
        if !self.is(at, Kind::Object, "an object") {
            return;
        }
        let doc = self.doc;
        for m in doc.members(at) {
            if !self.well() {
                return;
            }
            let name = doc.text(m);
            self.within(name, |c| f(c, name, m + 1));
        }
    }

    /// Makes the schemas of a list, of which there is at least one.
    fn some(&mut self, at: u32) -> Vec<Id> {
        let (mut out, doc) = (Vec::new(), self.doc);
        if !self.is(at, Kind::List, "a list") {
            return out;
        }
        if doc.size(at) == 0 {
            self.bad("it is empty");
        }
        for (n, e) in doc.elements(at).enumerate() {
            if !self.well() {
                break;
            }
            out.push(self.at(n, |c| c.rules(e)));
        }
        out
    }

    fn choices(&mut self, r: &mut Rules, at: u32) {
        if self.is(at, Kind::List, "a list") {
            r.choices = self.doc.elements(at).collect();
            r.never |= r.choices.is_empty();
        }
    }

    fn types(&mut self, at: u32) -> Types {
        let (mut out, doc) = (0, self.doc);
        match doc.kind(at) {
            Kind::Text => return self.of_type(at),
            Kind::List => {}
            _ => {
                self.bad("it is neither a text nor a list of texts");
                return 0;
            }
        }
        for e in doc.elements(at) {
            if !self.is(e, Kind::Text, "a list of texts") {
                return 0;
            }
            out |= self.of_type(e);
        }
        if out == 0 {
            self.bad("it is empty");
        }
        out
    }

    fn of_type(&mut self, at: u32) -> Types {
        match self.doc.text(at) {
            b"null" => only(Kind::Null),
            b"boolean" => BOOLEANS,
            b"number" => only(Kind::Number),
            b"integer" => INTEGER,
            b"string" => only(Kind::Text),
            b"array" => only(Kind::List),
            b"object" => only(Kind::Object),
            _ => {
                self.bad("there is no such type; there are null, boolean, number, integer, string, array and object");
                0
            }
        }
    }

    fn bound(&mut self, at: u32) -> Option<Bound> {
        self.is(at, Kind::Number, "a number").then(|| Bound::of(self.doc.text(at)))
    }

    fn count(&mut self, at: u32) -> usize {
        if !self.is(at, Kind::Number, "a number") {
            return 0;
        }
        match Decimal::of(self.doc.text(at)).count() {
            Some(n) => n,
            None => {
                self.bad("it isn't a whole number from 0 to 999,999,999");
                0
            }
        }
    }

    fn of_schemas(&mut self, r: &mut Rules, name: &[u8], at: u32) {
        let m = r.made.get_or_insert_with(Box::default);
        match name {
            b"allOf" => m.all = self.some(at),
            b"anyOf" => m.any = self.some(at),
            b"oneOf" => m.one = self.some(at),
            b"not" => m.not = Some(self.rules(at)),
            b"if" => m.when = Some(self.rules(at)),
            b"then" => m.then = Some(self.rules(at)),
            _ => m.other = Some(self.rules(at)),
        }
    }

    fn of_numbers(&mut self, r: &mut Rules, name: &[u8], at: u32) {
        let n = r.numbers.get_or_insert_with(Box::default);
        match name {
            b"minimum" => n.least = self.bound(at),
            b"maximum" => n.most = self.bound(at),
            b"exclusiveMinimum" => n.above = self.bound(at),
            b"exclusiveMaximum" => n.below = self.bound(at),
            _ => {
                if !self.is(at, Kind::Number, "a number") {
                    return;
                }
                let m = self.doc.text(at);
                match Divisor::of(m) {
                    None => self.beyond("it has more than 18 digits"),
                    Some(_) if !Decimal::of(m).positive() => self.bad("it isn't above 0"),
                    d => n.multiple = d,
                }
            }
        }
    }

    fn of_texts(&mut self, r: &mut Rules, name: &[u8], at: u32) {
        let t = r.texts.get_or_insert_with(Box::default);
        match name {
            b"minLength" => t.least = self.count(at),
            b"maxLength" => t.most = Some(self.count(at)),
            _ => t.pattern = self.pattern(at),
        }
    }

    /// Reads a regular expression; `None` if it can't be used.
    fn pattern(&mut self, at: u32) -> Option<Pattern> {
        if !self.is(at, Kind::Text, "a text") {
            return None;
        }
        match Pattern::read(self.doc.text(at)) {
            Ok(p) => {
                self.total += p.steps.len() as i64 / PATTERN_STEPS;
                if self.total > self.most {
                    self.fault = Some(Fault::TooLarge);
                }
                return Some(p);
            }
            Err(fault @ PatternFault::Beyond) => self.beyond(fault.text()),
            Err(fault) => self.bad(fault.text()),
        }
        None
    }

    fn of_lists(&mut self, r: &mut Rules, own: u32, name: &[u8], at: u32) {
        let l = r.lists.get_or_insert_with(Box::default);
        match name {
            b"prefixItems" => l.prefix = self.some(at),
            b"items" => {
                if self.doc.kind(at) != Kind::List {
                    l.rest = Some(self.rules(at));
                } else if self.doc.size(at) > 0 {
                    l.prefix = self.some(at); // up to draft 2019-09
                }
            }
            b"additionalItems" => {
                // without a list of items it says nothing
                if matches!(self.doc.member(own, b"items"), Some(items) if self.doc.kind(items) == Kind::List) {
                    l.rest = Some(self.rules(at));
                }
            }
            b"minItems" => l.least = self.count(at),
            b"maxItems" => l.most = Some(self.count(at)),
            b"uniqueItems" => {
                l.unique = self.doc.kind(at) == Kind::True;
                if !l.unique && self.doc.kind(at) != Kind::False {
                    self.bad("it isn't true or false");
                }
            }
            b"contains" => l.contains = Some(self.rules(at)),
            b"minContains" => l.few = self.count(at),
            _ => l.many = Some(self.count(at)),
        }
    }

    fn of_objects(&mut self, r: &mut Rules, name: &[u8], at: u32) {
        let o = r.objects.get_or_insert_with(Box::default);
        match name {
            b"properties" => self.each(at, |c, name, value| {
                let rules = Some(c.rules(value));
                o.members.push(Member { name: name.into(), rules, required: false });
            }),
            b"required" => {
                for name in self.texts(at) {
                    o.members.push(Member { name, rules: None, required: true });
                }
            }
            b"additionalProperties" => o.rest = Some(self.rules(at)),
            b"patternProperties" => self.each(at, |c, _, value| {
                // value-1 is the name: compiled where it is written
                let pattern = c.pattern(value - 1);
                o.patterns.push(PatternRules { pattern, rules: c.rules(value) });
            }),
            b"propertyNames" => o.names = Some(self.rules(at)),
            b"minProperties" => o.least = self.count(at),
            b"maxProperties" => o.most = Some(self.count(at)),
            _ => self.each(at, |c, of, value| {
                let (mut names, mut rules) = (Vec::new(), None);
                // dependencies, up to draft 7, may be either
                if name == b"dependentRequired" || name == b"dependencies" && c.doc.kind(value) == Kind::List {
                    names = c.texts(value);
                } else {
                    rules = Some(c.rules(value));
                }
                o.follows.push(Follow { name: of.into(), names, rules });
            }),
        }
    }

    /// Reads the elements of a list of texts.
    fn texts(&mut self, at: u32) -> Vec<Box<[u8]>> {
        let (mut out, doc) = (Vec::new(), self.doc);
        if self.is(at, Kind::List, "a list") {
            for e in doc.elements(at) {
                if self.is(e, Kind::Text, "a list of texts") {
                    out.push(doc.text(e).into());
                }
            }
        }
        out
    }
}
