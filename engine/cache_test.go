package engine_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

func cached(change ...func(*spec.Cache)) func(*spec.Gateway) {
	return func(s *spec.Gateway) {
		c := &spec.Cache{TTL: time.Hour, Partition: spec.PartitionConsumer, Coalesce: true, MaxBytes: 1 << 24, EntryBytes: 1 << 20}
		for _, f := range change {
			f(c)
		}
		for _, r := range s.Routes {
			r.Cache = c
		}
	}
}

func TestCache(t *testing.T) {
	g, m := one(t, spec.Mock, mock.Options{}, cached())
	for _, c := range []struct{ name, path, body string }{
		{"chat", "/v1/chat/completions", chat("m", "hi")},
		{"chat stream", "/v1/chat/completions", chat("m", "hi", streamed)},
		{"messages", "/v1/messages", messages("m", "hi")},
		{"messages stream", "/v1/messages", messages("m", "hi", streamed)},
		{"embeddings", "/v1/embeddings", `{"model":"m","input":"hi"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := m.Requests()
			first := g.post(c.path, c.body)
			second := g.post(c.path, c.body)
			assert.Equal(t, "miss", first.header.Get("X-Yett-Cache"))
			assert.Equal(t, "hit", second.header.Get("X-Yett-Cache"))
			assert.Equal(t, first.body, second.body, "byte for byte")
			assert.Equal(t, first.header.Get("Content-Type"), second.header.Get("Content-Type"))
			assert.NotEqual(t, first.header.Get("X-Request-Id"), second.header.Get("X-Request-Id"))
			assert.Equal(t, before+1, m.Requests())

			a := g.post(c.path, c.body, "Cache-Control", "no-cache")
			assert.Equal(t, "bypass", a.header.Get("X-Yett-Cache"))
			if c.name != "embeddings" { // which have no id
				assert.NotEqual(t, second.body, a.body, "asked anew")
			}
			assert.Equal(t, a.body, g.post(c.path, c.body).body, "and stored")
			b := g.post(c.path, c.body, "Cache-Control", "max-age=0, No-Store")
			assert.Equal(t, "bypass", b.header.Get("X-Yett-Cache"))
			assert.Equal(t, a.body, g.post(c.path, c.body).body, "not stored")
			assert.Equal(t, before+3, m.Requests())

			other := strings.Replace(c.body, "hi", "hi ", 1)
			assert.Equal(t, "miss", g.post(c.path, other).header.Get("X-Yett-Cache"))
		})
	}
	assert.Empty(t, g.post("/v1/messages/count_tokens", messages("m", "hi")).header.Get("X-Yett-Cache"))
	assert.Equal(t, "miss", g.post("/v1/messages", messages("m", "hi"), "Anthropic-Beta", "other").header.Get("X-Yett-Cache"), "what may change the answer is in the key")
}

func TestCachePartitions(t *testing.T) {
	for _, c := range []struct {
		partition string
		shared    map[string]string // who asks after "a": the status
	}{
		{spec.PartitionConsumer, map[string]string{"a": "hit", "mate": "miss", "other": "miss", "loner": "miss"}},
		{spec.PartitionTeam, map[string]string{"a": "hit", "mate": "hit", "other": "miss", "loner": "miss"}},
		{spec.PartitionRoute, map[string]string{"a": "hit", "mate": "hit", "other": "hit", "loner": "hit"}},
	} {
		t.Run(c.partition, func(t *testing.T) {
			for who, want := range c.shared {
				g, _ := one(t, spec.Mock, mock.Options{}, cached(func(x *spec.Cache) { x.Partition = c.partition }), func(s *spec.Gateway) {
					a, mate, other, loner := consumer("a", "ka"), consumer("mate", "kmate"), consumer("other", "kother"), consumer("loner", "kloner")
					a.Team, mate.Team, other.Team = "x", "x", "y"
					s.Consumers = []*spec.Consumer{a, mate, other, loner}
				})
				require.Equal(t, 200, g.post("/v1/chat/completions", chat("m", "hi"), bearer("ka")...).status)
				assert.Equal(t, want, g.post("/v1/chat/completions", chat("m", "hi"), bearer("k"+who)...).header.Get("X-Yett-Cache"), who)
			}
		})
	}
}

// TestCacheTeamNamedAsConsumer: a team never shares with a consumer of its name who has no team.
func TestCacheTeamNamedAsConsumer(t *testing.T) {
	g, _ := one(t, spec.Mock, mock.Options{}, cached(func(x *spec.Cache) { x.Partition = spec.PartitionTeam }), func(s *spec.Gateway) {
		a := consumer("a", "ka")
		a.Team = "x"
		s.Consumers = []*spec.Consumer{a, consumer("x", "kx")}
	})
	require.Equal(t, 200, g.post("/v1/chat/completions", chat("m", "hi"), bearer("ka")...).status)
	assert.Equal(t, "miss", g.post("/v1/chat/completions", chat("m", "hi"), bearer("kx")...).header.Get("X-Yett-Cache"))
}

func TestCacheTTLAndPolicy(t *testing.T) {
	g, _ := one(t, spec.Mock, mock.Options{}, cached(func(c *spec.Cache) { c.TTL = 60 * time.Millisecond }))
	status := func() string { return g.post("/v1/chat/completions", chat("m", "hi")).header.Get("X-Yett-Cache") }
	assert.Equal(t, "miss", status())
	assert.Equal(t, "hit", status())
	time.Sleep(70 * time.Millisecond)
	assert.Equal(t, "miss", status(), "expired")

	cached()(g.spec)
	require.NoError(t, g.Load(context.Background(), g.spec))
	status()
	require.NoError(t, g.Load(context.Background(), g.spec))
	assert.Equal(t, "hit", status(), "an equal configuration keeps its answers")
	g.spec.Models[0].Targets[0].Model = "another"
	require.NoError(t, g.Load(context.Background(), g.spec))
	assert.Equal(t, "miss", status(), "another policy")
}

// TestCacheStoresNothingBad: cut, failed, blocked, too large.
func TestCacheStoresNothingBad(t *testing.T) {
	block := stage("guard", abi.Observe, func(c *hook.Call) error {
		if strings.Contains(string(c.Window), "w9") {
			c.Verdict = abi.Pack(abi.Block, 0, 0, 0)
		}
		return nil
	}, abi.OnDelta)
	m, addr := startMock(t, mock.Options{})
	p := provider(spec.Mock, "p", addr)
	p.Retry.Max = 0
	s := config([]*spec.Provider{p}, model("m", p))
	cached(func(c *spec.Cache) { c.EntryBytes = 20_000 })(s)
	g := start(t, s, staged(s, block))
	for _, script := range []string{
		"chunks=6 gap=1ms cut=3", "chunks=6 gap=1ms rst=3", "chunks=6 status=500", "chunks=6 status=400", "chunks=6 gap=1ms error-event=3 stream=true",
		"chunks=6 stream=true nofinish", "chunks=20", "chunks=5 size=30000", "chunks=6 empty", "chunks=6 html",
	} {
		for _, body := range []string{chat("m", "[[mock "+script+"]] hi"), chat("m", "[[mock "+script+"]] hi", streamed)} {
			before := m.Requests()
			if strings.Contains(script, "stream=true") && !strings.Contains(body, streamed) {
				continue
			}
			for range 2 {
				a := g.post("/v1/chat/completions", body)
				assert.NotEqual(t, "hit", a.header.Get("X-Yett-Cache"), script)
			}
			assert.Equal(t, before+2, m.Requests(), "%s: asked again", script)
			time.Sleep(0)
		}
		require.NoError(t, g.Load(context.Background(), g.spec)) // and the breaker doesn't get in the way of the next
	}
}

// TestCoalescing: of equal requests at once one goes upstream, and its failure or its client's leaving isn't theirs.
func TestCoalescing(t *testing.T) {
	for _, mode := range []string{"", streamed} {
		t.Run("share"+mode, func(t *testing.T) {
			g, m := one(t, spec.Mock, mock.Options{}, cached())
			body := chat("m", "[[mock latency=100ms]] hi", mode)
			bodies, statuses := crowd(g, body, 12)
			assert.EqualValues(t, 1, m.Requests())
			assert.Equal(t, map[string]int{"miss": 1, "shared": 11}, statuses)
			for _, b := range bodies {
				assert.Equal(t, bodies[0], b)
			}
		})
		t.Run("the leader fails"+mode, func(t *testing.T) {
			g, m := one(t, spec.Mock, mock.Options{}, cached(), func(s *spec.Gateway) { s.Providers[0].Retry.Max = 0 })
			_, statuses := crowd(g, chat("m", "[[mock latency=60ms status=500 times=1]] hi", mode), 8)
			assert.EqualValues(t, 2, m.Requests())
			assert.Equal(t, 6, statuses["shared"])
		})
		t.Run("the leader leaves"+mode, func(t *testing.T) {
			g, m := one(t, spec.Mock, mock.Options{}, cached())
			body := chat("m", "[[mock latency=150ms]] hi", mode)
			ctx, cancel := context.WithCancel(t.Context())
			go g.try(ctx, "POST", "/v1/chat/completions", body)
			eventually(t, time.Second, "leader is upstream", func() bool { return m.Live() == 1 })
			var wg sync.WaitGroup
			wg.Go(func() {
				_, statuses := crowd(g, body, 6)
				assert.Equal(t, map[string]int{"miss": 1, "shared": 5}, statuses)
			})
			time.Sleep(40 * time.Millisecond)
			cancel()
			wg.Wait()
			assert.EqualValues(t, 2, m.Requests())
			assert.Zero(t, g.inFlight())
		})
	}
}

// crowd sends n equal requests at once.
func crowd(g *gateway, body string, n int) (bodies []string, statuses map[string]int) {
	statuses = map[string]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			a, err := g.try(context.Background(), "POST", "/v1/chat/completions", body)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				bodies = append(bodies, a.body)
				statuses[a.header.Get("X-Yett-Cache")]++
			}
		})
	}
	wg.Wait()
	return bodies, statuses
}
