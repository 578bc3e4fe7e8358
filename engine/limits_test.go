package engine_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine/spec"
)

func limited(l spec.Limit) func(*spec.Gateway) {
	return func(s *spec.Gateway) {
		c := consumer("c", "k")
		c.Limit = l
		s.Consumers = []*spec.Consumer{c}
	}
}

func TestRequestLimit(t *testing.T) {
	g, m := one(t, spec.Mock, mock.Options{}, limited(spec.Limit{Requests: spec.Rate{Count: 3, Per: time.Minute}}))
	for i := range 3 {
		a := g.post("/v1/chat/completions", chat("m", "hi"), bearer("k")...)
		require.Equal(t, 200, a.status)
		assert.Equal(t, "3", a.header.Get("X-Ratelimit-Limit-Requests"))
		assert.Equal(t, strconv.Itoa(2-i), a.header.Get("X-Ratelimit-Remaining-Requests"))
	}
	for _, d := range []struct{ path, body, kind string }{
		{"/v1/chat/completions", chat("m", "hi"), `"type":"rate_limit_error"`},
		{"/v1/messages", messages("m", "hi", streamed), `"type":"rate_limit_error"`},
	} {
		a := g.post(d.path, d.body, bearer("k")...)
		assert.Equal(t, 429, a.status)
		wait, err := strconv.Atoi(a.header.Get("Retry-After"))
		require.NoError(t, err)
		assert.InDelta(t, 20, wait, 2)
		assert.Contains(t, a.body, d.kind)
	}
	assert.EqualValues(t, 3, m.Requests())
}

// TestTokenLimit: what was reserved is settled with what was used, once, however the request ends.
func TestTokenLimit(t *testing.T) {
	const budget = 100_000
	for _, c := range []struct {
		name, body string
		left       int64 // what remains of the budget, at least and at most
		most       int64
	}{
		{"plain", chat("m", "hi", `,"max_tokens":4000`), budget - 40, budget - 10},
		{"stream", chat("m", "hi", streamed, `,"max_tokens":4000`), budget - 40, budget - 10},
		{"error", chat("m", "[[mock status=400]]", `,"max_tokens":4000`), budget - 60, budget},
		{"cut stream", chat("m", "[[mock gap=1ms cut=10]]", streamed, `,"max_tokens":4000`), budget - 200, budget - 5},
		{"no usage", chat("m", "[[mock nousage chunks=200]]", streamed, `,"max_tokens":4000`), budget - 600, budget - 100},
		{"no usage, plain", chat("m", "[[mock nousage chunks=200]]", `,"max_tokens":4000`), budget - 1000, budget - 100},
		{"refused", `{"model":"n","messages":[{"role":"user","content":"x"}]}`, budget, budget},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, _ := one(t, spec.Mock, mock.Options{}, limited(spec.Limit{Tokens: spec.Rate{Count: budget, Per: 1000 * time.Hour}}), func(s *spec.Gateway) { s.Providers[0].Retry.Max = 0 })
			g.post("/v1/chat/completions", c.body, bearer("k")...)
			// The embedding's own reservation is small, and told after it was made.
			a := g.post("/v1/embeddings", `{"model":"m","input":"x"}`, bearer("k")...)
			left, err := strconv.ParseInt(a.header.Get("X-Ratelimit-Remaining-Tokens"), 10, 64)
			require.NoError(t, err, a.body)
			assert.LessOrEqual(t, left, c.most)
			assert.GreaterOrEqual(t, left, c.left-20)
		})
	}
	t.Run("hit", func(t *testing.T) {
		g, _ := one(t, spec.Mock, mock.Options{}, cached(), limited(spec.Limit{Tokens: spec.Rate{Count: budget, Per: 1000 * time.Hour}}))
		body := chat("m", "hi", `,"max_tokens":4000`)
		g.post("/v1/chat/completions", body, bearer("k")...)
		var left []string
		for range 3 {
			a := g.post("/v1/chat/completions", body, bearer("k")...)
			require.Equal(t, "hit", a.header.Get("X-Yett-Cache"))
			left = append(left, a.header.Get("X-Ratelimit-Remaining-Tokens"))
		}
		assert.Equal(t, left[0], left[2], "a hit costs no tokens")
	})
	t.Run("too much for ever", func(t *testing.T) {
		g, _ := one(t, spec.Mock, mock.Options{}, limited(spec.Limit{Tokens: spec.Rate{Count: 5, Per: time.Minute}}))
		a := g.post("/v1/chat/completions", chat("m", "a prompt of more than five tokens, by any count"), bearer("k")...)
		assert.Equal(t, 429, a.status)
		assert.Equal(t, "false", a.header.Get("X-Should-Retry"))
		assert.Empty(t, a.header.Get("Retry-After"))
	})
}

func TestConcurrentLimit(t *testing.T) {
	g, m := one(t, spec.Mock, mock.Options{}, limited(spec.Limit{Concurrent: 2}))
	slow := chat("m", "[[mock latency=5s]]", streamed)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for range 2 {
		go g.try(ctx, "POST", "/v1/chat/completions", slow, bearer("k")...)
	}
	eventually(t, time.Second, "two are upstream", func() bool { return m.Live() == 2 })
	a := g.post("/v1/chat/completions", chat("m", "hi"), bearer("k")...)
	assert.Equal(t, 429, a.status)
	assert.Equal(t, "1", a.header.Get("Retry-After"))
	cancel()
	eventually(t, time.Second, "places are free again", func() bool {
		return g.do("GET", "/v1/models", "", bearer("k")...).status == 200 && g.inFlight() == 0
	})
}
