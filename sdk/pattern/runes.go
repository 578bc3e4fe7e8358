package pattern

import "unicode/utf8"

// class compiles a class of characters, given as pairs of the first and the last of a range: each range
// becomes the sequences of bytes that encode it. What isn't UTF-8 matches nothing.
func (c *compiler) class(pairs []rune, next uint32) uint32 {
	if next == 0 || len(pairs) == 0 {
		return 0
	}
	var heads []head // what a character can begin with, in the direction of the scan
	for n := 0; n+1 < len(pairs) && !c.over; n += 2 {
		heads = c.split(pairs[n], pairs[n+1], next, heads)
	}
	out := uint32(0)
	for n := len(heads) - 1; n >= 0; n-- {
		out = c.either(c.take(heads[n].set, heads[n].next), out)
	}
	return out
}

// head is a first byte and what follows it.
type head struct {
	next uint32
	set  byteset
}

// lastOf are the last characters that take 1, 2, 3 and 4 bytes, and the last before the surrogates, which have none.
var lastOf = [...]rune{0x7f, 0x7ff, 0xd7ff, 0xffff, utf8.MaxRune}

func (c *compiler) split(lo, hi rune, next uint32, heads []head) []head {
	for _, last := range lastOf {
		if lo > hi {
			return heads
		}
		if last == 0xffff {
			lo = max(lo, 0xe000)
		}
		if end := min(hi, last); lo <= end {
			heads = c.aligned(lo, end, next, heads)
			lo = end + 1
		}
	}
	return heads
}

// aligned cuts a range of characters of equal length so that each byte's range is independent of the others.
func (c *compiler) aligned(lo, hi rune, next uint32, heads []head) []head {
	for bits := 6; bits < 6*utf8.RuneLen(lo); bits += 6 {
		mask := rune(1)<<bits - 1
		if lo&^mask == hi&^mask {
			break
		}
		if lo&mask != 0 {
			heads = c.aligned(lo, lo|mask, next, heads)
			return c.aligned((lo|mask)+1, hi, next, heads)
		}
		if hi&mask != mask {
			heads = c.aligned(lo, hi&^mask-1, next, heads)
			return c.aligned(hi&^mask, hi, next, heads)
		}
	}
	var first, last [utf8.UTFMax]byte
	n := utf8.EncodeRune(first[:], lo)
	utf8.EncodeRune(last[:], hi)
	at := 0
	for k := range n - 1 {
		at = n - 1 - k
		if c.reverse {
			at = k
		}
		var s byteset
		s.add(first[at], last[at])
		next = c.take(s, next)
	}
	at = 0
	if c.reverse {
		at = n - 1
	}
	for k := range heads {
		if heads[k].next == next {
			heads[k].set.add(first[at], last[at])
			return heads
		}
	}
	h := head{next: next}
	h.set.add(first[at], last[at])
	return append(heads, h)
}
