package host

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/sdk/abi"
)

// TestSpared loads a guest whose every hook but on_response traps: those that on_init spares are never called, the trial's
// neither. Bits of on_init, of hooks that the guest hasn't and of no hook mean nothing.
func TestSpared(t *testing.T) {
	h, _ := newHost(t, Options{})
	spared := abi.Set(0).With(abi.OnInit).With(abi.OnRequest).With(abi.OnDelta).With(abi.OnToolCall).With(abi.OnLog)
	a := newAsm()
	a.hook(abi.OnInit, 0, verdict(abi.Pack(abi.Continue, 0, 0, uint32(spared)|1<<31))...)
	a.hook(abi.OnRequest, 0, 0x00) // unreachable
	a.hook(abi.OnDelta, 0, 0x00)
	a.hook(abi.OnToolCall, 0, 0x00)
	a.hook(abi.OnResponse, 0, verdict(abi.Pack(abi.Block, 451, 0, 0))...)
	s := load(t, h, a.plugin(t), plugin(nil))
	assert.Equal(t, abi.Set(0).With(abi.OnInit).With(abi.OnResponse), s.Info().Hooks)
	for _, hk := range []abi.Hook{abi.OnRequest, abi.OnDelta, abi.OnToolCall, abi.OnLog} {
		c := &hook.Call{Exchange: prompt("hi"), Hook: hk, State: new([]byte)}
		require.NoError(t, s.Call(c), hk)
		assert.Equal(t, abi.Continue, c.Verdict.Action(), hk)
	}
	c := &hook.Call{Exchange: prompt("hi"), Hook: abi.OnResponse, State: new([]byte)}
	require.NoError(t, s.Call(c))
	assert.Equal(t, abi.Block, c.Verdict.Action())
}
