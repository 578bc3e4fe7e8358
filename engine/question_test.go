package engine_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// judged is a gateway whose model "m" is guarded by a stage that asks model "judge", of a provider of its own.
type judged struct {
	*gateway
	model, judge *mock.Server
	log          *syncBuffer
}

func startJudged(t *testing.T, typ spec.ProviderType, ask func(c *hook.Call) error, hooks []abi.Hook, change ...func(*spec.Gateway)) judged {
	t.Helper()
	mm, ma := startMock(t, mock.Options{})
	jm, ja := startMock(t, mock.Options{})
	pm, pj := provider(spec.OpenAI, "p", ma), provider(typ, "j", ja)
	s := config([]*spec.Provider{pm, pj}, model("m", pm), model("judge", pj))
	fs := staged(s, stage("guard", abi.Observe, ask, hooks...))
	s.Log = spec.Log{Access: true, Format: "json"}
	for _, f := range change {
		f(s)
	}
	log := &syncBuffer{}
	return judged{start(t, s, fs, func(o *engine.Options) { o.Access = log }), mm, jm, log}
}

// question asks model judge about the prompt.
func question(c *hook.Call) *hook.Question {
	text, _ := c.Exchange.Get(abi.FieldPartText, 0, 0)
	return &hook.Question{
		Asker: "guard.fake", Model: "judge", System: []byte("Say whether it is \"bad\".\n"), Prompt: bytes.Clone(text),
		MaxTokens: 50, Deadline: time.Now().Add(2 * time.Second),
	}
}

// decide blocks by what the judge says.
func decide(c *hook.Call) error {
	q := question(c)
	if err := c.Asker.Ask(q); err != nil {
		return err
	}
	if q.Input <= 0 || q.Output <= 0 {
		return errors.New("nothing was counted")
	}
	if bytes.Contains(q.Text, []byte("BAD")) {
		c.Reason = append(c.Reason, q.Text...)
		c.Verdict = abi.Pack(abi.Block, 403, 0, 0)
	}
	return nil
}

// TestQuestions: a stage asks a model of either API, under the request's id, without the client's key, and its question
// passes no stage.
func TestQuestions(t *testing.T) {
	for _, typ := range []spec.ProviderType{spec.OpenAI, spec.Anthropic} {
		for _, client := range []struct{ path, body string }{
			{"/v1/chat/completions", chat("m", "%s")},
			{"/v1/messages", messages("m", "%s")},
			{"/v1/chat/completions", chat("m", "%s", streamed)},
		} {
			t.Run(string(typ)+client.path, func(t *testing.T) {
				var calls atomic.Int32
				g := startJudged(t, typ, func(c *hook.Call) error { calls.Add(1); return decide(c) }, []abi.Hook{abi.OnRequest}, limited(spec.Limit{Concurrent: 1}))
				a := g.post(client.path, strings.Replace(client.body, "%s", "fine", 1), bearer("k")...)
				require.Equal(t, 200, a.status, a.body)
				assert.Contains(t, a.body, "fine")
				a = g.post(client.path, strings.Replace(client.body, "%s", "BAD", 1), bearer("k")...)
				assert.Equal(t, 403, a.status, a.body)
				assert.EqualValues(t, 2, calls.Load(), "no question is shown to a stage")
				assert.EqualValues(t, 1, g.model.Requests())
				require.EqualValues(t, 2, g.judge.Requests())
				assert.Zero(t, g.judge.Malformed())
				seen := g.judge.Last(1)[0]
				assert.Contains(t, string(seen.Body), `up-j`)
				assert.Contains(t, string(seen.Body), `Say whether it is \"bad\".\n`)
				assert.Contains(t, string(seen.Body), `tokens":50`)
				assert.NotContains(t, string(seen.Body), `"stream"`)
				if typ == spec.Anthropic {
					assert.Equal(t, "/v1/messages", seen.Path)
					assert.NotEmpty(t, seen.Get("anthropic-version"))
					assert.Equal(t, "provider-key-j", seen.Get("x-api-key"))
				} else {
					assert.Equal(t, "/v1/chat/completions", seen.Path)
					assert.Equal(t, "Bearer provider-key-j", seen.Get("authorization"))
				}
				id := a.header.Get("X-Request-Id")
				eventually(t, time.Second, "lines", func() bool { return strings.Count(g.log.String(), id) == 2 })
				for line := range strings.Lines(g.log.String()) {
					if strings.Contains(line, id) && strings.Contains(line, `"asker"`) {
						assert.Contains(t, line, `"asker":"guard.fake"`)
						assert.Contains(t, line, `"model":"judge"`)
						assert.Regexp(t, `"tokens_in":[1-9]`, line)
					}
				}
				assert.Equal(t, 2.0, g.metric(`yett_upstream_attempts_total{provider="`+string(typ)+`.j",outcome="ok"}`))
				assert.Equal(t, 0.0, g.inFlight())
			})
		}
	}
}

