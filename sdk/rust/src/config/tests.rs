use super::*;

#[test]
fn reads_what_is_json() {
    let n = |s: &str| Value::Number(s.into());
    let t = |s: &str| Value::Text(s.into());
    let cases = [
        ("null", Value::Null),
        (" true ", Value::Bool(true)),
        ("false", Value::Bool(false)),
        ("0", n("0")),
        ("-0.5e+10", n("-0.5e+10")),
        ("123E2", n("123E2")),
        (r#""""#, t("")),
        (r#""a\"\\\/\b\f\n\r\tz""#, t("a\"\\/\u{8}\u{c}\n\r\tz")),
        (r#""\u00e9\ud83d\ude00""#, t("é😀")),
        (r#""\ud83d!""#, t("\u{fffd}!")),
        (r#""\ud83d\u0041""#, t("\u{fffd}A")),
        (r#""\ude00""#, t("\u{fffd}")),
        ("\"é😀\"", t("é😀")),
        ("[]", Value::List(vec![])),
        ("[ 1 , \"a\" ]", Value::List(vec![n("1"), t("a")])),
        ("{}", Value::Object(vec![])),
        (
            "\t{ \"a\" : 1 , \"b\" : [ { } ] }\r\n",
            Value::Object(vec![("a".into(), n("1")), ("b".into(), Value::List(vec![Value::Object(vec![])]))]),
        ),
    ];
    for (text, want) in cases {
        assert_eq!(Value::parse(text.as_bytes()), Ok(want), "{text}");
    }
}

#[test]
fn refuses_what_is_not() {
    let deep = "[".repeat(100_000);
    let cases = [
        "",
        " ",
        "nul",
        "truex",
        "tru",
        "+1",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x1",
        "NaN",
        "\"",
        "\"a",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\é\"",
        "\"\\ud83d\\u00\"",
        "\"a\nb\"",
        "'a'",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[1 2]",
        "]",
        "{",
        "{a:1}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{1:2}",
        "1 2",
        "{}{}",
        "// a\n1",
        &deep,
    ];
    for text in cases {
        assert_eq!(Value::parse(text.as_bytes()), Err(SyntaxError(())), "{text:.40}");
    }
    assert!(Value::parse(b"\"\xff\"").is_err());
}

#[test]
fn depth_is_bounded_and_not_below_64() {
    let nested = |n: usize| "[".repeat(n) + &"]".repeat(n);
    assert!(Value::parse(nested(65).as_bytes()).is_ok());
    assert!(Value::parse(nested(66).as_bytes()).is_err());
}

#[test]
fn members_have_defaults() {
    let c = Value::parse(br#"{"s": "x", "b": true, "i": -7, "f": 1.5, "l": ["a", 1, "b"], "z": null, "big": 1e99}"#)
        .unwrap();
    assert_eq!((c.text("s", "-"), c.text("i", "-"), c.text("?", "-")), ("x", "-", "-"));
    assert_eq!((c.bool("b", false), c.bool("s", true)), (true, true));
    assert_eq!((c.int("i", 1), c.int("f", 1), c.int("big", 2)), (-7, 1, 2));
    assert!((c.number("f", 0.0) - 1.5).abs() < 1e-9 && (c.number("?", 2.0) - 2.0).abs() < 1e-9);
    assert_eq!(c.texts("l").collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!((c.list("l").len(), c.list("s").len()), (3, 0));
    assert!(c.has("s") && !c.has("z") && !c.has("?"));
    assert_eq!(c.members().len(), 7);
    assert_eq!(Value::Null.get("a"), &Value::Null);
}

/// A text ends where it must, wherever that is among the bytes that are looked at together.
#[test]
fn texts_end_where_they_must() {
    for n in 0..30 {
        let before = "é!\u{7f}[\u{a0}]".chars().cycle().take(n).collect::<String>();
        for (end, want) in [("\"", Some("")), ("\\n\"", Some("\n")), ("\n\"", None), ("\u{1f}\"", None), ("", None)] {
            let text = ["\"", &before, end].concat();
            let want = want.map(|w| Value::Text([&before, w].concat()));
            assert_eq!(Value::parse(text.as_bytes()).ok(), want, "{text}");
        }
    }
}

/// Every text that is cut, or has a byte replaced, is read or refused, and nothing else happens.
#[test]
fn damaged_texts_do_no_harm() {
    let text = br#" {"a\u00e9\ud83d\ude00": [1.5e-3, true, null, "\n"], "b": {"c": -0}} "#;
    for n in 0..text.len() {
        let _ = Value::parse(&text[..n]);
        for c in 0..=255 {
            let mut t = text.to_vec();
            t[n] = c;
            let _ = Value::parse(&t);
        }
    }
}

#[test]
fn a_value_is_json_again() {
    let cases = [
        (
            r#" {"a" : [ 1e400 , -0.10, true,false,null ], "b":{}, "c":[] } "#,
            r#"{"a":[1e400,-0.10,true,false,null],"b":{},"c":[]}"#,
        ),
        (r#""q\"\\\n\u0001é😀""#, r#""q\"\\\u000a\u0001é😀""#),
        (r#"{"b":1,"a\t":2}"#, r#"{"b":1,"a\u0009":2}"#),
        ("null", "null"),
    ];
    for (text, want) in cases {
        let mut got = b"> ".to_vec();
        Value::parse(text.as_bytes()).unwrap().append_json(&mut got);
        assert_eq!(String::from_utf8(got).unwrap(), format!("> {want}"));
    }
}
