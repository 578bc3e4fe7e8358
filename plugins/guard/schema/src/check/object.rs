//! What is demanded of objects.

use super::{Check, Hop};
use crate::rules::ObjectRules;

impl<'a> Check<'a> {
    pub(super) fn object(&mut self, r: &'a ObjectRules, at: u32) -> bool {
        let (doc, size) = (self.doc, self.doc.size(at));
        if size < r.least {
            return self.fail("minProperties");
        }
        if matches!(r.most, Some(most) if size > most) {
            return self.fail("maxProperties");
        }
        let (mut m, end) = (at + 1, doc.next(at));
        let (mut required, mut guess) = (0, 0);
        while m < end {
            let found = r.find(doc.text(m), guess);
            guess = found.map_or(0, |n| n + 1);
            let member = found.map(|n| &r.members[n]);
            required += usize::from(matches!(member, Some(x) if x.required));
            let fits = match member.and_then(|x| x.rules) {
                Some(rules) if r.simple => self.check(rules, m + 1),
                rules => self.member_fits(r, rules, m),
            };
            if !fits {
                return self.from(if found.is_some() { Hop::Member(m) } else { Hop::Unknown });
            }
            m = doc.next(m + 1);
        }
        if required < r.required {
            return self.misses_some(r, at);
        }
        self.follows(r, at)
    }

    /// Checks a member by its name, a node; rules are those of its name.
    fn member_fits(&mut self, r: &'a ObjectRules, rules: Option<u32>, m: u32) -> bool {
        if r.names.is_some() && !self.tries_one(r.names, m) {
            return self.fail("propertyNames");
        }
        let mut spoken = false;
        if let Some(rules) = rules {
            spoken = true;
            if !self.check(rules, m + 1) {
                return false;
            }
        }
        for p in &r.patterns {
            match &p.pattern {
                None => spoken = true, // it was left out: the member may be one of its own
                Some(pattern) => {
                    if self.matches(pattern, self.doc.text(m)) {
                        spoken = true;
                        if !self.check(p.rules, m + 1) {
                            return false;
                        }
                    }
                }
            }
        }
        match r.rest {
            Some(rest) if !spoken => {
                if self.schema.rules[rest as usize].never {
                    return self.fail("additionalProperties");
                }
                self.check(rest, m + 1)
            }
            _ => true,
        }
    }

    /// Says which member is missing.
    #[cold]
    fn misses_some(&mut self, r: &ObjectRules, at: u32) -> bool {
        if self.quiet > 0 {
            return false;
        }
        let mut there = vec![false; r.members.len()];
        for m in self.doc.members(at) {
            if let Some(n) = r.find(self.doc.text(m), 0) {
                there[n] = true;
            }
        }
        match r.members.iter().zip(there).find(|(m, there)| m.required && !there) {
            Some((m, _)) => self.misses("required", &m.name),
            None => true,
        }
    }

    fn follows(&mut self, r: &'a ObjectRules, at: u32) -> bool {
        let doc = self.doc;
        for f in &r.follows {
            if !self.pays(doc.size(at) as i64 * (1 + f.names.len() as i64) / 4) {
                return false;
            }
            if doc.member(at, &f.name).is_none() {
                continue;
            }
            for name in &f.names {
                if doc.member(at, name).is_none() {
                    return self.misses("dependentRequired", name);
                }
            }
            if !self.check_any(f.rules, at) {
                return false;
            }
        }
        true
    }
}
