package main

import "unicode/utf8"

// A word longer than maxWord bytes is cut; of what is encoded in a text, maxHidden bytes are read.
const (
	maxWord   = 128
	maxHidden = 64 << 10
)

// token is a word of a text, or the end of a sentence.
type token struct {
	class class
	hash  uint32 // of the folded word, stop for the end of a sentence, blank for a word that says nothing
	from  int32  // of its letters in reader.letters
}

// reader makes tokens of texts. It is used again from text to text.
type reader struct {
	lexicon *lexicon
	tokens  []token
	letters []byte // the folded words, one after another, if keep is set: for those who learn from them
	keep    bool
	decoded []byte // what runs of base64 and hexadecimal digits stand for
	tagged  []byte // what is written in tags
	word    []byte // the word that is read
	kind    kinds  // of its letters
	spare   []byte
	singles []byte // letters that stand alone, one after another
	tried   int    // the end of the run that was tried last
	tries   int    // how often it was
	gaps    int    // spaces and marks since the last letter
	reverse int    // words that mean something only backwards
	rot     int    // words that mean something only in ROT13
}

// kinds are the kinds of letters that a word has.
type kinds uint8

const (
	hasLatin kinds = 1 << iota
	hasDigit
	hasOther
	hasWide // Latin in another guise: full-width, mathematical, in circles
)

// reset forgets the text before.
func (r *reader) reset() {
	r.tokens, r.letters, r.decoded, r.tagged = r.tokens[:0], r.letters[:0], r.decoded[:0], r.tagged[:0]
	r.reverse, r.rot = 0, 0
}

// read adds the tokens of a text.
func (r *reader) read(text []byte) {
	r.word, r.singles, r.kind, r.gaps = r.word[:0], r.singles[:0], 0, 0
	r.tried, r.tries = 0, 0
	r.end()
	for n := 0; n < len(text); {
		switch k := ascii[text[n]]; {
		case k != small && k != capital:
			n += r.step(text, n)
		case len(r.word) > 0:
			n += r.plain(text[n:])
		default:
			size := r.simple(text[n:])
			if size == 0 {
				size = r.run(text, n)
			}
			if size == 0 {
				size = r.plain(text[n:])
			}
			n += size
		}
	}
	r.endWord()
	r.endSingles()
	r.end()
}

// simple reads a word of two or more ASCII letters with a space or a comma after it, and what follows it. Most words
// are of this kind, and this is the short way for them. It returns their bytes, 0 for others.
func (r *reader) simple(text []byte) int {
	n, h := 0, uint32(seed)
	for _, b := range text {
		c := lower[b]
		if c == 0 {
			break
		}
		h = (h ^ c) * prime
		n++
	}
	if n < 2 || n >= minRun || n == len(text) || text[n] != ' ' && text[n] != ',' {
		return 0
	}
	h ^= h >> 15
	c := r.lexicon.look(h)
	if c == 0 && n > 4 && (n >= minGlued || r.lexicon.maybeTurned(text[0]|0x20, text[n-1]|0x20) || r.lexicon.maybeStem(text[0]|0x20, text[1]|0x20)) {
		return 0
	}
	if len(r.singles) > 0 {
		r.endSingles()
	}
	r.gaps = 1
	if r.keep {
		r.word = appendLower(r.word[:0], text[:n])
	}
	r.push(c, h, r.word)
	r.word = r.word[:0]
	return n + 1
}

// plain adds a run of ASCII letters to the word.
func (r *reader) plain(text []byte) int {
	n := 0
	for n < len(text) && (ascii[text[n]] == small || ascii[text[n]] == capital) {
		if len(r.word) < maxWord {
			r.word = append(r.word, text[n]|0x20)
		}
		n++
	}
	r.kind |= hasLatin
	return n
}

// step reads one character that is no ASCII letter, or a whole run that is encoded. It returns its bytes.
func (r *reader) step(text []byte, at int) int {
	rest := text[at:]
	if len(r.word) == 0 && ascii[rest[0]] == digit {
		if n := r.run(text, at); n > 0 {
			return n
		}
	}
	c, size := unescape(rest)
	if c < utf8.RuneSelf {
		r.ascii(rune(c), text, at, size)
		return size
	}
	if c >= 0xe0020 && c <= 0xe007e {
		if len(r.tagged) < maxHidden {
			r.tagged = append(r.tagged, byte(c-0xe0000))
		}
		return size
	}
	f := fold(c)
	switch {
	case f == 0:
	case f < utf8.RuneSelf:
		if c >= 0x2000 && ascii[f] != mark {
			r.kind |= hasWide
		}
		r.ascii(f, text, at, size)
	case spaceless(f):
		r.endWord()
		r.endSingles()
		return r.glyph(rest, f, size)
	case letter(f):
		r.kind |= hasOther
		if len(r.word) < maxWord {
			r.word = utf8.AppendRune(r.word, f)
		}
	case f >= 0x1f300 && f < 0x1fb00: // a picture is a word of its own
		r.endWord()
		r.endSingles()
		r.word = utf8.AppendRune(r.word, f)
		r.add(r.lexicon.look(hash(r.word)))
	default:
		r.endWord()
		r.gap(f)
	}
	return size
}

