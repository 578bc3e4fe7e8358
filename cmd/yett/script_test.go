package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"yett": func() { os.Exit(run(os.Args[1:], environment{os.Stdout, os.Stderr, os.Environ()})) },
	})
}

// TestScripts runs sessions of the command line: testdata/script/*.txtar.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			dir, err := testCache()
			if err != nil {
				return err
			}
			e.Setenv("YETT_CACHE_DIR", dir)
			return toolchain(e)
		},
	})
}

// testCache is where tests keep compiled plugins from one run to the next: compiling one takes seconds.
func testCache() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	dir := filepath.Join(base, "yett-test", "plugins")
	return dir, os.MkdirAll(filepath.Dir(dir), 0o700)
}

// toolchain lets a session build plugins: the go command finds its caches, and no network.
func toolchain(e *testscript.Env) error {
	out, err := exec.Command("go", "env", "GOCACHE", "GOMODCACHE").Output()
	if err != nil {
		return err
	}
	caches := strings.Fields(string(out))
	e.Setenv("GOCACHE", caches[0])
	e.Setenv("GOMODCACHE", caches[1])
	e.Setenv("GOPROXY", "off")
	e.Setenv("GOWORK", "off")
	e.Setenv("GOFLAGS", "-mod=mod")
	return nil
}
