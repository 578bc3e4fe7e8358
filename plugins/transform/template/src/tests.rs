use super::*;
use yett::testing::{Action, Conversation, Host, Message, Outcome};

/// Two templates, one with two versions. More members may follow.
const SUPPORT: &str = r#"{"templates": {
  "support": {
    "default": "2",
    "versions": {
      "1": {"system": "You help {{name}}.", "variables": {"name": {}}},
      "2": {
        "system": "You help {{name}} in a {{tone}} tone.{{#if orders}} They made {{orders}} orders.{{else}} They are new.{{/if}}{{#if vip}} Be quick.{{/if}}",
        "variables": {
          "name": {"required": true, "max": 20},
          "tone": {"type": "enum", "values": ["warm", "plain"], "default": "plain"},
          "orders": {"type": "integer", "min": 1, "max": 1000},
          "vip": {"type": "boolean", "default": false}
        }
      }
    }
  },
  "sum": {"versions": {"a": {"user": "Sum up in {{n}} words: {{text}}", "messages": "replace", "variables": {"text": {}, "n": {"type": "number", "default": 1.5e1, "max": 99.5}}}}}
}"#;

fn support(more: &str) -> String {
    [SUPPORT, more, "}"].concat()
}

type Pairs<'a> = &'a [(&'a str, &'a str)];

/// Sends a request with these members and headers.
fn send(config: &str, params: Pairs, headers: Pairs, messages: Vec<Message>) -> (Conversation, Outcome) {
    let pairs = |list: Pairs| list.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    let mut c = Conversation::new(messages);
    c.params = pairs(params);
    c.headers = pairs(headers);
    let got = Host::<Filler>::new(config).request(&mut c);
    (c, got)
}

fn hi() -> Vec<Message> {
    vec![Message::user("hi")]
}

fn texts(c: &Conversation) -> Vec<String> {
    c.messages.iter().map(|m| [&m.role, ": ", &m.text()].concat()).collect()
}

