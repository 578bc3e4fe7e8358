//! Refuses or masks words in requests and answers, streamed ones included: a template for guards of your own.

mod words;

use words::{Scan, Words};
use yett::config::Value;
use yett::{Delta, Deltaer, Error, Plugin, Request, Requester, Verdict};

/// The plugin. Its buffers are used again, so that a hook that finds nothing doesn't allocate.
struct Keyword {
    words: Words,
    block: bool,
    mask: Vec<u8>,
    status: u16,
    text: Vec<u8>,
    out: Vec<u8>,
}

yett::plugin!(Keyword: Requester, Deltaer);

impl Plugin for Keyword {
    fn new(config: &Value) -> Result<Self, String> {
        let mask = config.text("mask", "***");
        if mask.chars().any(|c| c == '"' || c == '\\' || c < ' ') {
            return Err("mask may hold no quotes, backslashes and line ends: it must fit into JSON".into());
        }
        if config.texts("words").count() == 0 || config.texts("words").any(str::is_empty) {
            return Err("words must be a list of texts that aren't empty".into());
        }
        Ok(Keyword {
            words: Words::new(config.texts("words")),
            block: config.text("action", "block") == "block",
            mask: mask.into(),
            status: u16::try_from(config.int("status", 403)).map_err(|_| "status is no HTTP status")?,
            text: Vec::new(),
            out: Vec::new(),
        })
    }
}

impl Keyword {
    /// Scans the text in `self.text` as a whole.
    fn scan(&mut self) -> Scan {
        self.words.replace(&self.text, true, &self.mask, &mut self.out)
    }

    fn refuse(&self) -> Verdict {
        Verdict::block(self.status, "a word in it isn't allowed here")
    }

    /// Masks every text of the request that a model reads, and tells whether there was a word.
    fn mask_request(&mut self, r: &Request) -> Result<bool, Error> {
        let mut found = false;
        for part in r.messages().flat_map(|m| m.parts()) {
            self.text.clear();
            if part.append_text(&mut self.text) && self.scan().hits > 0 {
                found = true;
                part.set_bytes(&self.out)?;
            }
        }
        for tool in r.tools() {
            self.text.clear();
            if tool.append_description(&mut self.text) && self.scan().hits > 0 {
                found = true;
                tool.set_description(&String::from_utf8_lossy(&self.out))?;
            }
        }
        Ok(found)
    }
}

impl Requester for Keyword {
    fn on_request(&mut self, r: &Request) -> Verdict {
        match self.mask_request(r) {
            Ok(true) if self.block => self.refuse(),
            Ok(_) => Verdict::CONTINUE,
            Err(e) => e.into(), // what can't be masked doesn't pass
        }
    }
}

impl Deltaer for Keyword {
    fn on_delta(&mut self, d: &Delta) -> Verdict {
        let scan = self.words.replace(d.window(), d.is_final(), &self.mask, &mut self.out);
        match scan.hits {
            0 => Verdict::hold(scan.held),
            _ if self.block => self.refuse(),
            _ => Verdict::replace(&self.out, scan.held),
        }
    }
}

#[cfg(test)]
mod tests;
