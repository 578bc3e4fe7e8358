package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/spec"
)

// TestFailover is the sixteen faults of public failover benchmarks but S15, with times scaled down: each in a
// plain and in a streamed call. Stream repair is not part of this release, so a stream that breaks after its
// first token must end in a clean error.
func TestFailover(t *testing.T) {
	t.Parallel()
	const whole, errs, broken = "whole", "error", "broken stream"
	for _, c := range []struct {
		name   string
		script string // for P; %s is not used
		plain  string // outcome of a plain call
		stream string
		status int // of an error
		p      [2]int64
		within time.Duration
		least  time.Duration
	}{
		{"S01 429 once with Retry-After", "status=429 retry-after=1 times=1", whole, whole, 0, [2]int64{2, 2}, 3 * time.Second, 900 * time.Millisecond},
		{"S02 429 for ever", "status=429", whole, whole, 0, [2]int64{2, 4}, 2 * time.Second, 0},
		{"S03 500 once", "status=500 times=1", whole, whole, 0, [2]int64{2, 2}, time.Second, 0},
		{"S04 503 for ever", "status=503", whole, whole, 0, [2]int64{2, 5}, 2 * time.Second, 0},
		{"S05 reset before the head", "rst times=1", whole, whole, 0, [2]int64{2, 2}, time.Second, 0},
		{"S06 silence", "headers=20s", whole, whole, 0, [2]int64{1, 1}, 2 * time.Second, 400 * time.Millisecond},
		{"S07 late first token", "first=20s", whole, whole, 0, [2]int64{1, 1}, 4 * time.Second, 400 * time.Millisecond},
		{"S08 cut after 40 of 60", "gap=2ms cut=40", whole, broken, 0, [2]int64{1, 3}, 2 * time.Second, 0},
		{"S09 20 tokens, then silence", "gap=2ms stall=20:20s", whole, broken, 0, [2]int64{1, 3}, 5 * time.Second, 400 * time.Millisecond},
		{"S10 one event is no JSON", "stream=true garbage=10", whole, whole, 0, [2]int64{1, 1}, time.Second, 0},
		{"S11 no [DONE]", "stream=true nodone", whole, whole, 0, [2]int64{1, 1}, time.Second, 0},
		{"S12 context length", "code=context_length_exceeded", whole, whole, 0, [2]int64{1, 1}, time.Second, 0},
		{"S13 content policy", "code=content_policy_violation", errs, errs, 400, [2]int64{1, 1}, time.Second, 0},
		{"S14 cut, and F takes no prefill", "gap=2ms cut=40", whole, broken, 0, [2]int64{1, 3}, 2 * time.Second, 0},
		{"refused key", "status=401", whole, whole, 0, [2]int64{1, 1}, time.Second, 0},
		{"forbidden", "status=403", whole, whole, 0, [2]int64{1, 1}, time.Second, 0},
		{"unknown upstream model", "status=404", whole, whole, 0, [2]int64{1, 1}, time.Second, 0},
		{"another 400", "status=400 message=\"temperature is too hot\"", errs, errs, 400, [2]int64{1, 1}, time.Second, 0},
		{"422", "status=422", errs, errs, 422, [2]int64{1, 1}, time.Second, 0},
		{"html", "html", whole, whole, 0, [2]int64{1, 1}, time.Second, 0},
		{"empty 200", "empty", whole, whole, 0, [2]int64{1, 3}, time.Second, 0},
		{"absurd length", "hugelen", whole, whole, 0, [2]int64{1, 3}, 2 * time.Second, 0},
		{"two lengths", "twolen", whole, whole, 0, [2]int64{1, 3}, 2 * time.Second, 0},
		{"length and chunks", "tecl", whole, whole, 0, [2]int64{1, 3}, 2 * time.Second, 0},
		{"no HTTP", "nohttp", whole, whole, 0, [2]int64{1, 3}, 2 * time.Second, 0},
		{"head without end", "infinite-head", whole, whole, 0, [2]int64{1, 3}, 2 * time.Second, 0},
		{"interim flood", "1xx=50", whole, whole, 0, [2]int64{1, 3}, 2 * time.Second, 0},
		{"error event first", "stream=true error-event=0", whole, whole, 0, [2]int64{1, 3}, 2 * time.Second, 0},
		{"error event in the middle", "gap=2ms stream=true error-event=30", whole, broken, 0, [2]int64{1, 1}, 2 * time.Second, 0},
		{"reset in the answer", "gap=2ms rst=30", whole, broken, 0, [2]int64{1, 3}, 2 * time.Second, 0},
		{"broken chunk", "gap=2ms badchunk", whole, broken, 0, [2]int64{1, 3}, 6 * time.Second, 0},
		{"Retry-After too long", "status=429 retry-after=86400", whole, whole, 0, [2]int64{1, 1}, time.Second, 0},
		{"Retry-After nonsense", "status=429 retry-after=soon", whole, whole, 0, [2]int64{2, 4}, 2 * time.Second, 0},
		{"Retry-After as a date", "status=503 retry-after=date:1s times=1", whole, whole, 0, [2]int64{2, 2}, 4 * time.Second, 1},
		{"neither finish nor [DONE]", "gap=2ms stream=true nofinish", whole, broken, 0, [2]int64{1, 1}, time.Second, 0},
	} {
		for _, mode := range []string{"plain", "stream"} {
			t.Run(c.name+"/"+mode, func(t *testing.T) {
				t.Parallel()
				g, p, f := pair(t, func(s *spec.Gateway) { s.Providers[0].Deadline.FirstToken = 600 * time.Millisecond })
				script := "[[mock model=up-p " + c.script + "; model=up-f noprefill]] hello"
				more, want := "", c.plain
				if mode == "stream" {
					more, want = streamed+`,"stream_options":{"include_usage":true}`, c.stream
				}
				began := time.Now()
				a := g.post("/v1/chat/completions", chat("m", script, more))
				took := time.Since(began)
				assert.Less(t, took, c.within+2*time.Second, "bounded")
				require.NoError(t, a.err, "the body is framed to its end")
				switch want {
				case whole:
					require.Equal(t, 200, a.status, a.body)
					assert.GreaterOrEqual(t, took, c.least)
					assert.Contains(t, a.body, "usage")
					assert.NotContains(t, a.body, `"error"`)
					if f.Requests() > 0 {
						assert.Contains(t, a.body, `"model":"up-f"`, "the answer names the model that gave it")
					}
					if mode == "stream" {
						assert.Equal(t, 1, strings.Count(a.body, "data: [DONE]"), a.body)
						assert.Contains(t, a.body, `"finish_reason":"stop"`)
					}
				case broken:
					require.Equal(t, 200, a.status, a.body)
					assert.NotContains(t, a.body, "[DONE]")
					assert.Contains(t, a.body[strings.LastIndex(strings.TrimSpace(a.body), "\n\n"):], `data: {"error":{`)
				case errs:
					require.Equal(t, c.status, a.status, a.body)
					assert.Contains(t, a.body, `"error"`)
					assert.Equal(t, "false", a.header.Get("X-Should-Retry"))
					assert.Zero(t, f.Requests(), "not asked elsewhere")
				}
				assert.GreaterOrEqual(t, p.Requests(), min(c.p[0], p.Connections()))
				assert.LessOrEqual(t, p.Requests(), c.p[1])
				assert.LessOrEqual(t, p.Requests()+f.Requests(), int64(spec.MaxAttempts))
				eventually(t, time.Second, "nothing goes on upstream", func() bool { return p.Live() == 0 && f.Live() == 0 })

				again := g.post("/v1/chat/completions", chat("m", "[[mock]] hello"))
				assert.Equal(t, 200, again.status, "a healthy call works afterwards")
				assert.Zero(t, g.inFlight())
			})
		}
	}
}