#[test]
fn fills() {
    let config = support("");
    let cases: [(&str, Pairs, Pairs, &[&str], &str); 11] = [
        ("nothing asked for", &[], &[], &["user: hi"], ""),
        (
            "defaults",
            &[("prompt", r#"{"id": "support", "variables": {"name": "Ann"}}"#)],
            &[],
            &["system: You help Ann in a plain tone. They are new.", "user: hi"],
            "support@2",
        ),
        (
            "all given",
            &[(
                "prompt",
                r#"{"id": "support", "version": "2", "variables": {"name": "Ann", "tone": "warm", "orders": 12, "vip": true}}"#,
            )],
            &[],
            &["system: You help Ann in a warm tone. They made 12 orders. Be quick.", "user: hi"],
            "support@2",
        ),
        (
            "older version",
            &[("prompt", r#"{"id": "support", "version": 1, "variables": {"name": "Ann"}}"#)],
            &[],
            &["system: You help Ann.", "user: hi"],
            "support@1",
        ),
        (
            "optional and not given",
            &[("prompt", r#"{"id": "support@1"}"#)],
            &[],
            &["system: You help .", "user: hi"],
            "support@1",
        ),
        (
            "header",
            &[("prompt_variables", r#"{"name": "Bo"}"#)],
            &[("x-yett-template", "support@1")],
            &["system: You help Bo.", "user: hi"],
            "support@1",
        ),
        (
            "headers alone",
            &[],
            &[("x-yett-template", "support"), ("x-yett-variables", r#"{"name": "\u00c5sa"}"#)],
            &["system: You help Åsa in a plain tone. They are new.", "user: hi"],
            "support@2",
        ),
        (
            "data isn't read again",
            &[("prompt", r#"{"id": "support", "variables": {"name": "{{tone}}{{#if vip}}"}}"#)],
            &[],
            &["system: You help {{tone}}{{#if vip}} in a plain tone. They are new.", "user: hi"],
            "support@2",
        ),
        (
            "replaces",
            &[("prompt", r#"{"id": "sum", "variables": {"text": "hello"}}"#)],
            &[],
            &["user: Sum up in 1.5e1 words: hello"],
            "sum@a",
        ),
        (
            "null",
            &[("prompt", r#"{"id": "support", "version": null, "variables": {"name": ""}}"#)],
            &[],
            &["system: You help  in a plain tone. They are new.", "user: hi"],
            "support@2",
        ),
        ("a prompt that is a text", &[("prompt", r#""Once""#)], &[], &["user: hi"], ""),
    ];
    for (name, params, headers, want, tag) in cases {
        let (c, got) = send(&config, &[params, &[("seed", "7")]].concat(), headers, hi());
        assert_eq!((texts(&c), got.reason.as_str()), (want.iter().map(|s| s.to_string()).collect(), ""), "{name}");
        if tag.is_empty() {
            assert_eq!((got.action, c.params.len()), (Action::Continue, params.len() + 1), "{name}");
        } else {
            assert_eq!((got.tag, c.params.len()), (["template=", tag].concat(), 1), "{name}");
        }
        assert_eq!(c.params["seed"], "7", "{name}");
    }
    let prompt = r#"{"id": "sum", "variables": {"text": "x", "n": 3}}"#;
    let messages = vec![Message::system("be nice"), Message::user("a"), Message::assistant("b")];
    let (c, _) = send(&config, &[("prompt", prompt)], &[], messages);
    assert_eq!(texts(&c), ["system: be nice", "user: Sum up in 3 words: x"], "the system prompt stays");
}

#[test]
fn refuses() {
    let config = support("");
    let large = format!(r#"{{"id": "support", "variables": {{"name": "{}"}}}}"#, "x".repeat(128 << 10));
    let many = format!(r#"{{"id": "support", "variables": {{"name": [{}1]}}}}"#, "1,".repeat(9000));
    let ask = |id: &str, variables: &str| format!(r#"{{"id": "{id}", "variables": {variables}}}"#);
    let cases: [(&str, String, Pairs, &str); 28] = [
        ("missing", r#"{"id": "support"}"#.into(), &[], "prompt template support@2: variable name is missing"),
        ("unknown", ask("support", r#"{"nom": "x"}"#), &[], "prompt template support@2: there is no variable nom"),
        (
            "unknown, odd",
            ask("support", r#"{"a b": "x"}"#),
            &[],
            "prompt template support@2: there is no variable of that name",
        ),
        ("ill-typed", ask("support", r#"{"name": 1}"#), &[], "prompt template support@2: variable name must be a text"),
        (
            "too long",
            ask("support", &format!(r#"{{"name": "{}"}}"#, "é".repeat(21))),
            &[],
            "prompt template support@2: variable name must be at most 20 characters",
        ),
        (
            "no whole number",
            ask("support", r#"{"name": "a", "orders": 1.5}"#),
            &[],
            "prompt template support@2: variable orders must be a whole number",
        ),
        (
            "too small",
            ask("support", r#"{"name": "a", "orders": 0}"#),
            &[],
            "prompt template support@2: variable orders must be at least 1",
        ),
        ("too large", ask("sum", r#"{"n": 99.51}"#), &[], "prompt template sum@a: variable n must be at most 99.5"),
        ("out of range", ask("sum", r#"{"n": 1e999}"#), &[], "prompt template sum@a: variable n is out of range"),
        ("a text for a number", ask("sum", r#"{"n": "3"}"#), &[], "prompt template sum@a: variable n must be a number"),
        (
            "no boolean",
            ask("support", r#"{"name": "a", "vip": "yes"}"#),
            &[],
            "prompt template support@2: variable vip must be true or false",
        ),
        (
            "not of the enum",
            ask("support", r#"{"name": "a", "tone": "loud"}"#),
            &[],
            "prompt template support@2: variable tone must be one of warm, plain",
        ),
        (
            "twice",
            ask("support", r#"{"name": "a", "name": "b"}"#),
            &[],
            "prompt template support@2: variable name is given twice",
        ),
        (
            "twice, header",
            ask("support", r#"{"name": "a"}"#),
            &[("x-yett-variables", r#"{"name": "b"}"#)],
            "prompt template support@2: variable name is given twice",
        ),
        ("no template", r#"{"id": "nope"}"#.into(), &[], "there is no prompt template nope"),
        ("no version", r#"{"id": "support", "version": "9"}"#.into(), &[], "prompt template support has no version 9"),
        (
            "two versions",
            r#"{"id": "support@1", "version": "2"}"#.into(),
            &[],
            "the request names two versions of a prompt template",
        ),
        (
            "two templates",
            r#"{"id": "support"}"#.into(),
            &[("x-yett-template", "sum")],
            "the request names two prompt templates: in the header x-yett-template and in prompt",
        ),
        (
            "variables of no template",
            r#"{"variables": {"name": "a"}}"#.into(),
            &[],
            "the request gives variables and names no prompt template",
        ),
        ("empty", "{}".into(), &[], "the request gives variables and names no prompt template"),
        ("id", r#"{"id": 1}"#.into(), &[], "prompt.id must be a template's name"),
        ("version", r#"{"id": "support", "version": []}"#.into(), &[], "prompt.version must be a text"),
        ("variables", r#"{"id": "support", "variables": []}"#.into(), &[], "prompt.variables must be an object"),
        (
            "another member",
            r#"{"id": "support", "vars": {}}"#.into(),
            &[],
            "prompt has a member that isn't id, version or variables",
        ),
        ("too large", large, &[], "prompt is too large: at most 128 KiB and 3,000 commas are read"),
        ("too many", many, &[], "prompt is too large: at most 128 KiB and 3,000 commas are read"),
        ("unreadable", r#"{"id": "#.into(), &[], "prompt can't be read"),
        (
            "header",
            r#"{"id": "support"}"#.into(),
            &[("x-yett-variables", "name=a")],
            "the header x-yett-variables must be a JSON object of variables",
        ),
    ];
    for (name, prompt, headers, want) in cases {
        let (c, got) = send(&config, &[("prompt", &prompt)], headers, hi());
        assert_eq!((got.status, got.reason.as_str()), (400, want), "{name}");
        assert_eq!(texts(&c), ["user: hi"], "{name}");
    }
}

#[test]
fn what_the_stage_fixes_is_not_the_clients() {
    let config = support(r#", "use": "support@1", "values": {"name": "Ann"}"#);
    let (c, got) = send(&config, &[], &[], hi());
    assert_eq!((texts(&c).join(", "), got.reason.as_str()), ("system: You help Ann., user: hi".into(), ""));
    let (_, got) = send(&config, &[("prompt", r#"{"variables": {"name": "Bo"}}"#)], &[], hi());
    assert_eq!(got.reason, "prompt template support@1: variable name isn't the client's to set");
    for other in ["support@2", "support", "nope"] {
        let (_, got) = send(&config, &[], &[("x-yett-template", other)], hi());
        assert_eq!(got.reason, "the prompt template is support@1 here, and isn't the client's to choose", "{other}");
    }
    let (_, got) = send(&config, &[], &[("x-yett-template", "support@1")], hi());
    assert_eq!(got.tag, "template=support@1");

    let (_, got) = send(&support(r#", "required": true"#), &[], &[], hi());
    assert_eq!(
        got.reason,
        "the request names no prompt template: send prompt with an id, or the header x-yett-template"
    );
}

#[test]
fn sections_are_there_or_not() {
    let nested = "{{#if a}}1{{#if f}}2{{else}}3{{/if}}4{{else}}5{{#if n}}6{{/if}}7{{/if}}8";
    for (name, text, vars, want) in [
        ("given", "{{#if a}}A{{/if}}", r#""a": "x""#, "A"),
        ("absent", "-{{#if a}}A{{/if}}-", "", "--"),
        ("empty", "-{{#if a}}A{{/if}}-", r#""a": """#, "--"),
        ("else", "{{#if a}}A{{else}}E{{/if}}", "", "E"),
        ("else of what is given", "{{#if a}}A{{else}}E{{/if}}.", r#""a": "x""#, "A."),
        ("zero", "{{#if n}}{{n}}{{/if}}", r#""n": 0"#, "0"),
        ("false", "{{#if f}}F{{else}}{{f}}{{/if}}", r#""f": false"#, "false"),
        ("one in another", nested, r#""a": "x""#, "1348"),
        ("one in another, else", nested, r#""n": 1"#, "5678"),
        ("side by side", "{{#if a}}{{/if}}{{#if  n }}N{{/if}}", r#""n": 1"#, "N"),
        ("braces", r"\{{a}} {{a}}", r#""a": "x""#, "{{a}} x"),
    ] {
        let config = format!(
            r#"{{"templates": {{"t": {{"versions": {{"1": {{"system": "[{}]", "variables": {{"a": {{}}, "n": {{"type": "integer"}}, "f": {{"type": "boolean"}}}}}}}}}}}}}}"#,
            text.replace('\\', r"\\")
        );
        let (c, got) = send(&config, &[("prompt", &format!(r#"{{"id": "t", "variables": {{{vars}}}}}"#))], &[], hi());
        assert_eq!(got.reason, "", "{name}");
        assert_eq!(c.messages[0].text(), format!("[{want}]"), "{name}");
    }
}

#[test]
fn filled_texts_are_bounded() {
    let config = version(&format!(r#""system": "{}", "variables": {{"a": {{}}}}"#, "{{a}}".repeat(1000)));
    let ask = |n: usize| format!(r#"{{"id": "t", "variables": {{"a": "{}"}}}}"#, "x".repeat(n));
    let (_, got) = send(&config, &[("prompt", &ask(10_000))], &[], hi());
    assert_eq!((got.status, got.reason.as_str()), (400, "prompt template t@1: the filled text is longer than 1 MiB"));
    let (c, _) = send(&config, &[("prompt", &ask(1_000))], &[], hi());
    assert_eq!(c.messages[0].text().len(), 1_000_000);
}

/// A configuration with one version.
fn version(members: &str) -> String {
    format!(r#"{{"templates": {{"t": {{"versions": {{"1": {{{members}}}}}}}}}}}"#)
}

#[test]
fn refuses_configurations() {
    for (config, want) in [
        ("{}", "templates is empty"),
        (r#"{"templates": {"a@b": {"versions": {"1": {"system": "x"}}}}}"#, "a template's name is of letters"),
        (
            r#"{"templates": {"t": {"versions": {"a b": {"system": "x"}}}}}"#,
            "templates.t.versions: a version's name is of letters",
        ),
        (r#"{"templates": {"t": {"versions": {}}}}"#, "templates.t.versions: there is none"),
        (
            r#"{"templates": {"t": {"versions": {"1": {"system": "x"}, "2": {"system": "x"}}}}}"#,
            "templates.t.default: there are several versions",
        ),
        (
            r#"{"templates": {"t": {"default": "3", "versions": {"1": {"system": "x"}}}}}"#,
            "templates.t.default: there is no version 3",
        ),
        (
            r#"{"templates": {"t": {"versions": {"1": {"system": "x"}}}}, "use": "t@2"}"#,
            "use: prompt template t has no version 2",
        ),
        (
            r#"{"templates": {"t": {"versions": {"1": {"system": "x"}}}}, "values": {"y": 1}}"#,
            "values.y: no template has such a variable",
        ),
        (
            r#"{"templates": {"t": {"versions": {"1": {"system": "x", "variables": {"y": {}}}}}}, "values": {"y": 1}}"#,
            "values.y must be a text in t@1",
        ),
    ] {
        refused(config, want);
    }
    let deep = format!(r#""system": "{}", "variables": {{"x": {{}}}}"#, "{{#if x}}".repeat(17));
    for (members, want) in [
        ("", "templates.t.versions.1.system: neither system nor user"),
        (
            r#""system": "a\nb {{x}}""#,
            "templates.t.versions.1.system: line 2, column 3: {{x}}: there is no such variable",
        ),
        (
            r#""user": "{{nmae}}", "variables": {"name": {}}"#,
            "templates.t.versions.1.user: line 1, column 1: {{nmae}}: there is no such variable; did you mean name?",
        ),
        (r#""system": "{{#unless x}}""#, "{{#unless x}} isn't known; there are"),
        (r#""system": "{{}}""#, "{{}} isn't known"),
        (r#""system": "ab{{x""#, "line 1, column 3: a {{ has no }}"),
        (r#""system": "a{{#if x}}b", "variables": {"x": {}}"#, "line 1, column 2: {{#if x}} has no {{/if}}"),
        (r#""system": "a{{/if}}b""#, "line 1, column 2: {{/if}} belongs to no {{#if}}"),
        (r#""system": "{{else}}""#, "{{else}} belongs to no"),
        (
            r#""system": "{{#if x}}{{else}}{{else}}{{/if}}", "variables": {"x": {}}"#,
            "column 18: {{else}} belongs to no",
        ),
        (&deep, "more than 16 sections"),
        (r#""system": "x", "messages": "replace""#, "templates.t.versions.1.user: messages = \"replace\" needs one"),
        (r#""system": "x", "messages": "drop""#, "it may be keep or replace"),
        (r#""system": "x", "variables": {"1x": {}}"#, "variables.1x: a variable's name"),
        (r#""system": "x", "variables": {"x": {"type": "date"}}"#, "variables.x: type is date"),
        (r#""system": "x", "variables": {"x": {"type": "enum"}}"#, "variables.x: values belong to"),
        (r#""system": "x", "variables": {"x": {"values": ["a"]}}"#, "variables.x: values belong to"),
        (
            r#""system": "x", "variables": {"x": {"type": "boolean", "min": 1}}"#,
            "variables.x: min and max mean nothing for a variable of type boolean",
        ),
        (
            r#""system": "x", "variables": {"x": {"type": "integer", "min": 2, "max": 1}}"#,
            "variables.x: min is above max",
        ),
        (
            r#""system": "x", "variables": {"x": {"type": "integer", "default": 1.5}}"#,
            "variables.x: default must be a whole number",
        ),
        (
            r#""system": "x", "variables": {"x": {"required": true, "default": "a"}}"#,
            "variables.x: a variable that is required has no default",
        ),
    ] {
        refused(&version(members), want);
    }
}

fn refused(config: &str, want: &str) {
    let reason = Host::<Filler>::try_new(config).err().unwrap_or_else(|| panic!("{config} is taken"));
    assert!(reason.contains(want), "{config}: {reason}");
}

/// All texts of a few pieces are read or refused; what is read can be filled, and nothing is added to texts without tags.
#[test]
fn bodies_are_filled_or_refused() {
    let config = version(r#""system": "x", "variables": {"a": {}, "b": {}}"#);
    let templates = Templates::read(&Value::parse(config.as_bytes()).unwrap()).unwrap();
    let variables = &templates.versions().next().unwrap().variables;
    let pieces = ["{{#if a}}", "{{else}}", "{{/if}}", "{{b}}", "x", "\\", "}}"];
    let mut read = 0;
    for n in 0..7_usize.pow(6) {
        let text: String = (0..6).map(|k| pieces[n / 7_usize.pow(k) % 7]).collect();
        let b = match body::Body::read(&text, variables) {
            Ok(b) => b,
            Err(_) => continue,
        };
        read += 1;
        for given in [true, false] {
            let v = Filled { text: "{{a}}", given, no: false };
            let mut out = String::new();
            assert!(b.fill(&mut out, &[v, v]).is_some(), "{text}");
            assert!(text.contains("{{") || out == text, "{text}: {out}");
        }
    }
    assert!(read > 1_000);
}
