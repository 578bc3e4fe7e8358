package tokens

import (
	"sync"
	"unicode"
	"unicode/utf8"
)

// The rules of both encodings are published as regular expressions of alternatives, of which the first that matches wins:
//
//	cl100k_base  '(?i:[sdmt]|ll|ve|re) | [^\r\n\p{L}\p{N}]?\p{L}+ | \p{N}{1,3} | ?[^\s\p{L}\p{N}]+[\r\n]* |
//	             \s*[\r\n]+ | \s+(?!\S) | \s+
//	o200k_base   [^\r\n\p{L}\p{N}]?[UPPER]*[LOWER]+SUFFIX? | [^\r\n\p{L}\p{N}]?[UPPER]+[LOWER]*SUFFIX? | \p{N}{1,3} |
//	             ?[^\s\p{L}\p{N}]+[\r\n/]* | \s*[\r\n]+ | \s+(?!\S) | \s+
//
// where UPPER is \p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}, LOWER is \p{Ll}\p{Lm}\p{Lo}\p{M} and SUFFIX is (?i:'s|'t|'re|'ve|'m|'ll|'d).
// They are followed here by hand, in one pass over each piece.

// class is what the rules ask of a character.
type class uint8

const (
	letter class = 1 << iota // \p{L}
	upper                    // UPPER
	lower                    // LOWER
	number                   // \p{N}
	space                    // \s
	line                     // \r and \n
)

func classOf(r rune) (c class) {
	switch {
	case unicode.IsLetter(r):
		c = letter
		switch {
		case unicode.In(r, unicode.Lu, unicode.Lt):
			c |= upper
		case unicode.Is(unicode.Ll, r):
			c |= lower
		default:
			c |= upper | lower
		}
	case unicode.IsMark(r):
		c = upper | lower
	case unicode.IsNumber(r):
		c = number
	case unicode.IsSpace(r):
		c = space
		if r == '\r' || r == '\n' {
			c |= line
		}
	}
	return c
}

// classes are those of the basic plane.
var classes = sync.OnceValue(func() *[1 << 16]class {
	t := new([1 << 16]class)
	for r := range t {
		t[r] = classOf(rune(r))
	}
	return t
})

// at is the class and length of the first character of a text, 0 and 0 at its end.
func at(text []byte) (class, int) {
	if len(text) == 0 {
		return 0, 0
	}
	if c := text[0]; c < utf8.RuneSelf {
		return ascii[c], 1
	}
	r, n := utf8.DecodeRune(text)
	if r < 1<<16 {
		return classes()[r], n
	}
	return classOf(r), n
}

var ascii = func() (t [utf8.RuneSelf]class) {
	for r := range t {
		t[r] = classOf(rune(r))
	}
	return t
}()

// run is how long the characters are that have any of the classes, from n on.
func run(text []byte, n int, of class) int {
	for n < len(text) && n <= MaxPiece {
		c, size := at(text[n:])
		if c&of == 0 {
			return n
		}
		n += size
	}
	return n
}

// splitCL100K is the length of the first piece by cl100k_base's rules. What is above MaxPiece is only a bound.
func splitCL100K(text []byte) int {
	if n := suffix(text); n > 0 {
		return n
	}
	c, size := at(text)
	switch {
	case c&letter != 0:
		return run(text, size, letter)
	case c&number != 0:
		return digits(text)
	case c&line == 0:
		if end := run(text, size, letter); end > size {
			return end
		}
	}
	return others(text, false)
}

// splitO200K is the length of the first piece by o200k_base's rules. What is above MaxPiece is only a bound.
func splitO200K(text []byte) int {
	c, size := at(text)
	if c&number != 0 {
		return digits(text)
	}
	if c&(letter|number|line) == 0 {
		if end := word(text, size); end > 0 {
			return end + suffix(text[end:])
		}
	}
	if c&(upper|lower) != 0 {
		if end := word(text, 0); end > 0 {
			return end + suffix(text[end:])
		}
		if end := run(text, 0, upper); end > 0 {
			return end + suffix(text[end:])
		}
	}
	if c&(letter|number|line) == 0 {
		if end := run(text, size, upper); end > size {
			return end + suffix(text[end:])
		}
	}
	return others(text, true)
}

// word is where [UPPER]*[LOWER]+ ends that begins at n, 0 if it doesn't match.
func word(text []byte, n int) int {
	last := 0 // the end of the last character of the first part that the second may take
	for n < len(text) && n <= MaxPiece {
		c, size := at(text[n:])
		if c&upper == 0 {
			break
		}
		n += size
		if c&lower != 0 {
			last = n
		}
	}
	if end := run(text, n, lower); end > n {
		return end
	}
	return last
}

// digits is \p{N}{1,3}.
func digits(text []byte) (n int) {
	for range 3 {
		c, size := at(text[n:])
		if c&number == 0 {
			break
		}
		n += size
	}
	return n
}

// others are the rules for what is neither letters nor digits. slash tells that slashes go with the ends of lines.
func others(text []byte, slash bool) int {
	n := 0
	if text[0] == ' ' {
		n = 1
	}
	begin := n
	for n < len(text) && n <= MaxPiece {
		c, size := at(text[n:])
		if c&(letter|number|space) != 0 {
			break
		}
		n += size
	}
	if n == begin {
		return blanks(text)
	}
	for n < len(text) && n <= MaxPiece && (text[n] == '\r' || text[n] == '\n' || slash && text[n] == '/') {
		n++
	}
	return n
}

// blanks are the rules for white space: up to the last end of a line; else all of it at the end of the text; else all but the
// last, which goes with what follows.
func blanks(text []byte) int {
	n, before, lines := 0, 0, 0
	for n < len(text) && n <= MaxPiece {
		c, size := at(text[n:])
		if c&space == 0 {
			break
		}
		before = n
		n += size
		if c&line != 0 {
			lines = n
		}
	}
	switch {
	case lines > 0:
		return lines
	case n == len(text) || before == 0:
		return n
	}
	return before
}

// suffix is the length of 's, 't, 're, 've, 'm, 'll or 'd at the begin of a text, in any case, 0 if there is none. The
// long s (ſ) is an s, too.
func suffix(text []byte) int {
	if len(text) < 2 || text[0] != '\'' {
		return 0
	}
	switch text[1] | 0x20 {
	case 's', 't', 'm', 'd':
		return 2
	case 'r', 'v':
		if len(text) > 2 && text[2]|0x20 == 'e' {
			return 3
		}
	case 'l':
		if len(text) > 2 && text[2]|0x20 == 'l' {
			return 3
		}
	}
	if len(text) > 2 && text[1] == 0xc5 && text[2] == 0xbf {
		return 3
	}
	return 0
}
