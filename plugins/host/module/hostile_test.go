package module

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero/api"
)

// hostile is a program that wants to keep the processor, the stack or the memory.
type hostile struct {
	name string
	wasm []byte
	// deep tells that the depth of calls ends it, not the host.
	deep bool
}

// calling is a module with a memory of 64 MiB whose function 0, exported as f0, is followed by others.
func calling(bodies ...[]byte) []byte {
	types := make([][]byte, len(bodies))
	for i := range types {
		types[i] = []byte{0}
	}
	return mod(void, sec(idFunction, vec(types...)), sec(idTable, vec(bin(FuncRef, 0, 1))),
		sec(idMemory, vec(bin(0, leb(1024)))), sec(idExport, vec(export("f0", KindFunc, 0))),
		sec(idElement, vec(bin(0, i32(0), opEnd, vec([]byte{0})))), sec(idCode, vec(bodies...)))
}

// forever repeats the code in an endless loop.
func forever(code ...any) []byte {
	return fun(opLoop, blockEmpty, bin(code...), opBr, 0, opEnd)
}

// doubling returns n functions of which each calls the next twice, after code.
func doubling(n int, code []byte) [][]byte {
	bodies := make([][]byte, 0, n)
	for i := 1; i < n; i++ {
		bodies = append(bodies, fun(code, opCall, leb(i), opCall, leb(i)))
	}
	return append(bodies, fun(code))
}

func hostiles() []hostile {
	fill := bin(i32(0), i32(0), i32(64*mib), opMemoryFill, 0)
	table := sec(idTable, vec(bin(FuncRef, 0, leb(100_000))))
	tableFill := mod(void, oneFunc, table, sec(idExport, vec(export("f0", KindFunc, 0))),
		sec(idCode, vec(forever(repeat(5000, i32(0), opRefNull, FuncRef, i32(100_000), opTableFill, 0)))))
	manyLocals := vec(bin(leb(9_990), I64))
	return []hostile{
		{"empty loop", calling(forever()), false},
		{"loop in a loop", calling(forever(opLoop, blockEmpty, i32(0), opBrIf, 0, opEnd)), false},
		{"loop through a br_table", calling(fun(opLoop, blockEmpty, i32(0), opBrTable, vec([]byte{0}), 0, opEnd)), false},
		{"loop over a skipped body", calling(forever(opBlock, blockEmpty, i32(1), opBrIf, 0, repeat(60_000, i32(1), 0x1a), opEnd)), false},
		{"long body of divisions", calling(forever(repeat(30_000, opI64Const, 7, opI64Const, 3, 0x80, 0x1a))), false},
		{"exponential calls", calling(doubling(60, nil)...), false},
		{"exponential calls of long bodies", calling(doubling(60, repeat(2000, i32(1), 0x1a))...), false},
		{"recursion", calling(fun(opCall, 0)), true},
		{"recursion twice", calling(fun(opCall, 0, opCall, 0)), true},
		{"mutual recursion", calling(fun(opCall, 1), fun(opCall, 0)), true},
		{"indirect recursion", calling(fun(i32(0), opCallIndirect, 0, 0)), true},
		{"recursion with large frames", calling(funLocals(manyLocals, opCall, 0, opLocalGet, leb(9_000), 0x1a)), true},
		{"chain of large frames", calling(func() [][]byte {
			var bodies [][]byte
			for i := 1; i < 3000; i++ {
				bodies = append(bodies, funLocals(vec(bin(leb(1000), I64)), opCall, leb(i)))
			}
			return append(bodies, forever())
		}()...), true},
		{"memory.fill in a straight line", calling(doubling(60, repeat(1000, fill))...), false},
		{"memory.copy in a straight line", calling(doubling(60, repeat(1000, i32(0), i32(1), i32(64*mib-1), opMemoryCopy, 0, 0))...), false},
		{"memory.fill in a loop", calling(forever(fill)), false},
		{"memory.grow", calling(forever(i32(1), opMemoryGrow, 0, 0x1a)), false},
		{"memory.grow by nothing", calling(forever(i32(0), opMemoryGrow, 0, 0x1a)), false},
		{"memory.grow that fails", calling(forever(i32(-1), opMemoryGrow, 0, 0x1a)), false},
		{"table.grow", calling(forever(opRefNull, FuncRef, i32(1000), opTableGrow, 0, 0x1a)), false},
		{"table.fill in a straight line", tableFill, false},
	}
}

// TestHostile runs each program against a host that stops it after 50 ms, while the collector stops the world again
// and again. A guest that doesn't tick would freeze this process.
func TestHostile(t *testing.T) {
	const deadline = 50 * time.Millisecond
	for _, tt := range hostiles() {
		t.Run(tt.name, func(t *testing.T) {
			begin := time.Now()
			h := &host{every: 65_536, depth: 1000, onTick: func() error {
				runtime.Gosched()
				if time.Since(begin) > deadline {
					return errStopped
				}
				return nil
			}}
			m := instantiate(t, engine(t, h), metered(t, tt.wasm, Metering{}))
			stop := bystander(t)
			begin = time.Now()
			h.begin(m)
			err := call(m)
			took := time.Since(begin)
			gap := stop()
			t.Logf("ended after %v, worst gap of the bystander %v, ticks %d", took, gap, h.ticks)
			require.Error(t, err)
			if tt.deep {
				assert.Contains(t, trap(err), "unreachable")
				assert.Negative(t, depthOf(m))
			} else {
				require.ErrorIs(t, err, errStopped)
			}
			// The machine that tests run on is shared; alone, both stay below 30 ms beyond the deadline.
			assert.Less(t, took, deadline+500*time.Millisecond)
			assert.Less(t, gap, 500*time.Millisecond)
		})
	}
}

func call(m api.Module) error {
	_, err := m.ExportedFunction("f0").Call(context.Background())
	return err
}

// bystander collects garbage in a loop until the returned function is called, which tells the longest time a turn
// took.
func bystander(t *testing.T) func() time.Duration {
	t.Helper()
	var done atomic.Bool
	worst := make(chan time.Duration)
	go func() {
		var gap time.Duration
		for last := time.Now(); !done.Load(); {
			runtime.GC()
			time.Sleep(time.Millisecond)
			now := time.Now()
			gap, last = max(gap, now.Sub(last)), now
		}
		worst <- gap
	}()
	return func() time.Duration {
		done.Store(true)
		return <-worst
	}
}

// TestHostileStack runs endless recursion in 16 instances at once and checks that their stacks stay small: bare
// wazero takes 170 MiB for each.
func TestHostileStack(t *testing.T) {
	h := &host{every: 1 << 40, depth: 2000}
	r := engine(t, h)
	wasm := metered(t, calling(funLocals(vec(bin(leb(60), I64)), opCall, 0)), Metering{})
	modules := make([]api.Module, 16)
	for i := range modules {
		modules[i] = instantiate(t, r, wasm)
		h.begin(modules[i])
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	errs := make(chan error)
	for _, m := range modules {
		go func() { errs <- call(m) }()
	}
	for range modules {
		assert.ErrorContains(t, <-errs, "unreachable")
	}
	runtime.ReadMemStats(&after)
	each := (after.TotalAlloc - before.TotalAlloc) / 16
	t.Logf("%d KiB each", each/kib)
	assert.Less(t, each, uint64(4*mib))
}
