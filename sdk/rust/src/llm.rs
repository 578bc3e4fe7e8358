//! Questions to a model of the gateway. Needs capability `llm` with the models that are asked.
//!
//! ```no_run
//! use yett::llm::Question;
//!
//! # fn f() -> Result<(), yett::Error> {
//! let word = Question::new("small").system("Answer yes or no.").max_tokens(3).ask("Is this spam?")?;
//! # Ok(())
//! # }
//! ```
//!
//! The plugin waits for the answer; the wait is no wall time of its own. A question passes no pipeline, and its tokens
//! count against the grant's budget. Not in [`Plugin::new`](crate::Plugin::new).

use crate::read::{mend, millis, try_append};
use crate::{error, host, Error};
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

/// A question that isn't asked yet.
#[derive(Debug, Clone, Copy)]
#[must_use = "a question does something when it is asked"]
pub struct Question<'a> {
    model: &'a str,
    system: &'a str,
    max_tokens: u32,
    timeout: Duration,
}

impl<'a> Question<'a> {
    /// A question to a model, by the name clients would use.
    pub fn new(model: &'a str) -> Self {
        Question { model, system: "", max_tokens: 0, timeout: Duration::ZERO }
    }

    /// Sets the system prompt. The default is none.
    pub fn system(mut self, text: &'a str) -> Self {
        self.system = text;
        self
    }

    /// Bounds the answer. The default is what the grant allows, and it is never longer.
    pub fn max_tokens(mut self, n: u32) -> Self {
        self.max_tokens = n;
        self
    }

    /// Bounds the wait. The default is what the grant allows, and it is never longer.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Asks, waits, and returns the text of the answer.
    ///
    /// # Errors
    ///
    /// [`Error::NotGranted`] for another model, [`Error::Unavailable`] without an answer, [`Error::TimedOut`],
    /// [`Error::Exhausted`] when the budget is spent, [`Error::TooLarge`].
    pub fn ask(self, prompt: &str) -> Result<String, Error> {
        let timeout = i32::try_from(millis(self.timeout)).unwrap_or(i32::MAX);
        let most = i32::try_from(self.max_tokens).unwrap_or(i32::MAX);
        let len = error::number(host::llm_ask(self.model, self.system, prompt, most, timeout))? as usize;
        let mut text = Vec::with_capacity(len);
        try_append(&mut text, host::llm_text)?;
        Ok(mend(text))
    }
}