func TestQuestionFails(t *testing.T) {
	for _, c := range []struct {
		name, prompt string
		change       func(q *hook.Question)
		kind         fault.Kind
		asked        int64
	}{
		{"unknown model", "hi", func(q *hook.Question) { q.Model = "nobody" }, fault.UnknownModel, 0},
		{"too slow", "[[mock model=up-j latency=3s]]", func(q *hook.Question) { q.Deadline = time.Now().Add(80 * time.Millisecond) }, fault.UpstreamTimeout, 1},
		{"too late", "hi", func(q *hook.Question) { q.Deadline = time.Now().Add(-time.Second) }, fault.UpstreamTimeout, 0},
		{"no time to try again", "[[mock model=up-j status=429 retry-after=1]]", func(q *hook.Question) { q.Deadline = time.Now().Add(300 * time.Millisecond) }, fault.UpstreamRateLimited, 1},
		{"down", "[[mock model=up-j status=503]]", func(*hook.Question) {}, fault.UpstreamServer, 3},
		{"refused", "[[mock model=up-j status=400]]", func(*hook.Question) {}, fault.UpstreamRejected, 1},
		{"cut", "[[mock model=up-j rst]]", func(*hook.Question) {}, fault.UpstreamCut, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got error
			var took time.Duration
			g := startJudged(t, spec.OpenAI, func(call *hook.Call) error {
				q := question(call)
				c.change(q)
				began := time.Now()
				got = call.Asker.Ask(q)
				took = time.Since(began)
				return nil
			}, []abi.Hook{abi.OnRequest})
			a := g.post("/v1/chat/completions", chat("m", c.prompt))
			assert.Equal(t, 200, a.status, "the request goes on: %s", a.body)
			var e *fault.Error
			require.ErrorAs(t, got, &e)
			assert.Equal(t, c.kind, e.Kind, e.Error())
			assert.Equal(t, c.asked, g.judge.Requests())
			assert.Less(t, took, 2*time.Second)
			eventually(t, time.Second, "the call ends", func() bool { return g.judge.Live() == 0 })
		})
	}
}

// TestImpatientQuestions: a plugin's own deadline says nothing of the provider, whose breaker stays closed.
func TestImpatientQuestions(t *testing.T) {
	g := startJudged(t, spec.OpenAI, func(c *hook.Call) error {
		q := question(c)
		if bytes.Contains(q.Prompt, []byte("latency")) {
			q.Deadline = time.Now().Add(30 * time.Millisecond)
		}
		return c.Asker.Ask(q)
	}, []abi.Hook{abi.OnRequest})
	for range 5 {
		assert.Equal(t, 504, g.post("/v1/chat/completions", chat("m", "[[mock model=up-j latency=1s]]")).status)
	}
	asked := g.judge.Requests()
	assert.EqualValues(t, 5, asked)
	assert.Equal(t, 200, g.post("/v1/chat/completions", chat("m", "hi")).status)
}

// TestQuestionFallsBack: targets and fallbacks of the judge are tried, its router plugin is not.
func TestQuestionFallsBack(t *testing.T) {
	spare, sa := startMock(t, mock.Options{})
	g := startJudged(t, spec.OpenAI, func(c *hook.Call) error {
		if c.Hook == abi.OnRoute {
			return errors.New("a question must not be routed by a plugin")
		}
		return decide(c)
	}, []abi.Hook{abi.OnRequest, abi.OnRoute}, func(s *spec.Gateway) {
		ps := provider(spec.Anthropic, "spare", sa)
		s.Providers = append(s.Providers, ps)
		second := model("second", ps)
		judge := s.Models[1]
		judge.Fallback = &spec.Fallback{To: []*spec.Model{second}}
		judge.Router = &spec.Plugin{Kind: "router", Name: "guard"}
		s.Models = append(s.Models, second)
	})
	assert.Equal(t, 403, g.post("/v1/chat/completions", chat("m", "[[mock model=up-j status=503]] BAD")).status)
	assert.EqualValues(t, 1, spare.Requests())
}

