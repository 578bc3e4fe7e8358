package host

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

func TestGoGuest(t *testing.T) {
	h, _ := newHost(t, Options{})
	wasm := withManifest(t, goGuest(t, "testdata/guest"), Manifest{Hooks: []string{"on_request"}})
	s := load(t, h, wasm, plugin(func(p *spec.Plugin) {}))
	assert.Equal(t, abi.Set(0).With(abi.OnInit).With(abi.OnRequest), s.Info().Hooks)

	x := prompt("hi")
	c := &hook.Call{Exchange: x, Hook: abi.OnRequest, State: new([]byte)}
	require.NoError(t, s.Call(c))
	assert.Equal(t, abi.Edited, c.Verdict.Action())
	assert.Equal(t, []string{"append of FieldSystem: hello"}, x.edits)

	x.named["header x-quiet"] = "1"
	x.edits = nil
	require.NoError(t, s.Call(c))
	assert.Equal(t, abi.Block, c.Verdict.Action())
	assert.Equal(t, uint16(451), c.Verdict.Code())
	assert.Equal(t, "quiet, please", string(c.Reason))
	assert.Empty(t, x.edits)
}
