//! How hard a prompt is.

use crate::block::PADDING;
use crate::signs::{self, MOST};
use crate::Complexity;
use std::cmp::min;
use yett::{Message, Request};

impl Complexity {
    /// Tells whether a prompt's score reaches the threshold. The score goes from 0 for a greeting to 100. It is a sum of
    /// points, each bounded, so that no single sign decides alone:
    ///
    /// ```text
    /// length of the last message of the user   up to 30: one for each 40 bytes
    /// length of the conversation               up to 10: one for each 2 KiB
    /// turns                                    up to 10: one for each message beyond the second
    /// code                                     25: a fence, or five marks of code
    /// words that ask for reasoning             up to 30: ten each
    /// questions                                up to 10: five for each question mark beyond the first
    /// tools                                    10 if any are declared, 10 more if the last message is a tool's result
    /// ```
    ///
    /// What costs little is asked first, and the rest only while it could change the answer: a text of 1,200 bytes needn't
    /// be read if the threshold is 30.
    pub fn is_hard(&mut self, r: &Request) -> bool {
        let n = r.num_messages();
        let mut points = min(10, n.saturating_sub(2));
        if r.num_tools() > 0 {
            points += 10;
        }
        if n > 0 && r.message(n - 1).has_role("tool") {
            points += 10;
        }
        let last = r.messages().rev().find(|m| m.has_role("user"));
        if let Some(m) = last {
            points += min(30, size(m) / 40);
        }
        let most = 10 + if last.is_some() { MOST } else { 0 };
        if points >= self.threshold || points + most < self.threshold {
            return points >= self.threshold;
        }
        points += min(10, r.messages().map(size).sum::<usize>() >> 11);
        match last {
            Some(m) if points < self.threshold => {
                let need = self.threshold - points;
                need <= MOST && self.judge(m, need) >= need
            }
            _ => points >= self.threshold,
        }
    }

    /// The points of a message's text, at least as far as they are needed.
    fn judge(&mut self, m: Message, need: usize) -> usize {
        self.text.clear();
        for p in m.parts() {
            p.append_text(&mut self.text);
        }
        self.text.extend_from_slice(&[0; PADDING]);
        signs::read(&self.text, need).points()
    }
}

/// How many bytes a message's texts have.
fn size(m: Message) -> usize {
    m.parts().filter_map(|p| p.text_len()).sum()
}
