package mock

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// start runs a server for one test.
func start(t *testing.T, o Options) (*Server, string) {
	t.Helper()
	s := New(o)
	addr, err := s.Start()
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s, "http://" + addr + "/v1"
}

type reply struct {
	status int
	head   http.Header
	body   string
	err    error // of reading the body
}

// tryPost posts a body; fields are name, value in turn. An Anthropic path gets its version.
func tryPost(t *testing.T, url, body string, fields ...string) (reply, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	if strings.Contains(url, "/messages") {
		req.Header.Set("Anthropic-Version", "2023-06-01")
	}
	for i := 0; i < len(fields); i += 2 {
		req.Header.Set(fields[i], fields[i+1])
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 20 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	b, readErr := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, resp.Header, string(b), readErr}, nil
}

func post(t *testing.T, url, body string, fields ...string) reply {
	t.Helper()
	r, err := tryPost(t, url, body, fields...)
	require.NoError(t, err)
	return r
}

func chat(text, more string) string {
	b, _ := json.Marshal(text)
	return `{"model":"gpt-x","messages":[{"role":"user","content":` + string(b) + `}]` + more + `}`
}

func msgs(text, more string) string {
	b, _ := json.Marshal(text)
	return `{"model":"claude-x","max_tokens":1000,"messages":[{"role":"user","content":` + string(b) + `}]` + more + `}`
}

func decode(t *testing.T, s string) map[string]any {
	t.Helper()
	var v map[string]any
	require.NoError(t, json.Unmarshal([]byte(s), &v), "%s", s)
	return v
}

// at follows a path of names and indexes.
func at(t *testing.T, v any, path ...any) any {
	t.Helper()
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, ok := v.(map[string]any)
			require.True(t, ok, "%v: %v is no object", path, v)
			v = m[p]
		case int:
			l, ok := v.([]any)
			require.True(t, ok && p < len(l), "%v: %v has no item %d", path, v, p)
			v = l[p]
		}
	}
	return v
}

type event struct{ name, data string }

// parseEvents reads a stream. It takes LF, CRLF, and a missing space behind the colon.
func parseEvents(s string) []event {
	var out []event
	var e event
	sc := bufio.NewScanner(strings.NewReader(s))
	sc.Buffer(nil, 64<<20)
	for sc.Scan() {
		line := strings.TrimSuffix(sc.Text(), "\r")
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "":
			if e != (event{}) {
				out = append(out, e)
			}
			e = event{}
		case name == "event":
			e.name = value
		case name == "data":
			e.data += value
		}
	}
	return out
}

// chatText joins the deltas' field of a chat stream, and returns the finish reason and whether [DONE] came.
func chatText(t *testing.T, s, field string) (text, finish string, deltas int, done bool) {
	t.Helper()
	for _, e := range parseEvents(s) {
		if e.data == "[DONE]" {
			done = true
			continue
		}
		if !json.Valid([]byte(e.data)) {
			continue
		}
		v := decode(t, e.data)
		if choices, _ := v["choices"].([]any); len(choices) > 0 {
			if c, _ := at(t, choices[0], "delta", field).(string); c != "" {
				text += c
				deltas++
			}
			if f, _ := at(t, choices[0], "finish_reason").(string); f != "" {
				finish = f
			}
		}
	}
	return text, finish, deltas, done
}

func TestOpenAIWhole(t *testing.T) {
	s, url := start(t, Options{})
	r := post(t, url+"/chat/completions", chat(`say "hi" é`, ""))
	require.Equal(t, 200, r.status, r.body)
	v := decode(t, r.body)
	assert.Equal(t, "chat.completion", v["object"])
	assert.Equal(t, "gpt-x", v["model"])
	assert.Equal(t, `You said: say "hi" é w6 w7 w8 w9 w10 w11 w12`, at(t, v, "choices", 0, "message", "content"))
	assert.Equal(t, "stop", at(t, v, "choices", 0, "finish_reason"))
	assert.InDelta(t, tokens(len(`say "hi" é`)), at(t, v, "usage", "prompt_tokens"), 0)
	assert.NotEmpty(t, r.head.Get("X-Request-Id"))
	seen := s.Last(5)
	require.Len(t, seen, 1)
	assert.Equal(t, "POST", seen[0].Method)
	assert.Equal(t, "/v1/chat/completions", seen[0].Path)
	assert.JSONEq(t, chat(`say "hi" é`, ""), string(seen[0].Body))
	assert.Equal(t, int64(1), s.Requests())
}

