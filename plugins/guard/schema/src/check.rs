//! Holds values against schemas.

mod list;
mod object;
#[cfg(test)]
mod tests;

use crate::bytes::{append_number, points};
use crate::compile::{append_pointer, STEP_BYTES};
use crate::equal::equal;
use crate::json::{Doc, Kind};
use crate::matcher::Matcher;
use crate::number::{Bound, Number};
use crate::pattern::Pattern;
use crate::rules::*;

/// How many schemas are applied one in another. What needs more doesn't fit: a guard that gives up must not let through.
const MAX_CHECKS: usize = 250;

/// What applying a schema to a value costs in steps. A value that is read costs one, and so do 16 bytes of a text that is looked
/// at.
const CHECK_STEPS: i64 = 3;

/// The rule that is broken if a check costs too much.
pub(crate) const SPENT: &str = "too many steps";

/// Where a value doesn't fit, and which rule it breaks. It never holds anything that the value says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fault {
    /// JSON pointer; a member whose name the schema doesn't have is *.
    pub(crate) pointer: Vec<u8>,
    /// A keyword.
    pub(crate) rule: &'static str,
    /// The member that required or dependentRequired misses.
    pub(crate) missing: Vec<u8>,
}

/// A step from a value into it.
#[derive(Debug, Clone, Copy)]
enum Hop {
    /// The member's name as a node.
    Member(u32),
    /// A member whose name the schema doesn't have.
    Unknown,
    Element(u32),
}

/// Holds values against schemas. It keeps its memory for the next.
#[derive(Debug, Default)]
pub(crate) struct Checker {
    pub(crate) fault: Fault,
    /// What a check may cost in steps, and then what is left of it.
    pub(crate) left: i64,
    /// Of the fault, from within to the top.
    path: Vec<Hop>,
    hashes: Vec<u64>,
    matcher: Matcher,
}

/// One check.
struct Check<'a> {
    doc: &'a Doc,
    schema: &'a Schema,
    to: &'a mut Checker,
    /// Below 0 a bound was reached, and nothing fits any more.
    left: i64,
    /// Faults aren't kept where it is above 0: another way may fit.
    quiet: usize,
    depth: usize,
}

impl Checker {
    /// Tells whether a value fits; if not, the fault says why.
    pub(crate) fn fits(&mut self, schema: &Schema, doc: &Doc) -> bool {
        self.path.clear();
        self.fault.pointer.clear();
        self.fault.missing.clear();
        self.fault.rule = "";
        let mut c = Check { doc, schema, left: self.left, to: self, quiet: 0, depth: 0 };
        let ok = c.check(schema.root, 0);
        self.left = c.left;
        if self.left < 0 {
            self.fault.rule = SPENT;
            self.fault.missing.clear();
            return false;
        }
        if !ok {
            self.point(doc);
        }
        ok
    }

    /// Makes the pointer of the path.
    fn point(&mut self, doc: &Doc) {
        let p = &mut self.fault.pointer;
        for h in self.path.iter().rev() {
            p.push(b'/');
            match *h {
                Hop::Element(place) => append_number(p, place as usize),
                Hop::Unknown => p.push(b'*'),
                Hop::Member(name) => append_pointer(p, doc.text(name)),
            }
        }
    }
}

impl<'a> Check<'a> {
    /// Notes the fault, if it counts. It returns false.
    fn fail(&mut self, rule: &'static str) -> bool {
        self.misses(rule, &[])
    }

    fn misses(&mut self, rule: &'static str, missing: &[u8]) -> bool {
        if self.quiet == 0 {
            self.to.fault.rule = rule;
            self.to.fault.missing.clear();
            self.to.fault.missing.extend_from_slice(missing);
        }
        false
    }

    /// Notes that the fault is within a part. It is called on the way back from a fault, so that values that fit cost nothing.
    fn from(&mut self, h: Hop) -> bool {
        if self.quiet == 0 {
            self.to.path.push(h);
        }
        false
    }

    /// Takes steps that are about to be made; false if there aren't as many.
    #[inline(always)]
    fn pays(&mut self, steps: i64) -> bool {
        self.left -= steps;
        self.left >= 0
    }

    /// Is check where not fitting is no fault.
    fn tries(&mut self, r: Id, at: u32) -> bool {
        self.quiet += 1;
        let ok = self.check(r, at);
        self.quiet -= 1;
        ok
    }

    fn tries_one(&mut self, r: Option<Id>, at: u32) -> bool {
        matches!(r, Some(r) if self.tries(r, at))
    }

    fn check_any(&mut self, r: Option<Id>, at: u32) -> bool {
        match r {
            Some(r) => self.check(r, at),
            None => true,
        }
    }

