package host

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/sdk/abi"
)

// watching keeps what a Watch was told.
type watching struct {
	calls  []Used
	starts []Used
	failed error
}

func (w *watching) Called(_ *hook.Call, u Used, failed error) {
	w.calls = append(w.calls, u)
	w.failed = errors.Join(w.failed, failed)
}

func (w *watching) Started(u Used) { w.starts = append(w.starts, u) }

func TestWatch(t *testing.T) {
	wasm := withManifest(t, goGuest(t, "testdata/guest"), Manifest{Hooks: []string{"on_request"}})
	w := &watching{}
	h, _ := newHost(t, Options{Watch: w})
	s := load(t, h, wasm, plugin(nil))
	c := &hook.Call{Exchange: prompt("hi"), Hook: abi.OnRequest, State: new([]byte)}
	for range 2 {
		require.NoError(t, s.Call(c))
	}
	require.Len(t, w.calls, 2)
	require.Len(t, w.starts, 1)
	require.NoError(t, w.failed)
	assert.Positive(t, w.calls[1].Fuel)
	assert.Positive(t, w.calls[1].Wall)
	assert.GreaterOrEqual(t, w.calls[1].Memory, pageBytes)
	assert.Positive(t, w.starts[0].Wall)

	s = load(t, h, wasm, plugin(nil))
	s.pool.plugin.limit.Fuel = 10 // after the trial call, which it would not be enough for
	assert.Error(t, s.Call(c))
	assert.ErrorIs(t, w.failed, errFuel)
}

// TestUnmetered: what guests do is the same without the rewriter.
func TestUnmetered(t *testing.T) {
	wasm := withManifest(t, goGuest(t, "testdata/guest"), Manifest{Hooks: []string{"on_request"}})
	h, err := NewUnmetered(context.Background(), Options{CacheDir: cacheDir(t)})
	require.NoError(t, err)
	defer h.Close()
	s := load(t, h, wasm, plugin(nil))
	x := prompt("hi")
	c := &hook.Call{Exchange: x, Hook: abi.OnRequest, State: new([]byte)}
	require.NoError(t, s.Call(c))
	assert.Equal(t, []string{"append of FieldSystem: hello"}, x.edits)
}
