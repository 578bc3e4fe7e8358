//! Classes of units, and what a text is made of: counts, entropy, words.

/// A set of units. A rule names the one that its secrets are made of. Letters in `HEX_LOWER` and `HEX_ANY` are the
/// hexadecimal ones.
pub type Class = u16;

pub const DIGIT: Class = 1 << 0;
pub const LOWER: Class = 1 << 1;
pub const UPPER: Class = 1 << 2;
/// a–f
pub const HEX_LETTER: Class = 1 << 3;
/// A–F
pub const HEX_CAPITAL: Class = 1 << 4;
pub const UNDERSCORE: Class = 1 << 5;
pub const DASH: Class = 1 << 6;
pub const DOT: Class = 1 << 7;
/// / and +
pub const SLASH: Class = 1 << 8;
pub const EQUALS: Class = 1 << 9;
/// ~ % ! : @ |, which stand in few tokens
pub const TILDE: Class = 1 << 10;
/// Space and ends of lines.
pub const WHITE: Class = 1 << 11;
/// " ' `
pub const QUOTE: Class = 1 << 12;
/// What ends a value that isn't quoted.
pub const PUNCTUATION: Class = 1 << 13;
/// a e i o u y
pub const VOWEL: Class = 1 << 14;

pub const LETTER: Class = LOWER | UPPER;
pub const ALNUM: Class = DIGIT | LETTER;
pub const WORD: Class = ALNUM | UNDERSCORE;
pub const NAME: Class = WORD | DASH;
pub const HEX_LOWER: Class = DIGIT | HEX_LETTER;
pub const HEX_ANY: Class = DIGIT | HEX_LETTER | HEX_CAPITAL;
pub const BASE64: Class = ALNUM | SLASH | EQUALS;
pub const TOKEN: Class = NAME | DOT | SLASH | EQUALS | TILDE;

/// The classes of each unit.
pub static CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut t = [0; 256];
    let mut c = 0;
    while c < t.len() {
        t[c] = class(c as u8);
        c += 1;
    }
    t
}

/// The classes of a unit.
pub const fn class(c: u8) -> Class {
    let kind = match c {
        b'0'..=b'9' => DIGIT,
        b'a'..=b'f' => LOWER | HEX_LETTER,
        b'g'..=b'z' => LOWER,
        b'A'..=b'F' => UPPER | HEX_CAPITAL,
        b'G'..=b'Z' => UPPER,
        b'_' => UNDERSCORE,
        b'-' => DASH,
        b'.' => DOT,
        b'/' | b'+' => SLASH,
        b'=' => EQUALS,
        b'~' | b'%' | b'!' | b':' | b'@' | b'|' => TILDE,
        b' ' | b'\t' | b'\r' | b'\n' => WHITE,
        b'"' | b'\'' | b'`' => QUOTE,
        b',' | b';' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>' | b'&' => PUNCTUATION,
        _ => 0,
    };
    match c {
        b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'A' | b'E' | b'I' | b'O' | b'U' | b'Y' => kind | VOWEL,
        _ => kind,
    }
}

/// Tells whether a unit belongs to a class.
#[inline]
pub fn is(c: u8, set: Class) -> bool {
    CLASSES[c as usize] & set != 0
}

/// The end of the units of a class from n on.
#[inline]
pub fn span(u: &[u8], n: usize, set: Class) -> usize {
    let mut n = n;
    while n < u.len() && is(u[n], set) {
        n += 1;
    }
    n
}

/// Counts of what a text is made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mix {
    pub digits: usize,
    pub lowers: usize,
    pub uppers: usize,
    pub others: usize,
}

/// What each unit adds to a sum of four counts of 16 bits: digits in the lowest, then lowers, uppers and others.
static WEIGHTS: [u64; 256] = {
    let mut t = [0; 256];
    let mut c = 0;
    while c < t.len() {
        let k = class(c as u8);
        t[c] = if k & DIGIT != 0 {
            1
        } else if k & LOWER != 0 {
            1 << 16
        } else if k & UPPER != 0 {
            1 << 32
        } else {
            1 << 48
        };
        c += 1;
    }
    t
};

