package module

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// TestMeterEverything rewrites a module of all sections and compares what both do.
func TestMeterEverything(t *testing.T) {
	wasm := everything()
	got, err := Meter(wasm, Limits{}, Metering{})
	require.NoError(t, err)
	assert.Equal(t, 2, got.Stats.Functions)
	assert.Equal(t, 1, got.Stats.LoopHeads)
	assert.Equal(t, 8, got.Stats.BulkOps)
	assert.Equal(t, len(got.Wasm)-len(wasm), got.Stats.AddedBytes)

	info, err := Read(got.Wasm, Limits{})
	require.NoError(t, err)
	_, debug := info.CustomSection(".debug_line")
	assert.False(t, debug, "line numbers would be wrong")
	m, err := parse(got.Wasm, Limits{}, false)
	require.NoError(t, err)
	assert.Equal(t, map[uint32]string{0: "f", 1: "yett.meter.tick", 2: "run", 3: "x", 4: "yett.refill"}, m.names)

	var results [2][]uint64
	for i, wasm := range [][]byte{wasm, got.Wasm} {
		h := &host{every: 100, depth: 100}
		r := engine(t, h)
		env(t, r)
		m := instantiate(t, r, wasm)
		for _, arg := range []uint64{0, 1, 0xfffffff0} {
			res, err := m.ExportedFunction("two").Call(context.Background(), arg)
			require.NoError(t, err)
			results[i] = append(results[i], res...)
		}
		memory, ok := m.Memory().Read(0, 16)
		require.True(t, ok)
		for _, b := range memory {
			results[i] = append(results[i], uint64(b))
		}
	}
	assert.Equal(t, results[0], results[1])
}

// env provides what everything imports: a function and, as only a module can, a global.
func env(t *testing.T, r wazero.Runtime) {
	t.Helper()
	_, err := r.InstantiateWithConfig(context.Background(), mod(
		sec(idType, vec(sig(nil, nil))), sec(idFunction, vec([]byte{0})),
		sec(idGlobal, vec(bin(I32, 0, i32(3), opEnd))),
		sec(idExport, vec(export("f", KindFunc, 0), export("g", KindGlobal, 0))),
		sec(idCode, vec(fun())),
	), wazero.NewModuleConfig().WithName("env"))
	require.NoError(t, err)
}

func TestMeterEmptyModule(t *testing.T) {
	h := &host{every: 1}
	m := instantiate(t, engine(t, h), metered(t, mod(), Metering{TickEvery: 77, MaxDepth: 9}))
	assert.Equal(t, int64(77), MeterFuel(meterOf(m).Get()))
	assert.Equal(t, int32(9), depthOf(m))
}

func TestMeterRefusesHostNames(t *testing.T) {
	once := metered(t, program(fun()), Metering{})
	_, err := Meter(once, Limits{}, Metering{})
	var refused *Error
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, Unsupported, refused.Kind)
	_, err = Meter(once, Limits{}, Metering{ImportModule: "other"})
	require.ErrorAs(t, err, &refused)
	assert.Contains(t, refused.Reason, MeterExport)
}

func TestMeterValue(t *testing.T) {
	assert.Equal(t, uint64(132072), NewMeter(2, 1000))
	for _, fuel := range []int64{0, 1, -1, 65_536, 1 << 46, -1 << 46} {
		for _, depth := range []int32{0, 1, -1, MaxMeterDepth, -maxWeight} {
			m := NewMeter(fuel, depth)
			assert.Equal(t, fuel, MeterFuel(m))
			assert.Equal(t, depth, MeterDepth(m))
		}
	}
}

