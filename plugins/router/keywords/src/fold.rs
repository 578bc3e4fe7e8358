//! Texts as they are compared: without case, and with one space for each run of them.

use crate::seek::PAD;
use crate::tables::{FOLDS, FOLD_END, FOLD_PAGES};
use yett::utf8::decode_whole;

/// The least character that differs from r in case only, as Unicode's simple folding has it.
pub fn fold(r: u32) -> u32 {
    if r >= FOLD_END {
        return r;
    }
    let more = FOLDS[usize::from(FOLD_PAGES[r as usize >> 6])][r as usize & 63];
    r & !0xffff | u32::from((r as u16).wrapping_add(more))
}

fn is_space(r: u32) -> bool {
    matches!(r, 9..=13 | 32 | 0xa0 | 0x2000..=0x200a | 0x2028 | 0x2029 | 0x202f | 0x3000)
}

/// A folded text. It is never longer than the text itself.
pub struct Folded {
    /// As long as the longest text so far and `PAD`; what is behind the text means nothing.
    room: Vec<u8>,
    len: usize,
}

impl Default for Folded {
    fn default() -> Self {
        Folded { room: vec![0; PAD], len: 0 }
    }
}

impl Folded {
    /// The folded text.
    pub fn text(&self) -> &[u8] {
        &self.room[..self.len]
    }

    /// The folded text, and `PAD` bytes of no meaning behind it.
    pub fn padded(&self) -> &[u8] {
        &self.room[..self.len + PAD]
    }

    /// Folds a text in the place of the one before.
    pub fn fold(&mut self, text: &[u8]) {
        if self.room.len() < text.len() + PAD {
            self.room.resize(text.len() + PAD, 0);
        }
        self.len = 0;
        let (room, mut n, mut at) = (&mut self.room[..], 0, 0);
        let mut space = true; // none at the begin
        while n < text.len() {
            let done = plain(&text[n..], &mut room[at..], &mut space);
            n += done;
            at += done;
            // What comes is not plain, or short. Blocks are worth trying again where the next two bytes are ASCII.
            while let Some(c) = text.get(n) {
                let size = match *c {
                    b'\t'..=b'\r' | b' ' => {
                        if !space {
                            room[at] = b' ';
                            at += 1;
                        }
                        space = true;
                        n += 1;
                        while let Some(b'\t'..=b'\r' | b' ') = text.get(n) {
                            n += 1; // code has many in a row
                        }
                        continue;
                    }
                    c if c < 0x80 => {
                        room[at] = c.to_ascii_uppercase();
                        at += 1;
                        1
                    }
                    _ => match other(&text[n..], &mut room[at..at + 4]) {
                        (size, 0) => {
                            if !space {
                                room[at] = b' ';
                                at += 1;
                            }
                            space = true;
                            n += size;
                            continue;
                        }
                        (size, written) => {
                            at += written;
                            size
                        }
                    },
                };
                space = false;
                n += size;
                if n + BLOCK <= text.len() && (text[n] | text[n + 1]) < 0x80 {
                    break;
                }
            }
        }
        self.len = at;
    }
}

/// Folds the character at the begin of a text, which is not ASCII. It returns how many bytes it has and how many were
/// written, none for a space.
#[inline]
fn other(text: &[u8], to: &mut [u8]) -> (usize, usize) {
    if let [c @ 0xc2..=0xdf, d @ 0x80..=0xbf, ..] = *text {
        // Most letters outside of ASCII. What they fold to is no longer.
        let r = u32::from(c & 0x1f) << 6 | u32::from(d & 0x3f);
        if r == 0xa0 {
            return (2, 0);
        }
        let f = fold(r);
        if f < 0x80 {
            to[0] = f as u8;
            return (2, 1);
        }
        to[0] = 0xc0 | (f >> 6) as u8;
        to[1] = 0x80 | (f & 0x3f) as u8;
        return (2, 2);
    }
    let (r, size) = decode_whole(text);
    if is_space(r) {
        return (size, 0);
    }
    let f = fold(r);
    if f == r {
        to[..size].copy_from_slice(&text[..size]); // what is no UTF-8, too
        return (size, size);
    }
    (size, char::from_u32(f).unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(to).len())
}

/// How many bytes are folded at once.
#[cfg(target_arch = "wasm32")]
const BLOCK: usize = 16;
#[cfg(not(target_arch = "wasm32"))]
const BLOCK: usize = 8;

/// Folds the begin of a text, in blocks, up to the first byte that isn't ASCII, is a control character or a second space,
/// and returns how many bytes it has. `space` tells whether a space is before, and then whether one was last. Line ends are
/// spaces. More than that may be written. It takes 3 units of fuel a byte.
#[cfg(target_arch = "wasm32")]
#[target_feature(enable = "simd128")]
fn plain(text: &[u8], to: &mut [u8], space: &mut bool) -> usize {
    use core::arch::wasm32::*;
    let end = text.len().min(to.len()) & !(BLOCK - 1);
    let mut before = u32::from(*space);
    let mut n = 0;
    while n < end {
        // SAFETY: 16 bytes of text are there from n on, as n + 16 <= end.
        let x = unsafe { v128_load(text.as_ptr().add(n).cast()) };
        let line = u8x16_eq(x, u8x16_splat(b'\n'));
        let x = v128_xor(x, v128_and(line, u8x16_splat(b'\n' ^ b' ')));
        let small = u8x16_lt(u8x16_sub(x, u8x16_splat(b'a')), u8x16_splat(26));
        let folded = v128_xor(x, v128_and(small, u8x16_splat(0x20)));
        // SAFETY: 16 bytes of room are there from n on, as n + 16 <= end.
        unsafe { v128_store(to.as_mut_ptr().add(n).cast(), folded) };
        let spaces = u32::from(u8x16_bitmask(u8x16_eq(x, u8x16_splat(b' '))));
        let stops = u32::from(i8x16_bitmask(i8x16_lt(x, i8x16_splat(0x20)))) | spaces & (spaces << 1 | before);
        if stops != 0 {
            let k = stops.trailing_zeros();
            *space = (spaces << 1 | before) >> k & 1 != 0;
            return n + k as usize;
        }
        before = spaces >> 15;
        n += BLOCK;
    }
    *space = before != 0;
    n
}

#[cfg(not(target_arch = "wasm32"))]
fn plain(text: &[u8], to: &mut [u8], space: &mut bool) -> usize {
    let end = text.len().min(to.len()) & !(BLOCK - 1);
    for (n, (from, to)) in text[..end].iter().zip(to).enumerate() {
        let c = if *from == b'\n' { b' ' } else { *from };
        if !(b' '..0x80).contains(&c) || *space && c == b' ' {
            return n;
        }
        *space = c == b' ';
        *to = c.to_ascii_uppercase();
    }
    end
}
