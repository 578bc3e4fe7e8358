use super::*;

#[test]
fn values_begin_behind_their_separator() {
    for (text, want) in [
        ("=x", Some(1)),
        ("= x", Some(2)),
        ("=> \"x\"", Some(3)),
        (":= x", Some(3)),
        ("|| x", Some(3)),
        (", \"x\"", Some(2)),
        ("=     x", None),
        ("=", None),
        ("= ", None),
        ("= {", None),
        ("=\nx", None),
        (": ** x", Some(5)),
        (": **  x", None),
        (":** x", Some(4)),
    ] {
        assert_eq!(value_at(text.as_bytes(), 0), want, "{text}");
    }
}

#[test]
fn chains_are_names_with_dots() {
    for (text, want) in [
        ("settings.API_KEY", true),
        ("a.b.c", true),
        ("abc", false),
        ("a.1b", false),
        ("a.", false),
        (".a", false),
        ("a.b-c", false),
        ("", false),
    ] {
        assert_eq!(chain(text.as_bytes()), want, "{text}");
    }
}

#[test]
fn placeholders_stand_for_secrets() {
    for text in ["YOUR_KEY", "xXxX1", "a_here", "${X}", "<x>", "1111", "process.env.X", "abcdefgh12"] {
        assert!(placeholder(text.as_bytes()), "{text}");
    }
    let late = "ab1".repeat(30) + "your";
    for text in ["Tr0ub4dor&3", "hunter2", "yo-ur", &late] {
        assert!(!placeholder(text.as_bytes()), "{text}");
    }
}

#[test]
fn short_values_are_told_apart() {
    for (text, last, want) in [
        ("abcde ", false, true),
        ("abcdef", false, false),
        ("abcdef ", false, false),
        ("abc", false, false),
        ("abc", true, true),
        ("\"abcde\"", false, true),
        ("\"abcdef\"", false, false),
        ("\"a b c'", false, false),
        ("'ab\ncdef'", false, true),
        ("\"", false, false),
        ("\"", true, true),
    ] {
        assert_eq!(short_value(text.as_bytes(), 0, last), want, "{text:?} {last}");
    }
}
