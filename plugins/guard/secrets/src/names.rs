//! The names of values: what a name tells of its value.

use crate::class::{class, is, lower, Class, ALNUM, DOT, NAME, QUOTE, WHITE};
use crate::heads::{packed, three, with, Heads, WORDS};

/// How much a name tells of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// A vendor's name: values of keys are long and random.
    Vendor,
    /// Token, secret, API key.
    Key,
    /// Anything may be one.
    Password,
}

/// Names of secrets, without what stands between their words.
#[rustfmt::skip]
const PASSWORDS: &[&str] = &[
    "password", "passwd", "passwort", "passphrase", "contrasena", "motdepasse", "senha", "kennwort", "parola",
    "passcode", "userpass", "dbpass", "adminpass", "rootpass",
];
#[rustfmt::skip]
const KEYS: &[&str] = &[
    "secret", "token", "apikey", "accesskey", "privatekey", "authkey", "accountkey", "sharedkey", "sharedaccesskey",
    "masterkey", "encryptionkey", "encryptkey", "signingkey", "signaturekey", "licensekey", "servicekey",
    "subscriptionkey", "credential", "clientkey", "consumerkey", "appkey", "authorization", "cookiesalt",
    "sessionkey", "webhookkey", "serverkey", "adminkey", "sshkey", "hmackey", "aeskey", "cryptkey",
];
#[rustfmt::skip]
const VENDORS: &[&str] = &[
    "adafruit", "adobe", "airtable", "algolia", "alibaba", "asana", "atlassian", "jira", "confluence", "aws", "azure",
    "beamer", "bitbucket", "bittrex", "cloudflare", "codecov", "cohere", "coinbase", "confluent", "contentful",
    "databricks", "datadog", "discord", "droneci", "dropbox", "etsy", "facebook", "fastly", "finnhub", "flickr",
    "freshbooks", "gitter", "gocardless", "heroku", "hubspot", "intercom", "artifactory", "bintray", "kraken",
    "kucoin", "launchdarkly", "linear", "linkedin", "lob", "looker", "mailchimp", "mailgun", "mapbox", "mattermost",
    "meraki", "messagebird", "mistral", "deepseek", "netlify", "newrelic", "nytimes", "okta", "openai", "plaid",
    "rapidapi", "sendbird", "sentry", "snyk", "sonar", "squarespace", "sumologic", "sumo", "telegram", "travis",
    "trello", "twilio", "twitch", "twitter", "typeform", "yandex", "zendesk", "sidekiq", "finicity", "etherscan",
    "infura", "alchemy", "auth0", "gitlabsession", "newyorktimes", "privateai", "contribsys", "jfrog", "dnkey",
    "pagerduty", "segment", "amplitude",
];

/// The ends of names whose values aren't secrets.
#[rustfmt::skip]
const HARMLESS: &[&str] = &[
    "name", "path", "file", "filename", "url", "uri", "type", "length", "size", "count", "field", "label", "hint",
    "policy", "regex", "expires", "expiresin", "expiry", "ttl", "limit", "limits", "prefix", "version", "region",
    "arn", "endpoint", "host", "env", "var", "header", "placeholder", "tokens", "budget", "usage", "column", "at",
    "date", "time",
];

/// How many names of secrets there are.
const COUNT: usize = PASSWORDS.len() + KEYS.len() + VENDORS.len();

const fn known(n: usize) -> (&'static [u8], Strength) {
    if n < PASSWORDS.len() {
        return (PASSWORDS[n].as_bytes(), Strength::Password);
    }
    if n < PASSWORDS.len() + KEYS.len() {
        return (KEYS[n - PASSWORDS.len()].as_bytes(), Strength::Key);
    }
    (VENDORS[n - PASSWORDS.len() - KEYS.len()].as_bytes(), Strength::Vendor)
}

/// Where the names of each first unit begin in [`KNOWN`].
static LETTERS: [u8; 129] = FIRST;

const FIRST: [u8; 129] = {
    let (mut t, mut n) = ([0; 129], 0);
    while n < COUNT {
        t[known(n).0[0] as usize + 1] += 1;
        n += 1;
    }
    let mut c = 1;
    while c < t.len() {
        t[c] += t[c - 1];
        c += 1;
    }
    t
};

