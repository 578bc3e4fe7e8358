package engine_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/yett-gateway/yett"

// rooms is the map of the program: which of our packages each package may import. Imports point one way,
// from the bottom of this table to its top. A package that isn't here doesn't exist yet; a new one enters
// with a line. Tests may import what they like.
var rooms = map[string][]string{
	// The contract with guests. It imports nothing, so that guests may use it.
	"sdk/abi": {},

	// Values.
	"engine/spec":        {},
	"engine/fault":       {},
	"engine/meter":       {"engine/fault", "engine/meter/quiet"},
	"engine/meter/quiet": {},
	"engine/wire":        {"engine/fault"},

	// What crosses between proxy and plugin host.
	"engine/hook": {"sdk/abi", "engine/fault"},

	// The wire APIs.
	"engine/dialect":           {"sdk/abi", "engine/fault", "engine/wire", "engine/hook"},
	"engine/dialect/openai":    {"sdk/abi", "engine/fault", "engine/wire", "engine/hook", "engine/dialect"},
	"engine/dialect/anthropic": {"sdk/abi", "engine/fault", "engine/wire", "engine/hook", "engine/dialect"},

	// Small rooms of the hot path.
	"engine/identity": {"engine/spec"},
	"engine/limit":    {"engine/spec"},
	"engine/route":    {"engine/spec", "engine/fault"},
	"engine/cache":    {},
	"engine/record":   {},

	// Both sides of the wire.
	"engine/socket":   {},
	"engine/edge":     {"engine/socket"},
	"engine/upstream": {"engine/fault", "engine/socket"},
	"engine/provider": {"engine/spec", "engine/dialect", "engine/upstream"},

	// The request path.
	"engine/proxy": {
		"sdk/abi", "engine/spec", "engine/fault", "engine/meter", "engine/wire", "engine/hook", "engine/dialect",
		"engine/identity", "engine/limit", "engine/route", "engine/cache", "engine/record", "engine/edge",
		"engine/upstream", "engine/provider",
	},
	"engine/admin": {"engine/meter", "engine/spec"},
	"engine": {
		"engine/spec", "engine/fault", "engine/meter", "engine/hook", "engine/dialect", "engine/dialect/openai",
		"engine/dialect/anthropic", "engine/identity", "engine/limit", "engine/route", "engine/cache", "engine/record",
		"engine/edge", "engine/provider", "engine/proxy", "engine/admin",
	},
}

// owners says which package alone imports a third-party module; the others use the owner.
var owners = map[string][]string{
	"github.com/valyala/fasthttp":           {"engine/proxy", "bench"},
	"github.com/VictoriaMetrics/metrics":    {"engine/meter"},
	"github.com/tetratelabs/wazero":         {"plugins/host"},
	"github.com/hashicorp/hcl":              {"hcl"},
	"github.com/zclconf/go-cty":             {"hcl"},
	"github.com/alecthomas/kong":            {"cmd/yett", "bench"},
	"github.com/fsnotify/fsnotify":          {"cmd/yett"},
	"github.com/zeebo/xxh3":                 {"engine/cache"},
	"github.com/klauspost/compress":         {"engine/proxy"},
	"github.com/santhosh-tekuri/jsonschema": {"hcl", "plugins/kit"},
	"github.com/lmittmann/tint":             {"cmd/yett"},
}

// cold packages are kept out of the hot rooms: each of them allocates, reflects or both.
var cold = []string{"encoding/json", "fmt", "reflect", "regexp"}

var hot = []string{"engine/wire", "engine/route", "engine/cache", "engine/limit", "engine/proxy"}

func TestImports(t *testing.T) {
	root := ".."
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != root || d.Name() == "testdata" || d.Name() == "bin" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(rel)
		seen[pkg] = true
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			checkImport(t, path, pkg, imported)
		}
		return nil
	})
	require.NoError(t, err)
	for room := range rooms {
		if !seen[room] {
			t.Errorf("%s is on the map but not in the tree", room)
		}
	}
}

func checkImport(t *testing.T, path, pkg, imported string) {
	t.Helper()
	if slices.Contains(hot, pkg) && slices.Contains(cold, imported) {
		t.Errorf("%s: %s is a hot room and imports %s", path, pkg, imported)
	}
	for mod, who := range owners {
		if (imported == mod || strings.HasPrefix(imported, mod+"/")) && !slices.ContainsFunc(who, func(o string) bool { return pkg == o || strings.HasPrefix(pkg, o+"/") }) {
			t.Errorf("%s: %s belongs to %v; use what they offer", path, mod, who)
		}
	}
	ours, ok := strings.CutPrefix(imported, module+"/")
	if !ok || !strings.HasPrefix(pkg, "engine") {
		return
	}
	allowed, known := rooms[pkg]
	if !known {
		t.Errorf("%s: package %s is not on the map", path, pkg)
	} else if !slices.Contains(allowed, ours) {
		t.Errorf("%s: %s may not import %s", path, pkg, ours)
	}
}
