use super::*;
use crate::matcher::Matcher;

/// Matches twice: what was learnt the first time must mean and cost the same.
fn matches(e: &str, s: &str) -> bool {
    let p = Pattern::read(e.as_bytes()).unwrap_or_else(|f| panic!("{e}: {f:?}"));
    let (mut m, mut first, mut second) = (Matcher::default(), 1 << 40, 1 << 40);
    let got = m.matches(&p, s.as_bytes(), &mut first);
    assert_eq!(m.matches(&p, s.as_bytes(), &mut second), got, "{e} {s}");
    assert_eq!(first, second, "{e} {s}");
    got
}

#[test]
fn texts_that_match() {
    let cases = [
        ("^[a-z]+$", "abc", true),
        ("^[a-z]+$", "abC", false),
        ("(a|b)*c{2,3}?", "xabacc", true),
        (r"^[^\d\s]$", "x", true),
        (r"^[^\d\s]$", "\u{2003}", false),
        (r"\u00e9|\x41", "é", true),
        (r"\ud83d\ude00", "😀", true),
        ("(?<name>x)", "x", true),
        ("(?:)", "", true),
        ("^a{3}$", "aaa", true),
        ("^a{3}$", "aaaa", false),
        ("^(a{0,2}b){2,}$", "aabbab", true),
        ("|||", "anything", true),
        (r"\bab\b", "x ab-", true),
        (r"\bab\b", "xab", false),
        (r"\Bab", "xab", true),
        (r"^[\w-]+$", "a-b_1", true),
        (r"^[\W]$", "é", true),
        (r"[\b]", "\u{8}", true),
        (r"^.$", "\u{2028}", false),
        (r"^\S*$", "a b", false),
        (r"a|b", "xxb", true),
        ("{]}", "{]}", true),
        (r"\/\.\$", "/.$", true),
    ];
    for (e, s, want) in cases {
        assert_eq!(matches(e, s), want, "{e} {s:?}");
    }
}

#[test]
fn what_is_no_pattern() {
    for e in [
        "(",
        ")",
        "[",
        "a**",
        "*",
        "\\",
        "a{2,1}",
        "[b-a]",
        r"\q",
        "(?<n",
        "^*",
        r"\b+",
        "a{",
        "a{x}",
        "a{1234567}",
        "[\\",
    ] {
        assert_eq!(Pattern::read(e.as_bytes()).unwrap_err(), Fault::Wrong, "{e}");
    }
    let deep = "(".repeat(40) + &")".repeat(40);
    for e in ["(?!a)", "(?<=a)", r"\1", r"\p{L}", r"\01", r"[\cA]", r"\k<n>", &deep] {
        assert_eq!(Pattern::read(e.as_bytes()).unwrap_err(), Fault::Beyond, "{e}");
    }
    for e in ["a{1001}", "(a{1000}){3}", "(a|b){999}", "a{0,1001}"] {
        assert_eq!(Pattern::read(e.as_bytes()).unwrap_err(), Fault::Steps, "{e}");
    }
}

#[test]
fn matching_costs_what_is_looked_at() {
    let p = Pattern::read(b"a.*b").unwrap();
    let (mut m, mut left) = (Matcher::default(), 100);
    assert!(!m.matches(&p, "x".repeat(90).as_bytes(), &mut left));
    assert_eq!(left, 100 - 91);
    assert!(!m.matches(&p, "x".repeat(90).as_bytes(), &mut left));
    assert_eq!(left, -1, "it gives up");
}

/// Patterns and texts that need more states than a table holds, and texts that leave ASCII at every place, mean and cost the same.
#[test]
fn more_than_a_table_holds() {
    let mut m = Matcher::default();
    for e in ["(a|b)*a(a|b){9}$", r"(\w\b\W|[a-f]é?)*x$", "^(a?){20}b", r"\Bé|é\b[ab]", "[a-z]{3,50}9"] {
        let (learnt, mut seed) = (Pattern::read(e.as_bytes()).unwrap(), 3_u64);
        for len in 0..200 {
            let text: String = (0..len)
                .map(|_| {
                    seed = crate::bytes::mix(seed, 5);
                    ["a", "b", "b", "a", "é", "x", " ", "9"][(seed >> 40) as usize % if len % 2 == 0 { 8 } else { 4 }]
                })
                .collect();
            let (mut one, mut other) = (1 << 40, 1 << 40);
            let got = m.matches(&learnt, text.as_bytes(), &mut one);
            assert_eq!(got, m.matches_without(&learnt, text.as_bytes(), &mut other), "{e} {text}");
            assert_eq!(one, other, "{e} {text}");
        }
    }
}

/// Whatever bytes come: a pattern stays within its bounds, and a match ends.
#[test]
fn any_bytes() {
    let pieces: Vec<&[u8]> =
        "( ) [ ] { } | * + ? ^ $ . - a 1 , \\ \\d \\W \\b \\u00e9 \\x4 (?: (?<n> {2,3} {999} é \u{1F600}"
            .split(' ')
            .map(str::as_bytes)
            .chain([&b"\xff"[..], b"\xe2\x82"])
            .collect();
    let (mut m, mut seed, mut read) = (Matcher::default(), 7_u64, 0);
    for _ in 0..50_000 {
        let mut e = Vec::new();
        for _ in 0..seed >> 60 {
            seed = crate::bytes::mix(seed, 1);
            e.extend_from_slice(pieces[(seed >> 33) as usize % pieces.len()]);
        }
        seed = crate::bytes::mix(seed, 2);
        if let Ok(p) = Pattern::read(&e) {
            assert!(p.steps.len() <= MAX_STEPS);
            m.matches(&p, &e, &mut 10_000);
            read += 1;
        }
    }
    assert!(read > 1_000, "{read}");
}