/// All names of secrets by their first unit.
static KNOWN: [(&[u8], Strength); COUNT] = {
    let (mut t, mut at, mut n) = ([known(0); COUNT], FIRST, 0);
    while n < COUNT {
        let c = known(n).0[0] as usize;
        t[at[c] as usize] = known(n);
        at[c] += 1;
        n += 1;
    }
    t
};

/// The first three units of names of secrets, and of types.
static STARTS: Heads = {
    let (mut t, mut n) = ([0; WORDS], 0);
    while n < COUNT {
        t = with(t, three(packed(known(n).0)));
        n += 1;
    }
    let (others, mut n) = (["pas", "pwd", "aut", "sig", "str", "tex", "con", "cha"], 0);
    while n < others.len() {
        t = with(t, three(packed(others[n].as_bytes())));
        n += 1;
    }
    Heads(t)
};

/// The units that names of keys end with, and the ends of harmless names: bit c is set for unit c.
const KEY_ENDS: u128 = ends(KEYS);
const HARMLESS_ENDS: u128 = ends(HARMLESS);

const fn ends(words: &[&str]) -> u128 {
    let (mut set, mut n) = (0, 0);
    while n < words.len() {
        let word = words[n].as_bytes();
        set |= 1 << word[word.len() - 1];
        n += 1;
    }
    set
}

fn in_set(c: u8, set: u128) -> bool {
    c < 0x80 && set >> c & 1 != 0
}

/// The longest name that is read.
const MAX_NAME: usize = 40;

/// Units that may stand between a name and its separator.
fn before_name(c: u8) -> bool {
    BEFORE[c as usize]
}

static BEFORE: [bool; 256] = {
    let (mut t, mut c) = ([false; 256], 0);
    while c < t.len() {
        let unit = c as u8;
        t[c] = class(unit) & (WHITE | QUOTE) != 0 || matches!(unit, b']' | b')' | b'*' | b'?');
        c += 1;
    }
    t
};

/// The units of names: letters in lower case and digits are themselves, others 1, and what ends a name is 0.
static UNITS: [u8; 256] = {
    let (mut t, mut c) = ([0; 256], 0);
    while c < t.len() {
        let k = class(c as u8);
        t[c] = if k & ALNUM != 0 { lower(c as u8) } else { (k & (NAME | DOT) != 0) as u8 };
        c += 1;
    }
    t
};

/// Tells, of most names that tell nothing, that `named` needn't look at the one before the separator at n.
pub fn may_name(u: &[u8], n: usize) -> bool {
    let mut k = n;
    while k > 0 && n - k < 6 && before_name(u[k - 1]) {
        k -= 1;
    }
    let (end, mut last) = (k, 0); // three units
    let stop = end.saturating_sub(MAX_NAME);
    while k > stop {
        let c = UNITS[u[k - 1] as usize];
        if c > 1 {
            last = last << 8 | u64::from(c);
            if STARTS.has(three(last)) {
                return true;
            }
        } else if c == 0 {
            break;
        }
        k -= 1;
    }
    if last == packed(b"pw") || last == packed(b"wp") {
        return true;
    }
    let mut end = end;
    while end > k && UNITS[u[end - 1] as usize] == 1 {
        end -= 1;
    }
    end > k && k > 0 && u[k - 1] == b' ' && in_set(UNITS[u[end - 1] as usize], KEY_ENDS)
}

/// What the name before the separator at n tells.
pub fn named(u: &[u8], n: usize) -> Option<Strength> {
    let mut k = n;
    while k > 0 && n - k < 6 && before_name(u[k - 1]) {
        k -= 1;
    }
    let end = k;
    k = back(u, end, NAME | DOT);
    let mut compact = Compact::new();
    compact.add(&u[k..end]);
    let last = *compact.get().last()?;
    if is_type(compact.get()) && k > 1 {
        return typed(u, k);
    }
    let got = strength(compact.get());
    if got.is_some() || !in_set(last, KEY_ENDS) {
        return got;
    }
    // "API key: …" in prose
    let mut before = k;
    while before > 0 && u[before - 1] == b' ' && k - before < 2 {
        before -= 1;
    }
    let first = back(u, before, NAME);
    if before == k || first == before {
        return None;
    }
    let mut both = Compact::new();
    both.add(&u[first..before]);
    both.add(&u[k..end]);
    KEYS.iter().any(|w| ends_with(both.get(), w.as_bytes())).then_some(Strength::Key)
}

