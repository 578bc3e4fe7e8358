package main

import (
	"os"
	"os/exec"
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
			e.Setenv("YETT_CACHE_DIR", e.WorkDir+"/cache")
			return toolchain(e)
		},
	})
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
