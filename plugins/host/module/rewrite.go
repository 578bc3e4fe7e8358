package module

import (
	"math"
	"slices"
	"strings"
)

// rewriter writes the metered module section by section. The numbers of what it adds come last in their index
// space, except for the import: functions that were not imported move up by one.
type rewriter struct {
	m     *module
	with  Metering
	out   []byte
	buf   []byte // the content of the section that is being written
	stats Stats

	walker  walker
	plan    plan
	frame   frame
	counted []bool

	types        []FuncType        // all types with the added ones
	known        map[string]uint32 // their numbers by FuncType.key
	meter        uint32            // global
	tick, refill uint32            // functions
	tickType     uint32
}

func newRewriter(m *module, with Metering) *rewriter {
	w := &rewriter{
		m: m, with: with,
		out:     make([]byte, 0, len(m.wasm)+len(m.wasm)/8+1024),
		counted: m.counted(),
		types:   slices.Clone(m.types),
		meter:   uint32(len(m.globals)),
		tick:    uint32(m.importedFuncs),
		refill:  uint32(len(m.funcs)) + 1,
	}
	w.known = make(map[string]uint32, len(m.types)+2)
	for i, t := range m.types {
		w.known[t.key()] = uint32(i)
	}
	w.tickType = w.typeOf(FuncType{Params: []ValueType{I64}, Results: []ValueType{I64}})
	for i := range m.bodies {
		w.wrapper(w.results(i))
	}
	return w
}

// typeOf returns the number of the signature, and adds it if the module hasn't got it.
func (w *rewriter) typeOf(t FuncType) uint32 {
	i, ok := w.known[t.key()]
	if !ok {
		i = uint32(len(w.types))
		w.types = append(w.types, t)
		w.known[t.key()] = i
	}
	return i
}

// results returns what the i-th body returns.
func (w *rewriter) results(i int) []ValueType {
	return w.m.types[w.m.funcs[w.m.importedFuncs+i]].Results
}

// wrapper returns the type of a block with these results, encoded.
func (w *rewriter) wrapper(results []ValueType) int64 {
	switch len(results) {
	case 0:
		return blockEmpty - 0x80
	case 1:
		return int64(results[0]) - 0x80
	}
	return int64(w.typeOf(FuncType{Results: results}))
}

// added lists the sections that get something new, in order; they are created where the module has none.
var added = [...]byte{idType, idImport, idFunction, idGlobal, idExport, idCode}

// module writes all sections.
func (w *rewriter) module() {
	w.out = append(w.out, w.m.wasm[:8]...)
	next := 0 // in added
	for _, s := range w.m.sections {
		if s.id == idCustom {
			w.customSection(s)
			continue
		}
		for next < len(added) && sectionOrder[added[next]] < sectionOrder[s.id] {
			w.section(section{id: added[next]})
			next++
		}
		if next < len(added) && added[next] == s.id {
			next++
		}
		w.section(s)
	}
	for ; next < len(added); next++ {
		w.section(section{id: added[next]})
	}
}

// section writes one section; begin and end of s are equal if the module hasn't got it.
func (w *rewriter) section(s section) {
	w.buf = w.buf[:0]
	switch s.id {
	case idType:
		w.typeSection(s)
	case idImport:
		w.importSection(s)
	case idFunction:
		w.items(s, 1)
		w.buf = appendU32(w.buf, w.tickType)
	case idTable:
		w.tableSection(s)
	case idMemory:
		w.memorySection(s)
	case idGlobal:
		w.globalSection(s)
	case idExport:
		w.exportSection(s)
	case idStart:
		w.function(w.open(s).u32())
	case idElement:
		w.elementSection(s)
	case idCode:
		w.codeSection(s)
	default:
		w.copy(s.begin, s.end)
	}
	w.out = appendSection(w.out, s.id, w.buf)
}

// open returns a cursor on the content of a section, which is known to be valid.
func (w *rewriter) open(s section) *cursor {
	return &cursor{buf: w.m.wasm, pos: s.begin, end: s.end, fn: -1}
}

// vector writes the length of the section's vector with more items to come, and returns a cursor on the first item
// and the old length.
func (w *rewriter) vector(s section, more int) (c *cursor, n int) {
	c = w.open(s)
	if s.begin < s.end {
		n = int(c.u32())
	}
	w.buf = appendU32(w.buf, uint32(n+more))
	return c, n
}

// items writes the section's vector as it is, with room for more items in its length.
func (w *rewriter) items(s section, more int) {
	c, _ := w.vector(s, more)
	w.copy(c.pos, c.end)
}

// copy writes a part of the old module. Without a rewriter it does nothing, so that readers can share code with it.
func (w *rewriter) copy(from, to int) {
	if w != nil {
		w.buf = append(w.buf, w.m.wasm[from:to]...)
	}
}

func (w *rewriter) raw(b byte) {
	if w != nil {
		w.buf = append(w.buf, b)
	}
}

// function writes the new number of a function.
func (w *rewriter) function(f uint32) {
	if w != nil {
		w.buf = appendU32(w.buf, w.shifted(f))
	}
}

