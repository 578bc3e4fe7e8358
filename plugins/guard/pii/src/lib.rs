//! The bundled plugin guard/pii: it finds personal data in prompts, tool calls, tool results and answers, and masks,
//! hashes or blocks it. It can put originals back into the answer.
//!
//! A text is passed over for bytes that could be of a match (`pass`). If there are any, it is read as units (`view`), and
//! the matchers look at each (`scan`, and a file for each kind of data).

mod card;
mod class;
mod config;
mod email;
mod entity;
mod fold;
mod hash;
mod iban;
mod ipv6;
mod number;
mod pass;
mod phone;
mod replace;
mod row;
mod said;
mod scan;
mod state;
mod text;
mod vault;
mod view;

use config::{Action, Config};
use entity::{Entity, Match, What};
use replace::Replace;
use row::Row;
use scan::{Scan, Search};
use state::{Quoting, State};
use text::Text;
use vault::Vault;
use view::View;
use yett::config::Value;
use yett::{Delta, Deltaer, Error, Hook, HookSet, Kind, Plugin, Request, Requester, Responder, Response, Verdict};

/// The plugin. Its buffers are used again, so that a hook that finds nothing doesn't allocate.
struct Guard {
    config: Config,
    /// What is looked for in requests, and in answers.
    asked: Search,
    answered: Search,
    vault: Vault,
    state: State,
    text: Vec<u8>,
    view: View,
    row: Row,
    found: Vec<Match>,
    out: Vec<u8>,
}

yett::plugin!(Guard: Requester, Responder, Deltaer);

impl Plugin for Guard {
    fn new(value: &Value) -> Result<Self, String> {
        let config = Config::read(value)?;
        let (kinds, restore) = (config.kinds, config.restore);
        Ok(Guard {
            asked: Search::new(kinds, false),
            answered: Search::new(if config.answers { kinds } else { Default::default() }, restore),
            config,
            vault: Vault::default(),
            state: State::default(),
            text: Vec::new(),
            view: View::default(),
            row: Row::new(),
            found: Vec::new(),
            out: Vec::new(),
        })
    }

    fn spare(&self) -> HookSet {
        let c = &self.config;
        let answers = c.answers || c.restore && c.requests;
        HookSet::NONE
            .with_if(!c.requests, Hook::OnRequest)
            .with_if(!answers, Hook::OnResponse)
            .with_if(!answers, Hook::OnDelta)
    }
}

/// Why a hook ends early.
enum Stop {
    /// Personal data was found where none may be.
    Found(Entity),
    /// The host doesn't take a change.
    Stuck,
}

impl From<Error> for Stop {
    fn from(_: Error) -> Stop {
        Stop::Stuck
    }
}

impl Requester for Guard {
    /// Looks at every text of the prompt: messages, tool calls and results, descriptions of tools.
    fn on_request(&mut self, r: &Request) -> Verdict {
        self.vault.reset();
        if !self.config.requests {
            return Verdict::CONTINUE;
        }
        if let Err(stop) = self.request(r) {
            return self.refuse(&stop, "the request");
        }
        if self.config.restore && !self.vault.is_empty() {
            self.state.reset();
            if self.state.save(r, &self.vault).is_err() {
                return Verdict::block(500, "the originals can't be kept for the answer");
            }
        }
        Verdict::CONTINUE
    }
}

impl Responder for Guard {
    /// Looks at every text of a whole answer.
    fn on_response(&mut self, r: &Response) -> Verdict {
        if !self.ready(r) {
            return Verdict::CONTINUE;
        }
        match self.response(r) {
            Ok(()) => Verdict::CONTINUE,
            Err(stop) => self.refuse(&stop, "the answer"),
        }
    }
}