func TestOpenAIStream(t *testing.T) {
	_, url := start(t, Options{})
	r := post(t, url+"/chat/completions", chat("hello there", `,"stream":true,"stream_options":{"include_usage":true}`))
	require.Equal(t, 200, r.status, r.body)
	assert.Contains(t, r.head.Get("Content-Type"), "text/event-stream")
	text, finish, deltas, done := chatText(t, r.body, "content")
	assert.Equal(t, "You said: hello there w5 w6 w7 w8 w9 w10 w11 w12", text)
	assert.Equal(t, "stop", finish)
	assert.Equal(t, 12, deltas)
	assert.True(t, done)
	evs := parseEvents(r.body)
	assert.Equal(t, "assistant", at(t, decode(t, evs[0].data), "choices", 0, "delta", "role"))
	assert.Contains(t, evs[0].data, `"usage":null`)
	usage := decode(t, evs[len(evs)-2].data)
	assert.Empty(t, usage["choices"])
	assert.InDelta(t, tokens(len(text)), at(t, usage, "usage", "completion_tokens"), 0)

	r = post(t, url+"/chat/completions", chat("hello there", `,"stream":true`))
	assert.NotContains(t, r.body, `"usage"`)
}

const weather = `{"type":"object","properties":{"place":{"type":"string"},"unit":{"enum":["c","f"]},"days":{"type":"integer"},"at":{"$ref":"#/$defs/p"}},"required":["place"],"$defs":{"p":{"type":"array","items":{"type":"number","minimum":1.5}}}}`

func TestOpenAITools(t *testing.T) {
	_, url := start(t, Options{})
	tools := `,"tools":[{"type":"function","function":{"name":"weather","parameters":` + weather + `}}]`
	want := `{"place":"Call","unit":"c","days":7,"at":[1.5]}`

	whole := decode(t, post(t, url+"/chat/completions", chat("Call the tool for Oslo", tools)).body)
	assert.Equal(t, "tool_calls", at(t, whole, "choices", 0, "finish_reason"))
	assert.Nil(t, at(t, whole, "choices", 0, "message", "content"))
	assert.JSONEq(t, want, at(t, whole, "choices", 0, "message", "tool_calls", 0, "function", "arguments").(string))

	r := post(t, url+"/chat/completions", chat("Call x [[mock calls=2]]", tools+`,"stream":true`))
	args, first := map[int]string{}, map[int]map[string]any{}
	for _, e := range parseEvents(r.body) {
		if e.data == "[DONE]" {
			continue
		}
		calls, _ := at(t, decode(t, e.data), "choices", 0, "delta", "tool_calls").([]any)
		for _, c := range calls {
			i := int(at(t, c, "index").(float64))
			if first[i] == nil {
				first[i] = c.(map[string]any)
			} else {
				assert.NotContains(t, c, "id")
			}
			args[i] += at(t, c, "function", "arguments").(string)
		}
	}
	require.Len(t, args, 2)
	assert.JSONEq(t, want, args[0])
	assert.Equal(t, "weather", at(t, first[1], "function", "name"))
	assert.NotEqual(t, first[0]["id"], first[1]["id"])
	_, finish, _, _ := chatText(t, r.body, "content")
	assert.Equal(t, "tool_calls", finish)

	after := `{"model":"m","messages":[{"role":"user","content":"call the tool"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"4 degrees"}]` + tools + `}`
	whole = decode(t, post(t, url+"/chat/completions", after).body)
	assert.Equal(t, "The tool said: 4 degrees", at(t, whole, "choices", 0, "message", "content"))
}

