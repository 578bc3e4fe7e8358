package wire

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// Words of eight equal bytes. A test on a word marks a byte by its high bit. Subtraction borrows from a
// marked byte into the ones above it only, so the lowest mark is always right; higher ones may not be.
const (
	each      = 0x0101010101010101
	high      = 0x80 * each
	spaces    = 0x20 * each
	quotes    = '"' * each
	slashes   = '\\' * each
	caseBits  = 0x26 * each
	brackets  = 0x7f * each
	feeds     = '\n' * each
	returns   = '\r' * each
	wordBytes = 8
)

func load(b []byte, i int) uint64 { return binary.LittleEndian.Uint64(b[i:]) }

// zeros marks the bytes of x that are zero.
func zeros(x uint64) uint64 { return (x - each) &^ x & high }

// lowest is the index of the lowest marked byte.
func lowest(marks uint64) int { return bits.TrailingZeros64(marks) >> 3 }

// stops marks what ends a run of plain bytes in a JSON string: quote, backslash, control byte. Bytes from
// 0x80 up are plain. The three subtractions share one mask, since all three needles are below 0x80.
func stops(w uint64) uint64 {
	return ((w - spaces) | ((w ^ quotes) - each) | ((w ^ slashes) - each)) &^ w & high
}

// isSpace tells JSON's white space.
func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// skipSpace returns the first index from i on that is not white space, or len(b).
func skipSpace(b []byte, i int) int {
	for i < len(b) && b[i] <= ' ' && isSpace(b[i]) {
		i++
	}
	return i
}

// skipValue returns the end of the value that starts at i, in JSON that is known to be good.
func skipValue(b []byte, i int) int {
	switch b[i] {
	case '"':
		return skipString(b, i+1)
	case '{', '[':
		return skipNested(b, i+1)
	}
	return skipScalar(b, i)
}

func skipScalar(b []byte, i int) int {
	for i < len(b) {
		switch b[i] {
		case ',', '}', ']', ' ', '\n', '\t', '\r':
			return i
		}
		i++
	}
	return i
}

// skipString returns the index after the closing quote of the string whose inside starts at i, or len(b).
// Two words are tried by hand first, because most strings are keys and short values, and bytes.IndexByte
// costs as much as they do; from there on it is several times faster.
func skipString(b []byte, i int) int {
	for range 2 {
		if i+wordBytes > len(b) {
			break
		}
		w := load(b, i)
		m := zeros(w^quotes) | zeros(w^slashes)
		if m == 0 {
			i += wordBytes
			continue
		}
		i += lowest(m)
		if b[i] == '"' {
			return i + 1
		}
		i += 2
	}
	return skipLongString(b, i)
}

func skipLongString(b []byte, i int) int {
	for i < len(b) {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			break
		}
		quote := i + n
		slash := quote
		for slash > i && b[slash-1] == '\\' {
			slash--
		}
		i = quote + 1
		if (quote-slash)&1 == 0 {
			return i
		}
	}
	return len(b)
}

// skipNested returns the index after the bracket that closes the object or array whose inside starts at i,
// or len(b). Setting the bits of 0x26 turns all four brackets into 0x7f, and nothing else that good JSON has
// outside of strings, so that brackets cost one comparison.
func skipNested(b []byte, i int) int {
	depth := 1
	for i < len(b) {
		if i+wordBytes <= len(b) {
			w := load(b, i)
			m := zeros(w^quotes) | zeros((w|caseBits)^brackets)
			if m == 0 {
				i += wordBytes
				continue
			}
			i += lowest(m)
		}
		switch b[i] {
		case '"':
			i = skipString(b, i+1)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return len(b)
}
