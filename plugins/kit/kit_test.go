package kit

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// started is a plugin made by Init.
func started(t *testing.T, name string) string {
	dir := t.TempDir()
	files, err := Init(dir, name)
	require.NoError(t, err)
	assert.Contains(t, files, filepath.Join(name, "main.go"))
	return filepath.Join(dir, name)
}

// offline runs the go command without a network, as a newcomer without one would.
func offline(t *testing.T, dir string, args ...string) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "go %s: %s", strings.Join(args, " "), out)
}

func TestInitBuildInspect(t *testing.T) {
	dir := started(t, "hush-hush")
	offline(t, dir, "vet", ".")
	offline(t, dir, "test", ".")

	r, err := Build(context.Background(), BuildOptions{Dir: dir})
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(dir, "hush-hush.wasm"), r.Path)
	assert.Equal(t, []string{"on_init", "on_request"}, r.Manifest.Hooks)
	assert.Empty(t, r.Notes)
	first, err := os.ReadFile(r.Path)
	require.NoError(t, err)

	again, err := Build(context.Background(), BuildOptions{Dir: dir, Out: filepath.Join(t.TempDir(), "again.wasm")})
	require.NoError(t, err)
	assert.Equal(t, r.SHA256, again.SHA256, "the same sources make the same bytes")

	i, err := Inspect(first)
	require.NoError(t, err)
	assert.Equal(t, "yett 1", i.ABI)
	assert.Empty(t, i.Problem)
	assert.Empty(t, i.Uses)
	assert.Positive(t, i.Metering.LoopHeads)
	var text strings.Builder
	i.Write(&text)
	assert.Contains(t, text.String(), "hush-hush 0.1.0")
}

func TestInitRefuses(t *testing.T) {
	for _, name := range []string{"", "Hush", "../up", "a b", "-x"} {
		_, err := Init(t.TempDir(), name)
		assert.Error(t, err, name)
		assert.NotEmpty(t, Hint(err), name)
	}
	dir := filepath.Dir(started(t, "twice"))
	_, err := Init(dir, "twice")
	assert.ErrorContains(t, err, "is there already")
}

func TestBuildRefuses(t *testing.T) {
	manifest := func(s string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, ManifestFile), []byte(s), 0o644))
		}
	}
	program := func(old, with string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			path := filepath.Join(dir, "main.go")
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Contains(t, string(text), old)
			require.NoError(t, os.WriteFile(path, []byte(strings.ReplaceAll(string(text), old, with)), 0o644))
		}
	}
	for _, test := range []struct {
		name   string
		change func(t *testing.T, dir string)
		want   string
	}{
		{"no manifest", func(t *testing.T, dir string) { require.NoError(t, os.Remove(filepath.Join(dir, ManifestFile))) }, "there is no plugin.json"},
		{"syntax", manifest("{\n\"name\": \n}"), "line 3"},
		{"unknown member", manifest("{\n\"nmae\": \"x\"}"), `line 2: there is no member "nmae"`},
		{"type of a member", manifest("{\"name\": \"x\",\n\"stream\": {\"hold\": \"4\"}}"), `line 2: "stream.hold" can't be a JSON string`},
		{"trailing text", manifest(`{"name": "x"} {}`), "after its end"},
		{"schema", manifest(`{"name": "x", "version": "1", "abi": 1, "config": {"type": "objekt"}}`), "no JSON Schema: '/type': value must be one of"},
		{"no name", manifest(`{"version": "1", "abi": 1}`), "has no name"},
		{"other ABI", manifest(`{"name": "x", "version": "1", "abi": 9}`), "ABI version 9"},
		{"hook that isn't there", manifest(`{"name": "x", "version": "1", "hooks": ["on_moon"]}`), "on_moon"},
		{"stream mode", manifest(`{"name": "x", "version": "1", "stream": {"mode": "mangle"}}`), "mangle"},
		{"capability that doesn't exist", manifest(`{"name": "x", "version": "1", "wants": {"root": "because"}}`), "root"},
		{"doesn't compile", program("return sdk.Continue", "return nil"), "doesn't compile"},
		{"no Run", program("func init() { sdk.Run(&x{}) }", ""), "never calls sdk.Run"},
		{"no hook", program("OnRequest(r sdk.Request) sdk.Verdict {", "OnRequest(r sdk.Request, _ int) sdk.Verdict {"), "the plugin has no hook"},
		{"no SDK", func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nfunc main() {}\n"), 0o644))
		}, "is no plugin"},
		{"unlisted capability", func(t *testing.T, dir string) {
			program(`/sdk/config"`, "/sdk/config\"\n\t\"github.com/yett-gateway/yett/sdk/log\"")(t, dir)
			program("p.word = []byte(word)", "p.word = []byte(word)\n\tlog.Info(word)")(t, dir)
		}, "uses capability log"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := started(t, "x")
			test.change(t, dir)
			_, err := Build(context.Background(), BuildOptions{Dir: dir})
			require.ErrorContains(t, err, test.want)
			assert.NoFileExists(t, filepath.Join(dir, "x.wasm"))
		})
	}
}

func TestInspectForeign(t *testing.T) {
	_, err := Inspect([]byte("no module"))
	require.Error(t, err)
	// (module (func (export "proxy_abi_version_0_2_1")))
	i, err := Inspect(append([]byte("\x00asm\x01\x00\x00\x00\x01\x04\x01\x60\x00\x00\x03\x02\x01\x00\x07\x1b\x01\x17"), "proxy_abi_version_0_2_1\x00\x00\x0a\x04\x01\x02\x00\x0b"...))
	require.NoError(t, err)
	assert.Equal(t, "proxy-wasm", i.ABI)
	assert.Contains(t, i.Problem, "proxy-wasm")
}
