package main

import "errors"

// maxInPlace is how many schemas may be one in another without going into the value.
const maxInPlace = 64

// A schema's size is its values, three times its schemas, and a sixteenth of its bytes; errSize refuses one that is larger than it may be.
const ruleSize = 3

var errSize = errors.New("it is too large")

// compiler makes rules of a schema. The first fault stays.
type compiler struct {
	doc     *doc
	made    []*rules // by node
	most    int      // schemas
	total   int
	path    []byte // JSON pointer of where it is
	refs    []refTo
	lenient bool // what isn't understood is left out
	fault   error
}

// compile reads a schema of at most a size, and tells what is left of it. lenient leaves out what this plugin can't check: patterns with look-around, references to other
// documents, unevaluatedProperties.
//
// # Errors
//
// errSize, or what is wrong and its JSON pointer within the schema.
func compile(src []byte, lenient bool, size int) (s *schema, left int, err error) {
	s = &schema{}
	s.doc.most = size - len(src)/stepBytes
	bad := s.doc.read(append([]byte(nil), src...))
	if left = s.doc.most - len(s.doc.nodes); bad != nil {
		if bad.what == tooMany {
			return nil, 0, errSize
		}
		return nil, left, errors.New("it is no JSON at byte " + digits(bad.at) + ": " + bad.what)
	}
	c := &compiler{doc: &s.doc, made: make([]*rules, len(s.doc.nodes)), most: left / ruleSize, lenient: lenient}
	s.root = c.rules(0)
	c.referred()
	c.ways(s.root)
	s.size = size - left + c.total*ruleSize
	return s, max(0, left-c.total*ruleSize), c.fault
}

// bad notes a fault at the place where the compiler is.
func (c *compiler) bad(what string) {
	if c.fault != nil {
		return
	}
	at := "the top"
	if len(c.path) > 0 {
		at = string(c.path)
	}
	c.fault = errors.New("at " + at + ": " + what)
}

// beyond is bad for what is right and can't be checked here.
func (c *compiler) beyond(what string) {
	if !c.lenient {
		c.bad(what)
	}
}

// enter goes to a member or element; the result is for leave.
func (c *compiler) enter(name []byte) int {
	n := len(c.path)
	c.path = append(c.path, '/')
	c.path = appendPointer(c.path, name)
	return n
}

func (c *compiler) leave(n int) { c.path = c.path[:n] }

// rules makes the rules of the schema at node n, once.
func (c *compiler) rules(n int32) *rules {
	r := c.place(n)
	if r.read {
		return r
	}
	r.read = true
	switch d := c.doc; {
	case c.total > c.most:
		c.fault = errSize
	case d.nodes[n].kind == falsehood:
		r.never = true
	case d.nodes[n].kind == object:
		for m := n + 1; m < d.nodes[n].next && c.fault == nil; m = d.nodes[m+1].next {
			name := d.text(m)
			back := c.enter(name)
			c.keyword(r, n, name, m+1)
			c.leave(back)
		}
		c.finish(r, n)
	case d.nodes[n].kind != truth:
		c.bad("a schema is an object, true or false")
	}
	return r
}

// place is where the rules of the schema at node n are, made or not.
func (c *compiler) place(n int32) *rules {
	r := c.made[n]
	if r == nil {
		r = &rules{}
		c.made[n] = r
		c.total++
	}
	return r
}

// referred makes what references point at and nothing else has made. It is a list rather than a recursion because a
// way of references can be as long as the schema.
func (c *compiler) referred() {
	for n := 0; n < len(c.refs) && c.fault == nil; n++ {
		c.path = append(c.path[:0], c.refs[n].path...)
		c.rules(c.refs[n].node)
	}
}

// refTo is what a $ref points at.
type refTo struct {
	node int32
	path []byte
}

// ways looks at all ways through the rules that don't go into the value. Each begins at the root or at the schema of a part
// of the value.
func (c *compiler) ways(root *rules) {
	for begin := []*rules{root}; len(begin) > 0 && c.fault == nil; {
		r := begin[len(begin)-1]
		begin = begin[:len(begin)-1]
		if r != nil && r.mark == unseen {
			c.circles(r, 0, &begin)
		}
	}
}

