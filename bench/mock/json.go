package mock

import (
	"bytes"
	"errors"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// kind is what a JSON value is.
type kind uint8

const (
	absent kind = iota
	null
	boolean
	number
	text
	array
	object
)

var kindNames = [...]string{"nothing", "null", "a boolean", "a number", "a string", "an array", "an object"}

func (k kind) String() string { return kindNames[k] }

// node is a value of a document. Its children follow it; next is the node behind its last descendant.
// An object's children are names and values in turn.
type node struct {
	kind       kind
	escaped    bool
	start, end int32 // of the value's bytes, quotes included
	next       int32
}

// document is a parsed JSON text: a flat tree of spans. It is the mock's own so that it shares no mistake
// with the parsers it tests. A document may be parsed into again; src stays the caller's.
type document struct {
	src   []byte
	nodes []node
}

// maxDepth is how deep values may nest.
const maxDepth = 200

var (
	errJSON  = errors.New("the body is not valid JSON")
	errDepth = errors.New("the body nests too deeply")
)

// parse reads src, which must be one JSON value.
func (d *document) parse(src []byte) error {
	d.src, d.nodes = src, d.nodes[:0]
	i, err := d.value(d.space(0), 0)
	if err != nil {
		return err
	}
	if d.space(i) != len(src) {
		return errJSON
	}
	return nil
}

func (d *document) space(i int) int {
	for i < len(d.src) && (d.src[i] == ' ' || d.src[i] == '\n' || d.src[i] == '\t' || d.src[i] == '\r') {
		i++
	}
	return i
}

func (d *document) value(i, depth int) (int, error) {
	if i >= len(d.src) {
		return i, errJSON
	}
	if depth > maxDepth {
		return i, errDepth
	}
	at := len(d.nodes)
	d.nodes = append(d.nodes, node{start: int32(i)})
	var err error
	var k kind
	start := i
	switch c := d.src[i]; {
	case c == '"':
		k = text
		i, err = d.text(i, at)
	case c == '{':
		k = object
		i, err = d.members(i+1, depth)
	case c == '[':
		k = array
		i, err = d.items(i+1, depth)
	case c == 't':
		k = boolean
		i, err = d.literal(i, "true")
	case c == 'f':
		k = boolean
		i, err = d.literal(i, "false")
	case c == 'n':
		k = null
		i, err = d.literal(i, "null")
	default:
		k = number
		i = d.number(i)
		if i == start {
			err = errJSON
		}
	}
	n := &d.nodes[at]
	n.kind, n.end, n.next = k, int32(i), int32(len(d.nodes))
	return i, err
}

func (d *document) literal(i int, s string) (int, error) {
	if !bytes.HasPrefix(d.src[i:], []byte(s)) {
		return i, errJSON
	}
	return i + len(s), nil
}

// number returns the end of the number at i, or i if there is none.
func (d *document) number(i int) int {
	start := i
	digits := func() bool {
		from := i
		for i < len(d.src) && d.src[i] >= '0' && d.src[i] <= '9' {
			i++
		}
		return i > from
	}
	if i < len(d.src) && d.src[i] == '-' {
		i++
	}
	first := i
	if !digits() || d.src[first] == '0' && i > first+1 {
		return start
	}
	if i < len(d.src) && d.src[i] == '.' {
		i++
		if !digits() {
			return start
		}
	}
	if i < len(d.src) && (d.src[i] == 'e' || d.src[i] == 'E') {
		i++
		if i < len(d.src) && (d.src[i] == '+' || d.src[i] == '-') {
			i++
		}
		if !digits() {
			return start
		}
	}
	return i
}

// special are the bytes inside a string that need a look.
var special = func() (t [256]bool) {
	for c := range ' ' {
		t[c] = true
	}
	t['"'], t['\\'] = true, true
	return t
}()

func (d *document) text(i, at int) (int, error) {
	for i++; ; i++ {
		for i < len(d.src) && !special[d.src[i]] {
			i++
		}
		if i >= len(d.src) {
			return i, errJSON
		}
		switch c := d.src[i]; {
		case c == '"':
			return i + 1, nil
		case c == '\\':
			d.nodes[at].escaped = true
			i++
			if i >= len(d.src) || !d.escape(i) {
				return i, errJSON
			}
		default:
			return i, errJSON // a control character
		}
	}
}

func (d *document) escape(i int) bool {
	if d.src[i] != 'u' {
		return bytes.IndexByte([]byte(`"\/bfnrt`), d.src[i]) >= 0
	}
	if i+5 > len(d.src) {
		return false
	}
	_, err := strconv.ParseUint(string(d.src[i+1:i+5]), 16, 16)
	return err == nil
}

func (d *document) members(i, depth int) (int, error) {
	if i = d.space(i); i < len(d.src) && d.src[i] == '}' {
		return i + 1, nil
	}
	for {
		if i = d.space(i); i >= len(d.src) || d.src[i] != '"' {
			return i, errJSON
		}
		var err error
		if i, err = d.value(i, depth+1); err != nil {
			return i, err
		}
		if i = d.space(i); i >= len(d.src) || d.src[i] != ':' {
			return i, errJSON
		}
		if i, err = d.value(d.space(i+1), depth+1); err != nil {
			return i, err
		}
		if i = d.space(i); i >= len(d.src) {
			return i, errJSON
		}
		switch d.src[i] {
		case '}':
			return i + 1, nil
		case ',':
			i++
		default:
			return i, errJSON
		}
	}
}

func (d *document) items(i, depth int) (int, error) {
	if i = d.space(i); i < len(d.src) && d.src[i] == ']' {
		return i + 1, nil
	}
	for {
		var err error
		if i, err = d.value(d.space(i), depth+1); err != nil {
			return i, err
		}
		if i = d.space(i); i >= len(d.src) {
			return i, errJSON
		}
		switch d.src[i] {
		case ']':
			return i + 1, nil
		case ',':
			i++
		default:
			return i, errJSON
		}
	}
}

// nothing is the value that isn't there.
const nothing = -1

func (d *document) kind(v int) kind {
	if v == nothing {
		return absent
	}
	return d.nodes[v].kind
}

// given tells whether v is there and not null.
func (d *document) given(v int) bool { return d.kind(v) > null }

// raw returns the value's bytes.
func (d *document) raw(v int) []byte { return d.src[d.nodes[v].start:d.nodes[v].end] }

// get returns an object's member, nothing if v is no object or has none. The last of equal names counts,
// as it does for the providers.
func (d *document) get(v int, name string) int {
	if d.kind(v) != object {
		return nothing
	}
	found := nothing
	for i := v + 1; i < int(d.nodes[v].next); {
		value := int(d.nodes[i].next)
		if d.is(i, name) {
			found = value
		}
		i = int(d.nodes[value].next)
	}
	return found
}

// each calls f for an array's items or an object's members (name is nothing in arrays) until it returns false.
func (d *document) each(v int, f func(name, value int) bool) {
	k := d.kind(v)
	if k != array && k != object {
		return
	}
	for i := v + 1; i < int(d.nodes[v].next); {
		name := nothing
		if k == object {
			name, i = i, int(d.nodes[i].next)
		}
		if !f(name, i) {
			return
		}
		i = int(d.nodes[i].next)
	}
}

func (d *document) len(v int) int {
	n := 0
	d.each(v, func(int, int) bool { n++; return true })
	return n
}

// is tells whether v is the string s.
func (d *document) is(v int, s string) bool {
	if d.kind(v) != text {
		return false
	}
	n := d.nodes[v]
	if n.escaped {
		return d.string(v) == s
	}
	return string(d.src[n.start+1:n.end-1]) == s
}

func (d *document) isTrue(v int) bool { return d.kind(v) == boolean && d.src[d.nodes[v].start] == 't' }

// string returns a string's value, "" for anything else.
func (d *document) string(v int) string {
	if d.kind(v) != text {
		return ""
	}
	n := d.nodes[v]
	s := d.src[n.start+1 : n.end-1]
	if !n.escaped {
		return string(s)
	}
	return string(unescape(make([]byte, 0, len(s)), s))
}

// float returns a number's value, 0 for anything else.
func (d *document) float(v int) float64 {
	if d.kind(v) != number {
		return 0
	}
	f, _ := strconv.ParseFloat(string(d.raw(v)), 64)
	return f
}

// integer returns a whole number's value.
func (d *document) integer(v int) (int, bool) {
	if d.kind(v) != number {
		return 0, false
	}
	n, err := strconv.Atoi(string(d.raw(v)))
	return n, err == nil
}

// unescape appends the value of a valid JSON string's inside. Lone surrogates become U+FFFD.
func unescape(dst, s []byte) []byte {
	for i := 0; i < len(s); i++ {
		plain := bytes.IndexByte(s[i:], '\\')
		if plain < 0 {
			return append(dst, s[i:]...)
		}
		dst = append(dst, s[i:i+plain]...)
		i += plain + 1
		switch s[i] {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r := hex4(s[i+1:])
			i += 4
			if utf16.IsSurrogate(r) {
				low := rune(0)
				if i+6 < len(s) && s[i+1] == '\\' && s[i+2] == 'u' {
					low = hex4(s[i+3:])
				}
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					i += 6
				}
			}
			dst = utf8.AppendRune(dst, r)
		default:
			dst = append(dst, s[i])
		}
	}
	return dst
}

func hex4(s []byte) rune {
	n, _ := strconv.ParseUint(string(s[:4]), 16, 16)
	return rune(n)
}

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string, quotes included. Bytes that aren't UTF-8 become U+FFFD.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = appendEscaped(dst, s)
	return append(dst, '"')
}

func appendEscaped(dst []byte, s string) []byte {
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				dst = append(append(dst, s[from:i]...), "\ufffd"...)
				from = i + 1
			}
			i += n
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, s[from:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		from = i
	}
	return append(dst, s[from:]...)
}
