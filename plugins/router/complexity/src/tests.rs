use super::*;
use crate::block::PADDING;
use crate::signs::{read, Signs};
use yett::testing::{Action, Candidate, Conversation, Host, Message, Tool};

/// Prompts, and whether they are hard.
fn prompts() -> Vec<(&'static str, String, bool)> {
    let long = "A long story about many things that have to be considered. ".repeat(30);
    let prompts = [
        ("greeting", "hi there", false),
        ("fact", "What is the capital of France?", false),
        ("rewrite", "Make this sentence shorter: the cat sat on the mat and looked at the dog.", false),
        ("proof", "Prove step by step that the algorithm terminates, and derive its complexity.", true),
        ("code", "Why does this panic?\n```go\nfunc f(a []int) int { return a[3] }\n```\nDebug it.", true),
        ("long", &long, true),
        ("plan", "Design a strategy to compare both vendors, evaluate the trade-offs, and plan the migration.", true),
    ];
    prompts.iter().map(|(name, text, hard)| (*name, text.to_string(), *hard)).collect()
}

fn candidates(messages: Vec<Message>) -> Conversation {
    let mut c = Conversation::new(messages);
    for (provider, model) in [("openai.main", "mini"), ("openai.main", "max"), ("mock", "max")] {
        c.candidates.push(Candidate { provider: provider.into(), model: model.into(), weight: 1 });
    }
    c
}

