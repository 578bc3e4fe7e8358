package main

import "unicode/utf8"

// border is the unit of what no match may cross: it isn't UTF-8, and the host's patterns match nothing else.
const border = 0xff

// view is a text as patterns see it. A plain text is seen as it is. Of JSON, strings are seen as what they stand for, with
// a border in the place of each quote and of all that stands between values; numbers and names such as true are seen as
// they are. So a match lies within one string, or within one number.
type view struct {
	units  []byte
	json   bool    // units isn't the text itself
	at     []int32 // where each unit begins in the text, and one more for the end
	in     []bool  // whether the text before each unit ends within a string, and one more
	whole  int     // up to this unit all escapes and numbers are whole
	before []byte  // units that stand before the text; their place is 0
	room   []byte
}

// place is where unit n begins in the text.
func (v *view) place(n int) int {
	if !v.json {
		return n
	}
	return int(v.at[n])
}

// inside tells whether unit n stands in a string, and a text that is cut before it ends within one. A quote that closes
// a string counts.
func (v *view) inside(n int) bool { return v.in[n] }

// plain makes the view of a plain text.
func (v *view) plain(text []byte) { v.json, v.units, v.whole = false, text, len(text) }

func (v *view) add(u byte, at int, in bool) {
	v.units = append(v.units, u)
	v.at = append(v.at, int32(at))
	v.in = append(v.in, in)
}

// read makes the view of a piece of JSON that begins inside of a string or not. final says that nothing follows.
func (v *view) read(text []byte, inside, final bool) {
	v.json, v.units, v.at, v.in = true, v.room[:0], v.at[:0], v.in[:0]
	for _, u := range v.before {
		v.add(u, 0, inside)
	}
	number := -1 // the unit that the present number begins with
	n := 0
	for n < len(text) {
		c := text[n]
		switch {
		case c == '"':
			v.add(border, n, inside)
			inside = !inside
			number = -1
			n++
		case !inside && between(c):
			v.add(border, n, false)
			number = -1
			n++
		case !inside:
			if number < 0 {
				number = len(v.units)
			}
			v.add(c, n, false)
			n++
		case c == '\\':
			size := v.escape(text[n:], n)
			if size == 0 {
				if !final {
					v.end(n, true, -1, false)
					return
				}
				size = len(text) - n
				for k := range size {
					v.add(border, n+k, true)
				}
			}
			n += size
		default:
			v.add(c, n, true)
			n++
		}
	}
	v.end(n, inside, number, final)
}

// end completes a view whose units reach up to place at.
func (v *view) end(at int, inside bool, number int, final bool) {
	v.room = v.units
	v.whole = len(v.units)
	if number >= 0 && !final {
		v.whole = number
	}
	v.at = append(v.at, int32(at))
	v.in = append(v.in, inside)
}

// between tells whether c stands between the values of JSON.
func between(c byte) bool {
	switch c {
	case '{', '}', '[', ']', ':', ',', ' ', '\t', '\r', '\n':
		return true
	}
	return false
}

// scalar grows a match outside of strings to the whole value.
func scalar(text []byte, start, stop int) (int, int) {
	for start > 0 && !between(text[start-1]) && text[start-1] != '"' {
		start--
	}
	for stop < len(text) && !between(text[stop]) && text[stop] != '"' {
		stop++
	}
	return start, stop
}

// escape adds what the escape at the begin of text stands for, and returns its bytes, 0 if it isn't all there.
func (v *view) escape(text []byte, at int) (size int) {
	if len(text) < 2 {
		return 0
	}
	c := text[1]
	switch c {
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		return v.unicode(text, at)
	}
	v.add(c, at, true)
	return 2
}

func (v *view) unicode(text []byte, at int) (size int) {
	r, ok := hex4(text[2:])
	if !ok {
		if len(text) < 6 {
			return 0
		}
		v.add(border, at, true)
		return 2
	}
	size = 6
	if r >= 0xd800 && r < 0xdc00 { // the first half of a character
		if len(text) < 12 && (len(text) == 6 || text[6] == '\\' && (len(text) == 7 || text[7] == 'u')) {
			return 0
		}
		if len(text) >= 12 && text[6] == '\\' && text[7] == 'u' {
			if low, ok := hex4(text[8:]); ok && low >= 0xdc00 && low < 0xe000 {
				r, size = (r-0xd800)<<10+low-0xdc00+0x10000, 12
			}
		}
	}
	var room [utf8.UTFMax]byte
	for _, u := range room[:utf8.EncodeRune(room[:], r)] { // half a character alone becomes U+FFFD
		v.add(u, at, true)
	}
	return size
}

// hex4 reads four hexadecimal digits.
func hex4(b []byte) (r rune, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	for _, c := range b[:4] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// appendQuoted appends a text as it stands in a JSON string, without the quotes.
func appendQuoted(dst, text []byte) []byte {
	const hex = "0123456789abcdef"
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// partial is how many bytes at the end of a text are the begin of a character that was cut.
func partial(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if c := text[len(text)-n]; c >= utf8.RuneSelf && utf8.RuneStart(c) && c != border {
			if !utf8.FullRune(text[len(text)-n:]) {
				return n
			}
			return 0
		} else if c < utf8.RuneSelf {
			return 0
		}
	}
	return 0
}