impl Mix {
    pub fn of(u: &[u8]) -> Mix {
        let mut m = Mix::default();
        for some in u.chunks(1 << 15) {
            let sum: u64 = some.iter().map(|c| WEIGHTS[*c as usize]).sum();
            m.digits += (sum & 0xffff) as usize;
            m.lowers += (sum >> 16 & 0xffff) as usize;
            m.uppers += (sum >> 32 & 0xffff) as usize;
            m.others += (sum >> 48) as usize;
        }
        m
    }

    pub fn letters(self) -> usize {
        self.lowers + self.uppers
    }

    /// Tells whether a text has digits and letters, or enough of small and capital letters.
    pub fn varied(self) -> bool {
        self.digits > 0 && self.letters() > 1 || self.lowers > 3 && self.uppers > 3
    }
}

/// The Shannon entropy of a text in hundredths of a bit for each unit: 300 for eight units that all differ. Of a long
/// text it is that of the first 255 units.
pub fn entropy(u: &[u8]) -> i32 {
    let u = &u[..u.len().min(255)];
    if u.is_empty() {
        return 0;
    }
    let mut seen = [0u8; 256];
    let mut sum = 0; // of n log n, over all units
    for &c in u {
        let n = seen[c as usize];
        sum += GROWTH[n as usize] as i32;
        seen[c as usize] = n + 1;
    }
    (log2(u.len() as i32) * u.len() as i32 - sum) / u.len() as i32
}

/// By how much n log n grows when n does by one.
static GROWTH: [i16; 256] = {
    let mut t = [0; 256];
    let mut n = 1;
    while n < t.len() as i32 - 1 {
        t[n as usize] = ((n + 1) * log2(n + 1) - n * log2(n)) as i16;
        n += 1;
    }
    t
};

/// A logarithm in hundredths, for 1 to 255.
const fn log2(n: i32) -> i32 {
    let mut whole = 0;
    while n >> (whole + 1) > 0 {
        whole += 1;
    }
    // Between powers of two, seven squarings give seven more binary digits.
    let (mut x, mut part, mut k) = ((n as i64) << 16 >> whole, 0, 0);
    while k < 7 {
        x = (x * x) >> 16;
        part <<= 1;
        if x >= 2 << 16 {
            x >>= 1;
            part |= 1;
        }
        k += 1;
    }
    whole * 100 + part * 100 / 128
}

/// Tells whether a text is mostly words, as names in a program are, rather than random: pronounceable runs of four
/// letters and more make up three fifths of it. Letters may be a word if a fourth of them are vowels, and never four
/// consonants come in a row; a capital after a small letter begins a new one.
pub fn wordy(u: &[u8]) -> bool {
    let mut within = 0;
    let (mut size, mut vowels, mut row, mut odd, mut before) = (0, 0, 0, false, 0);
    for &c in u {
        let k = CLASSES[c as usize];
        if k & LETTER == 0 || k & UPPER != 0 && before & LOWER != 0 {
            if size >= 4 && vowels * 4 >= size && !odd {
                within += size;
            }
            size = 0;
            vowels = 0;
            row = 0;
            odd = false;
        }
        before = k;
        if k & LETTER == 0 {
            continue;
        }
        if k & VOWEL != 0 {
            vowels += 1;
            row = 0;
        } else {
            row += 1;
            odd = odd || row > 3;
        }
        size += 1;
    }
    if size >= 4 && vowels * 4 >= size && !odd {
        within += size;
    }
    within * 5 >= u.len() * 3 && within > 0
}

/// Tells whether units look like a key: digits and letters that don't make words.
pub fn random(u: &[u8]) -> bool {
    Mix::of(u).varied() && entropy(u) >= 300 && !wordy(u)
}

/// A unit in lower case.
#[inline]
pub const fn lower(c: u8) -> u8 {
    c.to_ascii_lowercase()
}

/// Tells whether text stands anywhere in u.
pub fn contains(u: &[u8], text: &[u8]) -> bool {
    let places = (u.len() + 1).saturating_sub(text.len());
    (0..places).any(|n| u[n] == text[0] && u[n..].starts_with(text))
}

#[cfg(test)]
mod tests;
