package builtin

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

// TestLimits: the guard in the sandbox, with the models' own encodings.
func TestLimits(t *testing.T) {
	s := stage(t, "guard", "limits", `{
		"models": {"allow": ["gpt-4*"]}, "tools": {"deny": ["shell"]},
		"prompt": {"tokens": 40, "over": "trim", "images": 0}, "max_tokens": {"most": 100}, "temperature": {"most": 1},
		"answer": {"tokens": 5}
	}`)
	ask := func(c *sdktest.Conversation) *hook.Call {
		call := newCall(c)
		call.Hook = abi.OnRequest
		require.NoError(t, s.Call(call))
		return call
	}
	c := sdktest.NewConversation(
		sdktest.System("You are brief."),
		sdktest.User("Tell me a long story about a fox that lives in a forest, and about its friends, the owl and the hare."), sdktest.Assistant("No."),
		sdktest.User("hello world"),
	)
	c.Temperature = "1.9"
	call := ask(c)
	assert.Equal(t, abi.Tag, call.Verdict.Action())
	assert.Equal(t, "limits=trimmed", string(call.Tag))
	require.Len(t, c.Messages, 2)
	assert.Equal(t, "hello world", c.Messages[1].Text())
	assert.EqualValues(t, 100, c.MaxTokens)
	assert.Equal(t, "1", c.Temperature)

	c = sdktest.NewConversation(sdktest.User(strings.Repeat("hello world ", 20)))
	call = ask(c)
	assert.Equal(t, abi.Block, call.Verdict.Action())
	assert.Equal(t, "the request has 48 tokens, and 40 is the most; shorten it", string(call.Reason)) // 3 + 3 + 1 + 41
	c = sdktest.NewConversation(sdktest.User("hi"))
	c.Model = "o3"
	assert.Equal(t, abi.Block, ask(c).Verdict.Action())

	ch := &channel{s: s, c: newCall(sdktest.NewConversation()), kind: abi.PartText}
	var out strings.Builder
	for _, piece := range []string{"hello", " world", " and", " all", " of", " you", "!"} {
		released, _ := ch.send(t, piece, piece == "!")
		out.WriteString(released)
	}
	assert.Equal(t, "hello world and all of", out.String())

	answered := sdktest.NewConversation()
	answered.Answers = []sdktest.Message{sdktest.Assistant("hello world and all of you!"), {Role: "assistant", Parts: []sdktest.Part{{Kind: abi.PartToolCall, Name: "shell", Text: "{}"}}}}
	call = newCall(answered)
	call.Hook = abi.OnResponse
	require.NoError(t, s.Call(call))
	assert.Equal(t, "hello world and all of", answered.Answers[0].Text())
	call = newCall(answered)
	call.Hook, call.Args = abi.OnToolCall, [3]int32{1 << 16}
	require.NoError(t, s.Call(call))
	assert.Equal(t, abi.Block, call.Verdict.Action())
	assert.Contains(t, string(call.Reason), `"shell"`)
}

// TestLimitsOfLongTexts: the longest prompts are counted, and cut, within the default budget of a call.
func TestLimitsOfLongTexts(t *testing.T) {
	s := stage(t, "guard", "limits", `{"prompt": {"tokens": 300000}, "answer": {"tokens": 1000}}`)
	prose := strings.Repeat("The quick brown fox jumps over the lazy dog and runs far away from it, again and again. ", 6000)
	c := newCall(sdktest.NewConversation(sdktest.User(prose)))
	c.Hook = abi.OnRequest
	require.NoError(t, s.Call(c), "%d bytes", len(prose))
	assert.Zero(t, c.Verdict)
	answered := sdktest.NewConversation()
	answered.Answers = []sdktest.Message{sdktest.Assistant(prose[:100_000])}
	c = newCall(answered)
	c.Hook = abi.OnResponse
	require.NoError(t, s.Call(c))
	assert.InDelta(t, 4400, len(answered.Answers[0].Text()), 200)
}

// ready joins a host to the engine as the program does.
type ready struct{ *host.Host }

