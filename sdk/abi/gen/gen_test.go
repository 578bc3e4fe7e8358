package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk/abi/table"
)

func TestFilesAreFresh(t *testing.T) {
	for name, make := range outputs {
		want, err := make()
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join("..", name))
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got), "%s is stale; run go generate ./sdk/abi", name)
	}
}

// The table refers to hooks and actions by name; a name that doesn't exist would silently mean "never".
func TestTableIsSound(t *testing.T) {
	hooks, actions, caps, seen := map[string]bool{}, map[string]bool{}, map[string]bool{"": true}, map[string]bool{}
	for _, h := range table.Hooks {
		hooks[h.Text] = true
	}
	for _, a := range table.Actions {
		actions[a.Name] = true
	}
	for _, c := range table.Capabilities {
		caps[c.Text] = true
	}
	for _, h := range table.Hooks {
		for _, a := range h.Actions {
			assert.True(t, actions[a], "%s: unknown action %s", h.Text, a)
		}
	}
	for _, f := range table.Fields {
		assert.False(t, seen[f.Name], "%s twice", f.Name)
		seen[f.Name] = true
		assert.NotEmpty(t, f.Doc, f.Name)
		for _, h := range append(append([]string{}, f.From...), f.Writable...) {
			assert.True(t, hooks[h], "%s: unknown hook %s", f.Name, h)
		}
	}
	for i := range table.Funcs {
		f := &table.Funcs[i]
		key := f.Module() + "." + f.Name
		assert.False(t, seen[key], "%s twice", key)
		seen[key] = true
		assert.True(t, caps[f.Capability], "%s: unknown capability", key)
		assert.Contains(t, []string{"i32", "i64"}, f.Result, key)
	}
	for i, s := range table.Statuses {
		assert.Equal(t, int64(-i), s.Number, "%s: statuses count down without gaps", s.Name)
	}
}
