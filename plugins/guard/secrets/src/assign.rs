//! Secrets that a separator gives a name to, as in `password = "…"`, `"token": "…"` or `API_KEY=…`.

use crate::class::{
    contains, entropy, is, lower, wordy, Mix, ALNUM, DOT, LETTER, PUNCTUATION, QUOTE, UNDERSCORE, WHITE, WORD,
};
use crate::entity::Entity;
use crate::heads::{eight, starts};
use crate::names::{named, Strength};
use crate::reach::Reach;
use crate::scan::{Look, More, No, Outcome};
use crate::view::OTHER;

/// What a unit is behind a separator.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    /// Of a value.
    Begun,
    /// Of the separator: => := ||
    GoesOn,
    /// Of what stands before a value.
    Blank,
    /// Of what can't be a secret.
    Vain,
}

static AFTER: [After; 256] = {
    let (mut t, mut c) = ([After::Begun; 256], 0);
    while c < t.len() {
        t[c] = match c as u8 {
            b'=' | b':' | b'>' | b'|' => After::GoesOn,
            b'\t' | b' ' | b'*' => After::Blank,
            b'$' | b'{' | b'[' | b'<' | b'(' | b'%' | b',' | b'\r' | b'\n' => After::Vain,
            _ => After::Begun,
        };
        c += 1;
    }
    t
};

/// Tells whether a unit may go on with a separator.
pub fn goes_on(c: u8) -> bool {
    AFTER[c as usize] == After::GoesOn
}

/// Where the value begins whose separator is at n, `None` if none does that could be a secret.
pub fn value_at(u: &[u8], n: usize) -> Option<usize> {
    let after = |k: usize| u.get(k).map(|c| AFTER[*c as usize]);
    let mut k = n + 1;
    if u[n] != b',' {
        while k < n + 3 && after(k) == Some(After::GoesOn) {
            k += 1;
        }
    }
    let begin = k;
    while k < begin + 4 && after(k) == Some(After::Blank) {
        k += 1;
    }
    match after(k)? {
        After::Begun | After::GoesOn => Some(k),
        After::Blank | After::Vain => None,
    }
}

/// Tells whether the value at k is too short for a secret, of any format. A text that may go on makes it longer.
pub fn short_value(u: &[u8], k: usize, last: bool) -> bool {
    let quote = is(u[k], QUOTE);
    let mut rest = u[k + quote as usize..].iter().take(MIN_VALUE);
    let ends = |c: u8| {
        if quote {
            c == u[k] || c == b'\n' || c == b'\r'
        } else {
            is(c, WHITE | QUOTE | PUNCTUATION) || c == OTHER
        }
    };
    let full = rest.len() == MIN_VALUE;
    rest.any(|c| ends(*c)) || !full && last
}

/// The fewest units of a value.
const MIN_VALUE: usize = 6;

/// Tells whether what begins with a unit can't be a secret, so that it isn't held.
pub fn hopeless(c: u8) -> bool {
    matches!(AFTER[c as usize], After::Blank | After::Vain) && c >= b' '
}

/// The longest value that a name gives.
const MAX_VALUE: usize = 512;

