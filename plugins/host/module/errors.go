package module

import (
	"strconv"
	"strings"
)

// ErrorKind says why a module was refused.
type ErrorKind byte

const (
	// Malformed means that the bytes are no module of the binary format.
	Malformed ErrorKind = iota
	// Unsupported means that the module needs a feature or form that is not accepted here.
	Unsupported
	// LimitExceeded means that the module is larger than a limit allows.
	LimitExceeded
)

// String returns the kind in words.
func (k ErrorKind) String() string {
	switch k {
	case Malformed:
		return "malformed"
	case Unsupported:
		return "unsupported"
	case LimitExceeded:
		return "limit exceeded"
	}
	return "unknown"
}

// Error is a refused module: what is wrong, where, and what its author can do about it.
type Error struct {
	Kind ErrorKind
	// Section is the name of the section, such as "code"; empty for the header.
	Section string
	// Offset is counted in bytes from the begin of the binary.
	Offset int
	// Func is the index of the function, imports included; -1 outside of code.
	Func int
	// FuncName is the name that the name section gives to Func, empty if it gives none.
	FuncName string
	// Reason says what is wrong, Hint what to do; Hint may be empty.
	Reason, Hint string
}

// Error returns all fields in one line, without the hint.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("wasm: ")
	if e.Section != "" {
		b.WriteString(e.Section)
		b.WriteString(" section, ")
	}
	b.WriteString("offset 0x")
	b.WriteString(strconv.FormatInt(int64(e.Offset), 16))
	if e.Func >= 0 {
		b.WriteString(", function ")
		b.WriteString(strconv.Itoa(e.Func))
		if e.FuncName != "" {
			b.WriteString(" ")
			b.WriteString(strconv.Quote(e.FuncName))
		}
	}
	b.WriteString(": ")
	b.WriteString(e.Reason)
	return b.String()
}
