use super::*;

fn read(text: &str, json: bool) -> View {
    let mut v = View::default();
    v.read(text.as_bytes(), json);
    v
}

fn units(text: &str, json: bool) -> String {
    let v = read(text, json);
    let u = v.units(text.as_bytes());
    u.iter().map(|c| if *c == OTHER { '?' } else { *c as char }).collect()
}

#[test]
fn characters_are_what_they_look_like() {
    for (text, want) in [
        ("plain text, longer than a window of sixteen", "plain text, longer than a window of sixteen"),
        ("ｇｈｐ＿", "ghp_"),
        ("ghр_ Ａ", "ghp_ A"),
        ("𝐀𝐛𝟗𝒛", "Ab9z"),
        ("a\u{200b}b\u{e0041}c\u{ad}", "abc"),
        ("‘x’ “y” — –\u{a0}z", "'x' \"y\" - - z"),
        ("é 文 👋", "? ? ?"),
        ("a\0b", "a?b"),
        ("\\u0041\\x42 \\u00e9 \\u200b\\u000a", "AB ? \n"),
        ("\\n \\q \\/ \\\\ ", "\n \\q \\/ \\\\ "),
        ("\\u00g0 \\xg0", "\\u00g0 \\xg0"),
    ] {
        assert_eq!(units(text, false), want, "{text}");
    }
    assert_eq!(units("a\\/b\\\\c\\\"d", true), "a/b\\c\"d");
}

#[test]
fn places_are_those_of_the_text() {
    let text = "ab\u{200b}\u{200b}cé\\u0041d 文x";
    let v = read(text, false);
    let u = v.units(text.as_bytes());
    assert_eq!(u, [b'a', b'b', b'c', OTHER, b'A', b'd', b' ', OTHER, b'x']);
    for (n, c) in [(0, "ab"), (2, "cé"), (3, "é"), (4, "\\u"), (5, "d"), (7, "文"), (8, "x")] {
        assert!(text[v.place(n)..].starts_with(c), "{n}");
        assert_eq!(v.unit_at(v.place(n)), n);
    }
    assert_eq!(v.place(u.len()), text.len());
    assert_eq!(v.unit_at(text.len()), u.len());
    assert_eq!(v.unit_at(3), 2, "within what can't be seen");
}

#[test]
fn a_text_may_end_within_a_character() {
    let mut v = View::default();
    for (text, open) in [
        (&b"abc\\"[..], true),
        (b"abc\\u00", true),
        (b"abc\\u0g", false),
        (b"abc\\x4", true),
        (b"abc\xe6\x96", true),
        (b"abc\xe6", true),
        (b"abc\xf0\x9f\x91", true),
        (b"abc\xe6x", false),
        (b"abc\xff", false),
        (b"abc", false),
    ] {
        v.read(text, false);
        assert_eq!(v.open, open, "{text:?}");
    }
}

#[test]
fn folding_leaves_out_what_is_passed_early() {
    for r in (0x00c0..=0x02ff).chain(0x3001..=0xd7ff) {
        assert_eq!(fold(r), OTHER);
    }
    assert_eq!(fold(0x3000), b' ');
    assert_eq!(fold(0x0300), 0);
}
