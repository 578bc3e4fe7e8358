package limit

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/spec"
)

// clock is a time that only moves when told.
type clock struct{ ns atomic.Int64 }

func (c *clock) elapsed() time.Duration         { return time.Duration(c.ns.Load()) }
func (c *clock) add(d time.Duration)            { c.ns.Add(int64(d)) }
func rate(n int64, per time.Duration) spec.Rate { return spec.Rate{Count: n, Per: per} }

func handle(c *clock, l spec.Limit) *Handle {
	return New(c.elapsed).Bind([]*spec.Consumer{{Name: "a", Limit: l}})[0]
}

func TestRequestsRefill(t *testing.T) {
	var c clock
	h := handle(&c, spec.Limit{Requests: rate(10, time.Second)})
	var r Reservation
	for i := range 10 {
		require.True(t, h.Admit(&r, 0, 0).OK, "request %d", i)
	}
	got := h.Admit(&r, 0, 0)
	assert.Equal(t, Refusal{Which: "requests", RetryAfter: 100 * time.Millisecond}, got)
	c.add(100 * time.Millisecond)
	assert.True(t, h.Admit(&r, 0, 0).OK)
	assert.False(t, h.Admit(&r, 0, 0).OK)
	c.add(time.Hour)
	assert.Equal(t, int64(10), h.State().RequestsRemaining, "an idle hour fills the bucket and no more")
}

func TestTokensAreReservedAndSettled(t *testing.T) {
	var c clock
	h := handle(&c, spec.Limit{Tokens: rate(1000, time.Minute)})
	var a, b Reservation
	require.True(t, h.Admit(&a, 100, 500).OK)
	assert.Equal(t, int64(400), h.State().TokensRemaining)
	assert.Equal(t, "tokens", h.Admit(&b, 401, 0).Which)
	a.Settle(150)
	assert.Equal(t, int64(850), h.State().TokensRemaining)
	a.Settle(900)
	assert.Equal(t, int64(850), h.State().TokensRemaining, "a second settle does nothing")
	require.True(t, h.Admit(&b, 10, 0).OK)
	b.Settle(2000)
	assert.Equal(t, int64(0), h.State().TokensRemaining)
	refusal := h.Admit(&a, 1, 0)
	assert.Equal(t, "tokens", refusal.Which)
	assert.Greater(t, refusal.RetryAfter, time.Minute, "a debt is waited for")
}

func TestRefusedTokensGiveTheRequestBack(t *testing.T) {
	var c clock
	h := handle(&c, spec.Limit{Requests: rate(2, time.Minute), Tokens: rate(100, time.Minute)})
	var r Reservation
	require.True(t, h.Admit(&r, 100, 0).OK)
	require.Equal(t, "tokens", h.Admit(&r, 50, 0).Which)
	assert.Equal(t, int64(1), h.State().RequestsRemaining)
	assert.Equal(t, Refusal{Which: "tokens_per_request"}, h.Admit(&r, 101, 0))
	assert.Equal(t, int64(1), h.State().RequestsRemaining)
}

func TestWholeLimitPassesFullBucket(t *testing.T) {
	for _, n := range []int64{1, 3, 7, 999, 1_000_003} {
		var c clock
		h := handle(&c, spec.Limit{Tokens: rate(n, time.Minute)})
		var r Reservation
		assert.True(t, h.Admit(&r, n, 1<<40).OK, "limit %d", n)
	}
}

func TestConcurrent(t *testing.T) {
	var c clock
	h := handle(&c, spec.Limit{Concurrent: 2})
	var a, b, d Reservation
	require.True(t, h.Admit(&a, 0, 0).OK)
	require.True(t, h.Admit(&b, 0, 0).OK)
	assert.Equal(t, "concurrent", h.Admit(&d, 0, 0).Which)
	a.Cancel()
	assert.True(t, h.Admit(&d, 0, 0).OK)
}

func TestStateOutlivesReload(t *testing.T) {
	var c clock
	l := New(c.elapsed)
	conf := []*spec.Consumer{{Name: "a", Limit: spec.Limit{Requests: rate(1, time.Hour)}}, {Name: "free"}}
	var r Reservation
	first := l.Bind(conf)
	assert.Nil(t, first[1])
	require.True(t, first[0].Admit(&r, 0, 0).OK)
	assert.False(t, l.Bind(conf)[0].Admit(&r, 0, 0).OK)
}

func running(start time.Time) func() time.Duration {
	return func() time.Duration { return time.Since(start) }
}

// TestNoOvershootUnderRace: over any span, no more than the bucket and its refill pass.
func TestNoOvershootUnderRace(t *testing.T) {
	start := time.Now()
	l := New(running(start))
	h := l.Bind([]*spec.Consumer{{Name: "a", Limit: spec.Limit{Requests: rate(1000, time.Second), Tokens: rate(50_000, time.Second)}}})[0]
	var requests, tokens atomic.Int64
	var wg sync.WaitGroup
	for range max(runtime.GOMAXPROCS(0)/2, 2) {
		wg.Go(func() {
			for time.Since(start) < 100*time.Millisecond {
				var r Reservation
				n := rand.Int64N(100)
				if h.Admit(&r, n, 0).OK {
					requests.Add(1)
					tokens.Add(n)
					r.Settle(n)
				}
			}
		})
	}
	wg.Wait()
	span := time.Since(start).Seconds()
	assert.LessOrEqual(t, float64(requests.Load()), 1000+1000*span)
	assert.LessOrEqual(t, float64(tokens.Load()), 50_000+50_000*span)
	assert.Positive(t, requests.Load())
}

func TestAdmitDoesNotAllocate(t *testing.T) {
	h := New(running(time.Now())).Bind([]*spec.Consumer{{Name: "a", Limit: spec.Limit{Requests: rate(1e9, time.Second), Tokens: rate(1e12, time.Second), Concurrent: 10}}})[0]
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		var r Reservation
		if h.Admit(&r, 100, 100).OK {
			r.Settle(50)
		}
		h.State()
	}))
}

func BenchmarkAdmitSettle(b *testing.B) {
	h := New(running(time.Now())).Bind([]*spec.Consumer{{Name: "a", Limit: spec.Limit{Requests: rate(1e9, time.Second), Tokens: rate(1e12, time.Second)}}})[0]
	b.ReportAllocs()
	for b.Loop() {
		var r Reservation
		h.Admit(&r, 100, 100)
		r.Settle(50)
	}
}
