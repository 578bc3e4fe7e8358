package module

import "time"

// Limits bound what a module may ask of the validator, the compiler and the engine. A field that is zero stands
// for its default; there is no "unlimited".
type Limits struct {
	// Bytes is the size of the whole binary. The default value is 8 MiB.
	Bytes int
	// Types is the number of function types. The default value is 10,000.
	Types int
	// Params is the number of parameters of a function type, and of its results. The default value is 100.
	Params int
	// Functions is the number of functions, imported ones included. The default value is 20,000.
	Functions int
	// Imports and Exports are counted each. The default value is 1,000.
	Imports, Exports int
	// Globals is the number of globals, imported ones included. The default value is 10,000.
	Globals int
	// Tables is the number of tables, imported ones included. The default value is 16.
	Tables int
	// TableElements bounds a table's initial size, the growth of a metered module's own tables, and the elements
	// of all element segments together. The default value is 100,000.
	TableElements int
	// ElementSegments is the number of element segments. The default value is 10,000.
	ElementSegments int
	// DataSegments is the number of data segments. The default value is 100,000: Go's linker cuts the data
	// of a program at each run of zeros.
	DataSegments int
	// MemoryPages is the largest initial memory in pages of 64 KiB; a metered module's own memory doesn't grow
	// beyond it. The default value is 1,024, which is 64 MiB.
	MemoryPages int
	// CustomSections is the number of custom sections. The default value is 1,000.
	CustomSections int
	// NameBytes is the length of one name of an import, export or custom section. The default value is 1,024.
	NameBytes int
	// Locals is the number of locals of a function, parameters included. The default value is 10,000.
	Locals int
	// BodyBytes is the size of one function in bytes. The default value is 256 KiB. The largest
	// function of Go's standard library has 62 KiB.
	BodyBytes int
	// Nesting is how deep blocks may be nested. The default value is 2,000: Go nests one block for each place
	// a function can be resumed at, 549 in encoding/json.
	Nesting int
	// BrTable is the number of targets of one br_table. The default value is 10,000.
	BrTable int
	// CompileTime bounds an estimate, made from the code alone, of how long an optimizing compiler takes for the module
	// beyond a time in proportion to its size: basic blocks squared, locals times blocks, and values passed between
	// blocks. A small module can make a compiler run for minutes with any of them; a Go guest with regexp and
	// encoding/json is 1.3 s. The
	// default value is 5 s.
	CompileTime time.Duration
}

const (
	kib = 1 << 10
	mib = 1 << 20
	// pageLimit is the number of pages of a full 32-bit memory.
	pageLimit = 1 << 16
)

// withDefaults returns l with each zero or negative field replaced by its default.
func (l Limits) withDefaults() Limits {
	for _, f := range []struct {
		field *int
		value int
	}{
		{&l.Bytes, 8 * mib},
		{&l.Types, 10_000},
		{&l.Params, 100},
		{&l.Functions, 20_000},
		{&l.Imports, 1_000},
		{&l.Exports, 1_000},
		{&l.Globals, 10_000},
		{&l.Tables, 16},
		{&l.TableElements, 100_000},
		{&l.ElementSegments, 10_000},
		{&l.DataSegments, 100_000},
		{&l.MemoryPages, 1_024},
		{&l.CustomSections, 1_000},
		{&l.NameBytes, 1_024},
		{&l.Locals, 10_000},
		{&l.BodyBytes, 256 * kib},
		{&l.Nesting, 2_000},
		{&l.BrTable, 10_000},
	} {
		if *f.field <= 0 {
			*f.field = f.value
		}
	}
	if l.CompileTime <= 0 {
		l.CompileTime = 5 * time.Second
	}
	l.MemoryPages = min(l.MemoryPages, pageLimit)
	return l
}
