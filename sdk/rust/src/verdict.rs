//! What a hook decides.

use crate::abi::{Action, Slot, FLAG_REPLACED, MAX_HOLD, MAX_SLOT};
use crate::host;
use alloc::string::String;

/// What a hook decides.
///
/// Making one stages its text with the host, so it is returned by the hook that makes it, at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a verdict does something when the hook returns it"]
pub struct Verdict(u64);

impl Verdict {
    /// Goes on, with the edits that the hook made.
    pub const CONTINUE: Verdict = Verdict(0);

    /// Goes on without the edits that the hook made so far.
    pub fn discard() -> Verdict {
        host::set_edited(false);
        Self::CONTINUE
    }

    /// Refuses the request or the answer. `status` is the HTTP status, 400 to 599, 0 for 403; the client reads
    /// `reason`. In the middle of a stream it ends the stream with an error.
    pub fn block(status: u16, reason: &str) -> Verdict {
        stage(Slot::Reason, reason);
        Self::pack(Action::Block, status, 0, 0)
    }

    /// Answers in the provider's place with a text. Only for `on_request`.
    pub fn respond(text: &str) -> Verdict {
        stage(Slot::Body, text);
        Self::pack(Action::Respond, 0, 0, 0)
    }

    /// Sends the request to another model, by the name clients would use. Edits are kept. Only for `on_request`.
    pub fn reroute(model: &str) -> Verdict {
        stage(Slot::Model, model);
        Self::pack(Action::Reroute, 0, 0, 0)
    }

    /// Takes candidate i. Only for `on_route`.
    pub fn choose(i: usize) -> Verdict {
        Self::pack(Action::Reroute, 0, 0, u32::try_from(i).unwrap_or(u32::MAX))
    }

    /// Releases all of the window but its last n bytes, which the next window begins with; at most
    /// [`MAX_HOLD`] of them. Only for `on_delta`.
    pub fn hold(n: usize) -> Verdict {
        match n.min(MAX_HOLD) {
            0 => Self::CONTINUE,
            n => Self::pack(Action::Hold, 0, 0, n as u32),
        }
    }

    /// Releases `replacement` in the place of all of the window but its last `hold` bytes. Only for `on_delta`. One
    /// that is longer than [`MAX_SLOT`] and [`MAX_GROWTH`](crate::abi::MAX_GROWTH) times the window together is
    /// refused by the host, and the answer with it: no shorter text would be what was meant.
    pub fn replace(replacement: &[u8], hold: usize) -> Verdict {
        if host::stage(Slot::Delta, replacement) < 0 {
            return Self::block(500, "a replacement is too long");
        }
        match hold.min(MAX_HOLD) {
            0 => Self::pack(Action::Continue, 0, FLAG_REPLACED, 0),
            n => Self::pack(Action::Hold, 0, FLAG_REPLACED, n as u32),
        }
    }

    /// Releases nothing of the window and forgets it. Only for `on_delta`.
    pub fn drop_window() -> Verdict {
        Self::pack(Action::Drop, 0, 0, 0)
    }

    /// Advises to try again, elsewhere or with the same target. Only for `on_error`.
    pub fn retry(same: bool) -> Verdict {
        Self::pack(Action::Retry, 0, 0, same.into())
    }

    /// Goes on, with the edits, and notes name=value in the request's record. The name is of a–z, 0–9, _ and -.
    pub fn tag(name: &str, value: &str) -> Verdict {
        let mut text = String::with_capacity(name.len() + 1 + value.len());
        text.push_str(name);
        text.push('=');
        text.push_str(value);
        stage(Slot::Tag, &text);
        Self::pack(Action::Tag, 0, 0, 0)
    }

    /// Packs: action in bits 56–63, code in 40–55, flags in 32–39, argument in 0–31. For example block with status 451
    /// is 2<<56 | 451<<40 = 0x0201C30000000000.
    pub(crate) const fn pack(action: Action, code: u16, flags: u8, arg: u32) -> Verdict {
        Verdict((action as u64) << 56 | (code as u64) << 40 | (flags as u64) << 32 | arg as u64)
    }

    /// The number that crosses to the host.
    #[cfg(target_arch = "wasm32")]
    pub(crate) const fn into_number(self) -> i64 {
        self.0 as i64
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Verdict {
    pub(crate) fn action(self) -> Option<Action> {
        Action::from_number((self.0 >> 56) as i64)
    }

    pub(crate) const fn code(self) -> u16 {
        (self.0 >> 40) as u16
    }

    pub(crate) const fn replaces(self) -> bool {
        (self.0 >> 32) as u8 & FLAG_REPLACED != 0
    }

    pub(crate) const fn arg(self) -> u32 {
        self.0 as u32
    }
}

/// Stages a text, cut where it is too long: a verdict with a shorter reason is better than a failure.
fn stage(slot: Slot, text: &str) {
    let mut n = text.len().min(MAX_SLOT);
    while !text.is_char_boundary(n) {
        n -= 1;
    }
    host::stage(slot, &text.as_bytes()[..n]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_as_the_contract_says() {
        assert_eq!(Verdict::pack(Action::Block, 451, 0, 0).0, 0x0201_C300_0000_0000);
        assert_eq!(Verdict::pack(Action::Hold, 0, FLAG_REPLACED, 12).0, 0x0500_0001_0000_000C);
        assert_eq!(Verdict::hold(0), Verdict::CONTINUE);
        assert_eq!(Verdict::hold(usize::MAX).arg() as usize, MAX_HOLD);
        assert_eq!(Verdict::choose(3).arg(), 3);
    }
}
