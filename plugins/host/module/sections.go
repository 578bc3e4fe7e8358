package module

import "strconv"

func (m *module) readTypes(c *cursor) {
	n := c.count("types", m.limits.Types, 3)
	m.types = make([]FuncType, 0, n)
	for range n {
		at := c.pos
		switch form := c.byte(); {
		case c.err != nil:
			return
		case form != 0x60:
			c.fail(Unsupported, at, "a type is no function type", "build without garbage collection types")
			return
		}
		t := FuncType{Params: m.valueTypes(c, "parameters"), Results: m.valueTypes(c, "results")}
		m.peak.Params = max(m.peak.Params, len(t.Params))
		m.peak.Results = max(m.peak.Results, len(t.Results))
		m.types = append(m.types, t)
	}
}

func (m *module) valueTypes(c *cursor, what string) []ValueType {
	n := c.count(what, m.limits.Params, 1)
	if n == 0 {
		return nil
	}
	types := make([]ValueType, n)
	for i := range types {
		types[i] = c.valueType()
	}
	return types
}

func (m *module) readImports(c *cursor) {
	n := c.count("imports", m.limits.Imports, 4)
	m.imports = make([]Import, 0, n)
	for range n {
		i := Import{
			Module: c.name("an import's module", m.limits.NameBytes),
			Name:   c.name("an import", m.limits.NameBytes),
		}
		at := c.pos
		i.Kind = Kind(c.byte())
		switch {
		case c.err != nil:
			return
		case i.Kind == KindFunc:
			t := c.index("type", len(m.types))
			m.addFunc(c, at, t)
			m.importedFuncs++
			if c.err == nil {
				i.Func = m.types[t]
				i.Type = i.Func.String()
			}
		case i.Kind == KindTable:
			i.Type = m.readTable(c).String()
			m.importedTables++
		case i.Kind == KindMemory:
			i.Type = m.readMemory(c, at).String()
			m.memoryImported = true
		case i.Kind == KindGlobal:
			i.Type = m.readGlobalType(c).String()
			m.importedGlobals++
		case i.Kind == 4:
			c.fail(Unsupported, at, "the module imports an exception tag", "build without exception handling")
		default:
			c.malformed(at, "unknown kind of import "+strconv.Itoa(int(i.Kind)))
		}
		if c.err != nil {
			return
		}
		m.imports = append(m.imports, i)
	}
}

func (m *module) addFunc(c *cursor, at int, typ uint32) {
	if len(m.funcs) >= m.limits.Functions {
		c.tooMany(at, "functions", int64(len(m.funcs)+1), m.limits.Functions)
	}
	if c.err == nil {
		m.funcs = append(m.funcs, typ)
	}
}

func (m *module) readFunctions(c *cursor) {
	n := c.count("functions", m.limits.Functions, 1)
	for range n {
		at := c.pos
		m.addFunc(c, at, c.index("type", len(m.types)))
		if c.err != nil {
			return
		}
	}
}

func (m *module) readTables(c *cursor) {
	n := c.count("tables", m.limits.Tables, 3)
	for range n {
		m.readTable(c)
		if c.err != nil {
			return
		}
	}
}

func (m *module) readTable(c *cursor) Table {
	at := c.pos
	if len(m.tables) >= m.limits.Tables {
		c.tooMany(at, "tables", int64(len(m.tables)+1), m.limits.Tables)
	}
	if c.err == nil && c.left() > 0 && c.buf[c.pos] == 0x40 {
		c.fail(Unsupported, at, "a table has an initial value", "build without typed function references")
	}
	t := Table{Elem: c.refType()}
	t.Min, t.Max, t.HasMax = c.limits("table")
	if int64(t.Min) > int64(m.limits.TableElements) {
		c.tooMany(at, "elements in a table", int64(t.Min), m.limits.TableElements)
	}
	m.tables = append(m.tables, t)
	return t
}

// limits reads a minimum and an optional maximum.
func (c *cursor) limits(what string) (lo, hi uint32, bounded bool) {
	at := c.pos
	flag := c.byte()
	switch {
	case c.err != nil:
		return 0, 0, false
	case flag&^3 == 0 && flag >= 2:
		c.fail(Unsupported, at, "a shared "+what+" is used", "build without threads")
	case flag&^7 == 0 && flag >= 4:
		c.fail(Unsupported, at, "a 64-bit "+what+" is used", "build for wasm32")
	case flag > 7:
		c.malformed(at, "unknown limits of a "+what)
	}
	lo = c.u32()
	if flag == 1 {
		hi, bounded = c.u32(), true
		if c.err == nil && hi < lo {
			c.malformed(at, "the minimum of a "+what+" is above its maximum")
		}
	}
	return lo, hi, bounded
}

