//! Numbers as texts.

/// A JSON number in its shortest form: with an exponent below 0.0001 and from a million on.
pub fn decimal(number: &str) -> String {
    let (sign, rest) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = [whole, fraction].concat();
    let digits = all.trim_start_matches('0');
    let zeros = all.len() - digits.len();
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return [sign, "0"].concat();
    }
    // Of the first digit, for example -1 of 0.25 and 2 of 250.
    let exponent = exponent.parse().unwrap_or(0i32).saturating_add(whole.len() as i32 - 1 - zeros as i32);
    let (first, more) = digits.split_at(1);
    match exponent {
        -4..=-1 => [sign, "0.", &"0".repeat((-1 - exponent) as usize), digits].concat(),
        0..=5 => {
            let whole = exponent as usize + 1;
            let zeros = "0".repeat(whole.saturating_sub(digits.len()));
            let (before, after) = digits.split_at(whole.min(digits.len()));
            [sign, before, &zeros, point(after), after].concat()
        }
        _ => {
            let sign_of = if exponent < 0 { "-" } else { "+" };
            let n = exponent.unsigned_abs().to_string();
            let zero = if n.len() < 2 { "0" } else { "" };
            [sign, first, point(more), more, "e", sign_of, zero, &n].concat()
        }
    }
}

/// The point before a fraction that isn't empty.
fn point(fraction: &str) -> &'static str {
    if fraction.is_empty() {
        ""
    } else {
        "."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (number, want) in [
            ("0", "0"),
            ("0.0", "0"),
            ("-0", "-0"),
            ("1", "1"),
            ("1.0", "1"),
            ("1.250", "1.25"),
            ("0.1", "0.1"),
            ("1e2", "100"),
            ("100", "100"),
            ("12.5E-1", "1.25"),
            ("123456.5", "123456.5"),
            ("999999", "999999"),
            ("1000000", "1e+06"),
            ("123456789", "1.23456789e+08"),
            ("0.0001", "0.0001"),
            ("0.00012", "0.00012"),
            ("0.00001", "1e-05"),
            ("0.15e-6", "1.5e-07"),
            ("1e+100", "1e+100"),
            ("-2.5", "-2.5"),
            ("0.30000000000000004", "0.30000000000000004"),
        ] {
            assert_eq!(decimal(number), want);
        }
    }
}
