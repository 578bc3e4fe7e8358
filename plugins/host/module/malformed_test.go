package module

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The pieces of the modules below.
var (
	void     = sec(idType, vec(sig(nil, nil)))
	oneFunc  = sec(idFunction, vec([]byte{0}))
	oneBody  = sec(idCode, vec(fun()))
	withCode = func(code ...any) []byte { return program(fun(code...)) }
	lyingVec = bin(leb(0xffffffff))
)

func TestReadRefuses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		wasm   []byte
		kind   ErrorKind
		reason string
	}{
		{"empty", nil, Malformed, "does not begin with"},
		{"bad magic", []byte("\x7fELF\x01\x00\x00\x00"), Malformed, "does not begin with"},
		{"cut magic", []byte("\x00as"), Malformed, "does not begin with"},
		{"no version", []byte(magic), Malformed, "end too early"},
		{"version 2", []byte(magic + "\x02\x00\x00\x00"), Unsupported, "unknown version"},
		{"component", []byte(magic + "\x0d\x00\x01\x00"), Unsupported, "component"},
		{"unknown section", mod([]byte{14, 0}), Malformed, "unknown section 14"},
		{"tag section", mod(sec(idTag, vec())), Unsupported, "exceptions"},
		{"section longer than the file", mod([]byte{idType, 5, 0}), Malformed, "claims 5 bytes"},
		{"section of 4 GiB", mod(bin(idType, leb(0xffffffff))), Malformed, "claims 4294967295 bytes"},
		{"section size overlong", mod([]byte{idType, 0x80, 0x80, 0x80, 0x80, 0x80, 0}), Malformed, "32 bits"},
		{"section size over 32 bits", mod([]byte{idType, 0x80, 0x80, 0x80, 0x80, 0x10}), Malformed, "32 bits"},
		{"section with bytes left", mod(sec(idType, vec(), 0)), Malformed, "left over"},
		{"section cut inside", mod(sec(idType, 1)), Malformed, "announced"},
		{"duplicate section", mod(void, void), Malformed, "repeated or out of order"},
		{"wrong order", mod(oneFunc, void), Malformed, "repeated or out of order"},
		{"data count after code", mod(void, oneFunc, oneBody, sec(idDataCount, 0)), Malformed, "out of order"},
		{"vector of 4G types", mod(sec(idType, lyingVec)), LimitExceeded, "4294967295 types"},
		{"vector of lying length", mod(sec(idType, leb(9000))), Malformed, "9000 types are announced"},
		{"vector of 4G data segments", mod(sec(idData, lyingVec)), LimitExceeded, "data segments"},
		{"data of 4 GiB", mod(sec(idMemory, vec(bin(0, 1))), sec(idData, vec(bin(0, i32(0), opEnd, lyingVec)))), LimitExceeded, "bytes in a data segment"},
		{"name not UTF-8", mod(sec(idCustom, 1, 0xff)), Malformed, "not UTF-8"},
		{"name of 4 GiB", mod(sec(idCustom, lyingVec)), LimitExceeded, "bytes in a name"},
		{"type of no function", mod(sec(idType, vec(bin(0x5f, 0, 0)))), Unsupported, "no function type"},
		{"unknown value type", mod(sec(idType, vec(bin(0x60, 1, 0x01, 0)))), Malformed, "unknown type 0x1"},
		{"type of a proposal", mod(sec(idType, vec(bin(0x60, 1, 0x64, 0)))), Unsupported, "proposal"},
		{"too many parameters", mod(sec(idType, vec(sig(make([]ValueType, 101), nil)))), LimitExceeded, "parameters"},
		{"function of unknown type", mod(void, sec(idFunction, vec([]byte{1})), oneBody), Malformed, "type 1 is used"},
		{"function without code", mod(void, oneFunc), Malformed, "1 functions are declared, but 0 have code"},
		{"code without function", mod(void, oneBody), Malformed, "0 functions are declared, but 1 have code"},
		{"import of unknown kind", mod(sec(idImport, vec(bin("m", "n", 7)))), Malformed, "unknown kind of import"},
		{"import of a tag", mod(void, sec(idImport, vec(bin("m", "n", 4, 0, 0)))), Unsupported, "tag"},
		{"two memories", mod(sec(idMemory, vec(bin(0, 1), bin(0, 1)))), Unsupported, "2 memories"},
		{"imported and own memory", mod(sec(idImport, vec(bin("m", "n", 2, 0, 1))), sec(idMemory, vec(bin(0, 1)))), Unsupported, "more than one memory"},
		{"64-bit memory", mod(sec(idMemory, vec(bin(4, 1)))), Unsupported, "64-bit memory"},
		{"shared memory", mod(sec(idMemory, vec(bin(3, 1, 2)))), Unsupported, "shared memory"},
		{"memory beyond the limit", mod(sec(idMemory, vec(bin(0, leb(1025))))), LimitExceeded, "1025 pages"},
		{"memory of 2^16+1 pages", mod(sec(idMemory, vec(bin(1, 1, leb(65537))))), Malformed, "65536 pages"},
		{"memory max below min", mod(sec(idMemory, vec(bin(1, 2, 1)))), Malformed, "above its maximum"},
		{"table of 4G elements", mod(sec(idTable, vec(bin(FuncRef, 0, leb(0xffffffff))))), LimitExceeded, "elements in a table"},
		{"table with a value", mod(sec(idTable, vec(bin(0x40, 0, FuncRef, 0, 1, opRefNull, FuncRef, opEnd)))), Unsupported, "initial value"},
		{"too many tables", mod(sec(idTable, leb(17), repeat(17, FuncRef, 0, 1))), LimitExceeded, "17 tables"},
		{"shared global", mod(sec(idGlobal, vec(bin(I32, 2, i32(0), opEnd)))), Unsupported, "shared global"},
		{"computed global", mod(sec(idGlobal, vec(bin(I32, 0, i32(0), i32(0), 0x6a, opEnd)))), Unsupported, "computed"},
		{"global from an own global", mod(sec(idGlobal, vec(bin(I32, 0, opGlobalGet, 0, opEnd)))), Malformed, "not imported"},
		{"global with a call", mod(sec(idGlobal, vec(bin(I32, 0, opCall, 0, opEnd)))), Malformed, "not constant"},
		{"duplicate export", mod(sec(idMemory, vec(bin(0, 1))), sec(idExport, vec(export("a", 2, 0), export("a", 2, 0)))), Malformed, `name "a"`},
		{"export of nothing", mod(sec(idExport, vec(export("a", 0, 0)))), Malformed, "function 0 is used"},
		{"start with a result", mod(sec(idType, vec(sig(nil, []ValueType{I32}))), oneFunc, sec(idStart, 0), sec(idCode, vec(fun(i32(1))))), Malformed, "start function"},
		{"start of nothing", mod(sec(idStart, 0)), Malformed, "function 0 is used"},
		{"elements without a table", mod(sec(idElement, vec(bin(0, i32(0), opEnd, 0)))), Malformed, "table 0"},
		{"elements of unknown form", mod(sec(idElement, vec(bin(8, 0)))), Malformed, "unknown form"},
		{"data without a memory", mod(sec(idData, vec(bin(0, i32(0), opEnd, 0)))), Malformed, "needs a memory"},
		{"data of unknown form", mod(sec(idData, vec(bin(3, 0)))), Malformed, "unknown form"},
		{"data count that lies", mod(sec(idDataCount, 2), sec(idData, vec(bin(1, 0)))), Malformed, "announces 2"},
		{"2^32-1 locals", program(funLocals(vec(bin(lyingVec, I32)))), LimitExceeded, "4294967295 locals"},
		{"2^32 locals in groups", program(funLocals(vec(bin(leb(5001), I32), bin(leb(5001), I64)))), LimitExceeded, "10002 locals"},
		{"many empty groups of locals", program(funLocals(bin(leb(0xffffffff)))), LimitExceeded, "groups of locals"},
		{"nesting bomb", withCode(repeat(2001, opBlock, blockEmpty), repeat(2001, opEnd)), LimitExceeded, "2001 nested"},
		{"br_table bomb", withCode(i32(0), opBrTable, lyingVec), LimitExceeded, "targets"},
		{"br_table that lies", withCode(i32(0), opBrTable, leb(9999)), Malformed, "9999 targets"},
		{"blocks bomb", withCode(repeat(36_000, opBlock, blockEmpty, i32(1), opBrIf, 0, opEnd)), LimitExceeded, "compile"},
		{"locals and loops bomb", program(funLocals(vec(bin(leb(9000), I64)), repeat(1000, opLoop, blockEmpty, i32(1), opBrIf, 0, opEnd))), LimitExceeded, "compile"},
		{"body too long", withCode(repeat(256*kib, 0x01)), LimitExceeded, "bytes of code"},
		{"body cut", mod(void, oneFunc, sec(idCode, vec(bin(3, 0, 1)))), Malformed, "announced"},
		{"body without end", mod(void, oneFunc, sec(idCode, vec(bin(2, 0, 1)))), Malformed, "end too early"},
		{"body with bytes after its end", withCode(opEnd), Malformed, "follow the end"},
		{"else without if", withCode(opElse), Malformed, "else without an if"},
		{"two elses", withCode(i32(0), opIf, blockEmpty, opElse, opElse, opEnd), Malformed, "else without an if"},
		{"branch out of the function", withCode(opBr, 1), Malformed, "leaves 1 blocks"},
		{"block of unknown type", withCode(opBlock, 5, opEnd), Malformed, "type 5"},
		{"block of a wrong type", withCode(opBlock, 0x41, opEnd), Malformed, "unknown type of a block"},
		// What the metered module has, the author's may not name.
		{"call of the injected import", withCode(opCall, 1), Malformed, "function 1 is used"},
		{"reference to the injected function", withCode(opRefFunc, 2, 0x1a), Malformed, "function 2 is used"},
		{"write of the meter", withCode(opI64Const, sleb(1<<40), opGlobalSet, 0), Malformed, "global 0 is used"},
		{"write of the added local", withCode(i32(0), opLocalSet, 0), Malformed, "local 0 is used"},
		{"block of an added type", withCode(opBlock, 1, opEnd), Malformed, "type 1"},
		{"indirect call of an added type", withCode(i32(0), opCallIndirect, 1, 0), Malformed, "type 1 is used"},
		{"export of the meter", mod(sec(idExport, vec(export("a", KindGlobal, 0)))), Malformed, "global 0 is used"},
		{"unknown instruction", withCode(0xc5), Unsupported, "unknown instruction 0xc5"},
		{"exception", withCode(0x06, blockEmpty), Unsupported, "exception handling"},
		{"tail call", withCode(0x12, 0), Unsupported, "tail call"},
		{"garbage collection", withCode(0xfb, 0), Unsupported, "garbage collection"},
		{"atomic", withCode(0xfe, 0), Unsupported, "atomic"},
		{"function reference", withCode(0x14, 0), Unsupported, "typed function references"},
		{"relaxed SIMD", withCode(0xfd, leb(0x100)), Unsupported, "relaxed SIMD"},
		{"SIMD hole", withCode(0xfd, leb(0x9a)), Unsupported, "unknown instruction"},
		{"bulk hole", withCode(0xfc, leb(18)), Unsupported, "unknown instruction"},
		{"second memory in an access", withCode(i32(0), 0x28, 0x42, 0, 0, 0x1a), Unsupported, "memory other than 0"},
		{"second memory in memory.grow", withCode(i32(0), opMemoryGrow, 1), Unsupported, "memory other than 0"},
		{"absurd alignment", withCode(i32(0), 0x28, 20, 0, 0x1a), Malformed, "alignment"},
		{"data segment without count", withCode(0xfc, 9, 0), Malformed, "without a data count"},
		{"i32 overlong", withCode(opI32Const, 0x80, 0x80, 0x80, 0x80, 0x80, 0), Malformed, "32 bits"},
		{"i32 too large", withCode(opI32Const, 0xff, 0xff, 0xff, 0xff, 0x0f), Malformed, "32 bits"},
		{"i64 too large", withCode(opI64Const, repeat(9, 0xff), 0x7e), Malformed, "64 bits"},
		{"select of two types", withCode(0x1c, 2, I32, I32), Malformed, "select"},
		{"name section cut", mod(sec(idCustom, "name", 1, 5, 0)), Malformed, "announced"},
		{"name section that lies", mod(sec(idCustom, "name", 1, 5, leb(0xffffffff))), LimitExceeded, "function names"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(tt.wasm, Limits{})
			var refused *Error
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, tt.kind, refused.Kind, refused.Reason)
			assert.Contains(t, refused.Reason, tt.reason)
			assert.NotEmpty(t, refused.Hint)
			_, err = Meter(tt.wasm, Limits{}, Metering{})
			assert.ErrorAs(t, err, &refused)
		})
	}
}

