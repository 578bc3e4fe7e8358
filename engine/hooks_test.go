package engine_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
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

// TestUpstreamRequestEdits: the hook sees and changes the body that is sent, in the provider's dialect, anew for each
// attempt.
func TestUpstreamRequestEdits(t *testing.T) {
	bound := stage("bound", abi.Observe, func(c *hook.Call) error {
		if model, _ := c.Exchange.Get(abi.FieldModel, 0, 0); string(model) != "m" {
			return fault.New(fault.PluginFailed, "model reads "+string(model))
		}
		attempt, _ := c.Exchange.Num(abi.FieldAttempt, 0, 0)
		for _, e := range []hook.Edit{
			{Op: abi.Append, Field: abi.FieldSystem, Value: fmt.Appendf(nil, "attempt %d", attempt)},
			{Op: abi.Set1, Field: abi.FieldMaxTokens, Value: []byte("77")},
			{Op: abi.Set1, Field: abi.FieldPartText, I: 1, Value: []byte("[[mock echo size=50]] changed")},
		} {
			if e.Field == abi.FieldPartText {
				n, _ := c.Exchange.Num(abi.FieldMessages, 0, 0)
				e.I = int(n) - 1
			}
			if st := c.Exchange.Apply(&e); st != abi.OK {
				return fault.New(fault.PluginFailed, st.String())
			}
		}
		c.Verdict = abi.Pack(abi.Edited, 0, 0, 0)
		return nil
	}, abi.OnUpstreamRequest)
	for _, typ := range []spec.ProviderType{spec.OpenAI, spec.Anthropic} {
		g, m := oneStaged(t, typ, mock.Options{Script: "status=503 times=1"}, bound)
		g.spec.Providers[0].Retry = spec.Retry{Max: 1, Backoff: time.Millisecond, AfterCap: time.Second}
		require.NoError(t, g.Load(t.Context(), g.spec))
		for _, d := range []struct{ path, body string }{
			{"/v1/chat/completions", chat("m", "hi")}, {"/v1/messages", messages("m", "hi", streamed)},
		} {
			a := g.post(d.path, d.body)
			require.Equal(t, 200, a.status, a.body)
			assert.Contains(t, a.body, "changed")
			seen := m.Last(1)[0]
			assert.Equal(t, 1, bytes.Count(seen.Body, []byte("attempt ")), "%s", seen.Body)
			assert.Contains(t, string(seen.Body), "77")
			assert.Contains(t, string(seen.Body), `"up-p"`)
		}
	}
}

// TestErrorAdvice: a stage that is told of a failed attempt may have it tried again, there or elsewhere, within the
// gateway's bound of attempts.
func TestErrorAdvice(t *testing.T) {
	for name, c := range map[string]struct {
		script  string // of the first target
		verdict abi.Verdict
		status  int
		first   int // requests of the first target
		second  int
		kind    abi.Failure
	}{
		"elsewhere": {"status=400", abi.Pack(abi.Retry, 0, 0, 0), 200, 1, 1, abi.FailOther},
		"same":      {"status=400 times=2", abi.Pack(abi.Retry, 0, 0, 1), 200, 3, 0, abi.FailOther},
		"bounded":   {"status=400", abi.Pack(abi.Retry, 0, 0, 1), 400, spec.MaxAttempts, 0, abi.FailOther},
		"nothing":   {"status=400", abi.Pack(abi.Continue, 0, 0, 0), 400, 1, 0, abi.FailOther},
		"block":     {"status=503", abi.Pack(abi.Block, 418, 0, 0), 418, 1, 0, abi.FailServerError},
		"long":      {"code=context_length_exceeded", abi.Pack(abi.Retry, 0, 0, 0), 200, 1, 1, abi.FailContextLength},
		"cut":       {"cut=0", abi.Pack(abi.Retry, 0, 0, 0), 200, 1, 1, abi.FailInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			p, pa := startMock(t, mock.Options{Script: c.script})
			f, fa := startMock(t, mock.Options{})
			ps := []*spec.Provider{provider(spec.OpenAI, "p", pa), provider(spec.OpenAI, "f", fa)}
			s := config(ps, model("m", ps...))
			for _, p := range ps {
				p.Retry = spec.Retry{Backoff: time.Millisecond, AfterCap: time.Second}
			}
			g := start(t, s, staged(s, stage("advice", abi.Observe, func(call *hook.Call) error {
				if got := abi.Failure(call.Args[0]); got != c.kind {
					return fault.New(fault.PluginFailed, fmt.Sprint("told of failure ", got))
				}
				call.Verdict = c.verdict
				return nil
			}, abi.OnError)))
			for _, body := range []string{chat("m", "hi"), chat("m", "hi", streamed)} {
				p.Reset()
				first, second := p.Requests(), f.Requests()
				a := g.post("/v1/chat/completions", body)
				assert.Equal(t, c.status, a.status, a.body)
				assert.EqualValues(t, c.first, p.Requests()-first)
				assert.EqualValues(t, c.second, f.Requests()-second)
			}
		})
	}
}

