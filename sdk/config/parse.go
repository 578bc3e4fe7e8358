package config

import "unicode/utf8"

// maxDepth bounds how deep values may be nested.
const maxDepth = 64

type parser struct{ rest string }

func (p *parser) space() {
	for len(p.rest) > 0 && (p.rest[0] == ' ' || p.rest[0] == '\t' || p.rest[0] == '\n' || p.rest[0] == '\r') {
		p.rest = p.rest[1:]
	}
}

// next skips space and takes c, if it is there.
func (p *parser) next(c byte) bool {
	p.space()
	if len(p.rest) == 0 || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *parser) word(w string, k Kind) (Value, bool) {
	if len(p.rest) < len(w) || p.rest[:len(w)] != w {
		return Value{}, false
	}
	p.rest = p.rest[len(w):]
	return Value{kind: k}, true
}

func (p *parser) value(depth int) (Value, bool) {
	p.space()
	if len(p.rest) == 0 || depth > maxDepth {
		return Value{}, false
	}
	switch p.rest[0] {
	case '{':
		return p.object(depth)
	case '[':
		return p.list(depth)
	case '"':
		s, ok := p.text()
		return Value{kind: Text, text: s}, ok
	case 't':
		return p.word("true", True)
	case 'f':
		return p.word("false", False)
	case 'n':
		return p.word("null", Null)
	}
	return p.number()
}

func (p *parser) object(depth int) (Value, bool) {
	v := Value{kind: Object}
	p.next('{')
	if p.next('}') {
		return v, true
	}
	for {
		p.space()
		name, ok := p.text()
		if !ok || !p.next(':') {
			return Value{}, false
		}
		m, ok := p.value(depth + 1)
		if !ok {
			return Value{}, false
		}
		v.members = append(v.members, Member{name, m})
		if p.next('}') {
			return v, true
		}
		if !p.next(',') {
			return Value{}, false
		}
	}
}

func (p *parser) list(depth int) (Value, bool) {
	v := Value{kind: List}
	p.next('[')
	if p.next(']') {
		return v, true
	}
	for {
		e, ok := p.value(depth + 1)
		if !ok {
			return Value{}, false
		}
		v.list = append(v.list, e)
		if p.next(']') {
			return v, true
		}
		if !p.next(',') {
			return Value{}, false
		}
	}
}

// text reads a string.
func (p *parser) text() (string, bool) {
	if len(p.rest) == 0 || p.rest[0] != '"' {
		return "", false
	}
	for n := 1; n < len(p.rest); n++ {
		switch c := p.rest[n]; {
		case c == '"':
			s := p.rest[1:n]
			p.rest = p.rest[n+1:]
			return s, utf8.ValidString(s)
		case c == '\\':
			return p.escaped(n)
		case c < ' ':
			return "", false
		}
	}
	return "", false
}

// escaped reads the rest of a string from its first escape, which is at n.
func (p *parser) escaped(n int) (string, bool) {
	out := append([]byte(nil), p.rest[1:n]...)
	for n < len(p.rest) {
		c := p.rest[n]
		switch {
		case c == '"':
			p.rest = p.rest[n+1:]
			return string(out), utf8.Valid(out)
		case c < ' ':
			return "", false
		case c != '\\':
			out = append(out, c)
			n++
			continue
		}
		if n+1 >= len(p.rest) {
			return "", false
		}
		if p.rest[n+1] == 'u' {
			r, size := escapedRune(p.rest[n:])
			if size == 0 {
				return "", false
			}
			out = utf8.AppendRune(out, r)
			n += size
			continue
		}
		plain := unescape(p.rest[n+1])
		if plain == 0 {
			return "", false
		}
		out = append(out, plain)
		n += 2
	}
	return "", false
}

// unescape is what follows a backslash, 0 if nothing may.
func unescape(c byte) byte {
	switch c {
	case '"', '\\', '/':
		return c
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return 0
}

// escapedRune reads \uXXXX, or two of them that are a surrogate pair. size is 0 if it is none.
func escapedRune(s string) (r rune, size int) {
	r, ok := hex4(s)
	if !ok {
		return 0, 0
	}
	if r < 0xd800 || r > 0xdfff {
		return r, 6
	}
	if low, ok := hex4(s[6:]); ok && r < 0xdc00 && low >= 0xdc00 && low <= 0xdfff {
		return (r-0xd800)<<10 | (low - 0xdc00) + 0x10000, 12
	}
	return utf8.RuneError, 6
}

func hex4(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range []byte(s[2:6]) {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// number reads a number: -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?
func (p *parser) number() (Value, bool) {
	s := p.rest
	n := 0
	digits := func() bool {
		from := n
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		return n > from
	}
	if n < len(s) && s[n] == '-' {
		n++
	}
	zero := n < len(s) && s[n] == '0'
	from := n
	if !digits() || zero && n > from+1 {
		return Value{}, false
	}
	if n < len(s) && s[n] == '.' {
		n++
		if !digits() {
			return Value{}, false
		}
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		n++
		if n < len(s) && (s[n] == '+' || s[n] == '-') {
			n++
		}
		if !digits() {
			return Value{}, false
		}
	}
	p.rest = s[n:]
	return Value{kind: Number, text: s[:n]}, true
}

// whole is a number's text as an int; ok is false if it isn't whole or has more than 18 digits.
func whole(s string) (n int, ok bool) {
	negative := len(s) > 0 && s[0] == '-'
	if negative {
		s = s[1:]
	}
	if len(s) == 0 || len(s) > 18 {
		return 0, false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}
