//! A request and its answer, which a plugin's edits change.

use crate::abi::{status, Edit, Family, Field, Kind, Role};
use std::collections::BTreeMap;

/// A request and, where a hook needs one, its answer. The plugin's edits change it.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)] // the methods of crate::Call and crate::Request of the same names tell what they are
pub struct Conversation {
    pub id: String,
    pub dialect: String,
    pub route: String,
    pub consumer: Option<String>,
    pub team: Option<String>,
    pub client_ip: String,
    pub method: String,
    pub path: String,
    pub provider: Option<String>,
    pub upstream_model: Option<String>,
    pub stream: bool,
    /// 0 before the first attempt.
    pub attempt: u32,

    pub model: String,
    pub user: Option<String>,
    pub max_tokens: Option<i64>,
    pub temperature: Option<String>,
    pub top_p: Option<String>,
    pub choices: Option<i64>,
    pub messages: Vec<Message>,
    pub tools: Vec<Tool>,
    /// By their names in lower case.
    pub headers: BTreeMap<String, String>,
    pub tags: BTreeMap<String, String>,
    /// Members of the body as JSON.
    pub params: BTreeMap<String, String>,

    /// The answer's choices; their role is "assistant".
    pub answers: Vec<Message>,
    /// Why each choice ended.
    pub finish: Vec<String>,
    pub answer_model: Option<String>,
    /// `None` until it is known.
    pub usage: Option<Usage>,
    pub candidates: Vec<Candidate>,
    /// Headers that the plugin set for the answer.
    pub answer_headers: BTreeMap<String, String>,
    /// Headers that the plugin set for the upstream request.
    pub upstream_headers: BTreeMap<String, String>,

    /// What `body` reads of the request. It is no other form of the fields above: a test writes what it needs.
    pub body: Vec<u8>,
    /// What `body` reads of the answer, `None` for a stream.
    pub answer_body: Option<Vec<u8>>,

    pub(crate) state: Option<Vec<u8>>,
}

/// A message of the request or a choice of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// "system", "user", "assistant" or "tool".
    pub role: String,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// A part of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub kind: Kind,
    /// Its text: arguments of a tool call (JSON), a tool result's text, reasoning.
    pub text: String,
    /// A tool call's function.
    pub name: Option<String>,
    /// A tool call's or result's id.
    pub id: Option<String>,
}

/// A declared tool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tool {
    /// The function's name.
    pub name: String,
    /// What the model reads of it.
    pub description: Option<String>,
    /// The JSON schema of the parameters.
    pub schema: Option<String>,
}

/// A target to choose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidate {
    /// "openai.main".
    pub provider: String,
    /// The provider's own name of the model.
    pub model: String,
    /// The target's weight.
    pub weight: u32,
}

/// What the answer cost, in tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Usage {
    pub input: i64,
    pub output: i64,
    pub cached: i64,
    pub reasoning: i64,
}

impl Message {
    fn says(role: &str, kind: Kind, text: &str) -> Message {
        Message { role: role.into(), parts: vec![Part { kind, text: text.into(), name: None, id: None }] }
    }

    /// A message of the user with one text.
    #[must_use]
    pub fn user(text: &str) -> Message {
        Self::says("user", Kind::Text, text)
    }

    /// A system message.
    #[must_use]
    pub fn system(text: &str) -> Message {
        Self::says("system", Kind::Text, text)
    }

    /// A message of the assistant, in a request or as a choice of an answer.
    #[must_use]
    pub fn assistant(text: &str) -> Message {
        Self::says("assistant", Kind::Text, text)
    }

    /// A message of the assistant that calls a tool. `arguments` is JSON.
    #[must_use]
    pub fn tool_call(id: &str, name: &str, arguments: &str) -> Message {
        let mut m = Self::says("assistant", Kind::ToolCall, arguments);
        m.parts[0].id = Some(id.into());
        m.parts[0].name = Some(name.into());
        m
    }

    /// A tool's answer.
    #[must_use]
    pub fn tool_result(id: &str, text: &str) -> Message {
        let mut m = Self::says("tool", Kind::ToolResult, text);
        m.parts[0].id = Some(id.into());
        m
    }

    /// All of the message's texts, joined by newlines.
    #[must_use]
    pub fn text(&self) -> String {
        let texts: Vec<&str> = self.parts.iter().map(|p| p.text.as_str()).collect();
        texts.join("\n")
    }
}

/// Tells whether a part of that kind has a text.
fn has_text(k: Kind) -> bool {
    !matches!(k, Kind::Image | Kind::File | Kind::Other)
}

