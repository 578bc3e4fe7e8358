package main

// keyword adds what a member of a schema says. at is its value. What isn't known is an annotation.
func (c *compiler) keyword(r *rules, self int32, name []byte, at int32) {
	switch string(name) {
	case "type":
		r.types |= c.types(at)
	case "nullable": // OpenAPI's
		if c.doc.nodes[at].kind == truth && c.doc.member(self, "type") >= 0 {
			r.types |= 1 << null
		}
	case "enum":
		if c.is(at, list, "a list") {
			r.enum = c.elements(at)
			if len(r.enum) == 0 {
				r.never = true
			}
		}
	case "const":
		r.fixed = at
	case "$ref":
		r.ref = c.ref(at)
	case "$defs", "definitions":
		c.each(at, func(_ []byte, value int32) { c.rules(value) })
	case "$id":
		if self != 0 && c.doc.nodes[at].kind == text {
			c.beyond("only the whole schema may have one")
		}
	case "$dynamicRef", "$recursiveRef", "unevaluatedProperties", "unevaluatedItems":
		c.beyond("this plugin can't check it")
	case "allOf":
		r.combined().all = c.some(at)
	case "anyOf":
		r.combined().any = c.some(at)
	case "oneOf":
		r.combined().one = c.some(at)
	case "not":
		r.combined().not = c.rules(at)
	case "if":
		r.combined().when = c.rules(at)
	case "then":
		r.combined().then = c.rules(at)
	case "else":
		r.combined().other = c.rules(at)
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
		c.ofNumbers(r, name, at)
	case "minLength", "maxLength", "pattern":
		c.ofTexts(r, name, at)
	case "prefixItems", "items", "additionalItems", "minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains":
		c.ofLists(r, self, name, at)
	case "properties", "required", "additionalProperties", "patternProperties", "propertyNames", "minProperties", "maxProperties",
		"dependentRequired", "dependentSchemas", "dependencies":
		c.ofObjects(r, name, at)
	}
}

// finish does what needs all members of a schema at once.
func (c *compiler) finish(r *rules, self int32) {
	o := r.objects
	if o == nil {
		return
	}
	o.simple = o.names == nil && o.patterns == nil
	if c.doc.member(self, "properties") >= 0 || o.required > 0 {
		o.required = 0
		for _, m := range o.members {
			if m.required {
				o.required++
			}
		}
	}
	if len(o.members) >= indexed {
		o.index = make(map[string]int32, len(o.members))
		for n, m := range o.members {
			o.index[m.name] = int32(n)
		}
	}
}

// is demands a kind.
func (c *compiler) is(at int32, k kind, what string) bool {
	if c.doc.nodes[at].kind != k {
		c.bad("it isn't " + what)
		return false
	}
	return true
}

// elements are the nodes of a list's elements.
func (c *compiler) elements(at int32) []int32 {
	out := make([]int32, 0, c.doc.nodes[at].size)
	for e := at + 1; e < c.doc.nodes[at].next; e = c.doc.nodes[e].next {
		out = append(out, e)
	}
	return out
}

// each calls f with the members of an object.
func (c *compiler) each(at int32, f func(name []byte, value int32)) {
	if !c.is(at, object, "an object") {
		return
	}
	d := c.doc
	for m := at + 1; m < d.nodes[at].next && c.fault == nil; m = d.nodes[m+1].next {
		back := c.enter(d.text(m))
		f(d.text(m), m+1)
		c.leave(back)
	}
}

// some are the schemas of a list, of which there is at least one.
func (c *compiler) some(at int32) []*rules {
	if !c.is(at, list, "a list") {
		return nil
	}
	if c.doc.nodes[at].size == 0 {
		c.bad("it is empty")
	}
	out := make([]*rules, 0, c.doc.nodes[at].size)
	for n, e := range c.elements(at) {
		if c.fault != nil {
			break
		}
		back := len(c.path)
		c.path = appendInt(append(c.path, '/'), n)
		out = append(out, c.rules(e))
		c.leave(back)
	}
	return out
}

func (c *compiler) types(at int32) types {
	switch c.doc.nodes[at].kind {
	case text:
		return c.typ(at)
	case list:
		var out types
		for _, e := range c.elements(at) {
			if !c.is(e, text, "a list of texts") {
				return 0
			}
			out |= c.typ(e)
		}
		if out == 0 {
			c.bad("it is empty")
		}
		return out
	}
	c.bad("it is neither a text nor a list of texts")
	return 0
}

func (c *compiler) typ(at int32) types {
	switch string(c.doc.text(at)) {
	case "null":
		return 1 << null
	case "boolean":
		return booleans
	case "number":
		return anyNumber
	case "integer":
		return integer
	case "string":
		return 1 << text
	case "array":
		return 1 << list
	case "object":
		return 1 << object
	}
	c.bad("there is no such type; there are null, boolean, number, integer, string, array and object")
	return 0
}

func (c *compiler) decimal(at int32) *decimal {
	if !c.is(at, number, "a number") {
		return nil
	}
	d := decimalOf(c.doc.text(at))
	return &d
}

