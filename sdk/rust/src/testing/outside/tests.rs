use super::*;
use crate::abi::Action;
use crate::config::Value;
use crate::rt::{self, Hooks};
use crate::scan::{Hits, Set};
use crate::testing::{Host, Message, Outcome};
use crate::{body, cache, http, llm, secret, tokens, Deltaer, Plugin, Request, Requester, Response, Verdict};
use crate::{Delta, Kind, Responder};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// Asks a service and a model, as the configuration's member "do" says.
struct Asker {
    what: String,
    numbers: Set,
    hits: Hits,
}

impl Plugin for Asker {
    fn new(config: &Value) -> Result<Self, String> {
        if config.has("early") {
            assert_eq!(cache::get("a"), None);
            assert_eq!(http::Request::get("https://a.test/").send().err(), Some(Error::BadField));
        }
        let patterns: Vec<&str> = config.texts("patterns").collect();
        let numbers = Set::new(if patterns.is_empty() { &[r"\d{3,}"] } else { patterns.as_slice() })?;
        assert_eq!(Set::new(&[r"\d{3,}"]).map(|s| s == numbers), Ok(patterns.is_empty()), "equal sets are one");
        Ok(Asker { what: config.text("do", "").into(), numbers, hits: Hits::new() })
    }
}

impl Asker {
    fn post(&self) -> Result<Verdict, Error> {
        secret::attach("key", "authorization", "Bearer ")?;
        let sent = http::Request::post("https://dlp.test/v1")
            .header("content-type", "text/plain")
            .body(b"hello")
            .timeout(Duration::from_millis(250))
            .send()?;
        assert_eq!(sent.header("X-Kind"), Some("a".into()));
        assert_eq!(sent.header("x-none"), None);
        Ok(Verdict::tag("answer", &format!("{} {}", sent.status(), String::from_utf8_lossy(&sent.body()))))
    }

    fn act(&mut self, r: &Request) -> Result<Verdict, Error> {
        let part = r.message(0).part(0);
        match self.what.as_str() {
            "call" => return self.post(),
            "bad header" => {
                return http::Request::get("https://a.test").header("a", "b\nc: d").send().map(|_| Verdict::CONTINUE)
            }
            "ask" => {
                let text = llm::Question::new("small").system("Be brief.").max_tokens(3).ask(&part.text())?;
                return Ok(Verdict::respond(&text));
            }
            "cache" => {
                let known = cache::get("k").map_or("none".into(), |b| String::from_utf8(b).unwrap());
                cache::put("k", part.text().as_bytes(), Duration::from_secs(1))?;
                assert_eq!(cache::put(&"k".repeat(MAX_KEY + 1), b"", Duration::ZERO), Err(Error::TooLarge));
                return Ok(Verdict::tag("known", &known));
            }
            "tokens" => {
                let n = [tokens::count("12345")?, tokens::of_part(part)?, tokens::of_prompt()?];
                assert_eq!(tokens::of_part(r.message(9).part(0)), Err(Error::Absent));
                return Ok(Verdict::tag("tokens", &format!("{n:?}")));
            }
            "body" => {
                let mut b = [0; 4];
                let left = body::read_request(2, &mut b)?;
                assert_eq!(body::read_request(99, &mut b), Err(Error::BadRange));
                assert_eq!(body::answer(), Err(Error::BadField));
                return Ok(Verdict::tag("body", &format!("{} {left} {b:?}", body::request()?.len())));
            }
            _ => {}
        }
        self.numbers.find_in(part, &mut self.hits)?;
        let at: Vec<String> = self.hits.iter().map(|h| format!("{}:{}-{}", h.pattern, h.start, h.end)).collect();
        Ok(Verdict::tag("hits", &at.join(" ")))
    }
}

impl Requester for Asker {
    fn on_request(&mut self, r: &Request) -> Verdict {
        self.act(r).unwrap_or_else(Verdict::from)
    }
}

impl Responder for Asker {
    fn on_response(&mut self, _: &Response) -> Verdict {
        Verdict::tag("body", &format!("{:?}", body::answer()))
    }
}

impl Deltaer for Asker {
    fn on_delta(&mut self, d: &Delta) -> Verdict {
        let mut text = Vec::new();
        d.append_before(&mut text);
        let from = text.len();
        text.extend_from_slice(d.window());
        let in_window = self.numbers.find_window(d, &mut self.hits).unwrap();
        let at_once: Vec<usize> = self.hits.iter().map(|h| h.start + from).collect();
        self.numbers.find(&text, from, &mut self.hits).unwrap();
        let open = if d.is_final() { text.len() } else { self.numbers.open(&text, from) };
        assert_eq!(in_window + from, open, "two calls or one");
        assert_eq!(at_once, self.hits.iter().map(|h| h.start).collect::<Vec<_>>());
        let (mut out, mut at) = (Vec::new(), from);
        for hit in self.hits.iter().filter(|h| h.start < open) {
            out.extend_from_slice(&text[at..hit.start]);
            out.push(b'#');
            at = hit.end;
        }
        out.extend_from_slice(&text[at..open]);
        Verdict::replace(&out, text.len() - open)
    }
}