// TestReadRefusesByLimit sets each limit just below what a module has.
func TestReadRefusesByLimit(t *testing.T) {
	wasm := mod(
		sec(idType, vec(sig([]ValueType{I32, I32}, nil), sig(nil, nil))),
		sec(idImport, vec(bin("m", "a", KindFunc, 1), bin("m", "b", KindFunc, 1))),
		sec(idFunction, vec([]byte{0}, []byte{1})),
		sec(idTable, vec(bin(FuncRef, 0, 2), bin(FuncRef, 0, 2))),
		sec(idMemory, vec(bin(0, 2))),
		sec(idGlobal, vec(bin(I32, 0, i32(0), opEnd), bin(I32, 0, i32(0), opEnd))),
		sec(idExport, vec(export("a", KindFunc, 0), export("b", KindFunc, 1))),
		sec(idElement, vec(bin(0, i32(0), opEnd, vec([]byte{0})), bin(0, i32(0), opEnd, vec([]byte{0})))),
		sec(idCode, vec(
			funLocals(vec(bin(2, I32)), opBlock, blockEmpty, opBlock, blockEmpty, i32(0), opBrTable, vec([]byte{0}, []byte{1}), 0, opEnd, opEnd),
			fun(),
		)),
		sec(idData, vec(bin(0, i32(0), opEnd, "a"), bin(0, i32(0), opEnd, "b"))),
		sec(idCustom, "a"), sec(idCustom, "b"),
	)
	_, err := Read(wasm, Limits{})
	require.NoError(t, err)
	for _, tt := range []struct {
		name string
		l    Limits
	}{
		{"bytes", Limits{Bytes: len(wasm) - 1}},
		{"types", Limits{Types: 1}},
		{"parameters", Limits{Params: 1}},
		{"functions", Limits{Functions: 3}},
		{"imports", Limits{Imports: 1}},
		{"exports", Limits{Exports: 1}},
		{"globals", Limits{Globals: 1}},
		{"tables", Limits{Tables: 1}},
		{"elements", Limits{TableElements: 1}},
		{"element segments", Limits{ElementSegments: 1}},
		{"data segments", Limits{DataSegments: 1}},
		{"pages", Limits{MemoryPages: 1}},
		{"custom sections", Limits{CustomSections: 1}},
		{"locals", Limits{Locals: 3}},
		{"bytes of code", Limits{BodyBytes: 10}},
		{"nested", Limits{Nesting: 1}},
		{"br_table", Limits{BrTable: 1}},
		{"compile", Limits{CompileTime: 10}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(wasm, tt.l)
			var refused *Error
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, LimitExceeded, refused.Kind, refused.Reason)
			assert.Contains(t, refused.Reason, tt.name)
		})
	}
}

