package builtin

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/kit"
	"github.com/yett-gateway/yett/sdk/abi"
)

// BenchmarkStarter compares the plugins that yett plugin init writes in both languages, which do the same: on_request of
// a prompt of 4 KB without the word. It reports fuel of a call, bytes of the module, and milliseconds of compiling it.
func BenchmarkStarter(b *testing.B) {
	prompt := []byte(strings.Repeat("The quick brown fox jumps over the lazy dog and runs far away from it, again and again. ", 50))[:4096]
	for _, lang := range []kit.Language{kit.Go, kit.Rust} {
		b.Run(string(lang), func(b *testing.B) {
			if lang == kit.Rust {
				needRust(b)
			}
			dir := b.TempDir()
			_, err := kit.InitLang(dir, "hush", lang)
			require.NoError(b, err)
			benchmark(b, filepath.Join(dir, "hush"), `{"word": "rosebud"}`, prompt)
		})
	}
}

// BenchmarkRustKeyword is the same for the Rust SDK's example, which scans for several words at once.
func BenchmarkRustKeyword(b *testing.B) {
	needRust(b)
	prompt := []byte(strings.Repeat("The quick brown fox jumps over the lazy dog and runs far away from it, again and again. ", 50))[:4096]
	benchmark(b, filepath.Join(rustExamples, "keyword"), `{"words": ["rosebud", "budapest", "xanadu"]}`, prompt)
}

func benchmark(b *testing.B, dir, config string, prompt []byte) {
	g := newGuests(b)
	r, err := kit.Build(context.Background(), kit.BuildOptions{Dir: dir, Out: filepath.Join(b.TempDir(), "p.wasm")})
	require.NoError(b, err)
	began := time.Now()
	p, err := g.host.Load(context.Background(), &spec.Plugin{Kind: "guard", Name: "hush", Source: r.Path, Limit: spec.DefaultPluginLimit})
	require.NoError(b, err)
	compiled := time.Since(began)
	s, err := p.Stage(context.Background(), "hush", []byte(config))
	require.NoError(b, err)
	p.Close()
	defer s.Close()
	c := &hook.Call{
		Exchange: &still{id: []byte("1"), role: []byte("user"), text: prompt}, Hook: abi.OnRequest, State: new([]byte),
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Call(c); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(g.number(b, `yett_plugin_fuel_sum{plugin="guard.hush"}`)/g.number(b, `yett_plugin_fuel_count{plugin="guard.hush"}`), "fuel/op")
	b.ReportMetric(float64(r.Bytes), "module-bytes")
	b.ReportMetric(float64(compiled.Microseconds())/1000, "compile-ms")
}

// number is metric as a number.
func (g *guests) number(b *testing.B, name string) float64 {
	n, err := strconv.ParseFloat(g.metric(name), 64)
	require.NoError(b, err)
	return n
}
