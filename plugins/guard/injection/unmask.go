package main

import "unicode/utf8"

// minGlued is how long a run of letters is that may be several words.
const minGlued = 12

// unmask looks for a word in whatever disguise the current one may be, and adds what it finds.
func (r *reader) unmask() bool {
	b := r.word
	if r.kind&hasOther != 0 && r.alike() {
		return true
	}
	if r.kind&hasDigit != 0 && r.kind&hasLatin != 0 && r.leet() {
		return true
	}
	if b[0] >= utf8.RuneSelf {
		return false
	}
	if last := b[len(b)-1]; len(b) >= 5 && ascii[b[0]] == small && ascii[last] == small && r.lexicon.maybeTurned(b[0], last) {
		r.turned(b)
	}
	if len(b) >= minGlued && r.glued(b) {
		r.word, r.kind = r.word[:0], 0
		return true
	}
	return false
}

// alike reads Greek and Cyrillic letters as the Latin ones that they look like.
func (r *reader) alike() bool {
	r.spare = r.spare[:0]
	for _, c := range string(r.word) {
		r.spare = utf8.AppendRune(r.spare, alike(c))
	}
	return r.instead()
}

// leetLetters are what digits and marks look like. 1 and its like are an i or an l.
var leetLetters = [128]byte{'0': 'o', '3': 'e', '4': 'a', '@': 'a', '5': 's', '$': 's', '7': 't', '8': 'b', '9': 'g', '2': 'z', '6': 'g'}

// leet reads digits and marks as the letters that they look like.
func (r *reader) leet() bool {
	for _, one := range [...]byte{'i', 'l'} {
		r.spare = r.spare[:0]
		for _, c := range r.word {
			switch {
			case c == '1' || c == '!' || c == '|':
				c = one
			case c < utf8.RuneSelf && leetLetters[c] != 0:
				c = leetLetters[c]
			}
			r.spare = append(r.spare, c)
		}
		if r.instead() {
			return true
		}
	}
	return false
}

// instead adds r.spare in the place of the current word, if it is a known one.
func (r *reader) instead() bool {
	h := hash(r.spare)
	c := r.lexicon.look(h)
	if c == 0 {
		return false
	}
	r.push(disguised(c), h, r.spare)
	r.word, r.kind = r.word[:0], 0
	return true
}

// turned counts words that mean something when they are written backwards, or in ROT13.
func (r *reader) turned(b []byte) {
	back, rot := uint32(seed), uint32(seed)
	for n := range b {
		back = (back ^ uint32(b[len(b)-1-n])) * prime
		rot = (rot ^ uint32(rot13(b[n]))) * prime
	}
	if r.lexicon.look(back^back>>15)&core != 0 {
		r.reverse++
	}
	if r.lexicon.look(rot^rot>>15)&core != 0 {
		r.rot++
	}
}

func rot13(c byte) byte {
	switch ascii[c] {
	case small:
		return (c-'a'+13)%26 + 'a'
	case capital:
		return (c-'A'+13)%26 + 'A'
	}
	return c
}

// glued cuts a run of letters into words of the vocabulary, and adds them, if all of it is made of them and one of them
// matters.
func (r *reader) glued(b []byte) bool {
	var came [maxWord + 1]uint8 // came[n]: the length of a word that ends at n, where all before is words
	for from := range b {
		if from > 0 && came[from] == 0 {
			continue
		}
		h := uint32(seed)
		for n := 1; n <= 16 && from+n <= len(b); n++ {
			h = (h ^ uint32(b[from+n-1])) * prime
			if n > 1 && (r.lexicon.look(h^h>>15) != 0 || n < 5 && oneOf(b[from:from+n], between)) {
				came[from+n] = uint8(n)
			}
		}
	}
	matters := false
	var cuts [maxWord]uint8
	words := 0
	for to := len(b); to > 0; words++ {
		n := int(came[to])
		if n == 0 {
			return false
		}
		cuts[words] = uint8(n)
		to -= n
		matters = matters || r.lexicon.look(hash(b[to:to+n]))&core != 0
	}
	if !matters {
		return false
	}
	for from := 0; words > 0; {
		words--
		word := b[from : from+int(cuts[words])]
		h := hash(word)
		r.push(disguised(r.lexicon.look(h)), h, word)
		from += len(word)
	}
	return true
}

// between are words without a class that stand between those that have one.
var between = fields("and the to of in on for with from at by as or if so me my it is be this that then but its into about")

// endSingles looks up letters that stood apart from each other: "i g n o r e". Where more than one space stood between
// them, a word ends; without that, they are cut into words as they come.
func (r *reader) endSingles() {
	b := r.singles
	if len(b) >= 5 {
		from := 0
		for n := 0; n <= len(b); n++ {
			if n == len(b) || b[n] == ' ' {
				r.joined(b[from:n])
				from = n + 1
			}
		}
	}
	r.singles, r.gaps = r.singles[:0], 0
}

// joined adds letters that stood apart as a word, or several.
func (r *reader) joined(b []byte) {
	if len(b) < 2 {
		return
	}
	if c := r.lexicon.look(hash(b)); c != 0 {
		r.push(disguised(c), hash(b), b)
		return
	}
	if len(b) >= 8 {
		r.glued(b)
	}
}

// backwards appends a text written backwards, character by character.
func backwards(dst, text []byte) []byte {
	for n := len(text); n > 0; {
		_, size := utf8.DecodeLastRune(text[:n])
		dst = append(dst, text[n-size:n]...)
		n -= size
	}
	return dst
}
