package main

import (
	"math/bits"
	"unsafe"
)

// Most units of a text neither begin a secret nor show one, so what is passed over must cost little: inside of
// WebAssembly a look at one unit is about 30 instructions, and a call as much. pass looks at eight units at once, in a
// number of which the first unit is the lowest byte. A mask has bit 7 of a byte set for each unit that is meant.
const (
	ones = 0x0101010101010101
	high = 0x80 * ones
	low  = 0x7f * ones
)

// eight are the units from n on. n+8 must not be behind the end, and the machine must be little-endian, as guests are.
func eight(u []byte, n int) uint64 { return *(*uint64)(unsafe.Pointer(&u[n])) }

// next is the first place at n or behind it that at must look at, len(u) if there is none.
func (s *scanner) next(n int) int {
	for n = pass(s.u, n); n < len(s.u); n = pass(s.u, n+1) {
		switch triggers[s.u[n]] {
		case wordStart:
			if s.begins(n) {
				return n
			}
		case separator, comma, bar:
			if address(s.u, n) || valueAt(s.u, n) >= 0 && mayName(s.u, n) {
				return n
			}
		default:
			return n
		}
	}
	return n
}

// pass is the first place at n or behind it where a mark stands, or a word begins that isn't an ordinary one. It hardly
// calls anything, so that all of it stays in registers.
func pass(u []byte, n int) int {
	before := uint64(0) // 0x80 if the unit before is a letter or digit
	if n > 0 && classes[u[n-1]]&alnum != 0 {
		before = 0x80
	}
	for ; n+8 <= len(u); n += 8 {
		x := eight(u, n)
		c, folded := x&low, (x|0x20*ones)&low
		letters := (folded + (0x80-'a')*ones) &^ (folded + (0x7f-'z')*ones)
		nine := c + (0x7f-'9')*ones // above 9
		alnums := (letters | (c+(0x80-'0')*ones)&^nine) &^ x & high
		marks := nine&^(c+(0x7f-'=')*ones) | (c+(0x80-',')*ones)&^(c+(0x7f-'-')*ones) | (c + (0x80-'|')*ones) // : ; < = and , - and | } ~
		for found := alnums&^(alnums<<8|before) | marks&^x&high; found != 0; found &= found - 1 {
			k := n + bits.TrailingZeros64(found)>>3
			switch triggers[u[k]] {
			case quiet:
			case wordStart:
				if k+8 > len(u) {
					return k
				}
				y := eight(u, k)
				if starts(y)|numbers(y) != 0 || spaced(y) == 0 && !shortRun(y) && (k+16 > len(u) || !shortRun(eight(u, k+8))) {
					return k
				}
			case comma:
				if k > 0 && classes[u[k-1]]&quote != 0 && shows(u, k) {
					return k
				}
			case dashes:
				if (k+1 == len(u) || afterDash[u[k+1]]) && (k == 0 || u[k-1] != '-') {
					return k
				}
			case separator:
				if k == 0 || u[k-1] != '=' && u[k-1] != ':' {
					return k
				}
			case bar:
				if k+1 < len(u) && values[u[k+1]] == goesOn {
					return k
				}
			default:
				return k
			}
		}
		before = alnums >> 56
	}
	for ; n < len(u); n++ {
		switch triggers[u[n]] {
		case quiet:
		case wordStart:
			if n == 0 || !in(u[n-1], alnum) {
				return n
			}
		default:
			if shows(u, n) {
				return n
			}
		}
	}
	return n
}

// afterDash are the units that follow a dash where at must look at it.
var afterDash = [256]bool{'-': true, 'u': true}

// shows tells whether at must look at the mark at n.
func shows(u []byte, n int) bool {
	before, after := byte(0), byte(0)
	if n > 0 {
		before = u[n-1]
	}
	if n+1 < len(u) {
		after = u[n+1]
	}
	switch triggers[u[n]] {
	case dashes:
		return before != '-' && (n+1 == len(u) || afterDash[after])
	case separator:
		return before != '=' && before != ':' // or it is of one that began before
	case comma:
		return in(before, quote) && (in(after, quote) || after == ' ' && n+2 < len(u) && in(u[n+2], quote))
	case bar:
		return values[after] == goesOn
	}
	return before == 'Q'
}