func TestErrorNamesFunction(t *testing.T) {
	wasm := mod(void, oneFunc, sec(idCode, vec(fun(opBr, 3))),
		sec(idCustom, "name", subFuncNames, leb(7), vec(bin(0, "main"))))
	_, err := Read(wasm, Limits{})
	var refused *Error
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, 0, refused.Func)
	assert.Equal(t, "main", refused.FuncName)
	assert.Equal(t, "code", refused.Section)
	assert.Equal(t, `wasm: code section, offset 0x17, function 0 "main": a branch leaves 3 blocks, but only 0 are open`, err.Error())
}

// TestReadCutAnywhere cuts a module of all sections at each byte. Only the custom sections at its end may be missing.
func TestReadCutAnywhere(t *testing.T) {
	wasm := everything()
	m, err := parse(wasm, Limits{}, false)
	require.NoError(t, err)
	whole := map[int]bool{8: true} // a module of nothing
	data := false
	for _, s := range m.sections {
		data = data || s.id == idData
		whole[s.end] = data || s.end <= 50 // the first custom section and the types need no other
	}
	for n := range wasm {
		_, err := Read(wasm[:n], Limits{})
		assert.Equal(t, whole[n], err == nil, "cut at %d: %v", n, err)
	}
}

// everything is a module with all sections, all forms of element segments, and a bulk operation of each kind.
func everything() []byte {
	null := bin(opRefNull, FuncRef, opEnd)
	ref := bin(opRefFunc, 1, opEnd)
	return mod(
		sec(idCustom, "first", []byte{1, 2}),
		sec(idType, vec(sig(nil, nil), sig([]ValueType{I32}, []ValueType{I32, I64}))),
		sec(idImport, vec(bin("env", "f", KindFunc, 0), bin("env", "g", KindGlobal, I32, 0))),
		sec(idFunction, vec([]byte{0}, []byte{1})),
		sec(idTable, vec(bin(FuncRef, 1, 8, 16), bin(ExternRef, 0, 1))),
		sec(idMemory, vec(bin(1, 1, 2))),
		sec(idGlobal, vec(bin(I32, 1, opGlobalGet, 0, opEnd), bin(FuncRef, 0, ref), bin(V128, 0, opV128Const, make([]byte, 16), opEnd))),
		sec(idExport, vec(export("run", KindFunc, 1), export("two", KindFunc, 2), export("memory", KindMemory, 0), export("t", KindTable, 0), export("g", KindGlobal, 1))),
		sec(idStart, 1),
		sec(idElement, vec(
			bin(0, i32(0), opEnd, vec([]byte{1})),
			bin(1, 0, vec([]byte{1}, []byte{2})),
			bin(2, 0, i32(1), opEnd, 0, vec([]byte{2})),
			bin(3, 0, vec([]byte{1})),
			bin(4, i32(2), opEnd, vec(ref, null)),
			bin(5, FuncRef, vec(ref)),
			bin(6, 0, opGlobalGet, 0, opEnd, FuncRef, vec(null)),
			bin(7, FuncRef, vec(ref)),
		)),
		sec(idDataCount, 2),
		sec(idCode, vec(
			funLocals(vec(bin(1, I64)),
				i32(0), i32(0), i32(8), opMemoryInit, 1, 0, 0xfc, 9, 1,
				i32(0), i32(1), i32(8), opMemoryCopy, 0, 0,
				i32(0), i32(1), i32(8), opMemoryFill, 0,
				i32(0), i32(0), i32(1), opTableInit, 1, 0, 0xfc, 13, 1,
				i32(0), i32(1), i32(1), opTableCopy, 0, 0,
				i32(0), opRefFunc, 2, i32(1), opTableFill, 0,
				opRefNull, FuncRef, i32(1), opTableGrow, 0, 0x1a,
				i32(1), opMemoryGrow, 0, 0x1a,
			),
			fun(opLocalGet, 0, opIf, blockEmpty, i32(7), opI64Const, 8, opReturn, opEnd,
				opLoop, blockEmpty, opLocalGet, 0, i32(1), 0x6a, opLocalSet, 0, opLocalGet, 0, i32(3), 0x48, opBrIf, 0, opEnd,
				opLocalGet, 0, opI64Const, 9),
		)),
		sec(idData, vec(bin(0, i32(0), opEnd, "abc"), bin(1, "segments"))),
		sec(idCustom, "name", subModuleName, 2, "m", subFuncNames, leb(12), vec(bin(0, "f"), bin(1, "run"), bin(2, "x"))),
		sec(idCustom, ".debug_line", []byte{1}),
		sec(idCustom, "producers", vec(bin("language", vec(bin("Go", "1.26"))))),
	)
}

