use super::*;
use crate::{
    Candidates, Delta, Deltaer, HookSet, Message, Plugin, Request, Requester, Response, Router, StreamEnder, Verdict,
};

/// Holds what it sees against its configuration, and does all that a hook may do.
struct Looker {
    prompt: String,
    calls: usize,
}

impl Plugin for Looker {
    fn new(config: &Value) -> Result<Self, String> {
        match config.text("refuse", "") {
            "" => Ok(Looker { prompt: config.text("prompt", "").into(), calls: 0 }),
            why => Err(why.into()),
        }
    }

    fn spare(&self) -> HookSet {
        HookSet::NONE.with(Hook::OnStreamEnd)
    }
}

impl Requester for Looker {
    fn on_request(&mut self, r: &Request) -> Verdict {
        let texts: Vec<String> = r.messages().flat_map(|m: Message<'_>| m.parts()).map(|p| p.text()).collect();
        assert_eq!(texts, [self.prompt.as_str()]);
        assert!(r.message(0).has_role("user") && r.header("x-a").is_none());
        assert_eq!(r.state().is_some(), self.calls > 0, "the state of the call before");
        self.calls += 1;
        r.set_state(b"kept").unwrap();
        r.message(0).part(0).set_bytes(b"edited").unwrap();
        r.set_param("seed", "7").unwrap();
        Verdict::block(403, "no")
    }
}

impl Router for Looker {
    fn on_route(&mut self, _: &Request, candidates: &Candidates) -> Verdict {
        assert_eq!(candidates.len(), 3);
        Verdict::CONTINUE
    }
}

impl Deltaer for Looker {
    fn on_delta(&mut self, d: &Delta) -> Verdict {
        let mut before = Vec::new();
        d.append_before(&mut before);
        assert_eq!((before.as_slice(), d.window(), d.fresh(), d.is_final()), (&b"be"[..], &b"fore"[..], 4, false));
        Verdict::replace(&[b'x'; 4], 0)
    }
}

impl StreamEnder for Looker {
    fn on_stream_end(&mut self, _: &Response) -> Verdict {
        panic!("it is spared");
    }
}

impl Hooks for Looker {
    const SET: u16 = 1 | 1 << 1 | 1 << 2 | 1 << 5 | 1 << 6;
    const MANIFEST: &'static [u8] =
        br#"{"name": "looker", "version": "0.1.0", "abi": 1, "stream": {"mode": "transform"}}"#;

    fn call(&mut self, hook: Hook, args: [i32; 3]) -> Verdict {
        match hook {
            Hook::OnRequest => rt::request(self),
            Hook::OnRoute => rt::route(self, args),
            Hook::OnDelta => rt::delta(self, args),
            Hook::OnStreamEnd => rt::stream_end(self),
            _ => Verdict::CONTINUE,
        }
    }
}

#[test]
fn hooks_are_measured_by_their_names() {
    let rows = br#"[
        {"hook": "on_request", "config": "{\"prompt\": \"hello\"}", "prompt": "hello", "milliseconds": 1},
        {"hook": "on_route", "candidates": 3, "milliseconds": 1},
        {"hook": "on_delta", "before": "be", "delta": "fore", "milliseconds": 1},
        {"hook": "on_stream_end"},
        {"hook": "on_moon"},
        {"hook": "on_request", "config": "{\"refuse\": \"bad is bad\"}"}
    ]"#;
    let got = Value::parse(results::<Looker>(rows).as_bytes()).unwrap();
    let got = match &got {
        Value::List(got) => got,
        _ => panic!("no list"),
    };
    assert_eq!(got.len(), 6);
    for (n, row) in got[..4].iter().enumerate() {
        assert!(!row.has("error"), "row {n}: {row:?}");
        assert_eq!(row.int("p50_ns", -1) > 0, n < 3, "row {n}, of which the last is spared: {row:?}");
    }
    assert_eq!(got[4].text("error", ""), "there is no hook on_moon natively");
    assert_eq!(got[5].text("error", ""), "the plugin refuses the configuration: bad is bad");
}

#[test]
#[should_panic(expected = "no list in JSON")]
fn other_rows_are_refused() {
    results::<Looker>(b"x");
}