impl Deltaer for Guard {
    /// Looks at a window of a streamed answer, releases what is decided, and holds the rest.
    fn on_delta(&mut self, d: &Delta) -> Verdict {
        if !self.ready(d) {
            return Verdict::CONTINUE;
        }
        let window = d.window();
        if d.kind() != Kind::ToolCall && self.answered.triggers.clean(window, false) == window.len() {
            match self.flow(window) {
                Some(0) => return Verdict::CONTINUE,
                Some(hold) => return if d.is_final() { Verdict::CONTINUE } else { Verdict::hold(hold) },
                None => {}
            }
        }
        self.delta(d)
    }
}

impl Guard {
    fn request(&mut self, r: &Request) -> Result<(), Stop> {
        for part in r.messages().flat_map(|m| m.parts()) {
            self.text.clear();
            if part.append_text(&mut self.text) && self.whole(true, || part.kind() == Kind::ToolCall)? {
                part.set_bytes(&self.out)?;
            }
        }
        for tool in r.tools() {
            self.text.clear();
            if tool.append_description(&mut self.text) && self.whole(true, || false)? {
                match std::str::from_utf8(&self.out) {
                    Ok(text) => tool.set_description(text)?,
                    Err(_) => return Err(Stop::Stuck),
                }
            }
        }
        Ok(())
    }

    fn response(&mut self, r: &Response) -> Result<(), Stop> {
        for part in r.choices().flat_map(|c| c.parts()) {
            self.text.clear();
            if part.append_text(&mut self.text) && self.whole(false, || part.kind() == Kind::ToolCall)? {
                part.set_bytes(&self.out)?;
            }
        }
        Ok(())
    }

    /// Prepares for an answer. It tells whether there is anything to look for.
    fn ready(&mut self, c: &yett::Call) -> bool {
        if self.config.restore {
            self.vault.reset();
            self.state.load(c, Some(&mut self.vault));
        }
        self.config.answers || !self.vault.is_empty()
    }

    /// Looks at all of the text, of a request or an answer, and leaves what it becomes in `out`. It tells whether that
    /// is something else. `json` is asked whether the text is JSON.
    fn whole(&mut self, request: bool, json: impl Fn() -> bool) -> Result<bool, Stop> {
        let search = if request { &self.asked } else { &self.answered };
        let mut start = search.triggers.clean(&self.text, true);
        if start == self.text.len() {
            return Ok(false);
        }
        let json = json();
        if !json && self.text[start] == b'\\' {
            start = search.triggers.clean(&self.text, false);
            if start == self.text.len() {
                return Ok(false);
            }
        }
        self.view.read(&self.text, json);
        let u = self.view.units(&self.text);
        let start = if self.view.is_text() { start } else { 0 };
        self.found.clear();
        Scan::new(u, true, search, &self.vault, &mut self.row).run(0, start, &mut self.found);
        if let Some(e) = self.offending() {
            return Err(Stop::Found(e));
        }
        if self.found.is_empty() {
            return Ok(false);
        }
        let mut quotes = Quoting::default();
        let end = self.text.len();
        self.replace(0, end, if json { Some(&mut quotes) } else { None }, request && self.config.restore);
        Ok(true)
    }

    /// The first match that isn't a placeholder, if those are refused.
    fn offending(&self) -> Option<Entity> {
        if self.config.action != Action::Block {
            return None;
        }
        self.found.iter().find_map(|m| match m.what {
            What::Data(e) => Some(e),
            What::Placeholder(_) => None,
        })
    }

    fn refuse(&self, stop: &Stop, place: &str) -> Verdict {
        let reason = match stop {
            Stop::Found(e) => [place, " holds personal data (", e.name(), ")"].concat(),
            Stop::Stuck => [place, " holds personal data that can't be removed from it"].concat(),
        };
        Verdict::block(self.config.status, &reason)
    }

    /// Writes bytes `from` to `to` of the text to `out`, with what was found in them replaced.
    fn replace(&mut self, from: usize, to: usize, quotes: Option<&mut Quoting>, number: bool) {
        let mut r = Replace {
            config: &self.config,
            text: &self.text,
            view: &self.view,
            vault: &mut self.vault,
            out: &mut self.out,
            number,
        };
        r.run(&self.found, from, to, quotes);
    }

