use super::*;
use crate::abi::Role;
use crate::config::Value;
use crate::{
    Call, Candidates, Delta, Deltaer, Error, ErrorHandler, HookSet, Logger, Plugin, Request, Requester, Responder,
    Response, Router, StreamEnder, ToolCaller, UpstreamRequester,
};

/// Does in each hook what the configuration's member of its name says.
struct Doer(Value);

impl Plugin for Doer {
    fn new(config: &Value) -> Result<Self, String> {
        match config.text("refuse", "") {
            "" => Ok(Doer(config.clone())),
            why => Err(why.into()),
        }
    }
}

impl Requester for Doer {
    fn on_request(&mut self, r: &Request) -> Verdict {
        match self.0.text("do", "") {
            "read" => {
                let parts: Vec<String> =
                    r.messages().flat_map(|m| m.parts()).map(|p| format!("{}={}", p.kind().name(), p.text())).collect();
                let roles: Vec<String> = r.messages().map(|m| m.role()).collect();
                for (m, role) in r.messages().zip(&roles) {
                    assert!(m.has_role(role) && !m.has_role("") && !m.has_role("tool") && !m.has_role(&role.repeat(9)));
                }
                Verdict::respond(&format!(
                    "{} {} {:?} {:?} {:?} {:?} {:?}",
                    r.model(),
                    r.dialect(),
                    r.consumer(),
                    r.header("x-a"),
                    r.max_tokens(),
                    roles,
                    parts
                ))
            }
            "edit" => {
                r.set_model("small").unwrap();
                r.set_max_tokens(500).unwrap();
                r.set_param("seed", "7").unwrap();
                r.append_system("be brief").unwrap();
                r.insert_message(r.num_messages(), Role::User, "more").unwrap();
                r.message(1).part(0).append("!").unwrap();
                assert_eq!(r.model(), "gpt-4o", "edits are made later");
                Verdict::CONTINUE
            }
            "length" => {
                assert_eq!(r.message(1).part(0).text_len(), Some(5));
                assert_eq!(r.message(1).part(1).text_len(), None);
                Verdict::CONTINUE
            }
            "param" => {
                let mut seed = b"seed: ".to_vec();
                assert!(r.append_param("seed", &mut seed) && !r.append_param("top_k", &mut seed));
                assert_eq!(seed, b"seed: 6");
                r.remove_param("seed").unwrap();
                Verdict::CONTINUE
            }
            "discard" => {
                r.set_model("small").unwrap();
                Verdict::discard()
            }
            "tag" => {
                r.set_model("small").unwrap();
                Verdict::tag("tier", "gold")
            }
            "reroute" => Verdict::reroute("large"),
            "state" => {
                assert_eq!(r.state(), None);
                r.set_state(b"kept").unwrap();
                assert_eq!(r.set_state(&[0; crate::abi::MAX_STATE + 1]), Err(Error::TooLarge));
                Verdict::CONTINUE
            }
            "invalid" => r.message(0).part(0).set_bytes(b"\xff").err().map_or(Verdict::CONTINUE, Verdict::from),
            "impossible" => {
                r.message(7).remove().unwrap();
                Verdict::CONTINUE
            }
            "long" => Verdict::block(403, &"é".repeat(crate::abi::MAX_SLOT)),
            "hold" => Verdict::hold(1),
            #[cfg(feature = "kv")]
            "kv" => {
                crate::kv::Space("a").delete("b");
                Verdict::CONTINUE
            }
            _ => Verdict::CONTINUE,
        }
    }
}

impl Router for Doer {
    fn on_route(&mut self, _: &Request, candidates: &Candidates) -> Verdict {
        candidates.iter().find(|c| c.weight() > 5).map_or(Verdict::CONTINUE, |c| Verdict::choose(c.index()))
    }
}

impl UpstreamRequester for Doer {
    fn on_upstream_request(&mut self, r: &Request) -> Verdict {
        assert_eq!(r.set_model("x"), Err(Error::ReadOnly));
        r.set_upstream_header("x-from", &r.provider().unwrap()).unwrap();
        Verdict::CONTINUE
    }
}

