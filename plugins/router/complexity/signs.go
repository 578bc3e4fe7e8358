package main

import (
	"math/bits"
	"unsafe"
)

// signs are what a text shows.
type signs struct {
	fence     bool // a fence of ```
	marks     int  // that prose seldom has: brackets, calls, ; = < >
	words     int  // that ask for reasoning, each counted once
	questions int
	seen      [len(words)]bool
}

// words ask for reasoning. They are looked for at the begin of a word, so that "prov" finds "prove" and "proving". Each
// has at least four letters.
var words = [...]string{
	"prov", "deriv", "analy", "compar", "optimi", "design", "architect", "debug", "refactor", "implement", "trade-off",
	"tradeoff", "step by step", "step-by-step", "reason", "evaluat", "explain why", "algorithm", "complexit", "theorem",
	"integral", "equation", "diagnos", "strateg", "critique", "plan", "why does", "root cause", "summari", "translate",
}

// Eight bytes at a time: bit 7 of each byte of a mask tells of one byte of the text, the first in the lowest.
const (
	ones = 0x0101010101010101
	high = 0x80 * ones
	low  = 0x7f * ones
)

// eight are the bytes from n on. n+8 must not be behind the end, and the machine must be little-endian, as guests are.
func eight(text []byte, n int) uint64 { return *(*uint64)(unsafe.Pointer(&text[n])) }

// read finds the signs of a text. A byte costs about 35 instructions inside of WebAssembly if it is looked at alone, so
// eight are looked at together, and alone only what may be a sign.
func read(text []byte) (s signs) {
	before := uint64(0) // 0x80 if the byte before is a letter
	n := 0
	for ; n+8 <= len(text); n += 8 {
		x := eight(text, n)
		c, folded := x&low, (x|0x20*ones)&low
		above := folded + (0x7f-'z')*ones
		letter := folded + (0x80-'a')*ones
		letters := (letter&^above | x) & high
		odd := above | (folded+(0x80-'`')*ones)&^letter | // brackets, and the back quote
			(c+(0x80-';')*ones)&^(c+(0x7f-'?')*ones) | (c+(0x80-'(')*ones)&^(c+(0x7f-'(')*ones)
		for odd = odd &^ x & high; odd != 0; odd &= odd - 1 {
			s.mark(text, n+bits.TrailingZeros64(odd)>>3)
		}
		for starts := letters &^ (letters<<8 | before); starts != 0; starts &= starts - 1 {
			k := n + bits.TrailingZeros64(starts)>>3
			if k+8 > len(text) || firsts.has(eight(text, k)) {
				s.word(text[k:])
			}
		}
		before = letters >> 56
	}
	for ; n < len(text); n++ {
		s.mark(text, n)
		if n == 0 || !isLetter(text[n-1]) {
			s.word(text[n:])
		}
	}
	return s
}

// mark counts the byte at n if it is a sign.
func (s *signs) mark(text []byte, n int) {
	switch text[n] {
	case '{', '}', ';', '=', '<', '>', '[', ']':
		s.marks++
	case '(':
		if n > 0 && text[n-1] != ' ' {
			s.marks++ // a call
		}
	case '?':
		s.questions++
	case '`':
		s.fence = s.fence || n >= 2 && text[n-1] == '`' && text[n-2] == '`'
	}
}

// word counts the words that a text begins with.
func (s *signs) word(text []byte) {
	for k, w := range words {
		if !s.seen[k] && begins(text, w) {
			s.seen[k] = true
			s.words++
		}
	}
}

// firstLetters is a set of the first four letters of words. It may have a few that nobody added.
type firstLetters [1 << firstBits / 64]uint64

const firstBits = 10

func (t *firstLetters) place(x uint64) uint64 {
	return (x | 0x20202020) << 32 * 0xbf58476d1ce4e5b9 >> (64 - firstBits)
}

func (t *firstLetters) has(x uint64) bool {
	k := t.place(x)
	return t[k>>6]>>(k&63)&1 != 0
}

var firsts = func() (t firstLetters) {
	for _, w := range words {
		k := t.place(uint64(w[0]) | uint64(w[1])<<8 | uint64(w[2])<<16 | uint64(w[3])<<24)
		t[k>>6] |= 1 << (k & 63)
	}
	return t
}()

func begins(text []byte, w string) bool {
	if len(text) < len(w) {
		return false
	}
	for n := range len(w) {
		if lower(text[n]) != w[n] {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func isLetter(c byte) bool { c = lower(c); return c >= 'a' && c <= 'z' || c >= 0x80 }