func TestOpenAIRefusals(t *testing.T) {
	_, url := start(t, Options{Models: []string{"gpt-x"}, Keys: []string{"secret"}})
	for _, c := range []struct {
		name, body string
		status     int
		param      any
	}{
		{"not json", `{"model"`, 400, nil},
		{"two documents", chat("a", "") + "{}", 400, nil},
		{"no model", `{"messages":[{"role":"user","content":"a"}]}`, 400, "model"},
		{"model not text", `{"model":1,"messages":[]}`, 400, "model"},
		{"no messages", `{"model":"gpt-x"}`, 400, "messages"},
		{"empty messages", `{"model":"gpt-x","messages":[]}`, 400, "messages"},
		{"role", `{"model":"gpt-x","messages":[{"role":"bot","content":"a"}]}`, 400, "messages[0].role"},
		{"content null", `{"model":"gpt-x","messages":[{"role":"user","content":null}]}`, 400, "messages[0].content"},
		{"content number", `{"model":"gpt-x","messages":[{"role":"user","content":4}]}`, 400, "messages[0].content"},
		{"part type", `{"model":"gpt-x","messages":[{"role":"user","content":[{"type":"txt"}]}]}`, 400, "messages[0].content[0].type"},
		{"stray tool result", `{"model":"gpt-x","messages":[{"role":"tool","tool_call_id":"x","content":"a"}]}`, 400, "messages[0].role"},
		{"unanswered call", `{"model":"gpt-x","messages":[{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"user","content":"a"}]}`, 400, "messages"},
		{"arguments object", `{"model":"gpt-x","messages":[{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":{}}}]}]}`, 400, "messages[0].tool_calls"},
		{"temperature", chat("a", `,"temperature":3`), 400, "temperature"},
		{"max_tokens", chat("a", `,"max_tokens":0`), 400, "max_tokens"},
		{"max_tokens text", chat("a", `,"max_tokens":"5"`), 400, "max_tokens"},
		{"stream text", chat("a", `,"stream":"true"`), 400, "stream"},
		{"stream_options alone", chat("a", `,"stream_options":{"include_usage":true}`), 400, "stream_options"},
		{"tool name", chat("a", `,"tools":[{"type":"function","function":{"name":"a b"}}]`), 400, "tools[0].function.name"},
		{"tool_choice alone", chat("a", `,"tool_choice":"required"`), 400, "tool_choice"},
		{"stop", chat("a", `,"stop":["1","2","3","4","5"]`), 400, "stop"},
		{"unknown model", strings.Replace(chat("a", ""), "gpt-x", "gpt-y", 1), 404, nil},
		{"bad script", chat("a [[mock nonsense]]", ""), 400, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := post(t, url+"/chat/completions", c.body, "Authorization", "Bearer secret")
			assert.Equal(t, c.status, r.status, r.body)
			e := at(t, decode(t, r.body), "error")
			assert.Equal(t, "invalid_request_error", at(t, e, "type"))
			assert.NotEmpty(t, at(t, e, "message"))
			assert.Equal(t, c.param, at(t, e, "param"))
		})
	}
	r := post(t, url+"/chat/completions", chat("a", ""), "Authorization", "Bearer wrong")
	assert.Equal(t, 401, r.status)
	assert.Equal(t, "invalid_api_key", at(t, decode(t, r.body), "error", "code"))
	r = post(t, url+"/messages", msgs("a", ""), "X-Api-Key", "wrong")
	assert.Equal(t, 401, r.status)
	assert.Equal(t, "authentication_error", at(t, decode(t, r.body), "error", "type"))
	assert.Equal(t, 404, post(t, url+"/nowhere", "{}", "X-Api-Key", "secret").status)
}

func TestOpenAIOptions(t *testing.T) {
	_, url := start(t, Options{})
	url += "/chat/completions"
	content := func(body string) (text, finish any) {
		v := decode(t, post(t, url, body).body)
		return at(t, v, "choices", 0, "message", "content"), at(t, v, "choices", 0, "finish_reason")
	}
	text, finish := content(chat("hello", `,"max_tokens":3`))
	assert.Equal(t, "You said: he", text)
	assert.Equal(t, "length", finish)
	text, finish = content(chat("one STOP two", `,"stop":"STOP"`))
	assert.Equal(t, "You said: one ", text)
	assert.Equal(t, "stop", finish)
	text, _ = content(chat("Oslo", `,"response_format":{"type":"json_schema","json_schema":{"name":"w","schema":`+weather+`}}`))
	assert.JSONEq(t, `{"place":"Oslo","unit":"c","days":7,"at":[1.5]}`, text.(string))
	text, _ = content(chat("Oslo", `,"response_format":{"type":"json_object"}`))
	assert.JSONEq(t, `{"said":"Oslo"}`, text.(string))
	v := decode(t, post(t, url, chat("a", `,"n":3`)).body)
	assert.Len(t, v["choices"], 3)
	v = decode(t, post(t, url, chat("a [[mock think cached=1 name=other unknown]]", "")).body)
	assert.Contains(t, at(t, v, "choices", 0, "message", "reasoning_content"), "Let me think")
	assert.Equal(t, "other", v["model"])
	assert.InDelta(t, 1, at(t, v, "usage", "prompt_tokens_details", "cached_tokens"), 0)
	assert.NotNil(t, v["x_mock"])
}