// TestFuel pins the prices: changing one changes every budget that users have set.
func TestFuel(t *testing.T) {
	loop := func(n int64) []byte {
		return funLocals(vec(bin(1, I32)), i32(n), opLocalSet, 0,
			opLoop, blockEmpty, opLocalGet, 0, i32(1), 0x6b, 0x22, 0, opBrIf, 0, opEnd)
	}
	bulk := func(op opcode, n int64) []byte { return fun(i32(0), i32(0), i32(n), op, 0) }
	for _, tt := range []struct {
		name string
		body []byte
		fuel int64
	}{
		{"nothing", fun(), 1},
		{"straight code", fun(repeat(10, i32(1), 0x1a)), 21},
		{"long straight code", fun(repeat(1000, i32(1), 0x1a)), 2001},
		{"blocks and nops cost nothing", fun(repeat(9, opBlock, blockEmpty, 0x01, opEnd)), 1},
		{"the longer arm", fun(i32(0), opIf, blockEmpty, repeat(5, i32(1), 0x1a), opEnd), 13},
		{"a loop of 5 instructions 100 times", loop(100), 602},
		{"a loop of 5 instructions 1000 times", loop(1000), 6002},
		{"a loop nothing comes back to", fun(opLoop, blockEmpty, i32(1), 0x1a, opEnd), 3},
		{"fill of nothing", bulk(opMemoryFill, 0), 5},
		{"fill of 7 bytes", bulk(opMemoryFill, 7), 5},
		{"fill of 64 KiB", bulk(opMemoryFill, 65_536), 5 + 8192},
		{"grow by a page", fun(i32(1), opMemoryGrow, 0, 0x1a), 4 + 1024},
		{"grow that fails costs no pages", fun(i32(-1), opMemoryGrow, 0, 0x1a), 4},
		{"grow of a table", fun(opRefNull, FuncRef, i32(50), opTableGrow, 0, 0x1a), 5 + 50},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, every := range []int64{1, 3, 1 << 30} {
				h := &host{every: every, depth: 10}
				m := instantiate(t, engine(t, h), metered(t, program(tt.body), Metering{}))
				h.begin(m)
				_, err := m.ExportedFunction("f0").Call(context.Background())
				require.NoError(t, err)
				assert.Equal(t, tt.fuel, h.used(m), "granted %d a tick", every)
				assert.Equal(t, int32(10), depthOf(m))
			}
		})
	}
}

// TestTickDebt checks what the host is told: how far the fuel is below zero, and never less than one.
func TestTickDebt(t *testing.T) {
	var debts []int64
	ctx := context.Background()
	r := wazero.NewRuntime(ctx)
	t.Cleanup(func() { _ = r.Close(ctx) })
	i64 := []api.ValueType{api.ValueTypeI64}
	_, err := r.NewHostModuleBuilder("a").NewFunctionBuilder().WithGoFunction(api.GoFunc(func(_ context.Context, stack []uint64) {
		debts = append(debts, int64(stack[0]))
		stack[0] = 1000
	}), i64, i64).Export("b").Instantiate(ctx)
	require.NoError(t, err)
	m := instantiate(t, r, metered(t, program(fun(i32(0), i32(0), i32(65_536), opMemoryFill, 0)),
		Metering{ImportModule: "a", ImportName: "b"}))
	meterOf(m).Set(NewMeter(0, 10))
	_, err = m.ExportedFunction("f0").Call(ctx)
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 7197}, debts)
	assert.Equal(t, int64(2000-8197), MeterFuel(meterOf(m).Get()))
}

// TestMeterBounds checks that own tables and memories can't outgrow the limits.
func TestMeterBounds(t *testing.T) {
	wasm := program(fun(
		opRefNull, FuncRef, i32(100_000), opTableGrow, 0, i32(-1), 0x47, opIf, blockEmpty, opUnreachable, opEnd,
		i32(64), opMemoryGrow, 0, i32(-1), 0x47, opIf, blockEmpty, opUnreachable, opEnd,
		i32(63), opMemoryGrow, 0, i32(1), 0x47, opIf, blockEmpty, opUnreachable, opEnd,
	))
	got, err := Meter(wasm, Limits{MemoryPages: 64}, Metering{})
	require.NoError(t, err)
	m := instantiate(t, engine(t, &host{every: 1000}), got.Wasm)
	_, err = m.ExportedFunction("f0").Call(context.Background())
	assert.NoError(t, err)
}

