//! Reads texts with {{tags}}, for the plugins that fill them: transform/decorate and transform/template. What a tag means is
//! theirs.

#![warn(missing_docs)]

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text, or what stands between the braces without the spaces around it.
    pub text: String,
    /// Tells that it stands between braces.
    pub tag: bool,
    /// Where the piece begins, in bytes.
    pub at: usize,
}

/// Takes a text apart. \{{ stands for two braces that begin no tag.
///
/// # Errors
///
/// What [`fault`] says of a tag that isn't closed.
pub fn split(text: &str) -> Result<Vec<Piece>, String> {
    let mut out = Vec::new();
    let (mut plain, mut from) = (String::new(), 0); // what is read and no piece yet, and where it begins
    let mut at = 0;
    while let Some(open) = pair(text, at, b'{') {
        if open > at && text.as_bytes()[open - 1] == b'\\' {
            plain.push_str(&text[at..open - 1]);
            plain.push_str("{{");
            at = open + 2;
            continue;
        }
        plain.push_str(&text[at..open]);
        if !plain.is_empty() {
            out.push(Piece { text: std::mem::take(&mut plain), tag: false, at: from });
        }
        let close = pair(text, open + 2, b'}').ok_or_else(|| fault(text, open, "a {{ has no }}"))?;
        out.push(Piece { text: text[open + 2..close].trim().into(), tag: true, at: open });
        at = close + 2;
        from = at;
    }
    plain.push_str(&text[at..]);
    if !plain.is_empty() {
        out.push(Piece { text: plain, tag: false, at: from });
    }
    Ok(out)
}

/// The first place from `at` on where a brace stands twice.
fn pair(text: &str, at: usize, brace: u8) -> Option<usize> {
    text.as_bytes()[at..].windows(2).position(|w| w == [brace; 2]).map(|n| at + n)
}

/// Says what is wrong at byte `at` of a text: "line 2, column 10: …". Both count from 1, columns in characters.
#[must_use]
pub fn fault(text: &str, at: usize, what: &str) -> String {
    let before = &text[..at];
    let lines = before.bytes().filter(|c| *c == b'\n').count();
    let line = before.bytes().rposition(|c| c == b'\n').map_or(before, |n| &before[n + 1..]);
    ["line ", &decimal(lines + 1), ", column ", &decimal(line.chars().count() + 1), ": ", what].concat()
}

/// A number's digits, without the machinery of formatting.
fn decimal(mut n: usize) -> String {
    let mut digits = Vec::new();
    loop {
        digits.insert(0, char::from(b'0' + (n % 10) as u8));
        n /= 10;
        if n == 0 {
            return digits.into_iter().collect();
        }
    }
}

#[cfg(test)]
mod tests;
