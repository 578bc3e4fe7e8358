package pattern

import (
	"regexp/syntax"
	"unicode"
)

// opcode is what an instruction does.
type opcode uint8

const (
	opFail   opcode = iota
	opAlt           // goes on at out and at arg
	opRange         // takes a byte lo to hi, goes on at out
	opSet           // takes a byte of set arg, goes on at out
	opAssert        // goes on at out if assertion lo holds here
	opMatch         // pattern arg has matched
)

// Assertions, by the direction of the scan: prev is the byte that was read last, next the one to come.
const (
	edgeBegin byte = iota // there is no prev
	edgeEnd               // there is no next
	lineBegin
	lineEnd
	wordEdge
	noWordEdge
)

// inst is an instruction of an automaton over bytes.
type inst struct {
	op       opcode
	lo, hi   byte
	out, arg uint32
}

// byteset is a set of bytes.
type byteset [4]uint64

func (s *byteset) add(lo, hi byte) {
	for b := int(lo); b <= int(hi); b++ {
		s[b>>6] |= 1 << (b & 63)
	}
}

func (s *byteset) has(b byte) bool { return s[b>>6]>>(b&63)&1 != 0 }

// prog is an automaton over bytes, forwards or backwards. Instruction 0 fails.
type prog struct {
	insts   []inst
	sets    []byteset
	start   uint32
	asserts bool
}

// compiler makes a prog from the end to the begin, in the direction of the scan: each piece is told what comes after it.
type compiler struct {
	prog
	reverse bool
	over    bool // the prog is too large
	setIDs  map[byteset]uint32
	takes   map[inst]uint32 // instructions that take a byte: equal ones are one
}

// compile makes the prog of patterns. Backwards, nobody asks which pattern it was.
func compile(trees []*syntax.Regexp, reverse bool) (*prog, error) {
	c := &compiler{reverse: reverse, setIDs: map[byteset]uint32{}, takes: map[inst]uint32{}}
	c.insts = append(c.insts, inst{})
	end := uint32(0)
	for n := len(trees) - 1; n >= 0; n-- {
		if end == 0 || !reverse {
			end = c.emit(inst{op: opMatch, arg: uint32(n)})
		}
		c.start = c.either(c.piece(trees[n], end), c.start)
		if c.over {
			return nil, &Error{Pattern: n, Reason: "the set is too large with this pattern; a counted repetition counts as often as it repeats", Large: true}
		}
	}
	return &c.prog, nil
}

func (c *compiler) emit(in inst) uint32 {
	if len(c.insts) >= maxInsts {
		c.over = true
		return 0
	}
	c.insts = append(c.insts, in)
	return uint32(len(c.insts) - 1)
}

// either goes on at a or b.
func (c *compiler) either(a, b uint32) uint32 {
	switch {
	case a == 0:
		return b
	case b == 0:
		return a
	}
	return c.emit(inst{op: opAlt, out: a, arg: b})
}

// take takes a byte of a set.
func (c *compiler) take(s byteset, next uint32) uint32 {
	in := inst{op: opSet, out: next}
	lo, hi := 0, 255
	for lo < 255 && !s.has(byte(lo)) {
		lo++
	}
	for hi > lo && !s.has(byte(hi)) {
		hi--
	}
	whole := byteset{}
	whole.add(byte(lo), byte(hi))
	if whole == s {
		in.op, in.lo, in.hi = opRange, byte(lo), byte(hi)
	} else {
		id, ok := c.setIDs[s]
		if !ok {
			id = uint32(len(c.sets))
			c.sets = append(c.sets, s)
			c.setIDs[s] = id
		}
		in.arg = id
	}
	if at, ok := c.takes[in]; ok {
		return at
	}
	at := c.emit(in)
	c.takes[in] = at
	return at
}

// piece compiles re, followed by next.
func (c *compiler) piece(re *syntax.Regexp, next uint32) uint32 {
	if c.over {
		return 0
	}
	switch re.Op {
	case syntax.OpEmptyMatch:
		return next
	case syntax.OpLiteral:
		return c.literal(re, next)
	case syntax.OpCharClass:
		return c.class(re.Rune, next)
	case syntax.OpAnyChar:
		return c.class([]rune{0, unicode.MaxRune}, next)
	case syntax.OpAnyCharNotNL:
		return c.class([]rune{0, '\n' - 1, '\n' + 1, unicode.MaxRune}, next)
	case syntax.OpCapture:
		return c.piece(re.Sub[0], next)
	case syntax.OpStar:
		return c.star(re.Sub[0], next)
	case syntax.OpPlus:
		loop := c.emit(inst{op: opAlt, arg: next})
		body := c.piece(re.Sub[0], loop)
		c.insts[loop].out = body
		return body
	case syntax.OpQuest:
		return c.either(c.piece(re.Sub[0], next), next)
	case syntax.OpRepeat:
		return c.repeat(re, next)
	case syntax.OpConcat:
		for n := range re.Sub {
			if !c.reverse {
				n = len(re.Sub) - 1 - n
			}
			next = c.piece(re.Sub[n], next)
		}
		return next
	case syntax.OpAlternate:
		out := uint32(0)
		for n := len(re.Sub) - 1; n >= 0; n-- {
			out = c.either(c.piece(re.Sub[n], next), out)
		}
		return out
	}
	return c.assert(re.Op, next)
}

func (c *compiler) assert(op syntax.Op, next uint32) uint32 {
	kind := byte(0)
	switch op {
	case syntax.OpBeginText:
		kind = edgeBegin
	case syntax.OpEndText:
		kind = edgeEnd
	case syntax.OpBeginLine:
		kind = lineBegin
	case syntax.OpEndLine:
		kind = lineEnd
	case syntax.OpWordBoundary:
		kind = wordEdge
	case syntax.OpNoWordBoundary:
		kind = noWordEdge
	default: // OpNoMatch
		return 0
	}
	if c.reverse && kind <= lineEnd {
		kind ^= 1
	}
	if next == 0 {
		return 0
	}
	c.asserts = true
	return c.emit(inst{op: opAssert, lo: kind, out: next})
}

func (c *compiler) star(re *syntax.Regexp, next uint32) uint32 {
	loop := c.emit(inst{op: opAlt, arg: next})
	body := c.piece(re, loop)
	c.insts[loop].out = body
	return loop
}

func (c *compiler) repeat(re *syntax.Regexp, next uint32) uint32 {
	sub := re.Sub[0]
	if re.Max < 0 {
		next = c.star(sub, next)
	} else {
		end := next
		for n := re.Min; n < re.Max && !c.over; n++ {
			next = c.either(c.piece(sub, next), end)
		}
	}
	for n := 0; n < re.Min && !c.over; n++ {
		next = c.piece(sub, next)
	}
	return next
}

func (c *compiler) literal(re *syntax.Regexp, next uint32) uint32 {
	var room [8]rune
	for n := range re.Rune {
		if !c.reverse {
			n = len(re.Rune) - 1 - n
		}
		r := re.Rune[n]
		ranges := append(room[:0], r, r)
		if re.Flags&syntax.FoldCase != 0 {
			for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
				ranges = append(ranges, f, f)
			}
		}
		next = c.class(ranges, next)
	}
	return next
}
