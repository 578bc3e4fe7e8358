//! What the author of a plugin for yett uses. `README.md` leads to a running plugin in ten minutes.
//!
//! A plugin is a type that is made from its configuration ([`Plugin`]) and has the hooks it wants ([`Requester`],
//! [`Deltaer`] and the other traits here), handed to [`plugin!`]:
//!
//! ```no_run
//! # // The manifest is read beside Cargo.toml; a document's own example has none.
//! use yett::{config::Value, Plugin, Request, Requester, Verdict};
//!
//! struct Shout;
//!
//! impl Plugin for Shout {
//!     fn new(_config: &Value) -> Result<Self, String> {
//!         Ok(Shout)
//!     }
//! }
//!
//! impl Requester for Shout {
//!     fn on_request(&mut self, r: &Request) -> Verdict {
//!         if r.header("x-quiet").is_some() {
//!             return Verdict::block(403, "quiet, please");
//!         }
//!         match r.append_system("Answer in capitals.") {
//!             Ok(()) => Verdict::CONTINUE,
//!             Err(e) => e.into(),
//!         }
//!     }
//! }
//!
//! # #[cfg(any())]
//! yett::plugin!(Shout: Requester);
//! # fn main() {}
//! ```
//!
//! `cargo build --release --target wasm32-unknown-unknown` makes the module, with `plugin.json` inside it;
//! `cargo test` with [`testing`] runs the plugin natively.
//!
//! Handles such as [`Request`] and [`Part`] are numbers: they cost nothing, and the compiler keeps them from being
//! used after the hook they were given to. Methods that return a `String` copy it; their `append` forms put the bytes
//! into a buffer of yours, for hooks that mustn't allocate. What a plugin remembers in its own fields lasts as long
//! as its instance, which serves other requests too, and maybe not the next hook of this one: use [`Call::state`] and
//! [`Call::set_state`] for what belongs to a request, and [`kv`] for what outlives it.
//!
//! Capabilities are features of the crate: `log`, `metrics`, `kv`, `clock`, `random`, `scan`, `http`, `secret`, `cache`,
//! `tokens`, `body`, `llm`. A plugin that uses one needs it granted, and names it with the reason in its manifest.
//! `optional-clock` is the clock for a plugin that can do without it.

#![cfg_attr(all(target_arch = "wasm32", not(feature = "std")), no_std)]
#![warn(missing_docs)]

extern crate alloc;

#[rustfmt::skip]
pub mod abi;
#[cfg(feature = "body")]
pub mod body;
#[cfg(feature = "cache")]
pub mod cache;
mod call;
mod candidates;
#[cfg(any(feature = "clock", feature = "optional-clock"))]
pub mod clock;
pub mod config;
mod delta;
mod error;
mod hooks;
mod host;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "kv")]
pub mod kv;
#[cfg(feature = "llm")]
pub mod llm;
#[cfg(feature = "log")]
pub mod log;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(feature = "random")]
pub mod random;
mod read;
mod request;
mod response;
#[doc(hidden)]
pub mod rt;
#[cfg(feature = "scan")]
pub mod scan;
#[cfg(feature = "secret")]
pub mod secret;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
#[cfg(feature = "tokens")]
pub mod tokens;
pub mod utf8;
mod verdict;

pub use abi::{Capability, Failure, Hook, Kind, Role};
pub use call::Call;
pub use candidates::{Candidate, Candidates};
pub use delta::Delta;
pub use error::Error;
pub use hooks::{
    Deltaer, ErrorHandler, HookSet, Logger, Plugin, Requester, Responder, Router, StreamEnder, ToolCaller,
    UpstreamRequester,
};
pub use request::{Message, Part, Request, Tool};
pub use response::{Choice, Response};
pub use verdict::Verdict;

/// Tells whether this host can grant a capability at all. A module that imports one which the host hasn't is refused,
/// so this is for what a plugin does by other means.
#[must_use]
pub fn offers(c: Capability) -> bool {
    host::features() & (1 << c as u16) != 0
}