// TestReadMemoryIsBounded feeds modules whose numbers lie and checks that nothing is allocated by them.
func TestReadMemoryIsBounded(t *testing.T) {
	for id := idType; id <= idDataCount; id++ {
		// As many items as the limits admit, and a section that doesn't hold them.
		for _, n := range []uint32{16, 999, 9_999, 19_999, 99_999} {
			wasm := mod(sec(id, leb(n)))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, _ = Read(wasm, Limits{})
			runtime.ReadMemStats(&after)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64*kib), "section %d with %d", id, n)
		}
	}
}

func TestSignedNumbers(t *testing.T) {
	for _, n := range []int64{0, 1, -1, 63, 64, -64, -65, 1<<31 - 1, -1 << 31} {
		b := appendS64(nil, n)
		c := &cursor{buf: b, end: len(b)}
		assert.Equal(t, n, c.signed(32))
		assert.Nil(t, c.err)
	}
	for _, n := range []int64{1<<63 - 1, -1 << 63, 1 << 40} {
		b := appendS64(nil, n)
		c := &cursor{buf: b, end: len(b)}
		assert.Equal(t, n, c.signed(64))
		assert.Nil(t, c.err)
	}
	b := binary.AppendUvarint(nil, 1<<32-1)
	c := &cursor{buf: b, end: len(b)}
	assert.Equal(t, uint32(1<<32-1), c.u32())
}

