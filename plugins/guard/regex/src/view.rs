//! The arguments of a tool call as patterns see them.

use yett::utf8;

/// The unit of what no match may cross: it isn't UTF-8, and the host's patterns match nothing else.
pub const BORDER: u8 = 0xff;

/// A piece of JSON as patterns see it. Strings are seen as what they stand for, with a border in the place of each quote
/// and of all that stands between values; numbers and names such as true are seen as they are. So a match lies within
/// one string, or within one number.
#[derive(Default)]
pub struct View {
    /// The piece itself.
    pub text: Vec<u8>,
    /// What is seen of it.
    pub units: Vec<u8>,
    /// Up to this unit all escapes and numbers are whole.
    pub whole: usize,
    runs: Vec<Run>,
}

/// Units that stand in the text one after the other, a byte each, all of them in a string or none.
struct Run {
    unit: u32,
    place: u32,
    inside: bool,
}

impl View {
    /// Where unit n begins in the text; the text's end for the unit after the last.
    pub fn place(&self, n: usize) -> usize {
        let r = self.run(n);
        r.place as usize + (n - r.unit as usize)
    }

    /// Tells whether unit n stands in a string, and a text that is cut before it ends within one. A quote that closes a
    /// string counts.
    pub fn inside(&self, n: usize) -> bool {
        self.run(n).inside
    }

    fn run(&self, n: usize) -> &Run {
        &self.runs[self.runs.partition_point(|r| r.unit as usize <= n) - 1]
    }

    /// Begins a run with the next unit, unless it goes on with the last one.
    fn mark(&mut self, place: usize, inside: bool) {
        let unit = self.units.len();
        if let Some(r) = self.runs.last() {
            if r.inside == inside && r.place as usize + (unit - r.unit as usize) == place {
                return;
            }
        }
        self.runs.push(Run { unit: unit as u32, place: place as u32, inside });
    }

    fn add(&mut self, unit: u8, place: usize, inside: bool) {
        self.mark(place, inside);
        self.units.push(unit);
    }

    /// Makes the view of `text`, which begins inside of a string or not. `before` is a unit that stands before it, and whose
    /// place is 0. `is_final` says that nothing follows.
    pub fn read(&mut self, before: Option<u8>, mut inside: bool, is_final: bool) {
        let text = core::mem::take(&mut self.text);
        self.units.clear();
        self.units.reserve(text.len() + 1);
        self.runs.clear();
        if let Some(unit) = before {
            self.add(unit, 0, inside);
        }
        let mut number = None; // the unit that the present number begins with
        let mut n = 0;
        while n < text.len() {
            let c = text[n];
            if c == b'"' {
                self.add(BORDER, n, inside);
                inside = !inside;
                number = None;
                n += 1;
            } else if !inside {
                let unit = if between(c) { BORDER } else { c };
                if unit == BORDER {
                    number = None;
                } else if number.is_none() {
                    number = Some(self.units.len());
                }
                self.add(unit, n, false);
                n += 1;
            } else if c == b'\\' {
                match self.escape(&text[n..], n) {
                    0 if !is_final => break,
                    0 => {
                        for n in n..text.len() {
                            self.add(BORDER, n, true);
                        }
                        n = text.len();
                    }
                    size => n += size,
                }
            } else {
                let end = n + plain(&text[n..]);
                self.mark(n, true);
                self.units.extend_from_slice(&text[n..end]);
                n = end;
            }
        }
        self.whole = match number {
            Some(unit) if !is_final => unit,
            _ => self.units.len(),
        };
        self.mark(n, inside);
        self.text = text;
    }

    /// Adds what the escape at the begin of text stands for, and returns its bytes, 0 if it isn't all there.
    fn escape(&mut self, text: &[u8], at: usize) -> usize {
        let unit = match text.get(1) {
            None => return 0,
            Some(b'u') => return self.unicode(text, at),
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(c) => *c,
        };
        self.add(unit, at, true);
        2
    }

    fn unicode(&mut self, text: &[u8], at: usize) -> usize {
        let mut code = match hex4(&text[2..]) {
            Some(code) => code,
            None if text.len() < 6 => return 0,
            None => {
                self.add(BORDER, at, true);
                return 2;
            }
        };
        let mut size = 6;
        if (0xd800..0xdc00).contains(&code) {
            // The first half of a character.
            let follows = |n: usize, c: u8| text.get(n).map_or(true, |have| *have == c);
            if text.len() < 12 && follows(6, b'\\') && follows(7, b'u') {
                return 0;
            }
            if follows(6, b'\\') && follows(7, b'u') {
                if let Some(low) = hex4(&text[8..]).filter(|low| (0xdc00..0xe000).contains(low)) {
                    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                    size = 12;
                }
            }
        }
        let c = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER); // half a character alone
        for unit in c.encode_utf8(&mut [0; 4]).bytes() {
            self.add(unit, at, true);
        }
        size
    }
}

/// How many bytes at the begin of a text are neither quotes nor backslashes, eight at a time.
fn plain(text: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = ONES << 7;
    let mut n = 0;
    for eight in text.chunks_exact(8) {
        let mut x = [0; 8];
        x.copy_from_slice(eight);
        let x = u64::from_le_bytes(x);
        let (q, b) = (x ^ (ONES * b'"' as u64), x ^ (ONES * b'\\' as u64));
        let found = (q.wrapping_sub(ONES) & !q | b.wrapping_sub(ONES) & !b) & HIGHS;
        if found != 0 {
            return n + (found.trailing_zeros() >> 3) as usize;
        }
        n += 8;
    }
    n + text[n..].iter().take_while(|c| !matches!(c, b'"' | b'\\')).count()
}

