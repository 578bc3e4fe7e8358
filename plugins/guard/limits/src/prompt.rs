//! How much may be asked at once.

use crate::{bound, characters, refuse, second, Limits};
use yett::abi::Field;
use yett::config::Value;
use yett::{tokens, Kind, Message, Request, Verdict};

/// How much may be asked at once.
pub struct PromptRule {
    characters: Option<i64>,
    bytes: Option<i64>,
    tokens: Option<i64>,
    messages: Option<i64>,
    images: Option<i64>,
    tools: Option<i64>,
    /// Over: take turns out, else refuse.
    trim: bool,
    message: String,
}

/// What a message adds to the prompt.
pub struct Size {
    characters: i64,
    tokens: i64,
    system: bool,
    /// A user's own message, with which a turn begins.
    begins: bool,
    /// It is taken out.
    out: bool,
}

/// The size of a prompt. `tokens` is `None` if a text is too long to be counted.
#[derive(Clone, Copy)]
struct Total {
    characters: i64,
    tokens: Option<i64>,
    messages: i64,
}

/// What a prompt is over: what there is too much of, how much of it if that is known, the bound, and the refusal's status
/// and advice.
struct Over(&'static str, Option<i64>, i64, u16, &'static str);

impl PromptRule {
    pub fn new(c: &Value) -> Result<PromptRule, String> {
        Ok(PromptRule {
            trim: second(c, "block", "trim")?,
            characters: bound(c, "characters"),
            bytes: bound(c, "bytes"),
            tokens: bound(c, "tokens"),
            messages: bound(c, "messages"),
            images: bound(c, "images"),
            tools: bound(c, "tools"),
            message: c.text("message", "").into(),
        })
    }

    /// Tells whether there is a bound.
    pub fn set(&self) -> bool {
        let all = [self.characters, self.bytes, self.tokens, self.messages, self.images, self.tools];
        all.iter().any(Option::is_some)
    }

    fn refuse(&self, o: Over) -> Verdict {
        let Over(what, n, most, status, advice) = o;
        let has = n.map_or_else(|| "more".into(), |n| n.to_string());
        let own = ["the request has ", &has, " ", what, ", and ", &most.to_string(), " is the most; ", advice];
        refuse(status, &self.message, &own)
    }

    /// Finds the bound that a prompt is over.
    fn over(&self, t: &Total) -> Option<Over> {
        if let Some(most) = self.messages.filter(|most| t.messages > *most) {
            let advice = "begin a new conversation, or send the last part of this one";
            return Some(Over("messages", Some(t.messages), most, 400, advice));
        }
        if let Some(most) = self.characters.filter(|most| t.characters > *most) {
            return Some(Over("characters", Some(t.characters), most, 413, "shorten it"));
        }
        let most = self.tokens.filter(|most| t.tokens.map_or(true, |n| n > *most))?;
        Some(Over("tokens", t.tokens, most, 413, "shorten it"))
    }
}

impl Limits {
    /// Checks the sizes. Tells that messages were taken out.
    pub fn check_prompt(&mut self, r: &Request) -> Result<bool, Verdict> {
        let b = &self.prompt;
        let check = |most: Option<i64>, count: &dyn Fn() -> usize, what, status, advice| {
            let most = match most {
                Some(most) => most,
                None => return Ok(()),
            };
            match count() as i64 {
                n if n > most => Err(b.refuse(Over(what, Some(n), most, status, advice))),
                _ => Ok(()),
            }
        };
        check(b.bytes, &|| r.body_length(), "bytes", 413, "send less")?;
        check(b.tools, &|| r.num_tools(), "tools", 400, "declare fewer")?;
        check(b.images, &|| images(r), "images", 400, "send fewer")?;
        if b.messages.is_none() && b.characters.is_none() && b.tokens.is_none() {
            return Ok(false);
        }
        let total = self.measure(r);
        match self.prompt.over(&total) {
            None => Ok(false),
            Some(_) if self.prompt.trim && self.trim(r, total) => Ok(true),
            Some(over) => Err(self.prompt.refuse(over)),
        }
    }

    /// Reads no more than the bounds that are set ask for.
    fn measure(&mut self, r: &Request) -> Total {
        let mut t = Total { characters: 0, tokens: Some(0), messages: r.num_messages() as i64 };
        if self.prompt.tokens.is_some() {
            t.tokens = tokens::of_prompt().ok().map(|n| n as i64);
        }
        if self.prompt.characters.is_some() {
            t.characters = r.messages().map(|m| self.characters_of(m)).sum();
        }
        t
    }

    fn characters_of(&mut self, m: Message<'_>) -> i64 {
        let mut n = 0;
        for p in m.parts() {
            self.text.clear();
            p.append_text(&mut self.text);
            n += characters::count(&self.text) as i64;
        }
        n
    }

    /// Takes the oldest turns out until the rest fits, and tells whether it does: a turn is a user's message with all that
    /// follows up to the next one, so that no result stays without its call. The system prompt and the last turn stay.
    fn trim(&mut self, r: &Request, mut t: Total) -> bool {
        let mut tokens = match t.tokens {
            Some(n) => n,
            None => return false,
        };
        let mut sizes = core::mem::take(&mut self.sizes);
        sizes.clear();
        sizes.extend(r.messages().map(|m| self.size_of(m)));
        let mut at = 0;
        while self.prompt.over(&t).is_some() {
            let (from, to) = match oldest(&sizes, at) {
                Some(turn) => turn,
                None => return false,
            };
            for s in sizes[from..to].iter_mut().filter(|s| !s.system) {
                s.out = true;
                t.characters -= s.characters;
                tokens -= s.tokens;
                t.messages -= 1;
            }
            t.tokens = Some(tokens);
            at = to;
        }
        let mut out = sizes.iter().enumerate().filter(|s| s.1.out);
        let done = out.all(|(i, _)| r.message(i).remove().is_ok());
        self.sizes = sizes;
        done
    }

    /// Measures a message as far as bounds ask for it.
    fn size_of(&mut self, m: Message<'_>) -> Size {
        let system = m.has_role("system");
        let mut begins = m.has_role("user");
        let characters = if self.prompt.characters.is_some() { self.characters_of(m) } else { 0 };
        let mut tokens = 0;
        for p in m.parts() {
            begins = begins && p.kind() != Kind::ToolResult;
        }
        if self.prompt.tokens.is_some() {
            let i = m.index() as u32;
            tokens = MESSAGE_TOKENS + counted(Field::Role, i, 0);
            for j in 0..m.num_parts() as u32 {
                tokens += counted(Field::PartText, i, j) + counted(Field::PartName, i, j);
            }
        }
        Size { characters, tokens, system, begins, out: false }
    }
}

/// What `tokens::of_prompt` adds for a message.
const MESSAGE_TOKENS: i64 = 3;

/// A field's tokens, none if it is absent.
fn counted(f: Field, i: u32, j: u32) -> i64 {
    tokens::of_field(f, i, j).map_or(0, |n| n as i64)
}

fn images(r: &Request) -> usize {
    r.messages().flat_map(|m| m.parts()).filter(|p| p.kind() == Kind::Image).count()
}

/// The first turn from a message on that isn't the last: where it begins and ends.
fn oldest(sizes: &[Size], at: usize) -> Option<(usize, usize)> {
    let from = at + sizes[at..].iter().position(|s| !s.system)?;
    let to = from + 1 + sizes[from + 1..].iter().position(|s| !s.system && s.begins)?;
    Some((from, to))
}