    /// Looks at the last word of a window without a trigger: it may still be the begin of a match. It returns how many
    /// bytes are held if the window isn't the last, `None` if that depends on the text before.
    fn flow(&mut self, window: &[u8]) -> Option<usize> {
        let begin = last_word(window);
        if begin == 0 || !ends(window[begin - 1]) {
            return self.flow_of_units(window);
        }
        match window.len() - begin {
            0 => Some(0),
            n if n <= email::MAX_LOCAL && self.answered.kinds.has(Entity::Email) => Some(n),
            _ => self.flow_of_units(window),
        }
    }

    /// Is `flow` for what isn't a short word of ASCII, where those are held.
    #[inline(never)]
    fn flow_of_units(&mut self, window: &[u8]) -> Option<usize> {
        let text = &window[window.iter().rposition(|c| ends(*c))?..];
        self.view.read(text, false);
        let u = self.view.units(text);
        let undecided = Text { u, last: false, on: self.answered.kinds }.undecided(0);
        if undecided == u.len() && !self.view.open {
            return Some(0);
        }
        Some(text.len() - self.view.place(undecided))
    }

    /// Is on_delta for a window that isn't passed over.
    #[inline(never)]
    fn delta(&mut self, d: &Delta) -> Verdict {
        let last = d.is_final();
        let (offset, undecided) = self.window(d, last);
        if let Some(e) = self.offending() {
            return self.refuse(&Stop::Found(e), "the answer");
        }
        let mut cut = self.text.len();
        if undecided < self.view.units(&self.text).len() || self.view.open && !last {
            cut = offset.max(self.view.place(undecided));
        }
        let hold = self.text.len() - cut;
        if d.kind() == Kind::ToolCall {
            if self.arguments(d, offset, cut).is_err() {
                return Verdict::block(500, "the state of a tool call can't be kept");
            }
        } else if !self.found.is_empty() {
            self.replace(offset, cut, None, false);
        }
        if self.found.is_empty() {
            return Verdict::hold(hold);
        }
        Verdict::replace(&self.out, hold)
    }

    /// Reads a window of a stream and the text before it into `text`, and looks for matches. It returns where the window
    /// begins, and the unit from which on nothing is decided.
    fn window(&mut self, d: &Delta, last: bool) -> (usize, usize) {
        self.text.clear();
        d.append_before(&mut self.text);
        let offset = self.text.len();
        self.text.extend_from_slice(d.window());
        self.view.read(&self.text, d.kind() == Kind::ToolCall);
        let from = self.view.unit_at(offset);
        let u = self.view.units(&self.text);
        self.found.clear();
        let undecided = Scan::new(u, last, &self.answered, &self.vault, &mut self.row).run(from, from, &mut self.found);
        (offset, undecided)
    }

    /// Replaces what was found in a tool call's arguments, which stay JSON: whether they stand inside of a string is kept
    /// for what follows.
    fn arguments(&mut self, d: &Delta, from: usize, to: usize) -> Result<(), Error> {
        if !self.config.restore {
            self.state.load(d, None);
        }
        let mut quotes = self.state.quotes(d.channel());
        self.replace(from, to, Some(&mut quotes), false);
        self.state.set_quotes(d.channel(), quotes);
        self.state.save(d, &self.vault)
    }
}

/// Tells whether what can be of an address begins behind a byte, and no number goes on.
#[inline(always)]
fn ends(c: u8) -> bool {
    c < 0x80 && c != b',' && !class::is(c, class::LOCAL)
}

/// Where the ASCII characters begin that reach to the end of a text and can be of an address. The loop has a function of its
/// own because each turn is charged for what comes after it too.
#[inline(never)]
fn last_word(text: &[u8]) -> usize {
    let mut n = text.len();
    while n > 0 && text[n - 1] < 0x80 && class::is(text[n - 1], class::LOCAL) {
        n -= 1;
    }
    n
}

#[cfg(test)]
mod tests;
