//! The bundled plugin transform/template: it makes prompts of named, versioned templates and of variables that the client
//! gives.

mod ask;
mod body;
mod bound;
mod names;
mod templates;
mod variable;

use ask::Asked;
use templates::{Place, Templates, Version};
use variable::Filled;
use yett::config::Value;
use yett::{Error, Plugin, Request, Requester, Role, Verdict};

/// The plugin.
struct Filler {
    templates: Templates,
    /// What every request gets; `None`: the client chooses.
    fixed: Option<Place>,
    /// Variables that the stage gives.
    given: Vec<(String, Value)>,
    required: bool,
    text: String,
    raw: Vec<u8>,
}

yett::plugin!(Filler: Requester);

impl Plugin for Filler {
    fn new(config: &Value) -> Result<Self, String> {
        let templates = Templates::read(config)?;
        let fixed = match config.text("use", "") {
            "" => None,
            name => Some(templates.choose(name, "").map_err(|e| ["use: ", &e].concat())?),
        };
        let given = config.get("values").members().to_vec();
        check_given(&templates, &given)?;
        let required = config.bool("required", false);
        Ok(Filler { templates, fixed, given, required, text: String::new(), raw: Vec::new() })
    }
}

/// Holds the stage's values against the variables that they are for.
fn check_given(templates: &Templates, given: &[(String, Value)]) -> Result<(), String> {
    for (name, value) in given {
        let mut known = false;
        for v in templates.versions() {
            if let Some(n) = names::place(name, &v.variables) {
                known = true;
                let wrong = |e: String| ["values.", name, " ", &e, " in ", &v.label].concat();
                v.variables[n].check(value).map_err(wrong)?;
            }
        }
        if !known {
            return Err(["values.", name, ": no template has such a variable"].concat());
        }
    }
    Ok(())
}

/// Why a request isn't filled.
enum Refused {
    /// What the client sent can't be.
    Client(String),
    /// What became of it can't be put into the request.
    Host,
}

impl From<Error> for Refused {
    fn from(_: Error) -> Refused {
        Refused::Host
    }
}

impl Filler {
    /// What the request gets, `None` if it names none.
    fn choose(&self, a: &Asked) -> Result<Option<Place>, String> {
        if a.name.is_empty() {
            return Ok(self.fixed);
        }
        let found = self.templates.choose(&a.name, &a.version);
        match self.fixed {
            Some(fixed) if found.as_ref().ok() != Some(&fixed) => {
                let label = &self.templates.version(fixed).label;
                Err(["the prompt template is ", label, " here, and isn't the client's to choose"].concat())
            }
            _ => found.map(Some),
        }
    }

    fn refuse_none(&self, a: &Asked) -> Verdict {
        if !a.variables.is_empty() || !a.members.is_empty() {
            return Verdict::block(400, "the request gives variables and names no prompt template");
        }
        if self.required {
            let what = "the request names no prompt template: send prompt with an id, or the header x-yett-template";
            return Verdict::block(400, what);
        }
        Verdict::CONTINUE
    }
}

/// Finds a value for each variable of a version.
fn collect<'a>(v: &'a Version, given: &'a [(String, Value)], a: &'a Asked) -> Result<Vec<Filled<'a>>, String> {
    let mut out = vec![Filled::default(); v.variables.len()];
    for (name, value) in given {
        if let Some(n) = names::place(name, &v.variables) {
            out[n] = Filled::of(value); // checked at the start
        }
    }
    for (name, value) in a.variables.iter().flat_map(Value::members) {
        let n =
            names::place(name, &v.variables).ok_or_else(|| ["there is no variable ", names::short(name)].concat())?;
        if given.iter().any(|g| g.0 == *name) {
            return Err(["variable ", name, " isn't the client's to set"].concat());
        }
        if out[n].given {
            return Err(["variable ", name, " is given twice"].concat());
        }
        v.variables[n].check(value).map_err(|wrong| ["variable ", name, " ", &wrong].concat())?;
        out[n] = Filled::of(value);
    }
    for (x, value) in v.variables.iter().zip(&mut out) {
        if !value.given {
            if x.required {
                return Err(["variable ", &x.name, " is missing"].concat());
            }
            *value = Filled::of(&x.fallback);
        }
    }
    Ok(out)
}

/// Puts a filled version into the request, and takes out what was meant for the plugin.
fn apply(r: &Request, v: &Version, values: &[Filled], a: &Asked, text: &mut String) -> Result<(), Refused> {
    let long = || Refused::Client("the filled text is longer than 1 MiB".into());
    if let Some(system) = &v.system {
        text.clear();
        system.fill(text, values).ok_or_else(long)?;
        r.prepend_system(text)?;
    }
    if let Some(user) = &v.user {
        text.clear();
        user.fill(text, values).ok_or_else(long)?;
        say(r, text, v.replace)?;
    }
    for member in &a.members {
        r.remove_param(member)?;
    }
    Ok(())
}

/// Puts a text as the user's message at the end, and takes the others out if it replaces them.
fn say(r: &Request, text: &str, replace: bool) -> Result<(), Error> {
    r.insert_message(r.num_messages(), Role::User, text)?;
    if replace {
        for m in r.messages().filter(|m| !m.has_role("system")) {
            m.remove()?;
        }
    }
    Ok(())
}

impl Requester for Filler {
    /// Fills the template that the request names.
    fn on_request(&mut self, r: &Request) -> Verdict {
        let a = match Asked::read(r, &mut self.raw) {
            Ok(a) => a,
            Err(e) => return Verdict::block(400, &e),
        };
        let v = match self.choose(&a) {
            Ok(Some(place)) => self.templates.version(place),
            Ok(None) => return self.refuse_none(&a),
            Err(e) => return Verdict::block(400, &e),
        };
        let done = collect(v, &self.given, &a)
            .map_err(Refused::Client)
            .and_then(|values| apply(r, v, &values, &a, &mut self.text));
        match done {
            Ok(()) => Verdict::tag("template", &v.label),
            Err(Refused::Client(e)) => Verdict::block(400, &["prompt template ", &v.label, ": ", &e].concat()),
            Err(Refused::Host) => {
                Verdict::block(500, &["prompt template ", &v.label, " can't be put into the request"].concat())
            }
        }
    }
}

#[cfg(test)]
mod tests;
