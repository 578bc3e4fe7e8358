//! A text as the scanner reads it: one byte for each character that counts.

use crate::lanes;
use yett::utf8;

/// The unit of a character that belongs to no secret.
pub const OTHER: u8 = 0x80;

/// What only looks like an ASCII character is that character (full-width and mathematical letters, Cyrillic and Greek
/// look-alikes), what can't be seen is left out (zero-width characters, tags), and an escape such as \u0041 is what it
/// stands for. In JSON, all escapes are.
#[derive(Default)]
pub struct View {
    /// None if the units are the text itself.
    shifts: Vec<Shift>,
    /// Of units that aren't the text.
    room: Vec<u8>,
    own: bool,
    /// The text ends within a character or an escape.
    pub open: bool,
}

/// Says that units from `unit` on begin so many bytes behind their own number in the text.
#[derive(Debug, Clone, Copy)]
struct Shift {
    unit: u32,
    by: u32,
}

impl View {
    /// The units of the text that was read last.
    pub fn units<'t>(&'t self, text: &'t [u8]) -> &'t [u8] {
        if self.own {
            &self.room
        } else {
            text
        }
    }

    /// Where unit n begins in the text.
    pub fn place(&self, n: usize) -> usize {
        let at = self.shifts.partition_point(|s| s.unit as usize <= n);
        match at.checked_sub(1) {
            None => n,
            Some(at) => n + self.shifts[at].by as usize,
        }
    }

