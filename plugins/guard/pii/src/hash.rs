//! A keyed sum of a text: SipHash-2-4, which can't be turned around or guessed without the key.

/// Makes a key of a text: two sums of 64 bits by FNV-1a, with different beginnings.
pub fn fold(text: &str) -> [u64; 2] {
    const BASIS: u64 = 14_695_981_039_346_656_037;
    [BASIS, BASIS ^ 0x9e37_79b9_7f4a_7c15].map(|basis| {
        let sum = text.bytes().fold(basis, |sum, c| (sum ^ u64::from(c)).wrapping_mul(1_099_511_628_211));
        sum ^ sum >> 32
    })
}

/// The sum of bytes.
pub fn siphash(key: [u64; 2], bytes: &[u8]) -> u64 {
    let mut v = [
        key[0] ^ 0x736f_6d65_7073_6575,
        key[1] ^ 0x646f_7261_6e64_6f6d,
        key[0] ^ 0x6c79_6765_6e65_7261,
        key[1] ^ 0x7465_6462_7974_6573,
    ];
    let chunks = bytes.chunks_exact(8);
    let rest = little(chunks.remainder());
    for chunk in chunks {
        take(&mut v, little(chunk));
    }
    take(&mut v, (bytes.len() as u64) << 56 | rest);
    v[2] ^= 0xff;
    for _ in 0..4 {
        round(&mut v);
    }
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

fn take(v: &mut [u64; 4], m: u64) {
    v[3] ^= m;
    round(v);
    round(v);
    v[0] ^= m;
}

fn round(v: &mut [u64; 4]) {
    v[0] = v[0].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(13) ^ v[0];
    v[0] = v[0].rotate_left(32);
    v[2] = v[2].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(16) ^ v[2];
    v[0] = v[0].wrapping_add(v[3]);
    v[3] = v[3].rotate_left(21) ^ v[0];
    v[2] = v[2].wrapping_add(v[1]);
    v[1] = v[1].rotate_left(17) ^ v[2];
    v[2] = v[2].rotate_left(32);
}

/// At most eight bytes as a number, the first in the lowest.
fn little(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |sum, c| sum << 8 | u64::from(*c))
}

/// Appends a sum's hexadecimal digits.
pub fn append_hex(dst: &mut Vec<u8>, v: u64) {
    for shift in (0..64).step_by(4).rev() {
        dst.push(b"0123456789abcdef"[(v >> shift & 15) as usize]);
    }
}
