package main

import (
	"errors"
	"unicode/utf8"
)

// pattern is a regular expression as a list of steps. matches runs all of its ways at once, so that the time is at most
// the steps times the text, whatever the expression.
type pattern struct {
	steps []step
	sets  []set
	now   []int32 // steps that the text so far leads to
	next  []int32
	seen  []int32 // by step: the round in which it was added
	round int32
}

// step is what is done at a place of a pattern.
type step struct {
	op   op
	to   int32 // split: the other way. jump: where to
	rune rune  // one
	set  int32 // class
}

type op uint8

const (
	one op = iota
	class
	split
	jump
	begin
	end
	word
	noWord
	match
)

// set is a set of code points: pairs of first and last.
type set struct {
	ranges []rune
	not    bool
}

// Bounds of a pattern.
const (
	maxSteps  = 2_000
	maxRepeat = 1_000
	maxGroups = 32
)

var (
	errBeyond  = errors.New("this plugin knows patterns without look-around, back references and \\p only")
	errPattern = errors.New("it isn't a regular expression")
	errSteps   = errors.New("it has more than 2,000 steps with its repetitions written out")
)

// reader reads a pattern.
type reader struct {
	rest   []byte
	p      *pattern
	groups int
	err    error
}

// compilePattern reads a pattern of ECMAScript's kind, which need not match the whole text.
//
// # Errors
//
// errBeyond for what is right and not known here; errSteps; errPattern.
func compilePattern(s []byte) (*pattern, error) {
	r := &reader{rest: s, p: &pattern{}}
	r.choice()
	if r.err == nil && len(r.rest) > 0 {
		r.err = errPattern
	}
	r.emit(step{op: match})
	if r.err != nil {
		return nil, r.err
	}
	r.p.seen = make([]int32, len(r.p.steps))
	return r.p, nil
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.rest = nil
}

func (r *reader) emit(s step) int32 {
	if len(r.p.steps) >= maxSteps {
		r.fail(errSteps)
		return 0
	}
	r.p.steps = append(r.p.steps, s)
	return int32(len(r.p.steps) - 1)
}

func (r *reader) here() int32 { return int32(len(r.p.steps)) }

// insert puts a split before the steps from a place on, which move.
func (r *reader) insert(at int32, s step) {
	if r.emit(step{}); r.err != nil {
		return
	}
	steps := r.p.steps
	copy(steps[at+1:], steps[at:])
	steps[at] = s
	for n := at + 1; n < r.here(); n++ {
		if x := &steps[n]; (x.op == split || x.op == jump) && x.to >= at {
			x.to++
		}
	}
}

// choice reads ways with | between them.
func (r *reader) choice() {
	if r.groups++; r.groups > maxGroups {
		r.fail(errBeyond)
		return
	}
	var ends []int32
	for {
		from := r.here()
		r.sequence()
		if len(r.rest) == 0 || r.rest[0] != '|' {
			break
		}
		r.rest = r.rest[1:]
		r.insert(from, step{op: split})
		ends = append(ends, r.emit(step{op: jump}))
		if r.err != nil {
			return
		}
		r.p.steps[from].to = r.here()
	}
	for _, e := range ends {
		r.p.steps[e].to = r.here()
	}
	r.groups--
}

func (r *reader) sequence() {
	for len(r.rest) > 0 && r.rest[0] != '|' && r.rest[0] != ')' {
		from := r.here()
		repeats := r.atom()
		if r.err != nil {
			return
		}
		r.repeat(from, repeats)
	}
}

// atom reads one element. repeats tells that it may be repeated.
func (r *reader) atom() (repeats bool) {
	c := r.rest[0]
	switch c {
	case '^', '$':
		r.rest = r.rest[1:]
		r.emit(step{op: map[byte]op{'^': begin, '$': end}[c]})
		return false
	case '(':
		r.group()
		return true
	case '[':
		r.class()
		return true
	case '.':
		r.rest = r.rest[1:]
		r.emitSet(set{ranges: []rune{'\n', '\n', '\r', '\r', 0x2028, 0x2029}, not: true})
		return true
	case '*', '+', '?':
		r.fail(errPattern)
		return false
	case '\\':
		return r.escape()
	}
	x, size := utf8.DecodeRune(r.rest)
	r.rest = r.rest[size:]
	r.emit(step{op: one, rune: x})
	return true
}

