use super::*;
use yett::testing::{Conversation, Host, Message};

fn texts(c: &Conversation) -> Vec<String> {
    c.messages.iter().map(|m| [&m.role, ": ", &m.text()].concat()).collect()
}

fn conversation(messages: &[(&str, &str)]) -> Conversation {
    let message = |(role, text): &(&str, &str)| match *role {
        "system" => Message::system(text),
        "user" => Message::user(text),
        _ => Message::assistant(text),
    };
    let mut c = Conversation::new(messages.iter().map(message).collect());
    c.consumer = Some("acme".into());
    c.team = Some("red".into());
    c.headers.insert("x-a".into(), "blue".into());
    c.tags.insert("t".into(), "gold".into());
    c
}

#[test]
fn decorates() {
    let cases: [(&str, &str, &[_], &[_]); 7] = [
        ("nothing", "{}", &[("user", "hi")], &["user: hi"]),
        (
            "system",
            r#"{"prepend_system": "A", "append_system": "Z"}"#,
            &[("system", "m"), ("user", "hi")],
            &["system: A", "system: m", "system: Z", "user: hi"],
        ),
        (
            "user",
            r#"{"prepend_user": "<", "append_user": ">"}"#,
            &[("user", "a"), ("assistant", "b"), ("user", "c")],
            &["user: <a", "assistant: b", "user: c>"],
        ),
        (
            "variables",
            r#"{"append_user": " {{ consumer }}/{{team}}/{{model}}/{{route}}/{{dialect}}/{{user}}/{{header.X-A}}/{{tag.t}}/{{var.p}}{{var.e}}",
                "variables": {"p": "Yett", "e": ""}}"#,
            &[("user", "a")],
            &["user: a acme/red/gpt-4o/chat/openai.chat//blue/gold/Yett"],
        ),
        (
            "escaped",
            r#"{"append_user": " \\{{consumer}} {{consumer}}"}"#,
            &[("user", "a")],
            &["user: a {{consumer}} acme"],
        ),
        ("nobody", r#"{"append_user": "x"}"#, &[("assistant", "b")], &["assistant: b"]),
        (
            "one text",
            r#"{"prepend_user": "{{tag.t}} ", "append_user": " {{tag.u}}."}"#,
            &[("user", "a")],
            &["user: gold a ."],
        ),
    ];
    for (name, config, given, want) in cases {
        let mut h = Host::<Decorate>::new(config);
        let mut c = conversation(given);
        for _ in 0..2 {
            c = conversation(given); // what a request left in the room isn't the next one's
            let got = h.request(&mut c);
            assert!(!got.is_block(), "{name}: {}", got.reason);
        }
        assert_eq!(texts(&c), want, "{name}");
    }
}

#[test]
fn refuses_templates() {
    for (config, want) in [
        (r#"{"append_user": "{{nope}}"}"#, "isn't known"),
        (r#"{"append_user": "{{var.x}}"}"#, "no variable x"),
        (r#"{"append_user": "{{var}}"}"#, "no variable "),
        (r#"{"prepend_system": "{{consumer"}"#, "has no }}"),
        (r#"{"prepend_system": "{{header.}}"}"#, "isn't known"),
        (r#"{"append_system": "a\nb {{nope}}"}"#, "append_system: line 2, column 3: {{nope}} isn't known"),
    ] {
        let reason = Host::<Decorate>::try_new(config).err().unwrap();
        assert!(reason.contains(want), "{config}: {reason}");
    }
}

#[test]
fn a_date_needs_the_clock() {
    let config = r#"{"append_user": " {{date}}"}"#;
    let reason = Host::<Decorate>::try_new(config).err().unwrap();
    assert_eq!(reason, "append_user: {{date}} needs the clock: grant { time = true }");

    let mut h = Host::<Decorate>::new("{}");
    *h.plugin() = Decorate::read(&Value::parse(config.as_bytes()).unwrap(), true).unwrap();
    h.set_now(1_795_478_400_000);
    let mut c = conversation(&[("user", "a")]);
    assert!(!h.request(&mut c).is_block());
    assert_eq!(texts(&c), ["user: a 2026-11-24"]);
}
