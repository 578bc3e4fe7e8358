package engine_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine/spec"
)

// TestUpstreamBytes: a request of the provider's own dialect changes in the model's name and nowhere else.
func TestUpstreamBytes(t *testing.T) {
	const odd = `"zz":{"b":1.0,"a":1e3,"n":9007199254740993,"m":-0.0,"u":"\u00e9\/"} ,  "seed":12345678901234567890,"temperature":1.0`
	for _, c := range []struct{ name, path, body, want string }{
		{
			"chat", "/v1/chat/completions",
			" {" + odd + `, "model" : "m","messages":[{"content":"hi","role":"user","x_extra":[1,2 ,3]}]}` + "\n",
			" {" + odd + `, "model" : "up-p","messages":[{"content":"hi","role":"user","x_extra":[1,2 ,3]}]}` + "\n",
		},
		{
			"messages", "/v1/messages",
			"{" + odd + `,"messages":[{"role":"user","content":[{"type":"text","text":"hi","cache_control":{"type":"ephemeral"}}]}],"max_tokens":64,"model":"m"}`,
			"{" + odd + `,"messages":[{"role":"user","content":[{"type":"text","text":"hi","cache_control":{"type":"ephemeral"}}]}],"max_tokens":64,"model":"up-p"}`,
		},
		{
			"embeddings", "/v1/embeddings",
			`{"input":["a","b"],"model":"m","dimensions":4,` + odd + `}`,
			`{"input":["a","b"],"model":"up-p","dimensions":4,` + odd + `}`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, m := one(t, spec.Mock, mock.Options{})
			a := g.post(c.path, c.body)
			last := m.Last(1)
			require.Len(t, last, 1, a.body)
			assert.Equal(t, c.want, string(last[0].Body))
		})
	}
}

// TestDownstreamBytes: an answer of the client's own dialect arrives as the provider sent it.
func TestDownstreamBytes(t *testing.T) {
	whole := `{ "id":"x", "object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"h\u00e9"},"finish_reason":"stop"}],` +
		`"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}, "big":9007199254740993, "one":1.0 }` + "\n"
	events := []string{
		"data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}],\"n\":1.0}\n\n",
		"event: message\nid: 7\ndata: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"h\\u00e9\"}}], \"zz\":[1 ,2]}\n\n",
		"data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\r\n\r\n",
		"data: {\"id\":\"x\",\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}\n\n",
		"data: [DONE]\n\n",
	}
	addr := origin(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if !bytes.Contains(body, []byte(`"stream":true`)) {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, whole)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		for _, e := range events {
			io.WriteString(w, e)
			w.(http.Flusher).Flush()
		}
	})
	p := provider(spec.OpenAI, "p", addr)
	g := start(t, config([]*spec.Provider{p}, model("m", p)), nil)

	a := g.post("/v1/chat/completions", chat("m", "hi"))
	assert.Equal(t, whole, a.body)
	a = g.post("/v1/chat/completions", chat("m", "hi", streamed, `,"stream_options":{"include_usage":true}`))
	assert.Equal(t, strings.Join(events, ""), a.body)
	a = g.post("/v1/chat/completions", chat("m", "hi", streamed))
	assert.Equal(t, strings.Join(append(events[:3:3], events[4]), ""), a.body, "usage nobody asked for stays here")
}

// origin is an upstream of net/http.
func origin(t testing.TB, h http.HandlerFunc) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &http.Server{Handler: h}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return l.Addr().String()
}

const tools = `,"tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}]`

const blockTools = `,"tools":[{"name":"weather","input_schema":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}]`

// TestConversations: either dialect, from either type of provider, whole and streamed, with tools and without.
func TestConversations(t *testing.T) {
	for _, typ := range []spec.ProviderType{spec.OpenAI, spec.Anthropic, spec.Mock} {
		g, _ := one(t, typ, mock.Options{})
		for _, mode := range []string{"", streamed} {
			t.Run(string(typ)+"/openai"+mode, func(t *testing.T) {
				a := g.post("/v1/chat/completions", chat("m", "hello there", mode))
				require.Equal(t, 200, a.status, a.body)
				assert.Contains(t, chatText(t, a.body, mode != ""), "You said: hello there")
				assert.Contains(t, a.body, `"finish_reason":"stop"`)
				a = g.post("/v1/chat/completions", chat("m", "call the tool", tools, mode))
				require.Equal(t, 200, a.status, a.body)
				assert.Contains(t, a.body, `"weather"`)
				assert.Contains(t, a.body, `"finish_reason":"tool_calls"`)
				assert.Equal(t, mode != "", strings.HasSuffix(a.body, "data: [DONE]\n\n"))
			})
			t.Run(string(typ)+"/anthropic"+mode, func(t *testing.T) {
				a := g.post("/v1/messages", messages("m", "hello there", mode))
				require.Equal(t, 200, a.status, a.body)
				assert.Contains(t, blockText(t, a.body, mode != ""), "You said: hello there")
				assert.Contains(t, a.body, `"stop_reason":"end_turn"`)
				a = g.post("/v1/messages", messages("m", "call the tool", blockTools, mode))
				require.Equal(t, 200, a.status, a.body)
				assert.Contains(t, a.body, `"weather"`)
				assert.Contains(t, a.body, `"stop_reason":"tool_use"`)
				assert.Equal(t, mode != "", strings.Contains(a.body, "event: message_stop"))
			})
		}
	}
}

