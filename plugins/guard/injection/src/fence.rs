//! Marks of chat templates and comments.

use crate::classes::{class, Class};
use crate::read::Reader;
use crate::tables::{Tables, STOP};
use core::ops::Deref;

/// Words that chat templates put in brackets.
const TEMPLATE: [&str; 16] = [
    "im_start",
    "im_end",
    "system",
    "assistant",
    "user",
    "inst",
    "sys",
    "human",
    "endoftext",
    "start_header_id",
    "end_header_id",
    "eot_id",
    "end_of_turn",
    "start_of_turn",
    "instructions",
    "admin",
];

/// Who speaks in a chat.
const ROLES: [&str; 11] =
    ["system", "assistant", "user", "human", "ai", "bot", "chatgpt", "gpt", "model", "admin", "developer"];

impl<T: Deref<Target = Tables>> Reader<T> {
    /// Adds a token for a mark of a chat's template, which could pass for the begin of another turn: <|im_start|>,
    /// [INST], <<SYS>>, </system>, or "system:" at the begin of a line; and for the begin of a comment of HTML.
    #[inline]
    pub fn fence(&mut self, text: &[u8], at: usize) {
        match text[at] {
            b'<' | b'[' => self.bracket(&text[at..]),
            b':' if text.get(at + 1).map_or(true, |c| *c <= b' ') => self.role(),
            _ => {}
        }
    }

    fn bracket(&mut self, text: &[u8]) {
        let mut n = 1;
        while n < text.len().min(4) && matches!(text[n], b'<' | b'[' | b'|' | b'/') {
            n += 1;
        }
        if text[n..].starts_with(b"!--") {
            return self.mark(class("comment"), b"<!--");
        }
        let inner = &text[n..];
        let size = inner.iter().take(16).take_while(|c| c.is_ascii_alphabetic() || **c == b'_').count();
        let known = |w: &&str| inner[..size].eq_ignore_ascii_case(w.as_bytes());
        if matches!(inner.get(size), Some(b'>' | b']' | b'|')) && TEMPLATE.iter().any(known) {
            self.mark(class("fence"), b"<|>");
        }
    }

    /// Is the colon after who speaks, at the begin of a line.
    fn role(&mut self) {
        if let [.., STOP, name] = *self.tokens.list() {
            if ROLES.iter().any(|w| self.tables.look(w.as_bytes()).0 == name) {
                self.mark(class("turn"), b"role:");
            }
        }
    }

    fn mark(&mut self, c: Class, name: &[u8]) {
        let t = self.tables.look(name).0;
        self.tokens.push(c, t, name);
    }
}
