//! The bundled plugin router/keywords: it chooses a target or a model by words in the prompt.

mod automaton;
mod fold;
mod letters;
mod rules;
mod seek;
#[rustfmt::skip]
mod tables;

use automaton::Automaton;
use fold::Folded;
use letters::bounded;
use rules::{Choice, Reader, Rule, EVERYWHERE, LAST, USER};
use yett::config::Value;
use yett::{Candidates, Kind, Message, Plugin, Request, Requester, Router, Verdict};

/// The plugin. Its buffers are used again.
struct Keywords {
    rules: Vec<Rule>,
    otherwise: Option<Choice>,
    /// Those that some rule looks in.
    scopes: u8,
    /// Bytes of a prompt.
    most: usize,
    /// By word: whether it must be whole.
    whole: Vec<bool>,
    automaton: Automaton,

    /// By word: where it is.
    found: Vec<u8>,
    /// A word was found.
    any: bool,
    /// Hits that are still looked at.
    hits: u32,
    text: Vec<u8>,
    folded: Folded,
}

yett::plugin!(Keywords: Requester, Router);

/// How many places at which a word stands are looked at in a prompt. One whose edges are looked at counts for some more.
const MAX_HITS: u32 = 40_000;
const EDGE_HITS: u32 = 9;

impl Plugin for Keywords {
    fn new(config: &Value) -> Result<Self, String> {
        let mut words = Reader::default();
        let mut rules = Vec::new();
        for (n, v) in config.list("rules").iter().enumerate() {
            rules.push(Rule::new(v, &mut words).map_err(|e| ["rules[", &n.to_string(), "]: ", &e].concat())?);
        }
        if rules.is_empty() {
            return Err("rules is empty".into());
        }
        let otherwise = Choice::new(config, "default");
        if config.has("default") && otherwise.is_none() {
            return Err("default is a place from 0 or a name".into());
        }
        let most = match usize::try_from(config.int("max_bytes", 64 << 10)) {
            Ok(n) if n > 0 => n,
            _ => return Err("max_bytes must be above 0".into()),
        };
        let (texts, whole) = words.into_lists();
        Ok(Keywords {
            scopes: rules.iter().fold(0, |all, r| all | r.scope),
            rules,
            otherwise,
            most,
            automaton: Automaton::new(&texts)?,
            found: vec![0; whole.len()],
            any: false,
            whole,
            hits: 0,
            text: Vec::new(),
            folded: Folded::default(),
        })
    }
}

impl Router for Keywords {
    /// Chooses among a model's targets.
    fn on_route(&mut self, r: &Request, candidates: &Candidates) -> Verdict {
        self.look(r);
        match self.choice().and_then(|c| c.among(candidates)) {
            Some(i) => Verdict::choose(i),
            None => Verdict::CONTINUE, // the model's own order
        }
    }
}

impl Requester for Keywords {
    /// Sends the request to another model, where the plugin is a stage of a pipeline.
    fn on_request(&mut self, r: &Request) -> Verdict {
        self.look(r);
        match self.choice() {
            Some(Choice::Name(to)) if *to != r.model() => Verdict::reroute(to),
            _ => Verdict::CONTINUE,
        }
    }
}

impl Keywords {
    /// The choice of the first rule that fits.
    fn choice(&self) -> Option<&Choice> {
        let fits = self.rules.iter().find(|r| r.fits(&self.found, self.any));
        fits.map_or(self.otherwise.as_ref(), |r| Some(&r.to))
    }

    /// Finds the words of the prompt, from its newest message to its oldest.
    fn look(&mut self, r: &Request) {
        if self.any {
            self.found.fill(0);
            self.any = false;
        }
        self.hits = MAX_HITS;
        let (mut left, mut newest) = (self.most, true);
        for m in r.messages().rev() {
            if left == 0 {
                return;
            }
            let mut scope = EVERYWHERE;
            if m.has_role("user") {
                scope |= USER;
                if newest {
                    scope |= LAST;
                }
                newest = false;
            }
            if scope & self.scopes != 0 {
                left = self.message(m, scope, left);
            }
            if !newest && self.scopes == LAST {
                return;
            }
        }
    }

    /// Looks at a message's texts, and returns how many bytes are left to look at.
    fn message(&mut self, m: Message<'_>, scope: u8, mut left: usize) -> usize {
        for p in m.parts().rev() {
            if left == 0 || self.hits == 0 {
                break;
            }
            if matches!(p.kind(), Kind::Image | Kind::File | Kind::Other) {
                continue; // data, not words
            }
            self.text.clear();
            p.append_text(&mut self.text);
            self.text.truncate(left);
            left -= self.text.len();
            self.words(scope);
        }
        left
    }

    /// Finds the words of the present text.
    fn words(&mut self, scope: u8) {
        let Keywords { folded, found, any, whole, hits, .. } = self;
        folded.fold(&self.text);
        self.automaton.scan(folded, |word, from, to| {
            *hits -= 1;
            if found[word] & scope == scope {
                return *hits > 0;
            }
            if whole[word] {
                *hits = hits.saturating_sub(EDGE_HITS);
                if !bounded(folded.text(), from, to) {
                    return *hits > 0;
                }
            }
            found[word] |= scope;
            *any = true;
            *hits > 0
        });
    }
}

#[cfg(test)]
mod tests;
