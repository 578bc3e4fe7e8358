//! Pieces of a streamed answer.

use crate::desk::{too_many, Desk, Sight};
use crate::rules::{Finders, Place, Rules};
use crate::view::partial;
use crate::Guard;
use yett::scan::Hit;
use yett::{Delta, Deltaer, Kind, Verdict};

const WHOSE: &str = "the answer";

impl Deltaer for Guard {
    /// Looks at a window of a streamed answer, releases what is decided, and holds what could still become a match.
    fn on_delta(&mut self, d: &Delta) -> Verdict {
        let place = Place::of(d.kind(), Place::Answer);
        let f = self.rules.at(place);
        if !f.any() {
            return Verdict::CONTINUE;
        }
        self.desk.noted = false;
        let verdict = match d.kind() {
            Kind::ToolCall => self.arguments(d),
            _ => self.desk.text(&self.rules, f, d),
        };
        verdict.unwrap_or_else(|refused| refused)
    }
}

impl Desk {
    /// Is `on_delta` for plain text, which the host looks at where it is.
    fn text(&mut self, rules: &Rules, f: &Finders, d: &Delta) -> Result<Verdict, Verdict> {
        let window = d.window();
        let mut cut = window.len();
        self.passed.clear();
        self.hits.clear();
        if let Some(b) = &f.block {
            cut = b.set.find_window(d, &mut self.blocks).map_err(|_| too_many(rules, WHOSE))?;
            self.blocked(rules, b, window, cut, WHOSE)?;
        }
        if let Some(p) = &f.pass {
            cut = cut.min(p.set.find_window(d, &mut self.hits).map_err(|_| too_many(rules, WHOSE))?);
        }
        let part = partial(window);
        if part > 0 && !d.is_final() {
            cut = cut.min(window.len() - part);
        }
        let s = Sight::Plain(window);
        if cut < window.len() {
            cut = self.bounded(rules, f, s, cut, window.len())?;
        }
        let held = window.len() - cut;
        if self.hits.is_empty() {
            return Ok(Verdict::hold(held));
        }
        let changed = self.replace(rules, f, d, s, 0, cut);
        if self.noted && self.state.save(d).is_err() {
            return Err(Verdict::block(500, "the rules that were met can't be kept"));
        }
        Ok(if changed { Verdict::replace(&self.out, held) } else { Verdict::hold(held) })
    }

    /// Moves a cut out of the matches that it goes through, and holds it to the bound of what is held. `most` is the last
    /// place that a cut may have.
    fn bounded(&self, rules: &Rules, f: &Finders, s: Sight<'_>, cut: usize, most: usize) -> Result<usize, Verdict> {
        let mut cut = cut;
        loop {
            // What one set has decided may be open in the other.
            let before = cut;
            cut = around(self.passed.iter().copied(), cut);
            cut = around(self.hits.iter(), cut);
            if cut == before {
                break;
            }
        }
        if s.text().len() - s.place(cut) <= rules.hold {
            return Ok(cut);
        }
        if f.tags {
            return Ok(most); // nothing is kept from leaving anyway
        }
        let why = "the answer may hold what it mustn't, and the text in question is too long to be held back";
        Err(Verdict::block(rules.status, why))
    }
}

/// Moves a cut to the begin of the match that it goes through.
fn around(mut hits: impl Iterator<Item = Hit>, cut: usize) -> usize {
    hits.find(|h| h.start < cut && h.end > cut).map_or(cut, |h| h.start)
}

impl Guard {
    /// Is `on_delta` for the arguments of a tool call, whose view depends on what was before.
    fn arguments(&mut self, d: &Delta) -> Result<Verdict, Verdict> {
        let Guard { rules, desk, view, .. } = self;
        let f = rules.at(Place::ToolCalls);
        desk.noted = true;
        desk.state.load(d);
        let mut call = desk.state.arguments(d.channel());
        let is_final = d.is_final();
        view.text.clear();
        view.text.extend_from_slice(d.window());
        view.read(call.last, call.inside, is_final);
        let from = usize::from(call.last.is_some());
        let units = &view.units[..];
        let s = Sight::Json(view);

        let mut cut = units.len();
        desk.passed.clear();
        desk.hits.clear();
        if let Some(b) = &f.block {
            if !is_final {
                cut = b.set.open(units, from);
            }
            b.set.find(units, from, &mut desk.blocks).map_err(|_| too_many(rules, WHOSE))?;
            desk.blocked(rules, b, units, cut, WHOSE)?;
        }
        if let Some(p) = &f.pass {
            if !is_final {
                cut = cut.min(p.set.open(units, from));
            }
            p.set.find(units, from, &mut desk.hits).map_err(|_| too_many(rules, WHOSE))?;
        }
        if !is_final {
            // What isn't a whole escape or a whole number yet is held besides.
            cut = from.max(cut.min(view.whole).min(units.len() - partial(units)));
            cut = desk.bounded(rules, f, s, cut, view.whole)?;
        }

        let changed = desk.replace(rules, f, d, s, from, cut);
        let mut at = view.place(cut);
        if cut > from {
            call.last = Some(units[cut - 1]);
            call.inside = view.inside(cut);
        }
        if is_final {
            desk.out.extend_from_slice(&view.text[at..]);
            at = view.text.len();
        }
        desk.state.set_arguments(call);
        if desk.state.save(d).is_err() {
            return Err(Verdict::block(500, "the state of a tool call can't be kept"));
        }
        let held = view.text.len() - at;
        Ok(if changed { Verdict::replace(&desk.out, held) } else { Verdict::hold(held) })
    }
}
