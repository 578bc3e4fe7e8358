//! How long each choice's text may be.

use crate::{bound, characters, refuse, second, Limits};
use yett::config::Value;
use yett::{tokens, Delta, Deltaer, Error, Kind, Responder, Response, StreamEnder, Verdict};

/// How long each choice's text may be. Reasoning and the arguments of tool calls aren't text.
pub struct AnswerRule {
    characters: Option<i64>,
    tokens: Option<i64>,
    /// Over: refuse, else end the text there.
    block: bool,
    message: String,
}

/// What a choice has had so far.
#[derive(Clone, Copy, Default, PartialEq)]
struct Used {
    characters: u32,
    tokens: u32,
}

/// More than any bound: the choice's text was cut.
const FULL: u32 = u32::MAX;

impl AnswerRule {
    pub fn new(c: &Value) -> Result<AnswerRule, String> {
        let block = second(c, "truncate", "block")?;
        let message = c.text("message", "").into();
        Ok(AnswerRule { characters: bound(c, "characters"), tokens: bound(c, "tokens"), block, message })
    }

    /// Tells whether there is a bound.
    pub fn set(&self) -> bool {
        self.characters.is_some() || self.tokens.is_some()
    }

    /// Returns how many bytes of a text fit after what was used, and counts them.
    fn fit(&self, u: &mut Used, text: &[u8]) -> usize {
        let mut n = text.len();
        if let Some(most) = self.characters {
            n = characters::first(text, left(most, u.characters));
        }
        if let Some(most) = self.tokens {
            let (bytes, count) = within(&text[..n], left(most, u.tokens));
            n = bytes;
            u.tokens = u.tokens.wrapping_add(count as u32);
        }
        if self.characters.is_some() {
            u.characters = u.characters.wrapping_add(characters::count(&text[..n]) as u32);
        }
        n
    }

    fn too_long(&self) -> Verdict {
        let of = |n: Option<i64>, what: &str| n.map(|n| [&n.to_string(), what].concat());
        let parts: Vec<String> =
            [of(self.characters, " characters"), of(self.tokens, " tokens")].into_iter().flatten().collect();
        let own = ["the answer is longer than ", &parts.join(" or "), "; ask for a shorter one"];
        refuse(403, &self.message, &own)
    }
}

fn left(most: i64, used: u32) -> usize {
    let n = (most - i64::from(used)).max(0);
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// The length of the longest beginning of a text that has at most so many tokens, in bytes, or nearly that, and how many it
/// has. It ends where a character does.
fn within(text: &[u8], most: usize) -> (usize, usize) {
    let count = |n: usize| tokens::count_bytes(&text[..n]).ok();
    let fits = |n: usize| count(n).filter(|count| *count <= most);
    if let Some(all) = fits(text.len()) {
        return (text.len(), all);
    }
    let (mut n, mut end) = (0, text.len());
    while n < end {
        let middle = (n + end) / 2;
        if fits(middle + 1).is_some() {
            n = middle + 1;
        } else {
            end = middle;
        }
    }
    while n > 0 && text[n] & 0xc0 == 0x80 {
        n -= 1;
    }
    (n, if n > 0 { count(n).unwrap_or(0) } else { 0 })
}

impl Responder for Limits {
    /// Checks a whole answer.
    fn on_response(&mut self, r: &Response) -> Verdict {
        let Limits { answer: rule, text, .. } = self;
        if !rule.set() {
            return Verdict::CONTINUE;
        }
        let mut cut = false;
        for c in r.choices() {
            let mut u = Used::default();
            for p in c.parts().filter(|p| p.kind() == Kind::Text) {
                text.clear();
                p.append_text(text);
                let n = rule.fit(&mut u, text);
                if n == text.len() {
                    continue;
                }
                if rule.block || p.set_bytes(&text[..n]).is_err() {
                    return rule.too_long();
                }
                cut = true;
            }
        }
        if cut {
            Verdict::tag("limits", "truncated")
        } else {
            Verdict::CONTINUE
        }
    }
}

impl Deltaer for Limits {
    /// Checks a piece of a streamed answer. What is over is dropped, and all that follows of that choice's text.
    fn on_delta(&mut self, d: &Delta) -> Verdict {
        if !self.answer.set() || d.kind() != Kind::Text {
            return Verdict::CONTINUE;
        }
        let text = d.window();
        let mut u = self.load(d);
        let n = self.answer.fit(&mut u, text);
        let over = n < text.len();
        if over {
            // Full: of what follows nothing fits, however short it is.
            u = Used { characters: FULL, tokens: FULL };
        }
        if self.store(d, u).is_err() {
            return Verdict::block(500, "the length of the answer can't be kept");
        }
        match n {
            _ if !over => Verdict::CONTINUE,
            _ if self.answer.block => self.answer.too_long(),
            0 => Verdict::drop_window(),
            _ => Verdict::replace(&text[..n], 0),
        }
    }
}

impl StreamEnder for Limits {
    /// Notes that a streamed answer was cut, which `on_delta` can't: it has a piece to decide on.
    fn on_stream_end(&mut self, r: &Response) -> Verdict {
        if !self.answer.set() {
            return Verdict::CONTINUE;
        }
        self.state.clear();
        r.append_state(&mut self.state);
        if self.state.chunks_exact(USED).any(|b| Used::read(b).characters == FULL) {
            return Verdict::tag("limits", "truncated");
        }
        Verdict::CONTINUE
    }
}

/// The state of a stream is 8 bytes for each choice: characters and tokens, little-endian.
const USED: usize = 8;

impl Used {
    fn read(b: &[u8]) -> Used {
        Used {
            characters: u32::from_le_bytes([b[0], b[1], b[2], b[3]]),
            tokens: u32::from_le_bytes([b[4], b[5], b[6], b[7]]),
        }
    }
}

impl Limits {
    fn load(&mut self, d: &Delta) -> Used {
        self.state.clear();
        d.append_state(&mut self.state);
        let at = d.choice() * USED;
        self.state.get(at..at + USED).map(Used::read).unwrap_or_default()
    }

    fn store(&mut self, d: &Delta, u: Used) -> Result<(), Error> {
        let at = d.choice() * USED;
        if self.state.len() < at + USED {
            self.state.resize(at + USED, 0);
        }
        self.state[at..at + 4].copy_from_slice(&u.characters.to_le_bytes());
        self.state[at + 4..at + USED].copy_from_slice(&u.tokens.to_le_bytes());
        d.set_state(&self.state)
    }
}
