//! Rules about names.

use yett::config::Value;

/// A rule about names.
pub struct Names {
    allow: Vec<String>,
    deny: Vec<String>,
    pub message: String,
}

impl Names {
    pub fn new(c: &Value) -> Names {
        let list = |name| c.texts(name).map(String::from).collect();
        Names { allow: list("allow"), deny: list("deny"), message: c.text("message", "").into() }
    }

    /// Tells whether there is a rule.
    pub fn set(&self) -> bool {
        !self.allow.is_empty() || !self.deny.is_empty()
    }

    /// Tells whether a name may pass.
    pub fn allows(&self, name: &str) -> bool {
        let any = |list: &[String]| list.iter().any(|p| glob(p.as_bytes(), name.as_bytes()));
        !any(&self.deny) && (self.allow.is_empty() || any(&self.allow))
    }

    /// Names what is allowed, as far as that is short.
    pub fn instead(&self) -> String {
        match self.allow.len() {
            1..=8 => ["; allowed: ", &self.allow.join(", ")].concat(),
            _ => String::new(),
        }
    }
}

/// Matches with '*' for any run of characters, by going back to the last star on a mismatch.
fn glob(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n, mut back) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                p += 1;
                back = Some((p, n));
            }
            Some(c) if *c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match back {
                None => return false,
                Some((after, from)) => {
                    p = after;
                    n = from + 1;
                    back = Some((after, n));
                }
            },
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (pattern, name, want) in [
            ("a", "a", true),
            ("a", "b", false),
            ("a*", "a", true),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abcd", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("**", "x", true),
            ("*ab", "aab", true),
        ] {
            assert_eq!(glob(pattern.as_bytes(), name.as_bytes()), want, "{pattern} {name}");
        }
    }
}
