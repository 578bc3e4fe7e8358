//! The host where the plugin is WebAssembly.

#![allow(dead_code)] // some are for features that are off

use crate::abi::{import, Edit, Family, Field, Instrument, Level, Slot};
use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicBool, Ordering};

/// Tells that the hook that runs has recorded an edit. In a module without threads it is a plain byte.
static EDITED: AtomicBool = AtomicBool::new(false);

pub(crate) fn edited() -> bool {
    EDITED.load(Ordering::Relaxed)
}

pub(crate) fn set_edited(to: bool) {
    EDITED.store(to, Ordering::Relaxed);
}

/// How many bytes the host may lay down before `on_delta` without being asked.
const LENT: usize = 16 << 10;

/// The buffer that the host writes windows to. It doesn't move: the module lends it for its whole life.
struct Scratch(UnsafeCell<[u8; LENT]>);

// SAFETY: a plugin's module has no threads, and the host writes only while no hook runs.
unsafe impl Sync for Scratch {}

static SCRATCH: Scratch = Scratch(UnsafeCell::new([0; LENT]));

/// Pointer and capacity of the buffer: pointer<<32 | capacity.
pub(crate) fn scratch() -> i64 {
    ((SCRATCH.0.get() as usize as u64) << 32 | LENT as u64) as i64
}

/// The window of a call, if the host could lay it down. It is good for that call.
pub(crate) fn lent<'call>(len: usize) -> Option<&'call [u8]> {
    if len > LENT {
        return None;
    }
    // SAFETY: the buffer is initialized and has the room, and the host doesn't write while the call runs.
    Some(unsafe { core::slice::from_raw_parts(SCRATCH.0.get() as *const u8, len) })
}

fn at(b: &[u8]) -> (i32, i32) {
    (b.as_ptr() as usize as i32, b.len() as i32)
}

fn room(b: &mut [MaybeUninit<u8>]) -> (i32, i32) {
    (b.as_mut_ptr() as usize as i32, b.len() as i32)
}

// SAFETY of all that follows: pointers and lengths are those of slices that live longer than the call, the host writes
// into none but the buffers that are given to be written to, and keeps none.

pub(crate) fn features() -> u64 {
    unsafe { import::features() as u64 }
}

pub(crate) fn config(buf: &mut [MaybeUninit<u8>]) -> i32 {
    let (p, n) = room(buf);
    unsafe { import::config(p, n) }
}

pub(crate) fn get(f: Field, i: u32, j: u32, buf: &mut [MaybeUninit<u8>]) -> i32 {
    let (p, n) = room(buf);
    unsafe { import::get(f as i32, i as i32, j as i32, p, n) }
}

pub(crate) fn num(f: Field, i: u32, j: u32) -> i64 {
    unsafe { import::num(f as i32, i as i32, j as i32) }
}

pub(crate) fn named(family: Family, name: &str, buf: &mut [MaybeUninit<u8>]) -> i32 {
    let (np, nn) = at(name.as_bytes());
    let (p, n) = room(buf);
    unsafe { import::named(family as i32, np, nn, p, n) }
}

pub(crate) fn edit(op: Edit, f: Field, i: u32, j: u32, value: &[u8]) -> i32 {
    let (p, n) = at(value);
    unsafe { import::edit(op as i32, f as i32, i as i32, j as i32, p, n) }
}

pub(crate) fn set_named(family: Family, name: &str, value: &[u8]) -> i32 {
    let (np, nn) = at(name.as_bytes());
    let (p, n) = at(value);
    unsafe { import::set_named(family as i32, np, nn, p, n) }
}

pub(crate) fn stage(slot: Slot, text: &[u8]) -> i32 {
    let (p, n) = at(text);
    unsafe { import::stage(slot as i32, p, n) }
}

pub(crate) fn state_get(buf: &mut [MaybeUninit<u8>]) -> i32 {
    let (p, n) = room(buf);
    unsafe { import::state_get(p, n) }
}

pub(crate) fn state_put(b: &[u8]) -> i32 {
    let (p, n) = at(b);
    unsafe { import::state_put(p, n) }
}

