//! The bundled plugin transform/decorate: it puts texts before and after the system prompt and the user's messages. Texts
//! may hold variables.

mod date;
mod template;

use template::{Room, Template};
use yett::config::Value;
use yett::{clock, Error, Hook, HookSet, Kind, Part, Plugin, Request, Requester, Verdict};

/// The plugin.
struct Decorate {
    prepend_system: Template,
    append_system: Template,
    prepend_user: Template,
    append_user: Template,
    room: Room,
}

yett::plugin!(Decorate: Requester);

impl Plugin for Decorate {
    fn new(config: &Value) -> Result<Self, String> {
        Self::read(config, clock::if_granted().is_some())
    }

    fn spare(&self) -> HookSet {
        let all = [&self.prepend_system, &self.append_system, &self.prepend_user, &self.append_user];
        HookSet::NONE.with_if(all.iter().all(|t| t.some().is_none()), Hook::OnRequest)
    }
}

impl Decorate {
    /// Reads the templates. `clock` tells whether there is one.
    fn read(config: &Value, clock: bool) -> Result<Self, String> {
        let vars = config.get("variables");
        let read = |name: &str| {
            let t = Template::read(config.text(name, ""), vars).map_err(|what| [name, ": ", &what].concat())?;
            if t.has_date() && !clock {
                return Err([name, ": {{date}} needs the clock: grant { time = true }"].concat());
            }
            Ok(t)
        };
        Ok(Decorate {
            prepend_system: read("prepend_system")?,
            append_system: read("append_system")?,
            prepend_user: read("prepend_user")?,
            append_user: read("append_user")?,
            room: Room::default(),
        })
    }

    fn decorate_system(&mut self, r: &Request) -> Result<(), Error> {
        if let Some(t) = self.prepend_system.some() {
            r.prepend_system(t.fill(r, &mut self.room)?)?;
        }
        if let Some(t) = self.append_system.some() {
            r.append_system(t.fill(r, &mut self.room)?)?;
        }
        Ok(())
    }

    fn decorate_user(&mut self, r: &Request) -> Result<(), Error> {
        if let Some(t) = self.prepend_user.some() {
            if let Some(first) = users(r).next() {
                first.prepend(t.fill(r, &mut self.room)?)?;
            }
        }
        if let Some(t) = self.append_user.some() {
            if let Some(last) = users(r).next_back() {
                last.append(t.fill(r, &mut self.room)?)?;
            }
        }
        Ok(())
    }
}

/// The user's texts.
fn users(r: &Request) -> impl DoubleEndedIterator<Item = Part<'_>> {
    r.messages().filter(|m| m.has_role("user")).flat_map(|m| m.parts()).filter(|p| p.kind() == Kind::Text)
}

impl Requester for Decorate {
    /// Adds the texts.
    fn on_request(&mut self, r: &Request) -> Verdict {
        if self.decorate_system(r).is_err() {
            return Verdict::block(500, "the system prompt can't be decorated");
        }
        if self.decorate_user(r).is_err() {
            return Verdict::block(500, "the user's message can't be decorated");
        }
        Verdict::CONTINUE
    }
}

#[cfg(test)]
mod tests;