    /// Tells whether the value at a node fits. Once a bound is reached nothing does.
    fn check(&mut self, r: Id, at: u32) -> bool {
        self.depth += 1;
        if self.depth > MAX_CHECKS {
            self.left = i64::MIN / 2;
        }
        let schema: &'a Schema = self.schema;
        let ok = self.pays(CHECK_STEPS) && self.apply(&schema.rules[r as usize], at);
        self.depth -= 1;
        ok && self.left >= 0
    }

    #[inline(always)]
    fn apply(&mut self, r: &'a Rules, at: u32) -> bool {
        let kind = self.doc.kind(at);
        if r.types != 0 && r.types & only(kind) == 0 && !(kind == Kind::Number && self.whole(r.types, at)) {
            return self.fail("type");
        }
        if r.rare && !self.rare(r, at) {
            return false;
        }
        let ok = match kind {
            Kind::Text => match &r.texts {
                Some(r) => self.text(r, at),
                None => true,
            },
            Kind::Number => match &r.numbers {
                Some(r) => self.number(r, at),
                None => true,
            },
            Kind::List => match &r.lists {
                Some(r) => self.list(r, at),
                None => true,
            },
            Kind::Object => match &r.objects {
                Some(r) => self.object(r, at),
                None => true,
            },
            Kind::Null | Kind::False | Kind::True => true,
        };
        match &r.made {
            Some(m) => ok && self.combined(m, at),
            None => ok,
        }
    }

    #[inline(never)]
    fn rare(&mut self, r: &'a Rules, at: u32) -> bool {
        if r.never {
            return self.fail("false");
        }
        if let Some(fixed) = r.fixed {
            if !equal(&self.schema.doc, fixed, self.doc, at) {
                return self.fail("const");
            }
        }
        if !r.choices.is_empty() && !self.among(&r.choices, at) {
            return self.fail("enum");
        }
        self.check_any(r.refers, at)
    }

    #[inline(never)]
    fn whole(&self, types: Types, at: u32) -> bool {
        types & INTEGER != 0 && Number::of(self.doc.text(at)).whole()
    }

    #[inline(never)]
    fn among(&mut self, choices: &[u32], at: u32) -> bool {
        self.pays(choices.len() as i64 / 4) && choices.iter().any(|e| equal(&self.schema.doc, *e, self.doc, at))
    }

    /// Applies what is made of other schemas.
    #[inline(never)]
    fn combined(&mut self, m: &'a Combined, at: u32) -> bool {
        for &x in &m.all {
            if !self.check(x, at) {
                return false;
            }
        }
        if !m.any.is_empty() && !m.any.iter().any(|x| self.tries(*x, at)) {
            return self.fail("anyOf");
        }
        if !m.one.is_empty() && m.one.iter().filter(|x| self.tries(**x, at)).count() != 1 {
            return self.fail("oneOf");
        }
        if self.tries_one(m.not, at) {
            return self.fail("not");
        }
        match m.when {
            None => true,
            Some(when) if self.tries(when, at) => self.check_any(m.then, at),
            Some(_) => self.check_any(m.other, at),
        }
    }

    #[inline(never)]
    fn number(&mut self, r: &NumberRules, at: u32) -> bool {
        let s = self.doc.text(at);
        if s.len() > 20 && !self.pays(s.len() as i64 / 2) {
            return false;
        }
        let n = Number::of(s);
        let compare = |b: &Option<Bound>| b.as_ref().map(|b| b.compare(&n));
        if matches!(compare(&r.least), Some(o) if o.is_lt()) {
            return self.fail("minimum");
        }
        if matches!(compare(&r.most), Some(o) if o.is_gt()) {
            return self.fail("maximum");
        }
        if matches!(compare(&r.above), Some(o) if o.is_le()) {
            return self.fail("exclusiveMinimum");
        }
        if matches!(compare(&r.below), Some(o) if o.is_ge()) {
            return self.fail("exclusiveMaximum");
        }
        match &r.multiple {
            Some(m) if !m.divides(&n) => self.fail("multipleOf"),
            _ => true,
        }
    }

    #[inline(never)]
    fn text(&mut self, r: &TextRules, at: u32) -> bool {
        let s = self.doc.text(at);
        if r.least > 0 || r.most.is_some() {
            if !self.pays(s.len() as i64 / STEP_BYTES) {
                return false;
            }
            // A code point is one byte to four: most texts needn't be counted.
            let most = r.most.unwrap_or(usize::MAX);
            if s.len() > most || (s.len() + 3) / 4 < r.least {
                let points = points(s);
                if points < r.least {
                    return self.fail("minLength");
                }
                if points > most {
                    return self.fail("maxLength");
                }
            }
        }
        match &r.pattern {
            Some(p) if !self.matches(p, s) => self.fail("pattern"),
            _ => true,
        }
    }

    fn matches(&mut self, p: &Pattern, s: &[u8]) -> bool {
        let ok = self.to.matcher.matches(p, s, &mut self.left);
        self.pays(0) && ok
    }
}