    /// The first unit that begins at a place of the text or after it.
    pub fn unit_at(&self, place: usize) -> usize {
        if self.shifts.is_empty() {
            return place;
        }
        let (mut low, mut high) = (0, self.room.len());
        while low < high {
            let mid = (low + high) / 2;
            if self.place(mid) < place {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        low
    }

    /// Makes the view of a text, which is kept until the next call. `json` says that the text is JSON.
    pub fn read(&mut self, text: &[u8], json: bool) {
        self.open = false;
        self.shifts.clear();
        let mut n = plain(text, 0);
        self.own = n < text.len();
        if !self.own {
            return;
        }
        self.room.clear();
        self.room.extend_from_slice(&text[..n]);
        while n < text.len() {
            let (unit, size) = match unit(&text[n..], json) {
                Some((unit, size)) => (unit, size),
                None => {
                    self.open = true;
                    (OTHER, text.len() - n)
                }
            };
            if unit != 0 {
                self.room.push(unit);
            }
            n += size;
            if size != 1 {
                self.shift(n);
            }
            if n < text.len() && usual(text[n]) {
                let k = plain(text, n);
                self.room.extend_from_slice(&text[n..k]);
                n = k;
            }
        }
    }

    /// Notes that the next unit begins at place n.
    fn shift(&mut self, n: usize) {
        let s = Shift { unit: self.room.len() as u32, by: (n - self.room.len()) as u32 };
        match self.shifts.last_mut() {
            Some(last) if last.unit == s.unit => *last = s,
            _ => self.shifts.push(s),
        }
    }
}

/// Tells whether a byte is a unit as it is.
#[inline]
fn usual(c: u8) -> bool {
    c < 0x80 && c != b'\\' && c != 0
}

/// The first place at n or behind it that isn't usual.
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
fn plain(text: &[u8], n: usize) -> usize {
    let mut n = n;
    while let Some(Ok(b)) = text.get(n..n + 16).map(<&[u8; 16]>::try_from) {
        let odd = lanes::unusual(b);
        if odd != 0 {
            return n + odd.trailing_zeros() as usize;
        }
        n += 16;
        while let Some(Ok(b)) = text.get(n..n + 64).map(<&[u8; 64]>::try_from) {
            if lanes::any_unusual(b) {
                break;
            }
            n += 64;
        }
    }
    if n > 0 && n < text.len() {
        // The rest, with some before it that is usual.
        if let Some(Ok(b)) = text.len().checked_sub(16).and_then(|k| text.get(k..)).map(<&[u8; 16]>::try_from) {
            let odd = lanes::unusual(b) >> (n + 16 - text.len());
            return if odd == 0 { text.len() } else { n + odd.trailing_zeros() as usize };
        }
    }
    while n < text.len() && usual(text[n]) {
        n += 1;
    }
    n
}

/// Reads the first character of a text: its unit, 0 if it can't be seen, and its bytes. `None` if it isn't all there.
fn unit(text: &[u8], json: bool) -> Option<(u8, usize)> {
    match text[0] {
        b'\\' => escape(text, json),
        0 => Some((OTHER, 1)),
        c if c < 0x80 => Some((c, 1)),
        _ => {
            let (c, size) = utf8::decode(text)?;
            Some((fold(c), size))
        }
    }
}

/// Reads an escape. Outside of JSON only \uXXXX, \xXX and the ends of lines are escapes.
fn escape(text: &[u8], json: bool) -> Option<(u8, usize)> {
    const NONE: Option<(u8, usize)> = Some((b'\\', 1));
    let digits = match *text.get(1)? {
        b'u' => 4,
        b'x' => 2,
        b'n' | b'r' | b't' => return Some((b'\n', 2)),
        c @ (b'"' | b'\'') => return Some((c, 2)),
        c @ (b'/' | b'\\') if json => return Some((c, 2)),
        _ => return NONE,
    };
    let mut r = 0;
    for n in 2..2 + digits {
        match text.get(n).map(|c| hex_value(*c)) {
            None => return None,
            Some(None) => return NONE,
            Some(Some(v)) => r = r << 4 | u32::from(v),
        }
    }
    let unit = match r {
        0..=0x1f => b'\n',
        0x20..=0x7f => r as u8,
        _ => fold(r),
    };
    Some((unit, 2 + digits))
}

/// Tells whether all are hexadecimal digits.
pub fn hex_digits(b: &[u8]) -> bool {
    b.iter().all(|c| hex_value(*c).is_some())
}

/// A hexadecimal digit's value.
#[inline]
pub fn hex_value(c: u8) -> Option<u8> {
    match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        b'A'..=b'F' => Some(c - b'A' + 10),
        _ => None,
    }
}

/// The unit of a character beyond ASCII, 0 if it can't be seen.
fn fold(r: u32) -> u8 {
    if matches!(r, 0x00c0..=0x02ff | 0x3001..=0xd7ff) {
        return OTHER; // most often
    }
    match r {
        0x00ad
        | 0x034f
        | 0x061c
        | 0x180e
        | 0x200b..=0x200f
        | 0x202a..=0x202e
        | 0x2060..=0x206f
        | 0xfeff
        | 0xfe00..=0xfe0f
        | 0x0300..=0x036f
        | 0xe0000..=0xe01ef => 0,
        0x00a0 | 0x2000..=0x200a | 0x202f | 0x205f | 0x3000 => b' ',
        0x2010..=0x2015 | 0x2212 | 0xfe58 | 0xfe63 => b'-',
        0x2018 | 0x2019 => b'\'',
        0x201c..=0x201f => b'"',
        // full-width ASCII
        0xff01..=0xff5e => (r - 0xff01) as u8 + b'!',
        // mathematical letters: 13 alphabets of 52
        0x1d400..=0x1d6a3 => match ((r - 0x1d400) % 52) as u8 {
            n @ 0..=25 => b'A' + n,
            n => b'a' + n - 26,
        },
        // mathematical digits
        0x1d7ce..=0x1d7ff => ((r - 0x1d7ce) % 10) as u8 + b'0',
        0x0391..=0x0458 => look_alike(r),
        _ => OTHER,
    }
}

/// Greek and Cyrillic letters, and the Latin ones that they look like.
const GREEK_AND_CYRILLIC: [char; 40] = [
    'Α', 'Β', 'Ε', 'Ζ', 'Η', 'Ι', 'Κ', 'Μ', 'Ν', 'Ο', 'Ρ', 'Τ', 'Υ', 'Χ', 'ο', 'А', 'В', 'Е', 'К', 'М', 'Н', 'О', 'Р',
    'С', 'Т', 'Х', 'У', 'а', 'е', 'о', 'р', 'с', 'у', 'х', 'і', 'ј', 'ѕ', 'Ѕ', 'І', 'Ј',
];
const LOOKS_LIKE: &[u8; 40] = b"ABEZHIKMNOPTYXoABEKMHOPCTXYaeopcyxijsSIJ";

fn look_alike(r: u32) -> u8 {
    match GREEK_AND_CYRILLIC.iter().position(|c| *c as u32 == r) {
        Some(n) => LOOKS_LIKE[n],
        None => OTHER,
    }
}

#[cfg(test)]
mod tests;