// chatText puts the first choice's text together, as a client does.
func chatText(t testing.TB, body string, stream bool) string {
	t.Helper()
	return chatTexts(t, body, stream)[0]
}

// chatTexts does so for every choice.
func chatTexts(t testing.TB, body string, stream bool) map[int]string {
	t.Helper()
	texts := map[int]string{}
	type piece struct{ Content string }
	read := func(data string) {
		var c struct {
			Choices []struct {
				Index          int
				Message, Delta piece
			}
		}
		require.NoError(t, json.Unmarshal([]byte(data), &c), data)
		for _, ch := range c.Choices {
			texts[ch.Index] += ch.Message.Content + ch.Delta.Content
		}
	}
	if !stream {
		read(body)
		return texts
	}
	for _, d := range eventData(body) {
		if d != "[DONE]" {
			read(d)
		}
	}
	return texts
}

// blockText puts an Anthropic message's text together.
func blockText(t testing.TB, body string, stream bool) (text string) {
	t.Helper()
	if !stream {
		var m struct{ Content []struct{ Text string } }
		require.NoError(t, json.Unmarshal([]byte(body), &m), body)
		for _, b := range m.Content {
			text += b.Text
		}
		return text
	}
	for _, d := range eventData(body) {
		var e struct {
			Delta        struct{ Text string }
			ContentBlock struct{ Text string } `json:"content_block"`
		}
		require.NoError(t, json.Unmarshal([]byte(d), &e), d)
		text += e.ContentBlock.Text + e.Delta.Text
	}
	return text
}

// eventData lists the data of a stream's events.
func eventData(body string) (ds []string) {
	for line := range strings.Lines(body) {
		if d, ok := strings.CutPrefix(strings.TrimRight(line, "\r\n"), "data: "); ok {
			ds = append(ds, d)
		}
	}
	return ds
}

func TestOtherEndpoints(t *testing.T) {
	g, m := one(t, spec.Mock, mock.Options{})
	a := g.post("/v1/embeddings", `{"model":"m","input":"hello"}`)
	assert.Equal(t, 200, a.status, a.body)
	assert.Contains(t, a.body, `"embedding"`)

	a = g.post("/v1/messages/count_tokens", messages("m", "hello"))
	assert.Equal(t, 200, a.status, a.body)
	assert.Contains(t, a.body, `"input_tokens"`)

	a = g.do("GET", "/v1/models", "")
	assert.Equal(t, 200, a.status)
	assert.Contains(t, a.body, `"object":"list"`)
	assert.Contains(t, a.body, `"id":"m"`)
	a = g.do("GET", "/v1/models", "", "Anthropic-Version", "2023-06-01")
	assert.Contains(t, a.body, `"has_more"`)
	assert.Equal(t, 200, g.do("GET", "/v1/models/m", "").status)
	assert.Equal(t, 404, g.do("GET", "/v1/models/n", "").status)

	a = g.do("HEAD", "/", "")
	assert.Equal(t, 200, a.status)
	assert.Empty(t, a.body)
	assert.EqualValues(t, 2, m.Requests(), "lists are answered here")
	assert.Zero(t, g.inFlight())
}

