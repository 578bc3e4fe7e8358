package main

import "unicode/utf8"

// unescape reads a character, or an escape that stands for one: \u0041, \x41, %41, &#65;, &#x41;.
func unescape(text []byte) (rune, int) {
	c := text[0]
	if c >= utf8.RuneSelf {
		return utf8.DecodeRune(text)
	}
	switch c {
	case '\\':
		if len(text) > 1 {
			switch text[1] {
			case 'u':
				return hexRune(text, 2, 4)
			case 'x':
				return hexRune(text, 2, 2)
			case 'n', 't', 'r':
				return '\n', 2
			}
		}
	case '%':
		return hexRune(text, 1, 2)
	case '&':
		return entity(text)
	}
	return rune(c), 1
}

// hexRune reads digits after a mark, which is itself if they aren't there.
func hexRune(text []byte, from, digits int) (rune, int) {
	if len(text) < from+digits {
		return rune(text[0]), 1
	}
	var r rune
	for _, c := range text[from : from+digits] {
		v := hexValue(c)
		if v < 0 {
			return rune(text[0]), 1
		}
		r = r<<4 | rune(v)
	}
	return r, from + digits
}

// entity reads a numbered entity of HTML.
func entity(text []byte) (rune, int) {
	if len(text) < 4 || text[1] != '#' {
		return '&', 1
	}
	var r rune
	n, base := 2, rune(10)
	if text[2]|0x20 == 'x' {
		n, base = 3, 16
	}
	for begin := n; n < len(text) && n-begin < 7; n++ {
		v := hexValue(text[n])
		if v < 0 || rune(v) >= base {
			break
		}
		r = r*base + rune(v)
	}
	if n < len(text) && text[n] == ';' && utf8.ValidRune(r) {
		return r, n + 1
	}
	return '&', 1
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

// minRun is how long a run of base64 or hexadecimal digits is before it is looked into.
const minRun = 20

// maxTries is how many begins of one run are tried: what stands before the real one is often made of its digits too.
const maxTries = 4

// run reads a run of base64 or hexadecimal digits that begins at text[at] and stands for a text, and keeps that. It
// returns its bytes, 0 if there is none.
func (r *reader) run(text []byte, at int) int {
	if at >= r.tried {
		r.tries = 0
	} else if r.tries == maxTries {
		return 0
	}
	text = text[at:]
	if len(text) < minRun || class64[text[minRun/2]] < 0 || class64[text[minRun-1]] < 0 {
		return 0
	}
	n, hexOnly, fair := 0, true, false
	for n < len(text) && class64[text[n]] >= 0 {
		hexOnly = hexOnly && hexValue(text[n]) >= 0
		fair = fair || ascii[text[n]] != small
		n++
	}
	r.tried = at + n
	r.tries++
	if n < minRun || !fair || len(r.decoded) > maxHidden {
		return 0
	}
	run := text[:min(n, maxHidden)]
	before := len(r.decoded)
	if hexOnly {
		for k := 0; k+1 < len(run); k += 2 {
			r.decoded = append(r.decoded, byte(hexValue(run[k])<<4|hexValue(run[k+1])))
		}
	} else {
		r.decode64(run)
	}
	if !readable(r.decoded[before:]) {
		r.decoded = r.decoded[:before]
		return 0
	}
	r.decoded = append(r.decoded, '\n')
	for n < len(text) && text[n] == '=' {
		n++
	}
	return n
}

// class64 is the value of a digit of base64, of either alphabet, -1 for others.
var class64 = func() (t [256]int8) {
	for c := range t {
		t[c] = -1
	}
	for n, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = int8(n)
	}
	t['-'], t['_'] = 62, 63
	return t
}()

func (r *reader) decode64(run []byte) {
	bits, have := 0, 0
	for _, c := range run {
		bits, have = bits<<6|int(class64[c]), have+6
		if have >= 8 {
			have -= 8
			r.decoded = append(r.decoded, byte(bits>>have))
			bits &= 1<<have - 1
		}
	}
}

// readable tells whether bytes are a text: UTF-8 without control characters, and mostly letters.
func readable(b []byte) bool {
	letters := 0
	for n := 0; n < len(b); {
		c, size := utf8.DecodeRune(b[n:])
		if c == utf8.RuneError && size < 2 && n+4 < len(b) || c < ' ' && c != '\n' && c != '\t' && c != '\r' || c == 0x7f {
			return false
		}
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c == ' ' || c >= 0x80 {
			letters++
		}
		n += size
	}
	return len(b) > 0 && letters*5 >= len(b)*3
}