// begins tells whether the word that begins at n could begin a secret, or is longer than words are.
func (s *scanner) begins(n int) bool {
	x := uint64(0)
	switch {
	case n+8 <= len(s.u):
		x = eight(s.u, n)
	case n+3 > len(s.u) || !s.final && s.said(n):
		return true // what follows decides
	default:
		for k := len(s.u) - 1; k >= n; k-- {
			x = x<<8 | uint64(s.u[k])
		}
	}
	if numbers(x) != 0 {
		if k := s.span(n, digit); k < len(s.u) && s.u[k] == ':' {
			return true // the number of a bot, maybe
		}
	}
	switch {
	case starts(x) != 0 || n+4 > len(s.u):
		return true
	case n < s.runEnd || shortRun(x):
		return false
	}
	for k, c := range s.u[n:min(len(s.u), n+minRun64)] {
		if classes[c]&(base64|name) == 0 {
			return false
		}
		if k == minRun64-1 {
			return true
		}
	}
	return !s.final
}

// numbers isn't zero if the first five of eight units may be digits, of a bot's number.
func numbers(x uint64) uint64 {
	d := x&0xf0f0f0f0f0 ^ 0x3030303030
	return (d - 1) &^ d >> 63
}

// spaced isn't zero if one of eight units is below +, as spaces and most marks are.
func spaced(x uint64) uint64 { return (x - '+'*ones) &^ x & high }

// shortRun tells that one of eight units ends a run of base64: units below +, and the comma, dot, colon and semicolon.
func shortRun(x uint64) bool {
	comma, colon := (x^','*ones)&^(2*ones), (x^':'*ones)&^ones
	return spaced(x)|((comma-ones)&^comma|(colon-ones)&^colon)&high != 0
}

// heads is a set of first units. It may have a few that nobody added.
type heads [1 << headBits / 64]uint64

const headBits = 15

// three and four are the numbers of the first of eight units.
func three(x uint64) uint64 { return x << 40 * 0xbf58476d1ce4e5b9 >> (64 - headBits) }
func four(x uint64) uint64  { return x << 32 * 0xbf58476d1ce4e5b9 >> (64 - headBits) }

// bit is 1 if a number was added, else 0.
func (t *heads) bit(k uint64) uint64 { return t[k>>6] >> (k & 63) & 1 }

func (t *heads) add(k uint64) { t[k>>6] |= 1 << (k & 63) }

// starts4 and starts3 are the first four and three units of words that word must look at, but for numbers and long ones:
// three where that is all that is known of a word.
var starts4, starts3 heads

// starts is 1 if a word with these first units may begin a secret.
func starts(x uint64) uint64 { return starts4.bit(four(x)) | starts3.bit(three(x)) }

func init() {
	for n := range byFirst {
		for k := range byFirst[n] {
			r := &byFirst[n][k]
			if len(r.prefix) > 3 {
				starts4.add(four(r.head))
				continue
			}
			for c := range uint64(256) {
				switch {
				case !in(byte(c), r.set):
				case len(r.prefix) == 3:
					starts4.add(four(r.head | c<<24))
				default:
					starts3.add(three(r.head | c<<16))
				}
			}
		}
	}
	for _, w := range saying {
		if len(w) == 3 {
			starts3.add(three(packed(w)))
			continue
		}
		starts4.add(four(packed(w)))
	}
	for n := range uint64(16) { // in any case
		capital := (n&1 | n&2<<7 | n&4<<14 | n&8<<21) << 5
		starts4.add(four(packed("bear") ^ capital))
		starts4.add(four(packed("basi") ^ capital))
	}
	starts3.add(three(packed("eyJ")))
	for _, a := range []byte("MNO") {
		for _, b := range []byte("DTjz") {
			for c := range uint64(256) {
				if in(byte(c), alnum) {
					starts3.add(three(uint64(a) | uint64(b)<<8 | c<<16))
				}
			}
		}
	}
}

// packed are the first units of a text, up to eight.
func packed(s string) (x uint64) {
	for n := range min(8, len(s)) {
		x |= uint64(s[n]) << (8 * n)
	}
	return x
}
