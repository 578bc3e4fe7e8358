package engine_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// when is a condition in Go.
type when func(spec.Facts) bool

func (w when) True(f spec.Facts) bool { return w(f) }
func (w when) Source() string         { return "test" }

func set(c *hook.Call, f abi.Field, i, j int, v string) abi.Status {
	return c.Exchange.Apply(&hook.Edit{Op: abi.Set1, Field: f, I: i, J: j, Value: []byte(v)})
}

// TestStageOrder: stages run in order, see each other's edits, and only where their condition held when the
// request came.
func TestStageOrder(t *testing.T) {
	var mu sync.Mutex
	var trail []string
	note := func(name, add string) *fake {
		return stage(name, abi.Observe, func(c *hook.Call) error {
			mu.Lock()
			trail = append(trail, name+"."+c.Hook.String())
			mu.Unlock()
			switch c.Hook {
			case abi.OnRequest:
				*c.State = append((*c.State)[:0], "state of "+name...)
				text, _ := c.Exchange.Get(abi.FieldPartText, 0, 0)
				set(c, abi.FieldPartText, 0, 0, string(text)+add)
				c.Verdict = abi.Pack(abi.Edited, 0, 0, 0)
			case abi.OnResponse:
				if string(*c.State) != "state of "+name {
					return fault.New(fault.PluginFailed, "state was lost: "+string(*c.State))
				}
				text, _ := c.Exchange.Get(abi.FieldAnswerPartText, 0, 0)
				set(c, abi.FieldAnswerPartText, 0, 0, string(text)+"<"+name+">")
				c.Verdict = abi.Pack(abi.Edited, 0, 0, 0)
			}
			return nil
		}, abi.OnRequest, abi.OnUpstreamRequest, abi.OnResponse)
	}
	_, addr := startMock(t, mock.Options{})
	p := provider(spec.Mock, "p", addr)
	s := config([]*spec.Provider{p}, model("m", p))
	fs := staged(s, note("one", " ONE"), note("two", " TWO"), note("never", " NEVER"))
	s.Pipelines[0].Stages[1].When = when(func(f spec.Facts) bool { return string(f.Fact(spec.FactModel)) == "m" })
	s.Pipelines[0].Stages[2].When = when(func(f spec.Facts) bool { return f.Number(spec.FactStream) == 1 })
	g := start(t, s, fs)
	for _, d := range []struct{ path, body string }{{"/v1/chat/completions", chat("m", "hi")}, {"/v1/messages", messages("m", "hi")}} {
		trail = nil
		a := g.post(d.path, d.body)
		require.Equal(t, 200, a.status, a.body)
		assert.Contains(t, a.body, "You said: hi ONE TWO")
		assert.Contains(t, a.body, "<one><two>")
		assert.Equal(t, []string{
			"one.on_request", "two.on_request", "one.on_upstream_request", "two.on_upstream_request",
			"one.on_response", "two.on_response",
		}, trail)
	}
}

func TestStageBlocks(t *testing.T) {
	for _, h := range []abi.Hook{abi.OnRequest, abi.OnUpstreamRequest, abi.OnResponse, abi.OnDelta, abi.OnStreamEnd} {
		g, m := oneStaged(t, spec.Mock, mock.Options{}, stage("guard", abi.Transform, func(c *hook.Call) error {
			if c.Hook == h {
				c.Reason = append(c.Reason, "not with me"...)
				c.Verdict = abi.Pack(abi.Block, 451, 0, 0)
			}
			return nil
		}, h))
		for _, d := range []struct{ name, path, body string }{
			{"openai", "/v1/chat/completions", chat("m", "hi")},
			{"anthropic", "/v1/messages", messages("m", "hi")},
			{"openai stream", "/v1/chat/completions", chat("m", "hi", streamed)},
			{"anthropic stream", "/v1/messages", messages("m", "hi", streamed)},
		} {
			t.Run(h.String()+"/"+d.name, func(t *testing.T) {
				stream := strings.HasSuffix(d.name, "stream")
				switch {
				case stream && h == abi.OnResponse, !stream && h == abi.OnStreamEnd:
					t.Skip("the hook is not part of this answer")
				}
				a := g.post(d.path, d.body)
				require.NoError(t, a.err)
				assert.Contains(t, a.body, "not with me")
				if h != abi.OnStreamEnd {
					assert.Equal(t, 451, a.status, a.body)
					assert.NotContains(t, a.body, "You said")
					return
				}
				assert.Equal(t, 200, a.status)
				assert.NotContains(t, a.body, "[DONE]")
				assert.NotContains(t, a.body, "message_stop")
			})
		}
		if h == abi.OnRequest || h == abi.OnUpstreamRequest {
			assert.Zero(t, m.Requests())
		}
		assert.Zero(t, g.inFlight())
	}
}