// TestToolCallHook: a stage is shown each tool call whole, with name, id and arguments, in both dialects, streamed and
// not, translated and not; what it makes of the arguments is what the client gets.
func TestToolCallHook(t *testing.T) {
	type seen struct{ name, args string }
	var mu sync.Mutex
	var calls []seen
	verdict := abi.Pack(abi.Edited, 0, 0, 0)
	watch := stage("tools", abi.Observe, func(c *hook.Call) error {
		i, j := int(c.Args[0]>>16), int(c.Args[0]&0xffff)
		name, ok := c.Exchange.Get(abi.FieldAnswerPartName, i, j)
		call := seen{name: string(name)}
		args, ok2 := c.Exchange.Get(abi.FieldAnswerPartText, i, j)
		call.args = string(args)
		id, ok3 := c.Exchange.Get(abi.FieldAnswerPartID, i, j)
		kind, _ := c.Exchange.Num(abi.FieldAnswerPartKind, i, j)
		if !ok || !ok2 || !ok3 || len(id) == 0 || abi.Part(kind) != abi.PartToolCall || !json.Valid(args) {
			return fault.New(fault.PluginFailed, fmt.Sprintf("a call without name, arguments or id: %q %q %q", name, args, id))
		}
		if st := set(c, abi.FieldAnswerPartText, i, j, "no JSON"); st != abi.Invalid {
			return fault.New(fault.PluginFailed, "arguments may be anything: "+st.String())
		}
		mu.Lock()
		calls = append(calls, call)
		mu.Unlock()
		c.Verdict = verdict
		if verdict.Action() == abi.Edited {
			set(c, abi.FieldAnswerPartText, i, j, `{"changed":"by \"us\""}`)
		}
		return nil
	}, abi.OnToolCall)
	tools := map[bool]string{
		true:  `,"tools":[{"name":"weather","input_schema":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}]`,
		false: `,"tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}]`,
	}
	for _, typ := range []spec.ProviderType{spec.OpenAI, spec.Anthropic} {
		g, _ := oneStaged(t, typ, mock.Options{}, watch)
		for _, anthropic := range []bool{false, true} {
			for _, more := range []string{"", streamed} {
				t.Run(fmt.Sprint(typ, anthropic, more), func(t *testing.T) {
					path, body := "/v1/chat/completions", chat("m", "[[mock calls=2 size=3]] call the tool", tools[false], more)
					if anthropic {
						path, body = "/v1/messages", messages("m", "[[mock calls=2 size=3]] call the tool", tools[true], more)
					}
					calls, verdict = nil, abi.Pack(abi.Edited, 0, 0, 0)
					a := g.post(path, body)
					require.NoError(t, a.err)
					require.Equal(t, 200, a.status, a.body)
					require.Len(t, calls, 2, a.body)
					for _, c := range calls {
						assert.Equal(t, "weather", c.name)
						assert.Contains(t, c.args, "city")
					}
					assert.Equal(t, 2, strings.Count(a.body, "changed"), a.body)
					assert.NotContains(t, a.body, "city")
					assert.NotContains(t, a.body, "error")

					verdict = abi.Pack(abi.Block, 403, 0, 0)
					a = g.post(path, body)
					assert.Contains(t, a.body, "blocked by stage")
					assert.NotContains(t, a.body, "city")
					assert.NotContains(t, a.body, "[DONE]")
					assert.NotContains(t, a.body, "message_stop")
				})
			}
		}
	}
}

// TestToolCallWithoutArguments: a call that streams no arguments is shown all the same, once.
func TestToolCallWithoutArguments(t *testing.T) {
	shown := 0
	g, _ := oneStaged(t, spec.OpenAI, mock.Options{}, stage("tools", abi.Observe, func(c *hook.Call) error {
		shown++
		c.Verdict = abi.Pack(abi.Block, 0, 0, 0)
		return nil
	}, abi.OnToolCall))
	events := []string{
		`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"wipe","arguments":""}}]}}]}`,
		`{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}`, `[DONE]`,
	}
	g.spec.Providers[0].BaseURL = "http://" + origin(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, e := range events {
			fmt.Fprintf(w, "data: %s\n\n", e)
		}
	}) + "/v1"
	require.NoError(t, g.Load(t.Context(), g.spec))
	a := g.post("/v1/chat/completions", chat("m", "hi", streamed))
	assert.Equal(t, 1, shown)
	assert.Contains(t, a.body, "blocked by stage")
	assert.NotContains(t, a.body, "[DONE]")
}

// TestStreamEndFields: when a stream has ended, stages can read why, and who answered.
func TestStreamEndFields(t *testing.T) {
	for _, typ := range []spec.ProviderType{spec.OpenAI, spec.Anthropic} {
		g, _ := oneStaged(t, typ, mock.Options{}, stage("end", abi.Observe, func(c *hook.Call) error {
			finish, _ := c.Exchange.Get(abi.FieldFinish, 0, 0)
			c.Reason = append(c.Reason, "finish "+string(finish)...)
			model, _ := c.Exchange.Get(abi.FieldAnswerModel, 0, 0)
			c.Reason = append(c.Reason, " model "+string(model)...)
			c.Verdict = abi.Pack(abi.Block, 0, 0, 0)
			return nil
		}, abi.OnStreamEnd))
		for _, d := range []struct{ path, body string }{
			{"/v1/chat/completions", chat("m", "hi", streamed)}, {"/v1/messages", messages("m", "hi", streamed)},
		} {
			assert.Contains(t, g.post(d.path, d.body).body, "finish stop model up-p")
		}
	}
}

