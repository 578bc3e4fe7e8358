use super::*;

fn scan(patterns: &str, text: &str) -> (Vec<(usize, String)>, usize) {
    let mut hits = Vec::new();
    let open = Matcher::new(patterns)
        .unwrap()
        .scan(text.as_bytes(), 0, |n, from, to| hits.push((n, text[from..to].to_string())));
    (hits, open)
}

#[test]
fn finds_the_first_and_the_longest() {
    type Hits = &'static [(usize, &'static str)];
    let cases: [(&str, &str, Hits); 18] = [
        ("a", "banana", &[(0, "a"), (0, "a"), (0, "a")]),
        ("rose\nrosebud", "a rosebud, a rose", &[(1, "rosebud"), (0, "rose")]),
        ("ab\nbc", "abc bc", &[(0, "ab"), (1, "bc")]),
        ("ab\nab", "ab", &[(0, "ab")]),
        ("(?i)secret", "SeCrEt", &[(0, "SeCrEt")]),
        ("(?i:a)b", "Ab AB", &[(0, "Ab")]),
        (r"\b4\d{3}\b", "4111 41112 x4111 4999", &[(0, "4111"), (0, "4999")]),
        (r"[A-Z]{2}\d{2,4}", "DE8 DE89 GB12345", &[(0, "DE89"), (0, "GB1234")]),
        (r"[^\s@]+@[\w.-]+\.(com|org)", "to joe.doe@example.com!", &[(0, "joe.doe@example.com")]),
        ("a.c", "a\nc aéc", &[(0, "aéc")]),
        ("(?s)a.c", "a\nc", &[(0, "a\nc")]),
        ("^a|b$", "aab", &[(0, "a"), (0, "b")]),
        ("x{2}y{0,1}?", "xxxy xxy", &[(0, "xx"), (0, "xxy")]),
        ("a{,2}", "a{,2}", &[(0, "a{,2}")]),
        (r"[]x-]+\x41\x{42}", "]-xAB", &[(0, "]-xAB")]),
        ("(a+)+b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", &[]),
        (r"\D+", "12ab34", &[(0, "ab")]),
        (r"[\W_]+", "a _-b", &[(0, " _-")]),
    ];
    for (patterns, text, want) in cases {
        let want: Vec<(usize, String)> = want.iter().map(|w| (w.0, w.1.to_string())).collect();
        assert_eq!(scan(patterns, text).0, want, "{patterns:?} in {text:?}");
    }
}

#[test]
fn knows_what_is_open() {
    let cases = [
        ("rosebud", "a rose", 2),
        ("rosebud", "a rosebud", 9),
        ("rose\nrosebud", "a rose", 2),
        ("ab\nbc", "ab", 2),
        (r"\d+", "a 12", 2),
        (r"\bab\b", "ab", 0),
        ("ab$", "ab", 0),
        ("x", "", 0),
        ("éa", "né", 1),
    ];
    for (patterns, text, want) in cases {
        assert_eq!(scan(patterns, text).1, want, "{patterns:?} in {text:?}");
    }
}

#[test]
fn what_is_before_is_context() {
    let m = Matcher::new(r"\bab").unwrap();
    for (text, from, want) in [("xab", 1, None), (" ab", 1, Some(1)), ("ab ab", 1, Some(3)), ("éab", 1, Some(2))] {
        let mut first = None;
        m.scan(text.as_bytes(), from, |_, begin, _| first = first.or(Some(begin)));
        assert_eq!(first, want, "{text:?} from {from}");
    }
}

#[test]
fn what_is_not_utf_8_belongs_to_no_match() {
    let find = |pattern: &str, text: &[u8]| {
        let mut hits = Vec::new();
        let open = Matcher::new(pattern).unwrap().scan(text, 0, |_, from, to| hits.push((from, to)));
        (hits, open)
    };
    assert_eq!(find("[^x]+", b"ab\xffcd\xff"), (vec![(0, 2), (3, 5)], 6));
    assert_eq!(find(r"\bab\b", b"\xffab\xff"), (vec![(1, 3)], 4));
    assert_eq!(find("^b|a$", b"a\xffb"), (vec![], 3));
    assert_eq!(find("aé", b"xa\xc3"), (vec![], 1), "a character that was cut may become what it looks for");
}

#[test]
fn refuses_what_is_no_pattern() {
    let invalid = ["(", ")", "a)", "[a", "*a", "a**", "a{2}{3}", "a{2,1}", "a{1001}", "(?=a)", r"\1", r"a\", "[b-a]"];
    for pattern in ["", "a*", r"\b", "a|"] {
        assert_eq!(Program::new(pattern).err(), Some(Fault::Empty), "{pattern:?}");
    }
    for pattern in invalid {
        assert_eq!(Program::new(pattern).err(), Some(Fault::Invalid), "{pattern:?}");
    }
    for pattern in [r"\pL", "[[:alpha:]]", "(?m)a", r"\Qa\E"] {
        assert!(matches!(Program::new(pattern), Err(Fault::Unknown(_))), "{pattern:?}");
    }
    assert_eq!(Program::new("((((a{100}){100}){100}){100})").err(), Some(Fault::Invalid), "too long");
}
