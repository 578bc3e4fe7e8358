//! Calls to hosts that the operator listed. Needs capability `http` with the addresses that are called.
//!
//! ```no_run
//! use yett::http::Request;
//!
//! # fn f() -> Result<(), yett::Error> {
//! let answer = Request::post("https://dlp.internal/v1/check")
//!     .header("content-type", "application/json")
//!     .body(br#"{"text": "hello"}"#)
//!     .send()?;
//! if answer.status() == 200 {
//!     let verdict = answer.body();
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The plugin waits for the answer; the wait is no wall time of its own. Not in [`Plugin::new`](crate::Plugin::new).

use crate::read::{append, millis};
use crate::{error, host, read, Error};
use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

/// A call that isn't made yet.
#[derive(Debug, Clone)]
#[must_use = "a request does something when it is sent"]
pub struct Request<'a> {
    method: &'a str,
    url: &'a str,
    headers: String,
    valid: bool,
    body: &'a [u8],
    timeout: Duration,
}

impl<'a> Request<'a> {
    /// A call with any method.
    pub fn new(method: &'a str, url: &'a str) -> Self {
        Request { method, url, headers: String::new(), valid: true, body: &[], timeout: Duration::ZERO }
    }

    /// A GET.
    pub fn get(url: &'a str) -> Self {
        Self::new("GET", url)
    }

    /// A POST.
    pub fn post(url: &'a str) -> Self {
        Self::new("POST", url)
    }

    /// Adds a header. One with a line end in it makes `send` return [`Error::Invalid`].
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.valid &= !name.contains(&[':', '\r', '\n'][..]) && !value.contains(&['\r', '\n'][..]);
        for s in [name, ": ", value, "\n"] {
            self.headers.push_str(s);
        }
        self
    }

    /// Sets the body. The default is none.
    pub fn body(mut self, body: &'a [u8]) -> Self {
        self.body = body;
        self
    }

    /// Bounds the wait. The default is what the grant allows, and it is never longer.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Makes the call and waits for the answer. Redirects aren't followed.
    ///
    /// # Errors
    ///
    /// [`Error::NotGranted`] outside of what the operator listed, [`Error::Unavailable`] without a valid answer,
    /// [`Error::TimedOut`], [`Error::Exhausted`] after as many calls as the grant allows in one hook,
    /// [`Error::TooLarge`] for a body beyond the grant, [`Error::Invalid`] for a method, address or header that isn't one.
    pub fn send(self) -> Result<Answer, Error> {
        if !self.valid {
            return Err(Error::Invalid);
        }
        let timeout = i32::try_from(millis(self.timeout)).unwrap_or(i32::MAX);
        let status = host::http_call(self.method, self.url, &self.headers, self.body, timeout);
        error::number(status).map(|status| Answer { status: u16::try_from(status).unwrap_or(0) })
    }
}

/// An answer. Its headers and body are the host's, and are those of the hook's last call: read them before the next one.
#[derive(Debug)]
pub struct Answer {
    status: u16,
}

impl Answer {
    /// The status, 100 to 599.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// A header by its name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        read::string(|b| host::http_header(name, b))
    }

    /// The body. Where it holds a secret of the plugin, there are asterisks.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let mut b = Vec::new();
        self.append_body(&mut b);
        b
    }

    /// Appends the body to `dst`, and tells whether there is one.
    pub fn append_body(&self, dst: &mut Vec<u8>) -> bool {
        append(dst, host::http_body)
    }
}
