package main

import "math/bits"

// Kinds of features: words in a row, and classes of words that stand near each other.
const (
	wordKind = iota + 1 // one word
	twoKind
	threeKind
	classKind // a class
	pairKind
	tripleKind
)

// feature is something that a text may have: up to three hashes of words, or numbers of classes.
type feature struct {
	kind    uint32
	a, b, c uint32
}

// hash is the number that a feature is looked up by.
func (f feature) hash() uint32 {
	switch f.kind {
	case wordKind:
		return hashOne(f.a)
	case twoKind:
		return hashTwo(f.a, f.b)
	case threeKind:
		return hashThree(f.a, f.b, f.c)
	}
	return hashThree(f.kind<<24|f.a, f.b+1, f.c+1)
}

func hashOne(a uint32) uint32 { return a*0x9e3779b1 | 1 }

func hashTwo(a, b uint32) uint32 {
	h := a*0x85ebca6b ^ b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>15 | 1
}

func hashThree(a, b, c uint32) uint32 {
	h := a*0x85ebca6b ^ b
	h = (h^h>>13)*0xc2b2ae35 ^ c
	h = (h ^ h>>15) * 0x27d4eb2f
	return h ^ h>>14 | 1
}

// Classes count together if they are at most near words apart.
const near = 7

// extractor finds the features of classes.
type extractor struct {
	at   int
	last [4]spot // words that have a class, the latest first
	list []feature
}

// spot is where a word with a class stands.
type spot struct {
	class class
	at    int
}

func (x *extractor) reset() { x.at, x.last = 0, [4]spot{} }

// next takes a word with a class, token at, and returns the features that end there. They are valid until the next
// call.
func (x *extractor) next(c class, at int) []feature {
	x.list, x.at = x.list[:0], at
	x.classes(c)
	return x.list
}

// classes adds the features of a word with a class.
func (x *extractor) classes(c class) {
	for m := c; m != 0; m &= m - 1 {
		n := number64(m)
		x.list = append(x.list, feature{kind: classKind, a: n})
		for k := range x.last {
			s := &x.last[k]
			if s.class == 0 || x.at-s.at > near {
				break
			}
			for o := s.class; o != 0; o &= o - 1 {
				x.list = append(x.list, feature{kind: pairKind, a: number64(o), b: n})
			}
			if k != 1 {
				continue
			}
			for o := s.class; o != 0; o &= o - 1 {
				for p := x.last[0].class; p != 0; p &= p - 1 {
					x.list = append(x.list, feature{kind: tripleKind, a: number64(o), b: number64(p), c: n})
				}
			}
		}
	}
	copy(x.last[1:], x.last[:3])
	x.last[0] = spot{c, x.at}
}

// number64 is the number of the lowest class of a set.
func number64(c class) uint32 { return uint32(bits.TrailingZeros64(uint64(c))) }
