//! Templates: texts with variables.

use crate::date;
use yett::config::Value;
use yett::{clock, Error, Request};

/// A text with variables.
pub struct Template(Vec<Segment>);

/// A piece of a template.
enum Segment {
    /// A text, or a value of the configuration.
    Plain(String),
    /// A variable of the request.
    Known(Known),
    /// A header, by its name in lower case.
    Header(String),
    /// A tag.
    Tag(String),
}

/// A variable that has no name of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Consumer,
    Team,
    Model,
    Route,
    Dialect,
    User,
    Date,
}

const KNOWN: [(&str, Known); 7] = [
    ("consumer", Known::Consumer),
    ("team", Known::Team),
    ("model", Known::Model),
    ("route", Known::Route),
    ("dialect", Known::Dialect),
    ("user", Known::User),
    ("date", Known::Date),
];

/// Room that templates are filled in, kept from one request to the next.
#[derive(Default)]
pub struct Room {
    text: String,
    header: Vec<u8>,
}

impl Template {
    /// Reads a template. {{var.x}} is filled in now, the other variables per request.
    ///
    /// # Errors
    ///
    /// What is wrong with it, with line and column.
    pub fn read(text: &str, vars: &Value) -> Result<Template, String> {
        let mut out: Vec<Segment> = Vec::new();
        for p in braces::split(text)? {
            let next = if p.tag {
                named(&p.text, vars).map_err(|what| braces::fault(text, p.at, &what))?
            } else {
                Segment::Plain(p.text)
            };
            match (out.last_mut(), next) {
                (Some(Segment::Plain(before)), Segment::Plain(s)) => before.push_str(&s),
                (_, next) => out.push(next),
            }
        }
        Ok(Template(out))
    }

    /// The template, `None` if it is empty.
    pub fn some(&self) -> Option<&Template> {
        (!self.0.is_empty()).then_some(self)
    }

    /// Tells whether it names the date.
    pub fn has_date(&self) -> bool {
        self.0.iter().any(|s| matches!(s, Segment::Known(Known::Date)))
    }

    /// Is the text for a request. What is absent is empty.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if a header isn't UTF-8.
    pub fn fill<'a>(&'a self, r: &Request, room: &'a mut Room) -> Result<&'a str, Error> {
        if let [Segment::Plain(s)] = &self.0[..] {
            return Ok(s);
        }
        room.text.clear();
        for s in &self.0 {
            match s {
                Segment::Plain(s) => room.text.push_str(s),
                Segment::Known(k) => push(&mut room.text, *k, r),
                Segment::Header(name) => {
                    room.header.clear();
                    r.append_header(name, &mut room.header);
                    room.text.push_str(std::str::from_utf8(&room.header).map_err(|_| Error::Invalid)?);
                }
                Segment::Tag(name) => room.text.push_str(&r.tag(name).unwrap_or_default()),
            }
        }
        Ok(&room.text)
    }
}

fn push(text: &mut String, known: Known, r: &Request) {
    let value = match known {
        Known::Consumer => r.consumer(),
        Known::Team => r.team(),
        Known::Model => Some(r.model()),
        Known::Route => Some(r.route()),
        Known::Dialect => Some(r.dialect()),
        Known::User => r.user(),
        Known::Date => clock::if_granted().map(date::text),
    };
    text.push_str(&value.unwrap_or_default());
}

fn named(name: &str, vars: &Value) -> Result<Segment, String> {
    if let Some((_, known)) = KNOWN.iter().find(|k| k.0 == name) {
        return Ok(Segment::Known(*known));
    }
    let (family, key) = name.split_once('.').unwrap_or((name, ""));
    match family {
        "var" if vars.has(key) => Ok(Segment::Plain(vars.text(key, "").into())),
        "var" => Err(["{{", name, "}}: there is no variable ", key, " in variables"].concat()),
        "header" if !key.is_empty() => Ok(Segment::Header(key.to_ascii_lowercase())),
        "tag" if !key.is_empty() => Ok(Segment::Tag(key.into())),
        _ => Err(["{{", name, "}} isn't known; there are consumer, team, model, route, dialect, user, date, header.NAME, tag.NAME and var.NAME"].concat()),
    }
}