/// Tells whether c stands between the values of JSON.
fn between(c: u8) -> bool {
    matches!(c, b'{' | b'}' | b'[' | b']' | b':' | b',' | b' ' | b'\t' | b'\r' | b'\n')
}

/// Grows a match outside of strings to the whole value.
pub fn scalar(text: &[u8], mut start: usize, mut stop: usize) -> (usize, usize) {
    let value = |c: u8| !between(c) && c != b'"';
    while start > 0 && value(text[start - 1]) {
        start -= 1;
    }
    while stop < text.len() && value(text[stop]) {
        stop += 1;
    }
    (start, stop)
}

/// Reads four hexadecimal digits.
fn hex4(b: &[u8]) -> Option<u32> {
    b.get(..4)?.iter().try_fold(0, |n, c| Some(n << 4 | char::from(*c).to_digit(16)?))
}

/// A text as it stands in a JSON string, without the quotes.
pub fn quoted(text: &str) -> Vec<u8> {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut out = Vec::with_capacity(text.len());
    for c in text.bytes() {
        match c {
            b'"' | b'\\' => out.extend([b'\\', c]),
            0..=31 => out.extend([b'\\', b'u', b'0', b'0', HEX[(c >> 4) as usize], HEX[(c & 15) as usize]]),
            _ => out.push(c),
        }
    }
    out
}

/// How many bytes at the end of a text are the begin of a character that was cut.
pub fn partial(text: &[u8]) -> usize {
    for n in 1..=text.len().min(3) {
        let c = text[text.len() - n];
        if c < 0x80 {
            return 0;
        }
        if c & 0xc0 != 0x80 && c != BORDER {
            return if utf8::decode(&text[text.len() - n..]).is_some() { 0 } else { n };
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, inside: bool, is_final: bool) -> View {
        let mut v = View { text: text.into(), ..View::default() };
        v.read(None, inside, is_final);
        v
    }

    #[test]
    fn shows_what_strings_stand_for() {
        let v = read(r#"{"a\n":"\u00e9\"x", "b":[12,true]}"#, false, true);
        let borders = |s: &str| s.bytes().map(|c| if c == b'|' { BORDER } else { c }).collect::<Vec<_>>();
        assert_eq!(v.units, borders("||a\n|||é\"x||||b|||12|true||"));
        assert_eq!((v.place(2), v.place(3), v.place(4), v.place(5)), (2, 3, 5, 6));
        assert_eq!((v.place(7), v.place(8), v.place(9)), (8, 8, 14), "both units of é are its escape");
        assert_eq!(v.place(v.units.len()), v.text.len());
        assert!(!v.inside(1) && v.inside(2) && v.inside(4) && !v.inside(5));
    }

    /// A run is no more than what a place and a side for each unit would be.
    #[test]
    fn runs_are_like_single_places() {
        for text in ["", "\"", r#"["aé\\u0041\/b","\ud83d\ude42c",-1.5e3 ,"x"]"#, r#"a"b\"#, r#"\u12"q\ud83d"#] {
            for inside in [false, true] {
                for is_final in [false, true] {
                    let v = read(text, inside, is_final);
                    let mut last = 0;
                    for n in 0..=v.units.len() {
                        let place = v.place(n);
                        assert!(place >= last && place <= text.len(), "{text} at {n}");
                        if n < v.units.len() && v.units[n] != BORDER && text.as_bytes()[place] != b'\\' {
                            assert_eq!(v.units[n], text.as_bytes()[place], "{text} at {n}");
                        }
                        last = place;
                    }
                }
            }
        }
    }

    #[test]
    fn a_number_that_may_go_on_is_not_whole() {
        assert_eq!(read("[1,23", false, false).whole, 3);
        assert_eq!(read("[1,23", false, true).whole, 5);
        assert_eq!(read("[1,23]", false, false).whole, 6);
        assert_eq!(read(r#"["a\u00"#, false, false).whole, 3);
    }

    #[test]
    fn plain_stops_at_quotes_and_backslashes() {
        for n in 0..30 {
            for c in ["\"", "\\", ""] {
                for rest in ["", "a\"b\\", "\u{a2}#]["] {
                    let text = ["#".repeat(n), c.into(), rest.into()].concat();
                    let want = text.find(['"', '\\']).unwrap_or(text.len());
                    assert_eq!(plain(text.as_bytes()), want, "{text}");
                }
            }
        }
    }

    #[test]
    fn partial_counts_what_was_cut() {
        let text = "aé€🙂".as_bytes();
        let want = [0, 0, 1, 0, 1, 2, 0, 1, 2, 3, 0];
        for (n, want) in want.into_iter().enumerate() {
            assert_eq!(partial(&text[..n]), want, "{n} bytes");
        }
        for whole in [&b"a\xff"[..], b"\xc3\xff", b"\xe0\x80", b"\xf5\x80\x80", b"\x80\x80\x80\x80", b"\xf0\x9f\xff"] {
            assert_eq!(partial(whole), 0, "{whole:?}");
        }
        assert_eq!(partial(b"\xe0\xa0"), 2);
        assert_eq!(partial(b"\xf0\x9f\x99"), 3);
    }

    #[test]
    fn quotes_as_json_does() {
        assert_eq!(quoted("a\"b\\c\n\u{1f}é"), r#"a\"b\\c\u000a\u001fé"#.as_bytes());
    }
}
