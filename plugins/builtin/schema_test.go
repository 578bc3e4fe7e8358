package builtin

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

const order = `{
  "type": "object", "additionalProperties": false, "required": ["id", "lines"],
  "properties": {
    "id": {"type": "string", "pattern": "^[A-Z]{2}-\\d+$"},
    "lines": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/line"}}
  },
  "$defs": {"line": {"type": "object", "additionalProperties": false, "required": ["text", "price"], "properties": {"text": {"type": "string", "maxLength": 40}, "price": {"type": "number", "minimum": 0, "multipleOf": 0.01}}}}
}`

// orderOf is an answer of at least so many bytes.
func orderOf(bytes int) string {
	var b strings.Builder
	b.WriteString(`{"id": "AB-17", "lines": [{"text": "a pen", "price": 1.20}`)
	for b.Len() < bytes-2 {
		b.WriteString(`, {"text": "a box of paper clips", "price": 12.05}`)
	}
	return b.String() + "]}"
}

func TestSchema(t *testing.T) {
	s := patient(t, "guard", "schema", `{"schema": `+order+`}`)
	answer := func(text string) *hook.Call {
		x := sdktest.NewConversation(sdktest.User("order pens"))
		x.Answers = []sdktest.Message{sdktest.Assistant(text)}
		c := newCall(x)
		c.Hook = abi.OnResponse
		require.NoError(t, s.Call(c))
		return c
	}
	for _, size := range []int{0, 1 << 10, 90 << 10} {
		assert.Equal(t, abi.Continue, answer(orderOf(size)).Verdict.Action(), "%d bytes", size)
	}
	c := answer(strings.Replace(orderOf(1<<10), "12.05", "12.051", 1))
	assert.Equal(t, abi.Block, c.Verdict.Action())
	assert.Equal(t, "the answer doesn't fit its schema: multipleOf at /lines/1/price", string(c.Reason))
	c = answer(orderOf(1 << 10)[:500])
	assert.Equal(t, "the answer is no JSON: it ends early, at byte 500", string(c.Reason))

	deep := answer(strings.Repeat("[", 5000))
	assert.Equal(t, abi.Block, deep.Verdict.Action(), "it is refused before the stack is")
}

// TestSchemaStreams cuts an answer at every byte: all of it leaves, or nothing.
func TestSchemaStreams(t *testing.T) {
	s := patient(t, "guard", "schema", `{"schema": `+order+`, "allow_fences": true}`)
	good := orderOf(100)
	bad := strings.Replace(good, `"price": 12`, `"price": -12`, 1)
	for cut := range len(good) {
		ch := &channel{s: s, c: newCall(sdktest.NewConversation())}
		a, _ := ch.send(t, good[:cut], false)
		b, blocked := ch.send(t, good[cut:], true)
		require.False(t, blocked)
		require.Equal(t, good, a+b, "cut at %d", cut)

		ch = &channel{s: s, c: newCall(sdktest.NewConversation())}
		a, _ = ch.send(t, bad[:cut], false)
		require.Empty(t, a)
		_, blocked = ch.send(t, bad[cut:], true)
		require.True(t, blocked)

		fenced := "```json\n" + good + "\n```"
		ch = &channel{s: s, c: newCall(sdktest.NewConversation())}
		a, _ = ch.send(t, fenced[:cut], false)
		b, _ = ch.send(t, fenced[cut:], true)
		require.Equal(t, good, a+b, "fenced, cut at %d", cut)
	}
	long := orderOf(90 << 10)
	ch := &channel{s: s, c: newCall(sdktest.NewConversation())}
	out, blocked := ch.send(t, "```\n"+long+"\n```", true)
	require.False(t, blocked)
	require.Equal(t, long, out)
	c := newCall(sdktest.NewConversation())
	c.Hook = abi.OnStreamEnd
	require.NoError(t, s.Call(c))
	assert.Equal(t, "the answer is empty", string(c.Reason))
}

