//! JSON numbers, exactly.

use crate::bytes::mix;
use core::cmp::Ordering;

/// A number: 0.d₁d₂…dₙ × 10^exp, without zeros at either end of the digits. For example -120 is digits 12, exp 3, and 0.05 is
/// digits 5, exp -1. Zero has no digits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decimal<'a> {
    /// From the first digit that isn't zero on; may hold the point.
    written: &'a [u8],
    digits: usize,
    exp: i64,
    negative: bool,
}

impl<'a> Decimal<'a> {
    /// Reads a number that the grammar has been checked of.
    pub(crate) fn of(s: &'a [u8]) -> Self {
        let negative = s.first() == Some(&b'-');
        let mut at = usize::from(negative);
        let begin = at;
        let (mut point, mut first, mut last) = (None, None, 0); // places of the point, and of digits that aren't zero
        while let Some(&c) = s.get(at) {
            match c {
                b'1'..=b'9' => {
                    if first.is_none() {
                        first = Some(at);
                    }
                    last = at;
                }
                b'0' => {}
                b'.' => point = Some(at),
                _ => break,
            }
            at += 1;
        }
        let first = match first {
            Some(first) => first,
            None => return Decimal { written: &[], digits: 0, exp: 0, negative: false },
        };
        // Digits are counted without the point.
        let count = |to: usize| to - begin - usize::from(matches!(point, Some(p) if p < to));
        let whole = count(point.unwrap_or(at));
        Decimal {
            written: &s[first..],
            digits: count(last) - count(first) + 1,
            exp: whole as i64 - count(first) as i64 + exponent(&s[at..]),
            negative,
        }
    }

    /// Tells whether the number is an integer: 1.0 and 1e2 are.
    pub(crate) fn whole(&self) -> bool {
        self.exp >= self.digits as i64
    }

    pub(crate) fn positive(&self) -> bool {
        self.digits > 0 && !self.negative
    }

    /// The digits as a number, if there are at most 18.
    pub(crate) fn small(&self) -> Option<u64> {
        if self.digits > 18 {
            return None;
        }
        Some(self.each_digit().fold(0, |n, c| n * 10 + u64::from(c)))
    }

    /// A whole number that isn't negative, of at most nine digits.
    pub(crate) fn count(&self) -> Option<usize> {
        if self.negative || !self.whole() || self.exp > 9 {
            return None;
        }
        Some(self.small()? as usize * 10_usize.pow((self.exp - self.digits as i64) as u32))
    }

    fn each_digit(&self) -> impl Iterator<Item = u8> + 'a {
        self.written.iter().filter(|c| **c != b'.').take(self.digits).map(|c| c - b'0')
    }

    /// A hash that is the same for equal numbers.
    pub(crate) fn hash(&self) -> u64 {
        let h = mix(u64::from(self.negative), self.exp as u64);
        self.each_digit().fold(h, |h, c| mix(h, c.into()))
    }

    /// Compares by what the numbers are worth.
    pub(crate) fn compare(&self, b: &Decimal) -> Ordering {
        let of = |negative: bool, o: Ordering| if negative { o.reverse() } else { o };
        match (self.digits, b.digits) {
            (0, 0) => return Ordering::Equal,
            (0, _) => return of(b.negative, Ordering::Less),
            (_, 0) => return of(self.negative, Ordering::Greater),
            _ => {}
        }
        if self.negative != b.negative {
            return of(self.negative, Ordering::Greater);
        }
        // A number of more digits has the greater one where the other ends, since no digits end with zeros.
        let greater = self.exp.cmp(&b.exp).then_with(|| self.each_digit().cmp(b.each_digit()));
        of(self.negative, greater)
    }
}

/// Reads what follows the digits: nothing, or e and a number of at most nine digits.
fn exponent(s: &[u8]) -> i64 {
    let (mut n, mut negative) = (0, false);
    for &c in s.iter().skip(1) {
        match c {
            b'-' => negative = true,
            b'+' => {}
            _ => n = n * 10 + i64::from(c - b'0'),
        }
    }
    if negative {
        -n
    } else {
        n
    }
}

/// A number as most are written, of at most 19 bytes and without an exponent: digits × 10^-scale. For example -1.20 is digits 120,
/// scale 2, negative.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Small {
    digits: u64,
    scale: usize,
    negative: bool,
}

/// Powers of ten.
const TENS: [u64; 20] = {
    let mut tens = [1; 20];
    let mut n = 1;
    while n < 20 {
        tens[n] = tens[n - 1] * 10;
        n += 1;
    }
    tens
};

/// Is n·10^power, if it fits.
#[inline(always)]
fn times_ten(n: u64, power: usize) -> Option<u64> {
    if power == 0 {
        return Some(n);
    }
    let tens = *TENS.get(power)?;
    (n <= u64::MAX / tens).then(|| n * tens)
}

