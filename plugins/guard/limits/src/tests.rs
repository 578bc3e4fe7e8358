use super::*;
use yett::testing::{Action, Conversation, Host, Message, Part, Tool};
use yett::Kind;

fn part(kind: Kind, text: &str, name: Option<&str>) -> Part {
    Part { kind, text: text.into(), name: name.map(String::from), id: None }
}

fn image() -> Message {
    Message { role: "user".into(), parts: vec![part(Kind::Image, "", None), part(Kind::Text, "what is it?", None)] }
}

/// Counts a token for each word.
fn host(config: &str) -> Host<Limits> {
    let mut h = Host::new(config);
    h.on_tokens(|text| text.split_whitespace().count());
    h
}

type Ask = fn(&mut Conversation);

fn says(c: &mut Conversation, text: &str) {
    c.messages = vec![Message::user(text)];
}

fn declares(c: &mut Conversation, names: &[&str]) {
    c.tools.extend(names.iter().map(|n| Tool { name: (*n).into(), description: None, schema: Some("{}".into()) }));
}

#[test]
fn requests() {
    let nothing: Ask = |_| {};
    let cases: &[(&str, Ask, u16, &str)] = &[
        ("{}", nothing, 0, ""),
        (r#"{"models":{"allow":["gpt-4*"]}}"#, nothing, 0, ""),
        (
            r#"{"models":{"allow":["claude-*","o3"]}}"#,
            nothing,
            403,
            "the model \"gpt-4o\" isn't allowed here; allowed: claude-*, o3",
        ),
        (r#"{"models":{"allow":["*"],"deny":["*-4o"]}}"#, nothing, 403, "isn't allowed here; allowed: *"),
        (r#"{"models":{"deny":["gpt*"],"message":"use another"}}"#, nothing, 403, "use another"),
        (r#"{"tools":{"allow":["get_*"]}}"#, |c| declares(c, &["get_weather"]), 0, ""),
        (
            r#"{"tools":{"allow":["get_*"]}}"#,
            |c| declares(c, &["get_weather", "shell"]),
            403,
            "the tool \"shell\" isn't allowed here; allowed: get_*; take it out of the request",
        ),
        (
            r#"{"tools":{"deny":["shell"]}}"#,
            |c| declares(c, &["shell"]),
            403,
            "the tool \"shell\" isn't allowed here; take it out of the request",
        ),
        (r#"{"prompt":{"characters":9}}"#, |c| says(c, "äöüäöüäöü"), 0, ""),
        (
            r#"{"prompt":{"characters":9}}"#,
            |c| says(c, "äöüäöüäöü!"),
            413,
            "the request has 10 characters, and 9 is the most; shorten it",
        ),
        (r#"{"prompt":{"tokens":5}}"#, |c| says(c, "one two three four"), 0, ""),
        (
            r#"{"prompt":{"tokens":4}}"#,
            |c| says(c, "one two three four"),
            413,
            "the request has 5 tokens, and 4 is the most; shorten it",
        ),
        (
            r#"{"prompt":{"tokens":4}}"#,
            |c| says(c, &"x".repeat(yett::abi::MAX_COUNTED + 1)),
            413,
            "the request has more tokens, and 4 is the most; shorten it",
        ),
        (r#"{"prompt":{"bytes":-5}}"#, nothing, 413, "bytes, and -5 is the most; send less"),
        (r#"{"prompt":{"messages":1}}"#, nothing, 0, ""),
        (
            r#"{"prompt":{"messages":2}}"#,
            |c| c.messages = vec![Message::user("a"), Message::assistant("b"), Message::user("c")],
            400,
            "the request has 3 messages, and 2 is the most; begin a new conversation, or send the last part of this one",
        ),
        (r#"{"prompt":{"images":1}}"#, |c| c.messages = vec![image()], 0, ""),
        (
            r#"{"prompt":{"images":1}}"#,
            |c| c.messages = vec![image(), image()],
            400,
            "the request has 2 images, and 1 is the most; send fewer",
        ),
        (r#"{"prompt":{"images":0,"message":"texts only"}}"#, |c| c.messages = vec![image()], 400, "texts only"),
        (
            r#"{"prompt":{"tools":1}}"#,
            |c| declares(c, &["a", "b"]),
            400,
            "the request has 2 tools, and 1 is the most; declare fewer",
        ),
        (r#"{"max_tokens":{"most":100,"over":"block"}}"#, |c| c.max_tokens = Some(100), 0, ""),
        (
            r#"{"max_tokens":{"most":100,"over":"block"}}"#,
            |c| c.max_tokens = Some(101),
            400,
            "max_tokens is 101, and 100 is the most; ask for less",
        ),
        (
            r#"{"choices":{"most":1,"over":"block"}}"#,
            |c| c.choices = Some(2),
            400,
            "n is 2, and 1 is the most; ask for fewer answers",
        ),
        (
            r#"{"temperature":{"most":1,"over":"block"}}"#,
            |c| c.temperature = Some("1.5".into()),
            400,
            "temperature is 1.5, and 1 is the most; lower it",
        ),
        (
            r#"{"temperature":{"least":0.2,"over":"block"}}"#,
            |c| c.temperature = Some("0".into()),
            400,
            "temperature is 0, and 0.2 is the least; raise it",
        ),
        (r#"{"temperature":{"most":1}}"#, |c| c.temperature = Some("1e999".into()), 400, "temperature isn't a number"),
        (r#"{"models":{"deny":["*"]},"prompt":{"characters":0}}"#, nothing, 403, "the model \"gpt-4o\" isn't"),
    ];
    for (config, ask, status, why) in cases {
        let mut c = Conversation::new(vec![Message::user("hello")]);
        ask(&mut c);
        let got = host(config).request(&mut c);
        if *status == 0 {
            assert_eq!(got.action, Action::Continue, "{config}: {}", got.reason);
            continue;
        }
        assert_eq!((got.action, got.status), (Action::Block, *status), "{config}");
        assert!(got.reason.contains(why), "{config}: {}", got.reason);
    }
}

#[test]
fn clamps() {
    let config = r#"{"max_tokens":{"most":100},"choices":{"most":2},"temperature":{"least":0.1,"most":1.25}}"#;
    let mut h = host(config);
    let mut c = Conversation::new(vec![Message::user("hi")]);
    assert_eq!(h.request(&mut c).action, Action::Edited, "nothing was asked for");
    assert_eq!((c.max_tokens, c.temperature.as_deref(), c.choices), (Some(100), None, None));

    (c.max_tokens, c.temperature, c.choices) = (Some(5000), Some("2".into()), Some(7));
    assert_eq!(h.request(&mut c).tag, "limits=clamped");
    assert_eq!((c.max_tokens, c.temperature.as_deref(), c.choices), (Some(100), Some("1.25"), Some(2)));
    c.temperature = Some("0.0".into());
    h.request(&mut c);
    assert_eq!(c.temperature.as_deref(), Some("0.1"));

    let mut other = Conversation::new(vec![Message::user("hi")]);
    (other.dialect, other.choices) = ("anthropic.messages".into(), Some(7));
    h.request(&mut other);
    assert_eq!((other.max_tokens, other.choices), (Some(100), Some(7)), "that API has none");
    let mut other = Conversation::new(vec![Message::user("hi")]);
    other.dialect = "openai.embeddings".into();
    h.request(&mut other);
    assert_eq!(other.max_tokens, None);
}

fn conversation() -> Conversation {
    Conversation::new(vec![
        Message::system("be brief"),
        Message::user("one one one"),
        Message::assistant("eins"),
        Message::user("two two two"),
        Message::tool_call("1", "f", "{}"),
        Message::tool_result("1", "a b c"),
        Message::assistant("zwei"),
        Message::user("three"),
        Message::assistant("drei"),
        Message::user("last"),
    ])
}

/// The oldest turns go, whole; the system prompt and the last turn stay.
#[test]
fn trims() {
    for (config, first, left) in [
        (r#"{"prompt":{"messages":10,"over":"trim"}}"#, "one one one", 10),
        (r#"{"prompt":{"messages":9,"over":"trim"}}"#, "two two two", 8),
        (r#"{"prompt":{"messages":7,"over":"trim"}}"#, "three", 4),
        (r#"{"prompt":{"messages":2,"over":"trim"}}"#, "last", 2),
        (r#"{"prompt":{"characters":22,"over":"trim"}}"#, "three", 4),
        (r#"{"prompt":{"tokens":20,"over":"trim"}}"#, "two two two", 8),
    ] {
        let mut c = conversation();
        let got = host(config).request(&mut c);
        assert!(!got.is_block(), "{config}: {}", got.reason);
        assert_eq!((c.messages[0].role.as_str(), c.messages[1].text().as_str()), ("system", first), "{config}");
        assert_eq!(c.messages.len(), left, "{config}");
        assert_eq!(got.tag == "limits=trimmed", left < 10);
    }
    let mut c = conversation();
    let got = host(r#"{"prompt":{"characters":5,"over":"trim"}}"#).request(&mut c);
    assert!(got.is_block() && c.messages.len() == 10, "what must stay is too long");
}

const STORY: &str = "Once upon a time — äh — there was a 🙂 fox.";

#[test]
fn answers() {
    for (config, want) in [
        ("{}", STORY),
        (r#"{"answer":{"characters":43}}"#, STORY),
        (r#"{"answer":{"characters":21}}"#, "Once upon a time — äh"),
        (r#"{"answer":{"tokens":3}}"#, "Once upon a "),
        (r#"{"answer":{"tokens":3,"characters":6}}"#, "Once u"),
        (r#"{"answer":{"characters":0}}"#, ""),
    ] {
        let mut h = host(config);
        let mut c = Conversation::new(vec![Message::user("hi")]);
        let two = vec![
            part(Kind::Reasoning, &"hmm ".repeat(50), None),
            part(Kind::Text, STORY, None),
            part(Kind::ToolCall, r#"{"a":"a long argument of no interest here"}"#, Some("f")),
        ];
        c.answers = vec![Message::assistant(STORY), Message { role: "assistant".into(), parts: two }];
        let got = h.response(&mut c);
        assert_eq!(c.answers[0].text(), want, "{config}");
        assert_eq!(c.answers[1].parts[1].text, want, "{config}");
        assert_eq!(c.answers[1].parts[0].text.len(), 200);
        assert_eq!(got.tag == "limits=truncated", want != STORY, "{config}");
        if config.contains("tokens") {
            continue; // streams are counted piece by piece
        }
        for (cut, _) in STORY.char_indices() {
            let (a, b) = STORY.split_at(cut);
            let (out, _) = h.stream(&mut Conversation::default(), Kind::Text, 0).send_all(&[a, b]);
            assert_eq!(out, want, "{config}, cut at {cut}");
        }
    }
}

#[test]
fn streams_of_tokens() {
    let mut h = host(r#"{"answer":{"tokens":4}}"#);
    let mut c = Conversation::default();
    let (mut a, mut b) = (String::new(), String::new());
    for piece in ["one ", "two ", "three ", "four five ", "six ", "seven"] {
        a.push_str(&h.stream(&mut c, Kind::Text, 0).send(piece).0);
        b.push_str(&h.stream(&mut c, Kind::Text, 1 << 16).send(&piece.repeat(2)).0);
        assert_eq!(h.stream(&mut c, Kind::Reasoning, 0).send(piece).0, piece);
    }
    assert_eq!(a, "one two three four ");
    assert_eq!(b, "one one two two ", "each choice has its own");
    assert_eq!(h.stream_end(&mut c).tag, "limits=truncated");
    let mut c = Conversation::default();
    h.stream(&mut c, Kind::Text, 0).send_all(&["one ", "two"]);
    assert_eq!(h.stream_end(&mut c).tag, "");
}

#[test]
fn refused_answers() {
    let mut h = host(r#"{"answer":{"characters":10,"tokens":50,"over":"block"}}"#);
    let mut c = Conversation::default();
    c.answers = vec![Message::assistant(STORY)];
    let got = h.response(&mut c);
    assert!(got.is_block());
    assert_eq!(got.reason, "the answer is longer than 10 characters or 50 tokens; ask for a shorter one");
    let (out, got) = h.stream(&mut Conversation::default(), Kind::Text, 0).send_all(&["Once ", "upon ", "a time"]);
    assert!(out == "Once upon " && got.is_block());
}

#[test]
fn tool_calls() {
    let mut c = Conversation::default();
    let calls = ["get_weather", "shell_exec"].map(|name| part(Kind::ToolCall, "{}", Some(name)));
    c.answers = vec![Message { role: "assistant".into(), parts: calls.into() }];
    let mut h = host(r#"{"tools":{"deny":["shell*"]}}"#);
    assert_eq!(h.tool_call(&mut c, 0, 0).action, Action::Continue);
    let got = h.tool_call(&mut c, 0, 1);
    assert!(got.is_block());
    assert_eq!(got.reason, "the answer calls the tool \"shell_exec\", which isn't allowed here");
    assert_eq!(host("{}").tool_call(&mut c, 0, 1).action, Action::Continue);
}

#[test]
fn refused_configurations() {
    for (config, why) in [
        (r#"{"prompt":{"over":"drop"}}"#, "over is \"block\" or \"trim\""),
        (r#"{"answer":{"over":"clamp"}}"#, "over is \"truncate\" or \"block\""),
        (r#"{"temperature":{"least":1,"most":0.5}}"#, "temperature has a least above its most"),
        (r#"{"max_tokens":{"most":0}}"#, "most is 1 at least"),
    ] {
        let got = Host::<Limits>::try_new(config).err().unwrap_or_default();
        assert!(got.contains(why), "{config}: {got}");
    }
}

#[test]
fn spares_what_there_is_no_rule_for() {
    let spared = |config: &str| Limits::new(&Value::parse(config.as_bytes()).unwrap()).unwrap().spare().bits();
    assert_eq!(spared("{}"), 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7);
    assert_eq!(spared(r#"{"tools": {"deny": ["shell"]}}"#), 1 << 4 | 1 << 5 | 1 << 6);
    assert_eq!(spared(r#"{"answer": {"tokens": 5}}"#), 1 << 1 | 1 << 7);
    for rule in [
        r#""models": {"allow": ["x"]}"#,
        r#""prompt": {"images": 1}"#,
        r#""max_tokens": {"most": 1}"#,
        r#""choices": {"most": 1}"#,
        r#""temperature": {"least": 0.1}"#,
    ] {
        assert_eq!(spared(&["{", rule, "}"].concat()), 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7, "{rule}");
    }
    assert_eq!(spared(r#"{"answer": {"characters": 1}, "prompt": {"bytes": 1}, "tools": {"allow": ["x"]}}"#), 0);
}