func TestSchemaOfTheRequest(t *testing.T) {
	s := patient(t, "guard", "schema", `{}`)
	x := sdktest.NewConversation(sdktest.User("order pens"))
	x.Params = map[string]string{"response_format": `{"type": "json_schema", "json_schema": {"name": "order", "schema": ` + order + `}}`}
	x.Tools = []sdktest.Tool{{Name: "buy", Schema: order}}
	c := newCall(x)
	c.Hook = abi.OnRequest
	require.NoError(t, s.Call(c))
	assert.Equal(t, abi.Continue, c.Verdict.Action(), string(c.Reason))

	x.Tools = append(x.Tools, sdktest.Tool{Name: "note", Schema: `{"type": "object", "additionalProperties": false, "properties": {"text": {"type": "string"}}}`})
	for _, test := range []struct{ tool, arguments, want string }{
		{"buy", orderOf(200), ""},
		{"buy", `{"id": "x"}`, "a call of tool buy doesn't fit its schema: pattern at /id"},
		{"buy", `{"text": "pens"}`, "a call of tool buy doesn't fit its schema: additionalProperties at /*"},
		{"note", `{"text": "pens"}`, ""},
		{"note", ``, ""},
		{"sell", orderOf(200), "the answer calls a tool that the request doesn't declare"},
	} {
		ch := &channel{s: s, c: newCall(x), kind: abi.PartToolCall}
		released, blocked := ch.send(t, test.arguments, true)
		assert.False(t, blocked)
		assert.Equal(t, test.arguments, released, "on_tool_call decides")
		x.Answers = []sdktest.Message{sdktest.ToolCall("1", test.tool, test.arguments)}
		c := newCall(x)
		c.Hook = abi.OnToolCall
		require.NoError(t, s.Call(c))
		assert.Equal(t, test.want != "", c.Verdict.Action() == abi.Block)
		assert.Equal(t, test.want, string(c.Reason))
	}
}

// schemaGateway is the address of a gateway in front of an upstream, with guard/schema as its one stage.
func schemaGateway(t *testing.T, upstream string) string {
	provider := &spec.Provider{Type: spec.OpenAI, Name: "p", BaseURL: upstream + "/v1", APIKey: spec.NewSecret("key"), Connections: 8}
	limit := spec.DefaultPluginLimit
	limit.Wall = time.Minute
	guard := &spec.Plugin{Kind: "guard", Name: "schema", Source: "builtin", OnError: "deny", Limit: limit, Config: []byte(`{}`)}
	line := &spec.Pipeline{Name: "line", Stages: []*spec.Stage{{Name: "schema", Plugin: guard, Config: guard.Config}}}
	h, err := host.New(context.Background(), host.Options{Modules: modules(t)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.Close()) })
	g := engine.New(engine.Options{Plugins: ready{h}})
	require.NoError(t, g.Load(context.Background(), &spec.Gateway{
		Listeners: []*spec.Listener{{Name: "main", Address: "127.0.0.1:0"}}, Providers: []*spec.Provider{provider},
		Models:  []*spec.Model{{Name: "m", Strategy: spec.Priority, Targets: []spec.Target{{Provider: provider, Model: "up", Weight: 1}}}},
		Plugins: []*spec.Plugin{guard}, Pipelines: []*spec.Pipeline{line},
		Routes: []*spec.Route{{Name: "all", Match: spec.Match{Path: "/*"}, Pipeline: line}},
	}))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		g.Shutdown(ctx, 0)
	})
	return g.Addresses()[0]
}