fn part(list: &[Message], i: usize, j: usize) -> Option<&Part> {
    list.get(i)?.parts.get(j)
}

fn part_text(p: &Part) -> Option<String> {
    has_text(p.kind).then(|| p.text.clone())
}

impl Conversation {
    /// A request in OpenAI's dialect with these messages.
    #[must_use]
    pub fn new(messages: Vec<Message>) -> Conversation {
        Conversation {
            id: "req-1".into(),
            dialect: "openai.chat".into(),
            route: "chat".into(),
            client_ip: "192.0.2.1".into(),
            method: "POST".into(),
            path: "/v1/chat/completions".into(),
            model: "gpt-4o".into(),
            messages,
            ..Conversation::default()
        }
    }

    /// All that a model reads, for its tokens to be counted.
    pub(crate) fn prompt(&self) -> String {
        let said = self.messages.iter().map(|m| format!("{}: {}\n", m.role, m.text()));
        let tools = self.tools.iter().map(|t| {
            let of = |s: &Option<String>| s.clone().unwrap_or_default();
            format!("{} {} {}\n", t.name, of(&t.description), of(&t.schema))
        });
        said.chain(tools).collect()
    }

    fn system_text(&self) -> Option<String> {
        let texts: Vec<String> = self.messages.iter().filter(|m| m.role == "system").map(Message::text).collect();
        (!texts.is_empty()).then(|| texts.join("\n"))
    }

    /// A text field.
    pub(crate) fn get(&self, f: Field, i: usize, j: usize) -> Option<String> {
        match f {
            Field::RequestId => Some(self.id.clone()),
            Field::Dialect => Some(self.dialect.clone()),
            Field::Route => Some(self.route.clone()),
            Field::Consumer => self.consumer.clone(),
            Field::Team => self.team.clone(),
            Field::ClientIp => Some(self.client_ip.clone()),
            Field::Method => Some(self.method.clone()),
            Field::Path => Some(self.path.clone()),
            Field::Provider => self.provider.clone(),
            Field::Upstream => self.upstream_model.clone(),
            Field::Model => Some(self.model.clone()),
            Field::Temperature => self.temperature.clone(),
            Field::TopP => self.top_p.clone(),
            Field::User => self.user.clone(),
            Field::Role => self.messages.get(i).map(|m| m.role.clone()),
            Field::PartText => part(&self.messages, i, j).and_then(part_text),
            Field::PartName => part(&self.messages, i, j)?.name.clone(),
            Field::PartId => part(&self.messages, i, j)?.id.clone(),
            Field::AnswerPartText => part(&self.answers, i, j).and_then(part_text),
            Field::AnswerPartName => part(&self.answers, i, j)?.name.clone(),
            Field::AnswerPartId => part(&self.answers, i, j)?.id.clone(),
            Field::ToolName => self.tools.get(i).map(|t| t.name.clone()),
            Field::ToolText => self.tools.get(i)?.description.clone(),
            Field::ToolSchema => self.tools.get(i)?.schema.clone(),
            Field::System => self.system_text(),
            Field::Finish => self.finish.get(i).cloned(),
            Field::AnswerModel => self.answer_model.clone(),
            Field::CandidateModel => self.candidates.get(i).map(|c| c.model.clone()),
            Field::CandidateProvider => self.candidates.get(i).map(|c| c.provider.clone()),
            _ => None,
        }
    }

    /// A number field.
    pub(crate) fn num(&self, f: Field, i: usize, j: usize) -> Option<i64> {
        let parts = |list: &[Message]| list.get(i).map(|m| m.parts.len() as i64);
        let kind = |list: &[Message]| part(list, i, j).map(|p| p.kind as i64);
        match f {
            Field::Stream => Some(self.stream.into()),
            Field::Attempt => Some(self.attempt.into()).filter(|n| *n > 0),
            Field::BodyLength => {
                Some(self.messages.iter().map(|m| m.text().len() + m.role.len()).sum::<usize>() as i64)
            }
            Field::MaxTokens => self.max_tokens,
            Field::Choices => self.choices,
            Field::Messages => Some(self.messages.len() as i64),
            Field::Parts => parts(&self.messages),
            Field::PartKind => kind(&self.messages),
            Field::Tools => Some(self.tools.len() as i64),
            Field::Answers => Some(self.answers.len() as i64),
            Field::AnswerParts => parts(&self.answers),
            Field::AnswerPartKind => kind(&self.answers),
            Field::InputTokens => self.usage.map(|u| u.input),
            Field::OutputTokens => self.usage.map(|u| u.output),
            Field::CachedTokens => self.usage.map(|u| u.cached),
            Field::ReasonTokens => self.usage.map(|u| u.reasoning),
            Field::Candidates => Some(self.candidates.len() as i64),
            Field::CandidateWeight => self.candidates.get(i).map(|c| c.weight.into()),
            _ => None,
        }
    }

