//! What the operator wants: rules, and the sets of their patterns.

use crate::patterns;
use crate::view::quoted;
use yett::abi::MAX_NAME;
use yett::config::Value;
use yett::scan::{BadPattern, Set};
use yett::Kind;

/// What is done with a match.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Mask,
    Block,
    Tag,
}

const ACTIONS: [(&str, Action); 3] = [("mask", Action::Mask), ("block", Action::Block), ("tag", Action::Tag)];

/// Where a text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Prompt,
    System,
    Answer,
    ToolCalls,
    ToolResults,
    Reasoning,
}

const PLACES: [&str; 6] = ["prompt", "system", "answer", "tool_calls", "tool_results", "reasoning"];

impl Place {
    /// Where a part's text belongs; `plain` is for those that only have a text.
    pub fn of(kind: Kind, plain: Place) -> Place {
        match kind {
            Kind::ToolCall => Place::ToolCalls,
            Kind::ToolResult => Place::ToolResults,
            Kind::Reasoning => Place::Reasoning,
            _ => plain,
        }
    }
}

/// What the operator wants with some patterns.
pub struct Rule {
    pub name: String,
    pub action: Action,
    pub status: u16,
    /// What stands in the place of a match.
    pub replace: Vec<u8>,
    /// `replace`, as it stands in a JSON string.
    pub quoted: Vec<u8>,
    at: [bool; PLACES.len()],
    /// Until the sets are made.
    patterns: Vec<String>,
}

/// A set, and the rules of its patterns.
pub struct Finder {
    pub set: Set,
    pub rules: Vec<u16>,
}

/// What is looked for in a place. Rules that block are a set of their own: no match of another rule hides theirs.
#[derive(Default)]
pub struct Finders {
    pub block: Option<Finder>,
    pub pass: Option<Finder>,
    /// All rules only tag.
    pub tags: bool,
}

impl Finders {
    pub fn any(&self) -> bool {
        self.block.is_some() || self.pass.is_some()
    }
}

/// The configuration.
pub struct Rules {
    pub list: Vec<Rule>,
    at: [Finders; PLACES.len()],
    /// Prompt and system text have the same rules, so that nobody needs to know which a message is.
    pub alike: bool,
    allow: Vec<String>,
    pub status: u16,
    pub hold: usize,
}

/// The most rules: each has a bit in the request's state.
pub const MAX_RULES: usize = 256;

impl Rules {
    /// Reads the rules and compiles them. plugin.json has the schema.
    pub fn new(c: &Value) -> Result<Rules, String> {
        let mut rules = Rules {
            list: Vec::new(),
            at: Default::default(),
            alike: true,
            allow: c.texts("allow").map(String::from).collect(),
            status: u16::try_from(c.int("status", 403)).unwrap_or(0),
            hold: usize::try_from(c.int("hold", 8 << 10)).unwrap_or(0),
        };
        let usual = action_named(c.text("action", "mask"))?;
        let list = c.list("rules");
        if list.is_empty() || list.len() > MAX_RULES {
            return Err("there must be 1 to 256 rules".into());
        }
        for one in list {
            let name = one.text("name", "");
            let r = Rule::new(one, name, usual, rules.status).map_err(|e| ["rule \"", name, "\": ", &e].concat())?;
            if rules.list.iter().any(|other| other.name == r.name) {
                return Err(["there are two rules named \"", name, "\""].concat());
            }
            rules.list.push(r);
        }
        if rules.allow.iter().any(|a| a.is_empty() || a == "*") {
            return Err("allow has an entry that allows everything".into());
        }
        for n in 0..PLACES.len() {
            rules.at[n] = rules.finders(n)?;
        }
        rules.alike = rules.list.iter().all(|r| r.at[Place::Prompt as usize] == r.at[Place::System as usize]);
        for r in &mut rules.list {
            r.patterns = Vec::new();
        }
        Ok(rules)
    }

    /// What is looked for in a place.
    pub fn at(&self, p: Place) -> &Finders {
        &self.at[p as usize]
    }

    /// Tells whether a match may pass.
    pub fn allows(&self, found: &[u8]) -> bool {
        self.allow.iter().map(String::as_bytes).any(|a| match a.strip_suffix(b"*") {
            Some(begin) => found.starts_with(begin),
            None => found == a,
        })
    }

    /// Makes the sets of a place. Places with the same rules share theirs: the host makes equal sets once.
    fn finders(&self, place: usize) -> Result<Finders, String> {
        Ok(Finders {
            block: self.finder(place, true)?,
            pass: self.finder(place, false)?,
            tags: self.list.iter().filter(|r| r.at[place]).all(|r| r.action == Action::Tag),
        })
    }

    fn finder(&self, place: usize, blocks: bool) -> Result<Option<Finder>, String> {
        let (mut patterns, mut rules) = (Vec::new(), Vec::new());
        for (n, r) in self.list.iter().enumerate() {
            if r.at[place] && (r.action == Action::Block) == blocks {
                patterns.extend(r.patterns.iter().map(String::as_str));
                rules.resize(patterns.len(), n as u16);
            }
        }
        if patterns.is_empty() {
            return Ok(None);
        }
        match Set::new(&patterns) {
            Ok(set) => Ok(Some(Finder { set, rules })),
            Err(e) => Err(self.blame(e, &patterns, &rules)),
        }
    }

    /// Tells which rule and pattern an error is about.
    fn blame(&self, e: BadPattern, patterns: &[&str], rules: &[u16]) -> String {
        let n = match e.pattern {
            Some(n) if n < patterns.len() => n,
            _ => return e.into(),
        };
        let (pattern, more) = cut(patterns[n], MAX_NAME);
        let rule = &self.list[usize::from(rules[n])].name;
        ["rule \"", rule, "\": pattern `", pattern, more, "`: ", &e.reason].concat()
    }
}

/// The first bytes of a text, and what stands for the rest.
fn cut(text: &str, most: usize) -> (&str, &str) {
    if text.len() <= most {
        return (text, "");
    }
    let mut n = most;
    while !text.is_char_boundary(n) {
        n -= 1;
    }
    (&text[..n], "…")
}

fn action_named(name: &str) -> Result<Action, String> {
    let known = ACTIONS.iter().find(|a| a.0 == name).map(|a| a.1);
    known.ok_or_else(|| ["action is \"", name, "\"; it may be mask, block or tag"].concat())
}

impl Rule {
    fn new(c: &Value, name: &str, usual: Action, status: u16) -> Result<Rule, String> {
        let is_name = |c: u8| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
        if name.is_empty() || !name.bytes().all(is_name) {
            return Err("a name is of a to z, 0 to 9, _ and -".into());
        }
        let action = match c.get("action").as_str() {
            Some(own) => action_named(own)?,
            None => usual,
        };
        let status = c.int("status", status.into());
        if !(400..=599).contains(&status) {
            return Err("status must be 400 to 599".into());
        }
        let named = ["[", name, "]"].concat();
        let replace = c.text("replace", &named);
        let mut at = [!c.has("where"); PLACES.len()];
        for name in c.texts("where") {
            match PLACES.iter().position(|p| *p == name) {
                Some(p) => at[p] = true,
                None => return Err(["there is no place ", name].concat()),
            }
        }
        let patterns = patterns::of_rule(c);
        if patterns.is_empty() {
            return Err("it has neither pattern, patterns nor words".into());
        }
        Ok(Rule {
            name: name.into(),
            action,
            status: status as u16,
            replace: replace.into(),
            quoted: quoted(replace),
            at,
            patterns,
        })
    }
}
