//! The client's request: messages, parts, tools, parameters.

use crate::abi::{Edit, Family, Field, Kind, Role};
use crate::read::{append, append_text, count, decimal, edit, is, length, named, number, plain, set_named, text};
use crate::{host, Call, Error};
use alloc::string::String;
use alloc::vec::Vec;
use core::marker::PhantomData;
use core::ops::Deref;

/// The client's request. Edits are made after the hook returned; until then, methods give the values before.
///
/// # Errors
///
/// Methods that change something return an error if the change can't be recorded: [`Error::ReadOnly`] in hooks that
/// may not make it, [`Error::BadRange`] for an index that isn't there, [`Error::TooLarge`] beyond
/// [`MAX_EDITS`](crate::abi::MAX_EDITS) or [`MAX_EDIT_BYTES`](crate::abi::MAX_EDIT_BYTES). An edit that turns out
/// impossible later undoes them all and counts as a failure of the plugin.
#[derive(Debug)]
pub struct Request(Call);

impl Deref for Request {
    type Target = Call;

    fn deref(&self) -> &Call {
        &self.0
    }
}

/// An index as it crosses to the host. One that is too large is nowhere.
fn at(i: usize) -> u32 {
    u32::try_from(i).unwrap_or(u32::MAX)
}

impl Request {
    pub(crate) const fn new() -> Self {
        Request(Call::new())
    }

    /// What the client asked for.
    #[must_use]
    pub fn model(&self) -> String {
        plain(Field::Model, 0, 0)
    }

    /// Asks for another model, in `on_request`.
    #[allow(clippy::missing_errors_doc)] // see the type
    pub fn set_model(&self, model: &str) -> Result<(), Error> {
        edit(Edit::Set, Field::Model, 0, 0, model.as_bytes())
    }

    /// The most tokens of the answer, `None` if the client didn't say.
    #[must_use]
    pub fn max_tokens(&self) -> Option<i64> {
        number(Field::MaxTokens, 0, 0)
    }

    /// Bounds the answer.
    #[allow(clippy::missing_errors_doc)]
    pub fn set_max_tokens(&self, n: u64) -> Result<(), Error> {
        edit(Edit::Set, Field::MaxTokens, 0, 0, decimal(n, &mut [0; 20]))
    }

    /// The JSON number as text, `None` if the client didn't say.
    #[must_use]
    pub fn temperature(&self) -> Option<String> {
        text(Field::Temperature, 0, 0)
    }

    /// Sets the temperature, a JSON number as text.
    #[allow(clippy::missing_errors_doc)]
    pub fn set_temperature(&self, number: &str) -> Result<(), Error> {
        edit(Edit::Set, Field::Temperature, 0, 0, number.as_bytes())
    }

    /// The JSON number as text, `None` if the client didn't say.
    #[must_use]
    pub fn top_p(&self) -> Option<String> {
        text(Field::TopP, 0, 0)
    }

    /// Sets top_p, a JSON number as text.
    #[allow(clippy::missing_errors_doc)]
    pub fn set_top_p(&self, number: &str) -> Result<(), Error> {
        edit(Edit::Set, Field::TopP, 0, 0, number.as_bytes())
    }

    /// How many answers are wanted, `None` if the client didn't say.
    #[must_use]
    pub fn choices(&self) -> Option<i64> {
        number(Field::Choices, 0, 0)
    }

    /// Sets how many answers are wanted, where the API knows more than one. A host that doesn't know this edit returns
    /// [`Error::ReadOnly`].
    #[allow(clippy::missing_errors_doc)]
    pub fn set_choices(&self, n: u64) -> Result<(), Error> {
        edit(Edit::Set, Field::Choices, 0, 0, decimal(n, &mut [0; 20]))
    }

    /// The client's end-user id.
    #[must_use]
    pub fn user(&self) -> Option<String> {
        text(Field::User, 0, 0)
    }

    /// A top-level member of the request body as JSON.
    #[must_use]
    pub fn param(&self, member: &str) -> Option<String> {
        named(Family::Param, member)
    }

    /// Appends a top-level member of the request body as JSON to `dst`, and tells whether there is one.
    pub fn append_param(&self, member: &str, dst: &mut Vec<u8>) -> bool {
        append(dst, |b| host::named(Family::Param, member, b))
    }

    /// Sets a top-level member of the request body to a JSON value.
    #[allow(clippy::missing_errors_doc)]
    pub fn set_param(&self, member: &str, json: &str) -> Result<(), Error> {
        set_named(Family::Param, member, json)
    }

    /// Takes a top-level member, which must be there, out of the request body.
    #[allow(clippy::missing_errors_doc)]
    pub fn remove_param(&self, member: &str) -> Result<(), Error> {
        set_named(Family::Param, member, "")
    }

