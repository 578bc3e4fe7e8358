//! The host of one call: what the functions of crate::host ask natively.

use super::bench::Still;
use super::edits::{self, Recorded};
use super::manifest::Manifest;
use super::outside::{Got, Outside};
use super::pattern::Matcher;
use super::Conversation;
use crate::abi::{
    status, Capability, Edit, Family, Field, Hook, Instrument, Level, Slot, MAX_EDITS, MAX_EDIT_BYTES, MAX_GROWTH,
    MAX_KEY, MAX_METRICS, MAX_NAME, MAX_SLOT, MAX_STATE, MAX_VALUE, NUM_ABSENT,
};
use crate::error;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::hash_map::RandomState;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher};

std::thread_local! {
    static CURRENT: RefCell<Option<Run>> = const { RefCell::new(None) };
}

/// Asks the host of the call that runs in this thread.
pub(crate) fn with<T>(ask: impl FnOnce(&mut Run) -> T) -> T {
    CURRENT.with(|c| match c.borrow_mut().as_mut() {
        Some(r) => ask(r),
        None => panic!("there is no host: natively a plugin is called by yett::testing, in one thread"),
    })
}

/// What outlives a call.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) config: String,
    pub(crate) manifest: Manifest,
    pub(crate) tenant: String,
    pub(crate) now: i64,
    pub(crate) lines: Vec<String>,
    /// By their ids: name, value, kind.
    pub(crate) metrics: Vec<(String, f64, Instrument)>,
    values: BTreeMap<[String; 3], Stored>,
    pub(crate) outside: Outside,
    /// By their ids.
    pub(crate) sets: Vec<Matcher>,
    /// Why the last set couldn't be made, as the host says it.
    pub(crate) refusal: Option<String>,
}

/// A value of `kv`, and when it ends, `i64::MAX` for never.
#[derive(Debug)]
struct Stored(Vec<u8>, i64);

/// 2024-01-01 UTC.
const NEW_YEAR: i64 = 1_704_067_200_000;

impl World {
    pub(crate) fn new(config: String, manifest: Manifest) -> World {
        World { config, manifest, now: NEW_YEAR, ..World::default() }
    }
}

/// The host of one call.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) world: World,
    /// `None` in on_init.
    pub(crate) conversation: Option<Conversation>,
    pub(crate) hook: Hook,
    pub(crate) window: Vec<u8>,
    pub(crate) before: Vec<u8>,
    pub(crate) fresh: usize,
    pub(crate) is_final: bool,
    pub(crate) slots: [Vec<u8>; Slot::ALL.len()],
    pub(crate) got: Got,
    /// Stands in for the conversation where the plugin is measured.
    pub(crate) still: Option<Still>,
    edits: Vec<Recorded>,
    edit_bytes: usize,
}

/// Lets the host of a call go, when the call panics too.
struct Leave;

impl Drop for Leave {
    fn drop(&mut self) {
        CURRENT.with(|c| c.borrow_mut().take());
    }
}

impl Run {
    pub(crate) fn new(world: World, conversation: Option<Conversation>, hook: Hook) -> Run {
        Run {
            world,
            conversation,
            hook,
            window: Vec::new(),
            before: Vec::new(),
            fresh: 0,
            is_final: false,
            slots: Default::default(),
            got: Got::default(),
            still: None,
            edits: Vec::new(),
            edit_bytes: 0,
        }
    }

    /// Is the thread's host while `call` runs.
    pub(crate) fn during<T>(self, call: impl FnOnce() -> T) -> (T, Run) {
        CURRENT.with(|c| {
            let before = c.borrow_mut().replace(self);
            assert!(before.is_none(), "a plugin can't call hooks");
        });
        let leave = Leave;
        let out = call();
        let run = CURRENT.with(|c| c.borrow_mut().take()).expect("the host that was put there");
        drop(leave);
        (out, run)
    }

    /// Demands that a capability that is used stands in the manifest.
    pub(crate) fn used(&mut self, c: Capability) -> &mut Self {
        assert!(
            self.world.manifest.wants.contains(&c),
            "the plugin uses capability {0}; write \"wants\": {{\"{0}\": \"why an operator should grant it\"}} into plugin.json",
            c.name()
        );
        self
    }

    pub(crate) fn features(&self) -> u64 {
        Capability::ALL.iter().fold(0, |set, c| set | 1 << *c as u16)
    }

