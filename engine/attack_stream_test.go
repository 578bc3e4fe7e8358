package engine_test

import (
	"context"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// TestReplacementsAreBounded: a stage that makes the largest text of each piece, in bytes that JSON writes as six, makes
// a long answer, and no large buffer: what waits for the client is bounded whatever came in one read.
func TestReplacementsAreBounded(t *testing.T) {
	blow := strings.Repeat("\x01", abi.MaxSlot)
	g, _ := oneStaged(t, spec.OpenAI, mock.Options{Chunks: 400}, stage("blow", abi.Transform, func(c *hook.Call) error {
		c.Delta = append(c.Delta, blow...)
		c.Verdict = abi.Pack(abi.Continue, 0, abi.FlagReplaced, 0)
		return nil
	}, abi.OnDelta))
	ask := func() int64 {
		req, err := http.NewRequestWithContext(context.Background(), "POST", g.url+"/v1/chat/completions", strings.NewReader(chat("m", strings.Repeat("word ", 400), streamed)))
		require.NoError(t, err)
		res, err := g.http.Do(req)
		require.NoError(t, err)
		defer res.Body.Close()
		n, err := io.Copy(io.Discard, res.Body)
		require.NoError(t, err)
		return n
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n := ask()
	runtime.ReadMemStats(&after)
	require.Greater(t, n, int64(100<<20))
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20))
}
