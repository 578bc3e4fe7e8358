//! The numbers that words and what is made of them are looked up by.

/// The hash of a word, by two factors that make the words of the vocabulary differ. Of a short word it is the high half of
/// first * f0 + second * f1, the word's first and second eight bytes as numbers, with zeros after its end.
pub fn word(b: &[u8], factors: [u64; 2]) -> u32 {
    let mut h = 0u64;
    for chunk in b.chunks(16) {
        let mut all = [0; 16];
        all[..chunk.len()].copy_from_slice(chunk);
        let [first, second] = halves(u128::from_le_bytes(all));
        h = h.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(short(first, second, factors));
    }
    (h >> 32) as u32
}

/// Is `word` of at most sixteen bytes, before the high half is taken.
#[inline(always)]
pub fn short(first: u64, second: u64, factors: [u64; 2]) -> u64 {
    first.wrapping_mul(factors[0]).wrapping_add(second.wrapping_mul(factors[1]))
}

fn halves(v: u128) -> [u64; 2] {
    [v as u64, (v >> 64) as u64]
}

/// Spreads a number over 32 bits. Different numbers stay different.
#[inline(always)]
pub fn spread(key: u32) -> u32 {
    key.wrapping_mul(0x9e37_79b1)
}

/// Begins of words are known by FNV-1a of 32 bits, which is made byte by byte.
pub const SEED: u32 = 2_166_136_261;

/// Takes one more byte into the hash of a begin of a word.
#[inline(always)]
pub fn step(h: u32, b: u8) -> u32 {
    (h ^ u32::from(b)).wrapping_mul(16_777_619)
}