// TestStageBlocksInTheMiddle: after the first byte a block is the dialect's error event, and what was used counts.
func TestStageBlocksInTheMiddle(t *testing.T) {
	g, m := oneStaged(t, spec.Mock, mock.Options{}, stage("guard", abi.Observe, func(c *hook.Call) error {
		if bytes.Contains(c.Window, []byte("w7")) {
			c.Verdict = abi.Pack(abi.Block, 0, 0, 0)
		}
		return nil
	}, abi.OnDelta))
	for _, d := range []struct{ path, body, event string }{
		{"/v1/chat/completions", chat("m", "[[mock gap=2ms]] hi", streamed), "data: {\"error\":"},
		{"/v1/messages", messages("m", "[[mock gap=2ms]] hi", streamed), "event: error\ndata: {\"type\":\"error\""},
	} {
		a := g.post(d.path, d.body)
		assert.Equal(t, 200, a.status)
		assert.Contains(t, a.body, "w6")
		assert.NotContains(t, a.body, "w7")
		assert.NotContains(t, a.body, "[DONE]")
		assert.NotContains(t, a.body, "message_stop")
		assert.Contains(t, a.body, d.event)
		eventually(t, 300*1e6, "upstream cancelled", func() bool { return m.Live() == 0 })
	}
}

func TestStageResponds(t *testing.T) {
	g, m := oneStaged(t, spec.Mock, mock.Options{}, stage("faq", abi.Observe, func(c *hook.Call) error {
		c.Body = append(c.Body, "an answer of \"mine\""...)
		c.Verdict = abi.Pack(abi.Respond, 0, 0, 0)
		return nil
	}, abi.OnRequest))
	for _, mode := range []string{"", streamed} {
		a := g.post("/v1/chat/completions", chat("m", "hi", mode))
		assert.Equal(t, 200, a.status)
		assert.Equal(t, `an answer of "mine"`, chatText(t, a.body, mode != ""))
		assert.Equal(t, mode != "", strings.HasSuffix(a.body, "data: [DONE]\n\n"))
		a = g.post("/v1/messages", messages("m", "hi", mode))
		assert.Equal(t, `an answer of "mine"`, blockText(t, a.body, mode != ""))
		assert.Equal(t, mode != "", strings.Contains(a.body, "message_stop"))
	}
	assert.Equal(t, 500, g.post("/v1/embeddings", `{"model":"m","input":"x"}`).status)
	assert.Zero(t, m.Requests())
}

