//! What a request says of templates.

use yett::config::Value;
use yett::Request;

// Where clients name a template and give variables.
const HEADER_TEMPLATE: &str = "x-yett-template";
const HEADER_VARIABLES: &str = "x-yett-variables";
const MEMBER_PROMPT: &str = "prompt";
const MEMBER_VARIABLES: &str = "prompt_variables";

/// What a request says of templates.
#[derive(Default)]
pub struct Asked {
    pub name: String,
    pub version: String,
    /// Objects.
    pub variables: Vec<Value>,
    /// Members of the body, to be taken out.
    pub members: Vec<&'static str>,
}

impl Asked {
    /// Reads the members of the body and the headers. `raw` is room for them.
    ///
    /// # Errors
    ///
    /// What the client sent that can't be.
    pub fn read(r: &Request, raw: &mut Vec<u8>) -> Result<Asked, String> {
        let mut a = Asked::default();
        raw.clear();
        r.append_param(MEMBER_PROMPT, raw);
        if raw.first() == Some(&b'{') {
            a.prompt(raw)?; // another prompt is something else
        }
        raw.clear();
        r.append_param(MEMBER_VARIABLES, raw);
        if !raw.is_empty() {
            a.members.push(MEMBER_VARIABLES);
            a.add(raw, &[MEMBER_VARIABLES])?;
        }
        raw.clear();
        r.append_header(HEADER_VARIABLES, raw);
        if !raw.is_empty() {
            a.add(raw, &["the header ", HEADER_VARIABLES])?;
        }
        raw.clear();
        r.append_header(HEADER_TEMPLATE, raw);
        if !raw.is_empty() {
            if !a.name.is_empty() && a.name.as_bytes() != raw.as_slice() {
                return Err(
                    "the request names two prompt templates: in the header x-yett-template and in prompt".into()
                );
            }
            a.name = String::from_utf8_lossy(raw).into_owned();
        }
        Ok(a)
    }

    /// Reads the member {"id": …, "version": …, "variables": {…}}, which OpenAI's Responses API has for the same.
    fn prompt(&mut self, raw: &[u8]) -> Result<(), String> {
        let v = parse(raw).map_err(|e| [MEMBER_PROMPT, " ", e.text()].concat())?;
        self.members.push(MEMBER_PROMPT);
        let members = match v {
            Value::Object(members) => members,
            _ => return Ok(()),
        };
        for (name, v) in members {
            match (name.as_str(), v) {
                ("id", Value::Text(id)) if !id.is_empty() => self.name = id,
                ("id", _) => return Err("prompt.id must be a template's name".into()),
                ("version" | "variables", Value::Null) => {}
                ("version", Value::Text(s) | Value::Number(s)) => self.version = s,
                ("version", _) => return Err("prompt.version must be a text".into()),
                ("variables", v @ Value::Object(_)) => self.variables.push(v),
                ("variables", _) => return Err("prompt.variables must be an object".into()),
                _ => return Err("prompt has a member that isn't id, version or variables".into()),
            }
        }
        Ok(())
    }

    fn add(&mut self, raw: &[u8], place: &[&str]) -> Result<(), String> {
        match parse(raw) {
            Ok(v @ Value::Object(_)) => self.variables.push(v),
            Err(e @ Unread::Large) => return Err([&place.concat(), " ", e.text()].concat()),
            _ => return Err([&place.concat(), " must be a JSON object of variables"].concat()),
        }
        Ok(())
    }
}

// Bounds of what a client sends, so that reading it can't spend the plugin's fuel.
const MAX_SENT: usize = 128 << 10;
const MAX_COMMAS: usize = 3_000;
/// So many bytes can't hold too many values.
const FEW: usize = 8 << 10;

/// Why something wasn't read.
enum Unread {
    Large,
    Syntax,
}

impl Unread {
    fn text(&self) -> &'static str {
        match self {
            Unread::Large => "is too large: at most 128 KiB and 3,000 commas are read",
            Unread::Syntax => "can't be read",
        }
    }
}

fn parse(raw: &[u8]) -> Result<Value, Unread> {
    let commas = || raw.iter().filter(|c| **c == b',').count();
    if raw.len() > MAX_SENT || raw.len() > FEW && commas() > MAX_COMMAS {
        return Err(Unread::Large);
    }
    Value::parse(raw).map_err(|_| Unread::Syntax)
}