pub(crate) fn log(level: Level, line: &str) -> i32 {
    let (p, n) = at(line.as_bytes());
    unsafe { import::log_write(level as i32, p, n) }
}

pub(crate) fn metrics_define(kind: Instrument, name: &str) -> i32 {
    let (p, n) = at(name.as_bytes());
    unsafe { import::metrics_define(kind as i32, p, n) }
}

pub(crate) fn metrics_add(id: i32, n: i64) -> i32 {
    unsafe { import::metrics_add(id, n) }
}

pub(crate) fn metrics_set(id: i32, v: f64) -> i32 {
    unsafe { import::metrics_set(id, v) }
}

pub(crate) fn metrics_observe(id: i32, v: f64) -> i32 {
    unsafe { import::metrics_observe(id, v) }
}

pub(crate) fn kv_get(space: &str, key: &str, buf: &mut [MaybeUninit<u8>]) -> i32 {
    let ((sp, sn), (kp, kn)) = (at(space.as_bytes()), at(key.as_bytes()));
    let (p, n) = room(buf);
    unsafe { import::kv_get(sp, sn, kp, kn, p, n) }
}

pub(crate) fn kv_put(space: &str, key: &str, value: &[u8], ttl: i64) -> i32 {
    let ((sp, sn), (kp, kn)) = (at(space.as_bytes()), at(key.as_bytes()));
    let (p, n) = at(value);
    unsafe { import::kv_put(sp, sn, kp, kn, p, n, ttl) }
}

pub(crate) fn kv_cas(space: &str, key: &str, old: Option<&[u8]>, value: &[u8], ttl: i64) -> i32 {
    let ((sp, sn), (kp, kn)) = (at(space.as_bytes()), at(key.as_bytes()));
    let (op, on) = old.map_or((0, -1), at);
    let (p, n) = at(value);
    unsafe { import::kv_cas(sp, sn, kp, kn, op, on, p, n, ttl) }
}

pub(crate) fn kv_incr(space: &str, key: &str, by: i64, ttl: i64) -> i64 {
    let ((sp, sn), (kp, kn)) = (at(space.as_bytes()), at(key.as_bytes()));
    unsafe { import::kv_incr(sp, sn, kp, kn, by, ttl) }
}

pub(crate) fn kv_delete(space: &str, key: &str) -> i32 {
    let ((sp, sn), (kp, kn)) = (at(space.as_bytes()), at(key.as_bytes()));
    unsafe { import::kv_delete(sp, sn, kp, kn) }
}

pub(crate) fn now() -> i64 {
    unsafe { import::time_now() }
}

#[cfg(feature = "optional-clock")]
mod wasi {
    #[link(wasm_import_module = "wasi_snapshot_preview1")]
    extern "C" {
        pub(super) fn clock_time_get(clock: i32, precision: i64, time: *mut u64) -> i32;
    }
}

/// WASI's wall clock in nanoseconds since 1970-01-01 UTC. It stands where it isn't granted.
#[cfg(feature = "optional-clock")]
pub(crate) fn wall_clock() -> u64 {
    let mut time = 0;
    // SAFETY: as above. Clock 0 is there, so that nothing fails.
    unsafe { wasi::clock_time_get(0, 1, &mut time) };
    time
}

pub(crate) fn random(b: &mut [u8]) -> i32 {
    unsafe { import::random_fill(b.as_mut_ptr() as usize as i32, b.len() as i32) }
}

#[cfg(feature = "scan")]
pub(crate) fn scan_compile(patterns: &str) -> i32 {
    let (p, n) = at(patterns.as_bytes());
    unsafe { import::scan_compile(p, n) }
}

#[cfg(feature = "scan")]
pub(crate) fn scan_error(buf: &mut [MaybeUninit<u8>]) -> i32 {
    let (p, n) = room(buf);
    unsafe { import::scan_error(p, n) }
}

#[cfg(feature = "scan")]
pub(crate) fn scan_match(set: i32, text: &[u8], from: u32, buf: &mut [MaybeUninit<u8>]) -> i32 {
    let (tp, tn) = at(text);
    let (p, n) = room(buf);
    unsafe { import::scan_match(set, tp, tn, from as i32, p, n) }
}

