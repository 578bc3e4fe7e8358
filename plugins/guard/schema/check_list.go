package main

func (c *checker) list(r *listRules, at int32) bool {
	x := &c.in.nodes[at]
	size := int(x.size)
	switch {
	case size < r.least:
		return c.fail("minItems", "")
	case r.most >= 0 && size > r.most:
		return c.fail("maxItems", "")
	case r.unique && !c.unique(at):
		return c.fail("uniqueItems", "")
	}
	found, place := 0, 0
	for e := at + 1; e < x.next; e = c.in.nodes[e].next {
		of := r.rest
		if place < len(r.prefix) {
			of = r.prefix[place]
		}
		if of != nil {
			if !c.check(of, e) {
				return c.from(hop{name: -1, place: int32(place)})
			}
		}
		if r.contains != nil && c.tries(r.contains, e) {
			found++
		}
		place++
	}
	if r.contains == nil {
		return true
	}
	if found < r.few {
		return c.fail("contains", "")
	}
	if r.many >= 0 && found > r.many {
		return c.fail("maxContains", "")
	}
	return true
}

// unique tells whether all elements are different.
func (c *checker) unique(at int32) bool {
	d := c.in
	end := d.nodes[at].next
	if d.nodes[at].size <= few {
		for a := at + 1; a < end; a = d.nodes[a].next {
			for b := d.nodes[a].next; b < end; b = d.nodes[b].next {
				if equal(d, a, d, b) {
					return false
				}
			}
		}
		return true
	}
	if !c.pays(int(d.nodes[at].to-d.nodes[at].from) / stepBytes * 2) {
		return false
	}
	if c.hashes == nil {
		c.hashes = map[uint64]int32{}
	}
	clear(c.hashes)
	for a := at + 1; a < end; a = d.nodes[a].next {
		h := hash(d, a)
		first, seen := c.hashes[h]
		if !seen {
			c.hashes[h] = a
			continue
		}
		for b := first; b < a; b = d.nodes[b].next {
			if c.left--; equal(d, a, d, b) {
				return false
			}
		}
	}
	return true
}