    pub(crate) fn get(&self, f: Field, i: u32, j: u32) -> Result<Cow<'_, [u8]>, i32> {
        if let Some(s) = &self.still {
            return s.get(f, i, j).map(Cow::Borrowed);
        }
        match (&self.conversation, f, self.hook) {
            (None, ..) => Err(status::BAD_FIELD),
            (_, Field::Delta, Hook::OnDelta) => Ok(Cow::Borrowed(&self.window)),
            (_, Field::DeltaBefore, Hook::OnDelta) => Ok(Cow::Borrowed(&self.before)),
            _ if f.is_number() => Err(status::BAD_FIELD),
            (Some(c), ..) => c.get(f, i as usize, j as usize).map(|s| Cow::Owned(s.into_bytes())).ok_or(status::ABSENT),
        }
    }

    pub(crate) fn num(&self, f: Field, i: u32, j: u32) -> i64 {
        if let Some(s) = &self.still {
            return s.num(f, i, j);
        }
        match (&self.conversation, f, self.hook) {
            (None, ..) => NUM_ABSENT,
            (_, Field::DeltaNew, Hook::OnDelta) => self.fresh as i64,
            (_, Field::DeltaFinal, Hook::OnDelta) => self.is_final.into(),
            _ if !f.is_number() => NUM_ABSENT,
            (Some(c), ..) => c.num(f, i as usize, j as usize).unwrap_or(NUM_ABSENT),
        }
    }

    pub(crate) fn named(&self, family: Family, name: &str) -> Result<&[u8], i32> {
        if self.still.is_some() {
            return Err(status::ABSENT);
        }
        let c = self.conversation.as_ref().ok_or(status::BAD_FIELD)?;
        c.named(family, name).map(str::as_bytes).ok_or(status::ABSENT)
    }

    pub(crate) fn edit(&mut self, op: Edit, f: Field, i: u32, j: u32, value: &[u8]) -> i32 {
        if self.still.is_some() {
            return status::OK;
        }
        if self.conversation.is_none() {
            return status::BAD_FIELD;
        }
        if !f.editable().contains(&self.hook) {
            return status::READ_ONLY;
        }
        self.record(value, |text| Recorded::Field(op, f, i as usize, j as usize, text))
    }

    pub(crate) fn set_named(&mut self, family: Family, name: &str, value: &[u8]) -> i32 {
        if self.still.is_some() {
            return status::OK;
        }
        let writes_request = matches!(self.hook, Hook::OnRequest | Hook::OnUpstreamRequest);
        match family {
            _ if self.conversation.is_none() => return status::BAD_FIELD,
            Family::Param if writes_request => {}
            Family::AnswerHeader | Family::UpstreamHeader => {}
            _ => return status::READ_ONLY,
        }
        if name.len() > MAX_NAME {
            return status::TOO_LARGE;
        }
        self.record(value, |text| Recorded::Named(family, name.into(), text))
    }

    fn record(&mut self, value: &[u8], make: impl FnOnce(String) -> Recorded) -> i32 {
        let text = match std::str::from_utf8(value) {
            Ok(text) => text.to_string(),
            Err(_) => return status::INVALID,
        };
        self.edit_bytes += text.len();
        if self.edits.len() >= MAX_EDITS || self.edit_bytes > MAX_EDIT_BYTES {
            return status::TOO_LARGE;
        }
        self.edits.push(make(text));
        status::OK
    }

    /// Makes the edits.
    pub(crate) fn make_edits(&mut self) {
        let c = self.conversation.as_mut().expect("a conversation, where edits could be recorded");
        if let Err((e, made)) = edits::make(std::mem::take(&mut self.edits), c) {
            let why = error::check(made).expect_err("a status below 0");
            panic!("{} recorded an edit that can't be made, {e:?}: {why}", self.hook.name());
        }
    }

    pub(crate) fn stage(&mut self, slot: Slot, text: &[u8]) -> i32 {
        let window = self.still.as_ref().map_or(self.window.len(), Still::window);
        let growth = if slot == Slot::Delta { MAX_GROWTH * window } else { 0 };
        if text.len() > MAX_SLOT + growth {
            return status::TOO_LARGE;
        }
        let to = &mut self.slots[slot as usize];
        to.clear();
        to.extend_from_slice(text);
        status::OK
    }

    pub(crate) fn state(&self) -> Result<&[u8], i32> {
        if let Some(s) = &self.still {
            return s.state.as_deref().ok_or(status::ABSENT);
        }
        let c = self.conversation.as_ref().ok_or(status::ABSENT)?;
        c.state.as_deref().ok_or(status::ABSENT)
    }

    pub(crate) fn set_state(&mut self, b: &[u8]) -> i32 {
        let state = match (&mut self.still, &mut self.conversation) {
            (Some(s), _) => &mut s.state,
            (None, Some(c)) => &mut c.state,
            (None, None) => return status::UNSUPPORTED,
        };
        if b.len() > MAX_STATE {
            return status::TOO_LARGE;
        }
        let to = state.get_or_insert_with(Vec::new);
        to.clear();
        to.extend_from_slice(b);
        status::OK
    }

    pub(crate) fn log(&mut self, level: Level, line: &str) -> i32 {
        if self.still.is_some() {
            return status::OK;
        }
        self.world.lines.push(format!("{}: {line}", level.name()));
        status::OK
    }

    pub(crate) fn define(&mut self, kind: Instrument, name: &str) -> i32 {
        if self.hook != Hook::OnInit {
            return status::BAD_FIELD;
        }
        let good = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
        if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(good) {
            return status::INVALID;
        }
        let metrics = &mut self.world.metrics;
        let id = metrics.iter().position(|m| m.0 == name).unwrap_or(metrics.len());
        if id == MAX_METRICS {
            return status::TOO_LARGE;
        }
        if id == metrics.len() {
            metrics.push((name.into(), 0.0, kind));
        }
        id as i32
    }

    pub(crate) fn measure(&mut self, id: i32, kind: Instrument, v: f64) -> i32 {
        let known = usize::try_from(id).ok().and_then(|id| self.world.metrics.get_mut(id));
        match known {
            Some(m) if m.2 == kind => {
                m.1 = if kind == Instrument::Gauge { v } else { m.1 + v };
                status::OK
            }
            _ => status::ABSENT,
        }
    }

    /// Where a value of `kv` is kept. What has ended is forgotten first.
    fn at(&mut self, space: &str, key: &str) -> [String; 3] {
        let now = self.world.now;
        self.world.values.retain(|_, v| v.1 > now);
        [space.into(), self.world.tenant.clone(), key.into()]
    }

    /// When a value ends that lasts for ttl milliseconds.
    fn end(&self, ttl: i64) -> i64 {
        if ttl <= 0 {
            return i64::MAX;
        }
        self.world.now.saturating_add(ttl)
    }

    pub(crate) fn kept(&mut self, space: &str, key: &str) -> Result<&[u8], i32> {
        let at = self.at(space, key);
        self.world.values.get(&at).map(|v| v.0.as_slice()).ok_or(status::ABSENT)
    }

    pub(crate) fn keep(&mut self, space: &str, key: &str, value: &[u8], ttl: i64) {
        let (at, end) = (self.at(space, key), self.end(ttl));
        self.world.values.insert(at, Stored(value.to_vec(), end));
    }

    pub(crate) fn put(&mut self, space: &str, key: &str, value: &[u8], ttl: i64) -> i32 {
        if key.len() > MAX_KEY || value.len() > MAX_VALUE {
            return status::TOO_LARGE;
        }
        self.keep(space, key, value, ttl);
        status::OK
    }

    pub(crate) fn cas(&mut self, space: &str, key: &str, old: Option<&[u8]>, value: &[u8], ttl: i64) -> i32 {
        if self.kept(space, key).ok() != old {
            return status::MISMATCH;
        }
        self.put(space, key, value, ttl)
    }

    pub(crate) fn incr(&mut self, space: &str, key: &str, by: i64, ttl: i64) -> i64 {
        let (at, end) = (self.at(space, key), self.end(ttl));
        let v = self.world.values.entry(at).or_insert_with(|| Stored(b"0".to_vec(), end));
        let sum = std::str::from_utf8(&v.0).ok().and_then(|s| s.parse::<i64>().ok()).and_then(|n| n.checked_add(by));
        match sum {
            None => NUM_ABSENT,
            Some(n) => {
                v.0 = n.to_string().into_bytes();
                n
            }
        }
    }

    pub(crate) fn delete(&mut self, space: &str, key: &str) -> i32 {
        let at = self.at(space, key);
        match self.world.values.remove(&at) {
            Some(_) => status::OK,
            None => status::ABSENT,
        }
    }

    pub(crate) fn random(&mut self, b: &mut [u8]) -> i32 {
        if b.len() > MAX_SLOT {
            return status::TOO_LARGE;
        }
        for piece in b.chunks_mut(8) {
            // The standard library's only source: the keys of a new hasher.
            let n = RandomState::new().build_hasher().finish().to_le_bytes();
            piece.copy_from_slice(&n[..piece.len()]);
        }
        status::OK
    }
}
