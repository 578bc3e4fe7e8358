use super::*;

fn read(s: &[u8]) -> (Doc, Result<(), Syntax>) {
    let mut d = Doc { src: s.to_vec(), most: 100_000, ..Doc::default() };
    let got = d.read();
    (d, got)
}

#[test]
fn texts_that_are_json() {
    let deep = "[".repeat(128) + &"]".repeat(128);
    let cases = [
        ("null", 1),
        (" true ", 1),
        ("-0.5e+10", 1),
        ("1E2", 1),
        ("\"\"", 1),
        (r#""a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud800z""#, 1),
        ("[]", 1),
        ("[ ]", 1),
        ("{}", 1),
        ("[1,\t2 ,\n[ 3 ] , {}]", 6),
        (r#"{"a":[1,-0.5e+7,"b",true,null],"" : {"c": 1 , "d":2}}"#, 14),
        (r#"{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1}"#, 21),
        (&deep, 128),
    ];
    for (s, nodes) in cases {
        let (d, got) = read(s.as_bytes());
        assert_eq!(got, Ok(()), "{s}");
        assert_eq!(d.count, nodes, "{s}");
    }
    let (d, _) = read(r#"{"é\n":[1.50, "\ud83d\ude00 x"], "b": "\"plain\""}"#.as_bytes());
    let texts: Vec<&[u8]> = (1..7).map(|n| d.text(n)).collect();
    let want: [&str; 6] = ["é\n", r#"[1.50, "\ud83d\ude00 x"]"#, "1.50", "😀 x", "b", "\"plain\""];
    assert_eq!(texts, want.map(str::as_bytes));
    assert_eq!(d.member(0, b"b"), Some(6));
    assert_eq!((d.size(0), d.size(2), d.next(2)), (2, 2, 5));
}

#[test]
fn texts_that_are_not() {
    let deep = "[".repeat(129);
    let many = format!("[{}1]", "1,".repeat(100_000));
    let long: Vec<String> = (0..20).map(|n| format!("\"m{n}\":1")).collect();
    let twice = format!("{{{},\"m3\":2}}", long.join(","));
    #[rustfmt::skip]
    let cases: Vec<(&str, &str, usize)> = vec![
        ("", CUT, 0), ("  ", CUT, 2), ("[1, ", CUT, 4), ("{\"a\"", CUT, 4), ("{\"a\": ", CUT, 6), ("\"abc", CUT, 4), ("\"ab\\u12", CUT, 3),
        ("tru", CUT, 3), ("-", CUT, 1), ("1.", CUT, 2), ("1e+", CUT, 3), ("[", CUT, 1), ("[1", CUT, 2),
        ("trux", NO_VALUE, 0), ("[1,]", NO_VALUE, 3), ("+1", NO_VALUE, 0), ("\u{1}", NO_VALUE, 0), ("é", NO_VALUE, 0),
        ("01", CUT, 2), ("01 ", "a number isn't one", 2), ("1.x", "a number isn't one", 2), ("-a", "a number isn't one", 1),
        ("1e1234567890", LONG_EXP, 12), ("1 2", "there is something after its end", 2), ("[1 2]", "a comma is missing", 3),
        ("[1}", "a comma is missing", 2), ("{1:2}", "a member's name is missing", 1), ("{\"a\":1,}", "a member's name is missing", 7),
        ("{\"a\" 1}", "a colon is missing", 5), ("\"a\nb\"", CONTROL, 2), ("\"\\n\u{1f}\"", CONTROL, 3),
        ("\"a\\qbcdefg\"", "a string holds an escape that doesn't exist", 2),
        ("{\"a\":1,\"\\u0061\":2}", NOT_ONCE, 18), (&twice, NOT_ONCE, twice.len()),
        (&deep, TOO_DEEP, 128), (&many, TOO_MANY, 199_999),
    ];
    for (s, what, at) in cases {
        assert_eq!(read(s.as_bytes()).1, Err(Syntax { what, at }), "{s:.40}");
    }
    assert_eq!(read(b"\"\xff\"").1, Err(Syntax { what: NOT_UTF8, at: 2 }));
    assert_eq!(read(b"\"\\n\xe2\x82\"").1, Err(Syntax { what: NOT_UTF8, at: 5 }));
}

/// Strings of every length end where they do, whatever ends them.
#[test]
fn strings_of_every_length() {
    for len in 0..40 {
        for inside in ["x", "é", "\\n", "\u{7f}", "~"] {
            let s = format!("[\"{}\", \"{0}z\"]", inside.repeat(len));
            let (d, got) = read(s.as_bytes());
            assert_eq!(got, Ok(()), "{s}");
            let plain = inside.replace("\\n", "\n").repeat(len);
            assert_eq!(d.text(1), plain.as_bytes());
            assert_eq!(d.text(2), (plain + "z").as_bytes());
            let cut = format!("\"{}\u{1}\"", inside.repeat(len));
            assert_eq!(read(cut.as_bytes()).1, Err(Syntax { what: CONTROL, at: cut.len() - 2 }), "{cut}");
        }
    }
}

/// An escape costs as much as a value.
#[test]
fn escapes_cost() {
    let mut d = Doc { src: br#"["\n\n", 1]"#.to_vec(), most: 5, ..Doc::default() };
    assert_eq!(d.read(), Ok(()));
    assert_eq!(d.most, 3);
    d.most = 4;
    assert_eq!(d.read(), Err(Syntax { what: TOO_MANY, at: 9 }));
    d.most = 3;
    assert_eq!(d.read(), Err(Syntax { what: TOO_MANY, at: 6 }));
}