impl Look<'_> {
    /// Looks for a secret that a separator at n gives a name to. The match is the value alone.
    pub fn assignment(&mut self, n: usize) -> Outcome {
        let k = match value_at(self.u, n) {
            Some(k) => k,
            None => return No,
        };
        if self.tried(k) {
            return No;
        }
        match named(self.u, n) {
            Some(strength) => self.value(k, strength),
            None => No,
        }
    }

    /// Tells, of most values at k that `value` would refuse whatever their name, that it would.
    fn tried(&self, k: usize) -> bool {
        let closing = if is(self.u[k], QUOTE) { self.u[k] } else { 0 };
        let k = k + (closing != 0) as usize;
        let r = &self.s.values[quoting(closing)];
        r.has(k)
            && (r.spent() || r.end() - k > MAX_VALUE)
            && !self.ended(r.end())
            && k + 8 <= self.u.len()
            && self.u[k] != b'-'
            && !self.may_start(k)
    }

    /// Reads the value of a name from k on.
    fn value(&mut self, k: usize, strength: Strength) -> Outcome {
        let (mut k, mut closing) = (k, 0);
        if is(self.u[k], QUOTE) {
            closing = self.u[k];
            k += 1;
        }
        if k >= self.u.len() || !self.s.wanted.has(Entity::Generic) && !self.s.wanted.has(Entity::CloudKey) {
            return No;
        }
        let out = self.specific(k);
        if !out.is_no() {
            return out;
        }
        let kind = quoting(closing);
        let mut end = self.value_reach(k, closing);
        if end - k > MAX_VALUE {
            return No;
        }
        if self.ended(end) {
            if hopeless(self.u[k]) {
                return No;
            }
            return More(k);
        }
        if closing != 0 && self.u.get(end) != Some(&closing) {
            closing = 0; // a quote that never closes
        }
        if closing == 0 {
            while end > k && is(self.u[end - 1], DOT) {
                end -= 1; // of the sentence
            }
        }
        if !self.s.values[kind].attempt() || !self.secret(k, end, closing != 0, strength) {
            return No;
        }
        Outcome::secret(k, end, Entity::Generic)
    }

    /// Looks for a secret of a known format at k.
    fn specific(&mut self, k: usize) -> Outcome {
        let c = self.u[k];
        if c == b'-' {
            return self.pem(k);
        }
        if !is(c, ALNUM) || k + 8 <= self.u.len() && !self.may_start(k) {
            return No;
        }
        let out = self.prefixed(k);
        if !out.is_no() {
            return out;
        }
        let out = self.jwt(k);
        if !out.is_no() {
            return out;
        }
        self.header(k)
    }

    /// Tells whether eight units at k may begin a secret of a known format.
    fn may_start(&self, k: usize) -> bool {
        let x = eight(self.u, k);
        starts(x) || matches!(lower(x as u8), b'b')
    }

    /// How far a value goes that begins at k.
    pub fn value_reach(&mut self, k: usize, closing: u8) -> usize {
        let r = &mut self.s.values[quoting(closing)];
        if r.has(k) {
            return r.end();
        }
        let rest = self.u[k..].iter();
        let len = if closing == 0 {
            rest.take_while(|c| !is(**c, WHITE | QUOTE | PUNCTUATION) && **c != OTHER).count()
        } else {
            rest.take_while(|c| **c != closing && **c != b'\n' && **c != b'\r').count()
        };
        *r = Reach::new(k, k + len);
        self.reached = true;
        k + len
    }

    /// Tells whether the value from k to end is a secret.
    fn secret(&self, k: usize, end: usize, quoted: bool, strength: Strength) -> bool {
        let v = &self.u[k..end];
        if !self.s.wanted.has(Entity::Generic) || v.len() < MIN_VALUE || hopeless(v[0]) {
            return false;
        }
        if !quoted && matches!(self.u.get(end), Some(b'(' | b'[')) {
            return false; // a call in a program
        }
        if v.len() < 10 && strength != Strength::Password || v.len() < 16 && strength == Strength::Vendor {
            return false;
        }
        if v.iter().any(|c| matches!(c, b' ' | b'\t')) {
            return false;
        }
        let m = Mix::of(v);
        let likely = if strength != Strength::Password {
            m.varied() && entropy(v) >= 290 && (quoted || !chain(v)) && !wordy(v) && !contains(v, b"://")
        } else if quoted {
            m.digits > 0 && m.letters() > 0
                || m.others > 0 && m.letters() > 0 && !wordy(v)
                || m.digits == v.len()
                || entropy(v) >= 350 && !wordy(v)
        } else {
            m.letters() > 0 && (m.digits > 0 || m.others > dots(v) + 1 && entropy(v) >= 280) && !chain(v)
        };
        likely && !placeholder(v)
    }
}

/// The number of the reach of values in a quote.
fn quoting(closing: u8) -> usize {
    match closing {
        b'"' => 1,
        b'\'' => 2,
        b'`' => 3,
        _ => 0,
    }
}

/// Counts dots and underscores.
fn dots(u: &[u8]) -> usize {
    u.iter().filter(|c| matches!(c, b'.' | b'_')).count()
}

/// Tells whether units are names of a program with dots between: settings.API_KEY.
pub fn chain(u: &[u8]) -> bool {
    let mut names = u.split(|c| *c == b'.');
    u.contains(&b'.') && names.all(|n| !n.is_empty() && is(n[0], LETTER | UNDERSCORE) && n.iter().all(|c| is(*c, WORD)))
}

/// What stands in examples where a secret would, in lower case.
const PLACEHOLDERS: [&[u8]; 26] = [
    b"your",
    b"xxxx",
    b"****",
    b"....",
    b"placeholder",
    b"redacted",
    b"changeme",
    b"change_me",
    b"change-me",
    b"insert",
    b"replace",
    b"dummy",
    b"process.env",
    b"os.environ",
    b"getenv",
    b"secrets.",
    b"vault.",
    b"env.",
    b"${",
    b"{{",
    b"<",
    b"_here",
    b"-here",
    b"undefined",
    b"12345678",
    b"abcdefgh",
];

/// The units that placeholders begin with: bit c is set for unit c.
const BEGINS: u128 = {
    let (mut set, mut n) = (0, 0);
    while n < PLACEHOLDERS.len() {
        set |= 1 << PLACEHOLDERS[n][0];
        n += 1;
    }
    set
};

/// Tells whether a value only stands for a secret.
pub fn placeholder(v: &[u8]) -> bool {
    let mut room = [0; 64];
    let low = &mut room[..v.len().min(64)];
    low.copy_from_slice(&v[..low.len()]);
    low.make_ascii_lowercase();
    for (n, c) in low.iter().enumerate() {
        if *c < 0x80 && BEGINS >> c & 1 != 0 && PLACEHOLDERS.iter().any(|p| p[0] == *c && low[n..].starts_with(p)) {
            return true;
        }
    }
    v.iter().all(|c| *c == v[0])
}

#[cfg(test)]
mod tests;
