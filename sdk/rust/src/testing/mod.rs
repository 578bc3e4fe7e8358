//! Runs a plugin natively, so that `cargo test` needs no WebAssembly:
//!
//! ```ignore
//! #[test]
//! fn shouts() {
//!     let mut h = Host::<Shout>::new(r#"{"loud": true}"#);
//!     let mut c = Conversation::new(vec![Message::user("hello")]);
//!     let got = h.request(&mut c);
//!     // got.action, got.reason, c.messages[0].text(), …
//! }
//! ```
//!
//! It stands in for the host as ABI.md says, bounds and read-only fields included, and holds the plugin to its
//! `plugin.json`: hooks, capabilities, and how much of a stream it holds. It is not the host: fuel, memory, dialects
//! and the bounds of the log aren't there, so a run of the gateway comes after it.

mod bench;
mod conversation;
mod edits;
mod manifest;
mod outside;
mod pattern;
pub(crate) mod run;

pub use crate::abi::Action;
use crate::abi::{Failure, Hook, Kind, LOOK_BEHIND, MAX_HOLD};
use crate::rt::{self, Hooks};
use crate::{Error, Verdict};
#[doc(hidden)]
pub use bench::bench;
pub use conversation::{Candidate, Conversation, Message, Part, Tool, Usage};
use manifest::Manifest;
pub use outside::{HttpAnswer, HttpCall, Question};
use run::{Run, World};

/// Calls one plugin.
pub struct Host<P> {
    plugin: P,
    world: World,
}

/// What a hook decided.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// What it does. [`Action::Edited`] is `Verdict::CONTINUE` after edits.
    pub action: Action,
    /// Of block and respond; 0 if the plugin left it open.
    pub status: u16,
    /// Of block.
    pub reason: String,
    /// Of respond.
    pub body: String,
    /// Of reroute in a request.
    pub model: String,
    /// Of reroute among candidates.
    pub choice: usize,
    /// Of tag: "name=value".
    pub tag: String,
    /// Of retry: with the same target.
    pub same: bool,
    hold: usize,
    delta: Option<Vec<u8>>,
}

impl Outcome {
    /// Tells whether the request or the answer was refused.
    #[must_use]
    pub fn is_block(&self) -> bool {
        self.action == Action::Block
    }
}

impl<P: Hooks> Host<P> {
    /// Makes a plugin with a configuration, "" for {}.
    ///
    /// # Panics
    ///
    /// If the plugin refuses the configuration, or the manifest isn't valid.
    #[must_use]
    pub fn new(config: &str) -> Self {
        match Self::try_new(config) {
            Ok(h) => h,
            Err(reason) => panic!("the plugin refuses its configuration: {reason}"),
        }
    }

    /// Is `new` for configurations that should be refused.
    ///
    /// # Errors
    ///
    /// What the plugin says.
    ///
    /// # Panics
    ///
    /// If the manifest isn't valid.
    pub fn try_new(config: &str) -> Result<Self, String> {
        let config = if config.is_empty() { "{}" } else { config };
        let manifest = Manifest::read(P::MANIFEST, P::SET).unwrap_or_else(|e| panic!("plugin.json: {e}"));
        let r = Run::new(World::new(config.into(), manifest), None, Hook::OnInit);
        let (made, r) = r.during(|| rt::start::<P>());
        Ok(Host { plugin: made?, world: r.world })
    }

    /// The plugin.
    pub fn plugin(&mut self) -> &mut P {
        &mut self.plugin
    }

    /// Chooses whose values `kv` sees. At first "".
    pub fn set_tenant(&mut self, tenant: &str) {
        self.world.tenant = tenant.into();
    }

    /// Sets the clock that `clock` tells and values of `kv` expire by, in milliseconds since 1970. At first
    /// 2024-01-01 UTC.
    pub fn set_now(&mut self, unix_millis: u64) {
        self.world.now = i64::try_from(unix_millis).expect("a time that fits 63 bits");
    }

    /// Answers the calls of `http` from now on.
    ///
    /// ```ignore
    /// h.on_http(|call| {
    ///     assert_eq!(call.url, "https://dlp.internal/v1/check");
    ///     Ok(HttpAnswer::new(200, r#"{"ok": true}"#))
    /// });
    /// ```
    pub fn on_http(&mut self, answer: impl FnMut(&HttpCall) -> Result<HttpAnswer, Error> + 'static) {
        self.world.outside.http = Some(Box::new(answer));
    }