func TestAnthropicWhole(t *testing.T) {
	_, url := start(t, Options{})
	r := post(t, url+"/messages", msgs("hello", ""))
	require.Equal(t, 200, r.status, r.body)
	v := decode(t, r.body)
	assert.Equal(t, "message", v["type"])
	assert.Equal(t, "You said: hello w4 w5 w6 w7 w8 w9 w10 w11 w12", at(t, v, "content", 0, "text"))
	assert.Equal(t, "end_turn", v["stop_reason"])
	assert.InDelta(t, 2, at(t, v, "usage", "input_tokens"), 0)
	assert.NotEmpty(t, r.head.Get("Request-Id"))

	v = decode(t, post(t, url+"/messages", msgs("hello", `,"stop_sequences":["hel"]`)).body)
	assert.Equal(t, "stop_sequence", v["stop_reason"])
	assert.Equal(t, "hel", v["stop_sequence"])

	v = decode(t, post(t, url+"/messages/count_tokens", `{"model":"c","messages":[{"role":"user","content":"12345678"}]}`).body)
	assert.InDelta(t, 2, v["input_tokens"], 0)
}

func TestAnthropicStream(t *testing.T) {
	_, url := start(t, Options{})
	tools := `,"stream":true,"tools":[{"name":"weather","input_schema":` + weather + `}]`
	r := post(t, url+"/messages", msgs("call the tool for Oslo [[mock think]]", tools))
	require.Equal(t, 200, r.status, r.body)
	var names []string
	var thought, signature, input string
	var stop any
	for _, e := range parseEvents(r.body) {
		v := decode(t, e.data)
		assert.Equal(t, e.name, v["type"])
		if len(names) == 0 || names[len(names)-1] != e.name {
			names = append(names, e.name)
		}
		if d, _ := v["delta"].(map[string]any); d != nil {
			str := func(k string) string { s, _ := d[k].(string); return s }
			thought += str("thinking")
			signature += str("signature")
			input += str("partial_json")
			if d["stop_reason"] != nil {
				stop = d["stop_reason"]
				assert.NotZero(t, at(t, v, "usage", "output_tokens"))
			}
		}
	}
	assert.Equal(t, []string{
		"message_start", "ping", "content_block_start", "content_block_delta", "content_block_stop",
		"content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop",
	}, names)
	assert.Equal(t, "tool_use", stop)
	assert.JSONEq(t, `{"place":"call","unit":"c","days":7,"at":[1.5]}`, input)
	assert.Equal(t, sign(thought), signature)

	turn := func(signature string) string {
		return `{"model":"c","max_tokens":9,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"thinking","thinking":"` + thought + `","signature":"` + signature + `"},{"type":"tool_use","id":"t1","name":"weather","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"4"}]}]}]` + tools[len(`,"stream":true`):] + `}`
	}
	v := decode(t, post(t, url+"/messages", turn(signature)).body)
	assert.Equal(t, "The tool said: 4", at(t, v, "content", 0, "text"))
	assert.Equal(t, 400, post(t, url+"/messages", turn("x"+signature)).status)
}

