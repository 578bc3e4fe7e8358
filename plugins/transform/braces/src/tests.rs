use super::*;

fn plain(text: &str, at: usize) -> Piece {
    Piece { text: text.into(), tag: false, at }
}

fn tag(text: &str, at: usize) -> Piece {
    Piece { text: text.into(), tag: true, at }
}

#[test]
fn takes_texts_apart() {
    let cases = [
        ("empty", "", vec![]),
        ("plain", "a } b", vec![plain("a } b", 0)]),
        ("tag", "a {{ b }} c", vec![plain("a ", 0), tag("b", 2), plain(" c", 9)]),
        ("tags side by side", "{{a}}{{b}}", vec![tag("a", 0), tag("b", 5)]),
        ("escaped", r"a \{{b}} {{c}}", vec![plain("a {{b}} ", 0), tag("c", 9)]),
        ("escaped at the begin", r"\{{", vec![plain("{{", 0)]),
        ("three braces", "{{{a}}}", vec![tag("{a", 0), plain("}", 6)]),
        ("a backslash alone", r"\ {{a}}", vec![plain(r"\ ", 0), tag("a", 2)]),
        ("a backslash of the tag before", r"{{a\}}{{b}}", vec![tag(r"a\", 0), tag("b", 6)]),
        ("spaces of all kinds", "{{\u{85}\u{2003}é\u{a0}\t}}", vec![tag("é", 0)]),
    ];
    for (name, text, want) in cases {
        assert_eq!(split(text), Ok(want), "{name}");
    }
}

#[test]
fn says_where_a_tag_is_not_closed() {
    assert_eq!(split("é\nüé {{a}} {{b").unwrap_err(), "line 2, column 10: a {{ has no }}");
    assert_eq!(split("{{").unwrap_err(), "line 1, column 1: a {{ has no }}");
    assert_eq!(split(&("x".repeat(1_203) + "{{}")).unwrap_err(), "line 1, column 1204: a {{ has no }}");
}

/// All texts of a few letters: pieces are in order, none is empty but tags, and nothing is added.
#[test]
fn pieces_are_of_the_text() {
    let letters = ["{", "}", "\\", "a", "é", "\n"];
    for n in 0..6_usize.pow(7) {
        let text: String = (0..7).map(|k| letters[n / 6_usize.pow(k) % 6]).collect();
        let pieces = match split(&text) {
            Ok(pieces) => pieces,
            Err(_) => continue,
        };
        assert!(pieces.windows(2).all(|w| w[0].at < w[1].at), "{text:?}");
        assert!(pieces.iter().all(|p| p.tag || !p.text.is_empty()), "{text:?}");
        assert!(pieces.iter().map(|p| p.text.len()).sum::<usize>() <= text.len(), "{text:?}");
        assert!(text.contains("{{") || pieces.len() <= 1, "{text:?}");
    }
}
