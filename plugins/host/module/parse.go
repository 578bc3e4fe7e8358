package module

import (
	"bytes"
	"strconv"
	"time"
)

// module is a validated binary: counts, types and the places where a rewrite has to cut.
type module struct {
	wasm     []byte
	limits   Limits
	sections []section

	types []FuncType
	// funcs holds the index of the type of each function, imported ones first.
	funcs         []uint32
	importedFuncs int
	globals       []global
	// importedGlobals, importedTables count the things at the front of globals and tables.
	importedGlobals, importedTables int
	tables                          []Table
	memory                          *Memory
	memoryImported                  bool
	imports                         []Import
	exports                         []Export
	start                           bool
	elements, elementItems          int
	data                            int
	dataCount                       int // -1 without the section
	bodies                          []body
	custom                          []Section
	names                           map[uint32]string
	peak                            Peak
	effort                          time.Duration
	// callees lists the functions that each body calls, if graph is set; body.calls says where. An indirect call
	// is listed as the function number indirect.
	graph   bool
	callees []uint32
}

// section is where a section lies in the binary: start is its id byte, begin and end enclose the content.
type section struct {
	id                byte
	start, begin, end int
}

// body is where the code of a function lies. The bytes from code to end are instructions.
type body struct {
	begin, code, end int
	locals           int // with parameters
	firstCall        int // the body's calls begin here in module.callees, and end where those of the next begin
}

// The ids of sections.
const (
	idCustom byte = iota
	idType
	idImport
	idFunction
	idTable
	idMemory
	idGlobal
	idExport
	idStart
	idElement
	idCode
	idData
	idDataCount
	idTag
)

var sectionNames = [...]string{
	"custom", "type", "import", "function", "table", "memory", "global", "export", "start", "element", "code", "data",
	"data count", "tag",
}

// sectionOrder gives the place of each section in a module; the ids are not in order.
var sectionOrder = [...]int{
	idType: 1, idImport: 2, idFunction: 3, idTable: 4, idMemory: 5, idGlobal: 6, idExport: 7, idStart: 8,
	idElement: 9, idDataCount: 10, idCode: 11, idData: 12, idTag: 0,
}

const magic = "\x00asm"

// parse validates wasm and finds its parts.
// With graph, it notes which functions call which.
func parse(wasm []byte, l Limits, graph bool) (*module, error) {
	m := &module{wasm: wasm, limits: l.withDefaults(), dataCount: -1, graph: graph}
	c := &cursor{buf: wasm, end: len(wasm), fn: -1}
	if len(wasm) > m.limits.Bytes {
		c.tooMany(0, "bytes in the module", int64(len(wasm)), m.limits.Bytes)
		return nil, c.err
	}
	m.header(c)
	m.split(c)
	for _, s := range m.sections {
		m.section(c, s)
	}
	m.finish(c)
	if c.err != nil {
		c.err.FuncName = m.names[uint32(max(c.err.Func, 0))]
		if c.err.Func < 0 {
			c.err.FuncName = ""
		}
		return nil, c.err
	}
	return m, nil
}

func (m *module) header(c *cursor) {
	if !bytes.HasPrefix(m.wasm, []byte(magic)) {
		c.malformed(0, "the file does not begin with the four bytes of a WebAssembly module")
		return
	}
	c.bytes(len(magic))
	version := c.bytes(4)
	if c.err != nil || bytes.Equal(version, []byte{1, 0, 0, 0}) {
		return
	}
	if version[2] == 1 && version[3] == 0 {
		c.fail(Unsupported, 4, "the file is a component, not a core module",
			"build for wasip1 or wasm32-unknown-unknown instead of wasip2, without `wasm-tools component new`")
		return
	}
	c.fail(Unsupported, 4, "unknown version of the binary format", "build a module of version 1")
}