// TestLogHook: when a request is over its stages see request and answer, and what they note is in its line. The
// client doesn't wait for them, and its connection serves the next request meanwhile.
func TestLogHook(t *testing.T) {
	lines := &syncBuffer{}
	release := make(chan struct{})
	mark := stage("mark", abi.Observe, func(c *hook.Call) error {
		c.Tag = append(c.Tag, "tier=gold"...)
		c.Verdict = abi.Pack(abi.Tag, 0, 0, 0)
		return nil
	}, abi.OnRequest)
	log := stage("log", abi.Observe, func(c *hook.Call) error {
		<-release
		ask, _ := c.Exchange.Get(abi.FieldPartText, 0, 0)
		c.Tag = append(append(c.Tag, "said="...), ask...)
		c.Tag = append(c.Tag, '/')
		say, _ := c.Exchange.Get(abi.FieldAnswerPartText, 0, 0)
		c.Tag = append(c.Tag, say...)
		header, _ := c.Exchange.Named(abi.NameHeader, []byte("x-mine"))
		c.Tag = append(append(c.Tag, '/'), header...)
		c.Verdict = abi.Pack(abi.Tag, 0, 0, 0)
		return nil
	}, abi.OnLog)
	_, addr := startMock(t, mock.Options{})
	p := provider(spec.OpenAI, "p", addr)
	s := config([]*spec.Provider{p}, model("m", p))
	s.Log = spec.Log{Access: true, Format: "json"}
	g := start(t, s, staged(s, mark, log), func(o *engine.Options) { o.Access = lines })
	for i, more := range []string{"", streamed} {
		for n := range 3 {
			a := g.post("/v1/chat/completions", chat("m", fmt.Sprintf("hi %d %d", i, n), more), "X-Mine", fmt.Sprint(n))
			require.Equal(t, 200, a.status)
		}
	}
	assert.Empty(t, lines.String())
	close(release)
	eventually(t, 2*time.Second, "six lines", func() bool { return strings.Count(lines.String(), "\n") == 6 })
	for i := range 2 {
		for n := range 3 {
			ask := fmt.Sprintf("hi %d %d", i, n)
			want := fmt.Sprintf(`"tag.tier":"gold","tag.said":"%s/You said: %s w6 w7 w8 w9 w10 w11 w12/%d"`, ask, ask, n)
			if i == 1 { // the pieces are gone
				want = fmt.Sprintf(`"tag.tier":"gold","tag.said":"%s//%d"`, ask, n)
			}
			assert.Contains(t, lines.String(), want)
		}
	}
	assert.Zero(t, g.inFlight())
}

// TestCallSize: each call says how much it is about.
func TestCallSize(t *testing.T) {
	sizes := map[abi.Hook]int{}
	g, _ := oneStaged(t, spec.OpenAI, mock.Options{}, stage("size", abi.Observe, func(c *hook.Call) error {
		sizes[c.Hook] = c.Size
		if c.Hook == abi.OnDelta && c.Size != len(c.Window) {
			return fault.New(fault.PluginFailed, "a delta of another size")
		}
		return nil
	}, abi.OnRequest, abi.OnUpstreamRequest, abi.OnResponse, abi.OnDelta))
	body := chat("m", "hi")
	a := g.post("/v1/chat/completions", body)
	require.Equal(t, 200, a.status, a.body)
	assert.Equal(t, map[abi.Hook]int{abi.OnRequest: len(body), abi.OnUpstreamRequest: len(body), abi.OnResponse: len(a.body)}, sizes)
	assert.NotContains(t, g.post("/v1/chat/completions", chat("m", "hi", streamed)).body, "error")
}

// TestTokensGoPastNoGuard: embeddings of token numbers can't be read by a guard, so they are refused where there is
// one, and pass where there is none.
func TestTokensGoPastNoGuard(t *testing.T) {
	guarded, _ := oneStaged(t, spec.OpenAI, mock.Options{}, stage("look", abi.Observe, func(*hook.Call) error { return nil }, abi.OnRequest))
	free, _ := one(t, spec.OpenAI, mock.Options{})
	for _, input := range []string{`[1,2,3]`, `[[1,2],[3]]`} {
		body := `{"model":"m","input":` + input + `}`
		a := guarded.post("/v1/embeddings", body)
		assert.Equal(t, 400, a.status, a.body)
		assert.Contains(t, a.body, "send it as text")
		assert.Equal(t, 200, free.post("/v1/embeddings", body).status)
	}
	for _, input := range []string{`"a"`, `["a","b"]`} {
		assert.Equal(t, 200, guarded.post("/v1/embeddings", `{"model":"m","input":`+input+`}`).status)
	}
}

// syncBuffer is a buffer that is written and read at once.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