// circles refuses schemas that lead back to themselves without going into the value, and too long ways.
func (c *compiler) circles(r *rules, depth int, begin *[]*rules) {
	switch {
	case r == nil || r.mark == done || c.fault != nil:
		return
	case r.mark == inside:
		c.fault = errors.New("a $ref leads back to itself")
		return
	case depth > maxInPlace:
		c.fault = errors.New("more than 64 schemas are one in another")
		return
	}
	r.mark = inside
	c.circles(r.ref, depth+1, begin)
	if m := r.made; m != nil {
		c.eachCircle(m.all, depth, begin)
		c.eachCircle(m.any, depth, begin)
		c.eachCircle(m.one, depth, begin)
		c.circles(m.not, depth+1, begin)
		c.circles(m.when, depth+1, begin)
		c.circles(m.then, depth+1, begin)
		c.circles(m.other, depth+1, begin)
	}
	if r.objects != nil {
		for _, f := range r.objects.follows {
			c.circles(f.rules, depth+1, begin)
		}
	}
	r.mark = done
	*begin = appendParts(*begin, r)
}

func (c *compiler) eachCircle(some []*rules, depth int, begin *[]*rules) {
	for _, x := range some {
		c.circles(x, depth+1, begin)
	}
}

// appendParts appends the schemas of parts of the value.
func appendParts(dst []*rules, r *rules) []*rules {
	if l := r.lists; l != nil {
		dst = append(append(dst, l.prefix...), l.rest, l.contains)
	}
	if o := r.objects; o != nil {
		dst = append(dst, o.rest, o.names)
		for n := range o.members {
			dst = append(dst, o.members[n].rules)
		}
		for _, p := range o.patterns {
			dst = append(dst, p.rules)
		}
	}
	return dst
}

// ref finds what a $ref within the document points at.
func (c *compiler) ref(n int32) *rules {
	d := c.doc
	if d.nodes[n].kind != text {
		c.bad("it isn't a text")
		return nil
	}
	to := d.text(n)
	if len(to) == 0 || to[0] != '#' || len(to) > 1 && to[1] != '/' {
		c.beyond("it may point into this schema only, as #/$defs/name")
		return nil
	}
	at := int32(0)
	for to = to[1:]; len(to) > 0; {
		end := 1
		for end < len(to) && to[end] != '/' {
			end++
		}
		at = c.step(at, unpoint(to[1:end]))
		if at < 0 {
			c.bad("it points at nothing")
			return nil
		}
		to = to[end:]
	}
	c.refs = append(c.refs, refTo{at, d.text(n)[1:]})
	return c.place(at)
}

// step goes to a member or an element by its name.
func (c *compiler) step(n int32, name string) int32 {
	d := c.doc
	if d.nodes[n].kind != list {
		return d.member(n, name)
	}
	place := 0
	for _, b := range []byte(name) {
		if b < '0' || b > '9' || place > len(d.nodes) {
			return -1
		}
		place = place*10 + int(b-'0')
	}
	if name == "" || place >= int(d.nodes[n].size) {
		return -1
	}
	e := n + 1
	for range place {
		e = d.nodes[e].next
	}
	return e
}

// unpoint undoes the escapes of a JSON pointer in a URL's fragment.
func unpoint(s []byte) string {
	var out []byte
	for n := 0; n < len(s); n++ {
		if s[n] == '%' && n+2 < len(s) {
			if r := hex4([]byte{'\\', 'u', '0', '0', s[n+1], s[n+2]}); r >= 0 {
				out = append(out, byte(r))
				n += 2
				continue
			}
		}
		out = append(out, s[n])
	}
	for n := 0; n+1 < len(out); n++ {
		if out[n] == '~' && (out[n+1] == '0' || out[n+1] == '1') {
			out[n] = "~/"[out[n+1]-'0']
			out = append(out[:n+1], out[n+2:]...)
		}
	}
	return string(out)
}

// digits is n ≥ 0 in decimal.
func digits(n int) string { return string(appendInt(nil, n)) }

func appendInt(dst []byte, n int) []byte {
	var b [20]byte
	at := len(b)
	for {
		at--
		b[at] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return append(dst, b[at:]...)
		}
	}
}
