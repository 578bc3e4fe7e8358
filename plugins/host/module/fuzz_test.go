package module

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// tight limits keep a fuzzed module from being large enough to be slow.
var tight = Limits{Bytes: 64 * kib, MemoryPages: 16, Locals: 500, Nesting: 100, CompileTime: 50 * time.Millisecond}

func seeds(f *testing.F) {
	f.Add(everything())
	f.Add(mod())
	f.Add(program(fun()))
	for _, h := range hostiles() {
		if len(h.wasm) < 1000 {
			f.Add(h.wasm)
		}
	}
	f.Add(mod(sec(idType, vec(sig([]ValueType{I32, F64}, []ValueType{V128, I64}))), oneFunc,
		sec(idCode, vec(fun(opUnreachable, opBlock, 0, opLoop, blockEmpty, opBr, 0, opEnd, opReturn, opEnd)))))
}

func FuzzRead(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, wasm []byte) {
		info, err := Read(wasm, tight)
		if (err == nil) == (info == nil) {
			t.Fatal("neither a result nor an error")
		}
		_, _ = AppendCustomSection(wasm, "a", nil)
	})
}

// FuzzMeter checks that the engine takes the metered module exactly if it takes the module itself: a rewrite that
// makes invalid code valid would be a way past the validator.
func FuzzMeter(f *testing.F) {
	seeds(f)
	same := sameVerdict(f)
	f.Fuzz(func(t *testing.T, wasm []byte) { same(t, wasm) })
}

// FuzzMeterBody does the same with the input as the code of a function, which reaches instructions more often than
// an input that has to have all lengths of a module right.
func FuzzMeterBody(f *testing.F) {
	for _, code := range [][]byte{
		bin(opLoop, blockEmpty, opLocalGet, 0, opBrIf, 0, opEnd, opLocalGet, 0, opLocalGet, 1),
		bin(opLocalGet, 0, opLocalGet, 1, opBlock, 1, opLoop, 2, opLocalGet, 0, opBrIf, 1, opCall, 1, opEnd, opEnd),
		bin(i32(0), opIf, blockEmpty, i32(1), opI64Const, 2, opReturn, opElse, opUnreachable, opEnd, opBr, 0),
		bin(i32(0), i32(0), i32(9), opMemoryFill, 0, i32(0), opLocalGet, 1, i32(1), opCallIndirect, 0, 0),
		bin(opBlock, I32, i32(1), i32(0), opBrTable, vec([]byte{0}), 0, opEnd, opLocalGet, 1),
		bin(opGlobalGet, 0, opGlobalSet, 0, opRefFunc, 0, 0x1a, opUnreachable),
	} {
		f.Add(code)
	}
	same := sameVerdict(f)
	f.Fuzz(func(t *testing.T, code []byte) {
		two := []ValueType{I32, I64}
		same(t, mod(
			sec(idType, vec(sig(nil, nil), sig(two, two), sig(two, nil))),
			sec(idFunction, vec([]byte{1}, []byte{1})),
			sec(idTable, vec(bin(FuncRef, 0, 3), bin(ExternRef, 0, 3))),
			sec(idMemory, vec(bin(0, 1))),
			sec(idGlobal, vec(bin(I32, 1, i32(0), opEnd), bin(I64, 0, opI64Const, 0, opEnd))),
			sec(idElement, vec(bin(0, i32(0), opEnd, vec([]byte{0})), bin(5, FuncRef, vec(bin(opRefFunc, 1, opEnd))))),
			sec(idDataCount, 1),
			sec(idCode, vec(funLocals(vec(bin(1, I32), bin(1, V128)), code), fun(opLocalGet, 0, opLocalGet, 1))),
			sec(idData, vec(bin(1, "data"))),
		))
	})
}

// sameVerdict returns a check that the engine takes both a module and its metered form, or none.
func sameVerdict(f *testing.F) func(t *testing.T, wasm []byte) {
	f.Helper()
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter().WithCoreFeatures(api.CoreFeaturesV2))
	f.Cleanup(func() { _ = r.Close(ctx) })
	compiles := func(wasm []byte) error {
		m, err := r.CompileModule(ctx, wasm)
		if err == nil {
			err = m.Close(ctx)
		}
		return err
	}
	return func(t *testing.T, wasm []byte) {
		got, err := Meter(wasm, tight, Metering{})
		if err != nil {
			return
		}
		for _, s := range got.Info.Custom {
			if s.Bytes == 0 {
				return // see rewriter.customSection
			}
		}
		if plain, after := compiles(wasm), compiles(got.Wasm); (plain == nil) != (after == nil) {
			t.Fatalf("plain: %v\nmetered: %v", plain, after)
		}
		_, err = Read(got.Wasm, Limits{})
		require.NoError(t, err)
	}
}
