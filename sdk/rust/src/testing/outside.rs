//! What plugins reach through the host: addresses, models, counts of tokens. A test writes the answers.

use super::run::Run;
use super::Conversation;
use crate::abi::{status, Field, Hook, MAX_CACHED, MAX_COUNTED, MAX_HEADERS, MAX_KEY};
use crate::{error, Error};
use std::fmt;

/// A call that a plugin made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpCall {
    /// The method.
    pub method: String,
    /// The address.
    pub url: String,
    /// The headers, in their order.
    pub headers: Vec<(String, String)>,
    /// Headers that a secret was attached to: its name, the header, and what stands before the secret.
    pub secrets: Vec<(String, String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// In milliseconds; 0: what the grant allows.
    pub timeout: u32,
}

/// What a test answers to a call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HttpAnswer {
    /// The status, 100 to 599.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl HttpAnswer {
    /// An answer without headers.
    #[must_use]
    pub fn new(status: u16, body: &str) -> HttpAnswer {
        HttpAnswer { status, headers: Vec::new(), body: body.into() }
    }
}

/// A question that a plugin asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Question {
    /// The model.
    pub model: String,
    /// The system prompt, "" if there is none.
    pub system: String,
    /// The prompt.
    pub prompt: String,
    /// 0: what the grant allows.
    pub max_tokens: u32,
    /// In milliseconds; 0: what the grant allows.
    pub timeout: u32,
}

type Http = Box<dyn FnMut(&HttpCall) -> Result<HttpAnswer, Error>>;
type Llm = Box<dyn FnMut(&Question) -> Result<String, Error>>;
type Count = Box<dyn FnMut(&str) -> usize>;

/// The test's side of what plugins reach.
#[derive(Default)]
pub(crate) struct Outside {
    pub(crate) http: Option<Http>,
    pub(crate) llm: Option<Llm>,
    pub(crate) count: Option<Count>,
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outside")
    }
}

/// What the hook that runs got from outside.
#[derive(Debug, Default)]
pub(crate) struct Got {
    attached: Vec<(String, String, String)>,
    answer: Option<HttpAnswer>,
    text: Option<String>,
}

/// The headers of a call, from lines "name: value".
fn headers(lines: &str) -> Option<Vec<(String, String)>> {
    lines.lines().map(|l| l.split_once(": ").map(|(name, value)| (name.into(), value.into()))).collect()
}

impl Run {
    /// Tells whether the hook may ask what isn't for on_init.
    fn asks(&self) -> Result<(), i32> {
        match self.hook {
            Hook::OnInit => Err(status::BAD_FIELD),
            _ => Ok(()),
        }
    }

    pub(crate) fn http(&mut self, method: &str, url: &str, lines: &str, body: &[u8], timeout: i32) -> Result<i32, i32> {
        self.asks()?;
        if lines.len() > MAX_HEADERS {
            return Err(status::TOO_LARGE);
        }
        let call = HttpCall {
            method: method.into(),
            url: url.into(),
            headers: headers(lines).ok_or(status::INVALID)?,
            secrets: std::mem::take(&mut self.got.attached),
            body: body.into(),
            timeout: timeout as u32,
        };
        let answer = match &mut self.world.outside.http {
            Some(answer) => answer(&call),
            None => panic!("the plugin calls {method} {url}; write the answer with Host::on_http"),
        };
        self.got.answer = None;
        let answer = answer.map_err(error::status)?;
        let code = answer.status.into();
        self.got.answer = Some(answer);
        Ok(code)
    }

    pub(crate) fn http_header(&self, name: &str) -> Result<&[u8], i32> {
        let headers = self.got.answer.as_ref().map_or(&[][..], |a| &a.headers);
        let found = headers.iter().find(|h| h.0.eq_ignore_ascii_case(name));
        found.map(|h| h.1.as_bytes()).ok_or(status::ABSENT)
    }

    pub(crate) fn http_body(&self) -> Result<&[u8], i32> {
        self.got.answer.as_ref().map(|a| a.body.as_slice()).ok_or(status::ABSENT)
    }

    pub(crate) fn attach(&mut self, name: &str, header: &str, prefix: &str) -> Result<i32, i32> {
        self.asks()?;
        self.got.attached.push((name.into(), header.into(), prefix.into()));
        Ok(status::OK)
    }

    pub(crate) fn ask(&mut self, question: Question) -> Result<i32, i32> {
        self.asks()?;
        let text = match &mut self.world.outside.llm {
            Some(answer) => answer(&question),
            None => panic!("the plugin asks model {}; write the answer with Host::on_llm", question.model),
        };
        self.got.text = None;
        let text = text.map_err(error::status)?;
        let len = text.len() as i32;
        self.got.text = Some(text);
        Ok(len)
    }

    pub(crate) fn llm_text(&self) -> Result<&[u8], i32> {
        self.got.text.as_ref().map(String::as_bytes).ok_or(status::ABSENT)
    }

    pub(crate) fn tokens(&mut self, text: &str) -> Result<i32, i32> {
        self.asks()?;
        if text.len() > MAX_COUNTED {
            return Err(status::TOO_LARGE);
        }
        let n = match &mut self.world.outside.count {
            Some(count) => count(text),
            None => (text.len() + 3) / 4,
        };
        Ok(n as i32)
    }

    pub(crate) fn tokens_of(&mut self, f: Field, i: u32, j: u32) -> Result<i32, i32> {
        let text = self.get(f, i, j)?.into_owned();
        self.tokens(&String::from_utf8_lossy(&text))
    }

    pub(crate) fn tokens_of_prompt(&mut self) -> Result<i32, i32> {
        if let Some(s) = &self.still {
            return self.tokens(&String::from_utf8_lossy(s.prompt));
        }
        let all = self.conversation.as_ref().map(Conversation::prompt).unwrap_or_default();
        self.tokens(&all)
    }

    pub(crate) fn cached(&mut self, key: &str) -> Result<&[u8], i32> {
        self.asks()?;
        self.kept(CACHE, key)
    }

    pub(crate) fn cache(&mut self, key: &str, value: &[u8], ttl: i64) -> Result<i32, i32> {
        self.asks()?;
        if key.len() > MAX_KEY || value.len() > MAX_CACHED {
            return Err(status::TOO_LARGE);
        }
        self.keep(CACHE, key, value, ttl);
        Ok(status::OK)
    }

    /// A body of the conversation from `offset` on, and the length of the whole.
    pub(crate) fn body(&self, answer: bool, offset: u32) -> Result<(&[u8], usize), i32> {
        self.asks()?;
        let c = self.conversation.as_ref().ok_or(status::BAD_FIELD)?;
        let all = match (answer, self.hook) {
            (false, _) => c.body.as_slice(),
            (true, Hook::OnResponse | Hook::OnToolCall | Hook::OnLog) => {
                c.answer_body.as_deref().ok_or(status::ABSENT)?
            }
            (true, _) => return Err(status::BAD_FIELD),
        };
        all.get(offset as usize..).map(|b| (b, all.len())).ok_or(status::BAD_RANGE)
    }
}

/// The space of `cache` among those of `kv`, whose names can't have a NUL.
const CACHE: &str = "\0cache";

#[cfg(all(
    test,
    feature = "body",
    feature = "cache",
    feature = "llm",
    feature = "scan",
    feature = "secret",
    feature = "tokens"
))]
mod tests;