#[test]
fn routes() {
    for (config, simple, complex) in [
        ("{}", 0, 1),
        (r#"{"simple": "max", "complex": "mini"}"#, 1, 0),
        (r#"{"simple": 2, "complex": 0}"#, 2, 0),
        (r#"{"simple": 0, "complex": "mock/max"}"#, 0, 2),
    ] {
        let mut h = Host::<Complexity>::new(config);
        for (name, text, hard) in prompts() {
            let got = h.route(&mut candidates(vec![Message::user(&text)]));
            let want = if hard { complex } else { simple };
            assert_eq!((got.action, got.choice), (Action::Reroute, want), "{name} with {config}");
        }
    }
}

#[test]
fn keeps_the_order_where_there_is_no_such_target() {
    for config in [
        r#"{"simple": "unknown", "complex": 7}"#,
        r#"{"simple": "/max", "complex": 123456789012345678}"#,
        r#"{"simple": "mock/mini", "complex": 3}"#,
    ] {
        let mut h = Host::<Complexity>::new(config);
        for (name, text, _) in prompts() {
            let got = h.route(&mut candidates(vec![Message::user(&text)]));
            assert_eq!(got.action, Action::Continue, "{name} with {config}");
        }
    }
}

#[test]
fn reroutes() {
    let mut h = Host::<Complexity>::new(r#"{"reroute": {"complex": "smart"}}"#);
    let mut idle = Host::<Complexity>::new("{}");
    let mut same = Host::<Complexity>::new(r#"{"reroute": {"simple": "gpt-4o", "complex": "gpt-4o"}}"#);
    for (name, text, hard) in prompts() {
        let mut c = Conversation::new(vec![Message::user(&text)]);
        let got = h.request(&mut c);
        let want = if hard { (Action::Reroute, "smart") } else { (Action::Continue, "") };
        assert_eq!((got.action, got.model.as_str()), want, "{name}");
        assert_eq!(idle.request(&mut c).action, Action::Continue, "{name}");
        assert_eq!(same.request(&mut c).action, Action::Continue, "{name}: it has the model already");
    }
}

#[test]
fn tools_and_turns_count() {
    let mut h = Host::<Complexity>::new(r#"{"threshold": 20}"#);
    let mut c =
        candidates(vec![Message::user("go on"), Message::tool_call("1", "f", "{}"), Message::tool_result("1", "42")]);
    assert_eq!(h.route(&mut c).choice, 0);
    c.tools.push(Tool { name: "f".into(), ..Tool::default() });
    assert_eq!(h.route(&mut c).choice, 1);
}

/// The score is the highest threshold that a prompt reaches, whatever is asked first.
#[test]
fn scores() {
    let hard = "Prove step by step: f(x) = {a; b}? [c] Why does it? Plan? ```";
    let cases = [
        ("nothing", vec![], 0),
        ("a greeting", vec![Message::user("hi")], 0),
        ("all signs", vec![Message::user(hard)], 1 + 25 + 30 + 10),
        ("signs of an older message", vec![Message::user(hard), Message::user("hi")], 0),
        ("signs of the assistant's", vec![Message::user("hi"), Message::assistant(hard)], 0),
        ("no user", vec![Message::system(&"x".repeat(4096))], 2),
        ("a long text", vec![Message::user(&"x ".repeat(1_000))], 30),
        ("a long conversation", vec![Message::user("hi"), Message::assistant(&"x".repeat(30_000))], 10),
        ("turns", (0..9).map(|_| Message::user("hi")).collect(), 7),
        ("two questions", vec![Message::user("why? how?")], 5),
        ("a tool's result", vec![Message::user("go on"), Message::tool_result("1", "42")], 10),
        (
            "all of it",
            (0..11)
                .map(|_| Message::assistant(&"x".repeat(9_000)))
                .chain([Message::user(&hard.repeat(30)), Message::tool_result("1", "42")])
                .collect(),
            100,
        ),
    ];
    for (name, messages, score) in cases {
        for threshold in 0..=100 {
            let mut h = Host::<Complexity>::new(&format!(r#"{{"threshold": {threshold}}}"#));
            let got = h.route(&mut candidates(messages.clone())).choice;
            assert_eq!(got, usize::from(threshold <= score), "{name}, threshold {threshold}");
        }
    }
}

#[test]
fn refuses_configurations() {
    for (config, want) in [
        (r#"{"threshold": 101}"#, "threshold is a score, 0 to 100"),
        (r#"{"threshold": -1}"#, "threshold is a score, 0 to 100"),
        (r#"{"simple": -1}"#, "simple and complex are places of targets, counted from 0, or names of their models"),
        (r#"{"reroute": {}}"#, "reroute names no model: set simple, complex or both"),
    ] {
        assert_eq!(Host::<Complexity>::try_new(config).err().as_deref(), Some(want), "{config}");
    }
}

fn all(text: &str) -> Signs {
    read(&[text.as_bytes(), &[0; PADDING]].concat(), usize::MAX)
}

/// A sign counts wherever it stands among the bytes that are looked at together.
#[test]
fn signs_count_anywhere() {
    let none = Signs::default();
    for (name, text, want) in [
        ("word", "Optimise", Signs { words: 1, ..none }),
        ("phrase", "step BY step", Signs { words: 1, ..none }),
        ("within a word", "unreasonable", none),
        ("nearly a word", "why\u{d}does, step-by step, trade off", none),
        ("a word that is cut", "complexi", none),
        ("marks", "{};=", Signs { marks: 4, ..none }),
        ("more marks", "<>[]", Signs { marks: 4, ..none }),
        ("more marks than count", "{};=<>[]{};=<>[] [", Signs { marks: 5, ..none }),
        ("no marks", "@_^~\u{7f}|/+*&%$#!,.:-0123456789", none),
        ("call", "f(x)", Signs { marks: 1, ..none }),
        ("parenthesis", "(x) (y)", none),
        ("questions", "??", Signs { questions: 2, ..none }),
        ("more questions than count", "?? ?? ?? ?? ?? ?? ?? ?? ?", Signs { questions: 3, ..none }),
        ("fence", "```", Signs { fence: true, ..none }),
        ("quotes", "``.`", none),
        ("accents", "éplan", none),
        ("twice", "plan, Plan, PLANNED", Signs { words: 1, ..none }),
        ("alike", "comparing complexities", Signs { words: 2, ..none }),
        ("more than count", "prove, derive, analyse; design, debug, reason", Signs { words: 3, marks: 1, ..none }),
    ] {
        for n in 1..35 {
            for after in ["", " and so on, and on"] {
                let before = "a ".repeat(n / 2) + &" ".repeat(n % 2);
                let mut got = all(&[&before, text, after].concat());
                assert_eq!(got.seen.count_ones() as usize, got.words, "{name} behind {n} bytes");
                got.seen = 0;
                let counted =
                    Signs { marks: got.marks.min(5), words: got.words.min(3), questions: got.questions.min(3), ..got };
                assert_eq!(counted, want, "{name} behind {n} bytes");
            }
        }
    }
    assert_eq!(all("(x)"), none, "at the begin no call");
}

/// Every word is found, in small letters and capitals, and none of its begins.
#[test]
fn every_word_is_found() {
    for (k, (word, _)) in words::WORDS.iter().enumerate() {
        for text in [word.to_string(), word.to_ascii_uppercase(), format!("\n{word}ing")] {
            assert_eq!(all(&text).seen, 1 << k, "{text}");
        }
        assert_eq!(all(&word[..word.len() - 1]).seen, 0, "{word}");
        assert_eq!(all(&format!("un{word}")).seen & 1 << k, 0, "{word}");
    }
}

/// Reading ends when there is enough, and gives no fewer points than are needed if there are as many.
#[test]
fn as_much_is_read_as_is_needed() {
    let text = "Prove it. Derive it! Plan it; a[0] = b[1]? And? So? ".repeat(20);
    let points = all(&text).points();
    assert_eq!(points, 25 + 30 + 10);
    for need in 1..=points {
        let got = read(&[text.as_bytes(), &[0; PADDING]].concat(), need).points();
        assert!(need <= got && got <= points, "{got} points of {need}");
    }
}
