package main

import "unicode/utf8"

// escape reads a backslash outside of a class.
func (r *reader) escape() (repeats bool) {
	if len(r.rest) < 2 {
		r.fail(errPattern)
		return false
	}
	switch c := r.rest[1]; c {
	case 'b', 'B':
		r.rest = r.rest[2:]
		r.emit(step{op: map[byte]op{'b': word, 'B': noWord}[c]})
		return false
	}
	if s, ok := shorthand(r.rest[1]); ok {
		r.rest = r.rest[2:]
		r.emitSet(s)
		return true
	}
	r.emit(step{op: one, rune: r.escaped()})
	return true
}

// escaped reads a backslash that stands for one code point.
func (r *reader) escaped() rune {
	c := r.rest[1]
	at := byteIndex("tnrvf0", c)
	switch {
	case at == 5 && len(r.rest) > 2 && r.rest[2] >= '0' && r.rest[2] <= '9', c >= '1' && c <= '9', c == 'k', c == 'p', c == 'P', c == 'c':
		r.fail(errBeyond)
		return 0
	case at >= 0:
		r.rest = r.rest[2:]
		return rune("\t\n\r\v\f\x00"[at])
	case c == 'u':
		x, size := unescape(r.rest)
		if size == 0 {
			r.fail(errPattern)
			return 0
		}
		r.rest = r.rest[size:]
		return x
	case c == 'x':
		x := rune(-1)
		if len(r.rest) >= 4 {
			x = hex4([]byte{'\\', 'u', '0', '0', r.rest[2], r.rest[3]})
		}
		if x < 0 {
			r.fail(errPattern)
			return 0
		}
		r.rest = r.rest[4:]
		return x
	case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		r.fail(errPattern)
		return 0
	}
	x, size := utf8.DecodeRune(r.rest[1:])
	r.rest = r.rest[1+size:]
	return x
}

func byteIndex(s string, c byte) int {
	for n := range len(s) {
		if s[n] == c {
			return n
		}
	}
	return -1
}

var (
	digitRunes = []rune{'0', '9'}
	wordRunes  = []rune{'0', '9', 'A', 'Z', '_', '_', 'a', 'z'}
	spaceRunes = []rune{'\t', '\r', ' ', ' ', 0xa0, 0xa0, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000, 0x3000, 0xfeff, 0xfeff}
)

// shorthand is what \d and its like stand for.
func shorthand(c byte) (set, bool) {
	switch c {
	case 'd', 'D':
		return set{digitRunes, c == 'D'}, true
	case 'w', 'W':
		return set{wordRunes, c == 'W'}, true
	case 's', 'S':
		return set{spaceRunes, c == 'S'}, true
	}
	return set{}, false
}

func (r *reader) emitSet(s set) {
	r.p.sets = append(r.p.sets, s)
	r.emit(step{op: class, set: int32(len(r.p.sets) - 1)})
}

// class reads [abc].
func (r *reader) class() {
	r.rest = r.rest[1:]
	var s set
	if len(r.rest) > 0 && r.rest[0] == '^' {
		s.not, r.rest = true, r.rest[1:]
	}
	for len(r.rest) > 0 && r.rest[0] != ']' {
		from, some := r.classRune()
		to, more := from, set{}
		dash := len(r.rest) > 1 && r.rest[0] == '-' && r.rest[1] != ']'
		if dash && some.ranges == nil {
			r.rest = r.rest[1:]
			to, more = r.classRune()
		}
		switch {
		case r.err != nil:
			return
		case some.ranges != nil:
			s.ranges = append(s.ranges, some.positive()...)
			continue
		case more.ranges != nil || to < from:
			r.fail(errPattern)
			return
		}
		s.ranges = append(s.ranges, from, to)
	}
	if len(r.rest) == 0 {
		r.fail(errPattern)
		return
	}
	r.rest = r.rest[1:]
	r.emitSet(s)
}

// classRune reads one element of a class: a code point, or a set such as \d.
func (r *reader) classRune() (rune, set) {
	if len(r.rest) == 0 {
		r.fail(errPattern)
		return 0, set{}
	}
	if r.rest[0] != '\\' {
		x, size := utf8.DecodeRune(r.rest)
		r.rest = r.rest[size:]
		return x, set{}
	}
	if len(r.rest) < 2 {
		r.fail(errPattern)
		return 0, set{}
	}
	if s, ok := shorthand(r.rest[1]); ok {
		r.rest = r.rest[2:]
		return 0, s
	}
	switch r.rest[1] {
	case 'b':
		r.rest = r.rest[2:]
		return '\b', set{}
	case '-':
		r.rest = r.rest[2:]
		return '-', set{}
	}
	return r.escaped(), set{}
}

// positive is the set as ranges that are in it. The ranges of a shorthand are in order.
func (s set) positive() []rune {
	if !s.not {
		return s.ranges
	}
	var out []rune
	from := rune(0)
	for n := 0; n < len(s.ranges); n += 2 {
		if s.ranges[n] > from {
			out = append(out, from, s.ranges[n]-1)
		}
		from = s.ranges[n+1] + 1
	}
	return append(out, from, utf8.MaxRune)
}

func (s *set) has(x rune) bool {
	for n := 0; n < len(s.ranges); n += 2 {
		if x >= s.ranges[n] && x <= s.ranges[n+1] {
			return !s.not
		}
	}
	return s.not
}
