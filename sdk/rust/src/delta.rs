//! A piece of a streamed answer.

use crate::abi::{Field, Kind};
use crate::read::{append_text, count};
use crate::{Call, Request};
use alloc::vec::Vec;
use core::ops::Deref;

/// A piece of a streamed answer: a window over one channel's text, made of what was held back and what is new.
#[derive(Debug)]
pub struct Delta<'w> {
    request: Request,
    kind: Kind,
    channel: u32,
    window: &'w [u8],
}

impl Deref for Delta<'_> {
    type Target = Call;

    fn deref(&self) -> &Call {
        &self.request
    }
}

impl<'w> Delta<'w> {
    pub(crate) const fn new(kind: Kind, channel: u32, window: &'w [u8]) -> Self {
        Delta { request: Request::new(), kind, channel, window }
    }

    /// The request that is answered.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// What the text is: [`Kind::Text`], [`Kind::ToolCall`] (arguments), [`Kind::Reasoning`], [`Kind::Refusal`].
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Names the text within the answer: choice and tool call or block.
    #[must_use]
    pub fn channel(&self) -> u32 {
        self.channel
    }

    /// The choice that the text belongs to.
    #[must_use]
    pub fn choice(&self) -> usize {
        (self.channel >> 16) as usize
    }

    /// The text, UTF-8.
    #[must_use]
    pub fn window(&self) -> &[u8] {
        self.window
    }

    /// Appends the text before the window to `dst`, as the provider sent it, at most
    /// [`LOOK_BEHIND`](crate::abi::LOOK_BEHIND) bytes.
    pub fn append_before(&self, dst: &mut Vec<u8>) {
        append_text(dst, Field::DeltaBefore, 0, 0);
    }

    /// How many bytes at the window's end are new.
    #[must_use]
    pub fn fresh(&self) -> usize {
        count(Field::DeltaNew, 0, 0) as usize
    }

    /// Tells that nothing follows in this channel, so that a hold is ignored.
    #[must_use]
    pub fn is_final(&self) -> bool {
        count(Field::DeltaFinal, 0, 0) == 1
    }
}
