package builtin

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
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

// modules are the bundled plugins.
func modules(testing.TB) map[string]func() []byte { return Modules() }

// TestModules looks that each folder of a plugin has its module, and each module its folder.
func TestModules(t *testing.T) {
	assert.ElementsMatch(t, slices.Collect(maps.Keys(bundled())), slices.Collect(maps.Keys(Modules())), "run make plugins")
	for name, module := range Modules() {
		m, err := (*host.Host)(nil).Manifest(module())
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
