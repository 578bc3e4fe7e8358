//! Puts names in the place of what patterns match: an example of patterns that the host runs, and of a stream that holds
//! no more than what could still become a match.

use yett::config::Value;
use yett::scan::{Hits, Set};
use yett::{Delta, Deltaer, Error, Plugin, Request, Requester, Verdict};

/// The most bytes that are held back, as plugin.json says. A match that is still open then is given up.
const HOLD: usize = 1024;

/// The plugin. Its buffers are used again, so that a hook that finds nothing doesn't allocate.
struct Redact {
    set: Set,
    /// "[NAME]" of each pattern.
    names: Vec<String>,
    hits: Hits,
    out: Vec<u8>,
}

yett::plugin!(Redact: Requester, Deltaer);

impl Plugin for Redact {
    fn new(config: &Value) -> Result<Self, String> {
        let patterns = config.get("patterns").members();
        let list: Vec<&str> = patterns.iter().filter_map(|p| p.1.as_str()).collect();
        if list.is_empty() || list.len() < patterns.len() {
            return Err("patterns must be an object of texts".into());
        }
        Ok(Redact {
            set: Set::new(&list)?,
            names: patterns.iter().map(|p| ["[", &p.0, "]"].concat()).collect(),
            hits: Hits::new(),
            out: Vec::new(),
        })
    }
}

impl Redact {
    /// Writes the text up to `to` to `out`, with names in the place of hits that begin there.
    fn write(&mut self, text: &[u8], to: usize) {
        self.out.clear();
        let mut at = 0;
        for hit in self.hits.iter().filter(|h| h.start < to) {
            self.out.extend_from_slice(&text[at..hit.start]);
            self.out.extend_from_slice(self.names[hit.pattern].as_bytes());
            at = hit.end;
        }
        self.out.extend_from_slice(&text[at..to]);
    }

    /// Texts without a hit, which are the most, are never read.
    fn redact(&mut self, r: &Request) -> Result<(), Error> {
        for part in r.messages().flat_map(|m| m.parts()) {
            self.set.find_in(part, &mut self.hits)?;
            if self.hits.is_empty() {
                continue;
            }
            let text = part.text();
            self.write(text.as_bytes(), text.len());
            part.set_bytes(&self.out)?;
        }
        Ok(())
    }
}

impl Requester for Redact {
    fn on_request(&mut self, r: &Request) -> Verdict {
        match self.redact(r) {
            Ok(()) => Verdict::CONTINUE,
            Err(e) => e.into(), // what can't be redacted doesn't pass
        }
    }
}

impl Deltaer for Redact {
    fn on_delta(&mut self, d: &Delta) -> Verdict {
        let window = d.window();
        let mut open = match self.set.find_window(d, &mut self.hits) {
            Ok(open) => open,
            Err(e) => return e.into(),
        };
        if window.len() - open > HOLD {
            open = window.len();
        }
        let held = window.len() - open;
        if self.hits.iter().all(|h| h.start >= open) {
            return Verdict::hold(held);
        }
        self.write(window, open);
        Verdict::replace(&self.out, held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yett::testing::{Action, Conversation, Host, Message};
    use yett::Kind;

    const CONFIG: &str =
        r#"{"patterns": {"CARD": "\\b4\\d{3}( ?\\d{4}){3}\\b", "MAIL": "[\\w.]+@[\\w.]+\\.(com|org)\\b"}}"#;

    #[test]
    fn redacts_requests() {
        let mut h = Host::<Redact>::new(CONFIG);
        let mut c = Conversation::new(vec![
            Message::system("clean"),
            Message::user("4111 1111 1111 1111, joe@example.com"),
            Message::tool_result("1", "4111111111111111 é"),
        ]);
        assert_eq!(h.request(&mut c).action, Action::Edited);
        let texts: Vec<String> = c.messages.iter().map(Message::text).collect();
        assert_eq!(texts, ["clean", "[CARD], [MAIL]", "[CARD] é"]);
        assert_eq!(h.request(&mut Conversation::new(vec![Message::user("hello")])).action, Action::Continue);
    }

    /// Wherever a stream is cut, the reader gets the same.
    #[test]
    fn redacts_streams_cut_anywhere() {
        let mut h = Host::<Redact>::new(CONFIG);
        let text = "é 4111 1111 1111 1111 or a.b@c.org? 41111 x@y.comé z@z.com";
        let want = "é [CARD] or [MAIL]? 41111 [MAIL]é [MAIL]";
        for i in (0..=text.len()).filter(|i| text.is_char_boundary(*i)) {
            for j in (i..=text.len()).filter(|j| text.is_char_boundary(*j)) {
                let mut c = Conversation::new(vec![]);
                let (got, _) = h.stream(&mut c, Kind::Text, 0).send_all(&[&text[..i], &text[i..j], &text[j..]]);
                assert_eq!(got, want, "cut at {i} and {j}");
            }
        }
    }

    #[test]
    fn gives_up_what_is_too_long() {
        let mut h = Host::<Redact>::new(r#"{"patterns": {"X": "a[^.]*\\."}}"#);
        let mut c = Conversation::new(vec![]);
        let mut s = h.stream(&mut c, Kind::Text, 0);
        assert_eq!(s.send(&"a".repeat(HOLD)).0, "");
        assert_eq!(s.send("b").0.len(), HOLD + 1);
    }

    #[test]
    fn refuses_configurations() {
        for config in ["{}", r#"{"patterns": {"A": 1}}"#, r#"{"patterns": {"A": "("}}"#] {
            assert!(Host::<Redact>::try_new(config).is_err(), "{config}");
        }
        let why = Host::<Redact>::try_new(r#"{"patterns": {"A": "a", "B": "b*"}}"#).err().unwrap();
        assert!(why.starts_with("pattern 1: "), "{why}");
    }
}
