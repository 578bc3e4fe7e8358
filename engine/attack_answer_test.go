package engine_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// TestMostHeldAtARune: a stage that holds the most that there is may do so in the middle of a character, too.
func TestMostHeldAtARune(t *testing.T) {
	words := strings.Repeat("\u20ac\u20ac ", 12_500)
	g, _ := oneStaged(t, spec.OpenAI, mock.Options{}, stage("hold", abi.Transform, func(c *hook.Call) error {
		c.Verdict = abi.Pack(abi.Hold, 0, 0, uint32(min(len(c.Window), abi.MaxHold)))
		return nil
	}, abi.OnDelta))
	a := g.post("/v1/chat/completions", chat("m", words, streamed))
	require.Equal(t, 200, a.status)
	assert.NotContains(t, a.body, "manifest")
	assert.Contains(t, a.body, "[DONE]")
	assert.GreaterOrEqual(t, strings.Count(a.body, "\u20ac"), 25_000)
}
