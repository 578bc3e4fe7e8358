package wire

import (
	"math"
	"unicode/utf8"
)

const (
	// DefaultDepth is how deep arrays and objects may nest if Limits doesn't say. Request bodies of the
	// known clients stay below 30, most of it JSON Schema.
	DefaultDepth = 128
	// MaxDepth is the most that Limits.Depth may ask for. It keeps the validator's state on the stack.
	MaxDepth = 1024
)

// Limits bound a document. The zero value means the defaults.
type Limits struct {
	// Depth is how many arrays and objects may be open at once: [[]] has depth 2. The default, for zero and
	// below, is DefaultDepth; more than MaxDepth means MaxDepth.
	Depth int
}

func (l Limits) depth() int {
	switch {
	case l.Depth <= 0:
		return DefaultDepth
	case l.Depth > MaxDepth:
		return MaxDepth
	}
	return l.Depth
}

// Reasons of syntax errors. They are constants so that no byte of a client's body gets into one.
const (
	reasonTooLong   = "document of 2 GiB or more"
	reasonEmpty     = "no JSON value"
	reasonEnd       = "unexpected end of the document"
	reasonValue     = "expected a value"
	reasonKey       = "expected '\"' to begin a key"
	reasonFirstKey  = "expected '\"' or '}'"
	reasonColon     = "expected ':'"
	reasonInObject  = "expected ',' or '}'"
	reasonInArray   = "expected ',' or ']'"
	reasonAfter     = "unexpected byte after the value"
	reasonDepth     = "nested too deep"
	reasonLiteral   = "expected true, false or null"
	reasonNumber    = "expected a digit"
	reasonControl   = "unescaped control byte in a string"
	reasonEscape    = "unknown escape in a string"
	reasonHex       = "expected four hex digits after \\u"
	reasonUTF8      = "invalid UTF-8 in a string"
	reasonUnclosed  = "string without closing quote"
	reasonByteOrder = "byte order mark before the document"
)

// Validate checks that b is exactly one JSON value and returns its span, without the white space around it.
//
// It holds to RFC 8259: strict grammar, valid UTF-8 and no unescaped control byte in strings, well-formed
// escapes, nothing but white space around the value, no byte order mark. Escaped surrogates may be unpaired,
// as the grammar allows. Numbers may have any size. Duplicate keys are allowed here; see Fields.
//
// # Errors
//
// The error is nil or says where b stops being JSON, nests deeper than l allows, or is 2 GiB or longer.
// Making it is the only allocation.
func Validate(b []byte, l Limits) (Span, *SyntaxError) {
	start, err := beginDocument(b)
	if err != nil {
		return Span{}, err
	}
	end, reason := checkValue(b, start, l.depth())
	return endDocument(b, start, end, reason)
}

// beginDocument returns where the value of a document begins.
func beginDocument(b []byte) (start int, err *SyntaxError) {
	if len(b) > math.MaxInt32 {
		return 0, &SyntaxError{Reason: reasonTooLong}
	}
	start = skipSpace(b, 0)
	if start == len(b) {
		return 0, &SyntaxError{start, reasonEmpty}
	}
	if len(b) >= len(byteOrderMark) && string(b[:len(byteOrderMark)]) == byteOrderMark {
		return 0, &SyntaxError{0, reasonByteOrder}
	}
	return start, nil
}

// endDocument returns the value's span if no error was found in it and nothing stands behind it.
func endDocument(b []byte, start, end int, reason string) (Span, *SyntaxError) {
	if reason != "" {
		return Span{}, &SyntaxError{end, reason}
	}
	if rest := skipSpace(b, end); rest != len(b) {
		return Span{}, &SyntaxError{rest, reasonAfter}
	}
	return span(start, end), nil
}

// nesting remembers for each open bracket whether it is an object's, one bit each.
type nesting struct {
	objects [MaxDepth / 64]uint64
	depth   int
}

func (n *nesting) open(object bool) {
	word, bit := &n.objects[n.depth/64%len(n.objects)], uint64(1)<<(n.depth%64)
	*word &^= bit
	if object {
		*word |= bit
	}
	n.depth++
}

// close closes the innermost bracket and tells whether the one around it is an object's; false if none is.
func (n *nesting) close() bool {
	n.depth--
	d := n.depth - 1
	return d >= 0 && n.objects[d/64%len(n.objects)]>>(d%64)&1 != 0
}

// checkValue checks one value that starts at i and returns its end, or the offset of an error and its reason.
// It is one loop with jumps instead of a recursion: the stack stays flat whatever the input, and no call is
// made but for strings and numbers.
func checkValue(b []byte, i, limit int) (int, string) {
	var (
		nest   nesting
		object bool // the innermost open bracket is an object's
		reason string
	)
value:
	i = skipSpace(b, i)
	if i >= len(b) {
		return i, reasonEnd
	}
	switch b[i] {
	case '"':
		if i, reason = checkString(b, i+1); reason != "" {
			return i, reason
		}
	case '{':
		if nest.depth == limit {
			return i, reasonDepth
		}
		nest.open(true)
		object = true
		if i = skipSpace(b, i+1); i >= len(b) {
			return i, reasonEnd
		}
		if b[i] == '"' {
			goto key
		}
		if b[i] != '}' {
			return i, reasonFirstKey
		}
		i++
		object = nest.close()
	case '[':
		if nest.depth == limit {
			return i, reasonDepth
		}
		nest.open(false)
		object = false
		if i = skipSpace(b, i+1); i >= len(b) {
			return i, reasonEnd
		}
		if b[i] != ']' {
			goto value
		}
		i++
		object = nest.close()
	default:
		if i, reason = checkScalar(b, i); reason != "" {
			return i, reason
		}
	}
after:
	if nest.depth == 0 {
		return i, ""
	}
	if i = skipSpace(b, i); i >= len(b) {
		return i, reasonEnd
	}
	if object {
		switch b[i] {
		case ',':
			i = skipSpace(b, i+1)
			goto key
		case '}':
			i++
			object = nest.close()
			goto after
		}
		return i, reasonInObject
	}
	switch b[i] {
	case ',':
		i++
		goto value
	case ']':
		i++
		object = nest.close()
		goto after
	}
	return i, reasonInArray
key:
	if i >= len(b) {
		return i, reasonEnd
	}
	if b[i] != '"' {
		return i, reasonKey
	}
	if i, reason = checkString(b, i+1); reason != "" {
		return i, reason
	}
	if i = skipSpace(b, i); i >= len(b) {
		return i, reasonEnd
	}
	if b[i] != ':' {
		return i, reasonColon
	}
	i++
	goto value
}

