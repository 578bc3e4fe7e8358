//! guard/secrets finds keys, tokens, passwords and private keys in requests and answers, and masks, hashes or blocks
//! them. README.md tells what it finds, and how well.

mod answer;
mod assign;
mod class;
mod encoded;
mod entity;
mod find;
mod hash;
mod heads;
mod lanes;
mod names;
mod pem;
mod prefixes;
mod reach;
mod rules;
mod scan;
mod sieve;
mod texts;
mod tokens;
mod url;
mod view;

use entity::{Entity, Wanted};
use find::Finder;
use scan::Scanner;
use texts::{Place, Spot, Texts};
use view::View;
use yett::config::Value;
use yett::{Error, Hook, HookSet, Kind, Plugin, Request, Requester, Verdict};

/// What is done with a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Mask,
    Hash,
    Block,
}

/// The plugin. Its buffers are used again from call to call.
struct Secrets {
    masker: Masker,
    requests: bool,
    answers: bool,
    status: u16,
    finder: Finder,
    texts: Texts,
    text: Vec<u8>,
    out: Vec<u8>,
    state: Vec<u8>,
}

/// Writes what stands for secrets.
struct Masker {
    action: Action,
    salt: String,
}

yett::plugin!(Secrets: Requester, Deltaer);

impl Plugin for Secrets {
    fn new(c: &Value) -> Result<Self, String> {
        let action = match c.text("action", "mask") {
            "mask" => Action::Mask,
            "hash" => Action::Hash,
            "block" => Action::Block,
            _ => return Err(r#"action is "mask", "hash" or "block""#.into()),
        };
        let (requests, answers) = match c.text("direction", "both") {
            "request" => (true, false),
            "answer" => (false, true),
            "both" => (true, true),
            _ => return Err(r#"direction is "request", "answer" or "both""#.into()),
        };
        let scanner = Scanner::new(wanted(c)?);
        let allow: Vec<Box<[u8]>> = c.texts("allow").map(|a| a.as_bytes().into()).collect();
        if allow.iter().any(|a| a.is_empty() || **a == *b"*") {
            return Err("allow has an entry that allows everything".into());
        }
        Ok(Secrets {
            masker: Masker { action, salt: c.text("salt", "").into() },
            requests,
            answers,
            status: u16::try_from(c.int("status", 403)).map_err(|_| "status is no HTTP status")?,
            finder: Finder { scanner, view: View::default(), allow },
            texts: Texts::default(),
            text: Vec::new(),
            out: Vec::new(),
            state: Vec::new(),
        })
    }

    fn spare(&self) -> HookSet {
        HookSet::NONE.with_if(!self.requests, Hook::OnRequest).with_if(!self.answers, Hook::OnDelta)
    }
}

/// The entities of the configuration.
fn wanted(c: &Value) -> Result<Wanted, String> {
    if c.list("entities").is_empty() {
        return Ok(Wanted::ALL);
    }
    c.texts("entities").try_fold(Wanted::NONE, |w, name| {
        w.with(name).ok_or_else(|| ["entities has ", name, ", which isn't one"].concat())
    })
}

impl Requester for Secrets {
    /// Looks at all texts of the request: prompts, tool results, the arguments of tool calls, tools' descriptions.
    fn on_request(&mut self, r: &Request) -> Verdict {
        if !self.requests {
            return Verdict::CONTINUE;
        }
        self.texts.reset();
        for m in r.messages() {
            for (j, part) in m.parts().enumerate() {
                let kind = part.kind();
                if kind != Kind::Image && kind != Kind::File {
                    self.texts.add(Place::Part(m.index(), j), kind == Kind::ToolCall, |b| part.append_text(b));
                }
            }
        }
        for (i, tool) in r.tools().enumerate() {
            self.texts.add(Place::Tool(i), false, |b| tool.append_description(b));
        }
        self.clean(r)
    }
}

impl Secrets {
    /// Finds and replaces the secrets of the request's texts.
    fn clean(&mut self, r: &Request) -> Verdict {
        let f = &mut self.finder;
        for (piece, text) in self.texts.each() {
            f.find(text, 0, piece.json, true);
            let spot = |m: &scan::Match| Spot { from: f.view.place(m.from), to: f.view.place(m.to), entity: m.entity };
            piece.spots.extend(f.scanner.found.iter().map(spot));
        }
        self.texts.joints(f);
        let mut first = None;
        for (piece, text) in self.texts.each() {
            let found = match piece.spots.first() {
                Some(s) => s.entity,
                None => continue,
            };
            let first = *first.get_or_insert(found);
            if self.masker.action == Action::Block {
                continue;
            }
            self.masker.replace(&mut self.out, text, &piece.spots);
            if set(r, piece.place, &self.out).is_err() {
                let reason = ["the request holds a secret, ", first.name(), ", which can't be masked here"];
                return Verdict::block(self.status, &reason.concat());
            }
        }
        match first {
            None => Verdict::CONTINUE,
            Some(e) if self.masker.action == Action::Block => {
                Verdict::block(self.status, &["the request holds a secret: ", e.name()].concat())
            }
            Some(_) => Verdict::tag("secrets", "masked"),
        }
    }
}

/// Replaces a text of the request.
fn set(r: &Request, place: Place, text: &[u8]) -> Result<(), Error> {
    match place {
        Place::Part(i, j) => r.message(i).part(j).set_bytes(text),
        Place::Tool(i) => {
            let text = core::str::from_utf8(text).map_err(|_| Error::Invalid)?;
            r.tool(i).set_description(text)
        }
    }
}

impl Masker {
    /// Makes a text with its secrets replaced.
    fn replace(&self, dst: &mut Vec<u8>, text: &[u8], spots: &[Spot]) {
        dst.clear();
        let mut at = 0;
        for s in spots {
            dst.extend_from_slice(&text[at..s.from]);
            self.mask(dst, s.entity, &text[s.from..s.to]);
            at = s.to;
        }
        dst.extend_from_slice(&text[at..]);
    }

    /// Appends what stands for a secret. It is safe within a JSON string.
    fn mask(&self, dst: &mut Vec<u8>, e: Entity, secret: &[u8]) {
        dst.push(b'[');
        dst.extend_from_slice(e.name().as_bytes());
        if self.action == Action::Hash {
            dst.push(b':');
            hash::fingerprint(dst, self.salt.as_bytes(), secret);
        }
        dst.push(b']');
    }
}

#[cfg(test)]
pub(crate) mod tests;