// split finds the sections and checks their order. It reads the names of functions first, so that a mistake in the
// code can be reported by name.
func (m *module) split(c *cursor) {
	last := 0
	customs := 0
	for c.err == nil && c.left() > 0 {
		s := section{start: c.pos}
		s.id = c.byte()
		if int(s.id) >= len(sectionNames) {
			c.malformed(s.start, "unknown section "+strconv.Itoa(int(s.id)))
			return
		}
		c.section = sectionNames[s.id]
		size := c.u32()
		s.begin = c.pos
		if c.err == nil && int64(size) > int64(c.left()) {
			c.malformed(s.start, "the section claims "+strconv.FormatUint(uint64(size), 10)+" bytes, but only "+
				strconv.Itoa(c.left())+" follow")
		}
		c.bytes(int(size))
		s.end = c.pos
		switch {
		case c.err != nil:
			return
		case s.id == idTag:
			c.fail(Unsupported, s.start, "the module uses exceptions", "build without exception handling")
			return
		case s.id == idCustom:
			if customs++; customs > m.limits.CustomSections {
				c.tooMany(s.start, "custom sections", int64(customs), m.limits.CustomSections)
			}
			m.customSection(c, s)
		case sectionOrder[s.id] <= last:
			c.malformed(s.start, "the section is repeated or out of order")
			return
		default:
			last = sectionOrder[s.id]
		}
		m.sections = append(m.sections, s)
		c.section = ""
	}
}

func (m *module) customSection(c *cursor, s section) {
	in := &cursor{buf: c.buf, pos: s.begin, end: s.end, fn: -1, section: c.section}
	name := in.name("a custom section", m.limits.NameBytes)
	if in.err != nil {
		c.err = in.err
		return
	}
	m.custom = append(m.custom, Section{Name: name, Offset: in.pos, Bytes: in.left()})
	if name == "name" {
		in.section = "name"
		names := m.readNames(in)
		if in.err != nil {
			c.err = in.err
			return
		}
		m.names = names
	}
}

// section reads the content of one section to its last byte.
func (m *module) section(c *cursor, s section) {
	if c.err != nil || s.id == idCustom {
		return
	}
	c.pos, c.end, c.section = s.begin, s.end, sectionNames[s.id]
	switch s.id {
	case idType:
		m.readTypes(c)
	case idImport:
		m.readImports(c)
	case idFunction:
		m.readFunctions(c)
	case idTable:
		m.readTables(c)
	case idMemory:
		m.readMemories(c)
	case idGlobal:
		m.readGlobals(c)
	case idExport:
		m.readExports(c)
	case idStart:
		m.readStart(c)
	case idElement:
		m.readElements(c)
	case idDataCount:
		m.dataCount = int(c.u32())
	case idCode:
		m.readCode(c)
	case idData:
		m.readData(c)
	}
	if c.err == nil && c.pos != c.end {
		c.malformed(c.pos, strconv.Itoa(c.left())+" bytes are left over in the section")
	}
}

// finish checks what two sections must agree on.
func (m *module) finish(c *cursor) {
	if c.err != nil {
		return
	}
	c.section, c.pos, c.end = "code", len(m.wasm), len(m.wasm)
	if own := len(m.funcs) - m.importedFuncs; own != len(m.bodies) {
		c.malformed(c.pos, strconv.Itoa(own)+" functions are declared, but "+strconv.Itoa(len(m.bodies))+" have code")
	}
	c.section = "data"
	if m.dataCount >= 0 && m.dataCount != m.data {
		c.malformed(c.pos, "the data count section announces "+strconv.Itoa(m.dataCount)+" segments, there are "+
			strconv.Itoa(m.data))
	}
}

func (m *module) info() *Info {
	return &Info{
		Size:            len(m.wasm),
		Types:           len(m.types),
		Functions:       len(m.funcs) - m.importedFuncs,
		Globals:         len(m.globals) - m.importedGlobals,
		DataSegments:    m.data,
		ElementSegments: m.elements,
		Imports:         m.imports,
		Exports:         m.exports,
		Memory:          m.memory,
		Tables:          m.tables,
		Start:           m.start,
		Custom:          m.custom,
		Producers:       m.producers(),
		Peak:            m.peak,
		CompileTime:     m.effort,
		wasm:            m.wasm,
	}
}
