package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/plugins/builtin"
	"github.com/yett-gateway/yett/plugins/kit"
)

// TestModulesAreOfTheirSources builds the bundled plugins and compares them with those that are committed. It needs the compiler
// that they are made with, and is skipped without; with YETT_RUST=1, as in CI, any toolchain must be there.
func TestModulesAreOfTheirSources(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles for a minute")
	}
	version, err := kit.RustVersion(context.Background())
	if err != nil && os.Getenv("YETT_RUST") != "1" {
		t.Skipf("%v; %s", err, kit.Hint(err))
	}
	require.NoError(t, err, kit.Hint(err))
	if !strings.HasPrefix(version+" ", compiler+" ") {
		t.Skipf("the modules are made by %s, and this is %s", compiler, version)
	}
	t.Setenv("CARGO_NET_OFFLINE", "true")
	t.Setenv("CARGO_TARGET_DIR", t.TempDir()) // the source tree stays clean
	out := t.TempDir()
	require.NoError(t, run(context.Background(), filepath.Join("..", ".."), out))
	committed := builtin.Modules()
	require.NotEmpty(t, committed)
	fresh, err := filepath.Glob(filepath.Join(out, "*", "*.wasm"))
	require.NoError(t, err)
	assert.Len(t, fresh, len(committed), "run make plugins")
	for name, module := range committed {
		wasm, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(name)+".wasm"))
		if assert.NoError(t, err, "%s has no sources; run make plugins", name) {
			assert.True(t, string(wasm) == string(module()), "%s is not what its sources make; run make plugins", name)
		}
	}
}