func (c *compiler) count(at int32) int {
	if d := c.decimal(at); d != nil {
		if n, ok := d.int(); ok {
			return n
		}
		c.bad("it isn't a whole number from 0 to 999,999,999")
	}
	return 0
}

func (c *compiler) ofNumbers(r *rules, name []byte, at int32) {
	if r.numbers == nil {
		r.numbers = &numberRules{}
	}
	n := r.numbers
	var to **decimal
	switch string(name) {
	case "minimum":
		to = &n.least
	case "maximum":
		to = &n.most
	case "exclusiveMinimum":
		to = &n.above
	case "exclusiveMaximum":
		to = &n.below
	case "multipleOf":
		to = &n.multiple
	}
	if *to = c.decimal(at); *to == nil || to != &n.multiple {
		return
	}
	if _, ok := n.multiple.small(); !ok {
		c.beyond("it has more than 18 digits")
		n.multiple = nil
	} else if n.multiple.digits == 0 || n.multiple.negative {
		c.bad("it isn't above 0")
	}
}

func (c *compiler) ofTexts(r *rules, name []byte, at int32) {
	if r.texts == nil {
		r.texts = &textRules{most: -1}
	}
	t := r.texts
	switch string(name) {
	case "minLength":
		t.least = c.count(at)
	case "maxLength":
		t.most = c.count(at)
	case "pattern":
		t.pattern = c.pattern(at)
	}
}

// patternSteps is how many steps of a pattern weigh as much as a schema.
const patternSteps = 16

// pattern is a regular expression, nil if it can't be used.
func (c *compiler) pattern(at int32) *pattern {
	if !c.is(at, text, "a text") {
		return nil
	}
	p, err := compilePattern(c.doc.text(at))
	switch err {
	case nil:
		if c.total += len(p.steps) / patternSteps; c.total > c.most {
			c.fault = errSize
		}
		return p
	case errBeyond:
		c.beyond(err.Error())
	default:
		c.bad(err.Error())
	}
	return nil
}

func (c *compiler) ofLists(r *rules, self int32, name []byte, at int32) {
	if r.lists == nil {
		r.lists = &listRules{most: -1, few: 1, many: -1}
	}
	l := r.lists
	switch string(name) {
	case "prefixItems":
		l.prefix = c.some(at)
	case "items":
		if c.doc.nodes[at].kind == list { // up to draft 2019-09
			if c.doc.nodes[at].size > 0 {
				l.prefix = c.some(at)
			}
			break
		}
		l.rest = c.rules(at)
	case "additionalItems":
		if items := c.doc.member(self, "items"); items < 0 || c.doc.nodes[items].kind != list {
			return // without a list of items it says nothing
		}
		l.rest = c.rules(at)
	case "minItems":
		l.least = c.count(at)
	case "maxItems":
		l.most = c.count(at)
	case "uniqueItems":
		l.unique = c.doc.nodes[at].kind == truth
		if !l.unique && c.doc.nodes[at].kind != falsehood {
			c.bad("it isn't true or false")
		}
	case "contains":
		l.contains = c.rules(at)
	case "minContains":
		l.few = c.count(at)
	case "maxContains":
		l.many = c.count(at)
	}
}

func (c *compiler) ofObjects(r *rules, name []byte, at int32) {
	if r.objects == nil {
		r.objects = &objectRules{most: -1}
	}
	o := r.objects
	switch string(name) {
	case "properties":
		c.each(at, func(name []byte, value int32) {
			x := c.rules(value)
			o.add(string(name)).rules = x
		})
	case "required":
		for _, n := range c.texts(at) {
			o.add(n).required = true
			o.required++
		}
	case "additionalProperties":
		o.rest = c.rules(at)
	case "patternProperties":
		c.each(at, func(_ []byte, value int32) {
			// value-1 is the name: compiled where it is written
			o.patterns = append(o.patterns, patternRules{c.pattern(value - 1), c.rules(value)})
		})
	case "propertyNames":
		o.names = c.rules(at)
	case "minProperties":
		o.least = c.count(at)
	case "maxProperties":
		o.most = c.count(at)
	case "dependentRequired":
		c.each(at, func(name []byte, value int32) {
			o.follows = append(o.follows, follow{name: string(name), names: c.texts(value)})
		})
	case "dependentSchemas":
		c.each(at, func(name []byte, value int32) {
			o.follows = append(o.follows, follow{name: string(name), rules: c.rules(value)})
		})
	case "dependencies": // up to draft 7
		c.each(at, func(name []byte, value int32) {
			f := follow{name: string(name)}
			if c.doc.nodes[value].kind == list {
				f.names = c.texts(value)
			} else {
				f.rules = c.rules(value)
			}
			o.follows = append(o.follows, f)
		})
	}
}

// texts are the elements of a list of texts.
func (c *compiler) texts(at int32) []string {
	if !c.is(at, list, "a list") {
		return nil
	}
	out := []string{}
	for _, e := range c.elements(at) {
		if c.is(e, text, "a list of texts") {
			out = append(out, string(c.doc.text(e)))
		}
	}
	return out
}
