//! Regular expressions, all of a set at once. Needs capability `scan`.
//!
//! The host does the work, in time linear in the text and outside of the plugin's fuel, and reads a prompt's texts
//! without copying them into the plugin. Patterns have RE2's syntax; the longest match counts, so that a lazy `x*?` is
//! `x*`. A pattern must not match the empty text.
//!
//! ```no_run
//! use yett::scan::{Hits, Set};
//!
//! # fn f(d: &yett::Delta) -> Result<(), Box<dyn std::error::Error>> {
//! let cards = Set::new(&[r"\b4\d{15}\b", r"\b5[1-5]\d{14}\b"])?; // in Plugin::new
//! let mut hits = Hits::new(); // a field of the plugin, used again
//!
//! let open = cards.find_window(d, &mut hits)?;
//! for hit in hits.iter().filter(|h| h.start < open) {
//!     // hit.pattern, and d.window()[hit.start..hit.end]; d.window()[open..] must be held
//! }
//! # Ok(())
//! # }
//! ```

use crate::abi::{status, Field};
use crate::{error, host, read, Delta, Error, Part};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// A set of patterns. Equal sets of a stage are one in the host, whatever instance makes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Set(i32);

/// A match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The pattern's place in the set.
    pub pattern: usize,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// Room for hits, to be used again. They are in order and don't overlap: of two that would, the one that begins first
/// counts, of those that begin together the longest, of equal ones the first pattern's.
#[derive(Debug, Clone, Default)]
pub struct Hits(Vec<u8>);

/// How many bytes a hit takes: three numbers.
const HIT: usize = 12;

impl Hits {
    /// No hits.
    #[must_use]
    pub const fn new() -> Self {
        Hits(Vec::new())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len() / HIT
    }

    /// Tells whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets them, and keeps their room.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The hits, from the begin of the text to its end.
    pub fn iter(&self) -> impl Iterator<Item = Hit> + '_ {
        self.0.chunks_exact(HIT).map(|b| {
            let n = |i: usize| u32::from_le_bytes([b[i], b[i + 1], b[i + 2], b[i + 3]]) as usize;
            Hit { pattern: n(0), start: n(4), end: n(8) }
        })
    }
}

/// A pattern that can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BadPattern {
    /// Its place in the set, `None` if the set as a whole is at fault.
    pub pattern: Option<usize>,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for BadPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(n) = self.pattern {
            write!(f, "pattern {n}: ")?;
        }
        f.write_str(&self.reason)
    }
}

#[cfg(any(feature = "std", not(target_arch = "wasm32")))]
impl std::error::Error for BadPattern {}

/// For `?` in [`Plugin::new`](crate::Plugin::new).
impl From<BadPattern> for String {
    fn from(e: BadPattern) -> String {
        alloc::string::ToString::to_string(&e)
    }
}

impl Set {
    /// Makes a set. Only in [`Plugin::new`](crate::Plugin::new). A stage has at most
    /// [`MAX_SETS`](crate::abi::MAX_SETS) sets, a set [`MAX_PATTERNS`](crate::abi::MAX_PATTERNS) patterns of
    /// [`MAX_PATTERN_BYTES`](crate::abi::MAX_PATTERN_BYTES) together.
    ///
    /// # Errors
    ///
    /// A pattern isn't valid, matches the empty text or has a line break, or a bound is reached.
    pub fn new<S: AsRef<str>>(patterns: &[S]) -> Result<Set, BadPattern> {
        let mut lines = String::new();
        for (n, p) in patterns.iter().enumerate() {
            if p.as_ref().contains('\n') {
                return Err(BadPattern { pattern: Some(n), reason: "it has a line break; write \\n".into() });
            }
            if n > 0 {
                lines.push('\n');
            }
            lines.push_str(p.as_ref());
        }
        error::number(host::scan_compile(&lines)).map(|id| Set(id as i32)).map_err(Self::refused)
    }

    /// Asks the host why a set can't be made.
    fn refused(e: Error) -> BadPattern {
        let text = read::string(host::scan_error).unwrap_or_default();
        match text.split_once(' ') {
            Some((n, reason)) => BadPattern { pattern: n.parse().ok(), reason: reason.into() },
            None => BadPattern { pattern: None, reason: e.text().into() },
        }
    }

    /// Puts the hits of a text that begin at byte `from` or after it into `hits`; what is before is only context, for ^ and
    /// \b. Bytes that aren't UTF-8 belong to no hit.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] for a text with more hits than the host gives. A guard that gets it must not let the text pass.
    pub fn find(self, text: &[u8], from: usize, hits: &mut Hits) -> Result<(), Error> {
        hits.0.clear();
        let from = u32::try_from(from).map_err(|_| Error::BadRange)?;
        read::try_append(&mut hits.0, |b| host::scan_match(self.0, text, from, b))
    }

    /// Is `find` over a part's text, which isn't read for it. A part without a text has no hits.
    ///
    /// # Errors
    ///
    /// Those of [`Set::find`].
    pub fn find_in(self, part: Part<'_>, hits: &mut Hits) -> Result<(), Error> {
        let (f, i, j) = part.place();
        self.find_field(f, i, j, hits)
    }

    /// Is `find` over any text field. A field that is absent has no hits.
    ///
    /// # Errors
    ///
    /// Those of [`Set::find`], and [`Error::BadField`].
    pub fn find_field(self, f: Field, i: u32, j: u32, hits: &mut Hits) -> Result<(), Error> {
        hits.0.clear();
        read::try_append(&mut hits.0, |b| match host::scan_match_field(self.0, f, i, j, b) {
            status::ABSENT => 0,
            n => n,
        })
    }

    /// Is [`Set::find`] and [`Set::open`] at once, over the window of a stream with what was before it as context, which
    /// aren't read for it. Hits and the open match are counted from the window's begin.
    ///
    /// # Errors
    ///
    /// Those of [`Set::find`].
    pub fn find_window(self, _: &Delta<'_>, hits: &mut Hits) -> Result<usize, Error> {
        hits.0.clear();
        let mut open = 0;
        read::try_append(&mut hits.0, |b| {
            let n = host::scan_window(self.0, b);
            if n < 0 {
                return i32::try_from(n).unwrap_or(i32::MIN);
            }
            open = (n & 0xffff_ffff) as usize;
            (n >> 32) as i32
        })?;
        Ok(open)
    }

    /// Where the first match begins, at byte `from` or after it, that text to come could complete or lengthen;
    /// `text.len()` if there is none. Hits that begin before it are final, and end there at the latest. So a stream
    /// holds what follows it, and no more.
    #[must_use]
    pub fn open(self, text: &[u8], from: usize) -> usize {
        match error::number(host::scan_open(self.0, text, u32::try_from(from).unwrap_or(u32::MAX))) {
            Ok(n) => n as usize,
            Err(_) => from, // hold all rather than release what nobody looked at
        }
    }
}
