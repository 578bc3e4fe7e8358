package module

import (
	"slices"
	"strconv"
	"strings"
)

// ValueType is the type of a value by its number in the binary format.
type ValueType byte

// The value types of WebAssembly 2.0.
const (
	I32       ValueType = 0x7f
	I64       ValueType = 0x7e
	F32       ValueType = 0x7d
	F64       ValueType = 0x7c
	V128      ValueType = 0x7b
	FuncRef   ValueType = 0x70
	ExternRef ValueType = 0x6f
)

// String returns the type as the text format spells it.
func (t ValueType) String() string {
	switch t {
	case I32:
		return "i32"
	case I64:
		return "i64"
	case F32:
		return "f32"
	case F64:
		return "f64"
	case V128:
		return "v128"
	case FuncRef:
		return "funcref"
	case ExternRef:
		return "externref"
	}
	return "0x" + strconv.FormatUint(uint64(t), 16)
}

func (t ValueType) known() bool { return t >= V128 && t <= I32 || t.ref() }

func (t ValueType) ref() bool { return t == FuncRef || t == ExternRef }

// FuncType is the signature of a function. Nil and empty slices mean the same.
type FuncType struct{ Params, Results []ValueType }

// Equal reports whether both signatures have the same parameters and results.
func (f FuncType) Equal(g FuncType) bool {
	return slices.Equal(f.Params, g.Params) && slices.Equal(f.Results, g.Results)
}

// String returns the signature as "(i32, i64) -> i32", "() -> ()", or "() -> (i32, i32)".
func (f FuncType) String() string {
	if len(f.Results) == 1 {
		return list(f.Params) + " -> " + f.Results[0].String()
	}
	return list(f.Params) + " -> " + list(f.Results)
}

// key returns a string that only equal signatures share.
func (f FuncType) key() string {
	b := make([]byte, 0, len(f.Params)+1+len(f.Results))
	for _, t := range f.Params {
		b = append(b, byte(t))
	}
	b = append(b, 0)
	for _, t := range f.Results {
		b = append(b, byte(t))
	}
	return string(b)
}

func list(types []ValueType) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.String()
	}
	return "(" + strings.Join(names, ", ") + ")"
}

// String returns the size as "memory 1", or "memory 1..16" with a maximum.
func (m Memory) String() string { return "memory " + span(m.Min, m.Max, m.HasMax) }

// String returns element type and size as "table funcref 1", or "table funcref 1..16" with a maximum.
func (t Table) String() string {
	return "table " + t.Elem.String() + " " + span(t.Min, t.Max, t.HasMax)
}

func span(lo, hi uint32, bounded bool) string {
	s := strconv.FormatUint(uint64(lo), 10)
	if bounded {
		s += ".." + strconv.FormatUint(uint64(hi), 10)
	}
	return s
}

// global is the type of a global.
type global struct {
	typ     ValueType
	mutable bool
}

func (g global) String() string {
	if g.mutable {
		return "mut " + g.typ.String()
	}
	return g.typ.String()
}
