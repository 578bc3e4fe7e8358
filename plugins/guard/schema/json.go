package main

// kind is what a value is.
type kind uint8

const (
	null kind = iota
	falsehood
	truth
	number
	text
	list
	object
)

// node is a value of a document. An object's members are two nodes each, a text for the name and the value; they and
// a list's elements follow their parent, each with its own.
type node struct {
	kind     kind
	escaped  bool  // the text is in doc.plain: it had escapes
	from, to int32 // where the value is written; of a text without its quotes
	size     int32 // elements or members
	next     int32 // the node after this one and all that is in it
}

// doc is a JSON text that was read: its values in the order of the text, node 0 being the whole. It keeps its memory
// for the next text. Texts point into src, which must not change.
type doc struct {
	src   []byte
	nodes []node
	plain []byte // texts that had escapes
	names map[uint64]int32
	open  []int32 // the lists and objects that the reader is in
	bad   syntax
	most  int // values; more aren't read
}

// maxDepth is how deep a document may be nested.
const maxDepth = 128

// syntax is why a text can't be read: what is wrong, and at which byte.
type syntax struct {
	what string
	at   int
}

const (
	tooMany = "it has too many values"
	tooDeep = "it is nested deeper than 128"
	noValue = "a value is missing"
	cut     = "it ends early"
	notUTF8 = "a string isn't UTF-8"
	control = "a string holds a control character"
	notOnce = "an object names a member twice"
	longExp = "a number's exponent has more than nine digits"
)

// text is what a text says, and how a number, a list or an object is written. It is valid until the next read.
func (d *doc) text(n int32) []byte {
	x := &d.nodes[n]
	if x.escaped {
		return d.plain[x.from:x.to]
	}
	return d.src[x.from:x.to]
}

// read reads a text. nil is success.
//
// It is one loop over values rather than functions that call each other: the loop can't run out of stack. Inside of
// WebAssembly a value costs more than its bytes do, so little is kept in hand: nodes are written where they stay, and space is
// skipped by a call that is made only where there is some.
func (d *doc) read(src []byte) *syntax {
	d.src, d.plain, d.open, d.nodes = src, d.plain[:0], d.open[:0], d.nodes[:0]
	d.bad = syntax{}
	at, inside := 0, null // inside: what kind of container the value is in; null: none
	for {
		// A value is due; in an object, its name first.
		if at >= len(src) || src[at] <= ' ' {
			at = d.glance(at)
		}
		if inside == object && at >= 0 {
			at = d.name(at)
		}
		if at < 0 {
			return &d.bad
		}
		switch src[at] {
		case '"':
			at = d.quoted(at)
		case '{':
			if at = d.enter(object, at); at > 0 {
				inside = object
				continue
			}
			at = -at
		case '[':
			if at = d.enter(list, at); at > 0 {
				inside = list
				continue
			}
			at = -at
		case 't':
			at = d.literal(at, "true", truth)
		case 'f':
			at = d.literal(at, "false", falsehood)
		case 'n':
			at = d.literal(at, "null", null)
		default:
			at = d.number(at)
		}
		if d.bad.what != "" {
			return &d.bad
		}
		// A value is there: a comma, or the ends of what it is in, follow.
		for {
			if at < len(src) && src[at] <= ' ' {
				at = skipSpace(src, at)
			}
			if inside == null {
				if at < len(src) {
					return d.stop("there is something after its end", at)
				}
				return nil
			}
			if at >= len(src) {
				return d.stop(cut, at)
			}
			if src[at] == ',' {
				if at++; at+1 < len(src) && src[at] == ' ' && src[at+1] > ' ' {
					at++
				}
				break
			}
			if src[at] != closes[inside] {
				return d.stop("a comma is missing", at)
			}
			at++
			if inside = d.leave(at); d.bad.what != "" {
				return &d.bad
			}
		}
	}
}

// stop ends the reading.
func (d *doc) stop(what string, at int) *syntax {
	d.bad = syntax{what, at}
	return &d.bad
}

// fail is stop for those who return a place.
func (d *doc) fail(what string, at int) int {
	d.bad = syntax{what, at}
	return -1
}

// glance goes to what comes next: it must be something.
func (d *doc) glance(at int) int {
	if at < len(d.src) && d.src[at] > ' ' {
		return at
	}
	if at = skipSpace(d.src, at); at >= len(d.src) {
		return d.fail(cut, at)
	}
	return at
}

func skipSpace(src []byte, at int) int {
	for at < len(src) && isSpace[src[at]] {
		at++
	}
	return at
}

// put adds a node.
func (d *doc) put(k kind, from, to int) {
	n := len(d.nodes)
	if n >= d.most {
		d.fail(tooMany, from)
		return
	}
	if n == cap(d.nodes) {
		d.nodes = append(d.nodes, make([]node, n+64)...)
	}
	d.nodes = d.nodes[:n+1]
	x := &d.nodes[n]
	x.kind, x.escaped, x.from, x.to, x.size, x.next = k, false, int32(from), int32(to), 0, int32(n+1)
}

