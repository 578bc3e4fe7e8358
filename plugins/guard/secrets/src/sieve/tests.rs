use super::*;
use crate::entity::Wanted;
use crate::scan::Scanner;
use crate::tests::{samples, CLEAN};

/// Looks at every word and every mark, in the place of a sieve.
fn everywhere(t: Text, n: usize) -> usize {
    let word = |k: usize| is(t.u[k], ALNUM) && (k == 0 || !is(t.u[k - 1], ALNUM));
    let mark = |k: usize| matches!(t.u[k], b'=' | b':' | b'|' | b'~' | b'-' | b',') && shows(t, k);
    (n..t.u.len()).find(|k| word(*k) || mark(*k)).unwrap_or(t.u.len())
}

/// What a scan finds, and from where on it is undecided.
type Found = (Vec<(usize, usize, &'static str)>, usize);

fn found(s: &mut Scanner, undecided: usize) -> Found {
    (s.found.iter().map(|m| (m.from, m.to, m.entity.name())).collect(), undecided)
}

#[test]
fn nothing_is_passed_over() {
    let (mut s, mut secrets) = (Scanner::new(Wanted::ALL), 0);
    let mut check = |u: &[u8], from: usize, last: bool| {
        let end = s.scan_by(u, from, last, everywhere);
        let want = found(&mut s, end);
        let end = s.scan(u, from, last);
        assert_eq!(found(&mut s, end), want, "{:?} from {from}, {last}", String::from_utf8_lossy(u));
        secrets += want.0.len();
    };
    let texts: Vec<String> = samples().iter().map(|s| s.text()).chain(CLEAN.iter().map(|s| s.to_string())).collect();
    for (n, text) in texts.iter().enumerate() {
        // Behind others, at different places of windows.
        let text = [&texts[(n + 1) % texts.len()][..], &" .,-"[..n % 5], text, &texts[(n + 2) % texts.len()]].concat();
        for cut in (0..=text.len()).step_by(11) {
            check(&text.as_bytes()[..cut], 0, cut % 2 == 0);
            check(text.as_bytes(), cut, true);
            check(&text.as_bytes()[cut..], 0, true);
        }
    }
    assert!(secrets > 5_000, "{secrets}");
}

#[test]
fn prose_is_passed_over() {
    let text =
        "The quick brown fox jumps over the lazy dog, and what's more: it runs well-nigh everywhere. ".repeat(20);
    let (mut sieve, mut n, mut stops) = (Sieve::new(), 0, Vec::new());
    let t = Text { u: text.as_bytes(), last: true, run_end: 0 };
    loop {
        n = sieve.next(t, n);
        if n == text.len() {
            break;
        }
        stops.push(n);
        n += 1;
    }
    assert_eq!(stops, [0; 0]);
}

#[test]
fn stops_where_secrets_may_begin() {
    for (text, want) in [
        ("a Bearer abcdefgh1234567", &[2][..]),
        ("a basic abcdefgh", &[2]),
        ("unbasic abcdefgh", &[]),
        ("see ghp_0123456789abcdef", &[4, 8]),
        ("x = secretvalue1", &[]),
        ("pw = secretvalue1", &[3]),
        ("a://b", &[1]),
        ("-----BEGIN", &[0]),
        ("b-u -x", &[1]),
        ("abcQ~x", &[4]),
    ] {
        let (mut sieve, mut n, mut stops) = (Sieve::new(), 0, Vec::new());
        while n < text.len() {
            n = sieve.next(Text { u: text.as_bytes(), last: true, run_end: 0 }, n);
            stops.push(n);
            n += 1;
        }
        stops.retain(|n| *n < text.len());
        assert_eq!(stops, want, "{text}");
    }
}
