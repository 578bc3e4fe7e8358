//! What `plugin.json` promises, as far as the test host can hold a plugin to it.

use crate::abi::{Capability, Hook, MAX_HOLD, VERSION};
use crate::config::Value;

/// What `plugin.json` promises.
#[derive(Debug, Default)]
pub(crate) struct Manifest {
    /// The capabilities in "wants".
    pub(crate) wants: Vec<Capability>,
    /// The stream mode lets it change streams: it is "transform" or "buffer".
    pub(crate) transforms: bool,
    /// The most bytes that are held back.
    pub(crate) hold: usize,
}

impl Manifest {
    /// Reads a manifest; `hooks` are those that the plugin exports.
    pub(crate) fn read(text: &[u8], hooks: u16) -> Result<Manifest, String> {
        let v = Value::parse(text).map_err(|_| "it isn't JSON".to_string())?;
        const MEMBERS: [&str; 11] = [
            "name",
            "version",
            "abi",
            "description",
            "licence",
            "source",
            "hooks",
            "wants",
            "pure",
            "stream",
            "limits",
        ];
        for (name, _) in v.members() {
            if !MEMBERS.contains(&name.as_str()) && name != "config" {
                return Err(format!("it has a member {name:?} that doesn't exist"));
            }
        }
        for name in ["name", "version"] {
            if v.text(name, "").is_empty() {
                return Err(format!("it has no {name}"));
            }
        }
        if v.int("abi", 0) != i64::from(VERSION) {
            return Err(format!("\"abi\" must be {VERSION}"));
        }
        for name in v.texts("hooks") {
            let known = Hook::ALL.iter().find(|h| h.name() == name);
            if !known.map_or(false, |h| hooks & (1 << *h as u16) != 0) {
                return Err(format!("it names hook {name}, which yett::plugin! doesn't list"));
            }
        }
        let mut m = Manifest::default();
        for (name, why) in v.get("wants").members() {
            match Capability::ALL.iter().find(|c| c.name() == name) {
                Some(c) if why.as_str().map_or(false, |w| !w.is_empty()) => m.wants.push(*c),
                Some(_) => return Err(format!("it wants capability {name} without a reason")),
                None => return Err(format!("it wants a capability {name:?} that doesn't exist")),
            }
        }
        let stream = v.get("stream");
        m.transforms = match stream.text("mode", "observe") {
            "transform" | "buffer" => true,
            "observe" => false,
            other => return Err(format!("it has a stream mode {other:?} that doesn't exist")),
        };
        m.hold = usize::try_from(stream.int("hold", 0))
            .ok()
            .filter(|n| *n <= MAX_HOLD)
            .ok_or_else(|| format!("stream.hold may be 0 to {MAX_HOLD}"))?;
        Ok(m)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_promises_and_refuses_mistakes() {
        let ok = r#"{"name": "a/b", "version": "1.0.0", "abi": 1, "hooks": ["on_delta"], "pure": true, "limits": {},
            "wants": {"kv": "counts"}, "stream": {"mode": "transform", "hold": 64}, "config": {"type": "object"}}"#;
        let m = Manifest::read(ok.as_bytes(), 1 << Hook::OnDelta as u16).unwrap();
        assert_eq!((m.wants, m.transforms, m.hold), (vec![Capability::Kv], true, 64));
        for (mode, transforms) in [("observe", false), ("transform", true), ("buffer", true)] {
            let text = ok.replace("transform", mode);
            let m = Manifest::read(text.as_bytes(), 1 << Hook::OnDelta as u16).unwrap();
            assert_eq!(m.transforms, transforms, "{mode}");
        }
        let bad = [
            ("", "it isn't JSON"),
            ("[]", "it has no name"),
            (r#"{"name": "a"}"#, "it has no version"),
            (r#"{"name": "a", "version": "1", "abi": 2}"#, "\"abi\" must be 1"),
            (r#"{"nmae": "a"}"#, "it has a member \"nmae\" that doesn't exist"),
            (
                r#"{"name": "a", "version": "1", "abi": 1, "hooks": ["on_log"]}"#,
                "it names hook on_log, which yett::plugin! doesn't list",
            ),
            (
                r#"{"name": "a", "version": "1", "abi": 1, "wants": {"kv": ""}}"#,
                "it wants capability kv without a reason",
            ),
            (
                r#"{"name": "a", "version": "1", "abi": 1, "wants": {"fs": "x"}}"#,
                "it wants a capability \"fs\" that doesn't exist",
            ),
            (
                r#"{"name": "a", "version": "1", "abi": 1, "stream": {"mode": "x"}}"#,
                "it has a stream mode \"x\" that doesn't exist",
            ),
            (r#"{"name": "a", "version": "1", "abi": 1, "stream": {"hold": 65537}}"#, "stream.hold may be 0 to 65536"),
            (r#"{"name": "a", "version": "1", "abi": 1, "stream": {"hold": -1}}"#, "stream.hold may be 0 to 65536"),
        ];
        for (text, want) in bad {
            assert_eq!(Manifest::read(text.as_bytes(), 1 << Hook::OnDelta as u16).unwrap_err(), want, "{text}");
        }
    }
}
