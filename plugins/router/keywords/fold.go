package main

import (
	"unicode"
	"unicode/utf8"
	"unsafe"
)

// folded holds what the code points below it fold to; most prompts need no others.
var folded = func() (t [0x600]rune) {
	for r := range t {
		t[r] = slowFold(rune(r))
	}
	return t
}()

// slowFold is the least code point that differs from r in case only, as Unicode's simple folding has it.
func slowFold(r rune) rune {
	least := r
	for x := unicode.SimpleFold(r); x != r; x = unicode.SimpleFold(x) {
		least = min(least, x)
	}
	return least
}

func fold(r rune) rune {
	if r < rune(len(folded)) {
		return folded[r]
	}
	if caseless(r) {
		return r
	}
	page := pages[r>>pageBits]
	if page == nil {
		page = new([1 << pageBits]rune)
		for n := range page {
			page[n] = slowFold(r>>pageBits<<pageBits + rune(n))
		}
		pages[r>>pageBits] = page
	}
	return page[r&(1<<pageBits-1)]
}

// pages hold what the code points of the other scripts with case fold to, made when one is met: Unicode's own tables cost thousands of
// instructions a letter.
var pages = map[rune]*[1 << pageBits]rune{}

const pageBits = 6

// caseless tells whether a code point stands where nothing has case: most scripts, signs, and what isn't assigned.
func caseless(r rune) bool {
	switch {
	case r < 0x10000:
		return r < 0x10a0 || r >= 0x2000 && r < 0x2100 || r >= 0x2190 && r < 0x24b0 || r >= 0x2500 && r < 0x2c00 ||
			r >= 0x2e00 && r < 0xa640 || r >= 0xac00 && r < 0xff00 || r >= 0xff60
	case r < 0x12000:
		return r < 0x10400 || r >= 0x10e00 && r < 0x11880 || r >= 0x11900
	}
	return (r < 0x16e00 || r >= 0x16f00) && (r < 0x1e900 || r >= 0x1e980)
}

// ascii is what the first code points are compared as: capitals, and every kind of space as one.
var ascii = func() (t [utf8.RuneSelf]byte) {
	for c := range t {
		t[c] = byte(fold(rune(c)))
		if c >= '\t' && c <= '\r' {
			t[c] = ' '
		}
	}
	return t
}()

// appendFolded appends a text as it is compared: folded, and with one space for each run of them. It is never longer than the text.
func appendFolded(dst, text []byte) []byte {
	at := len(dst)
	if cap(dst)-at < len(text) {
		dst = append(dst, make([]byte, len(text))...)
	}
	dst = dst[:at+len(text)]
	space := true // none at the begin
	for n := 0; n < len(text); {
		if n+8 <= len(text) {
			if x, plain := fold8(*(*uint64)(unsafe.Pointer(&text[n])), space); plain {
				*(*uint64)(unsafe.Pointer(&dst[at])) = x
				space = dst[at+7] == ' '
				n += 8
				at += 8
				continue
			}
		}
		if c := text[n]; c < utf8.RuneSelf {
			n++
			f := ascii[c]
			if f != ' ' || !space {
				dst[at] = f
				at++
			}
			space = f == ' '
			continue
		}
		r, size := utf8.DecodeRune(text[n:])
		switch f := fold(r); {
		case isSpace(r):
			if !space {
				dst[at] = ' '
				at++
			}
			space = true
		case size == 1: // no UTF-8
			dst[at] = text[n]
			at++
			space = false
		default:
			at += utf8.EncodeRune(dst[at:], f)
			space = false
		}
		n += size
	}
	return dst[:at]
}

// Eight bytes at once.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// fold8 folds eight bytes, the first in the lowest place as WebAssembly has it. plain is false if one of them isn't ASCII or is a control character, or a
// space follows one; space tells that one came before. All bytes being below 0x80, no sum carries into the next.
func fold8(x uint64, space bool) (folded uint64, plain bool) {
	spaces := ^(x ^ ' '*ones + 0x7f*ones) & highs
	before := spaces << 8
	if space {
		before |= 0x80
	}
	if x&highs != 0 || (x+(0x80-' ')*ones)&highs != highs || spaces&before != 0 {
		return 0, false
	}
	small := (x + (0x80-'a')*ones) &^ (x + (0x80-'z'-1)*ones) & highs
	return x ^ small>>2, true
}

func isSpace(r rune) bool {
	return r == 0xa0 || r == 0x3000 || r >= 0x2000 && r <= 0x200a || r == 0x2028 || r == 0x2029 || r == 0x202f
}

// letters are the first code points that are part of words.
var letters = func() (t [0x600]bool) {
	for n := range t {
		r := rune(n)
		t[n] = r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
	}
	return t
}()

// isWord tells whether a code point is part of words that have spaces between them. Those of scripts without, and of Korean, where
// endings are joined to words, aren't.
func isWord(r rune) bool {
	switch {
	case r < rune(len(letters)):
		return letters[r]
	case r == utf8.RuneError,
		r >= 0x0e00 && r <= 0x0eff, // Thai, Lao
		r >= 0x1000 && r <= 0x109f, // Burmese
		r >= 0x1780 && r <= 0x17ff, // Khmer
		r >= 0x2e80 && r <= 0xa4cf, // Chinese, Japanese, Yi
		r >= 0xac00 && r <= 0xd7ff, // Korean
		r >= 0xf900 && r <= 0xfaff,
		r >= 0x20000 && r <= 0x3ffff:
		return false
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// bounded tells whether text[from:to] is a whole word: neither side goes on with a letter where the match has one.
func bounded(text []byte, from, to int) bool {
	before, _ := utf8.DecodeLastRune(text[:from])
	first, _ := utf8.DecodeRune(text[from:to])
	last, _ := utf8.DecodeLastRune(text[from:to])
	after, _ := utf8.DecodeRune(text[to:])
	return !(from > 0 && isWord(before) && isWord(first)) && !(to < len(text) && isWord(after) && isWord(last))
}
