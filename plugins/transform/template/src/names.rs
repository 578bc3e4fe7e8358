//! Names of templates, versions and variables.

use crate::variable::Variable;

/// Tells whether a template or a version may be named so.
pub fn is_label(s: &str) -> bool {
    let good = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'.' | b'-');
    !s.is_empty() && s.len() <= 64 && s.bytes().all(good)
}

/// Tells whether a variable may be named so.
pub fn is_name(s: &str) -> bool {
    let good = |c: u8| c.is_ascii_alphanumeric() || c == b'_';
    !s.is_empty() && s.len() <= 64 && s.bytes().all(good) && !s.as_bytes()[0].is_ascii_digit()
}

/// A client's word as a refusal repeats it.
pub fn short(s: &str) -> &str {
    if is_label(s) {
        s
    } else {
        "of that name"
    }
}

/// The place of a variable.
pub fn place(name: &str, variables: &[Variable]) -> Option<usize> {
    variables.iter().position(|v| v.name == name)
}

/// Is `place` for a placeholder of a text.
///
/// # Errors
///
/// What the author of the text may have meant.
pub fn find(name: &str, variables: &[Variable]) -> Result<usize, String> {
    place(name, variables).ok_or_else(|| {
        if !is_name(name) {
            return ["{{", name, "}} isn't known; there are {{NAME}}, {{#if NAME}}, {{else}} and {{/if}}"].concat();
        }
        let what = ["{{", name, "}}: there is no such variable"].concat();
        match near(name, variables) {
            Some(near) => [&what, "; did you mean ", near, "?"].concat(),
            None => what,
        }
    })
}

/// A variable whose name differs in one letter, or two that changed places.
fn near<'a>(name: &str, variables: &'a [Variable]) -> Option<&'a str> {
    let close = |v: &&Variable| name.len() > 2 && distance(name.as_bytes(), v.name.as_bytes()) <= 2;
    variables.iter().find(close).map(|v| v.name.as_str())
}

/// How many letters must be put in, taken out or changed.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let cost = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