func (r ready) Ready(ctx context.Context, g *spec.Gateway) (engine.Stages, error) {
	s, err := r.Host.Ready(ctx, g)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// TestLimitsInGateway: edits are made to the bodies of both APIs, and streams are cut in both.
func TestLimitsInGateway(t *testing.T) {
	m := mock.New(mock.Options{})
	addr, err := m.Start()
	require.NoError(t, err)
	t.Cleanup(m.Close)
	p := &spec.Provider{Type: spec.OpenAI, Name: "p", BaseURL: "http://" + addr + "/v1", APIKey: spec.NewSecret("key"), Connections: 8}
	caller := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { // a model that calls what nobody declared
		w.Header().Set("Content-Type", "text/event-stream")
		for _, delta := range []string{
			`{"role":"assistant","tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"shell","arguments":""}}]}`,
			`{"tool_calls":[{"index":0,"function":{"arguments":"{\"run\":"}}]}`, `{"tool_calls":[{"index":0,"function":{"arguments":"\"rimraf\"}"}}]}`,
		} {
			_, _ = io.WriteString(w, `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"up","choices":[{"index":0,"delta":`+delta+`,"finish_reason":null}]}`+"\n\n")
		}
		_, _ = io.WriteString(w, `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"up","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}`+"\n\ndata: [DONE]\n\n")
	}))
	t.Cleanup(caller.Close)
	rogue := &spec.Provider{Type: spec.OpenAI, Name: "rogue", BaseURL: caller.URL + "/v1", APIKey: spec.NewSecret("key"), Connections: 8}
	guard := &spec.Plugin{
		Kind: "guard", Name: "limits", Source: "builtin", OnError: "deny", Limit: spec.DefaultPluginLimit, Grant: spec.Grant{Tokens: true},
		Config: []byte(`{"prompt":{"messages":2,"over":"trim"},"max_tokens":{"most":50},"choices":{"most":2},"temperature":{"most":1},"tools":{"deny":["shell"]},"answer":{"characters":15}}`),
	}
	line := &spec.Pipeline{Name: "line", Stages: []*spec.Stage{{Name: "limits", Plugin: guard, Config: guard.Config}}}
	h, err := host.New(context.Background(), host.Options{Modules: modules(t)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.Close()) })
	g := engine.New(engine.Options{Plugins: ready{h}})
	require.NoError(t, g.Load(context.Background(), &spec.Gateway{
		Listeners: []*spec.Listener{{Name: "main", Address: "127.0.0.1:0"}}, Providers: []*spec.Provider{p, rogue},
		Models: []*spec.Model{
			{Name: "m", Strategy: spec.Priority, Targets: []spec.Target{{Provider: p, Model: "up", Weight: 1}}},
			{Name: "rogue", Strategy: spec.Priority, Targets: []spec.Target{{Provider: rogue, Model: "up", Weight: 1}}},
		},
		Plugins: []*spec.Plugin{guard}, Pipelines: []*spec.Pipeline{line},
		Routes: []*spec.Route{{Name: "all", Match: spec.Match{Path: "/*"}, Pipeline: line}},
	}))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		g.Shutdown(ctx, 0)
	})
	post := func(path, body string) (int, string) {
		res, err := http.Post("http://"+g.Addresses()[0]+path, "application/json", strings.NewReader(body))
		require.NoError(t, err)
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return res.StatusCode, string(b)
	}
	for _, path := range []string{"/v1/chat/completions", "/v1/messages"} {
		status, body := post(path, `{"model":"m","max_tokens":4000,"temperature":1.5,"messages":[{"role":"user","content":"one"},{"role":"assistant","content":"1"},{"role":"user","content":"hello there"}]}`)
		require.Equal(t, 200, status, body)
		assert.Contains(t, body, `"You said: hello"`)
		sent := string(m.Last(1)[0].Body)
		assert.NotContains(t, sent, "one")
		assert.Regexp(t, `"temperature": ?1[,}]`, sent)
		assert.Regexp(t, `"max_(completion_)?tokens": ?50[,}]`, sent)

		status, body = post(path, `{"model":"m","max_tokens":40,"stream":true,"messages":[{"role":"user","content":"hello there"}]}`)
		require.Equal(t, 200, status, body)
		assert.Contains(t, body, `" hello"`)
		assert.NotContains(t, body, "there")
		assert.Regexp(t, `\[DONE\]|message_stop`, body)

		_, body = post(path, `{"model":"rogue","max_tokens":40,"stream":true,"messages":[{"role":"user","content":"hi"}]}`)
		assert.Contains(t, body, `the answer calls the tool \"shell\"`)
		assert.NotContains(t, body, "rimraf")
		assert.NotRegexp(t, `\[DONE\]|message_stop`, body)
	}
	status, body := post("/v1/chat/completions", `{"model":"m","n":5,"messages":[{"role":"user","content":"hi"}]}`)
	require.Equal(t, 200, status, body)
	assert.Contains(t, body, `"index":1`)
	assert.NotContains(t, body, `"index":2`)
	assert.Contains(t, string(m.Last(1)[0].Body), `"max_completion_tokens":50`)
}
