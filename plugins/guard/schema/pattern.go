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

	anchored bool // it begins with ^: a match begins at the begin

	work  int     // steps that were looked at, of which two weigh as much as one of a check
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
	r.p.anchored = r.p.steps[0].op == begin
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