#[cfg(feature = "scan")]
pub(crate) fn scan_match_field(set: i32, f: Field, i: u32, j: u32, buf: &mut [MaybeUninit<u8>]) -> i32 {
    let (p, n) = room(buf);
    unsafe { import::scan_match_field(set, f as i32, i as i32, j as i32, p, n) }
}

#[cfg(feature = "scan")]
pub(crate) fn scan_window(set: i32, buf: &mut [MaybeUninit<u8>]) -> i64 {
    let (p, n) = room(buf);
    unsafe { import::scan_window(set, p, n) }
}

#[cfg(feature = "scan")]
pub(crate) fn scan_open(set: i32, text: &[u8], from: u32) -> i32 {
    let (p, n) = at(text);
    unsafe { import::scan_open(set, p, n, from as i32) }
}

pub(crate) fn http_call(method: &str, url: &str, headers: &str, body: &[u8], timeout: i32) -> i32 {
    let ((mp, mn), (up, un)) = (at(method.as_bytes()), at(url.as_bytes()));
    let ((hp, hn), (p, n)) = (at(headers.as_bytes()), at(body));
    unsafe { import::http_call(mp, mn, up, un, hp, hn, p, n, timeout) }
}

pub(crate) fn http_header(name: &str, buf: &mut [MaybeUninit<u8>]) -> i32 {
    let (np, nn) = at(name.as_bytes());
    let (p, n) = room(buf);
    unsafe { import::http_header(np, nn, p, n) }
}

pub(crate) fn http_body(buf: &mut [MaybeUninit<u8>]) -> i32 {
    let (p, n) = room(buf);
    unsafe { import::http_body(p, n) }
}

pub(crate) fn secret_attach(name: &str, header: &str, prefix: &str) -> i32 {
    let ((np, nn), (hp, hn)) = (at(name.as_bytes()), at(header.as_bytes()));
    let (p, n) = at(prefix.as_bytes());
    unsafe { import::secret_attach(np, nn, hp, hn, p, n) }
}

pub(crate) fn cache_get(key: &str, buf: &mut [MaybeUninit<u8>]) -> i32 {
    let (kp, kn) = at(key.as_bytes());
    let (p, n) = room(buf);
    unsafe { import::cache_get(kp, kn, p, n) }
}

pub(crate) fn cache_put(key: &str, value: &[u8], ttl: i64) -> i32 {
    let ((kp, kn), (p, n)) = (at(key.as_bytes()), at(value));
    unsafe { import::cache_put(kp, kn, p, n, ttl) }
}

pub(crate) fn tokens_count(text: &[u8]) -> i32 {
    let (p, n) = at(text);
    unsafe { import::tokens_count(p, n) }
}

pub(crate) fn tokens_field(f: Field, i: u32, j: u32) -> i32 {
    unsafe { import::tokens_field(f as i32, i as i32, j as i32) }
}

pub(crate) fn tokens_prompt() -> i32 {
    unsafe { import::tokens_prompt() }
}

pub(crate) fn body_request(offset: u32, buf: &mut [MaybeUninit<u8>]) -> i32 {
    let (p, n) = room(buf);
    unsafe { import::body_request(offset as i32, p, n) }
}

pub(crate) fn body_answer(offset: u32, buf: &mut [MaybeUninit<u8>]) -> i32 {
    let (p, n) = room(buf);
    unsafe { import::body_answer(offset as i32, p, n) }
}

pub(crate) fn llm_ask(model: &str, system: &str, prompt: &str, max_tokens: i32, timeout: i32) -> i32 {
    let ((mp, mn), (sp, sn)) = (at(model.as_bytes()), at(system.as_bytes()));
    let (p, n) = at(prompt.as_bytes());
    unsafe { import::llm_ask(mp, mn, sp, sn, p, n, max_tokens, timeout) }
}

pub(crate) fn llm_text(buf: &mut [MaybeUninit<u8>]) -> i32 {
    let (p, n) = room(buf);
    unsafe { import::llm_text(p, n) }
}
