//! Bounds of values, which refusals tell as people write them.

use yett::config::Value;

/// The least or the most that a value may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    pub value: f64,
    /// Its digits without an exponent.
    text: String,
}

impl Bound {
    /// Is a whole number.
    pub fn whole(n: u16) -> Bound {
        let digits = |k: u32| char::from(b'0' + (n / 10_u16.pow(k) % 10) as u8);
        let text: String = (0..5).rev().map(digits).collect();
        Bound { value: n.into(), text: text.trim_start_matches('0').into() }
    }

    /// Reads a member that is a number, `None` if there is none. What a float can't hold is 0.
    pub fn read(v: &Value, name: &str) -> Option<Bound> {
        let value = Some(v.number(name, 0.0)).filter(|n| n.is_finite()).unwrap_or(0.0);
        match v.get(name) {
            Value::Null => None,
            Value::Number(n) if value != 0.0 => Some(Bound { value, text: plain(n) }),
            _ => Some(Bound { value, text: if value.is_sign_negative() { "-0" } else { "0" }.into() }),
        }
    }

    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Writes a JSON number without an exponent and needless zeros. Formatting a float does the same for up to fifteen digits, and
/// is 22 KiB of code. The number is one that a float holds, and not 0: so it isn't long.
fn plain(n: &str) -> String {
    let (sign, n) = n.strip_prefix('-').map_or(("", n), |n| ("-", n));
    let (n, exponent) = n.split_once(&['e', 'E'][..]).unwrap_or((n, "0"));
    let (whole, fraction) = n.split_once('.').unwrap_or((n, ""));
    let all = [whole, fraction].concat();
    let digits = all.trim_start_matches('0');
    // Where the point stands, counted from the first digit.
    let point = whole.len() as i64 - (all.len() - digits.len()) as i64 + exponent.parse().unwrap_or(0);
    let digits = digits.trim_end_matches('0');
    let zeros = |n: i64| "0".repeat(n.max(0) as usize);
    match usize::try_from(point) {
        Ok(n) if n > 0 && n < digits.len() => [sign, &digits[..n], ".", &digits[n..]].concat(),
        Ok(n) if n > 0 => [sign, digits, &zeros(point - digits.len() as i64)].concat(),
        _ => [sign, "0.", &zeros(-point), digits].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(n: &str) -> Bound {
        Bound::read(&Value::parse(["{\"b\": ", n, "}"].concat().as_bytes()).unwrap(), "b").unwrap()
    }

    /// Bounds read as a float's digits would.
    #[test]
    fn texts_are_those_of_floats() {
        for n in [
            "0",
            "-0",
            "0.0",
            "0e5",
            "1",
            "-1",
            "10",
            "1000",
            "99.5",
            "-0.25",
            "1.50",
            "1.5e1",
            "15E0",
            "15e-1",
            "1.5e+10",
            "0.00012",
            "12e-9",
            "1e21",
            "-1e22",
            "1.25e2",
            "123.456e2",
            "123.456e1",
            "120e-1",
            "0.5e1",
            "0.05e1",
            "0.00e3",
            "1e-7",
            "1e300",
            "1e-300",
            "123456789012345",
            "0.123456789012345",
            "100000000000000000000000",
            "1e0000000000000000003",
            "5e-324",
        ] {
            let got = read(n);
            assert_eq!(got.text(), got.value.to_string(), "{n}");
            assert_eq!(got.value, n.parse::<f64>().unwrap(), "{n}");
        }
    }

    #[test]
    fn what_a_float_cannot_hold_is_0() {
        for n in ["1e999", "-1e999", "1e99999999999999999999", "1e-99999999999999999999"] {
            assert_eq!((read(n).value, read(n).text()), (0.0, "0"), "{n}");
        }
        assert_eq!(Bound::read(&Value::Null, "b"), None);
    }

    #[test]
    fn whole_numbers() {
        for n in [1, 7, 10, 16_384, 60_000] {
            assert_eq!(Bound::whole(n).text(), n.to_string());
        }
    }
}
