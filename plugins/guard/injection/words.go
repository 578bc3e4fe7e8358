package main

import "unicode/utf8"

// Hashes that are no word's.
const (
	stop   = 1 // the end of a sentence
	number = 2 // digits
	blank  = 3 // a word that isn't kept: of a script without spaces
)

// Constants of FNV-1a.
const (
	seed  = 2166136261
	prime = 16777619
)

// hash is FNV-1a of 32 bits, mixed once more.
func hash(b []byte) uint32 {
	h := uint32(seed)
	for _, c := range b {
		h = (h ^ uint32(c)) * prime
	}
	return h ^ h>>15
}

func hashOf(s string) uint32 { return hash([]byte(s)) }

// lexicon tells the class of words. Words are known by their hashes.
type lexicon struct {
	keys    []uint32 // a power of two of them; 0 is free
	classes []class
	stems   map[string]class // begins of words
	glyphs  map[rune][]glyph // words of scripts that don't put spaces, by their first character
	ends    [26]uint32       // by the first letter of the words that disguises are seen by: a bit for each last letter
	starts  [26]uint32       // by the first letter of stems: a bit for each second letter
}

// glyph is a word of such a script.
type glyph struct {
	rest  string // after the first character
	class class
}

// minStem and maxStem are the lengths of begins of words, in bytes.
const (
	minStem = 5
	maxStem = 26
)

// newLexicon reads the vocabulary.
func newLexicon() *lexicon {
	const size = 1 << 13
	l := &lexicon{keys: make([]uint32, size), classes: make([]class, size), stems: map[string]class{}, glyphs: map[rune][]glyph{}}
	for _, v := range vocabulary {
		for _, w := range fields(v.words) {
			l.learn(w, v.class)
		}
	}
	return l
}

// learn gives a word a class.
func (l *lexicon) learn(text string, c class) {
	var b []byte
	for _, r := range text {
		if f := fold(r); f != 0 && f != '\'' && f != '-' {
			b = utf8.AppendRune(b, f)
		}
	}
	first, size := utf8.DecodeRune(b)
	switch {
	case spaceless(first):
		l.learnGlyph(first, string(b[size:]), c)
	case b[len(b)-1] == '*':
		l.stems[string(b[:len(b)-1])] |= c
		if ascii[b[0]] == small && ascii[b[1]] == small {
			l.starts[b[0]-'a'] |= 1 << (b[1] - 'a')
		}
	default:
		n := l.slot(hash(b))
		l.keys[n] = hash(b)
		l.classes[n] |= c
		if last := b[len(b)-1]; c&core != 0 && ascii[b[0]] == small && ascii[last] == small {
			l.ends[b[0]-'a'] |= 1 << (last - 'a')
		}
	}
}

func (l *lexicon) learnGlyph(first rune, rest string, c class) {
	list := l.glyphs[first]
	at := len(list)
	for n := range list {
		if list[n].rest == rest {
			list[n].class |= c
			return
		}
	}
	for at > 0 && len(list[at-1].rest) < len(rest) {
		at-- // the longest first
	}
	list = append(list, glyph{})
	copy(list[at+1:], list[at:])
	list[at] = glyph{rest, c}
	l.glyphs[first] = list
}

// slot is where a hash is, or would be.
func (l *lexicon) slot(h uint32) uint32 {
	mask := uint32(len(l.keys) - 1)
	n := h & mask
	for l.keys[n] != 0 && l.keys[n] != h {
		n = (n + 1) & mask
	}
	return n
}

// look is the class of a word, 0 if it has none.
func (l *lexicon) look(h uint32) class { return l.classes[l.slot(h)] }

// maybeTurned tells whether a word with these first and last letters, small ones, could be one that matters, written
// backwards or in ROT13. It saves looking most words up.
func (l *lexicon) maybeTurned(first, last byte) bool {
	f, e := first-'a', last-'a'
	return l.ends[e]>>f&1 != 0 || l.ends[(f+13)%26]>>((e+13)%26)&1 != 0
}

// maybeStem tells whether a word with these first two letters, small ones, could begin as a stem does.
func (l *lexicon) maybeStem(first, second byte) bool {
	return l.starts[first-'a']>>(second-'a')&1 != 0
}

// stem is the class of a word by its begin. Only words beyond ASCII, and long ones, are looked at.
func (l *lexicon) stem(b []byte) class {
	if b[0] < utf8.RuneSelf && len(b) < 7 {
		return 0
	}
	for n := min(len(b), maxStem); n >= minStem; n-- {
		if c, ok := l.stems[string(b[:n])]; ok {
			return c
		}
	}
	return 0
}

// spaceless tells whether a character belongs to a script whose words aren't looked up between spaces: Chinese,
// Japanese, Korean, Arabic and Devanagari, which put endings or nothing where others have a space.
func spaceless(r rune) bool {
	return r >= 0x3040 && r <= 0x30ff || r >= 0x3400 && r <= 0x9fff || r >= 0xac00 && r <= 0xd7a3 || r >= 0x0600 && r <= 0x06ff || r >= 0x0900 && r <= 0x097f
}

// fields are the words of a list.
func fields(s string) (out []string) {
	from := -1
	for n := 0; n <= len(s); n++ {
		if n < len(s) && s[n] > ' ' {
			if from < 0 {
				from = n
			}
			continue
		}
		if from >= 0 {
			out = append(out, s[from:n])
			from = -1
		}
	}
	return out
}

// Kinds of ASCII characters.
const (
	mark = iota
	small
	capital
	digit
)

// ascii is the kind of each character.
var ascii = func() (t [256]byte) {
	for c := range 26 {
		t['a'+c], t['A'+c] = small, capital
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = digit
	}
	return t
}()

// lower is the small letter of an ASCII letter, 0 for others.
var lower = func() (t [256]uint32) {
	for c := range t {
		if k := ascii[c]; k == small || k == capital {
			t[c] = uint32(c) | 0x20
		}
	}
	return t
}()

// templateWord tells whether a word is one that chat templates put in brackets.
func templateWord(b []byte) bool { return oneOf(b, templateWords) }

// roleWord tells whether a hash is that of the name of one who speaks in a chat.
func roleWord(h uint32) bool {
	for _, r := range roleWords {
		if r == h {
			return true
		}
	}
	return false
}

var (
	templateWords = fields("im_start im_end system assistant user inst sys human endoftext start_header_id end_header_id eot_id end_of_turn start_of_turn instructions admin")
	roleWords     = hashes(fields("system assistant user human ai bot chatgpt gpt model admin developer"))
)

func hashes(words []string) (out []uint32) {
	for _, w := range words {
		out = append(out, hashOf(w))
	}
	return out
}

func appendLower(dst, word []byte) []byte {
	for _, c := range word {
		dst = append(dst, c|0x20)
	}
	return dst
}

func oneOf(b []byte, list []string) bool {
	for _, s := range list {
		if len(s) == len(b) && equalFold(b, s) {
			return true
		}
	}
	return false
}

// equalFold compares letters, large or small, with small ones.
func equalFold(b []byte, s string) bool {
	for n, c := range b {
		if c|0x20 != s[n]|0x20 {
			return false
		}
	}
	return true
}
