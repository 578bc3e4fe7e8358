package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine"
	"github.com/yett-gateway/yett/engine/dialect"
)

// TestBundledCases plays the cases of the bundled plugins, and what every plugin must stand.
func TestBundledCases(t *testing.T) {
	dir, err := testCache()
	require.NoError(t, err)
	t.Setenv("YETT_CACHE_DIR", dir)
	files, err := filepath.Glob("../../plugins/*/*/testdata/cases.hcl")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		dir := filepath.Dir(filepath.Dir(file))
		name := filepath.Base(filepath.Dir(dir)) + "/" + filepath.Base(dir)
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			code := run([]string{"plugin", "test", name, "--cases", file}, environment{stdout: &out, stderr: &errs})
			assert.Zero(t, code, "%s%s", &out, &errs)
		})
	}
}

// TestEveryDialectIsReplayed: a dialect that carries conversations has a place in wires.
func TestEveryDialectIsReplayed(t *testing.T) {
	set := engine.Dialects()
	for id := range dialect.IDs {
		if _, ok := set.Of(id).(dialect.Codec); !ok {
			continue
		}
		found := false
		for _, w := range wires {
			found = found || w.id == id
		}
		assert.True(t, found, "%s has no entry in wires, so that plugin test leaves it out", id)
	}
}
