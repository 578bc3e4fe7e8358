//! Looking at a text, and replacing what was found in it.

use crate::rules::{Action, Finder, Finders, Rules};
use crate::state::State;
use crate::view::{scalar, View};
use yett::scan::{Hit, Hits};
use yett::{Call, Verdict};

/// A text as it is looked at.
#[derive(Clone, Copy)]
pub enum Sight<'a> {
    /// As it is.
    Plain(&'a [u8]),
    /// As arguments of a tool call.
    Json(&'a View),
}

impl<'a> Sight<'a> {
    /// What patterns see.
    pub fn units(self) -> &'a [u8] {
        match self {
            Sight::Plain(text) => text,
            Sight::Json(view) => &view.units,
        }
    }

    pub fn text(self) -> &'a [u8] {
        match self {
            Sight::Plain(text) => text,
            Sight::Json(view) => &view.text,
        }
    }

    /// Where unit n begins in the text.
    pub fn place(self, n: usize) -> usize {
        match self {
            Sight::Plain(_) => n,
            Sight::Json(view) => view.place(n),
        }
    }
}

/// What is at hand while a text is looked at. Its buffers are used again.
#[derive(Default)]
pub struct Desk {
    /// Matches of the rules that don't block.
    pub hits: Hits,
    /// Matches of the rules that block.
    pub blocks: Hits,
    /// Those of them that are allowed.
    pub passed: Vec<Hit>,
    /// The text with its matches replaced.
    pub out: Vec<u8>,
    pub state: State,
    /// A rule was noted in the present hook.
    pub noted: bool,
}

impl Desk {
    /// Begins a hook.
    pub fn begin(&mut self) {
        self.noted = false;
        self.state.reset();
    }

    /// Looks among `blocks` for one that begins before `open` and isn't allowed.
    pub fn blocked(
        &mut self,
        rules: &Rules,
        f: &Finder,
        units: &[u8],
        open: usize,
        whose: &str,
    ) -> Result<(), Verdict> {
        self.passed.clear();
        for h in self.blocks.iter() {
            if rules.allows(&units[h.start..h.end]) {
                self.passed.push(h);
            } else if h.start < open {
                let r = &rules.list[usize::from(f.rules[h.pattern])];
                return Err(Verdict::block(r.status, &[whose, " is refused by rule \"", &r.name, "\""].concat()));
            }
        }
        Ok(())
    }

    /// Looks at all units of a text, and leaves in `hits` the matches that don't block.
    pub fn whole(&mut self, rules: &Rules, f: &Finders, units: &[u8], whose: &str) -> Result<(), Verdict> {
        if let Some(b) = &f.block {
            b.set.find(units, 0, &mut self.blocks).map_err(|_| too_many(rules, whose))?;
            self.blocked(rules, b, units, units.len(), whose)?;
        }
        match &f.pass {
            Some(p) => p.set.find(units, 0, &mut self.hits).map_err(|_| too_many(rules, whose)),
            None => {
                self.hits.clear();
                Ok(())
            }
        }
    }

    /// Leaves in `out` the text of the units from a place to another, with what `hits` masks replaced, and notes the rules
    /// that were met. Tells whether anything was replaced.
    pub fn replace(&mut self, rules: &Rules, f: &Finders, c: &Call, s: Sight<'_>, from: usize, to: usize) -> bool {
        self.out.clear();
        let (mut at, end) = (s.place(from), s.place(to));
        let (units, text) = (s.units(), s.text());
        let of = f.pass.as_ref().map_or(&[][..], |p| &p.rules);
        let mut changed = false;
        for h in self.hits.iter() {
            if h.start >= to {
                break;
            }
            if rules.allows(&units[h.start..h.end]) {
                continue;
            }
            let n = usize::from(of[h.pattern]);
            let r = &rules.list[n];
            if !self.noted {
                // What earlier hooks noted.
                self.noted = true;
                self.state.load(c);
            }
            self.state.note(n);
            if r.action != Action::Mask {
                continue;
            }
            changed = true;
            let (mut start, mut stop) = (s.place(h.start), s.place(h.end));
            let bare = matches!(s, Sight::Json(view) if !view.inside(h.start));
            if bare {
                // A number isn't one any more, and a part of one never was.
                (start, stop) = scalar(text, start, stop);
            }
            if start < at {
                at = at.max(stop); // the rest of a number that was masked already
                continue;
            }
            self.out.extend_from_slice(&text[at..start]);
            match s {
                Sight::Plain(_) => self.out.extend_from_slice(&r.replace),
                Sight::Json(_) if bare => {
                    self.out.push(b'"');
                    self.out.extend_from_slice(&r.quoted);
                    self.out.push(b'"');
                }
                Sight::Json(_) => self.out.extend_from_slice(&r.quoted),
            }
            at = stop;
        }
        if at < end {
            self.out.extend_from_slice(&text[at..end]);
        }
        changed
    }
}

/// Refuses a text with more matches than the host counts: nobody has looked at all of it.
pub fn too_many(rules: &Rules, whose: &str) -> Verdict {
    Verdict::block(rules.status, &[whose, " meets the rules too often"].concat())
}
