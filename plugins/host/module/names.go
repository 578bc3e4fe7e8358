package module

import "strconv"

// The subsections of the name section that are read.
const (
	subModuleName = 0
	subFuncNames  = 1
)

// readNames reads the names of functions from a name section. Other subsections are checked for their size only.
func (m *module) readNames(c *cursor) map[uint32]string {
	var names map[uint32]string
	m.subsections(c, func(id byte, in *cursor) {
		if id != subFuncNames {
			return
		}
		n := in.count("function names", 2*m.limits.Functions, 2)
		names = make(map[uint32]string, n)
		for range n {
			i := in.u32()
			names[i] = in.name("a function", len(in.buf))
			if in.err != nil {
				return
			}
		}
		in.done()
	})
	return names
}

// subsections calls f with each subsection of a name section. An error of the inner cursor ends the walk.
func (m *module) subsections(c *cursor, f func(id byte, in *cursor)) {
	last := -1
	for c.err == nil && c.left() > 0 {
		at := c.pos
		id := c.byte()
		if c.err == nil && int(id) <= last {
			c.malformed(at, "subsection "+strconv.Itoa(int(id))+" is repeated or out of order")
		}
		last = int(id)
		size := c.count("bytes in a subsection", len(c.buf), 1)
		in := &cursor{buf: c.buf, pos: c.pos, end: c.pos + size, fn: -1, section: c.section}
		c.bytes(size)
		if c.err != nil {
			return
		}
		if f(id, in); in.err != nil {
			c.err = in.err
		}
	}
}

func (c *cursor) done() {
	if c.err == nil && c.left() != 0 {
		c.malformed(c.pos, strconv.Itoa(c.left())+" bytes are left over")
	}
}

// producers reads the section of that name. It is only a note of the tools, so a malformed one counts as empty.
func (m *module) producers() []Producer {
	for _, s := range m.custom {
		if s.Name != "producers" {
			continue
		}
		c := &cursor{buf: m.wasm, pos: s.Offset, end: s.Offset + s.Bytes, fn: -1}
		var all []Producer
		for range c.count("fields", m.limits.CustomSections, 2) {
			field := c.name("a field", m.limits.NameBytes)
			for range c.count("tools", m.limits.CustomSections, 2) {
				p := Producer{
					Field:   field,
					Name:    c.name("a tool", m.limits.NameBytes),
					Version: c.name("a version", m.limits.NameBytes),
				}
				if c.err != nil {
					return nil
				}
				all = append(all, p)
			}
		}
		if c.err == nil {
			return all
		}
	}
	return nil
}
