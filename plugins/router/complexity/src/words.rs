//! The words that ask for reasoning.

/// The words. They are looked for at the begin of a word, so that "prov" finds "prove" and "proving". Each has at least four
/// letters, and those that begin with the same four follow one another.
///
/// The number is the word's class for [`crate::block`], the same for all that begin alike. A few passes over prose chose
/// them: with these classes 0.9 % of its bytes are taken for the begin of a word, with random ones 3 to 7 %.
pub const WORDS: [(&str, u8); 30] = [
    ("explain why", 0),
    ("implement", 0),
    ("reason", 0),
    ("algorithm", 1),
    ("analy", 1),
    ("equation", 1),
    ("evaluat", 1),
    ("theorem", 1),
    ("debug", 2),
    ("diagnos", 2),
    ("integral", 2),
    ("trade-off", 2),
    ("tradeoff", 2),
    ("optimi", 3),
    ("summari", 3),
    ("deriv", 4),
    ("design", 4),
    ("prov", 4),
    ("critique", 5),
    ("refactor", 5),
    ("root cause", 5),
    ("strateg", 5),
    ("architect", 6),
    ("plan", 6),
    ("translate", 6),
    ("compar", 7),
    ("complexit", 7),
    ("step by step", 7),
    ("step-by-step", 7),
    ("why does", 7),
];

/// The first four letters of each word.
const BEGINS: [u32; WORDS.len()] = {
    let mut out = [0; WORDS.len()];
    let mut k = 0;
    while k < WORDS.len() {
        let w = WORDS[k].0.as_bytes();
        out[k] = fold(u32::from_le_bytes([w[0], w[1], w[2], w[3]]));
        k += 1;
    }
    out
};

/// For each value of [`slot`] the first word whose first four letters have it, `WORDS.len()` if none has.
const SLOTS: [u8; 1 << SLOT_BITS] = {
    let mut out = [WORDS.len() as u8; 1 << SLOT_BITS];
    let mut k = 0;
    while k < WORDS.len() {
        let n = slot(BEGINS[k]);
        if out[n] as usize == WORDS.len() {
            out[n] = k as u8;
        }
        assert!(BEGINS[out[n] as usize] == BEGINS[k], "two begins have one slot: take another factor");
        k += 1;
    }
    out
};

const SLOT_BITS: u32 = 6;

const fn slot(begin: u32) -> usize {
    (begin.wrapping_mul(0xf848_c23f) >> (32 - SLOT_BITS)) as usize
}

/// Makes letters small, and some other bytes others.
const fn fold(four: u32) -> u32 {
    four | 0x2020_2020
}

/// The words that a text of at least four bytes begins with and that aren't in `seen`, a bit each.
pub fn at(text: &[u8], seen: u32) -> u32 {
    let begin = fold(u32::from_le_bytes([text[0], text[1], text[2], text[3]]));
    let mut k = usize::from(SLOTS[slot(begin)]);
    let mut found = 0;
    while k < WORDS.len() && BEGINS[k] == begin {
        if seen & 1 << k == 0 && begins(text, WORDS[k].0.as_bytes()) {
            found |= 1 << k;
        }
        k += 1;
    }
    found
}

/// Tells whether a text begins with a word, which begins with the same four letters, nearly: see [`fold`].
fn begins(text: &[u8], word: &[u8]) -> bool {
    let same = |(have, want): (&u8, &u8)| have.to_ascii_lowercase() == *want;
    text.len() >= word.len() && text[4..].iter().zip(&word[4..]).all(same) && text.iter().zip(&word[..4]).all(same)
}