func (m *module) readMemories(c *cursor) {
	at := c.pos
	n := c.u32()
	if n > 1 {
		c.fail(Unsupported, at, "the module has "+strconv.FormatUint(uint64(n), 10)+" memories",
			"build without multiple memories")
	}
	if c.err == nil && n == 1 {
		m.readMemory(c, at)
	}
}

func (m *module) readMemory(c *cursor, at int) Memory {
	if m.memory != nil {
		c.fail(Unsupported, at, "the module has more than one memory", "build without multiple memories")
	}
	var mem Memory
	mem.Min, mem.Max, mem.HasMax = c.limits("memory")
	switch {
	case mem.Min > pageLimit || mem.Max > pageLimit:
		c.malformed(at, "a memory of more than 65536 pages")
	case int64(mem.Min) > int64(m.limits.MemoryPages):
		c.fail(LimitExceeded, at, "the module wants "+strconv.FormatUint(uint64(mem.Min), 10)+
			" pages of memory to begin with, at most "+strconv.Itoa(m.limits.MemoryPages)+" are allowed",
			"raise the memory limit of the plugin, or build with a smaller initial memory")
	}
	m.memory = &mem
	return mem
}

func (m *module) readGlobalType(c *cursor) global {
	at := c.pos
	if len(m.globals) >= m.limits.Globals {
		c.tooMany(at, "globals", int64(len(m.globals)+1), m.limits.Globals)
	}
	g := global{typ: c.valueType()}
	at = c.pos
	mut := c.byte()
	if c.err == nil && mut > 1 {
		if mut&^3 == 0 {
			c.fail(Unsupported, at, "a shared global is used", "build without threads")
		}
		c.malformed(at, "unknown mutability of a global")
	}
	g.mutable = mut == 1
	m.globals = append(m.globals, g)
	return g
}

func (m *module) readGlobals(c *cursor) {
	n := c.count("globals", m.limits.Globals, 4)
	for range n {
		m.readGlobalType(c)
		m.constant(c, nil)
		if c.err != nil {
			return
		}
	}
}

func (m *module) readExports(c *cursor) {
	n := c.count("exports", m.limits.Exports, 3)
	m.exports = make([]Export, 0, n)
	seen := make(map[string]struct{}, n)
	for range n {
		at := c.pos
		e := Export{Name: c.name("an export", m.limits.NameBytes)}
		if _, twice := seen[e.Name]; twice {
			c.malformed(at, "two exports have the name "+strconv.Quote(e.Name))
		}
		seen[e.Name] = struct{}{}
		m.readExport(c, &e)
		if c.err != nil {
			return
		}
		m.exports = append(m.exports, e)
	}
}

func (m *module) readExport(c *cursor, e *Export) {
	at := c.pos
	e.Kind = Kind(c.byte())
	switch {
	case c.err != nil:
	case e.Kind == KindFunc:
		if e.Index = c.index("function", len(m.funcs)); c.err == nil {
			e.Func = m.types[m.funcs[e.Index]]
			e.Type = e.Func.String()
		}
	case e.Kind == KindTable:
		if e.Index = c.index("table", len(m.tables)); c.err == nil {
			e.Type = m.tables[e.Index].String()
		}
	case e.Kind == KindMemory:
		if e.Index = c.index("memory", m.memories()); c.err == nil {
			e.Type = m.memory.String()
		}
	case e.Kind == KindGlobal:
		if e.Index = c.index("global", len(m.globals)); c.err == nil {
			e.Type = m.globals[e.Index].String()
		}
	default:
		c.malformed(at, "unknown kind of export "+strconv.Itoa(int(e.Kind)))
	}
}

func (m *module) memories() int {
	if m.memory == nil {
		return 0
	}
	return 1
}

func (m *module) readStart(c *cursor) {
	at := c.pos
	f := c.index("function", len(m.funcs))
	if c.err != nil {
		return
	}
	if t := m.types[m.funcs[f]]; !t.Equal(FuncType{}) {
		c.malformed(at, "the start function has the type "+t.String()+" instead of () -> ()")
	}
	m.start = true
}

func (m *module) readData(c *cursor) {
	m.data = c.count("data segments", m.limits.DataSegments, 2)
	for range m.data {
		at := c.pos
		flag := c.u32()
		switch {
		case c.err != nil:
			return
		case flag > 2:
			c.malformed(at, "unknown form of a data segment")
		case flag == 2:
			c.index("memory", m.memories())
			m.constant(c, nil)
		case flag == 0:
			if m.memory == nil {
				c.malformed(at, "a data segment needs a memory, but there is none")
			}
			m.constant(c, nil)
		}
		c.bytes(c.count("bytes in a data segment", len(c.buf), 1))
		if c.err != nil {
			return
		}
	}
}