// TestHostCharges checks that a host function can charge for its work.
func TestHostCharges(t *testing.T) {
	h := &host{every: 1000, depth: 10}
	r := engine(t, h)
	ctx := context.Background()
	_, err := r.NewHostModuleBuilder("env").NewFunctionBuilder().
		WithGoModuleFunction(api.GoModuleFunc(func(_ context.Context, m api.Module, _ []uint64) {
			g := meterOf(m)
			g.Set(NewMeter(MeterFuel(g.Get())-500, MeterDepth(g.Get())))
		}), nil, nil).Export("work").Instantiate(ctx)
	require.NoError(t, err)
	for _, body := range [][]byte{
		fun(opCall, 0),
		funLocals(vec(bin(1, I32)), opLoop, blockEmpty, opCall, 0, opLocalGet, 0, opBrIf, 0, opEnd), // holds the meter in a local
	} {
		wasm := mod(void, sec(idImport, vec(bin("env", "work", KindFunc, 0))), oneFunc,
			sec(idExport, vec(export("f", KindFunc, 1))), sec(idCode, vec(body)))
		m := instantiate(t, r, metered(t, wasm, Metering{}))
		h.begin(m)
		_, err = m.ExportedFunction("f").Call(ctx)
		require.NoError(t, err)
		assert.InDelta(t, 505, h.used(m), 5)
	}
}

// TestMeterCallDoesNotAllocate guards the host's way of counting: read and write of the global, and a tick.
func TestMeterCallDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	h := &host{every: 1, depth: 10}
	m := instantiate(t, engine(t, h), metered(t, program(fun(repeat(100, i32(1), 0x1a))), Metering{}))
	fn, g, ctx := m.ExportedFunction("f0"), meterOf(m), context.Background()
	stack := make([]uint64, 1)
	used := int64(0)
	allocs := testing.AllocsPerRun(100, func() {
		h.granted = 1
		g.Set(NewMeter(1, 10))
		if err := fn.CallWithStack(ctx, stack); err != nil {
			t.Fatal(err)
		}
		used = h.granted - MeterFuel(g.Get())
	})
	assert.Zero(t, allocs)
	assert.Equal(t, int64(201), used)
}

func BenchmarkMeterGlobal(b *testing.B) {
	m := instantiate(b, engine(b, &host{every: 1}), metered(b, program(fun()), Metering{}))
	g := meterOf(m)
	b.ReportAllocs()
	for b.Loop() {
		g.Set(NewMeter(65_536, 2000))
		_ = MeterFuel(g.Get())
	}
}

func BenchmarkCallEmpty(b *testing.B) {
	h := &host{every: 65_536, depth: 1000}
	for _, side := range []struct {
		name string
		wasm []byte
	}{{"plain", program(fun())}, {"metered", metered(b, program(fun()), Metering{})}} {
		b.Run(side.name, func(b *testing.B) {
			fn := instantiate(b, engine(b, h), side.wasm).ExportedFunction("f0")
			stack := make([]uint64, 1)
			b.ReportAllocs()
			for b.Loop() {
				_ = fn.CallWithStack(context.Background(), stack)
			}
		})
	}
}

func BenchmarkTick(b *testing.B) {
	h := &host{every: 1, depth: 1000}
	m := instantiate(b, engine(b, h), metered(b, program(fun()), Metering{}))
	fn, g := m.ExportedFunction("f0"), meterOf(m)
	stack := make([]uint64, 1)
	b.ReportAllocs()
	for b.Loop() {
		g.Set(NewMeter(0, 1000))
		_ = fn.CallWithStack(context.Background(), stack)
	}
}

func BenchmarkRead(b *testing.B) {
	wasm := goGuest(b)
	b.SetBytes(int64(len(wasm)))
	for b.Loop() {
		if _, err := Read(wasm, Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMeter(b *testing.B) {
	wasm := goGuest(b)
	b.SetBytes(int64(len(wasm)))
	for b.Loop() {
		if _, err := Meter(wasm, Limits{}, Metering{}); err != nil {
			b.Fatal(err)
		}
	}
}
