package module

// A small assembler: modules as Go expressions, so that tests can build what no compiler emits.

// bin joins bytes: an untyped number is one byte, a leb is encoded, a string becomes a name with its length.
func bin(parts ...any) []byte {
	var b []byte
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			b = append(b, byte(p))
		case byte:
			b = append(b, p)
		case opcode:
			if p > 0xff {
				b = append(b, byte(p>>8))
			}
			b = append(b, byte(p))
		case Kind:
			b = append(b, byte(p))
		case ValueType:
			b = append(b, byte(p))
		case leb:
			b = appendU32(b, uint32(p))
		case sleb:
			b = appendS64(b, int64(p))
		case string:
			b = appendName(b, p)
		case []byte:
			b = append(b, p...)
		default:
			panic(p)
		}
	}
	return b
}

type (
	leb  uint32
	sleb int64
)

// vec is a vector of encoded items.
func vec(items ...[]byte) []byte {
	b := appendU32(nil, uint32(len(items)))
	for _, i := range items {
		b = append(b, i...)
	}
	return b
}

// sec is a section.
func sec(id byte, parts ...any) []byte { return appendSection(nil, id, bin(parts...)) }

// mod is a module of sections.
func mod(sections ...[]byte) []byte {
	b := []byte(magic + "\x01\x00\x00\x00")
	for _, s := range sections {
		b = append(b, s...)
	}
	return b
}

// sig is a function type.
func sig(params, results []ValueType) []byte {
	b := bin(0x60, leb(len(params)))
	for _, p := range params {
		b = append(b, byte(p))
	}
	b = append(b, byte(len(results)))
	for _, r := range results {
		b = append(b, byte(r))
	}
	return b
}

// fun is the body of a function without locals; the end is added.
func fun(code ...any) []byte { return funLocals(vec(), code...) }

// funLocals is the body of a function with encoded groups of locals; the end is added.
func funLocals(locals []byte, code ...any) []byte {
	b := append(append([]byte(nil), locals...), bin(code...)...)
	b = append(b, byte(opEnd))
	return append(appendU32(nil, uint32(len(b))), b...)
}

// export is an entry of the export section.
func export(name string, kind Kind, index int) []byte { return bin(name, byte(kind), leb(index)) }

// i32 is the constant instruction.
func i32(n int64) []byte { return bin(opI32Const, sleb(n)) }

// program is a module with one memory, exported functions f0, f1, … of the type () -> (), and no imports.
func program(bodies ...[]byte) []byte {
	var types, exports [][]byte
	for i := range bodies {
		types = append(types, []byte{0})
		exports = append(exports, export("f"+string(rune('0'+i)), KindFunc, i))
	}
	return mod(
		sec(idType, vec(sig(nil, nil))),
		sec(idFunction, vec(types...)),
		sec(idTable, vec(bin(FuncRef, 0, 1))),
		sec(idMemory, vec(bin(0, 1))),
		sec(idExport, vec(exports...)),
		sec(idCode, vec(bodies...)),
	)
}

// repeat joins n copies of code.
func repeat(n int, code ...any) []byte {
	one := bin(code...)
	b := make([]byte, 0, n*len(one))
	for range n {
		b = append(b, one...)
	}
	return b
}
