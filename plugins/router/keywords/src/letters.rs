//! Characters, and where words end.

use crate::tables::{WORDS, WORD_END, WORD_PAGES};

/// What stands for bytes that aren't UTF-8.
pub const BAD: u32 = 0xfffd;

/// The character at the begin of a text and its bytes; `BAD` and 1 for what isn't UTF-8, `BAD` and 0 for nothing.
pub fn decode(text: &[u8]) -> (u32, usize) {
    let c = match text.first() {
        None => return (BAD, 0),
        Some(c) => *c,
    };
    let (size, least, most) = match c {
        0..=0x7f => return (c.into(), 1),
        0xc2..=0xdf => (2, 0x80, 0xbf),
        0xe0 => (3, 0xa0, 0xbf),
        0xed => (3, 0x80, 0x9f),
        0xe1..=0xef => (3, 0x80, 0xbf),
        0xf0 => (4, 0x90, 0xbf),
        0xf1..=0xf3 => (4, 0x80, 0xbf),
        0xf4 => (4, 0x80, 0x8f),
        _ => return (BAD, 1),
    };
    let later = match text.get(1..size) {
        Some(later) if later[0] >= least && later[0] <= most => later,
        _ => return (BAD, 1),
    };
    let mut r = u32::from(c) & (0x7f >> size);
    for c in later {
        if c & 0xc0 != 0x80 {
            return (BAD, 1);
        }
        r = r << 6 | u32::from(c & 0x3f);
    }
    (r, size)
}

/// The character at the end of a text.
fn decode_last(text: &[u8]) -> u32 {
    let mut n = 1;
    while n < 4 && n < text.len() && text[text.len() - n] & 0xc0 == 0x80 {
        n += 1;
    }
    let (r, size) = decode(&text[text.len().saturating_sub(n)..]);
    if size == n {
        r
    } else {
        BAD
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
        !before.is_empty() && !after.is_empty() && is_word(decode_last(before)) && is_word(decode(after).0)
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
                let want = valid.and_then(|s| s.chars().next()).map_or((BAD, 1), |c| (c as u32, c.len_utf8()));
                assert_eq!(decode(rest), want, "{rest:?}");
                let start = &text[..=from];
                let valid = (1..=start.len().min(4)).find_map(|n| std::str::from_utf8(&start[start.len() - n..]).ok());
                assert_eq!(
                    decode_last(start),
                    valid.and_then(|s| s.chars().last()).map_or(BAD, u32::from),
                    "{start:?}"
                );
            }
        }
        assert_eq!(decode(b""), (BAD, 0));
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
