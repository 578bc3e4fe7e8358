//! What was cut over several texts from one source.

use crate::detect::{Detector, JOINT_MARGIN};
use crate::model::Finding;
use crate::tables::Tables;
use core::ops::Deref;

/// How much of two neighbouring texts is looked at together, in bytes of each.
const MAX_JOINT: usize = 240;

/// The end of what came before. It is looked at with the begin of what follows as one text, with a space between, and
/// without one where a word may have been cut.
#[derive(Default)]
pub struct Joint {
    tail: Vec<u8>,
    room: Vec<u8>,
}

impl Joint {
    /// Forgets what came before.
    pub fn reset(&mut self) {
        self.tail.clear();
    }

    /// Looks at where a text meets those before it, and keeps its end for the next one.
    pub fn judge<T: Deref<Target = Tables> + Clone>(&mut self, d: &mut Detector<T>, text: &[u8]) -> Finding {
        let mut best = Finding::NONE;
        if let Some(last) = self.tail.last() {
            let head = &text[..text.len().min(MAX_JOINT)];
            let apart = *last <= b' ' || head[0] <= b' ';
            for between in if apart { &[" "][..] } else { &[" ", ""] } {
                self.room.clear();
                for piece in [&self.tail, between.as_bytes(), head] {
                    self.room.extend_from_slice(piece);
                }
                let f = d.judge(&self.room);
                if f.score - JOINT_MARGIN > best.score {
                    best = f;
                    best.score -= JOINT_MARGIN;
                }
            }
        }
        if text.len() < MAX_JOINT && !self.tail.is_empty() {
            self.tail.push(b' ');
        } else {
            self.tail.clear();
        }
        // Of a long text only its end matters.
        self.tail.extend_from_slice(&text[text.len().saturating_sub(MAX_JOINT)..]);
        let extra = self.tail.len().saturating_sub(MAX_JOINT);
        self.tail.drain(..extra);
        best
    }
}