// checkString checks the string whose inside starts at i and returns the index after its closing quote, or
// the offset of an error and its reason. It passes over bytes from 0x80 up and looks at UTF-8 once at the
// end, only if there were any: strings are mostly ASCII, and utf8.Valid is faster over a whole string.
func checkString(b []byte, i int) (int, string) {
	start, run := i, i // run is where the plain bytes under way begin
	var seen uint64
	for i+wordBytes <= len(b) {
		w := load(b, i)
		m := stops(w)
		if m == 0 {
			seen |= w
			if i += wordBytes; i-run >= longRun && i < len(b) {
				n, above := plainBlocks(&b[i], len(b)-i)
				seen |= above
				i += n
			}
			continue
		}
		seen |= w & (m ^ (m - 1)) // the bytes below the lowest mark
		i += lowest(m)
		switch b[i] {
		case '"':
			return endString(b, start, i, seen)
		case '\\':
			if i+1 < len(b) && shortEscape[b[i+1]] != 0 {
				i += 2
				run = i
				continue
			}
			var reason string
			if i, reason = checkEscape(b, i); reason != "" {
				return i, reason
			}
			run = i
		default:
			return i, reasonControl
		}
	}
	return checkStringTail(b, start, i, seen)
}

// longRun is how many plain bytes stand before the rest is looked at by the block: most strings are shorter.
const longRun = 2 * wordBytes

// checkStringTail goes on with checkString at the last bytes of a document.
func checkStringTail(b []byte, start, i int, seen uint64) (int, string) {
	for i < len(b) {
		switch c := b[i]; {
		case c == '"':
			return endString(b, start, i, seen)
		case c == '\\':
			var reason string
			if i, reason = checkEscape(b, i); reason != "" {
				return i, reason
			}
		case c < ' ':
			return i, reasonControl
		default:
			seen |= uint64(c)
			i++
		}
	}
	return i, reasonUnclosed
}

// endString ends checkString at the closing quote at end. seen has the high bit of a byte set if the string
// has bytes from 0x80 up.
func endString(b []byte, start, end int, seen uint64) (int, string) {
	if seen&high != 0 && !utf8.Valid(b[start:end]) {
		return start + invalidUTF8(b[start:end]), reasonUTF8
	}
	return end + 1, ""
}

// shortEscape is what the byte after a backslash stands for, zero if it makes no escape by itself.
var shortEscape = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// checkEscape checks the escape whose backslash is at i and returns the index after it.
func checkEscape(b []byte, i int) (int, string) {
	if i+1 >= len(b) {
		return len(b), reasonUnclosed
	}
	switch c := b[i+1]; {
	case shortEscape[c] != 0:
		return i + 2, ""
	case c == 'u':
		if _, ok := hex4(b, i+2); !ok {
			return i, reasonHex
		}
		return i + 6, ""
	}
	return i, reasonEscape
}

// invalidUTF8 is the offset of the first byte of s that is not UTF-8.
func invalidUTF8(s []byte) int {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRune(s[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(s)
}

// checkScalar checks a literal or a number that starts at i.
func checkScalar(b []byte, i int) (int, string) {
	switch c := b[i]; {
	case c == 't':
		return checkLiteral(b, i, "true")
	case c == 'f':
		return checkLiteral(b, i, "false")
	case c == 'n':
		return checkLiteral(b, i, "null")
	case c == '-' || isDigit(c):
		return checkNumber(b, i)
	}
	return i, reasonValue
}

func checkLiteral(b []byte, i int, name string) (int, string) {
	if len(b)-i < len(name) || string(b[i:i+len(name)]) != name {
		return i, reasonLiteral
	}
	return i + len(name), ""
}

// checkNumber checks the number that starts at i: -? (0 | [1-9][0-9]*) (\.[0-9]+)? ([eE][+-]?[0-9]+)?
func checkNumber(b []byte, i int) (int, string) {
	if b[i] == '-' {
		i++
	}
	if i < len(b) && b[i] == '0' {
		i++
	} else {
		end := skipDigits(b, i)
		if end == i {
			return i, reasonNumber
		}
		i = end
	}
	if i < len(b) && b[i] == '.' {
		end := skipDigits(b, i+1)
		if end == i+1 {
			return end, reasonNumber
		}
		i = end
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		end := skipDigits(b, i)
		if end == i {
			return i, reasonNumber
		}
		i = end
	}
	return i, ""
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func skipDigits(b []byte, i int) int {
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	return i
}
