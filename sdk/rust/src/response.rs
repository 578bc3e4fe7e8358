//! An answer: choices and what they cost.

use crate::abi::Field;
use crate::read::{count, number, text};
use crate::{Call, Part, Request};
use alloc::string::String;
use core::marker::PhantomData;
use core::ops::Deref;

/// An answer.
#[derive(Debug)]
pub struct Response(Request);

impl Deref for Response {
    type Target = Call;

    fn deref(&self) -> &Call {
        &self.0
    }
}

impl Response {
    pub(crate) const fn new() -> Self {
        Response(Request::new())
    }

    /// The request that the answer belongs to. It can be read, and no longer changed.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.0
    }

    /// The model that answered, `None` until it is known.
    #[must_use]
    pub fn model(&self) -> Option<String> {
        text(Field::AnswerModel, 0, 0)
    }

    /// How many choices the answer has.
    #[must_use]
    pub fn num_choices(&self) -> usize {
        count(Field::Answers, 0, 0) as usize
    }

    /// Choice i.
    #[must_use]
    pub fn choice(&self, i: usize) -> Choice<'_> {
        Choice { i: u32::try_from(i).unwrap_or(u32::MAX), of: PhantomData }
    }

    /// All choices, in order.
    pub fn choices(&self) -> impl DoubleEndedIterator<Item = Choice<'_>> + ExactSizeIterator {
        (0..self.num_choices()).map(move |i| self.choice(i))
    }

    /// How many tokens the prompt had, `None` until it is known.
    #[must_use]
    pub fn input_tokens(&self) -> Option<i64> {
        number(Field::InputTokens, 0, 0)
    }

    /// How many tokens the answer has, `None` until it is known.
    #[must_use]
    pub fn output_tokens(&self) -> Option<i64> {
        number(Field::OutputTokens, 0, 0)
    }

    /// How many tokens of the prompt the provider had cached, `None` until it is known.
    #[must_use]
    pub fn cached_tokens(&self) -> Option<i64> {
        number(Field::CachedTokens, 0, 0)
    }

    /// How many tokens were reasoning, `None` until it is known.
    #[must_use]
    pub fn reasoning_tokens(&self) -> Option<i64> {
        number(Field::ReasonTokens, 0, 0)
    }
}

/// One choice of an answer: a message of the assistant.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'r> {
    i: u32,
    of: PhantomData<&'r Response>,
}

impl<'r> Choice<'r> {
    /// Its place.
    #[must_use]
    pub fn index(self) -> usize {
        self.i as usize
    }

    /// How many parts it has.
    #[must_use]
    pub fn num_parts(self) -> usize {
        count(Field::AnswerParts, self.i, 0) as usize
    }

    /// Part j.
    #[must_use]
    pub fn part(self, j: usize) -> Part<'r> {
        Part::of_answer(self.i, j)
    }

    /// Its parts, in order.
    pub fn parts(self) -> impl DoubleEndedIterator<Item = Part<'r>> + ExactSizeIterator {
        (0..self.num_parts()).map(move |j| self.part(j))
    }

    /// Why it ended: "stop", "length", "tool_calls", "content_filter"; `None` until it is known.
    #[must_use]
    pub fn finish(self) -> Option<String> {
        text(Field::Finish, self.i, 0)
    }
}