// name reads a member's name and the colon.
func (d *doc) name(at int) int {
	if d.src[at] != '"' {
		return d.fail("a member's name is missing", at)
	}
	if at = d.quoted(at); at < 0 {
		return at
	}
	src := d.src
	if at >= len(src) || src[at] <= ' ' {
		if at = d.glance(at); at < 0 {
			return at
		}
	}
	if src[at] != ':' {
		return d.fail("a colon is missing", at)
	}
	if at++; at+1 < len(src) && src[at] == ' ' && src[at+1] > ' ' {
		return at + 1 // as most write it
	}
	return d.glance(at)
}

// enter begins a list or an object. It returns the place behind an empty one, negative.
func (d *doc) enter(k kind, at int) int {
	if len(d.open) >= maxDepth {
		return d.fail(tooDeep, at)
	}
	self := len(d.nodes)
	d.put(k, at, 0)
	if at = d.glance(at + 1); at < 0 || d.bad.what != "" {
		return -1
	}
	if d.src[at] == closes[k] {
		d.nodes[self].to = int32(at + 1)
		return -at - 1
	}
	d.open = append(d.open, int32(self))
	return at
}

// leave ends the list or object that the reader is in, and tells what that is in.
func (d *doc) leave(at int) kind {
	top := len(d.open) - 1
	self := d.open[top]
	d.open = d.open[:top]
	p := &d.nodes[self]
	p.to, p.next = int32(at), int32(len(d.nodes))
	for e := self + 1; e < p.next; e = d.nodes[e].next {
		p.size++
	}
	if p.kind == object {
		p.size /= 2
		if p.size > 1 && d.twice(self) {
			d.fail(notOnce, at)
		}
	}
	if top == 0 {
		return null
	}
	return d.nodes[d.open[top-1]].kind
}

// literal reads true, false or null.
func (d *doc) literal(at int, w string, k kind) int {
	end := at + len(w)
	if end <= len(d.src) && string(d.src[at:end]) == w {
		d.put(k, at, end)
		return end
	}
	if end > len(d.src) && w[:len(d.src)-at] == string(d.src[at:]) {
		return d.fail(cut, len(d.src))
	}
	return d.fail(noValue, at)
}

var closes = [...]byte{list: ']', object: '}'}

var isSpace = [256]bool{' ': true, '\t': true, '\n': true, '\r': true}

// few is how many members are compared each with each.
const few = 8

// twice tells whether an object names a member twice: readers differ in which one they take.
func (d *doc) twice(self int32) bool {
	size, end := d.nodes[self].size, d.nodes[self].next
	if size < 2 {
		return false
	}
	if size <= few {
		for a := self + 1; a < end; a = d.nodes[a+1].next {
			if d.find(d.nodes[a+1].next, end, d.text(a)) >= 0 {
				return true
			}
		}
		return false
	}
	if d.names == nil {
		d.names = map[uint64]int32{}
	}
	clear(d.names)
	for a := self + 1; a < end; a = d.nodes[a+1].next {
		h := hashText(d.text(a))
		first, seen := d.names[h]
		switch {
		case !seen:
			d.names[h] = a
		case string(d.text(first)) == string(d.text(a)), d.find(d.nodes[first+1].next, a, d.text(a)) >= 0:
			return true
		}
	}
	return false
}

// find is the name among the members from one node to another, -1 if there is none.
func (d *doc) find(from, to int32, name []byte) int32 {
	for a := from; a < to; a = d.nodes[a+1].next {
		if x := &d.nodes[a]; int(x.to-x.from) == len(name) && string(d.text(a)) == string(name) {
			return a
		}
	}
	return -1
}

// member is the value of an object's member, -1 if there is none.
func (d *doc) member(n int32, name string) int32 {
	if d.nodes[n].kind != object {
		return -1
	}
	for a := n + 1; a < d.nodes[n].next; a = d.nodes[a+1].next {
		if string(d.text(a)) == name {
			return a + 1
		}
	}
	return -1
}

// number reads -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]{1,9})?
func (d *doc) number(at int) int {
	src, from := d.src, at
	if src[at] == '-' {
		at++
	}
	whole := at
	if at = skipDigits(src, at); at == whole || src[whole] == '0' && at > whole+1 {
		return d.noNumber(from, at)
	}
	if at < len(src) && src[at] == '.' {
		point := at + 1
		if at = skipDigits(src, point); at == point {
			return d.noNumber(from, at)
		}
	}
	if at < len(src) && (src[at] == 'e' || src[at] == 'E') {
		at++
		if at < len(src) && (src[at] == '+' || src[at] == '-') {
			at++
		}
		exp := at
		if at = skipDigits(src, exp); at == exp {
			return d.noNumber(from, at)
		}
		if at > exp+9 {
			return d.fail(longExp, at)
		}
	}
	d.put(number, from, at)
	return at
}

// skipDigits goes on to what is no digit.
func skipDigits(src []byte, at int) int {
	for at < len(src) && src[at] >= '0' && src[at] <= '9' {
		at++
	}
	return at
}

func (d *doc) noNumber(from, at int) int {
	switch {
	case at >= len(d.src):
		return d.fail(cut, at)
	case at == from:
		return d.fail(noValue, at)
	}
	return d.fail("a number isn't one", at)
}
