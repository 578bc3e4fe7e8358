//! JSON texts that were read: where their values are written.

use crate::bytes::same;
use crate::reader;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    Null,
    False,
    True,
    Number,
    Text,
    List,
    Object,
}

impl Kind {
    const ALL: [Kind; 8] = [
        Kind::Null,
        Kind::False,
        Kind::True,
        Kind::Number,
        Kind::Text,
        Kind::List,
        Kind::Object,
        Kind::Null, // so that three bits are always a kind
    ];
}

/// A value of a document. An object's members are two nodes each, a text for the name and the value; they and a list's
/// elements follow their parent, each with its own.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Node {
    /// Where the value is written; of a text without its quotes.
    pub(crate) from: u32,
    pub(crate) to: u32,
    /// The node after this one and all that is in it.
    pub(crate) next: u32,
    /// The kind in the lower three bits, [`Node::ESCAPED`], and elements or members times [`Node::ONE`]: a list of two is 0x25.
    pub(crate) what: u32,
}

impl Node {
    /// The text is in the document's plain texts: it had escapes.
    pub(crate) const ESCAPED: u32 = 8;
    pub(crate) const ONE: u32 = 16;

    #[inline(always)]
    pub(crate) fn kind(&self) -> Kind {
        Kind::ALL[(self.what & 7) as usize]
    }

    #[inline(always)]
    pub(crate) fn size(&self) -> u32 {
        self.what / Self::ONE
    }

    /// What it says in a text and its plain texts.
    #[inline(always)]
    pub(crate) fn spelled<'a>(&self, src: &'a [u8], plain: &'a [u8]) -> &'a [u8] {
        let of = if self.what & Self::ESCAPED != 0 { plain } else { src };
        of.get(self.from as usize..self.to as usize).unwrap_or(&[])
    }
}

/// A JSON text and its values in the order of the text, node 0 being the whole. It keeps its memory for the next text.
#[derive(Debug, Default)]
pub(crate) struct Doc {
    /// The text; put it here before reading.
    pub(crate) src: Vec<u8>,
    /// Those behind the first `count` are left from another text.
    pub(crate) nodes: Vec<Node>,
    pub(crate) count: usize,
    /// How many values there may be; more aren't read. Escapes lower it.
    pub(crate) most: i64,
    /// Texts that had escapes.
    pub(crate) plain: Vec<u8>,
    pub(crate) hashes: Vec<u64>,
}

/// Why a text can't be read: what is wrong, and at which byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Syntax {
    pub(crate) what: &'static str,
    pub(crate) at: usize,
}

pub(crate) const TOO_MANY: &str = "it has too many values";
pub(crate) const TOO_DEEP: &str = "it is nested deeper than 128";
pub(crate) const NO_VALUE: &str = "a value is missing";
pub(crate) const CUT: &str = "it ends early";
pub(crate) const NOT_UTF8: &str = "a string isn't UTF-8";
pub(crate) const CONTROL: &str = "a string holds a control character";
pub(crate) const NOT_ONCE: &str = "an object names a member twice";
pub(crate) const LONG_EXP: &str = "a number's exponent has more than nine digits";

impl Syntax {
    /// Says it to a reader.
    pub(crate) fn say(self) -> String {
        format!("{}, at byte {}", self.what, self.at)
    }
}

/// How many members or elements are compared each with each.
pub(crate) const FEW: u32 = 8;

impl Doc {
    /// Reads the text that is in `src`.
    pub(crate) fn read(&mut self) -> Result<(), Syntax> {
        let src = core::mem::take(&mut self.src);
        let got = reader::read(self, &src);
        self.src = src;
        got
    }

    #[inline(always)]
    fn node(&self, n: u32) -> &Node {
        &self.nodes[n as usize]
    }

    /// What a text says, and how a number, a list or an object is written.
    #[inline(always)]
    pub(crate) fn text(&self, n: u32) -> &[u8] {
        self.node(n).spelled(&self.src, &self.plain)
    }

    #[inline(always)]
    pub(crate) fn kind(&self, n: u32) -> Kind {
        self.node(n).kind()
    }

    #[inline(always)]
    pub(crate) fn next(&self, n: u32) -> u32 {
        self.node(n).next
    }

    #[inline(always)]
    pub(crate) fn size(&self, n: u32) -> usize {
        self.node(n).size() as usize
    }

    /// The elements of a list.
    pub(crate) fn elements(&self, n: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.next(n);
        let mut e = n + 1;
        core::iter::from_fn(move || {
            if e >= end {
                return None;
            }
            let this = e;
            e = self.next(e);
            Some(this)
        })
    }

    /// The members of an object: their names' nodes; the value's is the one after it.
    pub(crate) fn members(&self, n: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.next(n);
        let mut m = n + 1;
        core::iter::from_fn(move || {
            if m >= end {
                return None;
            }
            let this = m;
            m = self.next(m + 1);
            Some(this)
        })
    }

    /// The value of an object's member.
    pub(crate) fn member(&self, n: u32, name: &[u8]) -> Option<u32> {
        if self.kind(n) != Kind::Object {
            return None;
        }
        self.members(n).find(|&m| same(self.text(m), name)).map(|m| m + 1)
    }
}

/// The parts of a sorted list of two or more whose upper halves are equal.
pub(crate) fn runs(mut hashes: &[u64]) -> impl Iterator<Item = &[u64]> {
    core::iter::from_fn(move || loop {
        let first = hashes.first()? >> 32;
        let size = hashes.iter().position(|h| h >> 32 != first).unwrap_or(hashes.len());
        let (run, rest) = hashes.split_at(size);
        hashes = rest;
        if size > 1 {
            return Some(run);
        }
    })
}
