//! Fences around answers.

use core::ops::Range;
use yett::utf8::decode_whole;

const FENCE: &[u8] = b"```";

/// Where what stands between a line of ``` or ```json and one of ``` is, if a text is nothing but that.
pub(crate) fn unfenced(s: &[u8]) -> Option<Range<usize>> {
    let all = trimmed(s, 0..s.len());
    let fenced = s[all.clone()].strip_prefix(FENCE)?;
    let line = fenced.iter().position(|c| *c == b'\n')?;
    let info = &fenced[trimmed(fenced, 0..line)];
    if !info.is_empty() && !info.eq_ignore_ascii_case(b"json") {
        return None;
    }
    let rest = fenced[line + 1..].strip_suffix(FENCE)?;
    let from = all.end - FENCE.len() - rest.len();
    Some(trimmed(s, from..from + rest.len()))
}

/// A part of a text without the space at its ends.
fn trimmed(s: &[u8], of: Range<usize>) -> Range<usize> {
    let Range { start: mut from, end: mut to } = of;
    while from < to {
        match decode_whole(&s[from..to]) {
            (x, size) if is_space(x) => from += size,
            _ => break,
        }
    }
    while from < to {
        let mut last = to - 1;
        while last > from && s[last] & 0xc0 == 0x80 {
            last -= 1;
        }
        match decode_whole(&s[last..to]) {
            (x, size) if is_space(x) && last + size == to => to = last,
            _ => break,
        }
    }
    from..to
}

fn is_space(x: u32) -> bool {
    matches!(char::from_u32(x), Some(c) if c.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_around_all_of_a_text_only() {
        let inside = |s: &'static str| unfenced(s.as_bytes()).map(|r| &s[r]);
        let cases = [
            ("```json\n{}\n```", Some("{}")),
            (" \n```JSON \r\n{\"a\": 1}\n\n```\n", Some("{\"a\": 1}")),
            ("```\n{}```", Some("{}")),
            ("\u{a0}\u{2003}```\u{3000}\n\u{85}{}\u{a0}\n```\u{2028}", Some("{}")),
            ("```\n```", Some("")),
            ("```\n```\n```", Some("```")),
            ("```yaml\n{}\n```", None),
            ("```json {} ```", None),
            ("Here: ```json\n{}\n```", None),
            ("```json\n{}\n", None),
            ("```", None),
            ("", None),
            ("  ", None),
            ("{}", None),
        ];
        for (text, want) in cases {
            assert_eq!(inside(text), want, "{text:?}");
        }
        assert_eq!(unfenced(b"\xff```\n{}\n```"), None);
        assert_eq!(unfenced(b"```\n\x80\n```\xa0"), None);
    }
}
