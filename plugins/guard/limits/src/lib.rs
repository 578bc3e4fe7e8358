//! The bundled plugin guard/limits: it keeps requests and answers within bounds. README.md tells which.

mod answer;
mod characters;
mod decimal;
mod names;
mod prompt;
mod request;

use answer::AnswerRule;
use names::Names;
use prompt::{PromptRule, Size};
use request::{Most, Span};
use yett::config::Value;
use yett::{Hook, HookSet, Plugin, Verdict};

/// The plugin. Its fields but the buffers are set once.
struct Limits {
    models: Names,
    tools: Names,
    prompt: PromptRule,
    max_tokens: Most,
    choices: Most,
    temperature: Span,
    answer: AnswerRule,

    text: Vec<u8>,
    state: Vec<u8>,
    sizes: Vec<Size>,
}

yett::plugin!(Limits: Requester, Responder, Deltaer, StreamEnder, ToolCaller);

impl Plugin for Limits {
    /// plugin.json has the schema of the configuration.
    fn new(config: &Value) -> Result<Self, String> {
        let p = Limits {
            models: Names::new(config.get("models")),
            tools: Names::new(config.get("tools")),
            prompt: PromptRule::new(config.get("prompt"))?,
            max_tokens: Most::new(config.get("max_tokens"))?,
            choices: Most::new(config.get("choices"))?,
            temperature: Span::new(config.get("temperature"))?,
            answer: AnswerRule::new(config.get("answer"))?,
            text: Vec::new(),
            state: Vec::new(),
            sizes: Vec::new(),
        };
        if p.temperature.is_empty() {
            return Err("temperature has a least above its most".into());
        }
        if p.max_tokens.most == Some(0) || p.choices.most == Some(0) {
            return Err("most is 1 at least: nothing is answered with none".into());
        }
        Ok(p)
    }

    /// What there is no rule for isn't looked at, and streamed tool calls aren't kept back for it.
    fn spare(&self) -> HookSet {
        let asks = self.models.set() || self.tools.set() || self.prompt.set() || self.bounds_parameters();
        let answers = self.answer.set();
        HookSet::NONE
            .with_if(!asks, Hook::OnRequest)
            .with_if(!answers, Hook::OnResponse)
            .with_if(!answers, Hook::OnDelta)
            .with_if(!answers, Hook::OnStreamEnd)
            .with_if(!self.tools.set(), Hook::OnToolCall)
    }
}

/// A bound that isn't set.
const NONE: i64 = -1;

/// A bound that may be set.
fn bound(c: &Value, name: &str) -> Option<i64> {
    Some(c.int(name, NONE)).filter(|n| *n != NONE)
}

/// Reads what is done with what is over a bound: the first, which is the default, or the second.
fn second(c: &Value, first: &str, second: &str) -> Result<bool, String> {
    match c.text("over", first) {
        over if over == first => Ok(false),
        over if over == second => Ok(true),
        _ => Err(["over is \"", first, "\" or \"", second, "\""].concat()),
    }
}

/// Refuses with the operator's words, or the plugin's own.
fn refuse(status: u16, message: &str, own: &[&str]) -> Verdict {
    if message.is_empty() {
        Verdict::block(status, &own.concat())
    } else {
        Verdict::block(status, message)
    }
}

#[cfg(test)]
mod tests;
