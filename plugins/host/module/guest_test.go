package module

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero/api"
)

// goGuest is the guest in testdata built by this Go, as an author builds a plugin.
func goGuest(tb testing.TB) []byte {
	tb.Helper()
	wasm, err := buildGuest()
	require.NoError(tb, err)
	return wasm
}

var buildGuest = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "guest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "guest.wasm")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-o", out, "./testdata/guest")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the guest: %w: %s", err, text)
	}
	return os.ReadFile(out)
})

// workloads are calls of the guest that return.
var workloads = []struct {
	name string
	arg  uint64
}{
	{"scan", 3}, {"tight", 20_000}, {"fib", 20}, {"match", 2}, {"decode", 10}, {"mixed", 200}, {"depth", 300}, {"nest", 200},
}

// TestGoGuest compares results, and that the same call costs the same fuel in two instances.
func TestGoGuest(t *testing.T) {
	wasm := goGuest(t)
	h := &host{every: 1000, depth: 2000}
	r := engine(t, h)
	plain := instantiate(t, r, wasm)
	compiled, err := r.CompileModule(context.Background(), metered(t, wasm, Metering{}))
	require.NoError(t, err)
	start := func() api.Module {
		m, err := r.InstantiateModule(context.Background(), compiled, guestConfig())
		require.NoError(t, err)
		return m
	}
	one, two := start(), start()
	for _, w := range workloads {
		t.Run(w.name, func(t *testing.T) {
			want, err := plain.ExportedFunction(w.name).Call(context.Background(), w.arg)
			require.NoError(t, err)
			var fuel [2]int64
			for i, m := range []api.Module{one, two} {
				h.begin(m)
				got, err := m.ExportedFunction(w.name).Call(context.Background(), w.arg)
				require.NoError(t, err)
				assert.Equal(t, want, got)
				fuel[i] = h.used(m)
			}
			assert.Positive(t, h.ticks)
			t.Logf("fuel %d, ticks %d", fuel[0], h.ticks)
			if w.name == "scan" || w.name == "tight" || w.name == "fib" {
				assert.Equal(t, fuel[0], fuel[1]) // the others depend on the seeds of maps
			}
		})
	}
}

// BenchmarkOverhead reports how much longer a metered call takes than the plain one (ratio), from the fastest of many
// runs of both in turn, as other load on the machine only ever adds time. It also reports fuel per instruction run.
func BenchmarkOverhead(b *testing.B) {
	wasm := goGuest(b)
	exact, err := countExactly(wasm)
	require.NoError(b, err)
	h := &host{every: 65_536, depth: 2000}
	plain := instantiate(b, engine(b, h), wasm)
	rewritten := instantiate(b, engine(b, h), metered(b, wasm, Metering{}))
	counting := instantiate(b, engine(b, h), exact)
	for _, w := range workloads {
		b.Run(w.name, func(b *testing.B) {
			run := func(m api.Module) (time.Duration, int64) {
				if m != plain {
					h.begin(m)
				}
				stack := []uint64{w.arg}
				begin := time.Now()
				require.NoError(b, m.ExportedFunction(w.name).CallWithStack(context.Background(), stack))
				took := time.Since(begin)
				if m == plain {
					return took, 0
				}
				return took, h.used(m)
			}
			best := [2]time.Duration{time.Hour, time.Hour}
			var fuel int64
			for b.Loop() {
				p, _ := run(plain)
				m, f := run(rewritten)
				best[0], best[1], fuel = min(best[0], p), min(best[1], m), f
			}
			_, instructions := run(counting)
			b.ReportMetric(float64(best[1])/float64(best[0]), "ratio")
			b.ReportMetric(float64(best[0].Nanoseconds()), "plain-ns")
			b.ReportMetric(float64(fuel)/float64(instructions), "fuel/instr")
			b.ReportMetric(float64(fuel)/float64(best[1].Nanoseconds()), "fuel/ns")
			b.ReportMetric(0, "ns/op")
		})
	}
}