impl Responder for Doer {
    fn on_response(&mut self, r: &Response) -> Verdict {
        assert_eq!(r.request().set_max_tokens(1), Err(Error::ReadOnly));
        for part in r.choices().flat_map(|c| c.parts()) {
            part.prepend("> ").unwrap();
        }
        Verdict::CONTINUE
    }
}

impl Deltaer for Doer {
    fn on_delta(&mut self, d: &Delta) -> Verdict {
        let mut before = Vec::new();
        d.append_before(&mut before);
        match self.0.text("do", "") {
            "drop" => Verdict::drop_window(),
            "hold" => Verdict::hold(4.min(d.window().len())),
            "hold too much" => Verdict::hold(5),
            "show" => {
                let shown = format!("[{}|{}|{}|{}]", before.len(), d.window().len(), d.fresh(), d.is_final());
                Verdict::replace(shown.as_bytes(), 0)
            }
            "grow" => {
                use crate::abi::{MAX_GROWTH, MAX_SLOT};
                let most = MAX_SLOT + MAX_GROWTH * d.window().len();
                Verdict::replace(&vec![b'x'; most + self.0.int("more", 0) as usize], 0)
            }
            _ => Verdict::CONTINUE,
        }
    }
}

impl StreamEnder for Doer {
    fn on_stream_end(&mut self, r: &Response) -> Verdict {
        Verdict::tag("finish", &r.choice(0).finish().unwrap_or_default())
    }
}

impl ToolCaller for Doer {
    fn on_tool_call(&mut self, _: &Response, call: crate::Part<'_>) -> Verdict {
        Verdict::block(402, &["no ", &call.name().unwrap_or_default(), &call.text()].concat())
    }
}

impl ErrorHandler for Doer {
    fn on_error(&mut self, c: &Call, kind: Failure) -> Verdict {
        assert_eq!(c.attempt(), 1);
        Verdict::retry(kind == Failure::Timeout)
    }
}

impl Logger for Doer {
    fn on_log(&mut self, r: &Response) -> Verdict {
        Verdict::tag("state", &String::from_utf8(r.state().unwrap_or_default()).unwrap())
    }
}

/// What the macro writes for all hooks; the crate itself has no plugin.json.
impl Hooks for Doer {
    const SET: u16 = 0x3ff;
    const MANIFEST: &'static [u8] =
        br#"{"name": "doer", "version": "1", "abi": 1, "stream": {"mode": "transform", "hold": 4}}"#;

    fn call(&mut self, hook: Hook, args: [i32; 3]) -> Verdict {
        match hook {
            Hook::OnRequest => rt::request(self),
            Hook::OnRoute => rt::route(self, args),
            Hook::OnUpstreamRequest => rt::upstream_request(self),
            Hook::OnResponse => rt::response(self),
            Hook::OnDelta => rt::delta(self, args),
            Hook::OnStreamEnd => rt::stream_end(self),
            Hook::OnToolCall => rt::tool_call(self, args),
            Hook::OnError => rt::error(self, args),
            Hook::OnLog => rt::log(self),
            Hook::OnInit => Verdict::CONTINUE,
        }
    }
}

fn host(what: &str) -> Host<Doer> {
    Host::new(&format!("{{\"do\": \"{what}\"}}"))
}

fn hello() -> Conversation {
    Conversation::new(vec![Message::system("be nice"), Message::user("hello")])
}