// TestSchemaInGateway streams tool calls through a whole gateway: arguments leave if they fit the tool that the call names.
func TestSchemaInGateway(t *testing.T) {
	var call struct{ name, arguments string }
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		quoted := strconv.Quote(call.arguments)
		if !strings.Contains(string(b), `"stream":true`) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(w, `{"id":"c","object":"chat.completion","created":1,"model":"up","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":%q,"arguments":%s}}]}}]}`, call.name, quoted)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		send := func(delta, finish string) {
			_, _ = fmt.Fprintf(w, `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"up","choices":[{"index":0,"delta":%s,"finish_reason":%s}]}`+"\n\n", delta, finish)
		}
		send(`{"role":"assistant","tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":`+strconv.Quote(call.name)+`,"arguments":""}}]}`, "null")
		for _, piece := range strings.SplitAfter(call.arguments, " ") {
			if piece != "" {
				send(`{"tool_calls":[{"index":0,"function":{"arguments":`+strconv.Quote(piece)+`}}]}`, "null")
			}
		}
		send("{}", `"tool_calls"`)
		_, _ = io.WriteString(w, "data: [DONE]\n\n")
	}))
	t.Cleanup(upstream.Close)
	address := schemaGateway(t, upstream.URL)
	const pay, note = `{"type":"object","additionalProperties":false,"required":["sum"],"properties":{"sum":{"type":"integer"}}}`, `{"type":"object","properties":{"text":{"type":"string"}}}`
	tools := map[string]string{
		"/v1/chat/completions": `[{"type":"function","function":{"name":"pay","parameters":` + pay + `}},{"type":"function","function":{"name":"note","parameters":` + note + `}}]`,
		"/v1/messages":         `[{"name":"pay","input_schema":` + pay + `},{"name":"note","input_schema":` + note + `}]`,
	}
	for _, test := range []struct{ name, tool, arguments, want string }{
		{"fits", "pay", `{"sum": 7}`, ""},
		{"another tool's", "pay", `{"text": "walrus"}`, "a call of tool pay doesn't fit its schema: additionalProperties at /*"},
		{"that tool's", "note", `{"text": "walrus"}`, ""},
		{"left out", "pay", "", "a call of tool pay doesn't fit its schema: required at the top: sum is missing"},
		{"left out, none needed", "note", "", ""},
		{"undeclared", "drop", `{"text": "walrus"}`, "the answer calls a tool that the request doesn't declare"},
	} {
		for path, declared := range tools {
			for _, stream := range []string{"true", "false"} {
				t.Run(test.name+path+" stream "+stream, func(t *testing.T) {
					call.name, call.arguments = test.tool, test.arguments
					res, err := http.Post("http://"+address+path, "application/json", strings.NewReader(`{"model":"m","max_tokens":40,"stream":`+stream+`,"tools":`+declared+`,"messages":[{"role":"user","content":"hi"}]}`))
					require.NoError(t, err)
					defer res.Body.Close()
					b, err := io.ReadAll(res.Body)
					require.NoError(t, err)
					if test.want == "" {
						assert.Equal(t, 200, res.StatusCode, string(b))
						assert.Contains(t, string(b), "call_1")
						assert.Equal(t, strings.Contains(test.arguments, "walrus"), strings.Contains(string(b), "walrus"), string(b))
						assert.NotContains(t, string(b), "doesn't")
						return
					}
					assert.Contains(t, string(b), test.want)
					assert.NotContains(t, string(b), "walrus")
					assert.NotRegexp(t, `\[DONE\]|message_stop`, string(b))
				})
			}
		}
	}
}

// TestSchemaLetsGo streams through a whole gateway: prose and reasoning that nobody asked to be JSON reach the client while the provider
// is still at work, and JSON that was asked for doesn't.
func TestSchemaLetsGo(t *testing.T) {
	const piece = `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"up","choices":[{"index":0,"delta":{%q:%q},"finish_reason":null}]}` + "\n\n"
	const end = `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"up","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}` + "\n\ndata: [DONE]\n\n"
	for _, test := range []struct {
		name, format, member string
		pieces               []string
		waits                bool
	}{
		{"prose", "", "content", []string{"a walrus", " and", " so on"}, false},
		{"reasoning", `,"response_format":{"type":"json_object"}`, "reasoning_content", []string{"a walrus", " and", " so on"}, false},
		{"asked for", `,"response_format":{"type":"json_object"}`, "content", []string{`{"a`, `": "walrus`, `"}`}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			read := make(chan struct{})
			upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				flush := http.NewResponseController(w)
				for n, text := range test.pieces {
					_, _ = fmt.Fprintf(w, piece, test.member, text)
					if _ = flush.Flush(); n == 1 && !test.waits {
						select {
						case <-read:
						case <-time.After(20 * time.Second):
							return // the client can't have read it: the stream is cut
						}
					}
				}
				if test.member != "content" {
					_, _ = fmt.Fprintf(w, piece, "content", "{}")
				}
				_, _ = io.WriteString(w, end)
			}))
			t.Cleanup(upstream.Close)
			address := schemaGateway(t, upstream.URL)
			res, err := http.Post("http://"+address+"/v1/chat/completions", "application/json", strings.NewReader(`{"model":"m","stream":true`+test.format+`,"messages":[{"role":"user","content":"hi"}]}`))
			require.NoError(t, err)
			defer res.Body.Close()
			var got strings.Builder
			seen := false
			for b := make([]byte, 4096); ; {
				n, err := res.Body.Read(b)
				if got.Write(b[:n]); !seen && strings.Contains(got.String(), "walrus") {
					close(read)
					seen = true
				}
				if err != nil {
					require.ErrorIs(t, err, io.EOF)
					break
				}
			}
			assert.Contains(t, got.String(), "[DONE]")
			assert.Equal(t, test.waits, strings.Contains(got.String(), `\"walrus\"`), "what waits is sent at once: %s", got.String())
		})
	}
}

