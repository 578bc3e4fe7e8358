//! Characters, and where words end.

use crate::tables::{WORDS, WORD_END, WORD_PAGES};
use yett::utf8::{decode_whole, REPLACEMENT};

/// The character at the end of a text.
fn decode_last(text: &[u8]) -> u32 {
    let mut n = 1;
    while n < 4 && n < text.len() && text[text.len() - n] & 0xc0 == 0x80 {
        n += 1;
    }
    let (r, size) = decode_whole(&text[text.len().saturating_sub(n)..]);
    if size == n {
        r
    } else {
        REPLACEMENT
    }
}

/// Tells whether a character is part of words that have spaces between them. Those of scripts without, and of Korean, where
/// endings are joined to words, aren't.
pub fn is_word(r: u32) -> bool {
    if r >= WORD_END {
        return (0xe0100..=0xe01ef).contains(&r);
    }
    WORDS[usize::from(WORD_PAGES[r as usize >> 6])] >> (r & 63) & 1 != 0
}

/// Tells whether `text[from..to]` is a whole word: neither side goes on with a letter where the match has one.
pub fn bounded(text: &[u8], from: usize, to: usize) -> bool {
    let word = &text[from..to];
    let joined = |before: &[u8], after: &[u8]| {
        !before.is_empty() && !after.is_empty() && is_word(decode_last(before)) && is_word(decode_whole(after).0)
    };
    !joined(&text[..from], word) && !joined(word, &text[to..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_as_std_does() {
        let texts: [&[u8]; 14] = [
            "aé€🙂".as_bytes(),
            b"\xff",
            b"\xc3",
            b"\xe2\x82",
            b"\xf0\x9f\x99",
            b"\xe0\x80\x80",
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b"\xf0\x80\x80\x80",
            b"\xc0\x80",
            b"\xe2\x28\xa1",
            b"\x80",
            b"a\x80\x80\x80\x80",
            "\u{ffff}\u{10ffff}".as_bytes(),
        ];
        for text in texts {
            for from in 0..text.len() {
                let rest = &text[from..];
                let valid = (1..=rest.len().min(4)).find_map(|n| std::str::from_utf8(&rest[..n]).ok());
                let want = valid.and_then(|s| s.chars().next()).map_or((REPLACEMENT, 1), |c| (c as u32, c.len_utf8()));
                assert_eq!(decode_whole(rest), want, "{rest:?}");
                let start = &text[..=from];
                let valid = (1..=start.len().min(4)).find_map(|n| std::str::from_utf8(&start[start.len() - n..]).ok());
                assert_eq!(
                    decode_last(start),
                    valid.and_then(|s| s.chars().last()).map_or(REPLACEMENT, u32::from),
                    "{start:?}"
                );
            }
        }
        assert_eq!(decode_whole(b""), (REPLACEMENT, 0));
    }

    #[test]
    fn knows_parts_of_words() {
        for c in "aZ_09éßλДאع\u{301}ａ".chars() {
            assert!(is_word(c.into()), "{c}");
        }
        for c in " -+.,!?@\u{a0}、漢ひカ한ก\u{fffd}🙂\u{10ffff}".chars() {
            assert!(!is_word(c.into()), "{c}");
        }
        assert!(is_word(0xe0100) && !is_word(0xe01f0) && is_word(0x1f1a0) == is_word(0x1f1a1));
    }
}
