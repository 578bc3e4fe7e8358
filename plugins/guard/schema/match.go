package main

import "unicode/utf8"

// matches tells whether the pattern matches somewhere in a text. It lowers left by what it costs, and gives up below 0.
func (p *pattern) matches(s []byte, left *int) bool {
	p.now, p.work = p.now[:0], 0
	before := rune(-1)
	for at := 0; ; {
		after, size := rune(-1), 0
		if at < len(s) {
			after, size = utf8.DecodeRune(s[at:])
		}
		// What was reached by reading is in now; the steps behind it, and those of a match that begins here, follow.
		if p.spread(before, after) {
			return true
		}
		*left -= (p.work + 1) / 2
		p.work = 0
		if size == 0 || *left < 0 || p.anchored && len(p.now) == 0 {
			return false
		}
		p.read(after)
		before = after
		at += size
	}
}

// spread follows the steps that read nothing from those in now and from the first. It leaves in now those that read, and
// tells whether the match is complete.
func (p *pattern) spread(before, after rune) bool {
	if p.round++; p.round < 0 {
		clear(p.seen)
		p.round = 1
	}
	list := p.next[:0]
	if before < 0 || !p.anchored {
		list = p.add(list, 0)
	}
	for _, n := range p.now {
		list = p.add(list, n)
	}
	p.now = p.now[:0]
	for len(list) > 0 {
		p.work++
		n := list[len(list)-1]
		list = list[:len(list)-1]
		s := &p.steps[n]
		switch s.op {
		case one, class:
			p.now = append(p.now, n)
		case match:
			p.next = list
			return true
		case split:
			list = p.add(list, n+1)
			list = p.add(list, s.to)
		case jump:
			list = p.add(list, s.to)
		default:
			if holds(s.op, before, after) {
				list = p.add(list, n+1)
			}
		}
	}
	p.next = list
	return false
}

func (p *pattern) add(list []int32, n int32) []int32 {
	if p.seen[n] == p.round {
		return list
	}
	p.seen[n] = p.round
	return append(list, n)
}

// holds tells whether a place between two code points is what a step asks for; -1 is no code point.
func holds(o op, before, after rune) bool {
	switch o {
	case begin:
		return before < 0
	case end:
		return after < 0
	case word:
		return isWord(before) != isWord(after)
	}
	return isWord(before) == isWord(after)
}

func isWord(x rune) bool {
	return x >= '0' && x <= '9' || x >= 'A' && x <= 'Z' || x == '_' || x >= 'a' && x <= 'z'
}

// read takes the steps of now that read x, and leaves those behind them.
func (p *pattern) read(x rune) {
	kept := p.now[:0]
	for _, n := range p.now {
		s := &p.steps[n]
		if s.op == one && s.rune == x || s.op == class && p.sets[s.set].has(x) {
			kept = append(kept, n+1)
		}
	}
	p.now = kept
}
