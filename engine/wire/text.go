package wire

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

const byteOrderMark = "\xef\xbb\xbf"

// inside returns the bytes between the quotes of the string at s, and whether there is a string.
func inside(b []byte, s Span) ([]byte, bool) {
	if KindOf(b, s) != String || s.Len() < 2 {
		return nil, false
	}
	return Span{s.Start + 1, s.End - 1}.Of(b), true
}

// Text returns the decoded string at s. Without escapes it aliases b and newScratch is scratch as it came;
// with escapes the text is appended to scratch and aliases newScratch, which the caller keeps for the next
// call. Texts of earlier calls with the same scratch stay valid. The text is nil if there is no string, not
// nil for an empty one. Unpaired surrogates become U+FFFD.
func Text(b []byte, s Span, scratch []byte) (text, newScratch []byte) {
	raw, ok := inside(b, s)
	if !ok || bytes.IndexByte(raw, '\\') < 0 {
		return raw, scratch
	}
	n := len(scratch)
	scratch = AppendUnescaped(scratch, raw)
	return scratch[n:len(scratch):len(scratch)], scratch
}

// AppendText appends the decoded string at s, or nothing if there is no string. Unpaired surrogates become
// U+FFFD.
func AppendText(dst, b []byte, s Span) []byte {
	raw, _ := inside(b, s)
	return AppendUnescaped(dst, raw)
}

// AppendUnescaped appends the text that raw, the inside of a JSON string, stands for. Unpaired surrogates,
// and escapes that Validate would have refused, become U+FFFD.
func AppendUnescaped(dst, raw []byte) []byte {
	for {
		n := bytes.IndexByte(raw, '\\')
		if n < 0 {
			return append(dst, raw...)
		}
		dst = append(dst, raw[:n]...)
		r, width := decodeEscape(raw[n:])
		dst = utf8.AppendRune(dst, r)
		raw = raw[n+width:]
	}
}

// nextRune returns the first rune that raw, a part of the inside of a JSON string, stands for, and the
// number of bytes it takes there. raw must not be empty.
func nextRune(raw []byte) (rune, int) {
	if raw[0] == '\\' {
		return decodeEscape(raw)
	}
	return utf8.DecodeRune(raw)
}

// decodeEscape decodes the escape at the front of raw, or both escapes of a surrogate pair.
func decodeEscape(raw []byte) (r rune, width int) {
	if len(raw) < 2 {
		return utf8.RuneError, len(raw)
	}
	if c := shortEscape[raw[1]]; c != 0 {
		return rune(c), 2
	}
	if raw[1] == 'u' {
		return decodeHex(raw)
	}
	return utf8.RuneError, 2
}

func decodeHex(raw []byte) (r rune, width int) {
	r, ok := hex4(raw, 2)
	if !ok {
		return utf8.RuneError, 2
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if len(raw) >= 12 && raw[6] == '\\' && raw[7] == 'u' {
		if low, ok := hex4(raw, 8); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, 12
			}
		}
	}
	return utf8.RuneError, 6
}

// hex4 reads four hex digits at i.
func hex4(b []byte, i int) (rune, bool) {
	if len(b)-i < 4 {
		return 0, false
	}
	var r rune
	for _, c := range b[i : i+4] {
		d := hexDigit[c]
		if d == 0 {
			return 0, false
		}
		r = r<<4 | rune(d-1)
	}
	return r, true
}

// hexDigit is the value of a hex digit plus one, zero for other bytes.
var hexDigit = func() (t [256]uint8) {
	for i := range uint8(10) {
		t['0'+i] = i + 1
	}
	for i := range uint8(6) {
		t['a'+i], t['A'+i] = i+11, i+11
	}
	return t
}()

// AppendQuoted appends text as a JSON string with its quotes, escaped as AppendEscaped does.
func AppendQuoted(dst, text []byte) []byte {
	dst = append(dst, '"')
	dst = AppendEscaped(dst, text)
	return append(dst, '"')
}

// AppendEscaped appends text as the inside of a JSON string. It escapes quotes, backslashes and control
// bytes and nothing else; each byte that is not UTF-8 becomes U+FFFD. A text that comes in pieces must
// therefore be cut between runes.
func AppendEscaped(dst, text []byte) []byte {
	from, i := 0, 0
	for i < len(text) {
		if i+wordBytes <= len(text) {
			w := load(text, i)
			m := stops(w) | w&high
			if m == 0 {
				i += wordBytes
				continue
			}
			i += lowest(m)
		}
		c := text[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(text[i:])
			if r == utf8.RuneError && n == 1 {
				dst = append(dst, text[from:i]...)
				dst = utf8.AppendRune(dst, utf8.RuneError)
				from = i + 1
			}
			i += n
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			dst = append(dst, text[from:i]...)
			dst = appendEscape(dst, c)
			from = i + 1
		}
		i++
	}
	return append(dst, text[from:]...)
}

func appendEscape(dst []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}
