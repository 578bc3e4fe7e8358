package main

import (
	"os"
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
			return nil
		},
	})
}
