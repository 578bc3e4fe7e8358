//! Account numbers.

use crate::class::{is, DIGIT, LETTER};
use crate::entity::{Entity, Match, Outcome, What};
use crate::text::Text;

impl Text<'_> {
    /// Looks for an account number: a country, two check digits, and as many characters as the country has, with
    /// single spaces or dashes between them. The remainder by 97 must be 1.
    pub fn iban(&self, n: usize) -> Outcome {
        let u = self.u;
        if n + 1 >= u.len() {
            return if self.ended(n + 1) { Outcome::More(n) } else { Outcome::No };
        }
        let length = length(u[n], u[n + 1]);
        if length == 0 {
            return Outcome::No;
        }
        let (mut head, mut remainder, mut count, mut k) = (0, 0, 0, n);
        while k < u.len() && count < length {
            let c = u[k];
            if count >= 2 && (c == b' ' || c == b'-') {
                if k + 1 < u.len() && is(u[k + 1], LETTER | DIGIT) {
                    k += 1;
                    continue;
                }
                if self.ended(k + 1) {
                    return Outcome::More(n);
                }
            }
            let v = match value(c) {
                Some(v) if v <= 9 || !(2..4).contains(&count) => v,
                _ => return Outcome::No,
            };
            if count < 4 {
                head = push(head, v);
            } else {
                remainder = push(remainder, v);
            }
            count += 1;
            k += 1;
        }
        if self.ended(k) {
            return Outcome::More(n);
        }
        if count < length || self.word_at(k) {
            return Outcome::No;
        }
        // The first four characters stand at the end for the check.
        if (remainder * SHIFT + head) % 97 != 1 {
            return Outcome::No;
        }
        Outcome::Yes(Match { from: n, to: k, what: What::Data(Entity::Iban) })
    }
}

/// Appends a character's value to a number, by 97.
fn push(n: u32, v: u32) -> u32 {
    if v > 9 {
        (n * 100 + v) % 97
    } else {
        (n * 10 + v) % 97
    }
}

/// By how much the first four characters, two letters and two digits, move a number, by 97.
const SHIFT: u32 = 1_000_000 % 97;

/// A digit's or letter's value.
#[inline]
fn value(c: u8) -> Option<u32> {
    match c {
        b'0'..=b'9' => Some(u32::from(c - b'0')),
        b'A'..=b'Z' => Some(u32::from(c - b'A') + 10),
        b'a'..=b'z' => Some(u32::from(c - b'a') + 10),
        _ => None,
    }
}

/// How many characters a country's numbers have, 0 if it has none.
fn length(a: u8, b: u8) -> u8 {
    match (value(a), value(b)) {
        (Some(x), Some(y)) if x >= 10 && y >= 10 => LENGTHS[((x - 10) * 26 + y - 10) as usize],
        _ => 0,
    }
}

/// The countries of the IBAN registry with the lengths of their numbers.
const COUNTRIES: &[u8] = b"AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29\
    ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21\
    LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27\
    SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

/// The lengths by the countries' letters.
static LENGTHS: [u8; 26 * 26] = lengths();

const fn lengths() -> [u8; 26 * 26] {
    let mut t = [0; 26 * 26];
    let mut n = 0;
    while n < COUNTRIES.len() {
        let country = (COUNTRIES[n] - b'A') as usize * 26 + (COUNTRIES[n + 1] - b'A') as usize;
        t[country] = (COUNTRIES[n + 2] - b'0') * 10 + COUNTRIES[n + 3] - b'0';
        n += 4;
    }
    t
}
