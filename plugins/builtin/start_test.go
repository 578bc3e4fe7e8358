package builtin

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host"
)

// BenchmarkStart measures what a start costs: load from the disk cache, first instance, trial call. The resident memory
// that one idle plugin adds is reported as KiB.
func BenchmarkStart(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "cache")
	wasm := modules(b)
	for _, name := range []string{"guard/pii", "guard/injection", "transform/decorate", "router/complexity"} {
		b.Run(name, func(b *testing.B) {
			kind, short, _ := strings.Cut(name, "/")
			wasm[name]() // built before the clock runs
			var grown int
			for b.Loop() {
				before := resident(b)
				h, err := host.New(context.Background(), host.Options{Modules: wasm, CacheDir: dir})
				require.NoError(b, err)
				p, err := h.Load(context.Background(), &spec.Plugin{Kind: kind, Name: short, Limit: spec.DefaultPluginLimit})
				require.NoError(b, err)
				s, err := p.Stage(context.Background(), short, nil)
				require.NoError(b, err)
				grown = resident(b) - before
				s.Close()
				p.Close()
				require.NoError(b, h.Close())
			}
			b.ReportMetric(float64(grown), "KiB-resident")
		})
	}
}

// resident is this process's resident memory in KiB.
func resident(b *testing.B) int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("no /proc: ", err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	n, err := strconv.Atoi(strings.Fields(rest)[0])
	require.NoError(b, err)
	return n
}
