//! What every hook knows of its request.

use crate::abi::{Family, Field};
use crate::read::{append, append_text, count, named, plain, set_named, text};
use crate::{error, host, Error};
use alloc::string::String;
use alloc::vec::Vec;

/// What every hook knows of its request. [`Request`](crate::Request), [`Response`](crate::Response) and
/// [`Delta`](crate::Delta) have its methods too.
#[derive(Debug)]
pub struct Call(());

impl Call {
    pub(crate) const fn new() -> Self {
        Call(())
    }

    /// The request's id, as answers and logs name it.
    #[must_use]
    pub fn id(&self) -> String {
        plain(Field::RequestId, 0, 0)
    }

    /// The client's API: "openai.chat", "anthropic.messages".
    #[must_use]
    pub fn dialect(&self) -> String {
        plain(Field::Dialect, 0, 0)
    }

    /// Appends the client's API to `dst`.
    pub fn append_dialect(&self, dst: &mut Vec<u8>) {
        append_text(dst, Field::Dialect, 0, 0);
    }

    /// The route's name.
    #[must_use]
    pub fn route(&self) -> String {
        plain(Field::Route, 0, 0)
    }

    /// The consumer's name, `None` if anonymous.
    #[must_use]
    pub fn consumer(&self) -> Option<String> {
        text(Field::Consumer, 0, 0)
    }

    /// The consumer's team, `None` if none.
    #[must_use]
    pub fn team(&self) -> Option<String> {
        text(Field::Team, 0, 0)
    }

    /// The client's address.
    #[must_use]
    pub fn client_ip(&self) -> String {
        plain(Field::ClientIp, 0, 0)
    }

    /// The HTTP method.
    #[must_use]
    pub fn method(&self) -> String {
        plain(Field::Method, 0, 0)
    }

    /// The path, as sent.
    #[must_use]
    pub fn path(&self) -> String {
        plain(Field::Path, 0, 0)
    }

    /// Tells whether the client asked for a stream.
    #[must_use]
    pub fn stream(&self) -> bool {
        count(Field::Stream, 0, 0) == 1
    }

    /// The provider, "openai.main"; `None` before a target was chosen.
    #[must_use]
    pub fn provider(&self) -> Option<String> {
        text(Field::Provider, 0, 0)
    }

    /// The provider's own name of the model; `None` before a target was chosen.
    #[must_use]
    pub fn upstream_model(&self) -> Option<String> {
        text(Field::Upstream, 0, 0)
    }

    /// 1 for the first attempt, 0 before it.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        count(Field::Attempt, 0, 0)
    }

    /// How many bytes the request body has.
    #[must_use]
    pub fn body_length(&self) -> usize {
        count(Field::BodyLength, 0, 0) as usize
    }

    /// A request header, by its name in lower case. Credentials are never shown.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        named(Family::Header, name)
    }

    /// Appends a request header to `dst`, and tells whether there is one.
    pub fn append_header(&self, name: &str, dst: &mut Vec<u8>) -> bool {
        append(dst, |b| host::named(Family::Header, name, b))
    }

    /// A tag of the consumer.
    #[must_use]
    pub fn tag(&self, name: &str) -> Option<String> {
        named(Family::Tag, name)
    }

    /// Adds a header to the answer. Its name is lower case, begins with "x-" and isn't the gateway's.
    ///
    /// # Errors
    ///
    /// [`Error::ReadOnly`] for other names.
    pub fn set_answer_header(&self, name: &str, value: &str) -> Result<(), Error> {
        set_named(Family::AnswerHeader, name, value)
    }

    /// What [`Call::set_state`] left in an earlier hook of this request, `None` if nothing.
    #[must_use]
    pub fn state(&self) -> Option<Vec<u8>> {
        let mut b = Vec::new();
        self.append_state(&mut b).then_some(b)
    }

    /// Appends what [`Call::set_state`] left to `dst`, and tells whether there is something.
    pub fn append_state(&self, dst: &mut Vec<u8>) -> bool {
        append(dst, host::state_get)
    }

    /// Keeps bytes for the later hooks of this request, in the place of earlier ones.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] for more than [`MAX_STATE`](crate::abi::MAX_STATE) bytes.
    pub fn set_state(&self, bytes: &[u8]) -> Result<(), Error> {
        error::check(host::state_put(bytes))
    }
}
