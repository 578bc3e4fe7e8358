use super::*;
use yett::testing::{Action, Conversation, Host, Message, Tool};
use yett::Kind;

#[test]
fn refuses_requests() {
    let mut h = Host::<Keyword>::new(r#"{"words": ["rosebud"], "status": 451}"#);
    let cases = [
        (Message::user("my sled"), false),
        (Message::user("my RoseBud"), true),
        (Message::system("rosebud"), true),
        (Message::tool_call("1", "say", r#"{"word": "rosebud"}"#), true),
        (Message::tool_result("1", "rosebud"), true),
    ];
    for (m, refused) in cases {
        let mut c = Conversation::new(vec![Message::user("hello"), m.clone()]);
        let got = h.request(&mut c);
        assert_eq!(got.is_block(), refused, "{m:?}");
        assert_eq!(c.messages[1], m, "a refused request isn't changed");
        if refused {
            assert_eq!((got.status, got.reason.as_str()), (451, "a word in it isn't allowed here"));
        }
    }
}

#[test]
fn masks_requests() {
    let mut h = Host::<Keyword>::new(r#"{"words": ["rose", "rosebud"], "action": "mask", "mask": "[x]"}"#);
    let mut c = Conversation::new(vec![Message::user("Rosebud, a rose."), Message::tool_result("1", "none")]);
    c.tools.push(Tool { name: "f".into(), description: Some("finds a rosebud".into()), schema: None });
    assert_eq!(h.request(&mut c).action, Action::Edited);
    assert_eq!(c.messages[0].text(), "[x], a [x].");
    assert_eq!(c.messages[1].text(), "none");
    assert_eq!(c.tools[0].description.as_deref(), Some("finds a [x]"));
    let mut clean = Conversation::new(vec![Message::user("hello")]);
    assert_eq!(h.request(&mut clean).action, Action::Continue);
}

/// Wherever a stream is cut, the reader gets the same, and not one byte of a word.
#[test]
fn masks_streams_cut_anywhere() {
    let mut h = Host::<Keyword>::new(r#"{"words": ["rose", "rosebud", "budapest"], "action": "mask", "mask": "*"}"#);
    let text = "a ROSEbud, roses; rosebudapest, é ro";
    let want = "a *, *s; *apest, é ro";
    for i in (0..=text.len()).filter(|i| text.is_char_boundary(*i)) {
        for j in (i..=text.len()).filter(|j| text.is_char_boundary(*j)) {
            let mut c = Conversation::new(vec![]);
            let (got, _) = h.stream(&mut c, Kind::Text, 0).send_all(&[&text[..i], &text[i..j], &text[j..]]);
            assert_eq!(got, want, "cut at {i} and {j}");
        }
    }
}

#[test]
fn refuses_streams_cut_anywhere() {
    let mut h = Host::<Keyword>::new(r#"{"words": ["rosebud"]}"#);
    let text = "a rosebud!";
    for i in 0..=text.len() {
        let mut c = Conversation::new(vec![]);
        let (got, last) = h.stream(&mut c, Kind::Reasoning, 0).send_all(&[&text[..i], &text[i..]]);
        assert!(last.is_block(), "cut at {i}");
        assert!("a ".starts_with(&got), "cut at {i}: {got:?} left");
    }
}

#[test]
fn holds_no_more_than_the_begin_of_a_word() {
    let mut h = Host::<Keyword>::new(r#"{"words": ["rosebud"], "action": "mask"}"#);
    let mut c = Conversation::new(vec![]);
    let mut s = h.stream(&mut c, Kind::Text, 0);
    for (piece, released) in [("a ro", "a "), ("se", ""), ("s", "roses"), ("r", ""), ("r", "r")] {
        assert_eq!(s.send(piece).0, released, "{piece}");
    }
    assert_eq!(s.end().0, "r");
}

#[test]
fn refuses_configurations() {
    for config in [
        "{}",
        r#"{"words": []}"#,
        r#"{"words": [""]}"#,
        r#"{"words": ["a"], "mask": "\""}"#,
        r#"{"words": ["a"], "status": -1}"#,
    ] {
        assert!(Host::<Keyword>::try_new(config).is_err(), "{config}");
    }
}
