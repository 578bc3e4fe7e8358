use super::*;
use crate::class::class;
use crate::heads::packed;
use crate::lanes::in_token;
use crate::sieve::LEAST;

fn prefix(e: &Entry) -> Vec<u8> {
    (0..e.rule.prefix.len()).map(|n| e.rule.unit(n)).collect()
}

#[test]
fn rules_are_found_by_their_prefixes() {
    for e in &RULES {
        let prefix = prefix(e);
        let same = |other: &Entry| other.rule.prefix == e.rule.prefix && other.rule.turned == e.rule.turned;
        assert!(by_first(prefix[0]).iter().any(same), "{prefix:?}");
        assert!(by_two(packed(&prefix)).any(same), "{prefix:?}");
        assert_eq!(packed(&prefix), e.head);
        assert_eq!(SETS[e.set as usize], e.rule.set);
    }
    assert_eq!(RULES.len(), FORMATS.len() + FORMATS.iter().filter(|r| r.turned().is_some()).count());
    assert_eq!(by_first(0xff).len(), by_first(0x7f).len());
}

#[test]
fn longer_prefixes_come_first() {
    for c in 0..128 {
        assert!(by_first(c).windows(2).all(|w| w[0].rule.prefix.len() >= w[1].rule.prefix.len()));
        assert!(by_first(c).iter().all(|e| e.head as u8 == c));
    }
    for e in &RULES {
        let lens: Vec<usize> =
            by_two(e.head).filter(|o| o.head as u16 == e.head as u16).map(|o| o.rule.prefix.len()).collect();
        assert!(lens.windows(2).all(|w| w[0] >= w[1]));
    }
}

/// The sieve passes over words in shorter runs, and over units that it takes for no token's.
#[test]
fn secrets_are_as_long_as_the_sieve_asks() {
    for r in FORMATS {
        assert!(r.prefix.len() + r.min as usize >= LEAST as usize, "{:?}", r.prefix);
        assert!(r.prefix.len() >= 2 && r.prefix.iter().all(|c| in_token(*c)), "{:?}", r.prefix);
        assert!((0..=255).filter(|c| class(*c) & r.set != 0).all(in_token), "{:?}", r.prefix);
        assert!(r.max == 0 || r.max >= r.min);
    }
}

#[test]
fn classes_are_numbered_once() {
    for (n, set) in SETS.iter().enumerate() {
        assert_eq!(number(*set) as usize, n);
    }
    for set in OTHERS {
        assert_eq!(SETS[number(set) as usize], set);
    }
}