func TestAnthropicRefusals(t *testing.T) {
	_, url := start(t, Options{})
	one := func(message string) string {
		return `{"model":"c","max_tokens":9,"messages":[` + message + `]}`
	}
	use := `{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"w","input":{}}]}`
	for _, c := range []struct{ name, body, says string }{
		{"no max_tokens", `{"model":"c","messages":[{"role":"user","content":"x"}]}`, "max_tokens: Field required"},
		{"no messages", `{"model":"c","max_tokens":9}`, "messages: Field required"},
		{"no model", `{"max_tokens":9,"messages":[{"role":"user","content":"x"}]}`, "model: Field required"},
		{"role", one(`{"role":"tool","content":"x"}`), "role"},
		{"first role", one(`{"role":"assistant","content":"x"}`), "first message"},
		{"empty text", one(`{"role":"user","content":[{"type":"text","text":""}]}`), "non-empty"},
		{"empty content", one(`{"role":"user","content":""}`), "non-empty"},
		{"block type", one(`{"role":"user","content":[{"type":"image_url"}]}`), "expected tags"},
		{"unanswered call", one(use + `,{"role":"user","content":"y"}`), "tool_result"},
		{"call at the end", one(use), "tool_result"},
		{"stray result", one(`{"role":"user","content":[{"type":"tool_result","tool_use_id":"t9"}]}`), "tool_use_id"},
		{"result after text", one(use + `,{"role":"user","content":[{"type":"text","text":"a"},{"type":"tool_result","tool_use_id":"t1"}]}`), "before other content"},
		{"call id", one(`{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"a.b","name":"w","input":{}}]}`), "pattern"},
		{"call input text", one(`{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"w","input":"{}"}]}`), "dictionary"},
		{"prefill with blank", one(`{"role":"user","content":"x"},{"role":"assistant","content":"so "}`), "trailing whitespace"},
		{"temperature", msgs("x", `,"temperature":1.5`), "temperature"},
		{"tool schema", msgs("x", `,"tools":[{"name":"w"}]`), "input_schema"},
		{"two tools", msgs("x", `,"tools":[{"name":"w","input_schema":{"type":"object"}},{"name":"w","input_schema":{"type":"object"}}]`), "unique"},
		{"choice", msgs("x", `,"tools":[{"name":"w","input_schema":{"type":"object"}}],"tool_choice":"auto"`), "tool_choice"},
		{"budget", msgs("x", `,"thinking":{"type":"enabled","budget_tokens":1024}`), "greater than"},
		{"system", msgs("x", `,"system":4`), "system"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := post(t, url+"/messages", c.body)
			assert.Equal(t, 400, r.status, r.body)
			v := decode(t, r.body)
			assert.Equal(t, "error", v["type"])
			assert.Equal(t, "invalid_request_error", at(t, v, "error", "type"))
			assert.Contains(t, at(t, v, "error", "message"), c.says)
			assert.NotEmpty(t, v["request_id"])
		})
	}
	r := post(t, url+"/messages", msgs("x", ""), "Anthropic-Version", "")
	assert.Equal(t, 400, r.status)
}

func TestEmbeddings(t *testing.T) {
	_, url := start(t, Options{})
	floats := decode(t, post(t, url+"/embeddings", `{"model":"e","input":["a","b"],"dimensions":8}`).body)
	coded := decode(t, post(t, url+"/embeddings", `{"model":"e","input":"a","dimensions":8,"encoding_format":"base64"}`).body)
	raw, err := base64.StdEncoding.DecodeString(at(t, coded, "data", 0, "embedding").(string))
	require.NoError(t, err)
	require.Len(t, raw, 32)
	norm := 0.0
	for i, want := range at(t, floats, "data", 0, "embedding").([]any) {
		got := math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		assert.InDelta(t, want, got, 1e-6)
		norm += float64(got) * float64(got)
	}
	assert.InDelta(t, 1, norm, 1e-5)
	assert.NotEqual(t, at(t, floats, "data", 0, "embedding"), at(t, floats, "data", 1, "embedding"))
	assert.Equal(t, 400, post(t, url+"/embeddings", `{"model":"e"}`).status)
	assert.Equal(t, 400, post(t, url+"/embeddings", `{"model":"e","input":[]}`).status)
}

func TestModels(t *testing.T) {
	_, url := start(t, Options{Models: []string{"a", "b"}})
	get := func(path string, fields ...string) reply {
		req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url+path, nil)
		require.NoError(t, err)
		if len(fields) > 0 {
			req.Header.Set(fields[0], fields[1])
		}
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		b, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return reply{status: resp.StatusCode, body: string(b)}
	}
	v := decode(t, get("/models?limit=1000").body)
	assert.Equal(t, "list", v["object"])
	assert.Equal(t, "b", at(t, v, "data", 1, "id"))
	v = decode(t, get("/models?limit=1000", "Anthropic-Version", "2023-06-01").body)
	assert.Equal(t, "model", at(t, v, "data", 0, "type"))
	assert.Equal(t, "b", v["last_id"])
	assert.Equal(t, "a", decode(t, get("/models/a").body)["id"])
	assert.Equal(t, 404, get("/models/c").status)
	assert.Equal(t, 405, post(t, url+"/models", "{}").status)
	assert.Equal(t, 405, get("/chat/completions").status)
}

