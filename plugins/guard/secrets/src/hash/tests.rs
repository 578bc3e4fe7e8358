use super::*;

fn hex(text: &[u8]) -> String {
    sha256(text).iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn sha256_is_as_published() {
    for (text, want) in [
        (&b""[..], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
        (&[b'a'; 1_000_000], "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ] {
        assert_eq!(hex(text), want);
    }
}

#[test]
fn a_text_of_any_length_ends_in_a_block() {
    let all: Vec<String> = (0..200).map(|n| hex(&vec![b'x'; n])).collect();
    assert!((1..all.len()).all(|n| !all[..n].contains(&all[n])));
}

#[test]
fn fingerprints_depend_on_secret_and_salt() {
    let of = |salt: &str, secret: &str| {
        let mut b = b"x:".to_vec();
        fingerprint(&mut b, salt.as_bytes(), secret.as_bytes());
        String::from_utf8(b).unwrap()
    };
    assert_eq!(of("", "hunter2"), of("", "hunter2"));
    assert_eq!(of("", "").len(), 10);
    assert_ne!(of("", "hunter2"), of("a", "hunter2"));
    assert_ne!(of("", "hunter2"), of("", "hunter3"));
    assert_ne!(of("ab", "c"), of("a", "bc"), "a zero stands between them");
}
