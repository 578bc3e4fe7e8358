//! Reads the configuration and its schemas.

use crate::compile::compile;
use crate::rules::Schema;
use std::rc::Rc;
use yett::config::Value;

/// What is configured.
pub(crate) struct Settings {
    /// Of texts; `None`: the configuration has none.
    pub(crate) schema: Option<Rc<Schema>>,
    pub(crate) texts: bool,
    /// Texts are looked at only if the request asks for JSON.
    pub(crate) requested: bool,
    /// The request's own schema goes before.
    pub(crate) from_request: bool,
    pub(crate) tools: bool,
    /// By tool.
    pub(crate) named: Vec<(String, Rc<Schema>)>,
    pub(crate) tag: bool,
    pub(crate) status: u16,
    pub(crate) fences: bool,
    pub(crate) lenient: bool,
    /// Of a call.
    pub(crate) steps: i64,
}

/// How large a schema of the configuration may be.
pub(crate) const MAX_CONFIGURED: i64 = 100_000;

fn configured(v: &Value) -> Result<Rc<Schema>, String> {
    let mut src = Vec::new();
    v.append_json(&mut src);
    match compile(&src, false, MAX_CONFIGURED).0 {
        Ok(s) => Ok(Rc::new(s)),
        Err(fault) => Err(fault.text().into()),
    }
}

impl Settings {
    pub(crate) fn read(c: &Value) -> Result<Settings, String> {
        let mut schema = None;
        if c.has("schema") {
            schema = Some(configured(c.get("schema")).map_err(|e| "schema: ".to_string() + &e)?);
        }
        let when = c.text("when", if schema.is_some() { "always" } else { "requested" });
        if !["always", "requested", "never"].contains(&when) {
            return Err(format!("when is {when}; it may be always, requested or never"));
        }
        let tag = match c.text("action", "block") {
            "block" => false,
            "tag" => true,
            a => return Err(format!("action is {a}; it may be block or tag")),
        };
        let status = match c.int("status", 502) {
            status @ 400..=599 => status as u16,
            _ => return Err("status must be 400 to 599".into()),
        };
        let steps = c.int("max_steps", 40_000);
        if steps <= 0 {
            return Err("max_steps must be above 0".into());
        }
        let (tools, named) = tools(c.get("tools"))?;
        Ok(Settings {
            texts: when != "never",
            requested: when == "requested",
            from_request: c.bool("from_request", schema.is_none()),
            schema,
            tools,
            named,
            tag,
            status,
            fences: c.bool("allow_fences", false),
            lenient: c.bool("lenient", false),
            steps,
        })
    }
}

/// Reads "declared", "off", or schemas by tool.
#[allow(clippy::type_complexity)]
fn tools(v: &Value) -> Result<(bool, Vec<(String, Rc<Schema>)>), String> {
    let mut named = Vec::new();
    match v {
        Value::Null => {}
        Value::Text(t) if t == "declared" => {}
        Value::Text(t) if t == "off" => return Ok((false, named)),
        Value::Text(t) => return Err(format!("tools is {t}; it may be declared, off, or schemas by the tools' names")),
        Value::Object(members) => {
            for (name, schema) in members {
                let schema = configured(schema).map_err(|e| format!("tools: {name}: {e}"))?;
                named.push((name.clone(), schema));
            }
        }
        _ => return Err("tools may be declared, off, or schemas by the tools' names".into()),
    }
    Ok((true, named))
}
