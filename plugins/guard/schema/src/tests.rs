//! The hooks, called as a host calls them.

use crate::demand::{Kept, MAX_KEPT, MAX_KEPT_SIZE};
use crate::{tagged, Guard};
use yett::testing::{Action, Conversation, Host, Message, Outcome, Part, Tool};
use yett::{Hook, Kind, Plugin};

const PERSON: &str = r#"{"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}}, "additionalProperties": false}"#;
const ADD: &str =
    r#"{"type": "object", "required": ["a", "b"], "properties": {"a": {"type": "number"}, "b": {"type": "number"}}}"#;

fn part(kind: Kind, text: &str) -> Part {
    Part { kind, text: text.into(), name: None, id: None }
}

fn answer(parts: Vec<Part>) -> Vec<Message> {
    vec![Message { role: "assistant".into(), parts }]
}

fn says(texts: &[&str]) -> Vec<Message> {
    texts.iter().map(|s| Message::assistant(s)).collect()
}

fn calls(name: &str, arguments: &str) -> Vec<Message> {
    vec![Message::tool_call("t1", name, arguments)]
}

fn tool(name: &str, schema: Option<&str>) -> Tool {
    Tool { name: name.into(), description: None, schema: schema.map(Into::into) }
}

/// A conversation with tools and what the request says of its output.
fn talk(params: &[(&str, &str)], answers: Vec<Message>) -> Conversation {
    let mut c = Conversation::new(vec![Message::user("who?")]);
    c.params = params.iter().map(|(name, json)| (name.to_string(), json.to_string())).collect();
    c.answers = answers;
    c.tools = vec![tool("find", Some(PERSON)), tool("add", Some(ADD)), tool("plain", None)];
    c
}

/// Shows a conversation's answers whole, and then their tool calls, until one is refused.
fn whole(h: &mut Host<Guard>, c: &mut Conversation) -> Outcome {
    let mut got = h.response(c);
    for i in 0..c.answers.len() {
        for j in 0..c.answers[i].parts.len() {
            if !got.is_block() && c.answers[i].parts[j].kind == Kind::ToolCall {
                got = h.tool_call(c, i, j);
            }
        }
    }
    got
}

/// Sends a conversation's answers in pieces, and tool calls once they are whole, and returns why they were refused. What passes
/// must be whole.
fn stream(h: &mut Host<Guard>, c: &mut Conversation, size: usize) -> String {
    c.stream = true;
    for (i, a) in c.answers.clone().into_iter().enumerate() {
        for (j, p) in a.parts.into_iter().enumerate() {
            let pieces: Vec<&str> = p.text.as_bytes().chunks(size).map(|b| std::str::from_utf8(b).unwrap()).collect();
            if !pieces.is_empty() {
                let (out, got) = h.stream(c, p.kind, (i << 16 | j) as u32).send_all(&pieces);
                if got.is_block() {
                    assert_eq!(out, "");
                    return got.reason;
                }
                assert_eq!(out, p.text);
            }
            if p.kind == Kind::ToolCall {
                let got = h.tool_call(c, i, j);
                if got.is_block() {
                    return got.reason;
                }
            }
        }
    }
    h.stream_end(c).reason
}

/// Parameters of the request.
type Params<'a> = &'a [(&'a str, &'a str)];

/// Name, configuration, parameters of the request, answers, and why they are refused.
type Case<'a> = (&'a str, &'a str, Params<'a>, Vec<Message>, &'a str);

