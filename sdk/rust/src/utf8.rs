//! Characters of texts as bytes: windows of streams and what stands before them are read so, and may be cut anywhere.

/// U+FFFD, which stands for a byte that isn't UTF-8.
pub const REPLACEMENT: u32 = 0xfffd;

/// The first character of a text and its length in bytes, [`REPLACEMENT`] and 1 for a byte that isn't UTF-8. `None` if the
/// text ends before the character does, so that what follows decides.
///
/// For example `e2 82 ac 21` gives 0x20ac and 3, `e2 82` gives `None`, and `e2 21` gives 0xfffd and 1.
#[must_use]
#[inline]
pub fn decode(text: &[u8]) -> Option<(u32, usize)> {
    match *text.first()? {
        c @ 0..=0x7f => Some((c.into(), 1)),
        c => decode_long(c, text),
    }
}

/// Is [`decode`] for a text that nothing follows: what was cut isn't UTF-8 either. Nothing gives [`REPLACEMENT`] and 0.
#[must_use]
#[inline]
pub fn decode_whole(text: &[u8]) -> (u32, usize) {
    decode(text).unwrap_or((REPLACEMENT, text.len().min(1)))
}

/// Unicode's table 3-7: encodings that are too long, surrogates and what is beyond U+10FFFF show in the second byte.
fn decode_long(first: u8, text: &[u8]) -> Option<(u32, usize)> {
    let (size, least, most) = match first {
        0xc2..=0xdf => (2, 0x80, 0xbf),
        0xe0 => (3, 0xa0, 0xbf),
        0xed => (3, 0x80, 0x9f),
        0xe1..=0xef => (3, 0x80, 0xbf),
        0xf0 => (4, 0x90, 0xbf),
        0xf1..=0xf3 => (4, 0x80, 0xbf),
        0xf4 => (4, 0x80, 0x8f),
        _ => return Some((REPLACEMENT, 1)),
    };
    let second = *text.get(1)?;
    if second < least || second > most {
        return Some((REPLACEMENT, 1));
    }
    let mut r = (u32::from(first) & (0x7f >> size)) << 6 | u32::from(second & 0x3f);
    for n in 2..size {
        let c = *text.get(n)?;
        if c & 0xc0 != 0x80 {
            return Some((REPLACEMENT, 1));
        }
        r = r << 6 | u32::from(c & 0x3f);
    }
    Some((r, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_and_its_cuts() {
        let mut room = [0; 4];
        for c in '\0'..=char::MAX {
            let text = c.encode_utf8(&mut room).as_bytes();
            assert_eq!(decode(text), Some((c.into(), text.len())));
            for n in 0..text.len() {
                assert_eq!(decode(&text[..n]), None, "{c:?}");
                assert_eq!(decode_whole(&text[..n]), (REPLACEMENT, n.min(1)), "{c:?}");
            }
        }
    }

    /// The standard library's reader decides what is wrong, and what may still become right.
    #[test]
    fn bytes_of_any_kind() {
        let edges = [
            0x00, 0x21, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee,
        ];
        let more = [0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff];
        let all: Vec<u8> = edges.iter().chain(&more).copied().collect();
        for &a in &all {
            for &b in &all {
                for &c in &all {
                    for text in [&[a][..], &[a, b], &[a, b, c], &[a, b, c, 0x80]] {
                        let want = match std::str::from_utf8(text) {
                            Ok(s) => s.chars().next(),
                            Err(e) if e.valid_up_to() > 0 => {
                                std::str::from_utf8(&text[..e.valid_up_to()]).unwrap().chars().next()
                            }
                            Err(e) if e.error_len().is_none() => {
                                assert_eq!(decode(text), None, "{text:x?}");
                                continue;
                            }
                            Err(_) => None,
                        };
                        let want = want.map_or((REPLACEMENT, 1), |c| (c.into(), c.len_utf8()));
                        assert_eq!(decode(text), Some(want), "{text:x?}");
                    }
                }
            }
        }
    }
}