    /// A value by its name.
    pub(crate) fn named(&self, family: Family, name: &str) -> Option<&str> {
        let map = match family {
            Family::Header => &self.headers,
            Family::Tag => &self.tags,
            Family::Param => &self.params,
            _ => return None,
        };
        map.get(name).map(String::as_str)
    }

    /// Sets a value by its name.
    pub(crate) fn set_named(&mut self, family: Family, name: &str, value: &str) -> i32 {
        let header = name.starts_with("x-") && !name.bytes().any(|c| c.is_ascii_uppercase());
        let map = match family {
            Family::Param if value.is_empty() => {
                return self.params.remove(name).map_or(status::ABSENT, |_| status::OK);
            }
            Family::Param => &mut self.params,
            Family::AnswerHeader if header => &mut self.answer_headers,
            Family::UpstreamHeader if header => &mut self.upstream_headers,
            _ => return status::READ_ONLY,
        };
        map.insert(name.into(), value.into());
        status::OK
    }

    /// Makes one edit. On any status but OK nothing has changed.
    pub(crate) fn apply(&mut self, op: Edit, f: Field, i: usize, j: usize, value: &str) -> i32 {
        match f {
            Field::Messages => return self.edit_messages(op, i, j, value),
            Field::System => return self.edit_system(op, value),
            Field::PartText => return edit_part(&mut self.messages, op, i, j, value),
            Field::AnswerPartText => return edit_part(&mut self.answers, op, i, j, value),
            Field::ToolText => {
                return match self.tools.get_mut(i) {
                    Some(t) => edit_text(t.description.get_or_insert_with(String::new), op, value),
                    None => status::BAD_RANGE,
                };
            }
            _ if op != Edit::Set => return status::UNSUPPORTED,
            Field::Model => self.model = value.into(),
            Field::Temperature => self.temperature = Some(value.into()),
            Field::TopP => self.top_p = Some(value.into()),
            Field::MaxTokens | Field::Choices => match value.parse() {
                Ok(n) if n > 0 && f == Field::Choices => self.choices = Some(n),
                Ok(n) if n > 0 => self.max_tokens = Some(n),
                _ => return status::INVALID,
            },
            _ => return status::READ_ONLY,
        }
        status::OK
    }

    fn edit_messages(&mut self, op: Edit, i: usize, role: usize, value: &str) -> i32 {
        match (op, Role::ALL.get(role)) {
            (Edit::Insert, Some(role)) if i <= self.messages.len() => {
                self.messages.insert(i, Message::says(role.name(), Kind::Text, value));
            }
            (Edit::Remove, _) if i < self.messages.len() => {
                self.messages.remove(i);
            }
            (Edit::Insert | Edit::Remove, _) => return status::BAD_RANGE,
            _ => return status::UNSUPPORTED,
        }
        status::OK
    }

    fn edit_system(&mut self, op: Edit, value: &str) -> i32 {
        let is_system = |m: &Message| m.role == "system";
        let place = match op {
            Edit::Set => {
                self.messages.retain(|m| !is_system(m));
                0
            }
            Edit::Prepend => self.messages.iter().position(is_system).unwrap_or(0),
            Edit::Append => self.messages.iter().rposition(is_system).map_or(0, |n| n + 1),
            _ => return status::UNSUPPORTED,
        };
        self.messages.insert(place, Message::system(value));
        status::OK
    }
}

fn edit_text(s: &mut String, op: Edit, value: &str) -> i32 {
    match op {
        Edit::Set => *s = value.into(),
        Edit::Prepend => s.insert_str(0, value),
        Edit::Append => s.push_str(value),
        _ => return status::UNSUPPORTED,
    }
    status::OK
}

fn edit_part(list: &mut [Message], op: Edit, i: usize, j: usize, value: &str) -> i32 {
    let parts = match list.get_mut(i) {
        Some(m) if j < m.parts.len() => &mut m.parts,
        _ => return status::BAD_RANGE,
    };
    if op == Edit::Remove {
        parts.remove(j);
        return status::OK;
    }
    if !has_text(parts[j].kind) {
        return status::UNSUPPORTED;
    }
    edit_text(&mut parts[j].text, op, value)
}
