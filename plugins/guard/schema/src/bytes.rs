//! Bytes, eight at once: in WebAssembly the turn of a loop is dear.

/// The eight bytes at a place, the first in the lowest place; `None` where there are fewer.
#[inline(always)]
pub(crate) fn eight(s: &[u8], at: usize) -> Option<u64> {
    match s.get(at..)?.get(..8)?.try_into() {
        Ok(b) => Some(u64::from_le_bytes(b)),
        Err(_) => None,
    }
}

#[inline(always)]
fn four(s: &[u8], at: usize) -> Option<u32> {
    match s.get(at..)?.get(..4)?.try_into() {
        Ok(b) => Some(u32::from_le_bytes(b)),
        Err(_) => None,
    }
}

/// Tells whether two texts are the same.
#[inline(always)]
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && same_long(a, b)
}

fn same_long(a: &[u8], b: &[u8]) -> bool {
    // The last step may look at some bytes again.
    if let Some(last) = a.len().checked_sub(8) {
        let mut at = 0;
        while at < last {
            if eight(a, at) != eight(b, at) {
                return false;
            }
            at += 8;
        }
        return eight(a, last) == eight(b, last);
    }
    if let Some(last) = a.len().checked_sub(4) {
        return four(a, 0) == four(b, 0) && four(a, last) == four(b, last);
    }
    a.iter().eq(b.iter())
}

/// How many code points a text of UTF-8 has.
pub(crate) fn points(s: &[u8]) -> usize {
    let (mut points, mut at) = (0, 0);
    while let Some(x) = eight(s, at) {
        let within = x >> 7 & !(x >> 6) & 0x0101_0101_0101_0101; // bytes 10xxxxxx
        points += 8 - within.count_ones() as usize;
        at += 8;
    }
    points + s[at..].iter().filter(|b| **b & 0xc0 != 0x80).count()
}

/// Sorts numbers by the names that they stand for, and where these are the same by themselves.
#[inline(never)]
pub(crate) fn sort_by_name<'n>(some: &mut [u32], name: &dyn Fn(u32) -> &'n [u8]) {
    some.sort_unstable_by(|a, b| name(*a).cmp(name(*b)).then(a.cmp(b)));
}

const START: u64 = 0xcbf2_9ce4_8422_2325;
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// Takes a number into a hash.
#[inline]
pub(crate) fn mix(hash: u64, with: u64) -> u64 {
    let h = (hash ^ with).wrapping_mul(FACTOR);
    h ^ h >> 32
}

/// A hash of a text. Nothing relies on its being hard to collide.
pub(crate) fn hash(s: &[u8]) -> u64 {
    let (mut h, mut at) = (mix(START, s.len() as u64), 0);
    while let Some(x) = eight(s, at) {
        h = mix(h, x);
        at += 8;
    }
    let mut rest = 0;
    for &c in &s[at..] {
        rest = rest << 8 | u64::from(c);
    }
    mix(h, rest)
}

/// Appends a number in decimal.
pub(crate) fn append_number(dst: &mut Vec<u8>, mut n: usize) {
    let (mut digits, mut at) = ([0; 20], 20);
    loop {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            return dst.extend_from_slice(&digits[at..]);
        }
    }
}

/// Bytes that came from UTF-8 as a text again.
pub(crate) fn text(b: &[u8]) -> String {
    String::from_utf8_lossy(b).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_same_to_the_last_byte() {
        for len in 0..40 {
            let a = vec![b'x'; len];
            assert!(same(&a, &a.clone()));
            assert!(!same(&a, &vec![b'x'; len + 1]));
            for n in 0..len {
                let mut b = a.clone();
                b[n] = b'y';
                assert!(!same(&a, &b), "{len} {n}");
                assert_ne!(hash(&a), hash(&b), "{len} {n}");
            }
        }
    }

    #[test]
    fn code_points_of_texts() {
        for s in ["", "a", "é", "€uro", "😀😀😀😀😀", "twelve bytes", "ä twelve € bytes 😀 and more"]
        {
            assert_eq!(points(s.as_bytes()), s.chars().count(), "{s}");
        }
    }

    #[test]
    fn numbers_in_decimal() {
        for n in [0, 7, 10, 4_294_967_295] {
            let mut b = b"/".to_vec();
            append_number(&mut b, n);
            assert_eq!(text(&b), format!("/{n}"));
        }
    }
}