    /// Answers the questions of `llm` from now on.
    pub fn on_llm(&mut self, answer: impl FnMut(&Question) -> Result<String, Error> + 'static) {
        self.world.outside.llm = Some(Box::new(answer));
    }

    /// Counts for `tokens` from now on. At first four bytes are a token.
    pub fn on_tokens(&mut self, count: impl FnMut(&str) -> usize + 'static) {
        self.world.outside.count = Some(Box::new(count));
    }

    /// What was logged, each "level: text".
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.world.lines
    }

    /// A metric's value, or the sum of what was observed; `None` if the plugin has no such metric.
    #[must_use]
    pub fn metric(&self, name: &str) -> Option<f64> {
        self.world.metrics.iter().find(|m| m.0 == name).map(|m| m.1)
    }

    /// Calls `on_request`.
    pub fn request(&mut self, c: &mut Conversation) -> Outcome {
        self.hook(c, Hook::OnRequest, 0)
    }

    /// Calls `on_route` with `c.candidates`.
    pub fn route(&mut self, c: &mut Conversation) -> Outcome {
        let n = c.candidates.len();
        self.hook(c, Hook::OnRoute, n)
    }

    /// Calls `on_upstream_request`.
    pub fn upstream_request(&mut self, c: &mut Conversation) -> Outcome {
        self.hook(c, Hook::OnUpstreamRequest, 0)
    }

    /// Calls `on_response` with `c.answers`.
    pub fn response(&mut self, c: &mut Conversation) -> Outcome {
        self.hook(c, Hook::OnResponse, 0)
    }

    /// Calls `on_stream_end`.
    pub fn stream_end(&mut self, c: &mut Conversation) -> Outcome {
        self.hook(c, Hook::OnStreamEnd, 0)
    }

    /// Calls `on_tool_call` with part j of `c.answers[i]`, which is a tool call.
    pub fn tool_call(&mut self, c: &mut Conversation, i: usize, j: usize) -> Outcome {
        self.hook(c, Hook::OnToolCall, i << 16 | j)
    }

    /// Calls `on_error`.
    pub fn error(&mut self, c: &mut Conversation, kind: Failure) -> Outcome {
        self.hook(c, Hook::OnError, kind as usize)
    }

    /// Calls `on_log`.
    pub fn log(&mut self, c: &mut Conversation) -> Outcome {
        self.hook(c, Hook::OnLog, 0)
    }

    /// Opens a channel of `c`'s answer.
    pub fn stream<'h>(&'h mut self, c: &'h mut Conversation, kind: Kind, channel: u32) -> Stream<'h, P> {
        Stream { host: self, c, kind, channel, window: Vec::new(), before: Vec::new() }
    }

    fn hook(&mut self, c: &mut Conversation, hook: Hook, arg: usize) -> Outcome {
        let arg = i32::try_from(arg).expect("a small number");
        self.run(c, |r| r.hook = hook, [arg, 0, 0])
    }

    /// Calls a hook, checks its verdict as the host does, and makes its edits.
    fn run(&mut self, c: &mut Conversation, prepare: impl FnOnce(&mut Run), args: [i32; 3]) -> Outcome {
        let mut r = Run::new(std::mem::take(&mut self.world), Some(std::mem::take(c)), Hook::OnInit);
        prepare(&mut r);
        let hook = r.hook;
        let spared = self.plugin.spare().has(hook);
        let (v, mut r) = r.during(|| if spared { Verdict::CONTINUE } else { rt::run(&mut self.plugin, hook, args) });
        let out = r.outcome(v);
        if matches!(out.action, Action::Edited | Action::Reroute | Action::Tag) {
            r.make_edits();
        }
        self.world = r.world;
        *c = r.conversation.unwrap_or_default();
        out
    }
}

