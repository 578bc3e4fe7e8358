package main

import "errors"

// automaton finds many words in one pass over a text, whatever their number: Aho and Corasick's, with its failures worked into
// the table, so that each byte is one look-up.
//
// Bytes are sorted into classes, one for each byte that occurs in a word and one for all others, which keeps a row of the
// table short. State 0 is the begin, where no part of a word has been read.
type automaton struct {
	class   [256]uint8
	classes int
	next    []uint16 // state*classes + class
	rows    []uint32 // next as scan reads it: where the next state's row begins, and hit if words end there
	first   []int32  // by state: the first of its words in ends, -1 if none ends there
	ends    []end
}

// end is a word that ends in a state; more is the next of that state's, -1 if there is none.
type end struct {
	word   int32 // its number
	length int32 // in bytes
	more   int32
}

const hit = 1 << 31

// Bounds of an automaton.
const (
	maxStates = 1 << 16
	maxCells  = 1 << 20
)

var errWords = errors.New("there are too many keywords: their letters times the different letters among them may be about a million")

// build makes an automaton of folded words. Their numbers are their places.
func build(words []string) (*automaton, error) {
	a := &automaton{classes: 1}
	for _, w := range words {
		for n := range len(w) {
			if a.class[w[n]] == 0 && a.classes < 256 {
				a.class[w[n]] = uint8(a.classes)
				a.classes++
			}
		}
	}
	a.grow()
	for n, w := range words {
		state := 0
		for k := range len(w) {
			cell := state*a.classes + int(a.class[w[k]])
			if a.next[cell] == 0 {
				if len(a.first) >= maxStates || len(a.next)+a.classes > maxCells {
					return nil, errWords
				}
				a.next[cell] = uint16(len(a.first))
				a.grow()
			}
			state = int(a.next[cell])
		}
		a.ends = append(a.ends, end{int32(n), int32(len(w)), a.first[state]})
		a.first[state] = int32(len(a.ends) - 1)
	}
	a.link()
	a.rows = make([]uint32, len(a.next))
	for n, s := range a.next {
		a.rows[n] = uint32(int(s) * a.classes)
		if a.first[s] >= 0 {
			a.rows[n] |= hit
		}
	}
	a.next = nil
	return a, nil
}

// grow adds a state.
func (a *automaton) grow() {
	a.next = append(a.next, make([]uint16, a.classes)...)
	a.first = append(a.first, -1)
}

// link works in where to go on if the next byte doesn't continue a word, in order of length: a state's own failure is
// shorter, and done before.
func (a *automaton) link() {
	fail := make([]uint16, len(a.first))
	queue := make([]uint16, 0, len(a.first))
	for c := range a.classes {
		if s := a.next[c]; s != 0 {
			queue = append(queue, s)
		}
	}
	for n := 0; n < len(queue); n++ {
		s := int(queue[n])
		f := int(fail[s])
		a.inherit(s, f)
		for c := range a.classes {
			cell := s*a.classes + c
			to := a.next[cell]
			if to == 0 {
				a.next[cell] = a.next[f*a.classes+c]
				continue
			}
			fail[to] = a.next[f*a.classes+c]
			queue = append(queue, to)
		}
	}
}

// inherit adds the words that end in a state's failure.
func (a *automaton) inherit(s, f int) {
	if a.first[f] < 0 {
		return
	}
	if a.first[s] < 0 {
		a.first[s] = a.first[f]
		return
	}
	last := a.first[s]
	for a.ends[last].more >= 0 {
		last = a.ends[last].more
	}
	a.ends[last].more = a.first[f]
}

// scan calls found with each word in a folded text: its number, and where it begins and ends. It goes on while found wants more.
func (a *automaton) scan(text []byte, found func(word, from, to int) bool) {
	row, rows, class := uint32(0), a.rows, &a.class
	n := 0
	// Four bytes a turn: inside of WebAssembly the turn of a loop costs more than what is done in it.
	for ; n+4 <= len(text); n += 4 {
		one := rows[row+uint32(class[text[n]])]
		two := rows[one&^hit+uint32(class[text[n+1]])]
		three := rows[two&^hit+uint32(class[text[n+2]])]
		four := rows[three&^hit+uint32(class[text[n+3]])]
		row = four &^ hit
		if (one|two|three|four)&hit != 0 {
			if !a.report(one, n+1, found) || !a.report(two, n+2, found) || !a.report(three, n+3, found) || !a.report(four, n+4, found) {
				return
			}
		}
	}
	for ; n < len(text); n++ {
		row = rows[row+uint32(class[text[n]])]
		if !a.report(row, n+1, found) {
			return
		}
		row &^= hit
	}
}

// report calls found with the words that end where a row was reached.
func (a *automaton) report(row uint32, to int, found func(word, from, to int) bool) bool {
	if row&hit == 0 {
		return true
	}
	for e := a.first[int(row&^hit)/a.classes]; e >= 0; e = a.ends[e].more {
		if !found(int(a.ends[e].word), to-int(a.ends[e].length), to) {
			return false
		}
	}
	return true
}
