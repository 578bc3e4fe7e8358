package main

import (
	"unicode/utf8"
	"unsafe"
)

// Units that aren't ASCII characters.
const (
	other   = 0x80 // a character that belongs to no match
	foreign = 0x81 // a letter with an accent, Greek or Cyrillic: may stand in an address
)

// view is a text as the matchers read it: one byte for each character that counts. What only looks like another
// character is that character (full-width digits, typographic dashes and spaces), what can't be seen is left out
// (zero-width characters), and in JSON an escape is what it stands for.
type view struct {
	units  []byte
	shifts []shift // none if units is the text itself
	room   []byte  // of units that aren't the text
	text   []byte
	open   bool // the text ends within a character or an escape, which is no unit; the units' end is where it begins
}

// shift says that units from unit on begin so many bytes behind their own number in the text.
type shift struct{ unit, by int32 }

// place is where unit n begins in the text.
func (v *view) place(n int) int {
	if len(v.shifts) == 0 || n < int(v.shifts[0].unit) {
		return n
	}
	low, high := 0, len(v.shifts)
	for low+1 < high {
		if mid := (low + high) / 2; int(v.shifts[mid].unit) <= n {
			low = mid
		} else {
			high = mid
		}
	}
	return n + int(v.shifts[low].by)
}

// unitAt is the first unit that begins at or after a place.
func (v *view) unitAt(place int) int {
	if len(v.shifts) == 0 {
		return min(place, len(v.units))
	}
	low, high := 0, len(v.units)
	for low < high {
		if mid := (low + high) / 2; v.place(mid) < place {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// read makes the view of a text. json says that the text is JSON.
func (v *view) read(text []byte, json bool) {
	v.text, v.open, v.shifts = text, false, v.shifts[:0]
	n := usual(text, json)
	if n == len(text) {
		v.units = text
		return
	}
	v.units = append(v.room[:0], text[:n]...)
	for n < len(text) {
		u, size := unit(text[n:], json)
		if size == 0 {
			v.open = true
			break
		}
		if u != 0 {
			v.units = append(v.units, u)
		}
		n += size
		if size != 1 || u == 0 {
			v.shift(n)
		}
		if n < len(text) && text[n] < utf8.RuneSelf && (text[n] != '\\' || !json) {
			k := n + usual(text[n:], json)
			v.units = append(v.units, text[n:k]...)
			n = k
		}
	}
	v.room = v.units
}

// shift notes that the next unit begins at place n.
func (v *view) shift(n int) {
	s := shift{int32(len(v.units)), int32(n - len(v.units))}
	if k := len(v.shifts) - 1; k >= 0 && v.shifts[k].unit == s.unit {
		v.shifts[k] = s
		return
	}
	v.shifts = append(v.shifts, s)
}

// Eight bytes at a time: bit 7 of each byte of a mask tells of one byte, the first in the lowest.
const (
	ones = 0x0101010101010101
	high = 0x80 * ones
	low  = 0x7f * ones
)

// eight are the bytes from n on. n+8 must not be behind the end, and the machine must be little-endian, as guests are.
func eight(text []byte, n int) uint64 { return *(*uint64)(unsafe.Pointer(&text[n])) }

// letters are the ASCII letters of eight bytes.
func letters(x uint64) uint64 {
	folded := (x | 0x20*ones) & low
	return (folded + (0x80-'a')*ones) &^ (folded + (0x7f-'z')*ones) &^ x & high
}

// usual is how many bytes at the begin of a text are ASCII, and in JSON no escape. It is run over every text.
func usual(text []byte, json bool) int {
	escape := uint64(high) // no ASCII
	if json {
		escape = '\\' * ones
	}
	n := 0
	for ; n+8 <= len(text); n += 8 {
		x := eight(text, n)
		y := x ^ escape
		if (x|(y-ones)&^y)&high != 0 {
			break
		}
	}
	for n < len(text) && text[n] < utf8.RuneSelf && (text[n] != '\\' || !json) {
		n++
	}
	return n
}

// unit reads the first character of a text: its unit, 0 if it can't be seen, and its bytes, 0 if it isn't all there.
func unit(text []byte, json bool) (u byte, size int) {
	c := text[0]
	if c == '\\' && json {
		return escape(text)
	}
	if c < utf8.RuneSelf {
		if c == 0 {
			return other, 1
		}
		return c, 1
	}
	if !utf8.FullRune(text) {
		return 0, 0
	}
	r, size := utf8.DecodeRune(text)
	return fold(r), size
}

// escape reads a JSON escape.
func escape(text []byte) (u byte, size int) {
	if len(text) < 2 {
		return 0, 0
	}
	if text[1] != 'u' {
		switch text[1] {
		case '/':
			return '/', 2
		case '"', '\\':
			return other, 2
		}
		return ' ', 2 // a line's end or a tab
	}
	if len(text) < 6 {
		return 0, 0
	}
	var r rune
	for _, c := range text[2:6] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return other, 2
		}
		r = r<<4 | rune(c)
	}
	if r < ' ' {
		return ' ', 6
	}
	if r < utf8.RuneSelf {
		return byte(r), 6
	}
	return fold(r), 6
}

// fold is the unit of a character beyond ASCII.
func fold(r rune) byte {
	switch {
	case r == 0x00ad, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x2064, r == 0xfeff, r >= 0xfe00 && r <= 0xfe0f:
		return 0
	case r == 0x00a0, r >= 0x2000 && r <= 0x200a, r == 0x202f, r == 0x205f, r == 0x3000:
		return ' '
	case r >= 0x2010 && r <= 0x2015, r == 0x2212, r == 0xfe58, r == 0xfe63:
		return '-'
	case r == 0x2024, r == 0x3002, r == 0xff61:
		return '.'
	case r >= 0xff01 && r <= 0xff5e: // full-width ASCII
		return byte(r - 0xff01 + '!')
	case r >= 0x0660 && r <= 0x0669: // Arabic-Indic digits
		return byte(r - 0x0660 + '0')
	case r >= 0x06f0 && r <= 0x06f9:
		return byte(r - 0x06f0 + '0')
	case r >= 0x0966 && r <= 0x096f: // Devanagari digits
		return byte(r - 0x0966 + '0')
	case r >= 0x1d7ce && r <= 0x1d7ff: // mathematical digits
		return byte((r-0x1d7ce)%10 + '0')
	case r >= 0x00c0 && r <= 0x052f && r != 0x00d7 && r != 0x00f7:
		return foreign
	}
	return other
}
