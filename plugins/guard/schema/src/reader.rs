//! Reads a JSON text in one loop over its tokens.

#[cfg(test)]
mod tests;

use crate::json::*;
use crate::strings::{rest_of_string, skip_plain};
use crate::twice::twice;

/// How deep a document may be nested.
const MAX_DEPTH: usize = 128;

/// No list and no object: the whole text is around a value.
const TOP: usize = usize::MAX;

fn stop(what: &'static str, at: usize) -> Result<(), Syntax> {
    Err(Syntax { what, at })
}

/// Reads a text into a document.
///
/// It is one loop over tokens rather than functions that call each other: the loop can't run out of stack, and what it counts stays
/// in hand. Inside of WebAssembly a value costs more than its bytes do. So nodes are written where they stay, in room that was made
/// before; a list or an object that isn't complete keeps in its node what it is in (`next`) and its commas (`what`), in place
/// of a stack; and space is skipped by a call only where there is more than one.
pub(crate) fn read(d: &mut Doc, src: &[u8]) -> Result<(), Syntax> {
    let Doc { nodes: all, plain, hashes, most, count, .. } = d;
    plain.clear();
    *count = 0;
    let mut nodes = room(all, *most);
    let mut n = 0;

    // Adds a node; false if there may be no more.
    macro_rules! put {
        ($what:expr, $from:expr, $to:expr) => {{
            if n == nodes.len() {
                grow(all, n, *most);
                nodes = room(all, *most);
            }
            match nodes.get_mut(n) {
                Some(x) => {
                    *x = Node { from: $from as u32, to: $to as u32, next: n as u32 + 1, what: $what };
                    n += 1;
                    *count = n;
                    true
                }
                None => false,
            }
        }};
    }

    let (mut at, mut depth) = (0, 0);
    let (mut inside, mut end, mut commas) = (TOP, 0, 0); // what the value is in, the byte that ends that, and its commas so far
    let mut name = false; // a member's name is due
    loop {
        at = skip_space(src, at);
        let c = match src.get(at) {
            Some(c) => *c,
            None => return stop(CUT, at),
        };
        if c == b'"' {
            let from = at + 1;
            let (to, high) = skip_plain(src, from);
            if !high && src.get(to) == Some(&b'"') {
                at = to + 1;
                // Where a name finds no room, the value behind it doesn't either.
                if !put!(Kind::Text as u32, from, to) && !name {
                    return stop(TOO_MANY, from);
                }
            } else {
                let text = rest_of_string(src, from, to, high, plain, most, n)?;
                nodes = room(all, *most);
                at = text.end;
                if !put!(text.what, text.from, text.to) && !name {
                    return stop(TOO_MANY, text.from);
                }
            }
            if name {
                name = false;
                at = skip_space(src, at);
                match src.get(at) {
                    Some(b':') => at += 1,
                    Some(_) => return stop("a colon is missing", at),
                    None => return stop(CUT, at),
                }
                continue;
            }
        } else if name {
            return stop("a member's name is missing", at);
        } else if c == b'{' || c == b'[' {
            if depth >= MAX_DEPTH {
                return stop(TOO_DEEP, at);
            }
            let (own, from) = (n, at);
            let fits = put!(if c == b'{' { Kind::Object } else { Kind::List } as u32, at, 0);
            at = skip_space(src, at + 1);
            let first = match src.get(at) {
                Some(first) => *first,
                None => return stop(CUT, at),
            };
            if !fits {
                return stop(TOO_MANY, from);
            }
            let ends = c + 2; // } is two behind {, and ] two behind [
            if first != ends {
                if let Some(x) = nodes.get_mut(inside) {
                    x.what = x.what % Node::ONE + commas * Node::ONE;
                }
                nodes[own].next = inside as u32;
                inside = own;
                end = ends;
                commas = 0;
                depth += 1;
                name = c == b'{';
                continue;
            }
            at += 1;
            nodes[own].to = at as u32;
        } else {
            let from = at;
            let kind = match c {
                b't' => literal(src, &mut at, b"true", Kind::True)?,
                b'f' => literal(src, &mut at, b"false", Kind::False)?,
                b'n' => literal(src, &mut at, b"null", Kind::Null)?,
                _ => {
                    at = number(src, at)?;
                    Kind::Number
                }
            };
            if !put!(kind as u32, from, at) {
                return stop(TOO_MANY, from);
            }
        }
        // A value is there: a comma, or the ends of what it is in, follow.
        loop {
            at = skip_space(src, at);
            if inside == TOP {
                return if at < src.len() { stop("there is something after its end", at) } else { Ok(()) };
            }
            match src.get(at) {
                None => return stop(CUT, at),
                Some(b',') => {
                    at += 1;
                    commas += 1;
                    name = end == b'}';
                    break;
                }
                Some(&c) if c != end => return stop("a comma is missing", at),
                _ => {}
            }
            at += 1;
            let x = &mut nodes[inside];
            let around = x.next;
            x.to = at as u32;
            x.next = n as u32;
            x.what = x.what % Node::ONE + (commas + 1) * Node::ONE;
            if end == b'}' && commas > 0 && twice(nodes, src, plain, hashes, inside) {
                return stop(NOT_ONCE, at);
            }
            depth -= 1;
            match nodes.get(around as usize) {
                Some(x) => {
                    inside = around as usize;
                    commas = x.what / Node::ONE;
                    end = if x.kind() == Kind::Object { b'}' } else { b']' };
                }
                None => inside = TOP,
            }
        }
    }
}

