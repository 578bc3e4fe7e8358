package pattern

import "sync/atomic"

const (
	// lanes is how many parts of a text are read at once.
	lanes = 4
	// leastLane is the shortest part, in bytes, for which that is worth it.
	leastLane = 64
)

// calm tells whether no match begins in text at from or after it, as far as that is seen with little: false says nothing.
//
// A pass waits for memory most of the time, as each look-up of the table needs what the one before gave. So the text is cut
// in four, and read from the end of each part down, byte by byte of all four. The state at the end of a part isn't known
// but for the last one; it is taken for the one that a scan begins with. What is read then is right from where it meets the
// state that the part above has left, which in ordinary texts is after a word; up to there that part is read again. A
// text in which something is found, or a state isn't made yet, is left to the slow way.
func (s *Set) calm(sc *Scratch, d *dfa, kind context, text []byte, from int) bool {
	size := (len(text) - from) / lanes
	if size < leastLane {
		return false
	}
	var part [lanes][]byte
	var top, row [lanes]uint32
	r := reader{sc: sc, dfa: d, of: &s.classes.of}
	end := len(text)
	for n := range part {
		if n > 0 {
			kind = kindOf(text[end])
		}
		part[n] = text[end-size : end]
		if !r.begin(kind, &top[n]) {
			return false
		}
		end -= size
	}
	row = top
	for n := size; n > 0; {
		stop := max(0, n-stretch/lanes)
		sc.pay((n - stop) * lanes)
		for n > stop {
			if n = fall(r.cache.table, r.of, &part, &row, n, stop); n == stop {
				break
			}
			for k := range row { // one of them may be a state that isn't made yet
				if !r.read(&row[k], uint32(r.of[part[k][n-1]])) {
					return false
				}
			}
			n--
		}
	}
	// The rows are those at the begin of each part, if its end was what it was taken for.
	for n := 1; n < lanes; n++ {
		e, guess, p := row[n-1], top[n], size
		for ; p > 0 && e != guess; p-- {
			class := uint32(r.of[part[n][p-1]])
			if !r.read(&e, class) || !r.read(&guess, class) {
				return false
			}
		}
		sc.pay(size - p)
		if e != guess {
			row[n] = e
		}
	}
	e := row[lanes-1]
	for ; end > from; end-- {
		if !r.read(&e, uint32(r.of[text[end-1]])) {
			return false
		}
	}
	class := s.classes.eot()
	if from > 0 {
		class = uint32(r.of[text[from-1]])
	}
	e = s.entry(sc, d, r.cache, e, class)
	return e&(flagged|hit) != flagged|hit
}

// fall reads each part from byte n down, and leaves in row where that comes to. It returns where it stopped: at stop, or
// where one of the parts has met more than a byte.
func fall(table []uint32, of *[256]uint8, part *[lanes][]byte, row *[lanes]uint32, n, stop int) int {
	a, b, c, d := row[0], row[1], row[2], row[3]
	w, x, y, z := part[0][:n], part[1][:n], part[2][:n], part[3][:n]
	k := n - 1
	for ; k >= stop; k-- {
		ea := atomic.LoadUint32(&table[a+uint32(of[w[k]])])
		eb := atomic.LoadUint32(&table[b+uint32(of[x[k]])])
		ec := atomic.LoadUint32(&table[c+uint32(of[y[k]])])
		ed := atomic.LoadUint32(&table[d+uint32(of[z[k]])])
		if ea|eb|ec|ed >= flagged {
			break
		}
		a, b, c, d = ea, eb, ec, ed
	}
	*row = [lanes]uint32{a, b, c, d}
	return k + 1
}

// reader reads bytes one by one, and makes the states that aren't there.
type reader struct {
	sc    *Scratch
	dfa   *dfa
	cache *cache
	of    *[256]uint8
}

// begin gives the state that a scan begins with. It is false if the states that were given before are no more.
func (r *reader) begin(kind context, row *uint32) bool {
	c, at, work := r.dfa.begin(kind)
	r.sc.pay(work)
	*row = at
	return r.take(c)
}

// read goes on with a byte's class. It is false if anything but a byte was met, or the states are no more.
func (r *reader) read(row *uint32, class uint32) bool {
	e := atomic.LoadUint32(&r.cache.table[*row+class])
	if e == unknown {
		c, made, work := r.dfa.step(r.cache, *row, class)
		r.sc.pay(work)
		if !r.take(c) {
			return false
		}
		e = made
	}
	*row = e
	return e < flagged
}

// take goes on with another cache, if it has the states of the one before.
func (r *reader) take(c *cache) bool {
	same := r.cache == nil || r.cache.epoch == c.epoch
	r.cache = c
	return same
}