// TestStageReroutes: the verdict decides, whatever else the stage edited.
func TestStageReroutes(t *testing.T) {
	m, addr := startMock(t, mock.Options{})
	p := provider(spec.OpenAI, "p", addr)
	cheap := model("cheap", p)
	cheap.Targets[0].Model = "up-cheap"
	s := config([]*spec.Provider{p}, model("m", p), cheap)
	edit, to := false, "cheap"
	fs := staged(s, stage("router", abi.Observe, func(c *hook.Call) error {
		if edit {
			set(c, abi.FieldPartText, 0, 0, "edited")
		}
		c.Model = append(c.Model, to...)
		c.Verdict = abi.Pack(abi.Reroute, 0, 0, 0)
		return nil
	}, abi.OnRequest), stage("head", abi.Observe, func(c *hook.Call) error {
		c.Exchange.Apply(&hook.Edit{Op: abi.Set1, Family: abi.NameUpstreamHeader, Name: []byte("x-up"), Value: []byte("1")})
		c.Exchange.Apply(&hook.Edit{Op: abi.Set1, Family: abi.NameAnswerHeader, Name: []byte("x-down"), Value: []byte("2")})
		for _, name := range []string{"authorization", "x-api-key", "host", "content-length", "x-yett-cache", "X-Up", "x-request-id"} {
			st := c.Exchange.Apply(&hook.Edit{Op: abi.Set1, Family: abi.NameUpstreamHeader, Name: []byte(name), Value: []byte("evil")})
			if st != abi.ReadOnly {
				return fault.New(fault.PluginFailed, name+" could be set")
			}
		}
		if _, ok := c.Exchange.Named(abi.NameHeader, []byte("Authorization")); ok {
			return fault.New(fault.PluginFailed, "the key could be read")
		}
		c.Verdict = abi.Pack(abi.Edited, 0, 0, 0)
		return nil
	}, abi.OnUpstreamRequest))
	g := start(t, s, fs)
	for _, edit = range []bool{false, true} {
		a := g.post("/v1/chat/completions", chat("m", "hi"), "Authorization", "Bearer x")
		require.Equal(t, 200, a.status, a.body)
		seen := m.Last(1)[0]
		assert.Contains(t, string(seen.Body), `"model":"up-cheap"`)
		assert.Equal(t, edit, strings.Contains(string(seen.Body), "edited"))
		assert.Equal(t, "1", seen.Get("x-up"))
		assert.Equal(t, "2", a.header.Get("x-down"))
	}
	to = "nobody"
	assert.Equal(t, 500, g.post("/v1/chat/completions", chat("m", "hi")).status)
}

// TestStageReroutesToOwnName: a model that its provider knows by the name that clients use is asked for by it.
func TestStageReroutesToOwnName(t *testing.T) {
	for _, typ := range []spec.ProviderType{spec.OpenAI, spec.Anthropic} {
		m, addr := startMock(t, mock.Options{})
		p := provider(typ, "p", addr)
		cheap := model("cheap", p)
		cheap.Targets[0].Model = "cheap"
		s := config([]*spec.Provider{p}, model("m", p), cheap)
		g := start(t, s, staged(s, stage("router", abi.Observe, func(c *hook.Call) error {
			c.Model = append(c.Model, "cheap"...)
			c.Verdict = abi.Pack(abi.Reroute, 0, 0, 0)
			return nil
		}, abi.OnRequest)))
		for _, d := range []struct{ path, body string }{{"/v1/chat/completions", chat("m", "hi")}, {"/v1/messages", messages("m", "hi")}} {
			a := g.post(d.path, d.body)
			require.Equal(t, 200, a.status, a.body)
			assert.Contains(t, string(m.Last(1)[0].Body), `"model":"cheap"`, "%s by %s", d.path, typ)
		}
	}
}

func TestStageFails(t *testing.T) {
	fail := fmt.Errorf("boom at /secret/path")
	for _, h := range []abi.Hook{abi.OnRequest, abi.OnResponse, abi.OnDelta} {
		g, _ := oneStaged(t, spec.Mock, mock.Options{}, stage("bad", abi.Transform, func(c *hook.Call) error { return fail }, h))
		for _, mode := range []string{"", streamed} {
			if h == abi.OnResponse && mode != "" {
				continue
			}
			a := g.post("/v1/chat/completions", chat("m", "hi", mode))
			assert.Equal(t, 500, a.status)
			assert.Contains(t, a.body, `stage \"bad\" failed`)
			assert.NotContains(t, a.body, "secret")
		}
	}
}

