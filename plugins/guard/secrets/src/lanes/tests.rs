use super::*;
use crate::class::{is, TOKEN};

/// Sixteen units with one at each place.
fn around(c: u8, at: usize) -> [u8; 16] {
    let mut b = [b' '; 16];
    b[at] = c;
    b
}

#[test]
fn kinds_are_those_of_units() {
    for c in 0..=255u8 {
        for at in 0..16 {
            let [tokens, marks, commas] = kinds(&around(c, at));
            let token = is(c, TOKEN) || matches!(c, b'$' | b'`' | b'\\' | b'^' | 0x7f);
            assert_eq!(tokens, (token as u64) << at, "{c}");
            assert_eq!(tokens != 0, in_token(c), "{c}");
            assert_eq!(marks, (matches!(c, b'=' | b':' | b'|' | b'~' | b'-' | b',') as u64) << at, "{c}");
            assert_eq!(commas, ((c == b',') as u64) << at, "{c}");
        }
    }
}

#[test]
fn masks_are_of_their_units() {
    for c in 0..=255u8 {
        for at in 0..16 {
            let b = around(c, at);
            assert_eq!(alnums(&b), (c.is_ascii_alphanumeric() as u64) << at, "{c}");
            assert_eq!(initials(&b), (matches!(c, b'a' | b'A' | b's' | b'S') as u64) << at, "{c}");
            let odd = c >= 0x80 || c == 0 || c == b'\\';
            assert_eq!(unusual(&b), (odd as u64) << at, "{c}");
            let mut four = [b' '; 64];
            four[at * 4 + 3] = c;
            assert_eq!(any_unusual(&four), odd, "{c}");
        }
    }
}
