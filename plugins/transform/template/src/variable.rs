//! Variables and their values.

use crate::bound::Bound;
use crate::names::is_name;
use yett::config::Value;

/// A variable's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    Enum,
}

const KINDS: [(&str, Kind); 5] = [
    ("string", Kind::Text),
    ("integer", Kind::Integer),
    ("number", Kind::Number),
    ("boolean", Kind::Boolean),
    ("enum", Kind::Enum),
];

/// What a template may be given.
pub struct Variable {
    pub name: String,
    kind: Kind,
    pub required: bool,
    /// Its value if none is given, null for none.
    pub fallback: Value,
    least: Option<Bound>,
    most: Option<Bound>,
    /// What an enum may be.
    values: Vec<String>,
}

/// A variable's value as it is put into a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filled<'a> {
    pub text: &'a str,
    /// There is one.
    pub given: bool,
    /// It is false, or an empty text: a section of it stays out.
    pub no: bool,
}

impl<'a> Filled<'a> {
    /// Is a value that was checked.
    pub fn of(v: &'a Value) -> Filled<'a> {
        let (text, no) = match v {
            Value::Text(s) => (s.as_str(), s.is_empty()),
            Value::Number(n) => (n.as_str(), false),
            Value::Bool(true) => ("true", false),
            Value::Bool(false) => ("false", true),
            Value::Null | Value::List(_) | Value::Object(_) => return Filled::default(),
        };
        Filled { text, given: true, no }
    }
}

/// How many characters a text has at most if its variable doesn't say.
const MAX_TEXT: u16 = 16_384;

impl Variable {
    /// Reads a variable's declaration.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn read(name: &str, v: &Value) -> Result<Variable, String> {
        if !is_name(name) {
            return Err("a variable's name is of letters, digits and _, and begins with no digit".into());
        }
        let typ = v.text("type", "string");
        let kind = KINDS
            .iter()
            .find(|k| k.0 == typ)
            .ok_or_else(|| ["type is ", typ, "; it may be string, integer, number, boolean or enum"].concat())?;
        let mut out = Variable {
            name: name.into(),
            kind: kind.1,
            required: v.bool("required", false),
            fallback: Value::Null,
            least: Bound::read(v, "min"),
            most: Bound::read(v, "max"),
            values: v.texts("values").map(String::from).collect(),
        };
        out.check_bounds(typ)?;
        if out.kind == Kind::Text && out.most.is_none() {
            out.most = Some(Bound::whole(MAX_TEXT));
        }
        if out.values.is_empty() == (out.kind == Kind::Enum) {
            return Err("values belong to a variable of type enum, which needs them".into());
        }
        if v.has("default") {
            if out.required {
                return Err("a variable that is required has no default".into());
            }
            out.check(v.get("default")).map_err(|wrong| ["default ", &wrong].concat())?;
            out.fallback = v.get("default").clone();
        }
        Ok(out)
    }

    fn check_bounds(&self, typ: &str) -> Result<(), String> {
        let bounds = (&self.least, &self.most);
        if matches!(self.kind, Kind::Boolean | Kind::Enum) && bounds != (&None, &None) {
            return Err(["min and max mean nothing for a variable of type ", typ].concat());
        }
        match bounds {
            (Some(least), Some(most)) if least.value > most.value => Err("min is above max".into()),
            _ => Ok(()),
        }
    }

    /// Tells whether a value may be the variable's.
    ///
    /// # Errors
    ///
    /// What it must be; it never holds the value.
    pub fn check(&self, v: &Value) -> Result<(), String> {
        match (self.kind, v) {
            (Kind::Text, Value::Text(s)) => self.check_range(s.chars().count() as f64, " characters"),
            (Kind::Enum, Value::Text(s)) => self.check_among(s),
            (Kind::Boolean, Value::Bool(_)) => Ok(()),
            (Kind::Integer, Value::Number(n)) if !is_whole(n) => Err("must be a whole number".into()),
            (Kind::Integer | Kind::Number, Value::Number(n)) => match n.parse::<f64>() {
                Ok(n) if n.is_finite() => self.check_range(n, ""),
                _ => Err("is out of range".into()),
            },
            (Kind::Text | Kind::Enum, _) => Err("must be a text".into()),
            (Kind::Boolean, _) => Err("must be true or false".into()),
            (Kind::Integer | Kind::Number, _) => Err("must be a number".into()),
        }
    }

    fn check_among(&self, s: &str) -> Result<(), String> {
        if self.values.iter().any(|v| v == s) {
            return Ok(());
        }
        let mut list = String::from("must be one of ");
        for (n, v) in self.values.iter().enumerate() {
            if n > 0 {
                list.push_str(", ");
            }
            if n == 16 {
                list.push('…');
                break;
            }
            list.push_str(v);
        }
        Err(list)
    }

    fn check_range(&self, n: f64, unit: &str) -> Result<(), String> {
        match (&self.least, &self.most) {
            (Some(least), _) if n < least.value => Err(["must be at least ", least.text(), unit].concat()),
            (_, Some(most)) if n > most.value => Err(["must be at most ", most.text(), unit].concat()),
            _ => Ok(()),
        }
    }
}

/// Tells whether a JSON number is written as an integer of at most 18 digits.
fn is_whole(n: &str) -> bool {
    let digits = n.strip_prefix('-').unwrap_or(n);
    digits.len() <= 18 && digits.bytes().all(|c| c.is_ascii_digit())
}