#[test]
fn spared_hooks_are_not_called() {
    struct Sparing;
    impl Plugin for Sparing {
        fn new(_: &Value) -> Result<Self, String> {
            Ok(Sparing)
        }
        fn spare(&self) -> HookSet {
            HookSet::NONE.with(Hook::OnRequest).with_if(false, Hook::OnLog)
        }
    }
    impl Hooks for Sparing {
        const SET: u16 = 1 | 1 << Hook::OnRequest as u16 | 1 << Hook::OnLog as u16;
        const MANIFEST: &'static [u8] = br#"{"name": "sparing", "version": "1", "abi": 1}"#;

        fn call(&mut self, _: Hook, _: [i32; 3]) -> Verdict {
            Verdict::tag("called", "yes")
        }
    }
    assert_eq!(HookSet::NONE.with(Hook::OnRequest).with(Hook::OnDelta).bits(), 0x22);
    let mut h = Host::<Sparing>::new("");
    assert_eq!(h.request(&mut hello()).action, Action::Continue);
    assert_eq!(h.log(&mut hello()).action, Action::Tag);
}

#[test]
fn macro_finds_every_trait() {
    use crate::rt::Without;
    struct Lone;
    impl Plugin for Lone {
        fn new(_: &Value) -> Result<Self, String> {
            Ok(Lone)
        }
    }
    impl Logger for Lone {
        fn on_log(&mut self, _: &Response) -> Verdict {
            Verdict::CONTINUE
        }
    }
    assert_eq!(1 | crate::__implemented!(Doer), Doer::SET);
    assert_eq!(crate::__implemented!(Lone), 1 << Hook::OnLog as u16);
}

#[test]
fn requests_are_read() {
    let mut c = hello();
    c.consumer = Some("ann".into());
    c.headers.insert("x-a".into(), "1".into());
    c.messages.push(Message::tool_call("7", "f", "{}"));
    let got = host("read").request(&mut c);
    assert_eq!(host("length").request(&mut c).action, Action::Continue);
    let want = r#"gpt-4o openai.chat Some("ann") Some("1") None ["system", "user", "assistant"] ["text=be nice", "text=hello", "tool_call={}"]"#;
    assert_eq!((got.action, got.body.as_str()), (Action::Respond, want));
}

#[test]
fn edits_are_made_with_the_verdicts_that_keep_them() {
    let mut c = hello();
    assert_eq!(host("edit").request(&mut c).action, Action::Edited);
    let texts: Vec<String> = c.messages.iter().map(Message::text).collect();
    assert_eq!(texts, ["be nice", "be brief", "hello!", "more"]);
    assert_eq!((c.model.as_str(), c.max_tokens, c.params["seed"].as_str()), ("small", Some(500), "7"));

    c.params.insert("seed".into(), "6".into());
    assert_eq!(host("param").request(&mut c).action, Action::Edited);
    assert!(c.params.is_empty());

    let cases = [("discard", Action::Continue, "gpt-4o", ""), ("tag", Action::Tag, "small", "tier=gold")];
    for (what, action, model, tag) in cases {
        let mut c = hello();
        let got = host(what).request(&mut c);
        assert_eq!((got.action, got.tag.as_str(), c.model.as_str()), (action, tag, model), "{what}");
    }
    let mut h = host("edit");
    h.request(&mut hello());
    assert_eq!(h.log(&mut hello()).tag, "state=", "an edit of one call isn't the next one's");
}

