package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/kit"
)

// A program that was built without the bundled plugins says so, in the place of saying that a plugin isn't one of them.
func TestNoneBundled(t *testing.T) {
	all := bundled
	bundled = func() map[string]func() []byte { return nil }
	t.Cleanup(func() { bundled = all })

	var out, errs bytes.Buffer
	assert.Equal(t, 1, run([]string{"plugin", "list"}, environment{&out, &errs, nil}))
	assert.Empty(t, out.String())
	assert.Equal(t, "error: this yett was built without the bundled plugins\nhint: "+noneBundled+"\n", errs.String())

	_, err := pluginInfo(&spec.Plugin{Kind: "guard", Name: "pii", Source: "builtin"})
	require.ErrorContains(t, err, "built without the bundled plugins")
	assert.Equal(t, noneBundled, kit.Hint(err))
}