func (w *rewriter) shifted(f uint32) uint32 {
	if int64(f) >= int64(w.m.importedFuncs) {
		return f + 1
	}
	return f
}

func (w *rewriter) refFunc(f uint32) {
	if w != nil {
		w.op(opRefFunc)
		w.function(f)
	}
}

func (w *rewriter) typeSection(s section) {
	more := w.types[len(w.m.types):]
	w.items(s, len(more))
	for _, t := range more {
		w.buf = append(w.buf, 0x60)
		for _, list := range [][]ValueType{t.Params, t.Results} {
			w.buf = appendU32(w.buf, uint32(len(list)))
			for _, v := range list {
				w.buf = append(w.buf, byte(v))
			}
		}
	}
}

func (w *rewriter) importSection(s section) {
	w.items(s, 1)
	w.buf = appendName(w.buf, w.with.ImportModule)
	w.buf = appendName(w.buf, w.with.ImportName)
	w.buf = append(w.buf, byte(KindFunc))
	w.buf = appendU32(w.buf, w.tickType)
}

func (w *rewriter) tableSection(s section) {
	w.vector(s, 0)
	for _, t := range w.m.tables[w.m.importedTables:] {
		w.buf = append(w.buf, byte(t.Elem))
		w.bounded(t.Min, t.Max, t.HasMax, w.m.limits.TableElements)
	}
}

func (w *rewriter) memorySection(s section) {
	if _, n := w.vector(s, 0); n == 1 {
		w.bounded(w.m.memory.Min, w.m.memory.Max, w.m.memory.HasMax, w.m.limits.MemoryPages)
	}
}

// bounded writes limits whose maximum is at most limit.
func (w *rewriter) bounded(lo, hi uint32, has bool, limit int) {
	if !has || int64(hi) > int64(limit) {
		hi = uint32(limit)
	}
	w.buf = appendU32(appendU32(append(w.buf, 1), lo), hi)
}

func (w *rewriter) globalSection(s section) {
	c, n := w.vector(s, 1)
	for range n {
		at := c.pos
		c.bytes(2)
		w.copy(at, c.pos)
		w.m.constant(c, w)
	}
	w.buf = append(w.buf, byte(I64), 1)
	w.i64(int64(NewMeter(w.with.TickEvery, w.with.MaxDepth)))
	w.op(opEnd)
}

func (w *rewriter) exportSection(s section) {
	w.vector(s, 1)
	export := func(name string, kind Kind, index uint32) {
		w.buf = append(appendName(w.buf, name), byte(kind))
		w.buf = appendU32(w.buf, index)
	}
	for _, e := range w.m.exports {
		if e.Kind == KindFunc {
			e.Index = w.shifted(e.Index)
		}
		export(e.Name, e.Kind, e.Index)
	}
	export(MeterExport, KindGlobal, w.meter)
}

func (w *rewriter) elementSection(s section) {
	c, n := w.vector(s, 0)
	for range n {
		w.m.element(c, w)
	}
}

// customSection copies a section whose meaning survives the rewrite.
func (w *rewriter) customSection(s section) {
	c := w.open(s)
	name := c.name("a custom section", math.MaxInt32)
	switch {
	case strings.HasPrefix(name, ".debug_"), strings.HasPrefix(name, "reloc."),
		name == "sourceMappingURL", name == "linking":
		return
	case c.left() == 0:
		return // wazero 1.12 reports an early end if the last section is an empty one
	case name == "name":
		w.buf = w.buf[:0]
		w.nameSection(c)
		w.out = appendSection(w.out, idCustom, w.buf)
		return
	}
	w.out = append(w.out, w.m.wasm[s.start:s.end]...)
}

// nameSection writes the names of the module and its functions with their new numbers, and names for what was
// added.
func (w *rewriter) nameSection(c *cursor) {
	w.buf = appendName(w.buf, "name")
	w.m.subsections(c, func(id byte, in *cursor) {
		switch id {
		case subModuleName:
			w.buf = append(w.buf, id)
			w.buf = appendU32(w.buf, uint32(in.left()))
			w.copy(in.pos, in.end)
		case subFuncNames:
			names := w.functionNames(in)
			w.buf = append(w.buf, id)
			w.buf = appendU32(w.buf, uint32(len(names)))
			w.buf = append(w.buf, names...)
		}
	})
}

func (w *rewriter) functionNames(in *cursor) []byte {
	n := in.u32()
	names := appendU32(make([]byte, 0, in.left()+64), n+2)
	tick := func() { names = appendName(appendU32(names, w.tick), w.with.ImportModule+"."+w.with.ImportName) }
	ticked := false
	for range n {
		f := in.u32()
		if !ticked && f >= w.tick {
			tick()
			ticked = true
		}
		names = appendName(appendU32(names, w.shifted(f)), string(in.bytes(int(in.u32()))))
	}
	if !ticked {
		tick()
	}
	return appendName(appendU32(names, w.refill), "yett.refill")
}