impl Small {
    /// Reads a number that the grammar has been checked of; `None` for another one.
    #[inline]
    pub(crate) fn of(s: &[u8]) -> Option<Small> {
        if s.len() > 19 {
            return None;
        }
        let negative = s.first() == Some(&b'-');
        let (mut digits, mut at, mut point) = (0, usize::from(negative), s.len());
        while let Some(&c) = s.get(at) {
            at += 1;
            match c {
                b'0'..=b'9' => digits = digits * 10 + u64::from(c - b'0'),
                b'.' => point = at,
                _ => return None,
            }
        }
        Some(Small { digits, scale: s.len() - point, negative: negative && digits > 0 })
    }

    pub(crate) fn whole(&self) -> bool {
        self.scale == 0 || self.digits % TENS[self.scale] == 0
    }

    /// Compares by what the numbers are worth; `None` if they are too far apart for that.
    #[inline]
    fn compare(&self, b: &Small) -> Option<Ordering> {
        if self.negative != b.negative {
            return Some(b.negative.cmp(&self.negative));
        }
        let x = times_ten(self.digits, b.scale.saturating_sub(self.scale))?;
        let y = times_ten(b.digits, self.scale.saturating_sub(b.scale))?;
        Some(if self.negative { y.cmp(&x) } else { x.cmp(&y) })
    }

    /// Tells whether this is a whole number of times m; `None` if they are too far apart for that.
    #[inline]
    fn multiple(&self, m: &Small) -> Option<bool> {
        let x = times_ten(self.digits, m.scale.saturating_sub(self.scale))?;
        let y = times_ten(m.digits, self.scale.saturating_sub(m.scale))?;
        x.checked_rem(y).map(|rest| rest == 0)
    }
}

/// A number and its small form, if it has one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number<'a> {
    written: &'a [u8],
    small: Option<Small>,
}

impl<'a> Number<'a> {
    #[inline]
    pub(crate) fn of(written: &'a [u8]) -> Self {
        Number { written, small: Small::of(written) }
    }

    pub(crate) fn whole(&self) -> bool {
        match &self.small {
            Some(s) => s.whole(),
            None => Decimal::of(self.written).whole(),
        }
    }

    /// Compares by what the numbers are worth.
    #[inline]
    pub(crate) fn compare(&self, b: &Number) -> Ordering {
        let small = match (&self.small, &b.small) {
            (Some(x), Some(y)) => x.compare(y),
            _ => None,
        };
        small.unwrap_or_else(|| compare_exactly(self.written, b.written))
    }
}

#[inline(never)]
fn compare_exactly(a: &[u8], b: &[u8]) -> Ordering {
    Decimal::of(a).compare(&Decimal::of(b))
}

/// A bound of numbers.
#[derive(Debug)]
pub(crate) struct Bound {
    written: Box<[u8]>,
    small: Option<Small>,
}

impl Bound {
    pub(crate) fn of(written: &[u8]) -> Bound {
        Bound { written: written.into(), small: Small::of(written) }
    }

    /// Compares a number with the bound.
    #[inline]
    pub(crate) fn compare(&self, n: &Number) -> Ordering {
        n.compare(&Number { written: &self.written, small: self.small })
    }
}

/// A number that others may be multiples of.
#[derive(Debug)]
pub(crate) struct Divisor {
    by: u64,
    power: i64,
    small: Option<Small>,
}

impl Divisor {
    /// Is `None` for more than 18 digits.
    pub(crate) fn of(written: &[u8]) -> Option<Divisor> {
        let m = Decimal::of(written);
        Some(Divisor { by: m.small()?, power: m.exp - m.digits as i64, small: Small::of(written) })
    }

    /// Tells whether n is a whole number of times this, exactly.
    #[inline]
    pub(crate) fn divides(&self, n: &Number) -> bool {
        let small = match (&n.small, &self.small) {
            (Some(x), Some(m)) => x.multiple(m),
            _ => None,
        };
        small.unwrap_or_else(|| self.divides_exactly(&Decimal::of(n.written)))
    }

    /// Is divides for all numbers.
    ///
    /// With a = A·10^i and m = M·10^j, where neither A nor M ends with a zero, a/m = A/M·10^(i-j). If i < j it isn't whole,
    /// since 10 doesn't divide A; else M must divide A·10^(i-j), which is computed modulo M.
    #[inline(never)]
    fn divides_exactly(&self, a: &Decimal) -> bool {
        if a.digits == 0 {
            return true;
        }
        let power = a.exp - a.digits as i64 - self.power;
        if power < 0 || self.by == 0 {
            return false;
        }
        if a.digits as i64 + power <= 18 {
            // the usual one
            let whole = a.each_digit().fold(0, |n, c| n * 10 + u64::from(c));
            return (0..power).fold(whole, |n, _| n * 10) % self.by == 0;
        }
        // by has at most 18 digits, so that ten times a rest fits.
        let rest = a.each_digit().fold(0, |rest, c| (rest * 10 + u64::from(c)) % self.by);
        self.shifted(rest, power) == 0
    }

