package main

import (
	_ "embed"
	"errors"
	"math"
)

// weights has what each feature weighs, in thousandths, and under no name what is added to every text.
//
// A line is the words of a feature, or its classes with an @ before them, a tab, and the weight. "." is the end of a
// sentence, "#" a number.
//
//go:embed weights.tsv
var weights string

// model weighs texts. It is linear: a text's score is the sum of the weights of its different features, divided by the
// square root of their number.
type model struct {
	keys    []uint32 // a power of two of them; 0 is free
	weights []float32
	seen    []uint32     // the block that had the feature last
	block   uint32       // the number of the current block; it never becomes less
	filter  [2048]uint32 // a bit for the high 16 bits of each key
	bias    float32
	x       extractor

	first                        uint32 // the first block of the current text
	whole, before, current, both piece  // of it: all, the block before, the current one, what those have in common
}

// Blocks of a text: a window is two of them.
const blockTokens = 64

// finding is the most suspicious piece of a text: tokens from to to. Above zero it counts as an attack.
type finding struct {
	score    float32
	topic    topic
	from, to int
}

// newModel reads the weights.
func newModel(tsv string) (*model, error) {
	lines := 0
	for n := range len(tsv) {
		if tsv[n] == '\n' {
			lines++
		}
	}
	size := 1024
	for size < 2*lines {
		size *= 2
	}
	m := &model{keys: make([]uint32, size), weights: make([]float32, size), seen: make([]uint32, size), block: 1}
	for len(tsv) > 0 {
		tab, end := 0, 0
		for tsv[end] != '\n' {
			if tsv[end] == '\t' {
				tab = end
			}
			end++
		}
		w, ok := integer(tsv[tab+1 : end])
		if !ok {
			return nil, errors.New("weights.tsv has a line without a weight: " + tsv[:end])
		}
		if tab == 0 {
			m.bias = float32(w) / 1000
		} else {
			h := featureOf(tsv[:tab]).hash()
			n := m.slot(h)
			m.keys[n], m.weights[n] = h, float32(w)/1000
			m.filter[h>>21] |= 1 << (h >> 16 & 31)
		}
		tsv = tsv[end+1:]
	}
	return m, nil
}

// integer reads a decimal number.
func integer(s string) (n int, ok bool) {
	minus := len(s) > 0 && s[0] == '-'
	if minus {
		s = s[1:]
	}
	for _, c := range []byte(s) {
		if ascii[c] != digit {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	if minus {
		n = -n
	}
	return n, len(s) > 0
}

// featureOf reads the name of a feature.
func featureOf(name string) feature {
	words := fields(name)
	f := feature{kind: uint32(len(words))}
	for n, to := range [...]*uint32{&f.a, &f.b, &f.c} {
		if n >= len(words) {
			break
		}
		switch w := words[n]; {
		case w == ".":
			*to = stop
		case w == "#":
			*to = number
		case w == "_":
			*to = blank
		case w[0] == '@' && len(w) > 1:
			f.kind = uint32(len(words)) + threeKind
			for k, c := range classNames {
				if c == w[1:] {
					*to = uint32(k)
				}
			}
		default:
			*to = hashOf(w)
		}
	}
	return f
}

func (m *model) slot(h uint32) uint32 {
	mask := uint32(len(m.keys) - 1)
	n := h & mask
	for m.keys[n] != 0 && m.keys[n] != h {
		n = (n + 1) & mask
	}
	return n
}

// piece is a part of a text as it is weighed.
type piece struct {
	sum   float32
	count int
}

func (p *piece) add(w float32) {
	p.sum += w
	p.count++
}

// score is what a piece weighs.
func (m *model) score(p piece) float32 {
	if p.count == 0 {
		return m.bias
	}
	return p.sum/float32(math.Sqrt(float64(max(p.count, minFeatures)))) + m.bias
}

// minFeatures is how many features a text counts as having at least, so that two words alone say little.
const minFeatures = 8

// weigh finds the most suspicious piece of a text: all of it, or a window of two blocks. A window must weigh margin
// more than a whole text.
func (m *model) weigh(tokens []token, margin float32) finding {
	m.x.reset()
	if m.block > math.MaxUint32/2 {
		clear(m.seen)
		m.block = 1
	}
	m.block += 2 // so that no block of another text seems to be the one before
	m.first, m.whole, m.before, m.current, m.both = m.block, piece{}, piece{}, piece{}, piece{}
	best := finding{score: m.bias - 1, to: len(tokens)}
	begin := 0
	var one, two uint32 // the words before
	for n := range tokens {
		t := &tokens[n]
		if h := hashOne(t.hash); m.maybe(h) {
			m.count(h)
		}
		if h := hashTwo(one, t.hash); m.maybe(h) {
			m.count(h)
		}
		if h := hashThree(two, one, t.hash); m.maybe(h) {
			m.count(h)
		}
		two, one = one, t.hash
		if t.class != 0 {
			for _, f := range m.x.next(t.class, n) {
				if h := f.hash(); m.maybe(h) {
					m.count(h)
				}
			}
		}
		if n-begin == blockTokens-1 || n == len(tokens)-1 {
			if len(tokens) > 2*blockTokens {
				w := piece{m.before.sum + m.current.sum - m.both.sum, m.before.count + m.current.count - m.both.count}
				if s := m.score(w) - margin; s > best.score {
					best = finding{score: s, from: max(begin-blockTokens, 0), to: n + 1}
				}
			}
			m.before, m.current, m.both = m.current, piece{}, piece{}
			begin = n + 1
			m.block++
		}
	}
	if s := m.score(m.whole); s > best.score {
		best = finding{score: s, to: len(tokens)}
	}
	return best
}

// maybe tells whether a hash could be that of a feature. It saves most look-ups.
func (m *model) maybe(h uint32) bool { return m.filter[h>>21]>>(h>>16&31)&1 != 0 }

// count adds a feature to the pieces that don't have it yet.
func (m *model) count(h uint32) {
	s := m.slot(h)
	if m.keys[s] == 0 || m.seen[s] == m.block {
		return
	}
	w, last := m.weights[s], m.seen[s]
	m.seen[s] = m.block
	m.current.add(w)
	if last == m.block-1 {
		m.both.add(w)
	}
	if last < m.first {
		m.whole.add(w)
	}
}
