//! Schemas, ready to be checked.

use crate::bytes::{same, sort_by_name};
use crate::json::{Doc, Kind};
use crate::number::{Bound, Divisor};
use crate::pattern::Pattern;

/// A place in a schema's rules.
pub(crate) type Id = u32;

/// A set of JSON types: bit k is kind k. Numbers have two: any number, and whole ones only.
pub(crate) type Types = u8;

pub(crate) const fn only(k: Kind) -> Types {
    1 << k as u8
}

pub(crate) const BOOLEANS: Types = only(Kind::True) | only(Kind::False);
pub(crate) const INTEGER: Types = 1 << 7;

/// One schema. The default fits everything.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    /// The schema false. There are no types then.
    pub(crate) never: bool,
    /// There is something of `never`, `choices`, `fixed` and `refers`.
    pub(crate) rare: bool,
    /// 0: any.
    pub(crate) types: Types,
    pub(crate) choices: Vec<u32>,
    pub(crate) fixed: Option<u32>,
    pub(crate) refers: Option<Id>,
    pub(crate) numbers: Option<Box<NumberRules>>,
    pub(crate) texts: Option<Box<TextRules>>,
    pub(crate) lists: Option<Box<ListRules>>,
    pub(crate) objects: Option<Box<ObjectRules>>,
    /// `None`: it isn't made of other schemas.
    pub(crate) made: Option<Box<Combined>>,
}

impl Rules {
    /// Does what needs all members of a schema at once.
    pub(crate) fn finish(&mut self) {
        if self.never {
            self.types = 0;
        }
        self.rare = self.never || !self.choices.is_empty() || self.fixed.is_some() || self.refers.is_some();
        if let Some(o) = &mut self.objects {
            o.finish();
        }
    }
}

/// What is made of other schemas for the same value.
#[derive(Debug, Default)]
pub(crate) struct Combined {
    pub(crate) all: Vec<Id>,
    pub(crate) any: Vec<Id>,
    pub(crate) one: Vec<Id>,
    pub(crate) not: Option<Id>,
    pub(crate) when: Option<Id>,
    pub(crate) then: Option<Id>,
    pub(crate) other: Option<Id>,
}

#[derive(Debug, Default)]
pub(crate) struct NumberRules {
    pub(crate) least: Option<Bound>,
    pub(crate) most: Option<Bound>,
    pub(crate) above: Option<Bound>,
    pub(crate) below: Option<Bound>,
    pub(crate) multiple: Option<Divisor>,
}

/// What counts here counts code points. A most of `None` is no bound, here and below.
#[derive(Debug, Default)]
pub(crate) struct TextRules {
    pub(crate) least: usize,
    pub(crate) most: Option<usize>,
    pub(crate) pattern: Option<Pattern>,
}

#[derive(Debug)]
pub(crate) struct ListRules {
    pub(crate) prefix: Vec<Id>,
    /// Of the elements after prefix; `None`: any.
    pub(crate) rest: Option<Id>,
    pub(crate) least: usize,
    pub(crate) most: Option<usize>,
    pub(crate) unique: bool,
    pub(crate) contains: Option<Id>,
    /// How many elements contains must fit.
    pub(crate) few: usize,
    pub(crate) many: Option<usize>,
}

impl Default for ListRules {
    fn default() -> Self {
        ListRules {
            prefix: Vec::new(),
            rest: None,
            least: 0,
            most: None,
            unique: false,
            contains: None,
            few: 1,
            many: None,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct ObjectRules {
    /// Neither patterns nor names.
    pub(crate) simple: bool,
    pub(crate) members: Vec<Member>,
    /// The members in the order of their names, if there are many.
    pub(crate) index: Vec<u32>,
    pub(crate) required: usize,
    /// Of the members that nothing else says anything of; `None`: any.
    pub(crate) rest: Option<Id>,
    pub(crate) patterns: Vec<PatternRules>,
    pub(crate) names: Option<Id>,
    pub(crate) least: usize,
    pub(crate) most: Option<usize>,
    pub(crate) follows: Vec<Follow>,
}

/// What is said of a member.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: Box<[u8]>,
    pub(crate) rules: Option<Id>,
    pub(crate) required: bool,
}

#[derive(Debug)]
pub(crate) struct PatternRules {
    /// `None`: it was left out.
    pub(crate) pattern: Option<Pattern>,
    pub(crate) rules: Id,
}

/// What an object must be if it has a member.
#[derive(Debug)]
pub(crate) struct Follow {
    pub(crate) name: Box<[u8]>,
    pub(crate) names: Vec<Box<[u8]>>,
    pub(crate) rules: Option<Id>,
}

/// From how many members on an index is worth it.
const INDEXED: usize = 8;

impl ObjectRules {
    /// The place of a member, `None` if nothing is said of it. The guess is looked at first: models write members in the
    /// schema's order.
    #[inline(always)]
    pub(crate) fn find(&self, name: &[u8], guess: usize) -> Option<usize> {
        match self.members.get(guess) {
            Some(m) if same(&m.name, name) => Some(guess),
            _ => self.search(name),
        }
    }

    fn search(&self, name: &[u8]) -> Option<usize> {
        if self.index.is_empty() {
            return self.members.iter().position(|m| same(&m.name, name));
        }
        let by = |n: &u32| (*self.members[*n as usize].name).cmp(name);
        self.index.binary_search_by(by).ok().map(|n| self.index[n] as usize)
    }

    /// Makes one member of those of the same name, and the index.
    pub(crate) fn finish(&mut self) {
        self.simple = self.names.is_none() && self.patterns.is_empty();
        let mut order: Vec<u32> = (0..self.members.len() as u32).collect();
        sort_by_name(&mut order, &|n| &self.members[n as usize].name);
        let mut twice = false;
        for n in 1..order.len() {
            let (first, second) = (order[n - 1] as usize, order[n] as usize);
            if self.members[first].name == self.members[second].name {
                let (rules, required) = (self.members[second].rules, self.members[second].required);
                self.members[first].rules = rules.or(self.members[first].rules);
                self.members[first].required |= required;
                self.members[second].name = Box::default();
                self.members[second].rules = Some(GONE);
                order[n] = order[n - 1];
                twice = true;
            }
        }
        if twice {
            self.members.retain(|m| m.rules != Some(GONE));
            return self.finish();
        }
        self.required = self.members.iter().filter(|m| m.required).count();
        if order.len() >= INDEXED {
            self.index = order;
        }
    }
}

/// The rules of a member that was joined to another.
const GONE: Id = Id::MAX;

/// A JSON Schema that was read.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) doc: Doc,
    pub(crate) rules: Vec<Rules>,
    pub(crate) root: Id,
    pub(crate) size: i64,
}
