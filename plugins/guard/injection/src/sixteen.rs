//! Sixteen bytes of a text at once.

pub use bytes::read;

#[cfg(target_arch = "wasm32")]
mod bytes {
    use core::arch::wasm32::*;

    /// For each n, sixteen bytes of which the first n have all bits.
    static MASKS: [[u8; 16]; 16] = {
        let mut masks = [[0; 16]; 16];
        let mut at = 0;
        while at < 256 {
            if at % 16 < at / 16 {
                masks[at / 16][at % 16] = 0xff;
            }
            at += 1;
        }
        masks
    };

    /// Sixteen bytes with the bit 0x20 set, which makes letters small.
    #[derive(Clone, Copy)]
    pub struct Sixteen(v128);

    /// Reads those at `text[at]`, and tells how many letters they begin with, at most 16, and what byte comes after these.
    ///
    /// # Safety
    ///
    /// At least 17 bytes of the text begin there. Checking it took 14 instructions a word, a tenth of them all.
    #[inline]
    #[target_feature(enable = "simd128")]
    pub unsafe fn read(text: &[u8], at: usize) -> (Sixteen, usize, u8) {
        debug_assert!(at + 17 <= text.len());
        // SAFETY: the caller says so, and the load needs no alignment.
        let from = unsafe { text.as_ptr().add(at) };
        let v = v128_or(unsafe { v128_load(from.cast()) }, u8x16_splat(0x20));
        let letters = u8x16_lt(u8x16_sub(v, u8x16_splat(b'a')), u8x16_splat(26));
        let n = (!u32::from(u8x16_bitmask(letters))).trailing_zeros() as usize;
        // SAFETY: the bits beyond the sixteenth are set, so n is at most 16.
        (Sixteen(v), n, unsafe { *from.add(n) })
    }

    impl Sixteen {
        /// The first n of them, fewer than sixteen, and zeros: as two numbers.
        #[inline]
        #[target_feature(enable = "simd128")]
        pub fn first(self, n: usize) -> (u64, u64) {
            // SAFETY: the load is of sixteen bytes, and needs no alignment.
            let mask = unsafe { v128_load(MASKS[n % 16].as_ptr().cast()) };
            let v = v128_and(self.0, mask);
            (u64x2_extract_lane::<0>(v), u64x2_extract_lane::<1>(v))
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod bytes {
    /// Sixteen bytes with the bit 0x20 set, which makes letters small.
    #[derive(Clone, Copy)]
    pub struct Sixteen([u8; 16]);

    /// Reads those at `text[at]`, and tells how many letters they begin with, at most 16, and what byte comes after these.
    ///
    /// # Safety
    ///
    /// It is safe here, but not where it is WebAssembly: at least 17 bytes of the text must begin there.
    pub unsafe fn read(text: &[u8], at: usize) -> (Sixteen, usize, u8) {
        let mut b = [0; 16];
        b.copy_from_slice(&text[at..at + 16]);
        let n = b.iter().take_while(|c| c.is_ascii_alphabetic()).count();
        (Sixteen(b.map(|c| c | 0x20)), n, text[at + n])
    }

    impl Sixteen {
        /// The first n of them, fewer than sixteen, and zeros: as two numbers.
        pub fn first(self, n: usize) -> (u64, u64) {
            let mut b = [0; 16];
            b[..n].copy_from_slice(&self.0[..n]);
            let v = u128::from_le_bytes(b);
            (v as u64, (v >> 64) as u64)
        }
    }
}
