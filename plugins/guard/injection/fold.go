package main

// fold is what a character counts as: a small letter without its accents, a Latin letter for what only looks like one,
// 0 for what can't be seen, ' ' for spaces.
func fold(r rune) rune {
	switch {
	case r < 0x80:
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	case r < 0x250:
		return latin(r)
	case invisible(r):
		return 0
	case r >= 0x0250 && r <= 0x02af, r >= 0x1d00 && r <= 0x1d7f: // phonetic letters and small capitals
		return phonetic(r)
	case r >= 0x1e00 && r <= 0x1eff: // Latin with more accents
		return latinMore(r)
	case r >= 0x0391 && r <= 0x03a9: // Greek capitals
		return r + 0x20
	case r >= 0x0410 && r <= 0x042f: // Cyrillic capitals
		return r + 0x20
	case r >= 0x0400 && r <= 0x040f:
		return r + 0x50
	case r == 0x2018 || r == 0x2019 || r == 0x02bc:
		return '\''
	case r >= 0x2000 && r <= 0x200a, r == 0x202f, r == 0x205f, r == 0x3000:
		return ' '
	case r >= 0x2070 && r <= 0x2079:
		return '0' + r - 0x2070
	case r >= 0xff01 && r <= 0xff5e: // full-width ASCII
		return fold(r - 0xff01 + '!')
	case r >= 0x1d400 && r <= 0x1d6a3: // mathematical letters: 13 alphabets of 52
		return 'a' + (r-0x1d400)%26
	case r >= 0x1d7ce && r <= 0x1d7ff:
		return '0' + (r-0x1d7ce)%10
	case r >= 0x24b6 && r <= 0x24cf: // in circles
		return 'a' + r - 0x24b6
	case r >= 0x24d0 && r <= 0x24e9:
		return 'a' + r - 0x24d0
	case r >= 0x249c && r <= 0x24b5:
		return 'a' + r - 0x249c
	case r >= 0x1f110 && r <= 0x1f129:
		return 'a' + r - 0x1f110
	case r >= 0x1f130 && r <= 0x1f149: // in squares
		return 'a' + r - 0x1f130
	case r >= 0x1f150 && r <= 0x1f169:
		return 'a' + r - 0x1f150
	case r >= 0x1f170 && r <= 0x1f189:
		return 'a' + r - 0x1f170
	case r >= 0x1f1e6 && r <= 0x1f1ff: // flags
		return 'a' + r - 0x1f1e6
	}
	return r
}

// invisible tells whether a character takes no room: zero-width ones, marks on others, selectors, directions. Tags are
// apart: they can spell.
func invisible(r rune) bool {
	switch {
	case r == 0x00ad, r == 0x061c, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x180e, r == 0x3164, r == 0xfeff, r == 0xffa0,
		r >= 0x0300 && r <= 0x036f, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f,
		r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef, r >= 0x20d0 && r <= 0x20f0:
		return true
	}
	return false
}

// Letters with accents in the first two blocks beyond ASCII, from U+00C0 and from U+0100, and what they are without.
const (
	latin1    = "aaaaaaaceeeeiiiidnooooo*ouuuuypsaaaaaaaceeeeiiiidnooooo*ouuuuypy"
	latinExtA = "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
)

func latin(r rune) rune {
	switch {
	case r == 0xa0:
		return ' '
	case r == 0xad:
		return 0
	case r >= 0xc0 && r <= 0xff:
		return rune(latin1[r-0xc0])
	case r >= 0x100 && int(r-0x100) < len(latinExtA):
		return rune(latinExtA[r-0x100])
	}
	return r
}

// latinMore is a letter of U+1E00 to U+1EFF without its accents. The block is in the order of the alphabet twice.
func latinMore(r rune) rune {
	for _, s := range [...]struct {
		to     rune
		letter rune
	}{
		{0x1e01, 'a'},
		{0x1e07, 'b'},
		{0x1e09, 'c'},
		{0x1e13, 'd'},
		{0x1e1d, 'e'},
		{0x1e1f, 'f'},
		{0x1e21, 'g'},
		{0x1e2b, 'h'},
		{0x1e2f, 'i'},
		{0x1e35, 'k'},
		{0x1e3d, 'l'},
		{0x1e43, 'm'},
		{0x1e4b, 'n'},
		{0x1e53, 'o'},
		{0x1e57, 'p'},
		{0x1e5f, 'r'},
		{0x1e69, 's'},
		{0x1e71, 't'},
		{0x1e7b, 'u'},
		{0x1e7f, 'v'},
		{0x1e89, 'w'},
		{0x1e8d, 'x'},
		{0x1e8f, 'y'},
		{0x1e95, 'z'},
		{0x1e9f, 's'},
		{0x1eb7, 'a'},
		{0x1ec7, 'e'},
		{0x1ecb, 'i'},
		{0x1ee3, 'o'},
		{0x1ef1, 'u'},
		{0x1eff, 'y'},
	} {
		if r <= s.to {
			return s.letter
		}
	}
	return r
}

// Letters of the phonetic alphabet, and small capitals, that look like Latin ones.
const (
	phonetics     = "ɐɑɓɔɕɖɗəɘɛɜɡɠɢɦɥɪɨɩɭɫɯɱɴɲɳɵɒɹʀɾɽʁʂʃʇʈʉʊʌʍʏʐʑʙʜʟᴀᴃᴄᴅᴇᴊᴋᴌᴍᴏᴘᴛᴜᴠᴡᴢ"
	phoneticsLike = "aabocddeeeeggghhiiillmmnnnoarrrrrssttuuvmyzzbhlabcdejklmoptuvwz"
)

func phonetic(r rune) rune { return substitute(r, phonetics, phoneticsLike) }

// Greek and Cyrillic small letters that look like Latin ones, and those.
const (
	alikes     = "αβγεηικνορτυχωавекмнорстухіјѕԁһӏгьиѡԛԝё"
	alikesLike = "abyenikvoptuxwabekmhopctyxijsdhlrbnwqwe"
)

// alike is the Latin letter that a Greek or Cyrillic one looks like, or the letter itself.
func alike(r rune) rune { return substitute(r, alikes, alikesLike) }

func substitute(r rune, from, to string) rune {
	n := 0
	for _, c := range from {
		if c == r {
			return rune(to[n])
		}
		n++
	}
	return r
}