/// Where a name begins that ends at n.
fn back(u: &[u8], end: usize, set: Class) -> usize {
    let mut k = end;
    while k > 0 && end - k < MAX_NAME && is(u[k - 1], set) {
        k -= 1;
    }
    k
}

/// What a name tells that has a type between it and the separator, as in `password: str = "…"`. The type begins at k.
fn typed(u: &[u8], k: usize) -> Option<Strength> {
    let (begin, mut k) = (k, k);
    while k > 0 && begin - k < 3 && matches!(u[k - 1], b' ' | b':') {
        k -= 1;
    }
    if k == 0 || u[k] != b':' {
        return None;
    }
    let mut compact = Compact::new();
    compact.add(&u[back(u, k, NAME | DOT)..k]);
    strength(compact.get())
}

fn is_type(compact: &[u8]) -> bool {
    matches!(compact, b"str" | b"string" | b"text" | b"conststring" | b"char")
}

/// The letters and digits of a name or two, in lower case.
struct Compact {
    room: [u8; 2 * MAX_NAME],
    len: usize,
}

impl Compact {
    fn new() -> Compact {
        Compact { room: [0; 2 * MAX_NAME], len: 0 }
    }

    fn add(&mut self, u: &[u8]) {
        for c in u.iter().filter(|c| is(**c, ALNUM)) {
            self.room[self.len] = lower(*c);
            self.len += 1;
        }
    }

    fn get(&self) -> &[u8] {
        &self.room[..self.len]
    }
}

/// What a name tells, given without what stands between its words and in lower case.
pub fn strength(compact: &[u8]) -> Option<Strength> {
    if compact.len() < 2 {
        return None;
    }
    if matches!(compact, b"pass" | b"pw") || compact.ends_with(b"pwd") {
        return Some(Strength::Password);
    }
    let best = match name_in(compact) {
        Some(best) => best,
        None => return matches!(compact, b"auth" | b"sig").then_some(Strength::Key),
    };
    if in_set(compact[compact.len() - 1], HARMLESS_ENDS) {
        let end = HARMLESS.iter().find(|w| ends_with(compact, w.as_bytes()));
        if matches!(end, Some(w) if w.len() < compact.len()) {
            return None;
        }
    }
    if best != Strength::Password && tells_nothing(compact) {
        return None;
    }
    Some(best)
}

/// Is `ends_with` of slices, which calls a function whatever the last units are.
fn ends_with(u: &[u8], end: &[u8]) -> bool {
    u.len() >= end.len() && u[u.len() - 1] == end[end.len() - 1] && begins_with(&u[u.len() - end.len()..], end)
}

/// Is `starts_with` of slices, which calls a function whatever the first units are.
fn begins_with(u: &[u8], text: &[u8]) -> bool {
    u.len() >= text.len() && text.iter().zip(u).all(|(a, b)| a == b)
}

/// Tells whether a word is in a name of which a value isn't secret.
fn tells_nothing(u: &[u8]) -> bool {
    (0..u.len()).any(|n| match u[n] {
        b'p' => begins_with(&u[n..], b"public"),
        b't' => begins_with(&u[n..], b"tokeniz") || begins_with(&u[n..], b"tokentype"),
        _ => false,
    })
}

/// The most that any name within u tells.
fn name_in(u: &[u8]) -> Option<Strength> {
    let (mut best, mut last) = (None, 0u64); // three units
    for (n, c) in u.iter().enumerate() {
        last = last >> 8 | u64::from(*c) << 16;
        if n < 2 || !STARTS.has(three(last)) {
            continue;
        }
        let first = (u[n - 2] & 0x7f) as usize;
        for (name, strength) in &KNOWN[LETTERS[first] as usize..LETTERS[first + 1] as usize] {
            if best < Some(*strength) && begins_with(&u[n - 1..], &name[1..]) {
                best = Some(*strength);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests;
