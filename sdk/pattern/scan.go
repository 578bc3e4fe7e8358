package pattern

import (
	"math/bits"
	"sync/atomic"
)

// Scratch is what one user of sets needs at a time. The zero Scratch is ready.
type Scratch struct {
	// Pay is told what a scan does, about one unit for a byte read or an instruction looked at, before and while it is
	// done. It may panic to stop it. Nil: nobody pays.
	Pay func(units int)
	// Hits are the matches that Match found, in order.
	Hits []Hit

	begins places
	living places
	trace  trace
}

// stretch is how many bytes are read between two payments.
const stretch = 1 << 10

// keepPlaces is the most words of a set of places that are kept for the next text: those of 1 MiB.
const keepPlaces = 1 << 14

// keepHits is the most hits whose room is kept.
const keepHits = 1 << 12

func (sc *Scratch) pay(units int) {
	if sc.Pay != nil && units > 0 {
		sc.Pay(units)
	}
}

// Match leaves in sc.Hits the matches in text that begin at from or after it; what is before is context for ^ and \b.
// They are ordered and don't overlap: of two that would, the one that begins first counts, of those that begin together
// the longest, of equal ones the first pattern's. It doesn't allocate once sc has its size.
//
// # Errors
//
// ErrHits: there are more than MaxHits; sc.Hits has that many.
func (s *Set) Match(sc *Scratch, text []byte, from int) error {
	if sc.Hits = sc.Hits[:0]; cap(sc.Hits) > keepHits {
		sc.Hits = nil
	}
	if s.calm(sc, &s.starts, none, text, from) {
		return nil
	}
	at := s.back(sc, &s.starts, none, text, from, &sc.begins)
	if at >= len(text) {
		return nil
	}
	sc.trace.reset()
	for at < len(text) {
		end, pattern := s.end(sc, text, at)
		if end > at {
			if len(sc.Hits) == MaxHits {
				return ErrHits
			}
			sc.Hits = append(sc.Hits, Hit{int32(pattern), int32(at), int32(end)})
		}
		at = sc.begins.next(max(end, at+1))
	}
	sc.trim()
	return nil
}

// Open returns where the first match begins, at from or after it, that text to come could complete or lengthen, and
// len(text) if there is none. What Match finds before it is final and ends there at the latest.
func (s *Set) Open(sc *Scratch, text []byte, from int) int {
	open := s.back(sc, &s.alive, unseen, text, from, &sc.living)
	if open <= from || open >= len(text) {
		return min(max(open, from), len(text))
	}
	// A match that is final may reach over the place: then what lives within it never becomes a match.
	sc.trace.reset()
	for at := s.back(sc, &s.starts, none, text, from, &sc.begins); at < open; {
		end, _ := s.end(sc, text, at)
		if end > open {
			open = sc.living.next(end)
		}
		at = sc.begins.next(max(end, at+1))
	}
	sc.trim()
	return open
}

// back reads text from its end down to from, marks in to where matches begin, and returns the first of them, len(text)
// if there is none. What is in to is only good if there is one.
func (s *Set) back(sc *Scratch, d *dfa, kind context, text []byte, from int, to *places) int {
	first := len(text)
	c, row, work := d.begin(kind)
	sc.pay(work)
	table, of := c.table, &s.classes.of
	for p := len(text); p > from; {
		stop := max(from, p-stretch)
		paid := p
		for p > stop {
			e := atomic.LoadUint32(&table[row+uint32(of[text[p-1]])])
			if e < flagged { // nothing but a byte
				row = e
				p--
				continue
			}
			if e == unknown {
				c, e, work = d.step(c, row, uint32(of[text[p-1]]))
				table = c.table
				sc.pay(work)
			}
			if e&(flagged|hit) == flagged|hit && p < len(text) {
				first = to.mark(first, p, from, len(text))
			}
			if e&(flagged|dead) == flagged|dead {
				sc.pay(paid - p + 1)
				return first
			}
			row = e & rowMask
			p--
		}
		sc.pay(paid - p)
	}
	class := s.classes.eot()
	if from > 0 {
		class = uint32(of[text[from-1]])
	}
	if e := s.entry(sc, d, c, row, class); e&(flagged|hit) == flagged|hit && from < len(text) {
		first = to.mark(first, from, from, len(text))
	}
	return first
}

// entry returns one entry of a table.
func (s *Set) entry(sc *Scratch, d *dfa, c *cache, row, class uint32) uint32 {
	e := atomic.LoadUint32(&c.table[row+class])
	if e == unknown {
		var work int
		_, e, work = d.step(c, row, class)
		sc.pay(work)
	}
	return e
}

