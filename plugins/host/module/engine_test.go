package module

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// errStopped is what the host of these tests stops a guest with.
var errStopped = errors.New("the guest was stopped")

// host is the other side of the contract: it counts fuel as Meter's comment says.
type host struct {
	every   int64 // grant of a tick beyond the debt
	depth   int32
	granted int64
	budget  int64 // stops above; 0 is no limit
	ticks   int
	onTick  func() error
}

func (h *host) tick(_ context.Context, stack []uint64) {
	debt := int64(stack[0])
	h.ticks++
	if h.budget > 0 && h.granted+debt > h.budget {
		panic(errStopped)
	}
	if h.onTick != nil {
		if err := h.onTick(); err != nil {
			panic(err)
		}
	}
	grant := h.every + debt
	h.granted += grant
	stack[0] = uint64(grant)
}

// used returns the fuel used since begin.
func (h *host) used(m api.Module) int64 { return h.granted - MeterFuel(meterOf(m).Get()) }

// begin starts the count of a call with a first grant.
func (h *host) begin(m api.Module) {
	h.granted, h.ticks = h.every, 0
	meterOf(m).Set(NewMeter(h.every, h.depth))
}

func meterOf(m api.Module) api.MutableGlobal {
	return m.ExportedGlobal(MeterExport).(api.MutableGlobal)
}

func depthOf(m api.Module) int32 { return MeterDepth(meterOf(m).Get()) }

// engine returns a runtime of the features that Read accepts, with WASI and the host's tick.
func engine(tb testing.TB, h *host) wazero.Runtime {
	tb.Helper()
	return engineOf(tb, h, api.CoreFeaturesV2)
}

func engineOf(tb testing.TB, h *host, features api.CoreFeatures) wazero.Runtime {
	tb.Helper()
	ctx := context.Background()
	r := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCoreFeatures(features))
	tb.Cleanup(func() { _ = r.Close(ctx) })
	wasi_snapshot_preview1.MustInstantiate(ctx, r)
	i64 := []api.ValueType{api.ValueTypeI64}
	_, err := r.NewHostModuleBuilder("yett.meter").NewFunctionBuilder().
		WithGoFunction(api.GoFunc(h.tick), i64, i64).Export("tick").Instantiate(ctx)
	require.NoError(tb, err)
	return r
}

// instantiate runs the module with its _initialize, if it has one.
func instantiate(tb testing.TB, r wazero.Runtime, wasm []byte) api.Module {
	tb.Helper()
	m, err := r.InstantiateWithConfig(context.Background(), wasm, guestConfig())
	require.NoError(tb, err)
	return m
}

// guestConfig makes anonymous instances, so that a runtime can hold many of a module.
func guestConfig() wazero.ModuleConfig {
	return wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize")
}

// metered rewrites with default limits.
func metered(tb testing.TB, wasm []byte, m Metering) []byte {
	tb.Helper()
	got, err := Meter(wasm, Limits{}, m)
	require.NoError(tb, err)
	return got.Wasm
}