    /// Adds a header to the upstream request. Its name is lower case and begins with "x-".
    #[allow(clippy::missing_errors_doc)]
    pub fn set_upstream_header(&self, name: &str, value: &str) -> Result<(), Error> {
        set_named(Family::UpstreamHeader, name, value)
    }

    /// All system text, joined by newlines; `None` if there is none.
    #[must_use]
    pub fn system(&self) -> Option<String> {
        text(Field::System, 0, 0)
    }

    /// Replaces all system text.
    #[allow(clippy::missing_errors_doc)]
    pub fn set_system(&self, s: &str) -> Result<(), Error> {
        edit(Edit::Set, Field::System, 0, 0, s.as_bytes())
    }

    /// Puts a text before all system text.
    #[allow(clippy::missing_errors_doc)]
    pub fn prepend_system(&self, s: &str) -> Result<(), Error> {
        edit(Edit::Prepend, Field::System, 0, 0, s.as_bytes())
    }

    /// Puts a text after all system text.
    #[allow(clippy::missing_errors_doc)]
    pub fn append_system(&self, s: &str) -> Result<(), Error> {
        edit(Edit::Append, Field::System, 0, 0, s.as_bytes())
    }

    /// How many messages there are, the system prompt included.
    #[must_use]
    pub fn num_messages(&self) -> usize {
        count(Field::Messages, 0, 0) as usize
    }

    /// Message i.
    #[must_use]
    pub fn message(&self, i: usize) -> Message<'_> {
        Message { i: at(i), of: PhantomData }
    }

    /// All messages, in order.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = Message<'_>> + ExactSizeIterator {
        (0..self.num_messages()).map(move |i| self.message(i))
    }

    /// Puts a message before message i; i = `num_messages()` puts it at the end.
    #[allow(clippy::missing_errors_doc)]
    pub fn insert_message(&self, i: usize, role: Role, s: &str) -> Result<(), Error> {
        edit(Edit::Insert, Field::Messages, at(i), role as u32, s.as_bytes())
    }

    /// How many tools are declared.
    #[must_use]
    pub fn num_tools(&self) -> usize {
        count(Field::Tools, 0, 0) as usize
    }

    /// Tool i.
    #[must_use]
    pub fn tool(&self, i: usize) -> Tool<'_> {
        Tool { i: at(i), of: PhantomData }
    }

    /// All declared tools, in order.
    pub fn tools(&self) -> impl DoubleEndedIterator<Item = Tool<'_>> + ExactSizeIterator {
        (0..self.num_tools()).map(move |i| self.tool(i))
    }
}

/// A message of the request.
#[derive(Debug, Clone, Copy)]
pub struct Message<'r> {
    i: u32,
    of: PhantomData<&'r Request>,
}

impl<'r> Message<'r> {
    /// Its place.
    #[must_use]
    pub fn index(self) -> usize {
        self.i as usize
    }

    /// "system", "user", "assistant" or "tool".
    #[must_use]
    pub fn role(self) -> String {
        plain(Field::Role, self.i, 0)
    }

    /// Tells whether it is of that role. It doesn't allocate, as `role` does.
    #[must_use]
    pub fn has_role(self, role: &str) -> bool {
        is(Field::Role, self.i, 0, role)
    }

    /// How many parts it has.
    #[must_use]
    pub fn num_parts(self) -> usize {
        count(Field::Parts, self.i, 0) as usize
    }

    /// Part j.
    #[must_use]
    pub fn part(self, j: usize) -> Part<'r> {
        Part { i: self.i, j: at(j), answer: false, of: PhantomData }
    }

    /// Its parts, in order.
    pub fn parts(self) -> impl DoubleEndedIterator<Item = Part<'r>> + ExactSizeIterator {
        (0..self.num_parts()).map(move |j| self.part(j))
    }

    /// All of its text parts, joined by newlines.
    #[must_use]
    pub fn text(self) -> String {
        let mut out = String::new();
        for p in self.parts().filter(|p| p.kind() == Kind::Text) {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(&p.text());
        }
        out
    }

    /// Takes the message out.
    #[allow(clippy::missing_errors_doc)]
    pub fn remove(self) -> Result<(), Error> {
        edit(Edit::Remove, Field::Messages, self.i, 0, &[])
    }
}

/// A tool that the request declares.
#[derive(Debug, Clone, Copy)]
pub struct Tool<'r> {
    i: u32,
    of: PhantomData<&'r Request>,
}