impl Run {
    fn outcome(&mut self, v: Verdict) -> Outcome {
        let (hook, holds) = (self.hook.name(), self.world.manifest.hold);
        let action = v.action().unwrap_or_else(|| panic!("{hook} returned {v:?}, which has no known action"));
        assert!(self.hook.actions().contains(&action), "{hook} may not return {}", action.name());
        let hold = if action == Action::Hold { v.arg() as usize } else { 0 };
        assert!(
            hold <= self.window.len().min(MAX_HOLD),
            "{hook} holds {hold} bytes of a window of {}",
            self.window.len()
        );
        assert!(hold <= holds || self.is_final, "{hook} holds {hold} bytes, and stream.hold of plugin.json is {holds}");
        if hold > 0 || v.replaces() || action == Action::Drop {
            assert!(
                self.world.manifest.transforms,
                "{hook} changes a stream; write \"stream\": {{\"mode\": \"transform\"}} into plugin.json"
            );
        }
        let mut text = |wanted: Action, slot: crate::abi::Slot| {
            let b = if action == wanted { std::mem::take(&mut self.slots[slot as usize]) } else { Vec::new() };
            String::from_utf8(b).expect("a staged text is UTF-8")
        };
        Outcome {
            action,
            status: v.code(),
            reason: text(Action::Block, crate::abi::Slot::Reason),
            body: text(Action::Respond, crate::abi::Slot::Body),
            model: text(Action::Reroute, crate::abi::Slot::Model),
            tag: text(Action::Tag, crate::abi::Slot::Tag),
            choice: if action == Action::Reroute { v.arg() as usize } else { 0 },
            same: action == Action::Retry && v.arg() == 1,
            hold,
            delta: v.replaces().then(|| std::mem::take(&mut self.slots[crate::abi::Slot::Delta as usize])),
        }
    }
}

/// A channel of a streamed answer: see [`Host::stream`].
pub struct Stream<'h, P> {
    host: &'h mut Host<P>,
    c: &'h mut Conversation,
    kind: Kind,
    channel: u32,
    window: Vec<u8>,
    before: Vec<u8>,
}

impl<P: Hooks> Stream<'_, P> {
    /// Shows a piece to `on_delta`, and returns what it releases.
    pub fn send(&mut self, piece: &str) -> (String, Outcome) {
        self.step(piece, false)
    }

    /// Shows what is still held for the last time, and returns what is released.
    pub fn end(mut self) -> (String, Outcome) {
        self.step("", true)
    }

    /// Sends pieces, the last one as the channel's end, and returns all that was released. It stops where the plugin
    /// blocks.
    pub fn send_all(mut self, pieces: &[&str]) -> (String, Outcome) {
        let (last, first) = pieces.split_last().unwrap_or((&"", &[]));
        let mut released = String::new();
        for piece in first {
            let (out, got) = self.step(piece, false);
            released.push_str(&out);
            if got.is_block() {
                return (released, got);
            }
        }
        let (out, got) = self.step(last, true);
        released.push_str(&out);
        (released, got)
    }

    fn step(&mut self, piece: &str, is_final: bool) -> (String, Outcome) {
        self.window.extend_from_slice(piece.as_bytes());
        let len = i32::try_from(self.window.len()).expect("a window below 2 GiB");
        let (window, before) = (self.window.clone(), self.before.clone());
        let got = self.host.run(
            self.c,
            |r| {
                r.hook = Hook::OnDelta;
                r.window = window;
                r.before = before;
                r.fresh = piece.len();
                r.is_final = is_final;
            },
            [self.kind as i32, self.channel as i32, len],
        );
        let released = self.release(&got, is_final);
        (String::from_utf8(released).expect("what is released is UTF-8"), got)
    }

    /// Takes what a verdict releases out of the window. It is cut between characters.
    fn release(&mut self, got: &Outcome, is_final: bool) -> Vec<u8> {
        match got.action {
            Action::Block => return Vec::new(),
            Action::Drop => {
                self.window.clear();
                return Vec::new();
            }
            _ => {}
        }
        let mut cut = self.window.len() - if is_final { 0 } else { got.hold };
        while cut < self.window.len() && self.window[cut] & 0xc0 == 0x80 {
            cut -= 1;
        }
        let out: Vec<u8> = self.window.drain(..cut).collect();
        self.before.extend_from_slice(&out);
        let mut extra = self.before.len().saturating_sub(LOOK_BEHIND);
        while extra < self.before.len() && self.before[extra] & 0xc0 == 0x80 {
            extra += 1;
        }
        self.before.drain(..extra);
        got.delta.clone().unwrap_or(out)
    }
}

#[cfg(test)]
mod tests;
