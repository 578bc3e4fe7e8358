//! Measures a plugin's hooks natively, so that `yett plugin bench` can set native code beside WebAssembly.
//!
//! Reading a text that is measured with costs a copy, as it does in the gateway; the test host makes a `String` of each.
//! Capabilities are the test host's own.

use super::run::Run;
use super::Host;
use crate::abi::{status, Capability, Field, Hook, Kind, NUM_ABSENT};
use crate::config::Value;
use crate::read::mend;
use crate::rt::{self, Hooks};
use crate::Error;
use std::time::{Duration, Instant};

/// The variable of the environment that names a file with what to measure: a list in JSON of objects with `hook`,
/// `config` (JSON in a text), `prompt`, `answer`, `delta`, `before`, `candidates` and `milliseconds`.
const ROWS: &str = "YETT_BENCH";

/// What stands before the results on their line of the standard output.
const MARK: &str = "yett-bench: ";

/// How many calls of one hook are measured at most.
const MAX_TIMES: usize = 20_000;

/// Is the test that [`crate::plugin!`] adds with feature `bench`. It does nothing unless it is told what to measure.
pub fn bench<P: Hooks>() {
    if let Some(path) = std::env::var_os(ROWS) {
        let rows = std::fs::read(path).expect("the file with the rows");
        println!("\n{MARK}{}", results::<P>(&rows));
    }
}

/// Measures what the rows say: a list in JSON of objects with `p50_ns` or `error`. Allocations aren't counted: there is one
/// allocator in a program, and it may be the plugin's.
fn results<P: Hooks>(rows: &[u8]) -> String {
    let rows = match Value::parse(rows) {
        Ok(Value::List(rows)) => rows,
        _ => panic!("the rows are no list in JSON"),
    };
    let results = rows.iter().map(|row| match measure::<P>(row) {
        Ok(p50) => Value::Object(vec![("p50_ns".into(), Value::Number(p50.to_string()))]),
        Err(e) => Value::Object(vec![("error".into(), Value::Text(e))]),
    });
    let mut line = Vec::new();
    Value::List(results.collect()).append_json(&mut line);
    mend(line)
}

/// Calls a hook for as long as its row says, and returns the median in nanoseconds; 0 for a hook that the configuration
/// spares, which is never called.
fn measure<P: Hooks>(row: &Value) -> Result<u64, String> {
    let name = row.text("hook", "");
    let found = Hook::ALL.into_iter().find(|h| h.name() == name);
    let hook = found.ok_or_else(|| format!("there is no hook {name} natively"))?;
    let made = Host::<P>::try_new(row.text("config", ""));
    let mut host = made.map_err(|e| format!("the plugin refuses the configuration: {e}"))?;
    if host.world.manifest.wants.contains(&Capability::Scan) {
        return Err("the plugin uses scan, which is native code in the gateway, and slow in the test host".into());
    }
    if host.plugin.spare().has(hook) {
        return Ok(0);
    }
    host.on_http(|_| Err(Error::Unavailable));
    host.on_llm(|_| Err(Error::Unavailable));
    let still = Still::new(row);
    let args = match hook {
        Hook::OnDelta => [Kind::Text as i32, 0, still.delta.len() as i32],
        Hook::OnRoute => [still.candidates as i32, 0, 0],
        _ => [0; 3],
    };
    let span = Duration::from_millis(row.int("milliseconds", 0) as u64);
    let mut r = Run::new(std::mem::take(&mut host.world), None, hook);
    r.still = Some(still);
    let (p50, _) = r.during(|| median(span, || rt::run(&mut host.plugin, hook, args)));
    Ok(p50)
}

/// Calls `f` again and again for a while.
fn median<T>(span: Duration, mut f: impl FnMut() -> T) -> u64 {
    for _ in 0..10 {
        f();
    }
    let mut times = Vec::with_capacity(MAX_TIMES);
    let start = Instant::now();
    while times.len() < MAX_TIMES {
        let began = Instant::now();
        f();
        let done = Instant::now();
        times.push((done - began).as_nanos() as u64);
        if done - start > span {
            break;
        }
    }
    times.sort_unstable();
    times[times.len() / 2]
}

/// What a hook sees while it is measured: one message, one answer, one piece, and edits that nobody makes. The texts stay
/// for the process's life, so that reading them costs a copy and no more.
#[derive(Debug)]
pub(crate) struct Still {
    pub(crate) prompt: &'static [u8],
    answer: &'static [u8],
    delta: &'static [u8],
    before: &'static [u8],
    candidates: u32,
    pub(crate) state: Option<Vec<u8>>,
}

impl Still {
    fn new(row: &Value) -> Still {
        let text = |name| &*Box::leak(row.text(name, "").as_bytes().into());
        Still {
            prompt: text("prompt"),
            answer: text("answer"),
            delta: text("delta"),
            before: text("before"),
            candidates: row.int("candidates", 0) as u32,
            state: None,
        }
    }

    /// The window, as the gateway lays it down for a module.
    pub(crate) fn lent(&self, len: usize) -> Option<&'static [u8]> {
        (len == self.delta.len()).then_some(self.delta)
    }

    /// How long the window is.
    pub(crate) fn window(&self) -> usize {
        self.delta.len()
    }

    pub(crate) fn get(&self, f: Field, i: u32, j: u32) -> Result<&[u8], i32> {
        let first = i == 0 && j == 0;
        Ok(match f {
            Field::Role if first => b"user",
            Field::PartText if first => self.prompt,
            Field::AnswerPartText if first => self.answer,
            Field::Delta => self.delta,
            Field::DeltaBefore => self.before,
            Field::RequestId | Field::Route => b"bench",
            Field::Dialect => b"openai.chat",
            Field::Model | Field::CandidateModel => b"model",
            Field::CandidateProvider => b"provider",
            Field::ClientIp => b"192.0.2.1",
            Field::Method => b"POST",
            Field::Path => b"/v1/chat/completions",
            Field::Finish => b"stop",
            _ => return Err(status::ABSENT),
        })
    }

    pub(crate) fn num(&self, f: Field, i: u32, j: u32) -> i64 {
        match f {
            Field::Messages | Field::Answers | Field::CandidateWeight => 1,
            Field::Parts | Field::AnswerParts if i == 0 => 1,
            Field::PartKind | Field::AnswerPartKind if i == 0 && j == 0 => Kind::Text as i64,
            Field::DeltaNew => self.delta.len() as i64,
            Field::Candidates => self.candidates.into(),
            Field::Tools | Field::Stream | Field::DeltaFinal => 0,
            _ => NUM_ABSENT,
        }
    }
}

#[cfg(test)]
mod tests;
