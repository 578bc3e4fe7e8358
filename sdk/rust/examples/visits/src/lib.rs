//! Refuses consumers who ask too often, and measures how long answers took: an example of the capabilities.

use core::time::Duration;
use yett::config::Value;
use yett::kv::Space;
use yett::metrics::{Counter, Histogram};
use yett::{clock, log, random, Logger, Plugin, Request, Requester, Response, Verdict};

/// How often each consumer came within the window that runs.
const VISITS: Space = Space("visits");

struct Visits {
    most: i64,
    window: Duration,
    /// One visit in so many is logged, 0: none.
    sample: u32,
    refused: Counter,
    seconds: Histogram,
}

yett::plugin!(Visits: Requester, Logger);

impl Plugin for Visits {
    fn new(config: &Value) -> Result<Self, String> {
        let window = u64::try_from(config.int("window_s", 60)).map_err(|_| "window_s must be above 0")?;
        Ok(Visits {
            most: config.int("most", 100),
            window: Duration::from_secs(window),
            sample: u32::try_from(config.int("sample", 0)).map_err(|_| "sample must be a small number")?,
            refused: Counter::new("refused"),
            seconds: Histogram::new("answer_seconds"),
        })
    }
}

impl Visits {
    /// Draws whether a visit is logged.
    fn is_sampled(&self) -> bool {
        let mut b = [0; 4];
        self.sample > 0 && random::fill(&mut b).is_ok() && u32::from_le_bytes(b) % self.sample == 0
    }
}

impl Requester for Visits {
    fn on_request(&mut self, r: &Request) -> Verdict {
        let who = r.consumer().unwrap_or_else(|| r.client_ip());
        let visits = match VISITS.incr(&who, 1, self.window) {
            Some(n) => n,
            None => {
                log::error("visits can't be counted; requests are refused");
                return Verdict::block(503, "try again later");
            }
        };
        if visits > self.most {
            self.refused.inc();
            log::warn(&["refused ", &who].concat());
            return Verdict::block(429, "too many requests");
        }
        if self.is_sampled() {
            log::info(&[&who, " came"].concat());
        }
        let left = (self.most - visits).to_string();
        let began = clock::unix_millis().to_le_bytes();
        if let Err(e) = r.set_state(&began).and_then(|()| r.set_answer_header("x-visits-left", &left)) {
            return e.into();
        }
        Verdict::tag("visits", &visits.to_string())
    }
}

impl Logger for Visits {
    fn on_log(&mut self, r: &Response) -> Verdict {
        let began = r.state().and_then(|b| <[u8; 8]>::try_from(b).ok()).map(u64::from_le_bytes);
        if let Some(began) = began {
            let took = clock::unix_millis().saturating_sub(began);
            self.seconds.observe(took as f64 / 1000.0);
        }
        Verdict::CONTINUE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use yett::testing::{Action, Conversation, Host, Message};

    fn visit(h: &mut Host<Visits>, who: &str) -> (Conversation, yett::testing::Outcome) {
        let mut c = Conversation::new(vec![Message::user("hello")]);
        c.consumer = Some(who.into());
        let got = h.request(&mut c);
        (c, got)
    }

    #[test]
    fn counts_by_consumer_tenant_and_window() {
        let mut h = Host::<Visits>::new(r#"{"most": 2, "window_s": 10}"#);
        h.set_now(1_000_000);
        for left in ["1", "0"] {
            let (c, got) = visit(&mut h, "ann");
            assert_eq!(got.action, Action::Tag);
            assert_eq!(c.answer_headers["x-visits-left"], left);
        }
        let (c, got) = visit(&mut h, "ann");
        assert_eq!((got.status, got.reason.as_str()), (429, "too many requests"));
        assert!(c.answer_headers.is_empty());
        assert_eq!(h.metric("refused"), Some(1.0));
        assert_eq!(h.lines(), ["warn: refused ann"]);
        assert_eq!(visit(&mut h, "bob").1.tag, "visits=1");
        h.set_tenant("other");
        assert_eq!(visit(&mut h, "ann").1.tag, "visits=1");
        h.set_tenant("");
        h.set_now(1_010_000);
        assert_eq!(visit(&mut h, "ann").1.tag, "visits=1");
    }

    #[test]
    fn measures_answers() {
        let mut h = Host::<Visits>::new("");
        h.set_now(5_000);
        let (mut c, _) = visit(&mut h, "ann");
        h.set_now(7_500);
        assert_eq!(h.log(&mut c).action, Action::Continue);
        assert_eq!(h.metric("answer_seconds"), Some(2.5));
        h.log(&mut Conversation::new(vec![])); // one that on_request never saw
        assert_eq!(h.metric("answer_seconds"), Some(2.5));
    }

    #[test]
    fn logs_a_sample() {
        for (sample, least, most) in [("0", 0, 0), ("2", 50, 150), ("1", 200, 200)] {
            let mut h = Host::<Visits>::new(&["{\"most\": 1000, \"sample\": ", sample, "}"].concat());
            for _ in 0..200 {
                visit(&mut h, "ann");
            }
            let n = h.lines().len();
            assert!((least..=most).contains(&n), "{n} of 200 lines at {sample}");
        }
    }
}
