//! Asks a server once, and its cache from then on: TestRustAsks runs it.

use std::time::Duration;
use yett::config::Value;
use yett::{body, cache, http, secret, Error, Plugin, Request, Requester, Verdict};

struct Asks {
    url: String,
}

yett::plugin!(Asks: Requester);

impl Plugin for Asks {
    fn new(config: &Value) -> Result<Self, String> {
        Ok(Asks { url: config.text("word", "").into() })
    }
}

impl Asks {
    fn ask(&self) -> Result<Verdict, Error> {
        if let Some(known) = cache::get("answer") {
            return Ok(Verdict::respond(&["known: ", &String::from_utf8_lossy(&known)].concat()));
        }
        let raw = body::request()?;
        let mut four = [0; 4];
        if body::read_request(2, &mut four)? != raw.len() - 2 || four != raw[2..6] {
            return Ok(Verdict::block(500, "the body's piece isn't a piece of the body"));
        }
        if body::read_request(raw.len() + 1, &mut four) != Err(Error::BadRange) {
            return Ok(Verdict::block(500, "the body goes on beyond its end"));
        }
        if http::Request::get("https://elsewhere.test/").send().err() != Some(Error::NotGranted) {
            return Ok(Verdict::block(500, "a call that isn't granted was made"));
        }
        secret::attach("key", "authorization", "Bearer ")?;
        let call = http::Request::post(&self.url).header("content-type", "text/plain").body(&raw);
        let answer = call.timeout(Duration::from_secs(5)).send()?;
        let kind = answer.header("x-kind").unwrap_or_default();
        let text = format!("{} {kind} {}", answer.status(), String::from_utf8_lossy(&answer.body()));
        cache::put("answer", text.as_bytes(), Duration::from_secs(60))?;
        Ok(Verdict::respond(&text))
    }
}

impl Requester for Asks {
    fn on_request(&mut self, _: &Request) -> Verdict {
        self.ask().unwrap_or_else(Verdict::from)
    }
}
