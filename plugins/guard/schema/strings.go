package main

import (
	"math/bits"
	"unicode/utf8"
	"unsafe"
)

// quoted reads the string at a place, and returns where it ends.
func (d *doc) quoted(at int) int {
	src := d.src
	from := at + 1
	at, high := skipPlain(src, from)
	switch {
	case at >= len(src):
		return d.fail(cut, at)
	case src[at] == '\\':
		return d.escaped(from, at)
	case src[at] != '"':
		return d.fail(control, at)
	case high && !utf8.Valid(src[from:at]):
		return d.fail(notUTF8, at)
	}
	d.put(text, from, at)
	return at + 1
}

// Eight bytes at once.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// skipPlain goes on to the first quote, backslash or control character, and tells whether there are bytes above 0x7f before it.
// Eight bytes at once, the first in the lowest place as WebAssembly has it, cost an eighth: there the turn of a loop is dear.
func skipPlain(src []byte, at int) (end int, high bool) {
	seen := uint64(0)
	for at+8 <= len(src) {
		x := *(*uint64)(unsafe.Pointer(&src[at]))
		quote, back := x^('"'*ones), x^('\\'*ones)
		// The lowest bit that is set is right; those above may be set by its borrow.
		stop := ((quote-ones)&^quote | (back-ones)&^back | (x-' '*ones)&^x) & highs
		if stop == 0 {
			seen |= x
			at += 8
			continue
		}
		seen |= x & (stop&-stop - 1)
		return at + bits.TrailingZeros64(stop)>>3, seen&highs != 0
	}
	for at < len(src) && src[at] >= ' ' && src[at] != '"' && src[at] != '\\' {
		seen |= uint64(src[at])
		at++
	}
	return at, seen&highs != 0
}

// escaped reads the rest of a string from its first escape, which is at.
func (d *doc) escaped(from, at int) int {
	src, start := d.src, len(d.plain)
	out := append(d.plain, src[from:at]...)
	for at < len(src) && src[at] != '"' {
		if src[at] != '\\' {
			end, _ := skipPlain(src, at)
			out = append(out, src[at:end]...)
			if at = end; at < len(src) && src[at] < ' ' {
				return d.fail(control, at)
			}
			continue
		}
		r, size := unescape(src[at:])
		if size == 0 {
			if at+6 > len(src) {
				return d.fail(cut, at)
			}
			return d.fail("a string holds an escape that doesn't exist", at)
		}
		out = utf8.AppendRune(out, r)
		at += size
		if d.most--; d.most <= len(d.nodes) { // an escape costs as much as a value
			return d.fail(tooMany, at)
		}
	}
	d.plain = out
	switch {
	case at >= len(src):
		return d.fail(cut, at)
	case !utf8.Valid(out[start:]):
		return d.fail(notUTF8, at)
	}
	d.put(text, start, len(out))
	if d.bad.what == "" {
		d.nodes[len(d.nodes)-1].escaped = true
	}
	return at + 1
}

// unescape reads an escape, or two that are a surrogate pair. A surrogate alone is U+FFFD. size is 0 if it is none.
func unescape(s []byte) (r rune, size int) {
	if len(s) < 2 {
		return 0, 0
	}
	switch c := s[1]; c {
	case '"', '\\', '/':
		return rune(c), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	}
	r = hex4(s)
	switch {
	case r < 0:
		return 0, 0
	case r < 0xd800 || r > 0xdfff:
		return r, 6
	}
	if low := hex4(s[6:]); r < 0xdc00 && low >= 0xdc00 && low <= 0xdfff {
		return (r-0xd800)<<10 | (low - 0xdc00) + 0x10000, 12
	}
	return utf8.RuneError, 6
}

// hex4 reads \uXXXX, -1 if it is none.
func hex4(s []byte) rune {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return -1
	}
	r := rune(0)
	for _, c := range s[2:6] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}
