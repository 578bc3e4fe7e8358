use super::*;

#[test]
fn rest_ends_with_the_footer() {
    assert_eq!(rest(b"abc+/=\nxyz\n-----END RSA PRIVATE KEY-----\nand", SET), 40);
    assert_eq!(rest(b"abc\n-----END KEY-----", SET), 21);
    assert_eq!(rest(b"abc\n\x00-----END KEY-----\n", SET), 4);
    assert_eq!(rest(b"abc def", BASE64), 3);
    assert_eq!(rest(b"", SET), 0);
}
