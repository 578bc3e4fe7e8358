use super::*;

/// Writes bytes in base64.
pub fn base64(b: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for part in b.chunks(3) {
        let bits = part.iter().fold(0u32, |x, c| x << 8 | u32::from(*c)) << (8 * (3 - part.len()));
        for n in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * n) & 63) as usize];
            out.push(if n <= part.len() { digit as char } else { '=' });
        }
    }
    out
}

/// Writes bytes in hexadecimal digits.
pub fn base16(b: &[u8]) -> String {
    b.iter().map(|c| format!("{c:02x}")).collect()
}

#[test]
fn decodes_what_was_encoded() {
    for s in [&b""[..], b"a", b"ab", b"abc", b"abcd", b"hello, world\xff\x00"] {
        let (mut from64, mut from16) = (Vec::new(), Vec::new());
        decode64(&mut from64, base64(s).as_bytes());
        decode16(&mut from16, base16(s).as_bytes());
        assert_eq!(from64, s);
        assert_eq!(from16, s);
    }
    let mut url = Vec::new();
    decode64(&mut url, b"-_8");
    assert_eq!(url, [0xfb, 0xff]);
}

#[test]
fn printable_is_ascii_text() {
    assert!(
        printable(b"a key:\n\t~")
            && !printable(b"")
            && !printable(b"a\x00")
            && !printable(b"\x7f")
            && !printable(b"\xc3\xa9")
    );
}