/// The nodes that may be written.
fn room(all: &mut [Node], most: i64) -> &mut [Node] {
    let n = all.len().min(most.max(0) as usize);
    &mut all[..n]
}

/// Makes room behind n nodes, if there may be more.
#[cold]
#[inline(never)]
fn grow(all: &mut Vec<Node>, n: usize, most: i64) {
    if (n as i64) < most && n == all.len() {
        all.resize((2 * n + 64).min(most as usize), Node::default());
    }
}

/// Goes on to what is no space.
#[inline(always)]
fn skip_space(src: &[u8], at: usize) -> usize {
    match src.get(at) {
        Some(&c) if c <= b' ' => match src.get(at + 1) {
            Some(&d) if d > b' ' && c == b' ' => at + 1, // as most write it
            _ => skip_more(src, at),
        },
        _ => at,
    }
}

#[inline(never)]
fn skip_more(src: &[u8], mut at: usize) -> usize {
    while matches!(src.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// Reads true, false or null.
#[inline(always)]
fn literal(src: &[u8], at: &mut usize, word: &[u8], kind: Kind) -> Result<Kind, Syntax> {
    if src[*at..].starts_with(word) {
        *at += word.len();
        return Ok(kind);
    }
    Err(no_literal(src, *at, word))
}

#[cold]
fn no_literal(src: &[u8], at: usize, word: &[u8]) -> Syntax {
    if word.starts_with(&src[at..]) {
        return Syntax { what: CUT, at: src.len() };
    }
    Syntax { what: NO_VALUE, at }
}

/// Reads -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]{1,9})?
#[inline(always)]
fn number(src: &[u8], from: usize) -> Result<usize, Syntax> {
    let whole = from + usize::from(src[from] == b'-');
    let mut at = skip_digits(src, whole);
    if at == whole || at > whole + 1 && src[whole] == b'0' {
        return Err(no_number(src, from, at));
    }
    if src.get(at) == Some(&b'.') {
        let point = at + 1;
        at = skip_digits(src, point);
        if at == point {
            return Err(no_number(src, from, at));
        }
    }
    match src.get(at) {
        Some(b'e' | b'E') => exponent(src, from, at),
        _ => Ok(at),
    }
}

#[inline(never)]
fn exponent(src: &[u8], from: usize, mut at: usize) -> Result<usize, Syntax> {
    at += 1;
    if matches!(src.get(at), Some(b'+' | b'-')) {
        at += 1;
    }
    let exp = at;
    at = skip_digits(src, exp);
    if at == exp {
        return Err(no_number(src, from, at));
    }
    if at > exp + 9 {
        return Err(Syntax { what: LONG_EXP, at });
    }
    Ok(at)
}

#[cold]
fn no_number(src: &[u8], from: usize, at: usize) -> Syntax {
    let what = match at {
        _ if at >= src.len() => CUT,
        _ if at == from => NO_VALUE,
        _ => "a number isn't one",
    };
    Syntax { what, at }
}

/// Goes on to what is no digit.
#[inline(always)]
fn skip_digits(src: &[u8], mut at: usize) -> usize {
    while matches!(src.get(at), Some(b'0'..=b'9')) {
        at += 1;
    }
    at
}