func TestInfo(t *testing.T) {
	info, err := Read(everything(), Limits{})
	require.NoError(t, err)
	assert.Equal(t, len(everything()), info.Size)
	assert.Equal(t, 2, info.Functions)
	assert.Equal(t, 3, info.Globals)
	assert.Equal(t, 8, info.ElementSegments)
	assert.Equal(t, 2, info.DataSegments)
	assert.True(t, info.Start)
	assert.Equal(t, &Memory{Min: 1, Max: 2, HasMax: true}, info.Memory)
	assert.Equal(t, []Import{
		{Module: "env", Name: "f", Kind: KindFunc, Type: "() -> ()"},
		{Module: "env", Name: "g", Kind: KindGlobal, Type: "i32"},
	}, info.Imports)
	two, ok := info.ExportFunc("two")
	assert.True(t, ok)
	assert.Equal(t, "(i32) -> (i32, i64)", two.String())
	_, ok = info.ExportFunc("memory")
	assert.False(t, ok)
	table, ok := info.Export("t")
	assert.True(t, ok)
	assert.Equal(t, "table funcref 8..16", table.Type)
	first, ok := info.CustomSection("first")
	assert.True(t, ok)
	assert.Equal(t, []byte{1, 2}, first)
	assert.Equal(t, []Producer{{"language", "Go", "1.26"}}, info.Producers)
}

