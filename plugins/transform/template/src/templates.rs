//! Templates and their versions.

use crate::body::Body;
use crate::names::{is_label, short};
use crate::variable::Variable;
use yett::config::Value;

/// All templates.
pub struct Templates(Vec<Template>);

/// A name with its versions.
struct Template {
    name: String,
    /// The version for those who name none.
    standard: usize,
    versions: Vec<Version>,
}

/// What a request gets.
pub struct Version {
    /// "name@version".
    pub label: String,
    name: String,
    pub system: Option<Body>,
    pub user: Option<Body>,
    /// The client's own messages go.
    pub replace: bool,
    pub variables: Vec<Variable>,
}

/// Where a version is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(usize, usize);

impl Templates {
    /// Reads all templates.
    ///
    /// # Errors
    ///
    /// What is wrong, and where.
    pub fn read(config: &Value) -> Result<Templates, String> {
        let mut out = Vec::new();
        for (name, v) in config.get("templates").members() {
            out.push(Template::read(name, v).map_err(|e| ["templates.", name, ".", &e].concat())?);
        }
        if out.is_empty() {
            return Err("templates is empty".into());
        }
        Ok(Templates(out))
    }

    /// All versions.
    pub fn versions(&self) -> impl Iterator<Item = &Version> {
        self.0.iter().flat_map(|t| &t.versions)
    }

    /// The version at a place.
    pub fn version(&self, at: Place) -> &Version {
        &self.0[at.0].versions[at.1]
    }

    /// Finds a template by its name, or name@version, and the version if it is told apart from it.
    ///
    /// # Errors
    ///
    /// What isn't there.
    pub fn choose(&self, name: &str, wanted: &str) -> Result<Place, String> {
        let (name, wanted) = match name.split_once('@') {
            Some((_, own)) if !wanted.is_empty() && own != wanted => {
                return Err("the request names two versions of a prompt template".into());
            }
            Some((name, own)) => (name, own),
            None => (name, wanted),
        };
        let n = self.0.iter().position(|t| t.name == name);
        let n = n.ok_or_else(|| ["there is no prompt template ", short(name)].concat())?;
        let t = &self.0[n];
        if wanted.is_empty() {
            return Ok(Place(n, t.standard));
        }
        match t.versions.iter().position(|v| v.name == wanted) {
            Some(k) => Ok(Place(n, k)),
            None => Err(["prompt template ", name, " has no version ", short(wanted)].concat()),
        }
    }
}

impl Template {
    fn read(name: &str, v: &Value) -> Result<Template, String> {
        if !is_label(name) {
            return Err("name: a template's name is of letters, digits, _, . and -".into());
        }
        let mut versions = Vec::new();
        for (version, v) in v.get("versions").members() {
            if !is_label(version) {
                return Err("versions: a version's name is of letters, digits, _, . and -".into());
            }
            versions.push(Version::read(name, version, v).map_err(|e| ["versions.", version, ".", &e].concat())?);
        }
        let default = v.text("default", "");
        let standard = match (default, versions.len()) {
            (_, 0) => return Err("versions: there is none".into()),
            ("", 1) => 0,
            ("", _) => {
                return Err("default: there are several versions; say which one those get who name none".into());
            }
            _ => {
                let known = versions.iter().rposition(|v| v.name == default);
                known.ok_or_else(|| ["default: there is no version ", default].concat())?
            }
        };
        Ok(Template { name: name.into(), standard, versions })
    }
}

impl Version {
    fn read(template: &str, name: &str, v: &Value) -> Result<Version, String> {
        let replace = match v.text("messages", "keep") {
            "keep" => false,
            "replace" => true,
            m => return Err(["messages: it is ", m, "; it may be keep or replace"].concat()),
        };
        let mut variables = Vec::new();
        for (name, v) in v.get("variables").members() {
            variables.push(Variable::read(name, v).map_err(|e| ["variables.", name, ": ", &e].concat())?);
        }
        let body = |member: &str| match v.text(member, "") {
            "" => Ok(None),
            text => Body::read(text, &variables).map(Some).map_err(|e| [member, ": ", &e].concat()),
        };
        let (system, user) = (body("system")?, body("user")?);
        if system.is_none() && user.is_none() {
            return Err("system: neither system nor user is set".into());
        }
        if replace && user.is_none() {
            return Err("user: messages = \"replace\" needs one, or nothing is left to answer".into());
        }
        let label = [template, "@", name].concat();
        Ok(Version { label, name: name.into(), system, user, replace, variables })
    }
}
