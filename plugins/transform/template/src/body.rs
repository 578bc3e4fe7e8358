//! A template's text.

use crate::names::find;
use crate::variable::{Filled, Variable};
use braces::Piece;

/// A template's text, ready to be filled. Sections are jumps, so that filling is one loop.
pub struct Body(Vec<Step>);

/// A piece of a text that was read.
enum Step {
    Plain(String),
    /// The value of the variable at that place.
    Value(usize),
    /// Goes to a step if the variable at a place wasn't given, is false or empty.
    Unless(usize, usize),
    /// Goes to a step.
    Jump(usize),
}

/// How deep sections may be one in another.
const MAX_SECTIONS: usize = 16;

/// How long a text may become, in bytes.
const MAX_FILLED: usize = 1 << 20;

/// A section that is open.
struct Section<'a> {
    /// Its jump.
    at: usize,
    name: &'a str,
    is_else: bool,
    /// Where it is written.
    tag: usize,
}

impl Body {
    /// Reads a text. Its tags are {{name}}, {{#if name}}, {{else}} and {{/if}}.
    ///
    /// # Errors
    ///
    /// What is wrong with it, with line and column.
    pub fn read(text: &str, variables: &[Variable]) -> Result<Body, String> {
        let pieces = braces::split(text)?;
        let mut out = Vec::new();
        let mut open = Vec::new();
        for p in &pieces {
            if p.tag {
                tag(&mut out, &mut open, p, variables).map_err(|e| braces::fault(text, p.at, &e))?;
            } else {
                out.push(Step::Plain(p.text.clone()));
            }
        }
        match open.last() {
            Some(s) => Err(braces::fault(text, s.tag, &["{{#if ", s.name, "}} has no {{/if}}"].concat())),
            None => Ok(Body(out)),
        }
    }

    /// Appends the text with its variables. Values are data: what looks like a tag in them stays as it is. `None` if it
    /// becomes too long.
    pub fn fill(&self, dst: &mut String, values: &[Filled]) -> Option<()> {
        let mut n = 0;
        while let Some(step) = self.0.get(n) {
            n += 1;
            match step {
                Step::Plain(text) => dst.push_str(text),
                Step::Value(of) => dst.push_str(values[*of].text),
                Step::Jump(to) => n = *to,
                Step::Unless(of, to) => {
                    if !values[*of].given || values[*of].no {
                        n = *to;
                    }
                }
            }
            if dst.len() > MAX_FILLED {
                return None;
            }
        }
        Some(())
    }
}

/// Reads a tag.
fn tag<'a>(
    out: &mut Vec<Step>,
    open: &mut Vec<Section<'a>>,
    p: &'a Piece,
    variables: &[Variable],
) -> Result<(), String> {
    if let Some(name) = p.text.strip_prefix("#if ") {
        let name = name.trim_start_matches(' ');
        let of = find(name, variables)?;
        if open.len() == MAX_SECTIONS {
            return Err("more than 16 sections are one in another".into());
        }
        open.push(Section { at: out.len(), name, is_else: false, tag: p.at });
        out.push(Step::Unless(of, 0));
        return Ok(());
    }
    match p.text.as_str() {
        "else" => {
            let s = open.last_mut().filter(|s| !s.is_else).ok_or("{{else}} belongs to no {{#if}}")?;
            let at = std::mem::replace(&mut s.at, out.len());
            s.is_else = true;
            out.push(Step::Jump(0));
            land(out, at);
        }
        "/if" => {
            let s = open.pop().ok_or("{{/if}} belongs to no {{#if}}")?;
            land(out, s.at);
        }
        name => out.push(Step::Value(find(name, variables)?)),
    }
    Ok(())
}

/// Makes the jump at a place go to what follows.
fn land(out: &mut [Step], at: usize) {
    let end = out.len();
    if let Step::Unless(_, to) | Step::Jump(to) = &mut out[at] {
        *to = end;
    }
}
