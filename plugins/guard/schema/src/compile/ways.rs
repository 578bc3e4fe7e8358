//! Looks at all ways through rules that don't go into the value.

use super::{Compiler, Fault, MAX_IN_PLACE};
use crate::rules::{Id, Rules};

/// How far the search for circles has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Unseen,
    Inside,
    Done,
}

struct Search<'r> {
    rules: &'r [Rules],
    marks: Vec<Mark>,
    begin: Vec<Id>,
}

impl Compiler<'_> {
    /// Refuses schemas that lead back to themselves without going into the value, and too long ways. Each way begins at the root or
    /// at the schema of a part of the value.
    pub(super) fn ways(&mut self, root: Id) {
        if !self.well() {
            return;
        }
        let mut s = Search { rules: &self.rules, marks: vec![Mark::Unseen; self.rules.len()], begin: vec![root] };
        while let Some(r) = s.begin.pop() {
            if s.marks[r as usize] != Mark::Unseen {
                continue;
            }
            if let Err(why) = s.circles(Some(r), 0) {
                self.fault = Some(Fault::Wrong(why.into()));
                return;
            }
        }
    }
}

impl<'r> Search<'r> {
    fn circles(&mut self, r: Option<Id>, depth: usize) -> Result<(), &'static str> {
        let id = match r {
            Some(r) => r as usize,
            None => return Ok(()),
        };
        match self.marks[id] {
            Mark::Done => return Ok(()),
            Mark::Inside => return Err("a $ref leads back to itself"),
            Mark::Unseen if depth > MAX_IN_PLACE => return Err("more than 64 schemas are one in another"),
            Mark::Unseen => {}
        }
        self.marks[id] = Mark::Inside;
        let r: &'r Rules = &self.rules[id];
        self.circles(r.refers, depth + 1)?;
        if let Some(m) = &r.made {
            for &x in m.all.iter().chain(&m.any).chain(&m.one) {
                self.circles(Some(x), depth + 1)?;
            }
            for x in [m.not, m.when, m.then, m.other] {
                self.circles(x, depth + 1)?;
            }
        }
        if let Some(o) = &r.objects {
            for f in &o.follows {
                self.circles(f.rules, depth + 1)?;
            }
        }
        self.marks[id] = Mark::Done;
        self.parts(r);
        Ok(())
    }

    /// Adds the schemas of parts of the value.
    fn parts(&mut self, r: &Rules) {
        if let Some(l) = &r.lists {
            self.begin.extend_from_slice(&l.prefix);
            self.begin.extend(l.rest);
            self.begin.extend(l.contains);
        }
        if let Some(o) = &r.objects {
            self.begin.extend(o.rest);
            self.begin.extend(o.names);
            self.begin.extend(o.members.iter().filter_map(|m| m.rules));
            self.begin.extend(o.patterns.iter().map(|p| p.rules));
        }
    }
}