#[test]
fn every_hook_is_called() {
    let mut c = hello();
    assert_eq!(host("reroute").request(&mut c).model, "large");
    for weight in [1, 9] {
        c.candidates.push(Candidate { provider: "p".into(), model: "m".into(), weight });
    }
    let got = host("").route(&mut c);
    assert_eq!((got.action, got.choice), (Action::Reroute, 1));
    c.provider = Some("openai.main".into());
    assert_eq!(host("").upstream_request(&mut c).action, Action::Edited);
    assert_eq!(c.upstream_headers["x-from"], "openai.main");
    c.answers = vec![Message::assistant("yes")];
    assert_eq!(host("").response(&mut c).action, Action::Edited);
    assert_eq!(c.answers[0].text(), "> yes");
    c.finish = vec!["stop".into()];
    assert_eq!(host("").stream_end(&mut c).tag, "finish=stop");
    c.answers.push(Message::tool_call("1", "rm", r#"{"f":"/"}"#));
    assert_eq!(host("").tool_call(&mut c, 1, 0).reason, r#"no rm{"f":"/"}"#);
    c.attempt = 1;
    assert!(host("").error(&mut c, Failure::Timeout).same);
    assert!(!host("").error(&mut c, Failure::Auth).same);
}

#[test]
fn state_lasts_for_a_request() {
    let (mut h, mut c) = (host("state"), hello());
    h.request(&mut c);
    assert_eq!(h.log(&mut c).tag, "state=kept");
    assert_eq!(h.log(&mut hello()).tag, "state=");
}

#[test]
fn windows_have_what_was_held_and_what_is_new() {
    let mut c = hello();
    assert_eq!(host("drop").stream(&mut c, Kind::Text, 0).send_all(&["ab", "cd"]).0, "");
    let mut h = host("hold");
    let mut s = h.stream(&mut c, Kind::Text, 0x1_0002);
    assert_eq!(s.send("ab").0, "");
    assert_eq!(s.send("cdef").0, "ab");
    assert_eq!(s.send("éé").0, "cdef");
    assert_eq!(s.send("é!").0, "é", "characters aren't cut");
    assert_eq!(s.end().0, "éé!");
    let mut h = host("show");
    let mut s = h.stream(&mut c, Kind::Text, 0);
    assert_eq!(s.send("ab").0, "[0|2|2|false]");
    assert_eq!(s.send("cde").0, "[2|3|3|false]");
    assert_eq!(s.send(&"x".repeat(99)).0, "[5|99|99|false]");
    assert_eq!(s.end().0, "[64|0|0|true]");
}

#[test]
fn a_long_window_may_be_replaced_by_a_longer_text() {
    for window in [1, 1000, crate::abi::MAX_HOLD] {
        let window = "a".repeat(window);
        let (out, got) = host("grow").stream(&mut hello(), Kind::Text, 0).send_all(&[&window]);
        assert_eq!(got.action, Action::Continue);
        assert_eq!(out.len(), crate::abi::MAX_SLOT + 16 * window.len());
        let mut h = Host::<Doer>::new(r#"{"do": "grow", "more": 1}"#);
        let (out, got) = h.stream(&mut hello(), Kind::Text, 0).send_all(&[&window]);
        assert_eq!((out.as_str(), got.status, got.reason.as_str()), ("", 500, "a replacement is too long"));
    }
}

#[test]
fn texts_that_are_too_long_or_not_valid() {
    let got = host("long").request(&mut hello());
    assert_eq!((got.reason.len(), got.status), (crate::abi::MAX_SLOT, 403));
    let got = host("invalid").request(&mut hello());
    assert_eq!((got.status, got.reason.as_str()), (500, "the value isn't valid"));
}

#[test]
fn configurations_are_refused() {
    assert_eq!(Host::<Doer>::try_new(r#"{"refuse": "no"}"#).err(), Some("no".into()));
    assert_eq!(Host::<Doer>::try_new("{").err(), Some("the configuration isn't JSON".into()));
}

#[test]
#[should_panic(expected = "recorded an edit that can't be made")]
fn impossible_edits_fail() {
    host("impossible").request(&mut hello());
}

#[test]
#[should_panic(expected = "on_request may not return hold")]
fn verdicts_of_other_hooks_fail() {
    host("hold").request(&mut hello());
}

#[test]
#[should_panic(expected = "on_delta holds 5 bytes, and stream.hold of plugin.json is 4")]
fn holding_more_than_promised_fails() {
    host("hold too much").stream(&mut hello(), Kind::Text, 0).send("abcdef");
}

#[test]
#[cfg(feature = "kv")]
#[should_panic(expected = "write \"wants\": {\"kv\": \"why an operator should grant it\"}")]
fn capabilities_that_are_not_wanted_fail() {
    host("kv").request(&mut hello());
}

#[test]
fn a_panic_leaves_no_host_behind() {
    let hurt = std::panic::catch_unwind(|| host("impossible").request(&mut hello()));
    assert!(hurt.is_err());
    assert_eq!(host("tag").request(&mut hello()).tag, "tier=gold");
}
