package main

import "unicode/utf8"

// other is the unit of a character that belongs to no secret.
const other = 0x80

// view is a text as the scanner reads it: one byte for each character that counts. What only looks like an ASCII
// character is that character (full-width and mathematical letters, Cyrillic and Greek look-alikes), what can't be seen
// is left out (zero-width characters, tags), and an escape such as \u0041 is what it stands for. In JSON, all escapes are.
type view struct {
	units  []byte
	shifts []shift // none if units is the text itself
	room   []byte  // of units that aren't the text
	open   bool    // the text ends within a character or an escape
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

// unitAt is the first unit that begins at place or after it.
func (v *view) unitAt(place int) int {
	if len(v.shifts) == 0 {
		return place
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

// read makes the view of a text, which is kept until the next call. json says that the text is JSON.
func (v *view) read(text []byte, json bool) {
	v.open, v.shifts = false, v.shifts[:0]
	n := plain(text)
	if n == len(text) {
		v.units = text
		return
	}
	v.units = append(v.room[:0], text[:n]...)
	for n < len(text) {
		u, size := unit(text[n:], json)
		if size == 0 {
			v.open = true
			u, size = other, len(text)-n
		}
		if u != 0 {
			v.units = append(v.units, u)
		}
		n += size
		if size != 1 {
			v.shift(n)
		}
		if n < len(text) && usual(text[n]) {
			k := n + plain(text[n:])
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

// usual tells whether a byte is a unit as it is.
func usual(c byte) bool { return c < utf8.RuneSelf && c != '\\' && c != 0 }

// plain is how many bytes at the begin of a text are usual.
func plain(text []byte) int {
	n := 0
	for ; n+8 <= len(text); n += 8 {
		x := eight(text, n)
		y := x ^ '\\'*ones
		if (x|(x-ones)|(y-ones))&high != 0 && (x|(x-ones)&^x|(y-ones)&^y)&high != 0 {
			break
		}
	}
	for n < len(text) && usual(text[n]) {
		n++
	}
	return n
}

// unit reads the first character of a text: its unit, 0 if it can't be seen, and its bytes, 0 if it isn't all there.
func unit(text []byte, json bool) (u byte, size int) {
	c := text[0]
	switch {
	case c == '\\':
		return escape(text, json)
	case c == 0:
		return other, 1
	case c < utf8.RuneSelf:
		return c, 1
	case !utf8.FullRune(text):
		return 0, 0
	}
	r, size := utf8.DecodeRune(text)
	return fold(r), size
}

// escape reads an escape. Outside of JSON only \uXXXX, \xXX and the ends of lines are escapes.
func escape(text []byte, json bool) (u byte, size int) {
	if len(text) < 2 {
		return 0, 0
	}
	digits := 0
	switch c := text[1]; c {
	case 'u':
		digits = 4
	case 'x':
		digits = 2
	case 'n', 'r', 't':
		return '\n', 2
	case '"', '\'':
		return c, 2
	case '/', '\\':
		if json {
			return c, 2
		}
		return '\\', 1
	default:
		return '\\', 1
	}
	if len(text) < 2+digits {
		if !hexDigits(text[2:]) {
			return '\\', 1
		}
		return 0, 0
	}
	if !hexDigits(text[2 : 2+digits]) {
		return '\\', 1
	}
	var r rune
	for _, c := range text[2 : 2+digits] {
		r = r<<4 | rune(hexValue(c))
	}
	switch {
	case r < ' ':
		return '\n', 2 + digits
	case r < utf8.RuneSelf:
		return byte(r), 2 + digits
	}
	return fold(r), 2 + digits
}

func hexDigits(b []byte) bool {
	for _, c := range b {
		if hexValue(c) < 0 {
			return false
		}
	}
	return true
}

// hexValue is a hexadecimal digit's value, -1 for others.
func hexValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// fold is the unit of a character beyond ASCII, 0 if it can't be seen.
func fold(r rune) byte {
	switch {
	case r == 0x00ad, r == 0x034f, r == 0x061c, r == 0x180e, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e,
		r >= 0x2060 && r <= 0x206f, r == 0xfeff, r >= 0xfe00 && r <= 0xfe0f, r >= 0x0300 && r <= 0x036f,
		r >= 0xe0000 && r <= 0xe01ef:
		return 0
	case r == 0x00a0, r >= 0x2000 && r <= 0x200a, r == 0x202f, r == 0x205f, r == 0x3000:
		return ' '
	case r >= 0x2010 && r <= 0x2015, r == 0x2212, r == 0xfe58, r == 0xfe63:
		return '-'
	case r == 0x2018, r == 0x2019:
		return '\''
	case r >= 0x201c && r <= 0x201f:
		return '"'
	case r >= 0xff01 && r <= 0xff5e: // full-width ASCII
		return byte(r - 0xff01 + '!')
	case r >= 0x1d400 && r <= 0x1d6a3: // mathematical letters: 13 alphabets of 52
		n := byte((r - 0x1d400) % 52)
		if n < 26 {
			return 'A' + n
		}
		return 'a' + n - 26
	case r >= 0x1d7ce && r <= 0x1d7ff: // mathematical digits
		return byte((r-0x1d7ce)%10 + '0')
	case r >= 0x0391 && r <= 0x0458:
		return lookAlike(r)
	}
	return other
}

// Greek and Cyrillic letters, and the Latin ones that they look like.
const (
	greekAndCyrillic = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοАВЕКМНОРСТХУаеорсухіјѕЅІЈ"
	looksLike        = "ABEZHIKMNOPTYXoABEKMHOPCTXYaeopcyxijsSIJ"
)

func lookAlike(r rune) byte {
	n := 0
	for _, c := range greekAndCyrillic {
		if c == r {
			return looksLike[n]
		}
		n++
	}
	return other
}