// TestSchemaWithstands sends what is made to cost: none of it may spend the plugin's fuel, its memory or its stack, since that counts as a
// failure of the plugin.
func TestSchemaWithstands(t *testing.T) {
	s := patient(t, "guard", "schema", `{}`)
	repeat := strings.Repeat
	schemas := []string{
		repeat(`{"items":`, 900) + "true" + repeat("}", 900),
		`{"$ref":"#"}`,
		`{"pattern":"(a{999}){999}"}`,
		`{"enum":[` + repeat(`"`+repeat("(a|b)*", 2000)+`",`, 50) + `1]}`,
		`{"allOf":[` + repeat(`{"pattern":"`+repeat("(a|b)*", 100)+`"},`, 400) + `{}]}`,
	}
	for _, part := range []string{"{},", `{"type":"string"},`, `{"properties":{"a":{}}},`, `{"required":["a"]},`, `{"minLength":1},`, `{"x":1},`, `{"pattern":"a{1,900}b"},`, `{"anyOf":[true]},`, `{"$ref":"#/$defs/a"},`} {
		for _, n := range []int{500, 1_000, 2_000, 5_000, 50_000} {
			schemas = append(schemas, `{"$defs":{"a":{}},"allOf":[`+repeat(part, n)+`{}]}`, `{"properties":{"`+strconv.Itoa(n)+`":{"prefixItems":[`+repeat(part, n)+`{}]}}}`)
		}
	}
	var up, down, enum, others strings.Builder
	for n := range 9_000 {
		fmt.Fprintf(&up, `"m%d":%d,`, n, n)
		fmt.Fprintf(&down, `"m%d":%d,`, 8_999-n, 8_999-n)
	}
	for n := range 90 {
		fmt.Fprintf(&enum, `"%s%d",`, repeat("a", 1_600), n+100)
		fmt.Fprintf(&others, `"%s%d",`, repeat("a", 1_600), n+200)
	}
	schemas = append(schemas, `{"items":{"enum":[`+enum.String()+`1]}}`)
	answers := []string{"[{" + up.String() + `"x":1},{` + down.String() + `"x":1}]`, "{" + down.String() + `"x":1}`, "[" + others.String() + "1]", repeat("[", 100_000), `"` + repeat("é", 200_000) + `"`, `"` + repeat(`\u0061`, 100_000) + `"`, repeat(" ", 1<<20), "[" + repeat("1,", 100_000) + "1]", "[" + repeat("{},", 60_000) + "1]", repeat("1", 300_000), `"` + repeat("ab", 60_000) + `"`}
	x := sdktest.NewConversation(sdktest.User("hi"))
	c := newCall(x)
	run := func(h abi.Hook, what string) {
		c.Hook = h
		require.NoError(t, s.Call(c), "%s: %.60s, %d bytes", h, what, len(what))
	}
	for n, schema := range schemas {
		x.Params = map[string]string{"response_format": `{"type": "json_schema", "json_schema": {"schema": ` + schema + `}}`}
		x.Tools = nil
		run(abi.OnRequest, schema)
		x.Answers = []sdktest.Message{sdktest.Assistant(answers[n%len(answers)])}
		run(abi.OnResponse, schema)
		x.Params, x.Tools = nil, []sdktest.Tool{{Name: "a", Schema: schema}, {Name: "b", Schema: schema + " "}, {Name: "c", Schema: order}}
		run(abi.OnRequest, schema)
		for _, tool := range []string{"a", "b", "c"} {
			x.Answers = []sdktest.Message{sdktest.ToolCall("1", tool, repeat(`{"a":1`, 3000))}
			run(abi.OnToolCall, schema)
		}
	}
	for _, schema := range []string{`{}`, order, `{"items":{"anyOf":[{"type":"string"},{"type":"number","multipleOf":0.7}]},"uniqueItems":true}`, `{"pattern":"^(([a-z])+.)+[A-Z]([a-z])+$"}`, `{"minLength":10,"maxLength":20}`, `{"uniqueItems":true}`, `{"items":{"enum":[` + enum.String() + `1]}}`, `{"pattern":"^.*$"}`} {
		x.Params = map[string]string{"response_format": `{"type": "json_schema", "json_schema": {"schema": ` + schema + `}}`}
		for _, answer := range answers {
			x.Answers = []sdktest.Message{sdktest.Assistant(answer), sdktest.Assistant(answer), sdktest.Assistant(answer)}
			run(abi.OnResponse, answer)
		}
	}
}