// TestStagePanics: one answer fails, is counted, and the process goes on.
func TestStagePanics(t *testing.T) {
	for _, h := range []abi.Hook{abi.OnRequest, abi.OnResponse, abi.OnDelta, abi.OnStreamEnd} {
		calls := 0
		g, m := oneStaged(t, spec.Mock, mock.Options{}, stage("bad", abi.Transform, func(c *hook.Call) error {
			if calls++; h != abi.OnDelta || calls > 3 {
				panic("a bug")
			}
			return nil
		}, h))
		want := 0.0
		for _, d := range []struct{ path, body string }{
			{"/v1/chat/completions", chat("m", "[[mock gap=2ms]] hi")},
			{"/v1/messages", messages("m", "[[mock gap=2ms]] hi")},
			{"/v1/chat/completions", chat("m", "[[mock gap=2ms]] hi", streamed)},
			{"/v1/messages", messages("m", "[[mock gap=2ms]] hi", streamed)},
		} {
			stream := strings.Contains(d.body, "stream")
			if stream && h == abi.OnResponse || !stream && (h == abi.OnStreamEnd || h == abi.OnDelta) {
				continue
			}
			calls = 0
			want++
			a := g.post(d.path, d.body)
			require.NoError(t, a.err)
			assert.Contains(t, a.body, "the gateway failed on this request")
			assert.Contains(t, a.body, a.header.Get("X-Request-Id"))
			assert.NotContains(t, a.body, "[DONE]")
			assert.NotContains(t, a.body, "message_stop")
			if !stream || h == abi.OnRequest {
				assert.Equal(t, 500, a.status)
			}
			assert.Equal(t, want, g.metric("yett_panics_total"))
			eventually(t, 300*1e6, "given back", func() bool { return m.Live() == 0 && g.inFlight() == 0 })
		}
	}
}

// redactor replaces every "secret" by "[gone]", whatever pieces it comes in: it holds back what may be the
// beginning of one.
func redactor() *fake {
	const word = "secret"
	return stage("redact", abi.Transform, func(c *hook.Call) error {
		out := bytes.ReplaceAll(c.Window, []byte(word), []byte("[gone]"))
		hold := 0
		if !c.Final {
			for n := min(len(word)-1, len(out)); n > 0; n-- {
				if strings.HasPrefix(word, string(out[len(out)-n:])) {
					hold = n
					break
				}
			}
		}
		c.Delta = append(c.Delta, out[:len(out)-hold]...)
		c.Verdict = abi.Pack(abi.Hold, 0, abi.FlagReplaced, uint32(hold))
		return nil
	}, abi.OnDelta)
}

// TestHeldText: the text that a client puts together is what the stages make of the whole, however the
// provider cut it into events, in both dialects, translated and not, choices interleaved.
func TestHeldText(t *testing.T) {
	words := []string{"secret", "sec", "ret", "s", "é", "漢字", "🙂", "\"quoted\"", "\n", "secretsecret", "plain text", "\\", "se"}
	shout := stage("shout", abi.Transform, func(c *hook.Call) error {
		c.Delta = append(c.Delta, strings.ReplaceAll(string(c.Window), "a", "A")...)
		c.Verdict = abi.Pack(abi.Continue, 0, abi.FlagReplaced, 0)
		return nil
	}, abi.OnDelta)
	everything := stage("all", abi.Transform, func(c *hook.Call) error {
		if !c.Final {
			c.Verdict = abi.Pack(abi.Hold, 0, 0, uint32(len(c.Window)))
		}
		return nil
	}, abi.OnDelta)
	collect := stage("collect", abi.Buffer, func(c *hook.Call) error {
		if !c.Final {
			return fault.New(fault.PluginFailed, "a buffering stage was shown a piece")
		}
		return nil
	}, abi.OnDelta)
	var events []string
	addr := origin(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, e := range events {
			fmt.Fprint(w, e)
		}
	})
	for _, chain := range [][]*fake{{redactor()}, {redactor(), shout}, {shout, everything, redactor()}, {collect, redactor()}} {
		p := provider(spec.OpenAI, "p", addr)
		s := config([]*spec.Provider{p}, model("m", p))
		g := start(t, s, staged(s, chain...))
		for seed := range uint64(25) {
			rnd := rand.New(rand.NewPCG(seed, 1))
			n := 1 + rnd.IntN(3)
			texts := make([]string, n)
			left := make([]string, n)
			for i := range texts {
				for range rnd.IntN(12) {
					texts[i] += words[rnd.IntN(len(words))]
				}
				left[i] = texts[i]
			}
			events = chunks(rnd, left)
			expect := func(i int) string {
				e := strings.ReplaceAll(texts[i], "secret", "[gone]")
				if len(chain) > 1 && chain[len(chain)-1] == shout || chain[0] == shout {
					e = strings.ReplaceAll(e, "a", "A")
				}
				return e
			}
			a := g.post("/v1/chat/completions", chat("m", "hi", streamed))
			require.Equal(t, 200, a.status, a.body)
			got := chatTexts(t, a.body, true)
			for i := range texts {
				require.Equal(t, expect(i), got[i], "seed %d choice %d: %q", seed, i, events)
			}
			require.True(t, strings.HasSuffix(a.body, "data: [DONE]\n\n"))
			if n == 1 {
				a = g.post("/v1/messages", messages("m", "hi", streamed))
				require.Equal(t, 200, a.status, a.body)
				require.Equal(t, expect(0), blockText(t, a.body, true), "seed %d: %q", seed, events)
				require.Contains(t, a.body, "message_stop")
			}
		}
	}
}