impl Tool<'_> {
    /// Its place.
    #[must_use]
    pub fn index(self) -> usize {
        self.i as usize
    }

    /// The function's name.
    #[must_use]
    pub fn name(self) -> String {
        plain(Field::ToolName, self.i, 0)
    }

    /// Appends the name to `dst`.
    pub fn append_name(self, dst: &mut Vec<u8>) {
        append_text(dst, Field::ToolName, self.i, 0);
    }

    /// What the model reads of it, `None` if nothing.
    #[must_use]
    pub fn description(self) -> Option<String> {
        text(Field::ToolText, self.i, 0)
    }

    /// Appends the description to `dst`, and tells whether there is one.
    pub fn append_description(self, dst: &mut Vec<u8>) -> bool {
        append_text(dst, Field::ToolText, self.i, 0)
    }

    /// Replaces the description.
    #[allow(clippy::missing_errors_doc)]
    pub fn set_description(self, s: &str) -> Result<(), Error> {
        edit(Edit::Set, Field::ToolText, self.i, 0, s.as_bytes())
    }

    /// The JSON schema of the parameters, `None` if none.
    #[must_use]
    pub fn schema(self) -> Option<String> {
        text(Field::ToolSchema, self.i, 0)
    }

    /// Appends the schema to `dst`, and tells whether there is one.
    pub fn append_schema(self, dst: &mut Vec<u8>) -> bool {
        append_text(dst, Field::ToolSchema, self.i, 0)
    }
}

/// A part of a message or of an answer.
#[derive(Debug, Clone, Copy)]
pub struct Part<'r> {
    i: u32,
    j: u32,
    answer: bool,
    of: PhantomData<&'r Request>,
}

impl<'r> Part<'r> {
    /// A part of a choice.
    pub(crate) fn of_answer(i: u32, j: usize) -> Self {
        Part { i, j: at(j), answer: true, of: PhantomData }
    }

    fn pick(self, request: Field, answer: Field) -> Field {
        if self.answer {
            answer
        } else {
            request
        }
    }

    fn text_field(self) -> Field {
        self.pick(Field::PartText, Field::AnswerPartText)
    }

    /// Where its text is, for capabilities that read it in the host.
    #[cfg(any(feature = "scan", feature = "tokens"))]
    pub(crate) fn place(self) -> (Field, u32, u32) {
        (self.text_field(), self.i, self.j)
    }

    /// What the part is.
    #[must_use]
    pub fn kind(self) -> Kind {
        number(self.pick(Field::PartKind, Field::AnswerPartKind), self.i, self.j)
            .and_then(Kind::from_number)
            .unwrap_or(Kind::Other)
    }

    /// The part's text: a tool call's arguments (JSON), a tool result's text, reasoning; "" for an image.
    #[must_use]
    pub fn text(self) -> String {
        plain(self.text_field(), self.i, self.j)
    }

    /// Appends the text to `dst`, and tells whether the part has one.
    pub fn append_text(self, dst: &mut Vec<u8>) -> bool {
        append_text(dst, self.text_field(), self.i, self.j)
    }

    /// How many bytes the text has, without reading it; `None` if the part has no text.
    #[must_use]
    pub fn text_len(self) -> Option<usize> {
        length(|b| host::get(self.text_field(), self.i, self.j, b))
    }

    /// Replaces the text. Arguments of a tool call must be JSON again.
    #[allow(clippy::missing_errors_doc)]
    pub fn set_text(self, s: &str) -> Result<(), Error> {
        self.set_bytes(s.as_bytes())
    }

    /// Is `set_text` for bytes that are UTF-8.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if they aren't; see [`Request`] for the others.
    pub fn set_bytes(self, b: &[u8]) -> Result<(), Error> {
        edit(Edit::Set, self.text_field(), self.i, self.j, b)
    }

    /// Puts a text before the part's.
    #[allow(clippy::missing_errors_doc)]
    pub fn prepend(self, s: &str) -> Result<(), Error> {
        edit(Edit::Prepend, self.text_field(), self.i, self.j, s.as_bytes())
    }

    /// Puts a text after the part's.
    #[allow(clippy::missing_errors_doc)]
    pub fn append(self, s: &str) -> Result<(), Error> {
        edit(Edit::Append, self.text_field(), self.i, self.j, s.as_bytes())
    }

    /// Takes the part out of its message.
    #[allow(clippy::missing_errors_doc)]
    pub fn remove(self) -> Result<(), Error> {
        edit(Edit::Remove, self.text_field(), self.i, self.j, &[])
    }

    /// The message, or the choice of an answer, that the part belongs to.
    #[must_use]
    pub fn owner(self) -> usize {
        self.i as usize
    }

    /// A tool call's function, `None` for other parts.
    #[must_use]
    pub fn name(self) -> Option<String> {
        text(self.pick(Field::PartName, Field::AnswerPartName), self.i, self.j)
    }

    /// Appends the name to `dst`, and tells whether there is one.
    pub fn append_name(self, dst: &mut Vec<u8>) -> bool {
        append_text(dst, self.pick(Field::PartName, Field::AnswerPartName), self.i, self.j)
    }

    /// A tool call's or result's id, `None` for other parts.
    #[must_use]
    pub fn id(self) -> Option<String> {
        text(self.pick(Field::PartId, Field::AnswerPartId), self.i, self.j)
    }
}
