//! What characters count as.

/// What a character counts as: a small letter without its accents, a Latin letter for what only looks like one, 0 for
/// what can't be seen, a space for spaces.
pub fn fold(r: u32) -> u32 {
    match r {
        0x41..=0x5a => r + 0x20,
        0..=0x7f => r,
        0x80..=0x24f => latin(r),
        0x250..=0x1cff => early(r),
        0x3001..=0x9fff if r != 0x3164 => r, // most of what is read beyond Latin: no other test
        _ => late(r),
    }
}

/// Is `fold` from the phonetic letters on, to the scripts of Asia.
fn early(r: u32) -> u32 {
    match r {
        0x430..=0x44f => r,
        0x410..=0x42f | 0x391..=0x3a9 => r + 0x20, // Cyrillic and Greek capitals
        0x400..=0x40f => r + 0x50,
        0x250..=0x2af => PHONETIC[(r - 0x250) as usize].into(),
        0x2bc => '\''.into(),
        0x300..=0x36f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180e => 0,
        _ => r,
    }
}

/// Is `fold` of small capitals, marks, and Latin in other guises.
fn late(r: u32) -> u32 {
    let alphabet = |from: u32| 0x61 + (r - from);
    match r {
        0x1d00..=0x1d7f => CAPITALS[(r - 0x1d00) as usize].into(),
        0x1e00..=0x1eff => latin_more(r),
        0x2018 | 0x2019 => '\''.into(),
        0x2000..=0x200a | 0x202f | 0x205f | 0x3000 => ' '.into(),
        // What takes no room: zero-width ones, marks on others, selectors, directions. Tags are apart: they can spell.
        0x3164 | 0xfeff | 0xffa0 | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f => 0,
        0xfe00..=0xfe0f | 0xe_0100..=0xe_01ef | 0x20d0..=0x20f0 => 0,
        0x2070..=0x2079 => 0x30 + (r - 0x2070),
        0xff01..=0xff5e => fold(r - 0xff01 + 0x21),        // full-width ASCII
        0x1_d400..=0x1_d6a3 => 0x61 + (r - 0x1_d400) % 26, // mathematical letters: 13 alphabets of 52
        0x1_d7ce..=0x1_d7ff => 0x30 + (r - 0x1_d7ce) % 10,
        0x24b6..=0x24cf => alphabet(0x24b6), // in circles
        0x24d0..=0x24e9 => alphabet(0x24d0),
        0x249c..=0x24b5 => alphabet(0x249c),
        0x1_f110..=0x1_f129 => alphabet(0x1_f110),
        0x1_f130..=0x1_f149 => alphabet(0x1_f130), // in squares
        0x1_f150..=0x1_f169 => alphabet(0x1_f150),
        0x1_f170..=0x1_f189 => alphabet(0x1_f170),
        0x1_f1e6..=0x1_f1ff => alphabet(0x1_f1e6), // flags
        _ => r,
    }
}

/// Letters with accents in the first two blocks beyond ASCII, from U+00C0 and from U+0100, without them.
const LATIN_1: &[u8; 64] = b"aaaaaaaceeeeiiiidnooooo*ouuuuypsaaaaaaaceeeeiiiidnooooo*ouuuuypy";
const LATIN_A: &[u8; 128] =
    b"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

fn latin(r: u32) -> u32 {
    match r {
        0xa0 => ' '.into(),
        0xad => 0,
        0xc0..=0xff => LATIN_1[(r - 0xc0) as usize].into(),
        0x100..=0x17f => LATIN_A[(r - 0x100) as usize].into(),
        _ => r,
    }
}

/// The letters of U+1E00 to U+1EFF without their accents, each up to a character: the block is in the order of the
/// alphabet twice.
const MORE: [(u8, u8); 31] = [
    (0x01, b'a'),
    (0x07, b'b'),
    (0x09, b'c'),
    (0x13, b'd'),
    (0x1d, b'e'),
    (0x1f, b'f'),
    (0x21, b'g'),
    (0x2b, b'h'),
    (0x2f, b'i'),
    (0x35, b'k'),
    (0x3d, b'l'),
    (0x43, b'm'),
    (0x4b, b'n'),
    (0x53, b'o'),
    (0x57, b'p'),
    (0x5f, b'r'),
    (0x69, b's'),
    (0x71, b't'),
    (0x7b, b'u'),
    (0x7f, b'v'),
    (0x89, b'w'),
    (0x8d, b'x'),
    (0x8f, b'y'),
    (0x95, b'z'),
    (0x9f, b's'),
    (0xb7, b'a'),
    (0xc7, b'e'),
    (0xcb, b'i'),
    (0xe3, b'o'),
    (0xf1, b'u'),
    (0xff, b'y'),
];

fn latin_more(r: u32) -> u32 {
    let low = (r & 0xff) as u8;
    MORE.iter().find(|m| low <= m.0).map_or(r, |m| m.1.into())
}

/// Letters of the phonetic alphabet and small capitals that look like Latin ones, and those.
const PHONETICS: (&str, &[u8]) = (
    "ɐɑɓɔɕɖɗəɘɛɜɡɠɢɦɥɪɨɩɭɫɯɱɴɲɳɵɒɹʀɾɽʁʂʃʇʈʉʊʌʍʏʐʑʙʜʟᴀᴃᴄᴅᴇᴊᴋᴌᴍᴏᴘᴛᴜᴠᴡᴢ",
    b"aabocddeeeeggghhiiillmmnnnoarrrrrssttuuvmyzzbhlabcdejklmoptuvwz",
);
static PHONETIC: [u16; 0x60] = looks(PHONETICS, [0; 0x60], 0x250);
static CAPITALS: [u16; 0x80] = looks(PHONETICS, [0; 0x80], 0x1d00);

/// Greek and Cyrillic small letters that look like Latin ones, and those.
static ALIKE: [u16; 0x170] =
    looks(("αβγεηικνορτυχωавекмнорстухіјѕԁһӏгьиѡԛԝё", b"abyenikvoptuxwabekmhopctyxijsdhlrbnwqwe"), [0; 0x170], 0x3b0);

/// The Latin letter that a Greek or Cyrillic one looks like, or the letter itself.
pub fn alike(r: u32) -> u32 {
    match r {
        0x3b0..=0x51f => ALIKE[(r - 0x3b0) as usize].into(),
        _ => r,
    }
}

/// Makes a table of a block of characters, which has for each its Latin letter or itself.
const fn looks<const N: usize>(pairs: (&str, &[u8]), mut table: [u16; N], block: usize) -> [u16; N] {
    let mut n = 0;
    while n < N {
        table[n] = (block + n) as u16;
        n += 1;
    }
    let from = pairs.0.as_bytes();
    let (mut at, mut k) = (0, 0);
    while at < from.len() {
        let (first, second) = (from[at] as usize, (from[at + 1] & 0x3f) as usize);
        let r = if first < 0xe0 {
            at += 2;
            (first & 0x1f) << 6 | second
        } else {
            at += 3;
            (first & 0x0f) << 12 | second << 6 | (from[at - 1] & 0x3f) as usize
        };
        if r >= block && r < block + N && table[r - block] as usize == r {
            table[r - block] = pairs.1[k] as u16;
        }
        k += 1;
    }
    table
}
