package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// TestTenants: everything is pooled, so this is the test that nothing is mixed: many consumers, each with a
// word of its own, in both dialects, whole and streamed, cached and not, with stages, faults and clients who
// leave. No word is ever in another's answer, nor upstream under another's request.
func TestTenants(t *testing.T) {
	t.Parallel()
	const tenants = 16
	total := 10_000
	if raceEnabled {
		total = 1_500
	}
	m, addr := startMock(t, mock.Options{Chunks: 4, Keep: 4096})
	ps := []*spec.Provider{provider(spec.OpenAI, "oai", addr), provider(spec.Anthropic, "ant", addr)}
	for _, p := range ps {
		p.Deadline = spec.DefaultDeadline
		p.Retry.Backoff = time.Millisecond
	}
	s := config(ps, model("oai", ps[0]), model("ant", ps[1]))
	cached(func(c *spec.Cache) { c.MaxBytes = 1 << 20 })(s)
	for i := range tenants {
		s.Consumers = append(s.Consumers, consumer(canary(i), "key-"+canary(i)))
	}
	fs := staged(s, redactor(), stage("stamp", abi.Observe, func(c *hook.Call) error {
		who, _ := c.Exchange.Get(abi.FieldConsumer, 0, 0)
		switch c.Hook {
		case abi.OnRequest:
			*c.State = append((*c.State)[:0], who...)
		default:
			if string(*c.State) != string(who) {
				return fmt.Errorf("state of %s for %s", *c.State, who)
			}
		}
		return nil
	}, abi.OnRequest, abi.OnResponse, abi.OnDelta, abi.OnStreamEnd))
	g := start(t, s, fs)

	var next, mixed, answered atomic.Int64
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for n := next.Add(1); n <= int64(total); n = next.Add(1) {
				i := rand.IntN(tenants)
				word := canary(i)
				prompt := fmt.Sprintf("%s %s", word, strings.Repeat("x", rand.IntN(3000)))
				if rand.IntN(3) == 0 {
					prompt = word // which is cached, and shared with its own kind
				}
				switch rand.IntN(12) {
				case 0:
					prompt = "[[mock gap=3ms]] " + prompt
				case 1:
					prompt = "[[mock status=400]] " + prompt
				case 2:
					prompt = "[[mock gap=1ms cut=2]] " + prompt
				}
				path, body := "/v1/chat/completions", chat([]string{"oai", "ant"}[rand.IntN(2)], prompt)
				if rand.IntN(2) == 0 {
					path, body = "/v1/messages", messages([]string{"oai", "ant"}[rand.IntN(2)], prompt)
				}
				if rand.IntN(2) == 0 {
					body = strings.TrimSuffix(body, "}") + streamed + "}"
				}
				ctx, cancel := context.Background(), context.CancelFunc(func() {})
				if rand.IntN(8) == 0 {
					ctx, cancel = context.WithTimeout(ctx, time.Duration(rand.IntN(8000))*time.Microsecond)
				}
				a, err := g.try(ctx, "POST", path, body, "Authorization", "Bearer key-"+word)
				cancel()
				if err != nil {
					continue
				}
				answered.Add(1)
				for k := range tenants {
					if k != i && (strings.Contains(a.body, canary(k)) || strings.Contains(fmt.Sprint(a.header), canary(k))) {
						mixed.Add(1)
						t.Logf("%s got %s: %s", word, canary(k), a.body)
					}
				}
				if strings.Contains(a.body, "state of") {
					mixed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	assert.Zero(t, mixed.Load())
	assert.Greater(t, answered.Load(), int64(total)*3/4)
	for _, seen := range m.Last(4096) {
		n := 0
		for k := range tenants {
			if strings.Contains(string(seen.Body), canary(k)) {
				n++
			}
		}
		assert.LessOrEqual(t, n, 1, "%s", seen.Body)
	}
	assert.Zero(t, g.metric("yett_panics_total"))
	eventually(t, 2*time.Second, "all is given back", func() bool { return g.inFlight() == 0 && m.Live() == 0 })
}

func canary(i int) string { return fmt.Sprintf("canary-%c%c%c", 'a'+i, 'z'-i, 'a'+i) }
