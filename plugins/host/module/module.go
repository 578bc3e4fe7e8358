// Package module reads WebAssembly binaries before an engine is allowed to, and rewrites them so that every
// run is counted and can be stopped.
//
// [Read] validates the structure of a core module against [Limits] and tells what is in it; a module it accepts
// cannot make a compiler run for minutes or eat the memory of the process. [Meter] adds a fuel counter and a call
// depth counter to the code, see there for the cost model and the contract with the host. Both take bytes and
// give bytes; they know no engine, and types of operands are left to the engine that compiles the result.
//
// The feature set is WebAssembly 2.0: sign extension, saturating truncation, multiple values, bulk memory,
// reference types, SIMD. Exceptions, tail calls, threads, garbage collection, 64-bit or multiple memories, extended
// constant expressions and components are refused by name.
//
// All functions are safe for concurrent use. None changes or keeps the bytes given to it, except where said.
package module

import (
	"slices"
	"time"
)

// Info is what a walk over the sections of a module finds.
type Info struct {
	// Size is the length of the binary in bytes.
	Size int
	// Types, Functions, Globals, DataSegments, ElementSegments count what the module defines itself; imports are
	// not in them.
	Types, Functions, Globals, DataSegments, ElementSegments int
	// Imports and Exports are in the order of the binary.
	Imports []Import
	Exports []Export
	// Memory is the module's only memory, own or imported; nil means it has none.
	Memory *Memory
	// Tables are all tables, imported ones first.
	Tables []Table
	// Start tells that the module has a start function. The engine runs it when it instantiates, before any
	// export is called; a metered module is metered there too.
	Start bool
	// Custom lists the custom sections in order, names may repeat.
	Custom []Section
	// Producers is the content of the section of that name, empty if it is missing or malformed.
	Producers []Producer
	// Peak tells how close the module comes to the limits that hold for single functions.
	Peak Peak
	// CompileTime is the estimate that [Limits.CompileTime] bounds.
	CompileTime time.Duration

	wasm []byte
}

// Kind says what an import or export is.
type Kind byte

// The kinds of imports and exports, by their number in the binary format.
const (
	KindFunc Kind = iota
	KindTable
	KindMemory
	KindGlobal
)

// String returns the kind as the text format spells it: func, table, memory, global.
func (k Kind) String() string {
	switch k {
	case KindFunc:
		return "func"
	case KindTable:
		return "table"
	case KindMemory:
		return "memory"
	case KindGlobal:
		return "global"
	}
	return "unknown"
}

// Import is one thing the module needs from its host.
type Import struct {
	Module, Name string
	Kind         Kind
	// Type is the type as text, such as "(i32, i64) -> i32", "memory 1..16", "mut i64".
	Type string
	// Func is the signature if Kind is KindFunc.
	Func FuncType
}

// Export is one thing the module offers its host.
type Export struct {
	Name string
	Kind Kind
	// Index is the position in the index space of Kind, imports included.
	Index uint32
	// Type is the type as text, such as "(i32, i64) -> i32", "memory 1..16", "mut i64".
	Type string
	// Func is the signature if Kind is KindFunc.
	Func FuncType
}

// Memory is the size of a linear memory in pages of 64 KiB.
type Memory struct {
	Min, Max uint32
	// HasMax is false where the module names no maximum; Max is 0 then.
	HasMax bool
}

// Table is a table of references and its size in elements.
type Table struct {
	Elem     ValueType
	Min, Max uint32
	// HasMax is false where the module names no maximum; Max is 0 then.
	HasMax bool
}

// Section is a custom section.
type Section struct {
	Name string
	// Offset is where the content begins in the binary, Bytes how long it is; both without the name.
	Offset, Bytes int
}

// Producer is a tool that made the module: Field is language, processed-by or sdk.
type Producer struct{ Field, Name, Version string }

// Peak holds the highest value any function of the module reaches.
type Peak struct {
	BodyBytes, Locals, Nesting, BrTable, Params, Results, Blocks int
}

// CustomSection returns the content of the first custom section of that name, and whether there is one. The
// bytes are those given to [Read], valid as long as they are, not to be changed.
func (i *Info) CustomSection(name string) ([]byte, bool) {
	for _, s := range i.Custom {
		if s.Name == name {
			return i.wasm[s.Offset : s.Offset+s.Bytes : s.Offset+s.Bytes], true
		}
	}
	return nil, false
}

// Export returns the export of that name, and whether there is one.
func (i *Info) Export(name string) (Export, bool) {
	at := slices.IndexFunc(i.Exports, func(e Export) bool { return e.Name == name })
	if at < 0 {
		return Export{}, false
	}
	return i.Exports[at], true
}

// ExportFunc returns the signature of the exported function of that name; false if no function has the name.
func (i *Info) ExportFunc(name string) (FuncType, bool) {
	e, ok := i.Export(name)
	if !ok || e.Kind != KindFunc {
		return FuncType{}, false
	}
	return e.Func, true
}

// Read validates the structure of the module and returns what is in it. The Info refers to wasm, which must not
// change while the Info is used. Zero fields of l mean the default.
//
// # Errors
//
// Every error is an [*Error]: its Kind tells whether the bytes are malformed, need a feature that is not
// supported, or exceed a limit.
func Read(wasm []byte, l Limits) (*Info, error) {
	m, err := parse(wasm, l, false)
	if err != nil {
		return nil, err
	}
	return m.info(), nil
}
