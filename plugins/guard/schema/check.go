package main

// maxChecks is how many schemas are applied one in another. What needs more doesn't fit: a guard that gives up must not let
// through.
const maxChecks = 250

// checkSteps is what applying a schema to a value costs in steps. A step is about 1,000 units of fuel; a value that is read costs
// one, and so do 16 bytes of a text that is looked at.
const checkSteps = 3

// checker holds a value against a schema. It keeps its memory for the next.
type checker struct {
	in     *doc // the value
	schema *schema
	path   []hop // of the fault, from within to the top
	quiet  int   // faults aren't kept: another way may fit
	depth  int
	left   int  // steps
	spent  bool // a bound was reached
	fault  fault
	hashes map[uint64]int32
}

const (
	stepBytes = 16
	spent     = "too many steps" // the rule that is broken if a check costs too much
)

// hop is a step from a value into it.
type hop struct {
	name  int32 // the member's name as a node, -1 for an element
	place int32 // of an element
	known bool  // the schema has the member's name
}

// fault is where a value doesn't fit, and which rule it breaks. It never holds anything that the value says.
type fault struct {
	pointer []byte // JSON pointer; a member whose name the schema doesn't have is *
	rule    string // a keyword
	missing string // the member that required or dependentRequired misses
}

// fits tells whether d fits s; if not, c.fault says why. d must be read. c.left is what it may cost, and then what is left of it.
func (c *checker) fits(s *schema, d *doc) bool {
	c.in, c.schema = d, s
	c.path = c.path[:0]
	c.quiet, c.depth, c.spent = 0, 0, false
	c.fault.pointer, c.fault.rule, c.fault.missing = c.fault.pointer[:0], "", ""
	ok := c.check(s.root, 0)
	switch {
	case c.spent || !c.pays(0):
		c.fault.rule, c.fault.missing = spent, ""
		return false
	case !ok:
		c.point()
	}
	return ok
}

// fail notes the fault, if it counts. It returns false.
func (c *checker) fail(rule, missing string) bool {
	if c.quiet == 0 {
		c.fault.rule, c.fault.missing = rule, missing
	}
	return false
}

// from notes that the fault is within a part. It is called on the way back from a fault, so that values that fit cost nothing.
func (c *checker) from(h hop) bool {
	if c.quiet == 0 {
		c.path = append(c.path, h)
	}
	return false
}

// point makes the pointer of the path.
func (c *checker) point() {
	p := c.fault.pointer[:0]
	for n := len(c.path) - 1; n >= 0; n-- {
		h := c.path[n]
		p = append(p, '/')
		switch {
		case h.name < 0:
			p = appendInt(p, int(h.place))
		case !h.known:
			p = append(p, '*')
		default:
			p = appendPointer(p, c.in.text(h.name))
		}
	}
	c.fault.pointer = p
}

// appendPointer appends a name as JSON pointers have it.
func appendPointer(dst, name []byte) []byte {
	for _, b := range name {
		switch b {
		case '~':
			dst = append(dst, "~0"...)
		case '/':
			dst = append(dst, "~1"...)
		default:
			dst = append(dst, b)
		}
	}
	return dst
}

// pays takes steps that are about to be made; false if there aren't as many.
func (c *checker) pays(steps int) bool {
	if c.left -= steps; c.left < 0 {
		c.spent = true
	}
	return !c.spent
}

// tries is check where not fitting is no fault.
func (c *checker) tries(r *rules, at int32) bool {
	c.quiet++
	ok := c.check(r, at)
	c.quiet--
	return ok
}

// check tells whether the value at a node fits. Once a bound is reached nothing does.
func (c *checker) check(r *rules, at int32) bool {
	if c.depth++; c.depth > maxChecks {
		c.spent = true
	}
	ok := c.pays(checkSteps) && c.apply(r, at)
	c.depth--
	return ok && !c.spent
}

