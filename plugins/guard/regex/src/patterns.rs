//! The regular expressions of a rule.

use yett::config::Value;

/// The regular expressions of a rule: its own, and those that find its words.
pub fn of_rule(c: &Value) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    match c.text("pattern", "") {
        "" => {}
        p => out.push(p.into()),
    }
    out.extend(c.texts("patterns").map(String::from));
    out.extend(of_words(c.texts("words")));
    if c.bool("ignore_case", false) {
        for p in &mut out {
            p.insert_str(0, "(?i)");
        }
    }
    out
}

/// Makes a pattern of all words that begin and end alike: \b stands only next to an ASCII letter, digit or _, since beside
/// anything else it would ask for one.
fn of_words<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut groups: [String; 4] = Default::default();
    for w in words {
        if let (Some(first), Some(last)) = (w.bytes().next(), w.bytes().last()) {
            let group = &mut groups[usize::from(is_word(first)) | usize::from(is_word(last)) << 1];
            if !group.is_empty() {
                group.push('|');
            }
            quote(w, group);
        }
    }
    let edge = |k: usize, bit: usize| if k & bit != 0 { r"\b" } else { "" };
    let groups = groups.iter().enumerate().filter(|g| !g.1.is_empty());
    groups.map(|(k, list)| [edge(k, 1), "(?:", list, ")", edge(k, 2)].concat()).collect()
}

fn is_word(c: u8) -> bool {
    c == b'_' || c.is_ascii_alphanumeric()
}

/// Adds the pattern for a text as it is.
fn quote(text: &str, to: &mut String) {
    for c in text.chars() {
        match c {
            '\n' => {
                to.push_str(r"\n");
                continue;
            }
            '!'..='\x7f' if !is_word(c as u8) => to.push('\\'),
            _ => {}
        }
        to.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(config: &str) -> Vec<String> {
        of_rule(&Value::parse(config.as_bytes()).unwrap())
    }

    #[test]
    fn words_that_begin_and_end_alike_are_one_pattern() {
        assert_eq!(
            patterns(r#"{"words": ["b", "C++", "Größe", "", ".net", "été", "a b\nc", "été!"]}"#),
            [r"(?:été|été\!)", r"\b(?:C\+\+)", r"(?:\.net)\b", r"\b(?:b|Größe|a b\nc)\b"]
        );
    }

    #[test]
    fn all_kinds_together() {
        assert_eq!(
            patterns(r#"{"pattern": "p", "patterns": ["q", "r"], "words": ["w"], "ignore_case": true}"#),
            ["(?i)p", "(?i)q", "(?i)r", r"(?i)\b(?:w)\b"]
        );
        assert!(patterns("{}").is_empty());
    }
}
