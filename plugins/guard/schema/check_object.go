package main

func (c *checker) object(r *objectRules, at int32) bool {
	x := &c.in.nodes[at]
	size := int(x.size)
	if size < r.least {
		return c.fail("minProperties", "")
	}
	if r.most >= 0 && size > r.most {
		return c.fail("maxProperties", "")
	}
	required, n := 0, -1
	for m := at + 1; m < x.next; m = c.in.nodes[m+1].next {
		n = r.find(c.in.text(m), n+1)
		if n >= 0 && r.members[n].required {
			required++
		}
		if n >= 0 && r.simple && r.members[n].rules != nil {
			if !c.check(r.members[n].rules, m+1) {
				return c.from(hop{name: m, known: true})
			}
			continue
		}
		if !c.memberFits(r, n, m) {
			return c.from(hop{name: m, known: n >= 0})
		}
	}
	if required < r.required {
		return c.misses(r, at)
	}
	return c.follows(r, at)
}

// memberFits checks a member by its name, a node; n is its place in r.members.
func (c *checker) memberFits(r *objectRules, n int, m int32) bool {
	if r.names != nil && !c.tries(r.names, m) {
		return c.fail("propertyNames", "")
	}
	spoken := false
	if n >= 0 && r.members[n].rules != nil {
		spoken = true
		if !c.check(r.members[n].rules, m+1) {
			return false
		}
	}
	for _, p := range r.patterns {
		if p.pattern == nil {
			spoken = true // it was left out: the member may be one of its own
			continue
		}
		if c.matches(p.pattern, c.in.text(m)) {
			spoken = true
			if !c.check(p.rules, m+1) {
				return false
			}
		}
	}
	switch {
	case spoken || r.rest == nil:
		return true
	case r.rest.never:
		return c.fail("additionalProperties", "")
	}
	return c.check(r.rest, m+1)
}

// misses says which member is missing.
func (c *checker) misses(r *objectRules, at int32) bool {
	if c.quiet > 0 {
		return false
	}
	there := make([]bool, len(r.members))
	for m := at + 1; m < c.in.nodes[at].next; m = c.in.nodes[m+1].next {
		if n := r.find(c.in.text(m), 0); n >= 0 {
			there[n] = true
		}
	}
	for n, m := range r.members {
		if m.required && !there[n] {
			return c.fail("required", m.name)
		}
	}
	return true
}

func (c *checker) follows(r *objectRules, at int32) bool {
	for _, f := range r.follows {
		if !c.pays(int(c.in.nodes[at].size) * (1 + len(f.names)) / 4) {
			return false
		}
		if c.in.member(at, f.name) < 0 {
			continue
		}
		for _, name := range f.names {
			if c.in.member(at, name) < 0 {
				return c.fail("dependentRequired", name)
			}
		}
		if f.rules != nil && !c.check(f.rules, at) {
			return false
		}
	}
	return true
}
