use super::*;
use yett::testing::{Action, Candidate, Conversation, Host, Message};

fn three(messages: Vec<Message>) -> Conversation {
    let mut c = Conversation::new(messages);
    let one = |provider: &str, model: &str| Candidate { provider: provider.into(), model: model.into(), weight: 1 };
    c.candidates = vec![one("openai.main", "small"), one("openai.main", "code"), one("mock", "code")];
    c
}

#[test]
fn rules() {
    for (rule, text, fits) in [
        (r#""any": ["python", "rust"]"#, "Write it in Rust, please.", true),
        (r#""any": ["python", "rust"]"#, "Write a poem.", false),
        (r#""all": ["sql", "slow"]"#, "My SQL is slow", true),
        (r#""all": ["sql", "slow"]"#, "My SQL is fast", false),
        (r#""none": ["sql"]"#, "Write a poem.", true),
        (r#""none": ["sql"]"#, "More sql", false),
        (r#""any": ["a", "b"], "all": ["c"], "none": ["d"]"#, "b c", true),
        (r#""any": ["a", "b"], "all": ["c"], "none": ["d"]"#, "b c d", false),
        (r#""any": ["rust"]"#, "I trust you", false),
        (r#""any": ["rust"], "words": false"#, "I trust you", true),
        (r#""any": ["rust"]"#, "rust", true),
        (r#""any": ["rust"]"#, "(rust)", true),
        (r#""any": ["gpt"]"#, "gpt4", false),
        (r#""any": ["c++"]"#, "in c++17", true),
        (r#""any": [".net"]"#, "asp.net", true),
        (r#""any": ["credit card"]"#, "my Credit \n\t Card", true),
        (r#""any": ["credit card"]"#, "credit\u{a0}card", true),
        (r#""any": ["STRASSE", "ÉTÉ"]"#, "un été chaud", true),
        (r#""any": ["ΛΟΓΟΣ"]"#, "ο λόγος, λογος", true),
        (r#""any": ["kelvin"]"#, "300 \u{212a}elvin", true),
        (r#""any": ["sein"]"#, "\u{17f}ein", true),
        (r#""any": ["Договор"]"#, "это ДОГОВОР.", true),
        (r#""any": ["договор"]"#, "договоры", false),
        (r#""any": ["\u13a0"]"#, "\u{ab70}", true),
        (r#""any": ["cafe"]"#, "cafe\u{301}", false),
        (r#""any": ["合同"]"#, "请审查这份合同的条款", true),
        (r#""any": ["契約"]"#, "この契約を", true),
        (r#""any": ["계약"]"#, "계약을 검토", true),
        (r#""any": ["สัญญา"]"#, "ตรวจสัญญานี้", true),
        (r#""all": ["he", "she", "hers", "his"], "words": false"#, "ushers this", true),
        (r#""all": ["new york", "york"]"#, "New York", true),
    ] {
        let mut h = Host::<Keywords>::new(&format!(r#"{{"rules": [{{{rule}, "model": "code"}}], "default": 0}}"#));
        let got = h.route(&mut three(vec![Message::user(text)]));
        assert_eq!((got.action, got.choice), (Action::Reroute, usize::from(fits)), "{rule} in {text}");
    }
}

#[test]
fn scopes() {
    let talk = || {
        three(vec![
            Message::system("rule"),
            Message::user("first"),
            Message::assistant("reply"),
            Message::user("second"),
            Message::tool_call("1", "f", r#"{"x": "called"}"#),
            Message::tool_result("1", "result"),
        ])
    };
    let all = ["rule", "first", "reply", "second", "called", "result"];
    for (scope, want) in [("last", &all[3..4]), ("user", &["first", "second"]), ("all", &all)] {
        for word in all {
            let rule = format!(r#"{{"any": ["{word}"], "in": "{scope}", "model": 2}}"#);
            let mut h = Host::<Keywords>::new(&format!(r#"{{"rules": [{rule}], "default": 0}}"#));
            assert_eq!(h.route(&mut talk()).choice == 2, want.contains(&word), "{word} in {scope}");
        }
    }
    let mut h = Host::<Keywords>::new(
        r#"{"rules": [{"any": ["first"], "model": 1}, {"any": ["rule"], "in": "all", "none": ["third"], "model": 2}]}"#,
    );
    assert_eq!(h.route(&mut talk()).choice, 2, "each rule has its own scope");
}

#[test]
fn choices() {
    let mut h = Host::<Keywords>::new(
        r#"{"rules": [{"any": ["a"], "model": "mock/code"}, {"any": ["b", "a"], "model": 1},
            {"any": ["c"], "model": "absent"}, {"any": ["d"], "model": 9}]}"#,
    );
    let one = |text: &str| vec![Message::user(text)];
    assert_eq!(h.route(&mut three(one("a b"))).choice, 2);
    assert_eq!(h.route(&mut three(one("b"))).choice, 1);
    for messages in [one("c"), one("d"), one("nothing"), one(""), vec![]] {
        assert_eq!(h.route(&mut three(messages)).action, Action::Continue);
    }
    assert_eq!(h.request(&mut Conversation::new(one("a"))).model, "mock/code");
    for text in ["b", "nothing"] {
        assert_eq!(
            h.request(&mut Conversation::new(one(text))).action,
            Action::Continue,
            "a place means nothing there"
        );
    }
    let mut h = Host::<Keywords>::new(r#"{"rules": [{"any": ["a"], "model": "gpt-4o"}], "default": "cheap"}"#);
    assert_eq!(h.request(&mut Conversation::new(one("a"))).action, Action::Continue, "it is that model already");
    assert_eq!(h.request(&mut Conversation::new(one("b"))).model, "cheap");
}

#[test]
fn only_the_newest_is_looked_at() {
    let mut h = Host::<Keywords>::new(
        r#"{"rules": [{"any": ["old"], "in": "user", "model": 1}, {"any": ["new"], "in": "user", "model": 2}],
            "max_bytes": 1024}"#,
    );
    let long = Message::user(&["new ", &"x".repeat(1100)].concat());
    assert_eq!(h.route(&mut three(vec![Message::user("old"), long])).choice, 2);
    assert_eq!(h.route(&mut three(vec![Message::user("old"), Message::user("new")])).choice, 1);
}

/// Random numbers that are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) as usize % n
    }

    /// A text of at most so many of some pieces.
    fn text(&mut self, most: usize, pieces: &[&str]) -> String {
        (0..1 + self.below(most)).map(|_| pieces[self.below(pieces.len())]).collect()
    }
}

/// Words without common beginnings, as a list in JSON without its brackets.
fn many(n: usize) -> String {
    let mut dice = Dice(1);
    let mut word = || (0..20).map(|_| char::from(b'a' + dice.below(26) as u8)).collect::<String>();
    (0..n).map(|_| format!("{:?},", word())).collect()
}

#[test]
fn refused_configurations() {
    let too_many = format!(r#"{{"rules": [{{"any": [{}"a"], "model": 0}}]}}"#, many(3000));
    for (config, want) in [
        ("{}", "rules is empty"),
        (r#"{"rules": [{"any": ["a"], "model": 0}, {"model": 0}]}"#, "rules[1]: it has no words"),
        (r#"{"rules": [{"any": [" \t"], "model": 0}]}"#, "rules[0]: any: a word is empty"),
        (r#"{"rules": [{"any": ["a"]}]}"#, "rules[0]: model is a place"),
        (r#"{"rules": [{"any": ["a"], "model": -1}]}"#, "model is a place"),
        (r#"{"rules": [{"any": ["a"], "model": 0, "in": "first"}]}"#, "in is first"),
        (r#"{"rules": [{"any": ["a"], "model": 0}], "default": -1}"#, "default is a place"),
        (r#"{"rules": [{"any": ["a"], "model": 0}], "max_bytes": 0}"#, "max_bytes must be above 0"),
        (&too_many, "too many keywords"),
    ] {
        let why = Host::<Keywords>::try_new(config).err().unwrap_or_default();
        assert!(why.contains(want), "{config:.80}: {why}");
    }
    let rule = format!(r#"{{"any": [{}"needle"], "model": 1}}"#, many(1000));
    let mut h = Host::<Keywords>::new(&format!(r#"{{"rules": [{rule}]}}"#));
    assert_eq!(h.route(&mut three(vec![Message::user("a needle")])).choice, 1);
}

fn folded(text: &str) -> Folded {
    let mut f = Folded::default();
    f.fold(text.as_bytes());
    f
}

/// Compares random words and texts over few letters with looking at every place.
#[test]
fn finds_what_looking_everywhere_finds() {
    let mut dice = Dice(2);
    const LETTERS: [&str; 8] = ["a", "b", "A", "B", "-", " ", "é", "abcdefghijkl mnopqrstuv"];
    for _ in 0..3000 {
        let mut reader = Reader::default();
        for _ in 0..1 + dice.below(6) {
            let (word, whole) = (dice.text(4, &LETTERS), dice.below(2) == 0);
            let _ = reader.add(&word, whole); // a word of spaces is none
        }
        let (words, _) = reader.into_lists();
        let a = Automaton::new(&words).unwrap();
        let text = folded(&dice.text(40, &LETTERS));
        let mut found = Vec::new();
        a.scan(&text, |word, from, to| {
            found.push((to, from, word));
            true
        });
        let t = text.text();
        let mut want = Vec::new();
        for (n, w) in words.iter().enumerate() {
            let places = (0..t.len()).filter(|at| t[*at..].starts_with(w));
            want.extend(places.map(|at| (at + w.len(), at, n)));
        }
        found.sort_unstable();
        want.sort_unstable();
        assert_eq!(found, want, "{words:?} in {t:?}");
    }
}

/// Compares folding in blocks with folding one by one.
#[test]
fn folds_blocks_as_single_characters() {
    let mut dice = Dice(4);
    let pieces = [
        "a", "z", "A", "Z", "@", "[", "`", "{", " ", "~", "!", "\x7f", "\x1f", "\t", "_", "09 m", "é", "\u{3000}", "ſK",
    ];
    for _ in 0..20_000 {
        let text = dice.text(60, &pieces);
        let mut want = String::new();
        for c in text.chars() {
            if c.is_whitespace() {
                if !want.is_empty() && !want.ends_with(' ') {
                    want.push(' ');
                }
                continue;
            }
            want.push(char::from_u32(fold::fold(c.into())).unwrap());
        }
        assert_eq!(String::from_utf8_lossy(folded(&text).text()), want, "{text:?}");
        assert_eq!(folded(&want).text(), want.as_bytes(), "folding twice changes nothing");
        let begin: String = want.chars().take(20).collect();
        if !begin.is_empty() {
            let (a, mut found) = (Automaton::new(&[begin.into()]).unwrap(), false);
            a.scan(&folded(&want), |_, from, _| {
                found |= from == 0;
                false
            });
            assert!(found, "{want:?} begins with its begin");
        }
    }
}

#[test]
fn folds_as_lower_case_and_back_does() {
    for c in '\0'..=char::MAX {
        let f = char::from_u32(fold::fold(c.into())).unwrap();
        assert!(f.len_utf8() <= c.len_utf8() && f <= c, "{c:?} folds to {f:?}");
        assert_eq!(fold::fold(f.into()), f.into(), "{f:?} folds to something else");
        assert!(
            c == f || c.to_lowercase().eq(f.to_lowercase()) || c.to_uppercase().eq(f.to_uppercase()),
            "{c:?} {f:?}"
        );
    }
}

/// What isn't UTF-8 stays as it is, as at the end of a text that was cut.
#[test]
fn keeps_what_is_not_utf_8() {
    let mut f = Folded::default();
    f.fold(b"abc\xff \xc3\xa9 d\xe2\x82");
    assert_eq!(f.text(), b"ABC\xff \xc3\x89 D\xe2\x82");
}

#[test]
fn looking_again_takes_no_more_room() {
    let mut f = folded(&"hay Ünd hay ".repeat(100));
    let room = f.padded().as_ptr();
    f.fold("hay Ünd".as_bytes());
    f.fold("needle Ünd hay ".repeat(70).as_bytes());
    assert_eq!(f.padded().as_ptr(), room);
}
