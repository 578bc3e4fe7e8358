use super::*;

#[test]
fn entropy_is_shannons() {
    let std64 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/";
    let long = "ab1".repeat(50);
    for s in ["a", "aaaa", "abab", "abcdefgh", "hunter2", &std64[..62], std64, &long] {
        let mut counts = [0.0f64; 256];
        s.bytes().for_each(|c| counts[c as usize] += 1.0);
        let shares = counts.iter().filter(|n| **n > 0.0).map(|n| n / s.len() as f64);
        let want: f64 = shares.map(|p| -p * p.log2()).sum();
        let got = f64::from(entropy(s.as_bytes()));
        assert!((want * 100.0 - got).abs() <= 4.0, "{s}: {got}, not {want}");
    }
    assert_eq!(entropy(b""), 0);
}

#[test]
fn wordy_knows_names_of_programs() {
    for (text, want) in [
        ("getUserTokenFromHeader1", true),
        ("my-secret-value-01", true),
        ("deadbeef01234567", false),
        ("x8Kq2mZt7Lw9", false),
        ("", false),
    ] {
        assert_eq!(wordy(text.as_bytes()), want, "{text}");
    }
}

#[test]
fn mix_counts_kinds() {
    let m = Mix::of(b"ab-C12 3");
    assert_eq!(m, Mix { digits: 3, lowers: 2, uppers: 1, others: 2 });
    let long = "aB1-".repeat(30_000); // more than one sum of 16 bits holds
    assert_eq!(Mix::of(long.as_bytes()), Mix { digits: 30_000, lowers: 30_000, uppers: 30_000, others: 30_000 });
}

#[test]
fn contains_finds_every_place() {
    assert!(contains(b"abc", b"abc") && contains(b"xxabc", b"abc") && contains(b"abcx", b"abc"));
    assert!(!contains(b"ab", b"abc") && !contains(b"", b"abc") && !contains(b"abxabd", b"abc"));
}

#[test]
fn classes_of_letters_are_disjoint() {
    for c in 0..=255u8 {
        let kinds = [is(c, DIGIT), is(c, LOWER), is(c, UPPER)].iter().filter(|k| **k).count();
        assert_eq!(kinds, c.is_ascii_alphanumeric() as usize);
        assert_eq!(is(c, HEX_ANY), c.is_ascii_hexdigit());
    }
}
