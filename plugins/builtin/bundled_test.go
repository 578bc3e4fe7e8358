package builtin

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/plugins/kit"
)

// bundled are the folders of the bundled plugins by name, "guard/pii".
var bundled = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, kind := range []string{"guard", "transform", "router"} {
		files, err := filepath.Glob(filepath.Join("..", kind, "*", kit.ManifestFile))
		if err != nil {
			panic(err) // a faulty pattern
		}
		for _, file := range files {
			dir := filepath.Dir(file)
			out[kind+"/"+filepath.Base(dir)] = dir
		}
	}
	return out
})

// built are modules by name, each built once for each run of the tests.
var built struct {
	mu      sync.Mutex
	modules map[string][]byte
}

// modules are the bundled plugins as they are in their folders, whatever is embedded. One is built when it is first asked for.
func modules(t testing.TB) map[string]func() []byte {
	out := map[string]func() []byte{}
	for name, dir := range bundled() {
		if wasm, err := os.ReadFile(filepath.Join("wasm", filepath.FromSlash(name)+Suffix)); err == nil {
			out[name] = func() []byte { return wasm }
			continue
		}
		out[name] = func() []byte { return build(t, name, dir) }
	}
	return out
}

// build returns nil where that fails, since hosts call it in goroutines that mustn't end the test.
func build(t testing.TB, name, dir string) []byte {
	built.mu.Lock()
	defer built.mu.Unlock()
	if wasm := built.modules[name]; wasm != nil {
		return wasm
	}
	r, err := kit.Build(context.Background(), kit.BuildOptions{Dir: dir, Out: filepath.Join(t.TempDir(), "p.wasm")})
	if !assert.NoError(t, err) || !assert.Equal(t, name, r.Manifest.Name) {
		return nil
	}
	wasm, err := os.ReadFile(r.Path)
	if !assert.NoError(t, err) {
		return nil
	}
	if built.modules == nil {
		built.modules = map[string][]byte{}
	}
	built.modules[name] = wasm
	return wasm
}

// TestEmbedded looks at what make plugins left, if it ran.
func TestEmbedded(t *testing.T) {
	for name, unpack := range Modules() {
		assert.Contains(t, bundled(), name, "run make plugins")
		m, err := (*host.Host)(nil).Manifest(unpack())
		require.NoError(t, err, name)
		assert.Equal(t, name, m.Name)
	}
}

// TestBundled looks that each bundled plugin is whole: described, explained, tried, and shown in an example.
func TestBundled(t *testing.T) {
	files, err := filepath.Glob("../../hcl/examples/*.hcl")
	require.NoError(t, err)
	var examples strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		examples.Write(text)
	}
	require.NotEmpty(t, bundled())
	for name, dir := range bundled() {
		t.Run(name, func(t *testing.T) {
			assert.Regexp(t, `^[a-z]+/[a-z]+$`, name)
			text, err := os.ReadFile(filepath.Join(dir, kit.ManifestFile))
			require.NoError(t, err)
			var m struct{ Name, Description, Licence string }
			require.NoError(t, json.Unmarshal(text, &m))
			assert.Equal(t, name, m.Name)
			assert.NotEmpty(t, m.Description)
			assert.NotEmpty(t, m.Licence)
			page, err := os.ReadFile(filepath.Join(dir, "README.md"))
			require.NoError(t, err)
			assert.True(t, strings.HasPrefix(string(page), "# "+name+"\n"), "its page begins with its name")
			assert.NotEmpty(t, kit.CaseFiles(dir), "yett plugin test has no cases of it")
			kind, plugin, _ := strings.Cut(name, "/")
			assert.Contains(t, examples.String(), "plugin "+strconv.Quote(kind)+" "+strconv.Quote(plugin)+" {", "no file of hcl/examples shows it")
		})
	}
}
