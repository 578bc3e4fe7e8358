//! Has every hook, and calls every function of the host: TestRustContract looks at its imports and exports.

use std::time::Duration;
use yett::abi::Level;
use yett::config::Value;
use yett::metrics::{Counter, Gauge, Histogram};
use yett::scan::{Hits, Set};
use yett::{body, cache, clock, http, kv, llm, log, random, secret, tokens};
use yett::{
    Call, Candidates, Capability, Delta, Deltaer, Error, ErrorHandler, Failure, Logger, Part, Plugin, Request,
    Requester, Responder, Response, Router, StreamEnder, ToolCaller, UpstreamRequester, Verdict,
};

struct Everything {
    counter: Counter,
    gauge: Gauge,
    histogram: Histogram,
    set: Set,
    hits: Hits,
}

yett::plugin!(
    Everything: Requester, Router, UpstreamRequester, Responder, Deltaer, StreamEnder, ToolCaller, ErrorHandler, Logger
);

impl Plugin for Everything {
    fn new(_: &Value) -> Result<Self, String> {
        if !yett::offers(Capability::Kv) {
            return Err(Level::Error.name().into());
        }
        Ok(Everything {
            counter: Counter::new("a"),
            gauge: Gauge::new("b"),
            histogram: Histogram::new("c"),
            set: Set::new(&["a"])?,
            hits: Hits::new(),
        })
    }
}

const SPACE: kv::Space = kv::Space("seen");

fn ask(r: &Request) -> Result<(), Error> {
    let mut bytes = random_bytes()?;
    SPACE.put("k", &bytes, Duration::ZERO)?;
    SPACE.compare_and_set("k", SPACE.get("k").as_deref(), &[], Duration::ZERO)?;
    if SPACE.incr("n", 1, Duration::ZERO).is_none() {
        SPACE.delete("n");
    }
    secret::attach("key", "authorization", "Bearer ")?;
    let answer = http::Request::post("https://a.test").body(&bytes).send()?;
    bytes.extend(answer.header("x-a").unwrap_or_default().bytes());
    answer.append_body(&mut bytes);
    cache::append("a", &mut bytes);
    cache::put("a", &bytes, Duration::ZERO)?;
    let n = tokens::count(&r.model())? + tokens::of_part(r.message(0).part(0))? + tokens::of_prompt()?;
    let text = llm::Question::new("m").ask(&n.to_string())?;
    r.set_state(&body::request()?)?;
    r.set_param("a", &text)?;
    r.message(r.num_messages() - 1).part(0).set_text(&text)
}

fn random_bytes() -> Result<Vec<u8>, Error> {
    let mut b = vec![0; 8];
    random::fill(&mut b)?;
    Ok(b)
}

impl Requester for Everything {
    fn on_request(&mut self, r: &Request) -> Verdict {
        if let Err(e) = self.set.find_in(r.message(0).part(0), &mut self.hits) {
            return e.into();
        }
        ask(r).map_or_else(Verdict::from, |()| Verdict::CONTINUE)
    }
}

impl Router for Everything {
    fn on_route(&mut self, _: &Request, c: &Candidates) -> Verdict {
        Verdict::choose(c.len())
    }
}

impl UpstreamRequester for Everything {
    fn on_upstream_request(&mut self, _: &Request) -> Verdict {
        Verdict::CONTINUE
    }
}

impl Responder for Everything {
    fn on_response(&mut self, r: &Response) -> Verdict {
        let all = body::answer().unwrap_or_default();
        self.histogram.observe(all.len() as f64);
        Verdict::tag("model", &r.model().unwrap_or_default())
    }
}

impl Deltaer for Everything {
    fn on_delta(&mut self, d: &Delta) -> Verdict {
        let open = self.set.find_window(d, &mut self.hits).map(|open| open.min(self.set.open(d.window(), 0)));
        match open.and_then(|open| self.set.find(d.window(), open, &mut self.hits).map(|()| open)) {
            Ok(open) => Verdict::hold(d.window().len() - open),
            Err(e) => e.into(),
        }
    }
}

impl StreamEnder for Everything {
    fn on_stream_end(&mut self, _: &Response) -> Verdict {
        self.counter.inc();
        Verdict::CONTINUE
    }
}

impl ToolCaller for Everything {
    fn on_tool_call(&mut self, _: &Response, call: Part<'_>) -> Verdict {
        Verdict::block(403, &call.name().unwrap_or_default())
    }
}

impl ErrorHandler for Everything {
    fn on_error(&mut self, c: &Call, kind: Failure) -> Verdict {
        log::warn(&c.header("x-a").unwrap_or_default());
        Verdict::retry(kind == Failure::Timeout)
    }
}

impl Logger for Everything {
    fn on_log(&mut self, r: &Response) -> Verdict {
        self.gauge.set((clock::unix_millis() + r.state().map_or(0, |s| s.len() as u64)) as f64);
        Verdict::CONTINUE
    }
}