impl Hooks for Asker {
    const SET: u16 = 1 | 1 << Hook::OnRequest as u16 | 1 << Hook::OnResponse as u16 | 1 << Hook::OnDelta as u16;
    const MANIFEST: &'static [u8] = br#"{"name": "asker", "version": "1", "abi": 1,
        "stream": {"mode": "transform", "hold": 64}, "wants": {"http": "a", "secret": "a", "llm": "a", "cache": "a",
        "tokens": "a", "body": "a", "scan": "a"}}"#;

    fn call(&mut self, hook: Hook, args: [i32; 3]) -> Verdict {
        match hook {
            Hook::OnRequest => rt::request(self),
            Hook::OnResponse => rt::response(self),
            Hook::OnDelta => rt::delta(self, args),
            _ => Verdict::CONTINUE,
        }
    }
}

fn host(what: &str) -> Host<Asker> {
    Host::new(&format!("{{\"do\": \"{what}\"}}"))
}

fn ask(h: &mut Host<Asker>, text: &str) -> Outcome {
    h.request(&mut Conversation::new(vec![Message::user(text)]))
}

#[test]
fn calls_are_answered_by_the_test() {
    let mut h = host("call");
    let seen = Rc::new(RefCell::new(Vec::new()));
    let log = Rc::clone(&seen);
    h.on_http(move |call| {
        log.borrow_mut().push(call.clone());
        Ok(HttpAnswer { headers: vec![("x-kind".into(), "a".into())], ..HttpAnswer::new(201, "fine") })
    });
    assert_eq!(ask(&mut h, "").tag, "answer=201 fine");
    let want = HttpCall {
        method: "POST".into(),
        url: "https://dlp.test/v1".into(),
        headers: vec![("content-type".into(), "text/plain".into())],
        secrets: vec![("key".into(), "authorization".into(), "Bearer ".into())],
        body: b"hello".to_vec(),
        timeout: 250,
    };
    assert_eq!(seen.borrow().as_slice(), [want]);
    h.on_http(|_| Err(Error::TimedOut));
    assert_eq!(ask(&mut h, "").reason, "a call to the outside took too long");
    assert_eq!(ask(&mut host("bad header"), "").reason, Error::Invalid.text());
}

#[test]
#[should_panic(expected = "write the answer with Host::on_http")]
fn calls_that_nobody_answers_fail() {
    ask(&mut host("call"), "");
}

#[test]
fn questions_are_answered_by_the_test() {
    let mut h = host("ask");
    h.on_llm(|q| {
        assert_eq!((q.model.as_str(), q.system.as_str(), q.max_tokens, q.timeout), ("small", "Be brief.", 3, 0));
        Ok(q.prompt.to_uppercase().repeat(200))
    });
    let got = ask(&mut h, "yes");
    assert_eq!((got.action, got.body), (Action::Respond, "YES".repeat(200)));
    h.on_llm(|_| Err(Error::Exhausted));
    assert_eq!(ask(&mut h, "yes").reason, Error::Exhausted.text());
}

#[test]
fn values_are_cached_by_tenant_and_time() {
    let mut h = host("cache");
    assert_eq!(ask(&mut h, "a").tag, "known=none");
    assert_eq!(ask(&mut h, "b").tag, "known=a");
    h.set_tenant("other");
    assert_eq!(ask(&mut h, "c").tag, "known=none");
    h.set_now(1_704_067_200_000 + 1_000);
    assert_eq!(ask(&mut h, "d").tag, "known=none", "it has expired");
}

#[test]
fn tokens_are_counted() {
    let mut h = host("tokens");
    assert_eq!(ask(&mut h, "12345678").tag, "tokens=[2, 2, 4]");
    h.on_tokens(|text| text.split_whitespace().count());
    assert_eq!(ask(&mut h, "to be or").tag, "tokens=[1, 3, 4]");
}

#[test]
fn bodies_are_read_from_an_offset() {
    let mut h = host("body");
    let mut c = Conversation::new(vec![Message::user("hello")]);
    c.body = b"0123456".to_vec();
    assert_eq!(h.request(&mut c).tag, "body=7 5 [50, 51, 52, 53]");
    assert_eq!(h.response(&mut c).tag, "body=Err(Absent)");
    c.answer_body = Some(b"ok".to_vec());
    assert_eq!(h.response(&mut c).tag, "body=Ok([111, 107])");
}

#[test]
fn patterns_are_found() {
    let mut h = host("");
    assert_eq!(ask(&mut h, "12 345 é6789").tag, "hits=0:3-6 0:9-13");
    assert_eq!(ask(&mut h, "12").tag, "hits=");
    let text = "a 12 3456 78é901";
    for i in (0..=text.len()).filter(|i| text.is_char_boundary(*i)) {
        let (got, _) = h.stream(&mut Conversation::new(vec![]), Kind::Text, 0).send_all(&[&text[..i], &text[i..]]);
        assert_eq!(got, "a 12 # 78é#", "cut at {i}");
    }
    for (patterns, why) in [
        (r#"["a", "("]"#, "pattern 1: it isn't valid"),
        (r#"["a", "a*"]"#, "pattern 1: it matches the empty text"),
        (r#"["a\nb"]"#, "pattern 0: it has a line break; write \\n"),
    ] {
        let config = format!("{{\"patterns\": {patterns}}}");
        assert_eq!(Host::<Asker>::try_new(&config).err(), Some(why.into()), "{patterns}");
    }
}

#[test]
fn nothing_is_asked_before_there_is_a_request() {
    assert!(Host::<Asker>::try_new(r#"{"early": 1}"#).is_ok());
}