// TestQuestionsInStreams: a stage may ask while an answer is on its way.
func TestQuestionsInStreams(t *testing.T) {
	g := startJudged(t, spec.Anthropic, func(c *hook.Call) error {
		if c.Hook == abi.OnStreamEnd {
			return decide(c)
		}
		q := question(c)
		q.Prompt = bytes.Clone(c.Window)
		return c.Asker.Ask(q)
	}, []abi.Hook{abi.OnDelta, abi.OnStreamEnd})
	a := g.post("/v1/chat/completions", chat("m", "[[mock model=up-p gap=5ms]] fine", streamed))
	require.NoError(t, a.err)
	assert.True(t, strings.HasSuffix(a.body, "data: [DONE]\n\n"), a.body)
	assert.EqualValues(t, 13, g.judge.Requests())
	a = g.post("/v1/chat/completions", chat("m", "BAD", streamed))
	assert.NotContains(t, a.body, "[DONE]")
}

// TestQuestionEndsWithItsClient: the question of a client who left is not waited for; nor is one at the end of a drain.
func TestQuestionEndsWithItsClient(t *testing.T) {
	ended := make(chan error, 100)
	g := startJudged(t, spec.OpenAI, func(c *hook.Call) error {
		q := question(c)
		q.Deadline = time.Now().Add(20 * time.Second)
		err := c.Asker.Ask(q)
		ended <- err
		return err
	}, []abi.Hook{abi.OnRequest}, func(s *spec.Gateway) {
		s.Providers[1].Deadline = spec.Deadline{Connect: time.Second, Total: 20 * time.Second}
	})
	body := chat("m", "[[mock model=up-j latency=10s]]")
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
			defer cancel()
			g.try(ctx, "POST", "/v1/chat/completions", body)
		})
	}
	wg.Wait()
	for range 20 {
		var e *fault.Error
		require.ErrorAs(t, <-ended, &e)
		assert.Equal(t, fault.ClientGone, e.Kind)
	}
	eventually(t, time.Second, "upstream calls end", func() bool { return g.judge.Live() == 0 && g.inFlight() == 0 })
	assert.Zero(t, g.model.Requests())

	wg.Go(func() { g.try(context.Background(), "POST", "/v1/chat/completions", body) })
	eventually(t, time.Second, "it asks", func() bool { return g.judge.Live() == 1 })
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	g.Shutdown(ctx, 0)
	var e *fault.Error
	require.ErrorAs(t, <-ended, &e)
	assert.Equal(t, fault.Overloaded, e.Kind)
	wg.Wait()
}

// TestQuestionsUnderReloads: a question is made under the table of its request, which isn't retired meanwhile.
func TestQuestionsUnderReloads(t *testing.T) {
	g := startJudged(t, spec.OpenAI, decide, []abi.Hook{abi.OnRequest})
	var failed atomic.Int64
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				a, err := g.try(context.Background(), "POST", "/v1/chat/completions", chat("m", "[[mock latency=3ms]] fine"))
				if err != nil || a.status != 200 {
					failed.Add(1)
					t.Logf("request failed: %v %d %s", err, a.status, a.body)
				}
			}
		})
	}
	for n := range 20 {
		next := *g.spec
		next.Models = append([]*spec.Model(nil), g.spec.Models...)
		if n%2 == 0 { // and now the judge has another place
			next.Models[0], next.Models[1] = next.Models[1], next.Models[0]
		}
		require.NoError(t, g.Load(context.Background(), &next))
		time.Sleep(10 * time.Millisecond)
	}
	close(stop)
	wg.Wait()
	assert.Zero(t, failed.Load())
}

// TestQuestionsOfTheLog: a stage may ask when the request is over, whether its client is there or not.
func TestQuestionsOfTheLog(t *testing.T) {
	ended := make(chan error, 1)
	g := startJudged(t, spec.OpenAI, func(c *hook.Call) error {
		q := question(c)
		q.Prompt = []byte("[[mock model=up-j latency=30ms]]")
		ended <- c.Asker.Ask(q)
		return nil
	}, []abi.Hook{abi.OnLog})
	assert.Equal(t, 200, g.post("/v1/chat/completions", chat("m", "hi")).status)
	require.NoError(t, <-ended)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	g.try(ctx, "POST", "/v1/chat/completions", chat("m", "[[mock model=up-p latency=2s]]"))
	require.NoError(t, <-ended)
	assert.Equal(t, 200, g.post("/v1/chat/completions", chat("m", "hi")).status)
	require.NoError(t, <-ended)
	eventually(t, time.Second, "upstream calls end", func() bool { return g.judge.Live() == 0 && g.model.Live() == 0 })
}
