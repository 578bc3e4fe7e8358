//! Where a word may begin.

/// How many bytes behind a text are read, and mean nothing.
pub const PAD: usize = BLOCK + PREFIX;

/// How many bytes at a word's begin are looked at.
const PREFIX: usize = 3;

/// How many places are looked at together.
const BLOCK: usize = 16;

/// Finds places where a word may begin, sixteen at once. Words are dealt into eight groups; a place passes if there is a
/// group of which a word has the first byte there, one the second, one the third. Bytes are looked up by their halves, and
/// each half has a bit for each group.
#[derive(Default)]
pub struct Seeker {
    low: [[u8; 16]; PREFIX],
    high: [[u8; 16]; PREFIX],
}

impl Seeker {
    pub fn new(words: &[Vec<u8>]) -> Seeker {
        let mut begins: Vec<&[u8]> = words.iter().map(|w| &w[..w.len().min(PREFIX)]).collect();
        begins.sort_unstable();
        begins.dedup();
        let mut s = Seeker::default();
        for (n, begin) in begins.iter().enumerate() {
            let group = 1 << (n * 8 / begins.len()); // those that begin alike together
            for k in 0..PREFIX {
                match begin.get(k) {
                    Some(c) => {
                        s.low[k][usize::from(c & 15)] |= group;
                        s.high[k][usize::from(c >> 4)] |= group;
                    }
                    None => {
                        // The word has ended.
                        s.low[k].iter_mut().chain(&mut s.high[k]).for_each(|b| *b |= group);
                    }
                }
            }
        }
        s
    }

    /// The first place from `from` on where a word may begin, above `text.len() - PAD` if there is none. The last [`PAD`]
    /// bytes of the text mean nothing. It takes 4 units of fuel a byte.
    #[cfg(target_arch = "wasm32")]
    #[target_feature(enable = "simd128")]
    pub fn next(&self, text: &[u8], from: usize) -> usize {
        use core::arch::wasm32::*;
        let half = u8x16_splat(15);
        let (low, high): (*const v128, *const v128) = (self.low.as_ptr().cast(), self.high.as_ptr().cast());
        // SAFETY: each table is three times 16 bytes.
        let (low0, low1, low2) = unsafe { (v128_load(low), v128_load(low.add(1)), v128_load(low.add(2))) };
        let (high0, high1, high2) = unsafe { (v128_load(high), v128_load(high.add(1)), v128_load(high.add(2))) };
        let end = text.len().saturating_sub(PAD);
        let mut at = from;
        while at < end {
            let p = text[at..].as_ptr();
            // SAFETY: a block and the bytes after it are there from at on, as PAD bytes are behind end.
            let (x, y, z) = unsafe { (v128_load(p.cast()), v128_load(p.add(1).cast()), v128_load(p.add(2).cast())) };
            let first = v128_and(i8x16_swizzle(low0, v128_and(x, half)), i8x16_swizzle(high0, u8x16_shr(x, 4)));
            let second = v128_and(i8x16_swizzle(low1, v128_and(y, half)), i8x16_swizzle(high1, u8x16_shr(y, 4)));
            let third = v128_and(i8x16_swizzle(low2, v128_and(z, half)), i8x16_swizzle(high2, u8x16_shr(z, 4)));
            let passes = v128_and(first, v128_and(second, third));
            if v128_any_true(passes) {
                let none = u8x16_bitmask(u8x16_eq(passes, u8x16_splat(0)));
                return at + (!none).trailing_zeros() as usize;
            }
            at += BLOCK;
        }
        end
    }

    /// The same, place by place.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn next(&self, text: &[u8], from: usize) -> usize {
        let end = text.len().saturating_sub(PAD);
        let passes = |at: &usize| {
            let groups = |k: usize| {
                let c = text[at + k];
                self.low[k][usize::from(c & 15)] & self.high[k][usize::from(c >> 4)]
            };
            (0..PREFIX).fold(0xff, |all, k| all & groups(k)) != 0
        };
        (from..end).find(passes).unwrap_or(end)
    }
}
