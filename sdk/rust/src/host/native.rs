//! The host where the plugin is native: the test host of the thread, while it calls a plugin.

#![allow(dead_code)] // some are for features that are off

use crate::abi::{Capability, Edit, Family, Field, Instrument, Level, Slot};
use crate::testing::{run::with, Question};
use std::cell::Cell;
use std::mem::MaybeUninit;

std::thread_local! {
    /// Tells that the hook that runs has recorded an edit.
    static EDITED: Cell<bool> = const { Cell::new(false) };
}

pub(crate) fn edited() -> bool {
    EDITED.with(Cell::get)
}

pub(crate) fn set_edited(to: bool) {
    EDITED.with(|e| e.set(to));
}

/// Natively, windows are read, but where a plugin is measured: that is done with windows as modules have them.
pub(crate) fn lent<'call>(len: usize) -> Option<&'call [u8]> {
    with(|r| r.still.as_ref().and_then(|s| s.lent(len)))
}

/// The rule of all reading functions.
fn give(text: Result<&[u8], i32>, buf: &mut [MaybeUninit<u8>]) -> i32 {
    match text {
        Err(status) => status,
        Ok(text) => {
            if text.len() <= buf.len() {
                for (to, from) in buf.iter_mut().zip(text) {
                    to.write(*from);
                }
            }
            i32::try_from(text.len()).expect("a text below 2 GiB")
        }
    }
}

pub(crate) fn features() -> u64 {
    with(|r| r.features())
}

pub(crate) fn config(buf: &mut [MaybeUninit<u8>]) -> i32 {
    with(|r| give(Ok(r.world.config.as_bytes()), buf))
}

pub(crate) fn get(f: Field, i: u32, j: u32, buf: &mut [MaybeUninit<u8>]) -> i32 {
    with(|r| give(r.get(f, i, j).as_deref().map_err(|s| *s), buf))
}

pub(crate) fn num(f: Field, i: u32, j: u32) -> i64 {
    with(|r| r.num(f, i, j))
}

pub(crate) fn named(family: Family, name: &str, buf: &mut [MaybeUninit<u8>]) -> i32 {
    with(|r| give(r.named(family, name), buf))
}

pub(crate) fn edit(op: Edit, f: Field, i: u32, j: u32, value: &[u8]) -> i32 {
    with(|r| r.edit(op, f, i, j, value))
}

pub(crate) fn set_named(family: Family, name: &str, value: &[u8]) -> i32 {
    with(|r| r.set_named(family, name, value))
}

pub(crate) fn stage(slot: Slot, text: &[u8]) -> i32 {
    with(|r| r.stage(slot, text))
}

pub(crate) fn state_get(buf: &mut [MaybeUninit<u8>]) -> i32 {
    with(|r| give(r.state(), buf))
}

pub(crate) fn state_put(b: &[u8]) -> i32 {
    with(|r| r.set_state(b))
}

pub(crate) fn log(level: Level, line: &str) -> i32 {
    with(|r| r.used(Capability::Log).log(level, line))
}

pub(crate) fn metrics_define(kind: Instrument, name: &str) -> i32 {
    with(|r| r.used(Capability::Metrics).define(kind, name))
}

pub(crate) fn metrics_add(id: i32, n: i64) -> i32 {
    with(|r| r.used(Capability::Metrics).measure(id, Instrument::Counter, n as f64))
}

pub(crate) fn metrics_set(id: i32, v: f64) -> i32 {
    with(|r| r.used(Capability::Metrics).measure(id, Instrument::Gauge, v))
}

pub(crate) fn metrics_observe(id: i32, v: f64) -> i32 {
    with(|r| r.used(Capability::Metrics).measure(id, Instrument::Histogram, v))
}

pub(crate) fn kv_get(space: &str, key: &str, buf: &mut [MaybeUninit<u8>]) -> i32 {
    with(|r| give(r.used(Capability::Kv).kept(space, key), buf))
}

pub(crate) fn kv_put(space: &str, key: &str, value: &[u8], ttl: i64) -> i32 {
    with(|r| r.used(Capability::Kv).put(space, key, value, ttl))
}

pub(crate) fn kv_cas(space: &str, key: &str, old: Option<&[u8]>, value: &[u8], ttl: i64) -> i32 {
    with(|r| r.used(Capability::Kv).cas(space, key, old, value, ttl))
}

pub(crate) fn kv_incr(space: &str, key: &str, by: i64, ttl: i64) -> i64 {
    with(|r| r.used(Capability::Kv).incr(space, key, by, ttl))
}

pub(crate) fn kv_delete(space: &str, key: &str) -> i32 {
    with(|r| r.used(Capability::Kv).delete(space, key))
}

pub(crate) fn now() -> i64 {
    with(|r| r.used(Capability::Time).world.now)
}