func (c *checker) apply(r *rules, at int32) bool {
	x := &c.in.nodes[at]
	switch {
	case r.never:
		return c.fail("false", "")
	case r.types != 0 && !c.typed(r.types, at):
		return c.fail("type", "")
	case r.fixed > 0 && !equal(&c.schema.doc, r.fixed, c.in, at):
		return c.fail("const", "")
	case len(r.enum) > 0 && !c.among(r.enum, at):
		return c.fail("enum", "")
	case r.ref != nil && !c.check(r.ref, at):
		return false
	}
	ok := true
	switch x.kind {
	case number:
		ok = r.numbers == nil || c.number(r.numbers, at)
	case text:
		ok = r.texts == nil || c.text(r.texts, at)
	case list:
		ok = r.lists == nil || c.list(r.lists, at)
	case object:
		ok = r.objects == nil || c.object(r.objects, at)
	}
	return ok && (r.made == nil || c.combined(r.made, at))
}

func (c *checker) typed(t types, at int32) bool {
	k := c.in.nodes[at].kind
	if t&(1<<k) != 0 {
		return true
	}
	return k == number && t&integer != 0 && decimalOf(c.in.text(at)).whole()
}

func (c *checker) among(enum []int32, at int32) bool {
	if !c.pays(len(enum) / 4) {
		return false
	}
	for _, e := range enum {
		if equal(&c.schema.doc, e, c.in, at) {
			return true
		}
	}
	return false
}

// combined applies what is made of other schemas.
func (c *checker) combined(r *combined, at int32) bool {
	for _, x := range r.all {
		if !c.check(x, at) {
			return false
		}
	}
	if r.any != nil && !c.anyOf(r.any, at) {
		return c.fail("anyOf", "")
	}
	if r.one != nil && !c.oneOf(r.one, at) {
		return c.fail("oneOf", "")
	}
	if r.not != nil && c.tries(r.not, at) {
		return c.fail("not", "")
	}
	if r.when == nil {
		return true
	}
	then := r.other
	if c.tries(r.when, at) {
		then = r.then
	}
	return then == nil || c.check(then, at)
}

func (c *checker) anyOf(some []*rules, at int32) bool {
	for _, x := range some {
		if c.tries(x, at) {
			return true
		}
	}
	return false
}

func (c *checker) oneOf(some []*rules, at int32) bool {
	n := 0
	for _, x := range some {
		if c.tries(x, at) {
			n++
		}
	}
	return n == 1
}

func (c *checker) number(r *numberRules, at int32) bool {
	s := c.in.text(at)
	if len(s) > 20 && !c.pays(len(s)/2) {
		return false
	}
	d := decimalOf(s)
	switch {
	case r.least != nil && compare(d, *r.least) < 0:
		return c.fail("minimum", "")
	case r.most != nil && compare(d, *r.most) > 0:
		return c.fail("maximum", "")
	case r.above != nil && compare(d, *r.above) <= 0:
		return c.fail("exclusiveMinimum", "")
	case r.below != nil && compare(d, *r.below) >= 0:
		return c.fail("exclusiveMaximum", "")
	case r.multiple != nil && !multiple(d, *r.multiple):
		return c.fail("multipleOf", "")
	}
	return true
}

func (c *checker) text(r *textRules, at int32) bool {
	s := c.in.text(at)
	if r.least > 0 || r.most >= 0 {
		if !c.pays(len(s) / stepBytes) {
			return false
		}
		points := 0
		for _, b := range s {
			if b&0xc0 != 0x80 {
				points++
			}
		}
		if points < r.least {
			return c.fail("minLength", "")
		}
		if r.most >= 0 && points > r.most {
			return c.fail("maxLength", "")
		}
	}
	if r.pattern != nil && !c.matches(r.pattern, s) {
		return c.fail("pattern", "")
	}
	return true
}

func (c *checker) matches(p *pattern, s []byte) bool {
	ok := p.matches(s, &c.left)
	return c.pays(0) && ok
}