// TestPrefill: a fallback that goes on where the primary broke off must make the text whole.
func TestPrefill(t *testing.T) {
	_, url := start(t, Options{})
	url += "/chat/completions"
	stream := `,"stream":true`
	whole, _, n, _ := chatText(t, post(t, url, chat("tell me [[mock chunks=60]]", stream)).body, "content")
	assert.Equal(t, 60, n)
	r := post(t, url, chat("tell me [[mock chunks=60 cut=40]]", stream))
	require.Error(t, r.err)
	part, finish, n, done := chatText(t, r.body, "content")
	assert.Equal(t, 40, n)
	assert.Empty(t, finish)
	assert.False(t, done)
	require.True(t, strings.HasPrefix(whole, part))

	q, _ := json.Marshal(part)
	again := func(script string) reply {
		return post(t, url, `{"model":"m","stream":true,"messages":[{"role":"user","content":"tell me [[mock `+script+`]]"},{"role":"assistant","content":`+string(q)+`}]}`)
	}
	r = again("chunks=60 cut=40")
	require.NoError(t, r.err, "20 deltas are left: the cut isn't reached")
	rest, finish, n, _ := chatText(t, r.body, "content")
	assert.Equal(t, whole, part+rest)
	assert.Equal(t, 20, n)
	assert.Equal(t, "stop", finish)
	rest, _, n, _ = chatText(t, again(`chunks=60 voice=\"I heard:\"`).body, "content")
	assert.Equal(t, whole, part+rest, "as many words are skipped")
	assert.Equal(t, 20, n)
	assert.Equal(t, 400, again("noprefill").status)
}

func TestMalformedRequests(t *testing.T) {
	s, url := start(t, Options{})
	addr := strings.TrimSuffix(strings.TrimPrefix(url, "http://"), "/v1")
	head := "POST /v1/echo HTTP/1.1\r\nHost: a\r\n"
	n := int64(0)
	for _, c := range []struct {
		raw    string
		status int
	}{
		{head + "Content-Length: 2\r\n\r\n{}", 200},
		{head + "Transfer-Encoding: chunked\r\n\r\n2;x=y\r\n{}\r\n0\r\nT: v\r\n\r\n", 200},
		{"GET / HTTP/1.0\r\n\r\n", 200},
		{head + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400},
		{head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", 400},
		{head + "Content-Length: +2\r\n\r\n{}", 400},
		{head + "Content-Length: 99999999999999999999\r\n\r\n{}", 400},
		{head + "Content-Length: 999999999\r\n\r\n{}", 413},
		{head + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
		{head + "Transfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n", 400},
		{head + "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n", 400},
		{head + "Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n", 400},
		{head + "X : a\r\n\r\n", 400},
		{head + " folded\r\n\r\n", 400},
		{head + "X: a\x00b\r\n\r\n", 400},
		{head + "X: a\nb: c\r\n\r\n", 400},
		{head + "Host: b\r\n\r\n", 400},
		{"GET / HTTP/1.1\r\n\r\n", 400},
		{"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
		{"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
		{"hello\r\n\r\n", 400},
		{head + "X: " + strings.Repeat("a", headBytes) + "\r\n\r\n", 431},
	} {
		conn, err := net.Dial("tcp", addr)
		require.NoError(t, err)
		_, err = io.WriteString(conn, c.raw)
		require.NoError(t, err)
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(5*time.Second)))
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err, "%.200q", c.raw)
		assert.Equal(t, c.status, resp.StatusCode, "%.200q", c.raw)
		require.NoError(t, conn.Close())
		if c.status != 200 {
			n++
		}
	}
	assert.Equal(t, n, s.Malformed())
}

// TestPipelined: requests sent ahead are answered in order, one of them while another waits.
func TestPipelined(t *testing.T) {
	_, url := start(t, Options{})
	conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(url, "http://"), "/v1"))
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	var b bytes.Buffer
	for i, script := range []string{"latency=30ms", "", "gap=1ms", ""} {
		more := ""
		if i == 2 {
			more = `,"stream":true`
		}
		body := chat(fmt.Sprintf("q%d [[mock chunks=3 %s]]", i, script), more)
		fmt.Fprintf(&b, "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	}
	_, err = conn.Write(b.Next(b.Len() / 3)) // in two parts, to meet the mock waiting
	require.NoError(t, err)
	time.Sleep(10 * time.Millisecond)
	_, err = conn.Write(b.Bytes())
	require.NoError(t, err)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(5*time.Second)))
	r := bufio.NewReader(conn)
	for i := range 4 {
		resp, err := http.ReadResponse(r, nil)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		assert.Contains(t, string(body), fmt.Sprintf("q%d", i))
	}
}