    /// Is rest·10^power modulo by.
    fn shifted(&self, mut rest: u64, mut power: i64) -> u64 {
        let times = |a: u64, b: u64| (u128::from(a) * u128::from(b) % u128::from(self.by)) as u64;
        let mut base = 10 % self.by;
        while power > 0 {
            if power & 1 != 0 {
                rest = times(rest, base);
            }
            base = times(base, base);
            power >>= 1;
        }
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(s: &str) -> Decimal<'_> {
        Decimal::of(s.as_bytes())
    }

    fn n(s: &str) -> Number<'_> {
        Number::of(s.as_bytes())
    }

    #[test]
    fn numbers_by_what_they_are_worth() {
        #[rustfmt::skip]
        let order = [
            "-1e999999999", "-123456789012345678901234567890", "-9999999999999999999", "-10.5", "-10.49", "-1", "-0.1", "-0.01", "0",
            "1e-999999999", "0.00000000000000001", "0.001", "0.01", "0.1", "0.10000000000000000000001", "0.5", "1", "1.00000000000000001", "1.5",
            "2", "9", "10", "10.000001", "11", "9007199254740992", "9007199254740993", "999999999999999999", "9999999999999999999", "1e300",
            "1e999999999",
        ];
        for (i, a) in order.iter().enumerate() {
            for (j, b) in order.iter().enumerate() {
                assert_eq!(d(a).compare(&d(b)), i.cmp(&j), "{a} {b}");
                assert_eq!(n(a).compare(&n(b)), i.cmp(&j), "{a} {b}");
                assert_eq!(Bound::of(b.as_bytes()).compare(&n(a)), i.cmp(&j), "{a} {b}");
            }
        }
        let same = [
            ["0", "-0"],
            ["0", "0.00e5"],
            ["0.00", "-0"],
            ["100", "1e2"],
            ["0.05", "5.0e-2"],
            ["1200", "12.00E+2"],
            ["-2.0e0", "-2.00"],
        ];
        for [a, b] in same {
            assert_eq!(d(a).compare(&d(b)), Ordering::Equal, "{a} {b}");
            assert_eq!(n(a).compare(&n(b)), Ordering::Equal, "{a} {b}");
            assert_eq!(d(a).hash(), d(b).hash(), "{a} {b}");
        }
    }

    #[test]
    fn whole_numbers_and_counts() {
        for s in
            ["0", "-0.0", "1.0", "1e2", "1.50e1", "-3", "1e999999999", "9999999999999999999", "12345678901234567.0"]
        {
            assert!(d(s).whole() && n(s).whole(), "{s}");
        }
        for s in ["0.5", "1e-1", "1.01", "10e-2", "1e-999999999", "0.00000000000000001", "1234567890123456.50"] {
            assert!(!d(s).whole() && !n(s).whole(), "{s}");
        }
        let counts =
            [("0", Some(0)), ("-0", Some(0)), ("2.0", Some(2)), ("1e2", Some(100)), ("999999999", Some(999_999_999))];
        for (s, want) in counts.into_iter().chain([("-1", None), ("1.5", None), ("1e9", None), ("1e99", None)]) {
            assert_eq!(d(s).count(), want, "{s}");
        }
    }

    #[test]
    fn multiples() {
        #[rustfmt::skip]
        let cases = [
            ("12.05", "0.01", true), ("0", "7", true), ("1e30", "0.5", true), ("-9", "3", true), ("123456789012345678901234567890", "10", true),
            ("2.50", "2.5e0", true), ("7e999999999", "7e-1", true), ("0.30", "0.1", true), ("9999999999999999999", "9", true),
            ("9000000000000000000", "0.000000001", true), ("12.051", "0.01", false), ("1", "3", false), ("0.5", "1", false), ("1e999999999", "7e-1", false),
            ("123456789012345678901234567891", "10", false), ("1e-999999999", "1", false), ("0.00000000000000001", "7", false),
        ];
        for (a, m, want) in cases {
            let m = Divisor::of(m.as_bytes()).unwrap();
            assert_eq!(m.divides(&n(a)), want, "{a} {m:?}");
            assert_eq!(m.divides_exactly(&d(a)), want, "{a} {m:?}");
        }
        assert!(Divisor::of(b"1.000000000000000001").is_none());
    }
}
