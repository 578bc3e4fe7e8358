use super::*;

#[test]
fn words_that_begin_secrets_start_them() {
    for e in &RULES {
        for c in 0..=255u8 {
            if class(c) & e.rule.set == 0 {
                continue;
            }
            let mut word: Vec<u8> = (0..e.rule.prefix.len()).map(|n| e.rule.unit(n)).collect();
            word.resize(word.len() + 8, c);
            assert!(starts(eight(&word, 0)), "{:?}", String::from_utf8_lossy(&word));
        }
    }
    for word in ["eyJhbGci", "MTAyMzQ1", "NzI0OTk5", "OD1xyzab"] {
        assert!(starts(packed(word.as_bytes())), "{word}");
    }
}

#[test]
fn most_words_start_nothing() {
    let words = "the quick brown fox jumps over a lazy dog and what would anybody write about such things in general";
    let starting = words.split(' ').filter(|w| starts(packed(format!("{w} and so").as_bytes())));
    assert_eq!(starting.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn numbers_have_five_digits() {
    for (text, want) in
        [("12345678", true), ("12345:AA", true), ("1234xAAA", false), ("a2345678", false), ("        ", false)]
    {
        assert_eq!(numbers(packed(text.as_bytes())), want, "{text}");
    }
}

#[test]
fn eight_are_in_order() {
    assert_eq!(eight(b"xabcdefgh", 1), packed(b"abcdefgh"));
    assert_eq!(packed(b"ab"), 0x6261);
}
