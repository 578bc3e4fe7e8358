package kit

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/plugins/host/module"
	"github.com/yett-gateway/yett/sdk/abi/table"
)

// needRust skips a test where modules can't be made of Rust. With YETT_RUST=1 it fails: the machine should have what
// sdk/rust/install-toolchain installs.
func needRust(t *testing.T) {
	err := Ready(context.Background(), Rust)
	if err != nil && os.Getenv("YETT_RUST") != "1" {
		t.Skipf("%v; %s", err, Hint(err))
	}
	require.NoError(t, err, Hint(err))
	t.Setenv("CARGO_NET_OFFLINE", "true") // as a newcomer without a network
}

// startedRust is a plugin made by InitLang, in a folder of that test, whose crates are compiled once for all of them.
func startedRust(t *testing.T, name, target string) string {
	dir := t.TempDir()
	files, err := InitLang(dir, name, Rust)
	require.NoError(t, err)
	assert.Contains(t, files, filepath.Join(name, "src", "lib.rs"))
	t.Setenv("CARGO_TARGET_DIR", target)
	return filepath.Join(dir, name)
}

func TestInitBuildInspectRust(t *testing.T) {
	needRust(t)
	dir := startedRust(t, "hush-hush", t.TempDir())
	c, err := findCargo(context.Background(), BuildOptions{})
	require.NoError(t, err)
	test := exec.Command(c.cargo, "test")
	test.Dir, test.Env = dir, rustEnv(context.Background(), c, dir)
	out, err := test.CombinedOutput()
	require.NoError(t, err, "cargo test: %s", out)
	assert.Contains(t, string(out), "2 passed")

	r, err := Build(context.Background(), BuildOptions{Dir: dir})
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(dir, "hush-hush.wasm"), r.Path)
	assert.Equal(t, []string{"on_init", "on_request"}, r.Manifest.Hooks)
	assert.Empty(t, r.Notes)
	assert.Less(t, r.Bytes, 64<<10, "an optimized module without debug information")
	first, err := os.ReadFile(r.Path)
	require.NoError(t, err)
	assert.NotContains(t, string(first), filepath.Dir(dir), "the author's folder")

	elsewhere := startedRust(t, "hush-hush", t.TempDir())
	again, err := Build(context.Background(), BuildOptions{Dir: elsewhere})
	require.NoError(t, err)
	assert.Equal(t, r.SHA256, again.SHA256, "the same sources make the same bytes")

	i, err := Inspect(first)
	require.NoError(t, err)
	assert.Equal(t, "yett 1", i.ABI)
	assert.Empty(t, i.Problem)
	assert.Empty(t, i.Uses)
	assert.NotContains(t, i.Imports, "wasi_snapshot_preview1")
	assert.Equal(t, 1, strings.Count(strings.Join(i.Custom, " "), "yett.manifest"))
}

func TestInitRefusesRust(t *testing.T) {
	_, err := InitLang(t.TempDir(), "yett", Rust)
	require.ErrorContains(t, err, "can't be named yett")
}

func TestBuildRefusesRust(t *testing.T) {
	needRust(t)
	target := t.TempDir()
	edit := func(file, old, with string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			path := filepath.Join(dir, file)
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Contains(t, string(text), old)
			require.NoError(t, os.WriteFile(path, []byte(strings.ReplaceAll(string(text), old, with)), 0o644))
		}
	}
	const lib = "src/lib.rs"
	for _, test := range []struct {
		name   string
		change func(t *testing.T, dir string)
		want   string
	}{
		{"doesn't compile", edit(lib, "Verdict::CONTINUE", "()"), "doesn't compile"},
		{"no such hook", edit(lib, "plugin!(Guard: Requester)", "plugin!(Guard: Requestor)"), "Requestor is no hook"},
		{"hook that isn't listed", edit(lib, "#[cfg(test)]\nmod tests;", "impl yett::Logger for Guard { fn on_log(&mut self, _: &yett::Response) -> Verdict { Verdict::CONTINUE } }"), "isn't listed"},
		{"no plugin!", edit(lib, "yett::plugin!(Guard: Requester);", ""), "is no plugin"},
		{"no module", edit("Cargo.toml", `crate-type = ["cdylib"]`, ""), "makes no module"},
		{"no crate", func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "Cargo.toml"), []byte("[packet]"), 0o644))
		}, "doesn't compile"},
		{"unlisted capability", func(t *testing.T, dir string) {
			edit("Cargo.toml", `".yett/sdk"`, `".yett/sdk", features = ["log"]`)(t, dir)
			edit(lib, "self.text.clear();", "self.text.clear();\nyett::log::info(\"a part\");")(t, dir)
		}, "uses capability log"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := startedRust(t, "x", target)
			test.change(t, dir)
			_, err := Build(context.Background(), BuildOptions{Dir: dir})
			require.ErrorContains(t, err, test.want)
			assert.NoFileExists(t, filepath.Join(dir, "x.wasm"))
		})
	}
}

func TestBuildNeedsCargo(t *testing.T) {
	dir := startedRust(t, "x", t.TempDir())
	_, err := Build(context.Background(), BuildOptions{Dir: dir, Cargo: "no-such-cargo"})
	require.ErrorContains(t, err, "cargo wasn't found")
	assert.NotEmpty(t, Hint(err))
}

// TestRustContract compares a module that has every hook and calls every function with the contract's table: the
// generated imports, and what the macro exports.
func TestRustContract(t *testing.T) {
	needRust(t)
	dir := startedRust(t, "everything", t.TempDir())
	program, err := os.ReadFile(filepath.Join("testdata", "everything.rs"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "src", "lib.rs"), program, 0o644))
	path := filepath.Join(dir, "Cargo.toml")
	cargo, err := os.ReadFile(path)
	require.NoError(t, err)
	features := `features = ["log", "metrics", "kv", "clock", "random", "http", "secret", "cache", "tokens", "body", "llm", "scan"]`
	require.NoError(t, os.WriteFile(path, bytes.Replace(cargo, []byte(`".yett/sdk"`), []byte(`".yett/sdk", `+features), 1), 0o644))
	wasm, err := compileRust(context.Background(), BuildOptions{Dir: dir})
	require.NoError(t, err)
	info, err := module.Read(wasm, module.Limits{})
	require.NoError(t, err)

	got := map[string]string{}
	for _, i := range info.Imports {
		got[i.Module+" "+i.Name] = i.Func.String()
	}
	want := map[string]string{}
	for n := range table.Funcs {
		f := &table.Funcs[n]
		want[f.Module()+" "+f.Name] = signature(f.Params, f.Result)
	}
	assert.Equal(t, want, got)

	for _, h := range table.Hooks {
		f, ok := info.ExportFunc(h.Text)
		require.True(t, ok, h.Text)
		params := make([]string, len(h.Params))
		for i := range params {
			params[i] = "x i32"
		}
		assert.Equal(t, signature(params, "i64"), f.String(), h.Text)
	}
}

// signature writes "name type" parameters as module.FuncType does.
func signature(params []string, result string) string {
	types := make([]string, len(params))
	for i, p := range params {
		_, types[i], _ = strings.Cut(p, " ")
	}
	return "(" + strings.Join(types, ", ") + ") -> " + result
}