// end finds the end of the longest match that begins at a place, -1 if none does.
func (s *Set) end(sc *Scratch, text []byte, at int) (end, pattern int) {
	d, of := &s.longest, &s.classes.of
	kind := none
	if at > 0 {
		kind = kindOf(text[at-1])
	}
	c, row, work := d.begin(kind)
	sc.pay(work)
	end = -1
	var lastCache *cache // the cache, row and class of the last match
	var lastRow, lastClass uint32
	for p := at; ; {
		stop := min(len(text), p&^(stretch-1)+stretch)
		paid := p
		for p < stop {
			class := uint32(of[text[p]])
			e := atomic.LoadUint32(&c.table[row+class])
			was, wasRow := c, row
			if e == unknown {
				c, e, work = d.step(c, row, class)
				sc.pay(work)
			}
			if e&flagged != 0 {
				if e&hit != 0 {
					end, lastCache, lastRow, lastClass = p, was, wasRow, class
				}
				if e&dead != 0 {
					sc.pay(p - paid + 1)
					return s.found(sc, end, at, lastCache, lastRow, lastClass)
				}
			}
			row = e & rowMask
			p++
		}
		sc.pay(p - paid)
		if p == len(text) {
			if e := s.entry(sc, d, c, row, s.classes.eot()); e&(flagged|hit) == flagged|hit {
				end, lastCache, lastRow, lastClass = p, c, row, s.classes.eot()
			}
			return s.found(sc, end, at, lastCache, lastRow, lastClass)
		}
		if sc.trace.barren(c.epoch, p, row) {
			return s.found(sc, end, at, lastCache, lastRow, lastClass)
		}
	}
}

// found completes the search for an end.
func (s *Set) found(sc *Scratch, end, at int, c *cache, row, class uint32) (int, int) {
	if end < 0 {
		sc.trace.keep(at)
		return -1, -1
	}
	sc.trace.keep(end)
	pattern, work := s.longest.pattern(c, row, class)
	sc.pay(work)
	return end, pattern
}

// trim lets go what only a huge text needed.
func (sc *Scratch) trim() {
	if cap(sc.begins.words) > keepPlaces {
		sc.begins.words = nil
	}
	if cap(sc.living.words) > keepPlaces {
		sc.living.words = nil
	}
}

// trace keeps the search for ends linear. A pattern such as a.*b reads far beyond a match that it already has, for
// nothing, and would do so from each match anew. So a search leaves its state at the border of each stretch that it
// passed after its last match; a later one that comes there in the same state would find nothing either.
type trace struct {
	epoch uint32
	rows  []uint32 // by border, 1 + the state; 0: none
	fresh []int    // the borders that the present search passed
}

func (t *trace) reset() {
	t.rows, t.fresh = t.rows[:0], t.fresh[:0]
}

// barren tells whether a search that is in a state at a border finds nothing more, and notes that it was there.
func (t *trace) barren(epoch uint32, p int, row uint32) bool {
	k := p / stretch
	if epoch != t.epoch {
		t.reset()
		t.epoch = epoch
	}
	for len(t.rows) <= k {
		t.rows = append(t.rows, 0)
	}
	if t.rows[k] == row+1 {
		return true
	}
	t.rows[k] = 0 // the present search's, if it finds nothing
	t.fresh = append(t.fresh, k, int(row))
	return false
}

// keep ends a search whose last match ended at end.
func (t *trace) keep(end int) {
	for n := 0; n < len(t.fresh); n += 2 {
		if t.fresh[n]*stretch > end {
			t.rows[t.fresh[n]] = uint32(t.fresh[n+1]) + 1
		}
	}
	t.fresh = t.fresh[:0]
}

// places are places of a text, as bits.
type places struct {
	words []uint64
	base  int // the place of the first bit
	end   int // of the text
}

// mark adds place p, which is below all that are there, and returns it. first is the one before, end if p is
// the first.
func (s *places) mark(first, p, base, end int) int {
	if first == end {
		n := (end-base)/64 + 1
		if cap(s.words) < n {
			s.words = make([]uint64, n)
		}
		s.words = s.words[:n]
		clear(s.words)
		s.base, s.end = base, end
	}
	s.words[(p-base)/64] |= 1 << ((p - base) & 63)
	return p
}

// next is the first place at p or after it, the text's end if there is none.
func (s *places) next(p int) int {
	p -= s.base
	k := p / 64
	if k >= len(s.words) {
		return s.end
	}
	if w := s.words[k] >> (p & 63); w != 0 {
		return s.base + p + bits.TrailingZeros64(w)
	}
	for k++; k < len(s.words); k++ {
		if s.words[k] != 0 {
			return s.base + k*64 + bits.TrailingZeros64(s.words[k])
		}
	}
	return s.end
}