// ascii takes a character that is ASCII, or counts as such. It begins at text[at] and has size bytes there.
func (r *reader) ascii(c rune, text []byte, at, size int) {
	switch k := ascii[c]; {
	case k == small, k == capital:
		r.kind |= hasLatin
		r.append(byte(c) | 0x20)
	case k == digit:
		r.kind |= hasDigit
		r.append(byte(c))
	case c == '\'' && len(r.word) > 0: // don't is dont
	case (c == '@' || c == '$' || c == '!' || c == '|') && len(r.word) > 0 && inWord(text[at+size:]):
		r.kind |= hasDigit
		r.append(byte(c))
	case c == '_' && len(r.word) > 0:
		r.endWord()
	default:
		r.endWord()
		r.fence(text, at)
		r.gap(c)
	}
}

func (r *reader) append(c byte) {
	if len(r.word) < maxWord {
		r.word = append(r.word, c)
	}
}

// inWord tells whether a letter follows.
func inWord(after []byte) bool {
	return len(after) > 0 && (ascii[after[0]] == small || ascii[after[0]] == capital || ascii[after[0]] == digit)
}

// letter tells whether a character beyond ASCII is one that words are made of.
func letter(r rune) bool {
	return r > 0xbf && r < 0x2000 && r != 0xd7 && r != 0xf7 || r >= 0x2c00 && r < 0x2e00 || r >= 0xa000 && r < 0xe000
}

// gap notes what stands between words: marks that end a sentence, and spaces between letters that stand alone.
func (r *reader) gap(c rune) {
	r.gaps++
	switch c {
	case '.', '!', '?', '\n', ';', ':', '"', '“', '”', '…', '。', '！', '？':
		if c == '\n' || len(r.singles) == 0 {
			r.endSingles()
			r.end()
		}
	}
}

// end adds the end of a sentence.
func (r *reader) end() {
	if n := len(r.tokens); n == 0 || r.tokens[n-1].hash != stop {
		r.tokens = append(r.tokens, token{hash: stop, from: int32(len(r.letters))})
	}
}

// add adds the word as a token of a class.
func (r *reader) add(c class) {
	r.push(c, hash(r.word), r.word)
	r.word, r.kind = r.word[:0], 0
}

func (r *reader) push(c class, h uint32, word []byte) {
	r.tokens = append(r.tokens, token{c, h, int32(len(r.letters))})
	if r.keep {
		r.letters = append(r.letters, word...)
	}
}

// endWord makes a token of the word.
func (r *reader) endWord() {
	b := r.word
	if len(b) == 0 {
		return
	}
	if len(b) == 1 || len(b) <= 4 && b[0] >= 0x80 && utf8.RuneCount(b) == 1 {
		r.single()
		return
	}
	r.endSingles()
	r.gaps = 0
	if r.kind == hasDigit {
		r.push(0, number, nil)
		r.word, r.kind = r.word[:0], 0
		return
	}
	c := r.lexicon.look(hash(b))
	switch {
	case c != 0 && r.kind&hasWide != 0:
		c = disguised(c)
	case c != 0 || r.kind == hasLatin && len(b) < 5:
	default:
		if r.unmask() {
			return
		}
		c = r.lexicon.stem(b)
	}
	r.add(c)
}

// disguised adds to a class that its word was hidden, if that is one that matters.
func disguised(c class) class {
	if c&core != 0 {
		c |= disguise
	}
	return c
}

// single takes a letter that stands alone. Several of them may be a word with spaces in it.
func (r *reader) single() {
	if len(r.singles) > 0 && r.gaps > 3 || len(r.singles) > maxWord-8 {
		r.endSingles()
	}
	if len(r.singles) > 0 && r.gaps > 1 {
		r.singles = append(r.singles, ' ')
	}
	r.gaps = 0
	r.singles = append(r.singles, r.word...)
	if r.kind == hasDigit {
		r.push(0, number, nil)
		r.word, r.kind = r.word[:0], 0
		return
	}
	r.add(r.lexicon.look(hash(r.word)))
}

// glyph reads a word of a script without spaces, which begins with first.
func (r *reader) glyph(text []byte, first rune, size int) int {
	for _, g := range r.lexicon.glyphs[first] {
		if len(text)-size >= len(g.rest) && string(text[size:size+len(g.rest)]) == g.rest {
			r.push(g.class, blank, nil)
			return size + len(g.rest)
		}
	}
	if n := len(r.tokens); n == 0 || r.tokens[n-1].hash != blank || r.tokens[n-1].class != 0 {
		r.push(0, blank, nil) // characters that mean nothing here count as one word
	}
	return size
}

// fence adds a token for a mark of a chat's template, which could pass for the begin of another turn: <|im_start|>,
// [INST], <<SYS>>, </system>, or "system:" at the begin of a line; and for the begin of a comment of HTML.
func (r *reader) fence(text []byte, at int) {
	switch text[at] {
	case '<', '[':
		n := at + 1
		for n < len(text) && n < at+4 && (text[n] == '<' || text[n] == '[' || text[n] == '|' || text[n] == '/') {
			n++
		}
		if n+2 < len(text) && text[n] == '!' && text[n+1] == '-' && text[n+2] == '-' {
			r.push(comment, hashOf("<!--"), []byte("<!--"))
			return
		}
		from := n
		for n < len(text) && n < from+16 && (ascii[text[n]] == small || ascii[text[n]] == capital || text[n] == '_') {
			n++
		}
		if n < len(text) && (text[n] == '>' || text[n] == ']' || text[n] == '|') && templateWord(text[from:n]) {
			r.push(fence, hashOf("<|>"), []byte("<|>"))
		}
	case ':':
		if n := len(r.tokens) - 1; n > 0 && r.tokens[n-1].hash == stop && roleWord(r.tokens[n].hash) && (at+1 == len(text) || text[at+1] <= ' ') {
			r.push(turn, hashOf("role:"), []byte("role:"))
		}
	}
}
