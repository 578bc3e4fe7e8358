package engine_test

import (
	"context"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine/spec"
)

// TestDepartures: wherever a request is when its client leaves, its upstream call ends within 250 ms, and
// nothing of it stays behind.
func TestDepartures(t *testing.T) {
	for _, c := range []struct{ name, body string }{
		{"before the head", chat("m", "[[mock latency=10s]]", streamed)},
		{"before the first token", chat("m", "[[mock first=10s]]", streamed)},
		{"in the middle", chat("m", "[[mock gap=10ms chunks=2000]]", streamed)},
		{"in a silence", chat("m", "[[mock stall=2:10s]]", streamed)},
		{"plain", chat("m", "[[mock latency=10s]]")},
		{"backing off", chat("m", "[[mock status=429 retry-after=9]]")},
		{"waiting for another", chat("shared", "[[mock latency=10s]]")},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, m := one(t, spec.OpenAI, mock.Options{}, limited(spec.Limit{Concurrent: 100, Tokens: spec.Rate{Count: 1e9, Per: time.Hour}}), func(s *spec.Gateway) {
				p := s.Providers[0]
				p.Deadline = spec.Deadline{Connect: time.Second, Headers: 20 * time.Second, FirstToken: 20 * time.Second, Idle: 20 * time.Second, Total: 20 * time.Second}
				p.Retry.AfterCap = 20 * time.Second
				s.Models = append(s.Models, model("shared", p))
				shared := *s.Routes[0]
				shared.Name, shared.Match.When = "shared", when(func(f spec.Facts) bool { return string(f.Fact(spec.FactModel)) == "shared" })
				shared.Cache = &spec.Cache{TTL: time.Hour, Partition: spec.PartitionConsumer, Coalesce: true, EntryBytes: 1 << 20, MaxBytes: 1 << 20}
				s.Routes = append([]*spec.Route{&shared}, s.Routes...)
			})
			g.post("/v1/chat/completions", chat("m", "warm"), bearer("k")...)
			before := 0
			for round := range 5 {
				var wg sync.WaitGroup
				for range 30 {
					wg.Go(func() {
						ctx, cancel := context.WithTimeout(context.Background(), time.Duration(30+rand.IntN(100))*time.Millisecond)
						defer cancel()
						g.try(ctx, "POST", "/v1/chat/completions", c.body, bearer("k")...)
					})
				}
				wg.Wait()
				eventually(t, 250*time.Millisecond, "upstream calls end", func() bool { return m.Live() == 0 })
				eventually(t, 250*time.Millisecond, "nothing in flight", func() bool { return g.inFlight() == 0 })
				if round == 0 {
					// The server's idle workers and the guard's idle watchers are kept for later, as many as requests
					// were open at once. A leak would add one for each of the 120 that follow.
					before = settled(g)
				}
			}
			eventually(t, 2*time.Second, "no goroutine is left", func() bool { return settled(g) < before+30 })
			assert.Equal(t, 200, g.post("/v1/chat/completions", chat("m", "hi"), bearer("k")...).status)
		})
	}
}

// settled counts goroutines, without those that serve this client's idle connections.
func settled(g *gateway) int {
	g.http.CloseIdleConnections()
	time.Sleep(20 * time.Millisecond)
	return runtime.NumGoroutine()
}
