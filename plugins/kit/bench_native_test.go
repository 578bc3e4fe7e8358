package kit

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/plugins/host"
)

// benched builds the plugin in a folder. What it returns measures that for a short while, beside the sources in another.
func benched(t *testing.T, dir string) func(native string) *BenchReport {
	built, err := Build(context.Background(), BuildOptions{Dir: dir, Out: filepath.Join(t.TempDir(), "x.wasm")})
	require.NoError(t, err)
	wasm, err := os.ReadFile(built.Path)
	require.NoError(t, err)
	manifest, err := (*host.Host)(nil).Manifest(wasm)
	require.NoError(t, err)
	return func(native string) *BenchReport {
		r, err := Bench(context.Background(), BenchOptions{
			Wasm: wasm, Manifest: manifest, Config: json.RawMessage(`{"word": "rose\"bud"}`), PromptBytes: []int{100, 10_000},
			Time: 9 * time.Millisecond, Dir: native,
		})
		require.NoError(t, err)
		require.Len(t, r.Rows, 2)
		return r
	}
}

// assertNative demands native figures that are those of the texts: one is a hundred times as long as the other.
func assertNative(t *testing.T, r *BenchReport) {
	assert.Empty(t, r.NoNative)
	assert.Positive(t, r.Rows[0].Native)
	assert.Greater(t, r.Rows[1].Native, 2*r.Rows[0].Native)
}

func TestBenchNativeGo(t *testing.T) {
	dir := started(t, "hush")
	bench := benched(t, dir)
	assertNative(t, bench(dir))
	r := bench(t.TempDir())
	assert.Contains(t, r.NoNative, "neither Go files nor a Cargo.toml")
	assert.Zero(t, r.Rows[0].Native)
}

func TestBenchNativeRust(t *testing.T) {
	needRust(t)
	t.Setenv("CARGO_PROFILE_RELEASE_LTO", "off") // it compiles in half the time
	dir := startedRust(t, "hush", t.TempDir())
	bench := benched(t, dir)
	assertNative(t, bench(dir))

	path := filepath.Join(dir, "src", "lib.rs")
	lib, err := os.ReadFile(path)
	require.NoError(t, err)
	replace := func(old, with string) {
		require.Contains(t, string(lib), old)
		require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(lib), old, with, 1)), 0o644))
	}
	replace("self.text.clear();", "self.text.clear();\nassert!(cfg!(target_arch = \"wasm32\"), \"not natively\");")
	assert.Contains(t, bench(dir).NoNative, "not natively")
	replace("mod tests;", "mod nowhere;")
	assert.Contains(t, bench(dir).NoNative, "tests don't compile natively")

	sdk := filepath.Join(dir, sdkDir, "Cargo.toml")
	text, err := os.ReadFile(sdk)
	require.NoError(t, err)
	require.Contains(t, string(text), "\nbench = []\n")
	require.NoError(t, os.WriteFile(sdk, []byte(strings.Replace(string(text), "\nbench = []\n", "\n", 1)), 0o644))
	assert.Contains(t, bench(dir).NoNative, "copy of the SDK is older")
}