/// WASI's wall clock. It stands until a test sets it.
pub(crate) fn wall_clock() -> u64 {
    with(|r| u64::try_from(r.world.now).unwrap_or(0).saturating_mul(1_000_000))
}

pub(crate) fn random(b: &mut [u8]) -> i32 {
    with(|r| r.used(Capability::Random).random(b))
}

/// A number or a status.
fn plain(number: Result<i32, i32>) -> i32 {
    number.unwrap_or_else(|status| status)
}

pub(crate) fn scan_compile(patterns: &str) -> i32 {
    with(|r| plain(r.used(Capability::Scan).scan_compile(patterns)))
}

pub(crate) fn scan_error(buf: &mut [MaybeUninit<u8>]) -> i32 {
    with(|r| give(r.used(Capability::Scan).scan_error(), buf))
}

pub(crate) fn scan_match(set: i32, text: &[u8], from: u32, buf: &mut [MaybeUninit<u8>]) -> i32 {
    with(|r| give(r.used(Capability::Scan).scan_match(set, text, from).as_deref().map_err(|s| *s), buf))
}

pub(crate) fn scan_match_field(set: i32, f: Field, i: u32, j: u32, buf: &mut [MaybeUninit<u8>]) -> i32 {
    with(|r| give(r.used(Capability::Scan).scan_match_field(set, f, i, j).as_deref().map_err(|s| *s), buf))
}

pub(crate) fn scan_window(set: i32, buf: &mut [MaybeUninit<u8>]) -> i64 {
    with(|r| match r.used(Capability::Scan).scan_window(set) {
        Ok((hits, open)) => i64::from(give(Ok(&hits), buf)) << 32 | open as i64,
        Err(status) => status.into(),
    })
}

pub(crate) fn scan_open(set: i32, text: &[u8], from: u32) -> i32 {
    with(|r| plain(r.used(Capability::Scan).scan_open(set, text, from)))
}

pub(crate) fn http_call(method: &str, url: &str, headers: &str, body: &[u8], timeout: i32) -> i32 {
    with(|r| plain(r.used(Capability::Http).http(method, url, headers, body, timeout)))
}

pub(crate) fn http_header(name: &str, buf: &mut [MaybeUninit<u8>]) -> i32 {
    with(|r| give(r.used(Capability::Http).http_header(name), buf))
}

pub(crate) fn http_body(buf: &mut [MaybeUninit<u8>]) -> i32 {
    with(|r| give(r.used(Capability::Http).http_body(), buf))
}

pub(crate) fn secret_attach(name: &str, header: &str, prefix: &str) -> i32 {
    with(|r| plain(r.used(Capability::Secret).attach(name, header, prefix)))
}

pub(crate) fn cache_get(key: &str, buf: &mut [MaybeUninit<u8>]) -> i32 {
    with(|r| give(r.used(Capability::Cache).cached(key), buf))
}

pub(crate) fn cache_put(key: &str, value: &[u8], ttl: i64) -> i32 {
    with(|r| plain(r.used(Capability::Cache).cache(key, value, ttl)))
}

pub(crate) fn tokens_count(text: &[u8]) -> i32 {
    with(|r| plain(r.used(Capability::Tokens).tokens(&String::from_utf8_lossy(text))))
}

pub(crate) fn tokens_field(f: Field, i: u32, j: u32) -> i32 {
    with(|r| plain(r.used(Capability::Tokens).tokens_of(f, i, j)))
}

pub(crate) fn tokens_prompt() -> i32 {
    with(|r| plain(r.used(Capability::Tokens).tokens_of_prompt()))
}

pub(crate) fn body_request(offset: u32, buf: &mut [MaybeUninit<u8>]) -> i32 {
    with(|r| part(r.used(Capability::Body).body(false, offset), buf))
}

pub(crate) fn body_answer(offset: u32, buf: &mut [MaybeUninit<u8>]) -> i32 {
    with(|r| part(r.used(Capability::Body).body(true, offset), buf))
}

/// The rule of bodies: what fits is written, and the length is that of the whole.
fn part(text: Result<(&[u8], usize), i32>, buf: &mut [MaybeUninit<u8>]) -> i32 {
    match text {
        Err(status) => status,
        Ok((from, len)) => {
            for (to, from) in buf.iter_mut().zip(from) {
                to.write(*from);
            }
            i32::try_from(len).expect("a body below 2 GiB")
        }
    }
}

pub(crate) fn llm_ask(model: &str, system: &str, prompt: &str, max_tokens: i32, timeout: i32) -> i32 {
    let question = Question {
        model: model.into(),
        system: system.into(),
        prompt: prompt.into(),
        max_tokens: max_tokens as u32,
        timeout: timeout as u32,
    };
    with(|r| plain(r.used(Capability::Llm).ask(question)))
}

pub(crate) fn llm_text(buf: &mut [MaybeUninit<u8>]) -> i32 {
    with(|r| give(r.used(Capability::Llm).llm_text(), buf))
}
