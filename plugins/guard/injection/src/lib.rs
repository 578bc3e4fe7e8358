//! The bundled plugin guard/injection: it finds prompt injections and jailbreaks in what users write and in what tools
//! return, and blocks or tags the request. README.md tells what it finds, and how well.
//!
//! A text goes through [`read::Reader`], which makes tokens of it, and [`model::Model`], which weighs them;
//! [`detect::Detector`] holds both. Their tables are made of weights.tsv and vocabulary.txt when the crate is built.

mod bundled;
mod classes;
mod detect;
mod encoded;
mod features;
mod fence;
mod fold;
mod hash;
mod index;
mod joint;
mod model;
mod prose;
mod read;
mod sixteen;
mod tables;
mod tokens;
mod topic;
mod unmask;
mod utf8;

use detect::Detector;
use joint::Joint;
use model::Finding;
use yett::config::Value;
use yett::{Kind, Plugin, Request, Requester, Verdict};

/// Where a text of a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    User,
    ToolResults,
    System,
    Assistant,
    /// Descriptions of tools.
    Tools,
}

/// The sources, and what the configuration calls them.
const SOURCES: [(Source, &str); 5] = [
    (Source::User, "user"),
    (Source::ToolResults, "tool_results"),
    (Source::System, "system"),
    (Source::Assistant, "assistant"),
    (Source::Tools, "tools"),
];

/// The plugin. Its fields but the rooms are set once.
struct Guard {
    tag: bool,
    status: u16,
    look: [bool; SOURCES.len()],
    detector: Detector<bundled::Bundled>,
    text: Vec<u8>,
    joints: [Joint; SOURCES.len()],
}

yett::plugin!(Guard: Requester);

impl Plugin for Guard {
    /// Reads the configuration. plugin.json has its schema.
    fn new(c: &Value) -> Result<Self, String> {
        let mut d = Detector::new(bundled::Bundled);
        let tag = match c.text("action", "block") {
            "block" => false,
            "tag" => true,
            _ => return Err("action is \"block\" or \"tag\"".into()),
        };
        d.limit = match c.text("sensitivity", "medium") {
            "low" => detect::LOW,
            "medium" => detect::MEDIUM,
            "high" => detect::HIGH,
            _ => return Err("sensitivity is \"low\", \"medium\" or \"high\"".into()),
        };
        let status = match c.int("status", 403) {
            status @ 400..=599 => status as u16,
            _ => return Err("status must be 400 to 599".into()),
        };
        d.phrases = d.sequences("phrases", c.texts("phrases"))?;
        d.allow = d.sequences("allow", c.texts("allow"))?;
        let look = choose(c)?;
        Ok(Guard { tag, status, look, detector: d, text: Vec::new(), joints: Default::default() })
    }
}

/// Reads where to look. Default: what users write and what tools return.
fn choose(c: &Value) -> Result<[bool; SOURCES.len()], String> {
    let mut look = [false; SOURCES.len()];
    if !c.has("sources") {
        look[Source::User as usize] = true;
        look[Source::ToolResults as usize] = true;
    }
    for name in c.texts("sources") {
        match SOURCES.iter().find(|s| s.1 == name) {
            Some(s) => look[s.0 as usize] = true,
            None => return Err(["sources has ", name, ", which isn't one"].concat()),
        }
    }
    Ok(look)
}

impl Requester for Guard {
    /// Looks at the texts of a request, one by one, and at where they meet.
    fn on_request(&mut self, r: &Request) -> Verdict {
        self.joints.iter_mut().for_each(Joint::reset);
        for m in r.messages() {
            let role = m.role();
            for p in m.parts() {
                match source_of(&role, p.kind()) {
                    Some(s) if self.look[s as usize] => {
                        self.text.clear();
                        p.append_text(&mut self.text);
                        if let Some(v) = self.judge(s) {
                            return v;
                        }
                    }
                    _ => {}
                }
            }
        }
        if self.look[Source::Tools as usize] {
            for t in r.tools() {
                self.text.clear();
                t.append_description(&mut self.text);
                if let Some(v) = self.judge(Source::Tools) {
                    return v;
                }
            }
        }
        Verdict::CONTINUE
    }
}

/// Tells where a part comes from. Images, files, arguments of tool calls and the model's own reasoning aren't looked at.
fn source_of(role: &str, kind: Kind) -> Option<Source> {
    match (kind, role) {
        (Kind::ToolResult, _) | (Kind::Text, "tool" | "function") => Some(Source::ToolResults),
        (Kind::Text, "system" | "developer") => Some(Source::System),
        (Kind::Text, "assistant") => Some(Source::Assistant),
        (Kind::Text, _) => Some(Source::User),
        _ => None,
    }
}

impl Guard {
    /// Looks at the text, and at where it meets the one before it. It returns what follows from an attack.
    fn judge(&mut self, s: Source) -> Option<Verdict> {
        if self.text.is_empty() {
            return None;
        }
        let mut f = self.detector.judge(&self.text);
        if f.score <= 0.0 {
            f = self.joints[s as usize].judge(&mut self.detector, &self.text);
        }
        if f.score > 0.0 {
            return Some(self.verdict(&f, s));
        }
        None
    }

    /// What follows from a finding. It names the class, and nothing of the text.
    fn verdict(&self, f: &Finding, s: Source) -> Verdict {
        if self.tag {
            return Verdict::tag("injection", f.topic.tag());
        }
        let place = match s {
            Source::ToolResults => " in a tool result",
            Source::Tools => " in a tool's description",
            _ => "",
        };
        Verdict::block(self.status, &["prompt injection (", f.topic.name(), ")", place].concat())
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod train;