// TestAskedText: a stage that is asked before a text is collected lets prose go on as it comes, and sees what it keeps whole, once.
func TestAskedText(t *testing.T) {
	var events, shown []string
	asked := stage("asked", abi.Buffer, func(c *hook.Call) error {
		window := string(c.Window)
		shown = append(shown, fmt.Sprintf("%t %.12s %d", c.Final, window, len(window)))
		switch {
		case len(window) != c.New && !c.Final || len(c.Before) > 0:
			return fault.New(fault.PluginFailed, "the begin of a text isn't all new")
		case strings.HasPrefix(window, "tagged"):
			c.Tag, c.Verdict = append(c.Tag, "seen=yes"...), abi.Pack(abi.Tag, 0, 0, 0)
		case strings.HasPrefix(window, "replaced") && !c.Final:
			c.Delta, c.Verdict = append(c.Delta, "x"...), abi.Pack(abi.Continue, 0, abi.FlagReplaced, 0)
		case strings.HasPrefix(window, "{") && !c.Final:
			c.Verdict = abi.Pack(abi.Hold, 0, 0, uint32(len(c.Window)))
		case strings.HasSuffix(window, "bad"):
			c.Reason, c.Verdict = append(c.Reason, "no"...), abi.Pack(abi.Block, 451, 0, 0)
		}
		return nil
	}, abi.OnDelta)
	asked.info.Asks = true
	addr := origin(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, e := range events {
			fmt.Fprint(w, e)
		}
	})
	p := provider(spec.OpenAI, "p", addr)
	s := config([]*spec.Provider{p}, model("m", p))
	g := start(t, s, staged(s, asked))
	long := strings.Repeat("é", abi.MaxHold)
	for _, test := range []struct {
		name, want string
		pieces     []string
		shown      []string
	}{
		{"goes on", "a b bad", []string{"a", " b", " bad"}, []string{"false a 1"}},
		{"is tagged and goes on", "tagged bad", []string{"tagged", " bad"}, []string{"false tagged 6"}},
		{"is kept", "{a}", []string{"{", "a", "}"}, []string{"false { 1", "true {a} 3"}},
		{"is kept and refused", "", []string{"{", "a", " bad"}, []string{"false { 1", "true {a bad 6"}},
		{"is replaced only when it is whole", "replaced!", []string{"replaced", "!"}, []string{"false replaced 8", "true replaced! 9"}},
		{"is refused at once", "", []string{"bad", "!"}, []string{"false bad 3"}},
		{"is long", "x" + long, []string{"x" + long, ""}, []string{"false " + ("x" + long)[:23] + " 65535"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			events, shown = nil, nil
			for n, piece := range test.pieces {
				finish := "null"
				if n == len(test.pieces)-1 {
					finish = `"stop"`
				}
				events = append(events, fmt.Sprintf("data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":%s},\"finish_reason\":%s}]}\n\n", quote(piece), finish))
			}
			events = append(events, "data: [DONE]\n\n")
			a := g.post("/v1/chat/completions", chat("m", "hi", streamed))
			if assert.Equal(t, test.shown, shown); test.want == "" {
				assert.NotContains(t, a.body, "bad")
				assert.NotContains(t, a.body, "[DONE]")
				return
			}
			require.Equal(t, 200, a.status, a.body)
			assert.Equal(t, test.want, chatTexts(t, a.body, true)[0])
		})
	}
}