func TestPassthrough(t *testing.T) {
	g, m := one(t, spec.OpenAI, mock.Options{}, func(s *spec.Gateway) {
		s.Consumers = []*spec.Consumer{consumer("c", "client-key")}
	})
	key := bearer("client-key")
	t.Run("bytes and key", func(t *testing.T) {
		big := strings.Repeat("0123456789abcdef", 1<<16)
		a := g.post("/p/v1/echo?a=b", big, append(key, "Cookie", "s=1", "X-Other", "no")...)
		require.Equal(t, 200, a.status)
		assert.Equal(t, big, a.body)
		seen := m.Last(1)[0]
		assert.Equal(t, "/v1/echo?a=b", seen.Path)
		assert.Equal(t, "Bearer provider-key-p", seen.Get("Authorization"))
		for _, f := range seen.Fields {
			assert.NotContains(t, f.Value, "client-key", f.Name)
		}
		assert.Empty(t, seen.Get("Cookie"))
	})
	t.Run("usage", func(t *testing.T) {
		before := g.metric(`yett_tokens_total{route="all",dialect="none",kind="output"}`)
		a := g.post("/openai.p/chat/completions", chat("m", "hi"), key...)
		require.Equal(t, 200, a.status, a.body)
		a = g.post("/p/v1/chat/completions", chat("m", "hi", streamed, `,"stream_options":{"include_usage":true}`), key...)
		require.Equal(t, 200, a.status, a.body)
		assert.Greater(t, g.metric(`yett_tokens_total{route="all",dialect="none",kind="output"}`), before+20)
	})
	t.Run("cut", func(t *testing.T) {
		for _, mode := range []string{"", streamed} {
			for _, script := range []string{"gap=2ms cut=5", "gap=2ms rst=5"} {
				a, err := g.try(t.Context(), "POST", "/p/v1/chat/completions", chat("m", "[[mock "+script+"]]", mode), key...)
				if err == nil {
					err = a.err
				}
				assert.Error(t, err, "%s%s: a cut answer has no clean end: %q", script, mode, a.body)
			}
		}
	})
	t.Run("refused key", func(t *testing.T) {
		a := g.post("/p/v1/chat/completions", chat("m", "[[mock status=401 message=\"bad key provider-key-p\"]]"), key...)
		assert.Equal(t, 502, a.status)
		assert.NotContains(t, a.body, "provider-key")
	})
	t.Run("other statuses", func(t *testing.T) {
		a := g.post("/p/v1/chat/completions", chat("m", "[[mock status=429 retry-after=7]]"), key...)
		assert.Equal(t, 429, a.status)
		assert.Equal(t, "7", a.header.Get("Retry-After"))
		assert.Equal(t, 404, g.do("GET", "/p/v1/nothing", "", key...).status)
		assert.Equal(t, 404, g.do("GET", "/q/v1/nothing", "", key...).status)
	})
	assert.Zero(t, g.inFlight())
}

// TestOldClients: HTTP/1.0 knows no chunks, so a stream comes whole and with its length.
func TestOldClients(t *testing.T) {
	g, _ := one(t, spec.OpenAI, mock.Options{})
	ask := func(body string) string {
		return raw(t, g.url, "POST /v1/chat/completions HTTP/1.0\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "+strconv.Itoa(len(body))+"\r\n\r\n"+body)
	}
	for _, body := range []string{chat("m", "hi"), chat("m", "hi", streamed)} {
		head, rest, _ := strings.Cut(ask(body), "\r\n\r\n")
		assert.Contains(t, head, " 200 ")
		assert.NotContains(t, head, "chunked")
		assert.Contains(t, head, "Content-Length: "+strconv.Itoa(len(rest)))
	}
	assert.True(t, strings.HasSuffix(ask(chat("m", "hi", streamed)), "data: [DONE]\n\n"))
	assert.Contains(t, ask(chat("m", "[[mock gap=1ms cut=5]]", streamed)), `data: {"error"`)
}

// TestReuse: a good stream gives its upstream connection back.
func TestReuse(t *testing.T) {
	for _, typ := range []spec.ProviderType{spec.OpenAI, spec.Anthropic} {
		g, m := one(t, typ, mock.Options{})
		for range 20 {
			require.Equal(t, 200, g.post("/v1/chat/completions", chat("m", "[[mock gap=1ms chunks=3]]", streamed)).status)
		}
		assert.LessOrEqual(t, m.Connections(), int64(2), typ)
	}
}

// TestSlowStream: a stream that lives outlasts every deadline, and its client gets pings while it is silent.
func TestSlowStream(t *testing.T) {
	g, _ := one(t, spec.OpenAI, mock.Options{}, func(s *spec.Gateway) {
		d := &s.Providers[0].Deadline
		d.Total, d.Headers, d.FirstToken = 200*time.Millisecond, 200*time.Millisecond, 200*time.Millisecond
	})
	g.Proxy().PingAfter = 50 * time.Millisecond
	a := g.post("/v1/chat/completions", chat("m", "[[mock chunks=8 gap=60ms]]", streamed))
	require.Equal(t, 200, a.status)
	assert.True(t, strings.HasSuffix(a.body, "data: [DONE]\n\n"))
	assert.GreaterOrEqual(t, strings.Count(a.body, ": ping\n\n"), 3)
	a = g.post("/v1/messages", messages("m", "[[mock chunks=5 gap=60ms]]", streamed))
	assert.Contains(t, a.body, "event: ping\n")
	assert.Contains(t, a.body, "message_stop")
	began := time.Now()
	a = g.post("/v1/chat/completions", chat("m", "[[mock chunks=5 stall=3:260ms]]", streamed))
	took := time.Since(began) // a busy machine stalls longer than it was told to
	pings := strings.Count(a.body, ": ping\n\n")
	assert.GreaterOrEqual(t, pings, 4, "one each 50 ms")
	assert.LessOrEqual(t, pings, int(took/(50*time.Millisecond)), "one each 50 ms")
}

// post asks a mock without a gateway between.
func post(t testing.TB, m *mock.Server, body string) string {
	t.Helper()
	addr, err := m.Start()
	require.NoError(t, err)
	res, err := http.Post("http://"+addr+"/v1/chat/completions", "application/json", strings.NewReader(body))
	require.NoError(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(b)
}
