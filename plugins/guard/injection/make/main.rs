//! Makes the tables that the guest has in it, of weights.tsv and vocabulary.txt. What it shares with the guest are the
//! guest's own sources.

#![allow(dead_code)] // of the guest's sources it uses a part

#[path = "../src/classes.rs"]
mod classes;
#[path = "../src/features.rs"]
mod features;
#[path = "../src/fold.rs"]
mod fold;
#[path = "../src/hash.rs"]
mod hash;
#[path = "../src/index.rs"]
mod index;
#[path = "tables.rs"]
mod make_tables;
#[path = "../src/tables.rs"]
mod tables;
#[path = "../src/utf8.rs"]
mod utf8;
mod vocabulary;
mod weights;

use index::Index;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};
use tables::Tables;

fn main() {
    for path in ["make", "src", "weights.tsv", "vocabulary.txt"] {
        println!("cargo:rerun-if-changed={path}");
    }
    let read = |path: &str| fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let tsv = read("weights.tsv");
    let w = weights::weights(&tsv).unwrap_or_else(|e| panic!("weights.tsv: {e}"));
    let v = vocabulary::vocabulary(&read("vocabulary.txt")).unwrap_or_else(|e| panic!("vocabulary.txt: {e}"));
    let dir = env::var_os("OUT_DIR").expect("cargo sets it");
    let path = Path::new(&dir).join("tables.rs");
    let text = rust(&make_tables::tables(v, &w)).expect("a text takes all");
    fs::write(&path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
}

/// The tables as Rust.
fn rust(t: &Tables) -> Result<String, std::fmt::Error> {
    let mut out = String::from("static TABLES: Tables = Tables {\n");
    writeln!(out, "factors: {:?},\nshifts: {:?},\nslots: {:?},", t.factors, t.shifts, t.slots)?;
    writeln!(out, "classed: &{:?},\nsets: &{:?},\nstems: &[", t.classed, t.sets)?;
    for s in t.stems {
        writeln!(out, "Stem {{ hash: {}, text: &{:?}, class: {} }},", s.hash, s.text, s.class)?;
    }
    writeln!(out, "],\nstem_bits: {:?},\nbegins: {:?},\nlengths: {:?},\nglyphs: &[", t.stem_bits, t.begins, t.lengths)?;
    for g in t.glyphs {
        writeln!(out, "Glyph {{ first: {}, rest: &{:?}, class: {} }},", g.first, g.rest, g.class)?;
    }
    writeln!(out, "],\nglyph_bits: {:?},\nweights: &{:?},", t.glyph_bits, t.weights)?;
    writeln!(out, "pairs: {},\ntriples: {},", index_text(&t.pairs), index_text(&t.triples))?;
    writeln!(out, "class_triples: {},\nclass_pairs: {:?},", index_text(&t.class_triples), t.class_pairs)?;
    writeln!(out, "pairs_from: {},\ntriples_from: {},", t.pairs_from, t.triples_from)?;
    writeln!(out, "class_triples_from: {},\nbias: {},\n}};", t.class_triples_from, t.bias)?;
    Ok(out)
}

fn index_text<const N: usize>(i: &Index<N>) -> String {
    format!("Index {{ bits: {:?}, before: {:?}, entries: &{:?} }}", i.bits, i.before, i.entries)
}