func (r *reader) group() {
	r.rest = r.rest[1:]
	if len(r.rest) > 1 && r.rest[0] == '?' {
		switch {
		case r.rest[1] == ':':
			r.rest = r.rest[2:]
		case r.rest[1] == '<' && len(r.rest) > 2 && r.rest[2] != '=' && r.rest[2] != '!': // a name
			for len(r.rest) > 0 && r.rest[0] != '>' {
				r.rest = r.rest[1:]
			}
			if len(r.rest) > 0 {
				r.rest = r.rest[1:]
			}
		default:
			r.fail(errBeyond)
			return
		}
	}
	r.choice()
	if r.err != nil {
		return
	}
	if len(r.rest) == 0 {
		r.fail(errPattern)
		return
	}
	r.rest = r.rest[1:] // the bracket, since choice stops there only
}

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

// repeat reads what says how often the element from a place on is there, and writes the repetitions out.
func (r *reader) repeat(from int32, repeats bool) {
	least, most, ok := r.bounds()
	if !ok || r.err != nil {
		return
	}
	if len(r.rest) > 0 && r.rest[0] == '?' {
		r.rest = r.rest[1:] // lazy: the same texts match
	}
	if !repeats || len(r.rest) > 0 && byteIndex("*+?", r.rest[0]) >= 0 {
		r.fail(errPattern)
		return
	}
	unit := append([]step(nil), r.p.steps[from:]...)
	r.p.steps = r.p.steps[:from]
	for range least {
		r.copy(unit, from)
	}
	switch {
	case most < 0: // split out; unit; jump back
		at := r.emit(step{op: split})
		r.copy(unit, from)
		r.emit(step{op: jump, to: at})
		r.setTo(at, r.here())
	case most > least:
		var outs []int32
		for range most - least {
			outs = append(outs, r.emit(step{op: split}))
			r.copy(unit, from)
		}
		for _, at := range outs {
			r.setTo(at, r.here())
		}
	}
}

func (r *reader) setTo(at, to int32) {
	if r.err == nil {
		r.p.steps[at].to = to
	}
}

// copy appends steps that were made for another place.
func (r *reader) copy(unit []step, from int32) {
	by := r.here() - from
	for _, s := range unit {
		if s.op == split || s.op == jump {
			s.to += by
		}
		if r.emit(s); r.err != nil {
			return
		}
	}
}

// bounds reads *, +, ?, {n}, {n,} or {n,m}. most is -1 without a bound.
func (r *reader) bounds() (least, most int, ok bool) {
	if len(r.rest) == 0 {
		return 0, 0, false
	}
	switch r.rest[0] {
	case '*':
		r.rest = r.rest[1:]
		return 0, -1, true
	case '+':
		r.rest = r.rest[1:]
		return 1, -1, true
	case '?':
		r.rest = r.rest[1:]
		return 0, 1, true
	case '{':
		return r.counted()
	}
	return 0, 0, false
}

func (r *reader) counted() (least, most int, ok bool) {
	s, at := r.rest, 1
	read := func() (n, digits int) {
		for ; at < len(s) && s[at] >= '0' && s[at] <= '9' && digits < 6; digits++ {
			n = n*10 + int(s[at]-'0')
			at++
		}
		return n, digits
	}
	least, given := read()
	if given == 0 || at >= len(s) {
		r.fail(errPattern)
		return 0, 0, false
	}
	most = least
	if s[at] == ',' {
		at++
		if most, given = read(); given == 0 {
			most = -1
		}
	}
	switch {
	case at >= len(s) || s[at] != '}' || most >= 0 && most < least:
		r.fail(errPattern)
		return 0, 0, false
	case least > maxRepeat || most > maxRepeat:
		r.fail(errSteps)
		return 0, 0, false
	}
	r.rest = s[at+1:]
	return least, most, true
}