/// Answers, what they are held against, and what comes of it whole and as streams: "" for what passes.
#[test]
fn answers() {
    let of_person = format!(r#"{{"schema": {PERSON}}}"#);
    let requested = format!(r#"{{"schema": {PERSON}, "when": "requested"}}"#);
    let own = format!(
        r#"{{"type": "json_schema", "json_schema": {{"name": "person", "strict": true, "schema": {PERSON}}}}}"#
    );
    let anthropic = format!(r#"{{"type": "json_schema", "schema": {PERSON}}}"#);
    let newer = format!(r#"{{"format": {{"type": "json_schema", "schema": {PERSON}}}}}"#);
    let object = [("response_format", r#"{"type": "json_object"}"#)];
    let schema = [("response_format", &own[..])];
    let (a, b) = ([("output_format", &anthropic[..])], [("output_config", &newer[..])]);
    let at_name = "the answer doesn't fit its schema: type at /name";
    let ann = r#"{"name": "Ann"}"#;
    #[rustfmt::skip]
    let cases: Vec<Case> = vec![
        ("fits", &of_person, &[], says(&[r#" {"name": "Ann", "age": 3} "#]), ""),
        ("no JSON", &of_person, &[], says(&["Sure! {"]), "the answer is no JSON: a value is missing, at byte 0"),
        ("cut", &of_person, &[], says(&[r#"{"name": "Ann"#]), "the answer is no JSON: it ends early, at byte 13"),
        ("misfit", &of_person, &[], says(&[r#"{"name": "Ann", "age": -7}"#]), "the answer doesn't fit its schema: minimum at /age"),
        ("missing", &of_person, &[], says(&["{}"]), "the answer doesn't fit its schema: required at the top: name is missing"),
        ("unknown member", &of_person, &[], says(&[r#"{"name": "Ann", "iban": 1}"#]), "the answer doesn't fit its schema: additionalProperties at /*"),
        ("member twice", &of_person, &[], says(&[r#"{"name": "Ann", "name": 1}"#]), "the answer is no JSON: an object names a member twice, at byte 26"),
        ("second choice", &of_person, &[], says(&[ann, r#"{"name": 1}"#]), at_name),
        ("empty", &of_person, &[], says(&[""]), "the answer is empty"),
        ("any JSON", r#"{"when": "always"}"#, &[], says(&["[1]"]), ""),
        ("not asked for", "{}", &[], says(&["prose"]), ""),
        ("not asked for, configured", &requested, &[], says(&["prose"]), ""),
        ("asked for, configured", r#"{"schema": {"type": "object", "maxProperties": 0}, "when": "requested"}"#, &schema, says(&[ann]), "the answer doesn't fit its schema: maxProperties at the top"),
        ("asked for and first", r#"{"schema": {"type": "null"}, "when": "requested", "from_request": true}"#, &schema, says(&[ann]), ""),
        ("first, without a schema", r#"{"schema": {"type": "null"}, "from_request": true}"#, &object, says(&["null"]), ""),
        ("the request's", "{}", &schema, says(&[r#"{"name": 1}"#]), at_name),
        ("Anthropic's", "{}", &a, says(&[r#"{"name": 1}"#]), at_name),
        ("Anthropic's newer", "{}", &b, says(&[r#"{"name": 1}"#]), at_name),
        ("an object", "{}", &object, says(&[r#"{"x": [1]}"#]), ""),
        ("no object", "{}", &object, says(&["[1]"]), "the answer doesn't fit its schema: type at the top"),
        ("never", r#"{"when": "never"}"#, &schema, says(&["prose"]), ""),
        ("fences refused", "{}", &object, says(&["```json\n{}\n```"]), "the answer is no JSON: a value is missing, at byte 0"),
        ("refusal", &of_person, &[], answer(vec![part(Kind::Refusal, "I can't.")]), ""),
        ("reasoning", &of_person, &[], answer(vec![part(Kind::Reasoning, "hm"), part(Kind::Text, ann)]), ""),
        ("reasoning alone", &of_person, &[], answer(vec![part(Kind::Reasoning, "hm")]), "the answer is empty"),
        ("tool call", "{}", &[], calls("find", ann), ""),
        ("tool call in place of a text", &of_person, &[], calls("find", ann), ""),
        ("tools off", r#"{"tools": "off"}"#, &[], calls("find", r#"{"name": 1}"#), ""),
    ];
    for (name, config, params, answers, want) in cases {
        let mut h = Host::<Guard>::new(config);
        let mut c = talk(params, answers.clone());
        assert_eq!(h.request(&mut c).action, Action::Continue, "{name}");
        let got = whole(&mut h, &mut c);
        assert_eq!(got.reason, want, "{name}");
        assert_eq!(got.status, if want.is_empty() { 0 } else { 502 }, "{name}");
        for size in [1, 3, 1000] {
            assert_eq!(stream(&mut h, &mut talk(params, answers.clone()), size), want, "{name}, by {size}");
        }
    }
}

#[test]
fn tool_calls() {
    let of_person = format!(r#"{{"schema": {PERSON}}}"#);
    let undeclared = "the answer calls a tool that the request doesn't declare";
    let ann = r#"{"name": "Ann"}"#;
    let empty = r#"{"tools": {"find": {"maxProperties": 0}}}"#;
    #[rustfmt::skip]
    let cases = [
        ("{}", "add", r#"{"a": 1, "b": 2}"#, ""),
        ("{}", "find", r#"{"name": 1}"#, "a call of tool find doesn't fit its schema: type at /name"),
        ("{}", "find", r#"{"a": 1, "b": 2}"#, "a call of tool find doesn't fit its schema: additionalProperties at /*"),
        ("{}", "add", ann, "a call of tool add doesn't fit its schema: required at the top: a is missing"),
        ("{}", "find", r#"{"name": "#, "a call of tool find is no JSON: it ends early, at byte 9"),
        ("{}", "drop", ann, undeclared),
        ("{}", "", ann, undeclared),
        (empty, "find", ann, "a call of tool find doesn't fit its schema: maxProperties at the top"),
        (r#"{"tools": {"drop": {"maxProperties": 0}}}"#, "drop", r#"{"x": 1}"#, "a call of tool drop doesn't fit its schema: maxProperties at the top"),
        (r#"{"tools": {"drop": true}}"#, "find", r#"{"name": 1}"#, "a call of tool find doesn't fit its schema: type at /name"),
        ("{}", "find", "", "a call of tool find doesn't fit its schema: required at the top: name is missing"),
        (empty, "find", "", ""),
        ("{}", "plain", "SELECT 1", ""),
        (&of_person, "find", ann, ""),
        (&of_person, "plain", "", ""),
        (r#"{"tools": "off"}"#, "drop", "[", ""),
    ];
    for (config, name, arguments, want) in cases {
        let mut h = Host::<Guard>::new(config);
        assert_eq!(whole(&mut h, &mut talk(&[], calls(name, arguments))).reason, want, "{config} {name} {arguments}");
        for size in [1, 4, 100] {
            let got = stream(&mut h, &mut talk(&[], calls(name, arguments)), size);
            assert_eq!(got, want, "{config} {name} {arguments} by {size}");
        }
    }
}

/// A call is held against its own tool, whichever calls are beside it.
#[test]
fn each_tool_call() {
    let mut h = Host::<Guard>::new("{}");
    let mut c = talk(&[], calls("add", r#"{"a": 1, "b": 2}"#));
    c.answers.extend(calls("find", r#"{"name": "Ann"}"#));
    let mut third = c.answers[0].parts[0].clone();
    third.name = Some("find".into());
    c.answers[1].parts.push(third);
    assert_eq!(h.tool_call(&mut c, 0, 0).action, Action::Continue);
    assert_eq!(h.tool_call(&mut c, 1, 0).action, Action::Continue);
    let got = h.tool_call(&mut c, 1, 1);
    assert_eq!(got.status, 502);
    assert_eq!(got.reason, "a call of tool find doesn't fit its schema: additionalProperties at /*");
}

#[test]
fn fences() {
    let mut h = Host::<Guard>::new(r#"{"allow_fences": true}"#);
    let schema = format!(r#"{{"type": "json_schema", "json_schema": {{"schema": {PERSON}}}}}"#);
    let cases = [
        ("```json\n{\"name\": \"Ann\"}\n```", r#"{"name": "Ann"}"#),
        (" \n```JSON \r\n{\"name\": \"B\"}\n\n```\n", r#"{"name": "B"}"#),
        ("```\n{\"name\": \"C\"}```", r#"{"name": "C"}"#),
        (r#"{"name": "D"}"#, r#"{"name": "D"}"#),
    ];
    for (text, want) in cases {
        let mut c = talk(&[("response_format", &schema)], says(&[text]));
        assert!(!h.response(&mut c).is_block(), "{text}");
        assert_eq!(c.answers[0].text(), want);
        let (out, got) = h.stream(&mut c, Kind::Text, 0).send_all(&[&text[..3], &text[3..7], &text[7..]]);
        assert!(!got.is_block(), "{text}");
        assert_eq!(out, want);
    }
    for text in ["```yaml\n{}\n```", "```json {} ```", "Here: ```json\n{}\n```", "```json\n{}\n"] {
        let object = [("response_format", r#"{"type": "json_object"}"#)];
        assert!(h.response(&mut talk(&object, says(&[text]))).is_block(), "{text}");
    }
    // What is wrong with it is told by its place inside of the fences.
    let got = h.response(&mut talk(&[("response_format", &schema)], says(&["```json\n{\"name\": tue}\n```"])));
    assert_eq!(got.reason, "the answer is no JSON: a value is missing, at byte 9");
}

#[test]
fn tags() {
    let mut h = Host::<Guard>::new(&format!(r#"{{"action": "tag", "schema": {PERSON}}}"#));
    let mut c = talk(&[], says(&[r#"{"name": 1}"#]));
    assert_eq!(h.response(&mut c).tag, "schema=the answer doesn't fit its schema: type at /name");
    let (out, got) = h.stream(&mut c, Kind::Text, 0).send_all(&[r#"{"name""#, ": 1}"]);
    assert_eq!(out, r#"{"name": 1}"#);
    assert_eq!(got.action, Action::Tag);
    c.answers = calls("find", r#"{"name": 1}"#);
    assert_eq!(h.tool_call(&mut c, 0, 0).tag, "schema=a call of tool find doesn't fit its schema: type at /name");
    assert_eq!(tagged(&"é".repeat(200)), "é".repeat(128));
    assert_eq!(tagged(&format!("a{}", "é".repeat(200))), format!("a{}", "é".repeat(127)));
    assert_eq!(tagged("a\nb\u{7f}"), "a b ");
}

#[test]
fn requests_with_faulty_schemas() {
    let text = r#"{"type": "json_schema", "json_schema": {"schema": {"type": "text"}}}"#;
    let ahead = r#"{"type": "json_schema", "json_schema": {"schema": {"pattern": "(?=a)"}}}"#;
    #[rustfmt::skip]
    let cases = [
        ("{}", "response_format", text, "the schema of the request's response_format can't be used: at /type: there is no such type"),
        ("{}", "response_format", ahead, "at /pattern: this plugin knows patterns without"),
        (r#"{"lenient": true}"#, "response_format", ahead, ""),
        ("{}", "output_format", r#"{"type": "json_schema", "schema": 1}"#, "isn't an object"),
        (r#"{"schema": true}"#, "response_format", text, ""),
    ];
    for (config, member, format, want) in cases {
        let got = Host::<Guard>::new(config).request(&mut talk(&[(member, format)], vec![]));
        assert_eq!(got.is_block(), !want.is_empty(), "{config} {format}");
        assert!(got.reason.contains(want), "{config} {format}: {}", got.reason);
        assert_eq!(got.status, if want.is_empty() { 0 } else { 400 });
    }
    let mut h = Host::<Guard>::new("{}");
    let mut c = talk(&[], vec![]);
    c.tools.push(tool("odd", Some(r#"{"$ref": "other.json"}"#)));
    assert!(h.request(&mut c).reason.contains("the schema of tool odd can't be used: at /$ref"));
    c.tools[0].schema = Some(format!(r#"{{"title": "{}"}}"#, "x".repeat(200 << 10)));
    assert_eq!(h.request(&mut c).action, Action::Continue, "behind a large one it is found when it is called for");
    c.answers = calls("odd", "{}");
    assert!(whole(&mut h, &mut c).reason.contains("the schema of tool odd can't be used: at /$ref"));
    c.answers = calls("find", "{}");
    assert!(whole(&mut h, &mut c).reason.contains("the schema of tool find can't be used: it is too large"));
}

#[test]
fn steps() {
    let mut h = Host::<Guard>::new(r#"{"schema": {"items": {"pattern": "a.*b"}}, "max_steps": 1000}"#);
    let spent = "the answer takes too many steps to check";
    let texts = |n| format!("[\"{}\"]", "x".repeat(n));
    let numbers = |n| format!("[{}1]", "1,".repeat(n));
    for (text, want) in [
        (texts(500), "the answer doesn't fit its schema: pattern at /0"),
        (texts(5_000), spent),
        (texts(50_000), spent),
        (numbers(200), ""),
        (numbers(400), spent),
        (numbers(2_000), spent),
    ] {
        assert_eq!(h.response(&mut talk(&[], says(&[&text]))).reason, want, "{:.10} of {}", text, text.len());
    }
    let mut h = Host::<Guard>::new(r#"{"max_steps": 1000}"#);
    let format = format!(r#"{{"type": "json_schema", "json_schema": {{"schema": {{"enum": {}}}}}}}"#, numbers(2_000));
    let got = h.request(&mut talk(&[("response_format", &format)], vec![]));
    assert_eq!(got.reason, "the request's response_format can't be read: it has too many values, at byte 1534");
}

#[test]
fn refused_configurations() {
    #[rustfmt::skip]
    let cases = [
        (r#"{"schema": {"properties": {"a": {"type": "text"}}}}"#, "schema: at /properties/a/type: there is no such type"),
        (r#"{"tools": {"find": {"minItems": "2"}}}"#, "tools: find: at /minItems: it isn't a number"),
        (r#"{"tools": "all"}"#, "tools is all; it may be declared, off, or schemas by the tools' names"),
        (r#"{"tools": 1}"#, "tools may be declared, off, or schemas"),
        (r#"{"when": "often"}"#, "when is often; it may be always, requested or never"),
        (r#"{"action": "drop"}"#, "action is drop; it may be block or tag"),
        (r#"{"max_steps": 0}"#, "max_steps must be above 0"),
        (r#"{"status": 200}"#, "status must be 400 to 599"),
    ];
    for (config, want) in cases {
        let refusal = Host::<Guard>::try_new(config).err().unwrap_or_default();
        assert!(refusal.contains(want), "{config}: {refusal}");
    }
}

/// What a request asks for is read once, pays each time, and is told from what others ask for.
#[test]
fn requests_in_turn() {
    let of = |schema: &str| {
        format!(r#"{{"type": "json_schema", "schema": {schema}, "json_schema": {{"schema": {schema}}}}}"#)
    };
    let (person, add) = (of(PERSON), of(ADD));
    let mut h = Host::<Guard>::new("{}");
    let mut steps = vec![];
    for _ in 0..3 {
        for (member, format, want) in [
            ("response_format", &person, "additionalProperties at /*"),
            ("output_format", &person, "additionalProperties at /*"),
            ("output_format", &add, "required at the top: b is missing"),
            ("response_format", &r#"{"type": "json_object"}"#.to_string(), ""),
            ("response_format", &r#"{"type": "text"}"#.to_string(), ""),
        ] {
            let mut c = talk(&[(member, format)], says(&[r#"{"a": 1}"#]));
            let got = h.response(&mut c);
            assert!(got.reason.ends_with(want), "{format}: {}", got.reason);
            assert_eq!(got.is_block(), !want.is_empty());
            let once = h.plugin().left;
            h.response(&mut c);
            steps.push((once, h.plugin().left));
        }
    }
    assert!(steps[3..].iter().all(|(one, other)| one == other), "{steps:?}");
    assert!(steps[0].0 < steps[0].1, "a schema is compiled once: {steps:?}");
}

/// Texts that nobody judges leave at once, and so does reasoning beside those that are judged.
#[test]
fn texts_that_need_no_wait() {
    let object = [("response_format", r#"{"type": "json_object"}"#)];
    #[rustfmt::skip]
    let cases: [(&str, Params, Kind, bool); 7] = [
        ("{}", &[], Kind::Text, true),
        ("{}", &object, Kind::Text, false),
        ("{}", &object, Kind::Reasoning, true),
        ("{}", &object, Kind::Refusal, true),
        ("{}", &object, Kind::ToolCall, true),
        (r#"{"schema": true}"#, &[], Kind::Text, false),
        (r#"{"schema": true, "when": "requested"}"#, &[], Kind::Text, true),
    ];
    for (config, params, kind, leaves) in cases {
        let mut h = Host::<Guard>::new(config);
        let mut c = talk(params, vec![]);
        c.stream = true;
        let (out, got) = h.stream(&mut c, kind, 0).send("some");
        assert_eq!(got.action == Action::Continue, leaves, "{config} {params:?} {kind:?}");
        assert_eq!(out, if leaves { "some" } else { "" });
    }
}

/// Hooks that have nothing to do are spared, so that streams needn't wait.
#[test]
fn spared_hooks() {
    let all = [Hook::OnRequest, Hook::OnResponse, Hook::OnDelta, Hook::OnStreamEnd, Hook::OnToolCall];
    let cases = [
        ("{}", vec![]),
        (r#"{"schema": true}"#, vec![]),
        (r#"{"tools": "off"}"#, vec![]),
        (r#"{"schema": true, "tools": "off"}"#, vec![Hook::OnRequest]),
        (r#"{"schema": true, "tools": "off", "from_request": true}"#, vec![]),
        (r#"{"when": "never"}"#, vec![Hook::OnResponse, Hook::OnDelta, Hook::OnStreamEnd]),
        (r#"{"when": "never", "tools": "off"}"#, all.to_vec()),
    ];
    for (config, want) in cases {
        let mut h = Host::<Guard>::new(config);
        let spared: Vec<Hook> = all.into_iter().filter(|hook| h.plugin().spare().has(*hook)).collect();
        assert_eq!(spared, want, "{config}");
    }
}

/// Schemas of many requests don't pile up, and those that are kept cost nothing.
#[test]
fn kept_schemas() {
    let mut kept = Kept::default();
    for n in 0..1000 {
        let src = format!(r#"{{"const": "{}{n}"}}"#, "x".repeat(3000));
        let mut left = 40_000;
        kept.compiled(src.as_bytes(), false, &mut left).unwrap();
        assert!(left < 40_000);
        left = 0;
        kept.compiled(src.as_bytes(), false, &mut left).unwrap();
        assert_eq!(left, 0);
        assert!(kept.schemas.len() <= MAX_KEPT && kept.size <= MAX_KEPT_SIZE);
    }
}
