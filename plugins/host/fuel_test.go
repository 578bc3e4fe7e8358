package host

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

func TestBudget(t *testing.T) {
	l := &spec.PluginLimit{Fuel: 1000, Wall: time.Millisecond}
	for _, test := range []struct {
		size int
		n    int64
	}{{0, 1}, {perBudget - 1, 1}, {perBudget, 2}, {5*perBudget + 1, 6}, {1 << 40, maxBudgets}} {
		fuel, wall := budget(l, test.size)
		assert.Equal(t, 1000*test.n, fuel, test.size)
		assert.Equal(t, time.Duration(test.n)*time.Millisecond, wall, test.size)
	}
	fuel, wall := budget(&spec.PluginLimit{Fuel: math.MaxInt64, Wall: math.MaxInt64}, 1<<40)
	assert.EqualValues(t, math.MaxInt64, fuel)
	assert.EqualValues(t, math.MaxInt64, wall)
}

// TestLimits: the operator's word holds, then the manifest's within bounds, then the default.
func TestLimits(t *testing.T) {
	h, _ := newHost(t, Options{})
	for name, test := range map[string]struct {
		operator spec.PluginLimit
		manifest ManifestLimits
		want     spec.PluginLimit
	}{
		"nobody":   {want: spec.DefaultPluginLimit},
		"manifest": {manifest: ManifestLimits{Memory: 20 << 20, Fuel: 7, WallMS: 3}, want: spec.PluginLimit{Memory: 20 << 20, Fuel: 7, Wall: 3 * time.Millisecond}},
		"greedy":   {manifest: ManifestLimits{Memory: 1 << 40, Fuel: 1 << 60, WallMS: 1 << 30}, want: spec.PluginLimit{Memory: mostMemory, Fuel: mostFuel, Wall: mostWall}},
		"nonsense": {manifest: ManifestLimits{Memory: -1, Fuel: -1, WallMS: -1}, want: spec.DefaultPluginLimit},
		"operator": {
			operator: spec.PluginLimit{Memory: 8 << 20, Fuel: 1 << 50, Wall: time.Hour}, manifest: ManifestLimits{Memory: 1 << 20, Fuel: 7, WallMS: 3},
			want: spec.PluginLimit{Memory: 8 << 20, Fuel: 1 << 50, Wall: time.Hour},
		},
	} {
		t.Run(name, func(t *testing.T) {
			wasm := withManifest(t, newAsm().bytes(), Manifest{Limits: test.manifest})
			p, err := h.load(t.Context(), plugin(func(p *spec.Plugin) { p.Limit = test.operator }), wasm)
			require.NoError(t, err)
			defer p.Close()
			assert.Equal(t, test.want, p.limit)
			assert.EqualValues(t, test.want.Memory, p.memory.limit)
		})
	}
}

// TestBudgetGrows: a guest that never ends is stopped at its budget, which is larger for a larger body.
func TestBudgetGrows(t *testing.T) {
	h, _ := newHost(t, Options{})
	a := newAsm()
	a.hook(abi.OnRequest, 0, forever()...)
	watch := &used{}
	h.watch = watch // before there are instances, which are made in the background after a failure
	s := quiet(t, h, a.plugin(t), plugin(func(p *spec.Plugin) {
		p.Limit.Fuel, p.Limit.Wall = 1_000_000, time.Minute
	}))
	for _, size := range []int{0, 3 * perBudget} {
		c := &hook.Call{Exchange: prompt("hi"), Hook: abi.OnRequest, Size: size, State: new([]byte)}
		require.Error(t, s.Call(c))
		assert.InDelta(t, 1_000_000*budgets(size), watch.u.Fuel, 2*tickEvery)
	}
}

// used is a watch that keeps the last call's use.
type used struct{ u Used }

func (w *used) Called(_ *hook.Call, u Used, _ error) { w.u = u }
func (*used) Started(Used)                           {}
