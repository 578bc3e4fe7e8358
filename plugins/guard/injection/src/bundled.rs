//! The tables of weights.tsv and vocabulary.txt, which `make/main.rs` writes when the crate is built.

use crate::index::Index;
use crate::tables::{Glyph, Stem, Tables};
use core::ops::Deref;

/// The bundled tables. A type names them, so that the compiler knows where they are.
#[derive(Clone, Copy)]
pub struct Bundled;

impl Deref for Bundled {
    type Target = Tables;

    #[inline(always)]
    fn deref(&self) -> &Tables {
        &TABLES
    }
}

include!(concat!(env!("OUT_DIR"), "/tables.rs"));
