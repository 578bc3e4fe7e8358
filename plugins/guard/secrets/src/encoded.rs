//! Secrets in base64 and hexadecimal digits, and those of a cloud, which are such runs themselves.

use crate::class::{entropy, is, span, Mix, ALNUM, BASE64, NAME};
use crate::entity::Entity;
use crate::lanes;
use crate::scan::{Look, Match, More, No, Outcome, Yes, MAX_CONTEXT};
use crate::view::{hex_digits, hex_value};

/// Units of base64 before a run is looked into.
pub const MIN_RUN64: usize = 16;
/// Hexadecimal digits.
const MIN_RUN16: usize = 32;
const MAX_RUN: usize = 4 << 10;
const AWS_SECRET: usize = 40;

/// The begins of words that tell that a cloud's secret may follow.
const SAYING: [&[u8]; 7] = [b"aws", b"AWS", b"AKIA", b"ASIA", b"secret", b"Secret", b"SECRET"];

impl Look<'_> {
    /// Looks into a run of base64 or hexadecimal digits that begins at n: it is a match if a secret is written in it. A
    /// secret key of a cloud, which is such a run itself, is found where words say so.
    pub fn run(&mut self, n: usize) -> Outcome {
        if n < self.run_end {
            return No;
        }
        let end = span(self.u, n, BASE64 | NAME);
        self.run_end = end;
        if self.within_run(n) {
            return No;
        }
        let out = self.aws_secret(n, end);
        if !out.is_no() {
            return out;
        }
        let u = &self.u[n..end];
        if u.len() < MIN_RUN64 || self.s.inner.is_none() {
            return No;
        }
        let hex = hex_digits(u);
        if hex && u.len() < MIN_RUN16 {
            return No;
        }
        self.encoded(n, u, hex)
    }

    /// Looks into a run at n for what it stands for.
    fn encoded(&mut self, n: usize, u: &[u8], hex: bool) -> Outcome {
        let decode = if hex { decode16 } else { decode64 };
        let text = &mut self.s.decoded;
        text.clear();
        decode(text, &u[..MIN_RUN64]);
        if !printable(text) {
            return No;
        }
        let (from, to) = (n.max(self.from), n + u.len());
        let ended = to >= self.u.len() && !self.last;
        if ended && u.len() <= MAX_RUN {
            return More(from);
        }
        text.clear();
        decode(text, u);
        let inner = match &mut self.s.inner {
            Some(inner) => inner,
            None => return No,
        };
        inner.wanted = self.s.wanted;
        inner.scan(&self.s.decoded, 0, true);
        match inner.found.first() {
            None => No,
            Some(m) => Yes(Match { from, to, entity: m.entity, open: ended.then_some(BASE64 | NAME) }),
        }
    }

    /// Tells whether a word of the same run begins before n: the run was too short to be looked into.
    fn within_run(&self, n: usize) -> bool {
        let mut k = n;
        while k > self.floor && is(self.u[k - 1], BASE64 | NAME) {
            k -= 1;
            if is(self.u[k], ALNUM) && (k == 0 || !is(self.u[k - 1], ALNUM)) {
                return true;
            }
        }
        false
    }

    /// Looks for 40 units of base64 that look random, after a key id or a word that says what follows.
    fn aws_secret(&self, n: usize, end: usize) -> Outcome {
        if !self.s.wanted.has(Entity::CloudKey) || end - n > AWS_SECRET {
            return No;
        }
        if !self.ended(end) && end - n != AWS_SECRET || !self.said(n) {
            return No;
        }
        if self.ended(end) {
            return More(n);
        }
        let m = Mix::of(&self.u[n..end]);
        if m.digits == 0 || m.uppers == 0 || m.lowers == 0 || entropy(&self.u[n..end]) < 400 {
            return No;
        }
        Outcome::secret(n, end, Entity::CloudKey)
    }

    /// Tells whether the units before n speak of a cloud's secret: a word there begins so, or the one at n.
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn said(&self, n: usize) -> bool {
        const _: () = assert!(MAX_CONTEXT < 64);
        let from = n.saturating_sub(MAX_CONTEXT).max(self.begun);
        let mut room = [0; 64];
        let rest = &self.u[from..=n];
        room[..rest.len()].copy_from_slice(rest);
        let mut initials = 0;
        for (k, part) in room.chunks_exact(16).enumerate() {
            if let Ok(part) = part.try_into() {
                initials |= lanes::initials(part) << (16 * k);
            }
        }
        while initials != 0 {
            let k = from + initials.trailing_zeros() as usize;
            initials &= initials - 1;
            if self.says(k) && self.heard(k) {
                return true;
            }
        }
        false
    }

    /// Tells whether a word that speaks of a cloud's secret begins at k.
    fn says(&self, k: usize) -> bool {
        match self.u.get(k + 1..k + 3).map(|u| [u[0] | 0x20, u[1] | 0x20]) {
            Some([b'w', b's'] | [b'k' | b's', b'i'] | [b'e', b'c']) => {}
            _ => return false, // most often
        }
        (k == 0 || !is(self.u[k - 1], ALNUM)) && SAYING.iter().any(|w| self.u[k..].starts_with(w))
    }

    /// Tells whether the scanner didn't pass over k with a match.
    fn heard(&self, k: usize) -> bool {
        let matches = self.s.seen.iter().zip(&self.s.found).rev();
        !matches.take_while(|(_, m)| k < m.to).any(|(seen, _)| *seen < k)
    }
}

/// Appends what base64 stands for, either alphabet, without its end if that is no whole unit.
pub fn decode64(dst: &mut Vec<u8>, u: &[u8]) {
    let (mut bits, mut have) = (0u32, 0);
    for &c in u {
        let v = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return,
        };
        bits = bits << 6 | u32::from(v);
        have += 6;
        if have >= 8 {
            have -= 8;
            dst.push((bits >> have) as u8);
        }
    }
}

/// Appends what hexadecimal digits stand for.
pub fn decode16(dst: &mut Vec<u8>, u: &[u8]) {
    dst.extend(u.chunks_exact(2).map(|two| hex_value(two[0]).unwrap_or(0) << 4 | hex_value(two[1]).unwrap_or(0)));
}

/// Tells whether bytes are ASCII text.
pub fn printable(b: &[u8]) -> bool {
    !b.is_empty() && b.iter().all(|c| matches!(c, b' '..=b'~' | b'\n' | b'\r' | b'\t'))
}

#[cfg(test)]
pub(crate) mod tests;
