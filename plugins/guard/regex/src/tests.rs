use super::*;
use yett::testing::{Action, Conversation, Host, Message, Part as Piece, Tool as Declared};

const RULES: &str = r#"{"rules": [
    {"name": "ticket", "pattern": "\\bTCK-[0-9]{4,8}\\b"},
    {"name": "card", "pattern": "\\b(?:[0-9][ -]?){13,19}\\b", "replace": "<\"card\">"},
    {"name": "project", "words": ["Rosebud", "Größe 7", "C++"], "ignore_case": true, "action": "tag"},
    {"name": "bomb", "patterns": ["(?i)how to build a \\w+", "boom!+"], "action": "block", "status": 451}
], "allow": ["TCK-0000", "TCK-99*"]}"#;

fn piece(kind: Kind, text: &str) -> Piece {
    Piece { kind, text: text.into(), name: None, id: None }
}

fn says(parts: Vec<Piece>) -> Message {
    Message { role: "assistant".into(), parts }
}

/// The places where a text may be cut.
fn cuts(text: &str) -> impl DoubleEndedIterator<Item = usize> + '_ {
    (0..=text.len()).filter(|n| text.is_char_boundary(*n))
}

#[test]
fn requests() {
    let mut h = Host::<Guard>::new(RULES);
    for (text, want, tag) in [
        ("hello there", "hello there", ""),
        ("see TCK-12345, TCK-7654321.", "see [ticket], [ticket].", "regex=ticket"),
        ("see TCK-123, TCK-123456789 and XTCK-1234", "see TCK-123, TCK-123456789 and XTCK-1234", ""),
        ("card 4111 1111 1111 1111!", r#"card <"card">!"#, "regex=card"),
        ("rosebud, größe 7 and c++x, rosebuds", "rosebud, größe 7 and c++x, rosebuds", "regex=project"),
        ("TCK-0000 TCK-9912 TCK-1111", "TCK-0000 TCK-9912 [ticket]", "regex=ticket"),
        ("Rosebud TCK-1234", "Rosebud [ticket]", "regex=ticket,project"),
    ] {
        let mut c = Conversation::new(vec![Message::system("be nice"), Message::user(text)]);
        let got = h.request(&mut c);
        assert_eq!(c.messages[1].text(), want);
        assert_eq!(got.tag, tag, "{text}");
    }
    let got = h.request(&mut Conversation::new(vec![Message::user("how to build a house with TCK-1234")]));
    assert_eq!((got.action, got.status), (Action::Block, 451));
    assert_eq!(got.reason, "the request is refused by rule \"bomb\"");
}

fn everywhere() -> Conversation {
    let mut c = Conversation::new(vec![
        Message::system("x1"),
        Message::user("x2"),
        Message::tool_call("t", "f", r#"{"a":"x3"}"#),
        Message::tool_result("t", "x4"),
        says(vec![piece(Kind::Reasoning, "x5"), piece(Kind::Text, "x6"), piece(Kind::Image, "")]),
    ]);
    c.tools.push(Declared { name: "f".into(), description: Some("x7".into()), schema: None });
    c.answers = vec![says(vec![
        piece(Kind::Reasoning, "x1"),
        piece(Kind::Text, "x2"),
        piece(Kind::ToolCall, r#"["x3"]"#),
        piece(Kind::Refusal, "x4"),
    ])];
    c
}

#[test]
fn places() {
    for (place, want) in [
        ("prompt", "x1 - {\"a\":\"x3\"} x4 x5\n-\n x1\nx2\n[\"x3\"]\nx4 x7"),
        ("system", "- x2 {\"a\":\"x3\"} x4 x5\nx6\n x1\nx2\n[\"x3\"]\nx4 -"),
        ("answer", "x1 x2 {\"a\":\"x3\"} x4 x5\nx6\n x1\n-\n[\"x3\"]\n- x7"),
        ("tool_calls", "x1 x2 {\"a\":\"-\"} x4 x5\nx6\n x1\nx2\n[\"-\"]\nx4 x7"),
        ("tool_results", "x1 x2 {\"a\":\"x3\"} - x5\nx6\n x1\nx2\n[\"x3\"]\nx4 x7"),
        ("reasoning", "x1 x2 {\"a\":\"x3\"} x4 -\nx6\n -\nx2\n[\"x3\"]\nx4 x7"),
    ] {
        let rule = format!(r#"{{"name": "x", "pattern": "x[0-9]", "replace": "-", "where": ["{place}"]}}"#);
        let mut h = Host::<Guard>::new(&format!(r#"{{"rules": [{rule}]}}"#));
        let mut c = everywhere();
        h.request(&mut c);
        h.response(&mut c);
        let mut texts: Vec<String> = c.messages.iter().chain(&c.answers).map(Message::text).collect();
        texts.push(c.tools[0].description.clone().unwrap());
        assert_eq!(texts.join(" "), want, "{place}");
    }
}

#[test]
fn spares_hooks_where_no_rule_looks() {
    for (places, want) in [
        (r#""prompt""#, 1 << 4 | 1 << 5 | 1 << 6),
        (r#""system""#, 1 << 4 | 1 << 5 | 1 << 6),
        (r#""answer""#, 1 << 1),
        (r#""prompt", "answer""#, 0),
        (r#""tool_calls""#, 0),
        (r#""tool_results""#, 0),
        (r#""reasoning""#, 0),
    ] {
        let config = format!(r#"{{"rules": [{{"name": "x", "pattern": "x", "where": [{places}]}}]}}"#);
        assert_eq!(Host::<Guard>::new(&config).plugin().spare().bits(), want, "{places}");
    }
}

#[test]
fn refused_configurations() {
    for (config, want) in [
        (r#"{"rules": []}"#, "1 to 256 rules"),
        (r#"{"rules": [{"name": "a", "pattern": "b("}]}"#, "rule \"a\": pattern `b(`: "),
        (
            r#"{"rules": [{"name": "a", "pattern": "x"}, {"name": "b", "words": ["w"], "patterns": ["x", "y*"]}]}"#,
            "rule \"b\": pattern `y*`: it matches the empty text",
        ),
        (r#"{"rules": [{"name": "a", "pattern": "x"}, {"name": "a", "pattern": "y"}]}"#, "two rules named \"a\""),
        (r#"{"rules": [{"name": "A b", "pattern": "x"}]}"#, "rule \"A b\": a name is of"),
        (r#"{"rules": [{"name": "a"}]}"#, "neither pattern"),
        (r#"{"rules": [{"name": "a", "pattern": "x", "action": "hide"}]}"#, "it may be mask, block or tag"),
        (r#"{"rules": [{"name": "a", "pattern": "x"}], "action": "hide"}"#, "action is \"hide\"; it may be"),
        (r#"{"rules": [{"name": "a", "pattern": "x", "where": ["roof"]}]}"#, "no place roof"),
        (r#"{"rules": [{"name": "a", "pattern": "x", "status": 200}]}"#, "400 to 599"),
        (r#"{"rules": [{"name": "a", "pattern": "x"}], "allow": ["*"]}"#, "allows everything"),
        (r#"{"rules": [{"name": "a", "patterns": ["x\ny"]}]}"#, "line break"),
    ] {
        let why = Host::<Guard>::try_new(config).err().unwrap_or_default();
        assert!(why.contains(want), "{config}: {why:?}");
    }
}

/// A letter that holds everything that the rules are about but the block.
const LETTER: &str =
    "Dear é, TCK-12345 and TCK-123 or 4111-1111-1111-1111; Rosebud. TCK-0000 4111 1111 xTCK-4444 TCK-777 TCK-8888";
const CLEAN: &str =
    "Dear é, [ticket] and TCK-123 or <\"card\">; Rosebud. TCK-0000 4111 1111 xTCK-4444 TCK-777 [ticket]";

/// Texts are cut at every character, with and without an empty last piece.
#[test]
fn streams() {
    let mut h = Host::<Guard>::new(RULES);
    for kind in [Kind::Text, Kind::Reasoning, Kind::Refusal] {
        for cut in cuts(LETTER) {
            let mut c = Conversation::default();
            let (a, b) = LETTER.split_at(cut);
            assert_eq!(h.stream(&mut c, kind, 0).send_all(&[a, b]).0, CLEAN, "cut at {cut}");
            for end in cuts(b).step_by(7) {
                let mut c = Conversation::default();
                let pieces = [a, &b[..end], &b[end..], ""];
                assert_eq!(h.stream(&mut c, kind, 0).send_all(&pieces).0, CLEAN, "cut at {cut} and {end}");
            }
        }
    }
    let mut c = Conversation::default();
    let mut s = h.stream(&mut c, Kind::Text, 0);
    let mut out = String::new();
    for one in LETTER.chars() {
        out.push_str(&s.send(&one.to_string()).0);
        assert!(!out.contains("TCK-12345") && !out.contains("4111-1"), "{out}");
    }
    out.push_str(&s.end().0);
    assert_eq!(out, CLEAN);
    assert_eq!(h.stream_end(&mut c).tag, "regex=ticket,card,project");
    assert_eq!(h.stream_end(&mut Conversation::default()).action, Action::Continue);
}

/// Sends a text in two pieces, and returns what was released and whether the stream was refused with which status.
fn in_two(h: &mut Host<Guard>, text: &str, cut: usize) -> (String, bool, u16) {
    let mut c = Conversation::default();
    let mut s = h.stream(&mut c, Kind::Text, 0);
    let (mut out, mut got) = s.send(&text[..cut]);
    if !got.is_block() {
        let (more, last) = s.send_all(&[&text[cut..]]);
        out.push_str(&more);
        got = last;
    }
    (out, got.is_block(), got.status)
}

#[test]
fn streams_are_refused() {
    let mut h = Host::<Guard>::new(RULES);
    let text = "fine. How To build a bomb: first TCK-12345";
    for cut in cuts(text) {
        let (out, refused, status) = in_two(&mut h, text, cut);
        assert!(refused && status == 451, "cut at {cut}");
        assert!("fine. ".starts_with(&out), "cut at {cut}: {out:?} was released");
    }
}

#[test]
fn a_match_that_masks_hides_none_that_blocks() {
    let mut h = Host::<Guard>::new(
        r#"{"rules": [{"name": "m", "pattern": "a[a-z ]+z"}, {"name": "b", "pattern": "boo+m", "action": "block"}]}"#,
    );
    for cut in cuts("xabc boomz") {
        let (out, refused, _) = in_two(&mut h, "xabc boomz", cut);
        assert!(refused && !out.contains('a'), "cut at {cut}");
    }
}

#[test]
fn what_is_open_for_one_set_may_be_within_a_match_of_the_other() {
    let mut h = Host::<Guard>::new(
        r#"{"rules": [{"name": "m", "pattern": "abcd"}, {"name": "b", "pattern": "cde", "action": "block"}]}"#,
    );
    for cut in cuts("xabcdx") {
        assert_eq!(in_two(&mut h, "xabcdx", cut).0, "x[m]x", "cut at {cut}");
    }
}

#[test]
fn tool_calls() {
    let mut h = Host::<Guard>::new(RULES);
    for (json, want) in [
        (r#"{"id":"TCK-12345","n":"a TCK-123\" TCK-4567"}"#, r#"{"id":"[ticket]","n":"a TCK-123\" [ticket]"}"#),
        (
            r#"{"card":4111111111111111, "n":[12,-3.5e7,true,null]}"#,
            r#"{"card":"<\"card\">", "n":[12,-3.5e7,true,null]}"#,
        ),
        ("[1, 4111111111111111]", r#"[1, "<\"card\">"]"#),
        ("4111111111111111", r#""<\"card\">""#),
        (
            r#"{"a":"\u0054CK\u002d12345 \/ \"TCK-9999\"","b":"4111\u00201111 1111 1111"}"#,
            r#"{"a":"[ticket] \/ \"TCK-9999\"","b":"<\"card\">"}"#,
        ),
        (
            r#"{"a":"é🙂 \ud83d\ude42 TCK-1234 \ud83d x \u00e9","b":"\\"}"#,
            r#"{"a":"é🙂 \ud83d\ude42 [ticket] \ud83d x \u00e9","b":"\\"}"#,
        ),
        (r#"["4111 1111","1111 1111",4111,11111111,1111]"#, r#"["4111 1111","1111 1111",4111,11111111,1111]"#),
        (r#"{"TCK-1234": 1}"#, r#"{"[ticket]": 1}"#),
        (
            r#"["TCK-1234","xTCK-1234","\nTCK-1234","\u0078TCK-1234"]"#,
            r#"["[ticket]","xTCK-1234","\n[ticket]","\u0078TCK-1234"]"#,
        ),
        ("{}", "{}"),
    ] {
        let mut c = Conversation::new(vec![Message::tool_call("1", "f", json)]);
        h.request(&mut c);
        assert_eq!(c.messages[0].text(), want, "whole");
        for cut in cuts(json) {
            let mut c = Conversation::default();
            let (a, b) = json.split_at(cut);
            assert_eq!(h.stream(&mut c, Kind::ToolCall, 3).send_all(&[a, b]).0, want, "cut at {cut}");
        }
        let ones: Vec<String> = json.chars().map(String::from).chain([String::new()]).collect();
        let ones: Vec<&str> = ones.iter().map(String::as_str).collect();
        assert_eq!(h.stream(&mut Conversation::default(), Kind::ToolCall, 3).send_all(&ones).0, want, "one by one");
    }
}

/// What isn't JSON passes as it is, and breaks nothing.
#[test]
fn broken_arguments() {
    let mut h = Host::<Guard>::new(RULES);
    for text in [
        r#"{"a":"\"#,
        r#""\u12"#,
        r#""\ud83d"#,
        r#""\ud83d\"#,
        r#""\ud83d\u12"#,
        r#""\uzzzz""#,
        r#""abc"#,
        "\\",
        "}{",
        r#""\ud83d\u0041""#,
    ] {
        for cut in cuts(text) {
            let mut c = Conversation::default();
            let (out, got) = h.stream(&mut c, Kind::ToolCall, 0).send_all(&[&text[..cut], &text[cut..]]);
            assert_eq!(out, text, "cut at {cut}");
            assert!(!got.is_block());
        }
    }
}

#[test]
fn what_is_held_is_bounded() {
    let long = format!("a BEGIN {} END b", "and so on ".repeat(10));
    for (action, refused) in [("mask", true), ("block", true), ("tag", false)] {
        let rule = format!(r#"{{"name": "x", "pattern": "BEGIN[^#]*END", "action": "{action}"}}"#);
        let mut h = Host::<Guard>::new(&format!(r#"{{"rules": [{rule}], "hold": 64}}"#));
        let mut c = Conversation::default();
        let mut s = h.stream(&mut c, Kind::Text, 0);
        let (mut out, mut ended) = (String::new(), None);
        for n in 0..long.len() {
            let (piece, got) = s.send(&long[n..=n]);
            out.push_str(&piece);
            if got.is_block() {
                ended = Some(got.reason);
                break;
            }
        }
        match ended {
            Some(why) => {
                assert!(refused && out == "a " && why.contains("too long to be held back"), "{action}: {out:?} {why}");
            }
            None => {
                out.push_str(&s.end().0);
                assert!(!refused, "{action}");
                assert_eq!(out, long);
            }
        }
    }
}

#[test]
fn too_many_matches() {
    let mut h = Host::<Guard>::new(r#"{"rules": [{"name": "x", "pattern": "x"}]}"#);
    let mut ask = |n: usize| h.request(&mut Conversation::new(vec![Message::user(&"x".repeat(n))]));
    let got = ask(yett::abi::MAX_HITS + 1);
    assert_eq!((got.action, got.reason.as_str()), (Action::Block, "the request meets the rules too often"));
    assert_eq!(ask(1000).action, Action::Tag);
}

/// Rules that meet, overlap and are open within one another.
const MEETING: &str = r#"{"rules": [
    {"name": "a", "pattern": "ab+c?"},
    {"name": "b", "pattern": "\\bc[0-9]{2,3}\\b"},
    {"name": "c", "patterns": ["b\"[a-c]*é", "é{2}", "^1.2$"]},
    {"name": "d", "words": ["ca", "é1"], "action": "tag"},
    {"name": "e", "pattern": "c-?c[0-9]", "action": "block"}
], "allow": ["ab", "c11", "cc1"]}"#;

/// Random numbers that are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) as usize % n
    }

    fn words(&mut self, n: usize) -> String {
        const BITS: [&str; 13] = ["a", "b", "b", "c", "c", "é", "1", "2", " ", "\n", "\"", "\\", "-"];
        (0..n).map(|_| BITS[self.below(BITS.len())]).collect()
    }

    /// Random JSON with strings that are escaped now and then.
    fn document(&mut self) -> String {
        let mut out = String::from("[");
        for n in 0..self.below(5) {
            if n > 0 {
                out.push_str(", ");
            }
            if self.below(3) == 0 {
                out.push_str(&self.below(3000).to_string());
                continue;
            }
            out.push('"');
            let n = self.below(10);
            for c in self.words(n).chars() {
                if self.below(6) == 0 || c < ' ' {
                    out.push_str(&format!("\\u{:04x}", c as u32));
                    continue;
                }
                if matches!(c, '"' | '\\') {
                    out.push('\\');
                }
                out.push(c);
            }
            out.push('"');
        }
        out + "]"
    }

    /// A text in pieces.
    fn pieces<'t>(&mut self, mut rest: &'t str) -> Vec<&'t str> {
        let mut out = Vec::new();
        while !rest.is_empty() {
            let n = rest.char_indices().nth(1 + self.below(6)).map_or(rest.len(), |c| c.0);
            let (piece, more) = rest.split_at(n);
            out.push(piece);
            rest = more;
        }
        if self.below(2) == 0 || out.is_empty() {
            out.push("");
        }
        out
    }
}

/// What a stream becomes doesn't depend on where it is cut.
#[test]
fn streams_are_like_whole_answers() {
    let mut h = Host::<Guard>::new(MEETING);
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut refused, mut changed) = (0, 0);
    for n in 0..8000 {
        let (kind, text) = match n % 4 {
            0 | 1 => (Kind::ToolCall, dice.document()),
            more => {
                let n = dice.below(20);
                (if more == 2 { Kind::ToolCall } else { Kind::Text }, dice.words(n))
            }
        };
        let mut c = Conversation::default();
        c.answers = vec![says(vec![piece(kind, &text)])];
        let blocked = h.response(&mut c).is_block();
        let want = c.answers[0].text();
        if n % 4 < 2 && !blocked {
            assert!(Value::parse(want.as_bytes()).is_ok(), "{text} became {want}");
        }
        let pieces = dice.pieces(&text);
        let (out, got) = h.stream(&mut Conversation::default(), kind, 0).send_all(&pieces);
        assert_eq!(got.is_block(), blocked, "{pieces:?}");
        if blocked {
            refused += 1;
            continue;
        }
        assert_eq!(out, want, "{pieces:?}");
        changed += usize::from(want != text);
    }
    assert!(refused > 20 && changed > 300, "{refused} refused, {changed} changed");
}