func TestAppendCustomSection(t *testing.T) {
	wasm := everything()
	once, err := AppendCustomSection(wasm, "yett.manifest", []byte("{}"))
	require.NoError(t, err)
	assert.True(t, bytes.HasPrefix(once, wasm))
	twice, err := AppendCustomSection(once, "yett.manifest", []byte(`{"a":1}`))
	require.NoError(t, err)
	info, err := Read(twice, Limits{})
	require.NoError(t, err)
	got, ok := info.CustomSection("yett.manifest")
	assert.True(t, ok)
	assert.Equal(t, `{"a":1}`, string(got))
	assert.Equal(t, 1, strings.Count(string(twice), "yett.manifest"))
	meteredInfo, err := Read(metered(t, twice, Metering{}), Limits{})
	require.NoError(t, err)
	got, _ = meteredInfo.CustomSection("yett.manifest")
	assert.Equal(t, `{"a":1}`, string(got))

	for _, bad := range [][]byte{nil, []byte("text"), append([]byte(magic), 1, 0, 0, 0, idType, 9)} {
		_, err := AppendCustomSection(bad, "a", nil)
		var refused *Error
		assert.ErrorAs(t, err, &refused)
	}
}

func TestFindCustomSection(t *testing.T) {
	wasm := mod(sec(idCustom, []byte("\x01afirst")), sec(idType, vec()), sec(idCustom, []byte("\x81\x00blong")), sec(idCustom, []byte("\x01bsecond")))
	for name, want := range map[string]string{"a": "first", "b": "long"} {
		got, ok := FindCustomSection(wasm, name)
		assert.True(t, ok)
		assert.Equal(t, want, string(got))
	}
	for _, bad := range [][]byte{nil, []byte("no module"), wasm[:12], wasm[:8]} {
		_, ok := FindCustomSection(bad, "a")
		assert.False(t, ok)
	}
	_, ok := FindCustomSection(wasm, "c")
	assert.False(t, ok)
}
