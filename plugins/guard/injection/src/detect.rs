//! Finds attacks in texts, as they stand or as what they hide.

use crate::encoded::MAX_HIDDEN;
use crate::model::{Finding, Model};
use crate::read::Reader;
use crate::tables::{Tables, Token, BLANK, STOP};
use crate::topic::Topic;
use crate::unmask::{backwards, rot13};
use core::ops::Deref;

/// What a score must be above, by sensitivity.
pub const LOW: f32 = 0.6;
pub const MEDIUM: f32 = 0.35;
pub const HIGH: f32 = 0.1;

/// A window of a long text must weigh more.
const WINDOW_MARGIN: f32 = 0.3;
/// And what is made of two texts.
pub const JOINT_MARGIN: f32 = 0.3;
/// What was hidden may weigh less.
const HIDDEN_BONUS: f32 = 0.6;
/// How deep what is encoded may be nested.
const MAX_DEPTH: usize = 3;

/// How much of what a text hides is looked at, in bytes: all of it, but where a long text is turned round again and again.
const MAX_TURNED: usize = 2 * MAX_HIDDEN;

/// Pieces of long texts, in bytes.
const MAX_PIECE: usize = 64 << 10;
const OVERLAP: usize = 2 << 10;

/// Finds attacks in texts.
pub struct Detector<T> {
    /// What scores must be above.
    pub limit: f32,
    /// Phrases that are always an attack, and those that are overlooked, by the tokens of their words.
    pub phrases: Vec<Vec<Token>>,
    pub allow: Vec<Vec<Token>>,
    reader: Reader<T>,
    model: Model<T>,
    hidden: [Vec<u8>; MAX_DEPTH],
}

impl<T: Deref<Target = Tables> + Clone> Detector<T> {
    /// A detector of medium sensitivity. The guest's tables are [`Bundled`](crate::bundled::Bundled).
    pub fn new(tables: T) -> Self {
        Detector {
            limit: MEDIUM,
            phrases: Vec::new(),
            allow: Vec::new(),
            reader: Reader::new(tables.clone()),
            model: Model::new(tables),
            hidden: Default::default(),
        }
    }

    /// Finds the most suspicious piece of a text, as it stands or as what it hides. Above a score of zero it is one. A long
    /// text is judged in pieces that overlap, so that it takes no more memory than one of them.
    pub fn judge(&mut self, mut text: &[u8]) -> Finding {
        let mut best = Finding::NONE;
        loop {
            let f = self.look(&text[..text.len().min(MAX_PIECE)], 0);
            if f.score > best.score {
                best = f;
            }
            if text.len() <= MAX_PIECE || best.score > 0.0 {
                return best;
            }
            text = &text[MAX_PIECE - OVERLAP..];
        }
    }

    fn look(&mut self, text: &[u8], depth: usize) -> Finding {
        self.reader.reset();
        self.reader.read(text);
        let tokens = &mut self.reader.tokens;
        for p in &self.allow {
            tokens.without(p);
        }
        if self.phrases.iter().any(|p| tokens.has(p)) {
            return Finding { topic: Topic::Phrase, ..Finding::of(1.0, 0..0) };
        }
        let mut best = self.model.weigh(tokens, WINDOW_MARGIN);
        best.score -= self.limit;
        if best.score > 0.0 {
            best.topic = self.model.name(tokens, best.tokens.clone());
        }
        if depth == MAX_DEPTH || !self.uncover(text, depth) {
            return best;
        }
        let hidden = core::mem::take(&mut self.hidden[depth]);
        let mut f = self.look(&hidden, depth + 1);
        self.hidden[depth] = hidden;
        f.score += HIDDEN_BONUS;
        if f.score > best.score {
            f.topic = Topic::Hidden;
            return f;
        }
        best
    }

    /// Finds what the text that was read hides: in tags, in base64 or hexadecimal digits, in ROT13, written backwards. It
    /// tells whether there is something.
    fn uncover(&mut self, text: &[u8], depth: usize) -> bool {
        let (r, out) = (&self.reader, &mut self.hidden[depth]);
        out.clear();
        out.extend_from_slice(&r.tagged);
        out.extend_from_slice(&r.decoded);
        if r.rot > 1 {
            out.extend(text.iter().map(|c| rot13(*c)));
        }
        if r.reverse > 1 {
            backwards(out, text);
        }
        out.truncate(MAX_TURNED);
        !out.is_empty()
    }

    /// Makes the phrases of a member of the configuration comparable.
    pub fn sequences<'a>(
        &mut self,
        member: &str,
        phrases: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<Vec<Token>>, String> {
        phrases.map(|p| self.sequence(p).map_err(|why| [member, " has \"", p, "\"", why].concat())).collect()
    }

    fn sequence(&mut self, phrase: &str) -> Result<Vec<Token>, &'static str> {
        self.reader.reset();
        self.reader.read(phrase.as_bytes());
        let words: Vec<Token> = self.reader.tokens.list().iter().copied().filter(|h| *h != STOP).collect();
        if words.contains(&BLANK) {
            return Err(", of a script whose words can't be told apart here");
        }
        if words.len() < 2 {
            return Err(": a phrase has at least two words");
        }
        Ok(words)
    }
}
