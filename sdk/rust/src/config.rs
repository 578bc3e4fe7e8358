//! A plugin's configuration: a small JSON reader that adds little to a module.
//!
//! The host has checked the configuration against the schema in the manifest, so that a plugin with a schema finds the
//! types it expects; where it doesn't, the methods give the default.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

mod json;
mod parse;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// null.
    Null,
    /// true or false.
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// The members of an object, in their order.
    Object(Vec<(String, Value)>),
}

/// A text that isn't JSON, or is nested deeper than 64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyntaxError(());

impl SyntaxError {
    pub(crate) const fn text(self) -> &'static str {
        "the configuration isn't JSON"
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

#[cfg(any(feature = "std", not(target_arch = "wasm32")))]
impl std::error::Error for SyntaxError {}

const NULL: Value = Value::Null;

impl Value {
    /// Reads a JSON text.
    ///
    /// # Errors
    ///
    /// A [`SyntaxError`] if it isn't one.
    pub fn parse(text: &[u8]) -> Result<Value, SyntaxError> {
        parse::parse(text).ok_or(SyntaxError(()))
    }

    /// A member of an object, null if there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &Value {
        self.members().iter().find(|m| m.0 == name).map_or(&NULL, |m| &m.1)
    }

    /// Tells whether an object has a member that isn't null.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        *self.get(name) != Value::Null
    }

    /// The value if it is a text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Text(s) => Some(s),
            _ => None,
        }
    }

    /// A member that is a text.
    #[must_use]
    pub fn text<'a>(&'a self, name: &str, or: &'a str) -> &'a str {
        self.get(name).as_str().unwrap_or(or)
    }

    /// A member that is true or false.
    #[must_use]
    pub fn bool(&self, name: &str, or: bool) -> bool {
        match self.get(name) {
            Value::Bool(b) => *b,
            _ => or,
        }
    }

    /// A member that is a whole number.
    #[must_use]
    pub fn int(&self, name: &str, or: i64) -> i64 {
        match self.get(name) {
            Value::Number(n) => n.parse().unwrap_or(or),
            _ => or,
        }
    }

    /// A member that is a number.
    #[must_use]
    pub fn number(&self, name: &str, or: f64) -> f64 {
        match self.get(name) {
            Value::Number(n) => n.parse().unwrap_or(or),
            _ => or,
        }
    }

    /// The elements of a member that is a list, none if it is absent.
    #[must_use]
    pub fn list(&self, name: &str) -> &[Value] {
        match self.get(name) {
            Value::List(l) => l,
            _ => &[],
        }
    }

    /// The texts among the elements of a member that is a list.
    pub fn texts<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.list(name).iter().filter_map(Value::as_str)
    }

    /// The members of an object, in their order; none of another value.
    #[must_use]
    pub fn members(&self) -> &[(String, Value)] {
        match self {
            Value::Object(m) => m,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests;
