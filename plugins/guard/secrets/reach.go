package main

// reach is how far a run of units goes, which is the same from each place in it. Texts that begin something anew within
// what has begun, such as sk-sk-sk-…, would else be read again and again to their end.
type reach struct {
	from, end int
	known     bool
	tries     int
}

// maxTries is how many candidates that end at the same place are looked into. A text with more of them plays with us.
const maxTries = 4

func reachOf(from, end int) reach { return reach{from: from, end: end, known: true} }

// has tells whether n is a place in it.
func (r *reach) has(n int) bool { return r.known && r.from <= n && n <= r.end }

// try tells whether one more candidate that ends there may be looked into.
func (r *reach) try() bool {
	r.tries++
	return r.tries <= maxTries
}

// sets are the classes of units that runs are made of within which another may begin. Rules have theirs by number.
var sets []class

// setOf is the number of a class.
func setOf(set class) int {
	for n, s := range sets {
		if s == set {
			return n
		}
	}
	sets = append(sets, set)
	return len(sets) - 1
}

// reach is how far units of a class go from n on.
func (s *scanner) reach(n, set int) *reach {
	r := &s.runs[set]
	if !r.has(n) {
		*r = reachOf(n, s.span(n, sets[set]))
	}
	return r
}