// chunks cuts texts into chat completion chunks at random runes, choices interleaved; sometimes the last
// piece comes with the finish reason.
func chunks(rnd *rand.Rand, left []string) (events []string) {
	event := func(i int, text string, finish string) {
		events = append(events, fmt.Sprintf("data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"x\",\"choices\":[{\"index\":%d,\"delta\":{\"content\":%s},\"finish_reason\":%s}]}\n\n", i, quote(text), finish))
	}
	for i := range left {
		events = append(events, fmt.Sprintf("data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"x\",\"choices\":[{\"index\":%d,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n", i))
	}
	open := rnd.Perm(len(left))
	for len(open) > 0 {
		k := rnd.IntN(len(open))
		i := open[k]
		rs := []rune(left[i])
		n := min(1+rnd.IntN(5), len(rs))
		left[i] = string(rs[n:])
		if left[i] != "" {
			event(i, string(rs[:n]), "null")
			continue
		}
		open = append(open[:k], open[k+1:]...)
		if rnd.IntN(2) == 0 {
			event(i, string(rs[:n]), `"stop"`)
		} else {
			event(i, string(rs[:n]), "null")
			event(i, "", `"stop"`)
		}
	}
	return append(events, "data: [DONE]\n\n")
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

// TestHeldArguments: what was held of a tool call's arguments leaves without a second id or name.
func TestHeldArguments(t *testing.T) {
	all := func() *fake {
		return stage("all", abi.Transform, func(c *hook.Call) error {
			if !c.Final {
				c.Verdict = abi.Pack(abi.Hold, 0, 0, uint32(len(c.Window)))
			}
			return nil
		}, abi.OnDelta)
	}
	for _, typ := range []spec.ProviderType{spec.OpenAI, spec.Anthropic} {
		g, _ := oneStaged(t, typ, mock.Options{}, all())
		clean, _ := one(t, typ, mock.Options{})
		for _, d := range []struct{ path, body, name string }{
			{"/v1/chat/completions", chat("m", "[[mock calls=2]] call the tool", tools, streamed), `"name":"weather"`},
			{"/v1/messages", messages("m", "[[mock calls=2]] call the tool", blockTools, streamed), `"name":"weather"`},
		} {
			a, b := g.post(d.path, d.body), clean.post(d.path, d.body)
			require.Equal(t, 200, a.status, a.body)
			assert.Equal(t, strings.Count(b.body, d.name), strings.Count(a.body, d.name), a.body)
			assert.Equal(t, strings.Count(b.body, `"id":"call_`), strings.Count(a.body, `"id":"call_`), a.body)
			assert.Equal(t, arguments(t, b.body), arguments(t, a.body))
			assert.NotEmpty(t, arguments(t, a.body)["1"])
		}
	}
}

// arguments puts the arguments of a stream's tool calls together, by their index.
func arguments(t testing.TB, body string) map[string]string {
	t.Helper()
	args := map[string]string{}
	for _, d := range eventData(body) {
		if d == "[DONE]" {
			continue
		}
		var e struct {
			Index int
			Delta struct {
				PartialJSON string `json:"partial_json"`
			}
			Choices []struct {
				Delta struct {
					ToolCalls []struct {
						Index    int
						Function struct{ Arguments string }
					} `json:"tool_calls"`
				}
			}
		}
		require.NoError(t, json.Unmarshal([]byte(d), &e), d)
		args[fmt.Sprint(e.Index)] += e.Delta.PartialJSON
		for _, c := range e.Choices {
			for _, call := range c.Delta.ToolCalls {
				args[fmt.Sprint(call.Index)] += call.Function.Arguments
			}
		}
	}
	for k, v := range args {
		if v == "" {
			delete(args, k)
		}
	}
	return args
}
