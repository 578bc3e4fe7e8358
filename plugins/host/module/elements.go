package module

import "strconv"

// The bits of the form of an element segment.
const (
	elemPassive  = 1 // without a place; declarative if elemExplicit is set too
	elemExplicit = 2 // with the table's number; without elemPassive
	elemExprs    = 4 // items are expressions, not function numbers
)

func (m *module) readElements(c *cursor) {
	m.elements = c.count("element segments", m.limits.ElementSegments, 2)
	for range m.elements {
		m.element(c, nil)
		if c.err != nil {
			return
		}
	}
}

// element reads one segment of any of the eight forms. With w, it writes the segment with shifted function numbers.
func (m *module) element(c *cursor, w *rewriter) {
	at := c.pos
	form := c.u32()
	if c.err == nil && form > 7 {
		c.malformed(at, "unknown form of an element segment")
	}
	if form&elemPassive == 0 {
		table := uint32(0)
		if form&elemExplicit != 0 {
			table = c.u32()
		}
		if c.err == nil && int64(table) >= int64(len(m.tables)) {
			c.malformed(at, "an element segment is for table "+strconv.FormatUint(uint64(table), 10)+
				", but there are "+strconv.Itoa(len(m.tables)))
		}
	}
	w.copy(at, c.pos)
	if form&elemPassive == 0 {
		m.constant(c, w)
	}
	if form&(elemPassive|elemExplicit) != 0 {
		at = c.pos
		m.elementType(c, form)
		w.copy(at, c.pos)
	}
	at = c.pos
	items := c.count("elements", m.limits.TableElements, 1)
	w.copy(at, c.pos)
	if m.elementItems += items; w == nil && m.elementItems > m.limits.TableElements {
		c.tooMany(at, "elements in all segments", int64(m.elementItems), m.limits.TableElements)
	}
	for range items {
		if c.err != nil {
			return
		}
		if form&elemExprs != 0 {
			m.constant(c, w)
		} else {
			w.function(c.index("function", len(m.funcs)))
		}
	}
}

func (m *module) elementType(c *cursor, form uint32) {
	at := c.pos
	if form&elemExprs != 0 {
		c.refType()
	} else if kind := c.byte(); c.err == nil && kind != 0 {
		c.malformed(at, "unknown kind of elements")
	}
}

// constant reads an initial value or offset: one instruction and an end. With w, it writes the expression with
// shifted function numbers.
func (m *module) constant(c *cursor, w *rewriter) {
	at := c.pos
	var in instruction
	c.instruction(&in, m.limits.BrTable)
	switch in.op {
	case opI32Const, opI64Const, opF32Const, opF64Const, opV128Const, opRefNull:
	case opGlobalGet:
		if c.err == nil && int64(in.a) >= int64(m.importedGlobals) {
			c.malformed(at, "an initial value uses global "+strconv.FormatUint(uint64(in.a), 10)+
				", which is not imported")
		}
	case opRefFunc:
		if c.err == nil && int64(in.a) >= int64(len(m.funcs)) {
			c.malformed(at, "an initial value uses function "+strconv.FormatUint(uint64(in.a), 10)+
				", but there are "+strconv.Itoa(len(m.funcs)))
		}
	default:
		c.fail(Malformed, at, "an initial value is not constant", hintBuild)
	}
	stop := c.pos
	if end := c.byte(); c.err == nil && end != opEnd {
		c.fail(Unsupported, stop, "an initial value is computed", "build without extended constant expressions")
	}
	if c.err != nil {
		return
	}
	if in.op == opRefFunc {
		w.refFunc(in.a)
	} else {
		w.copy(at, stop)
	}
	w.raw(opEnd)
}
