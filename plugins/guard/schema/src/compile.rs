//! Makes rules of schemas.

mod keywords;
mod point;
#[cfg(test)]
mod tests;

mod ways;

use crate::bytes::{append_number, text};
use crate::json::{Doc, Kind, TOO_MANY};
use crate::rules::{Id, Rules, Schema};

/// How many schemas may be one in another without going into the value.
const MAX_IN_PLACE: usize = 64;

/// What 16 bytes of a text cost as a value does.
pub(crate) const STEP_BYTES: i64 = 16;

/// A schema's size is its values, three times its schemas, and a sixteenth of its bytes.
const RULE_SIZE: i64 = 3;

/// Why a text isn't a schema that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is larger than it may be.
    TooLarge,
    /// What is wrong, and its JSON pointer within the schema.
    Wrong(String),
}

impl Fault {
    pub(crate) fn text(&self) -> &str {
        match self {
            Fault::TooLarge => "it is too large",
            Fault::Wrong(text) => text,
        }
    }
}

/// The first fault stays.
struct Compiler<'d> {
    doc: &'d Doc,
    /// By node.
    made: Vec<Option<Id>>,
    rules: Vec<Rules>,
    /// What schemas say is in.
    read: Vec<bool>,
    /// How many schemas there may be.
    most: i64,
    total: i64,
    /// JSON pointer of where it is.
    path: Vec<u8>,
    /// What references point at.
    refs: Vec<(u32, &'d [u8])>,
    /// What isn't understood is left out.
    lenient: bool,
    fault: Option<Fault>,
}

/// Reads a schema of at most a size, and tells what is left of it. `lenient` leaves out what this plugin can't check: patterns with
/// look-around, references to other documents, unevaluatedProperties.
pub(crate) fn compile(src: &[u8], lenient: bool, size: i64) -> (Result<Schema, Fault>, i64) {
    let mut doc = Doc { src: src.to_vec(), most: size - src.len() as i64 / STEP_BYTES, ..Doc::default() };
    let got = doc.read();
    let left = doc.most - doc.count as i64;
    if let Err(bad) = got {
        if bad.what == TOO_MANY {
            return (Err(Fault::TooLarge), 0);
        }
        return (Err(Fault::Wrong(format!("it is no JSON at byte {}: {}", bad.at, bad.what))), left);
    }
    let mut c = Compiler {
        doc: &doc,
        made: vec![None; doc.count],
        rules: Vec::new(),
        read: Vec::new(),
        most: left / RULE_SIZE,
        total: 0,
        path: Vec::new(),
        refs: Vec::new(),
        lenient,
        fault: None,
    };
    let root = c.rules(0);
    c.referred();
    c.ways(root);
    let (rules, cost, fault) = (c.rules, c.total * RULE_SIZE, c.fault);
    let schema = match fault {
        Some(fault) => Err(fault),
        None => Ok(Schema { doc, rules, root, size: size - left + cost }),
    };
    (schema, (left - cost).max(0))
}

impl<'d> Compiler<'d> {
    /// Notes a fault at the place where the compiler is.
    fn bad(&mut self, what: &str) {
        if self.fault.is_some() {
            return;
        }
        let at = if self.path.is_empty() { "the top".into() } else { text(&self.path) };
        self.fault = Some(Fault::Wrong(format!("at {at}: {what}")));
    }

    /// Is bad for what is right and can't be checked here.
    fn beyond(&mut self, what: &str) {
        if !self.lenient {
            self.bad(what);
        }
    }

    fn well(&self) -> bool {
        self.fault.is_none()
    }

    /// Does something at a member of where the compiler is.
    fn within<T>(&mut self, name: &[u8], f: impl FnOnce(&mut Self) -> T) -> T {
        let back = self.path.len();
        self.path.push(b'/');
        append_pointer(&mut self.path, name);
        let out = f(self);
        self.path.truncate(back);
        out
    }

    /// Does something at an element of where the compiler is.
    fn at<T>(&mut self, place: usize, f: impl FnOnce(&mut Self) -> T) -> T {
        let back = self.path.len();
        self.path.push(b'/');
        append_number(&mut self.path, place);
        let out = f(self);
        self.path.truncate(back);
        out
    }

    /// Makes the rules of the schema at a node, once.
    fn rules(&mut self, n: u32) -> Id {
        let id = self.place(n);
        if core::mem::replace(&mut self.read[id as usize], true) {
            return id;
        }
        let doc = self.doc;
        if self.total > self.most {
            self.fault = Some(Fault::TooLarge);
            return id;
        }
        match doc.kind(n) {
            Kind::False => {
                self.rules[id as usize].never = true;
                self.rules[id as usize].finish();
            }
            Kind::True => {}
            Kind::Object => {
                let mut r = Rules::default();
                for m in doc.members(n) {
                    if !self.well() {
                        break;
                    }
                    let name = doc.text(m);
                    self.within(name, |c| c.keyword(&mut r, n, name, m + 1));
                }
                r.finish();
                self.rules[id as usize] = r;
            }
            _ => self.bad("a schema is an object, true or false"),
        }
        id
    }

    /// Where the rules of the schema at a node are, made or not.
    fn place(&mut self, n: u32) -> Id {
        if let Some(id) = self.made[n as usize] {
            return id;
        }
        let id = self.rules.len() as Id;
        self.rules.push(Rules::default());
        self.read.push(false);
        self.made[n as usize] = Some(id);
        self.total += 1;
        id
    }

    /// Makes what references point at and nothing else has made. It is a list rather than a recursion because a way of references
    /// can be as long as the schema.
    fn referred(&mut self) {
        let mut n = 0;
        while n < self.refs.len() && self.well() {
            let (node, path) = self.refs[n];
            self.path.clear();
            self.path.extend_from_slice(path);
            self.rules(node);
            n += 1;
        }
    }
}

/// Appends a name as JSON pointers have it.
pub(crate) fn append_pointer(dst: &mut Vec<u8>, name: &[u8]) {
    for &b in name {
        match b {
            b'~' => dst.extend_from_slice(b"~0"),
            b'/' => dst.extend_from_slice(b"~1"),
            _ => dst.push(b),
        }
    }
}
