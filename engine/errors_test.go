package engine_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine/spec"
)

// TestErrors: what a client gets wrong is told in its own dialect, with the request's id and what to do.
func TestErrors(t *testing.T) {
	_, addr := startMock(t, mock.Options{})
	p := provider(spec.Mock, "p", addr)
	ms := []*spec.Model{model("gpt-small", p), model("secret", p)}
	s := config([]*spec.Provider{p}, ms...)
	s.Listeners[0].BodyBytes = 1 << 20
	c := consumer("acme", "good-key")
	c.Models = ms[:1]
	s.Consumers = []*spec.Consumer{c}
	g := start(t, s, nil)
	good := bearer("good-key")

	for _, c := range []struct {
		name, method, path, body string
		header                   []string
		status                   int
		code, says               string
	}{
		{"malformed", "POST", "", `{"model":"gpt-small",`, good, 400, "", "JSON"},
		{"two documents", "POST", "", `{"model":"gpt-small","messages":[{"role":"user","content":"x"}]}{}`, good, 400, "", ""},
		{"duplicate", "POST", "", `{"model":"gpt-small","model":"secret","messages":[{"role":"user","content":"x"}],"max_tokens":5}`, good, 400, "", "model"},
		{"array", "POST", "", `[]`, good, 400, "", "object"},
		{"no body", "POST", "", "", good, 400, "", "no body"},
		{"no model", "POST", "", `{"messages":[{"role":"user","content":"x"}],"max_tokens":5}`, good, 400, "", "model is missing"},
		{"model's type", "POST", "", `{"model":3,"messages":[{"role":"user","content":"x"}],"max_tokens":5}`, good, 400, "", "model must be a string"},
		{"stream's type", "POST", "", `{"model":"gpt-small","stream":"yes","messages":[{"role":"user","content":"x"}],"max_tokens":5}`, good, 400, "", "stream"},
		{"unknown model", "POST", "", `{"model":"gpt-smal","messages":[{"role":"user","content":"x"}],"max_tokens":5}`, good, 404, "model_not_found", "did you mean gpt-small?"},
		{"a model of others", "POST", "", `{"model":"secre","messages":[{"role":"user","content":"x"}],"max_tokens":5}`, good, 404, "model_not_found", "Served: gpt-small"},
		{"unknown key", "POST", "", `{}`, bearer("bad-key"), 401, "", "not known"},
		{"no key", "POST", "", `{}`, nil, 401, "", "required"},
		{"method", "GET", "", "", good, 405, "", "use POST"},
		{"encoding", "POST", "", "xx", append(good, "Content-Encoding", "br"), 415, "", "br"},
		{"no gzip", "POST", "", "xx", append(good, "Content-Encoding", "gzip"), 400, "", "gzip"},
		{"gzip bomb", "POST", "", gzipped(bytes.Repeat([]byte{' '}, 64<<20)), append(good, "Content-Encoding", "gzip"), 413, "", "unpacked"},
		{"zstd bomb", "POST", "", zstded(bytes.Repeat([]byte{' '}, 64<<20)), append(good, "Content-Encoding", "zstd"), 413, "", "unpacked"},
	} {
		for _, d := range []struct{ name, path string }{{"openai", "/v1/chat/completions"}, {"anthropic", "/v1/messages"}} {
			t.Run(c.name+"/"+d.name, func(t *testing.T) {
				a := g.do(c.method, d.path+c.path, c.body, c.header...)
				require.Equal(t, c.status, a.status, a.body)
				id := a.header.Get("X-Request-Id")
				assert.Len(t, id, 26)
				assert.Contains(t, a.body, id)
				assert.Equal(t, "application/json", a.header.Get("Content-Type"))
				assert.Contains(t, a.body, strings.ReplaceAll(c.says, `"`, `\"`))
				assert.NotContains(t, a.body, `"secret"`)
				var e struct {
					Type  string
					Error struct {
						Message, Type string
						Code          *string
					}
				}
				require.NoError(t, json.Unmarshal([]byte(a.body), &e), a.body)
				assert.NotEmpty(t, e.Error.Message)
				assert.NotEmpty(t, e.Error.Type)
				if d.name == "anthropic" {
					assert.Equal(t, "error", e.Type)
					assert.Equal(t, id, a.header.Get("Request-Id"))
				} else if c.code != "" {
					assert.Equal(t, c.code, *e.Error.Code)
				}
			})
		}
	}
	t.Run("path", func(t *testing.T) {
		a := g.post("/v1/chat/completionz", "{}", good...)
		assert.Equal(t, 404, a.status)
		assert.Contains(t, a.body, "/v1/chat/completions")
	})
	t.Run("oversized", func(t *testing.T) {
		a := g.post("/v1/chat/completions", chat("gpt-small", strings.Repeat("x", 1<<20)), good...)
		assert.Equal(t, 413, a.status)
		assert.Contains(t, a.body, `"code":"body_too_large"`)
		assert.Contains(t, a.body, a.header.Get("X-Request-Id"))
		assert.Len(t, a.header.Get("X-Request-Id"), 26)
		a = g.post("/v1/messages", messages("gpt-small", strings.Repeat("x", 1<<20)), good...)
		assert.Equal(t, 413, a.status)
		assert.Contains(t, a.body, `{"type":"error","error":{"type":"request_too_large"`)
		assert.Contains(t, a.body, a.header.Get("Request-Id"))
	})
	t.Run("packed", func(t *testing.T) {
		body := []byte(chat("gpt-small", "hi"))
		a := g.post("/v1/chat/completions", gzipped(body), append(good, "Content-Encoding", "gzip")...)
		assert.Equal(t, 200, a.status, a.body)
		a = g.post("/v1/chat/completions", zstded(body), append(good, "Content-Encoding", "zstd")...)
		assert.Equal(t, 200, a.status, a.body)
	})
	t.Run("keys", func(t *testing.T) {
		for _, f := range []string{"X-Api-Key", "Api-Key", "X-Goog-Api-Key"} {
			assert.Equal(t, 200, g.post("/v1/chat/completions", chat("gpt-small", "hi"), f, "good-key").status, f)
		}
	})
	assert.Zero(t, g.inFlight())
}

func gzipped(b []byte) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(b)
	w.Close()
	return out.String()
}

func zstded(b []byte) string {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err)
	}
	return string(w.EncodeAll(b, nil))
}

// TestRefusals: a provider's 400 reaches a client of its dialect as it is, and never as anothers' words.
func TestRefusals(t *testing.T) {
	g, m := one(t, spec.OpenAI, mock.Options{})
	const script = `[[mock status=400 code=odd message="temperature is too hot"]]`
	direct := post(t, m, chat("up-p", script))
	a := g.post("/v1/chat/completions", chat("m", script))
	assert.Equal(t, 400, a.status)
	assert.Equal(t, direct, a.body)
	assert.Equal(t, "false", a.header.Get("X-Should-Retry"))

	a = g.post("/v1/messages", messages("m", script))
	assert.Equal(t, 400, a.status)
	assert.Contains(t, a.body, `"type":"error"`)
	assert.Contains(t, a.body, "temperature is too hot")

	for _, status := range []string{"401", "403", "404"} {
		a = g.post("/v1/chat/completions", chat("m", "[[mock status="+status+" message=\"key provider-key-p is bad\"]]"))
		assert.Equal(t, 502, a.status, a.body)
		assert.NotContains(t, a.body, "provider-key-p")
	}
}

// TestStaleRefusal: what one target said of the request isn't told when another failed after it.
func TestStaleRefusal(t *testing.T) {
	g, _, f := pair(t)
	f.Close()
	a := g.post("/v1/chat/completions", chat("m", `[[mock model=up-p code=context_length_exceeded message="far too long"]]`))
	assert.Equal(t, 502, a.status)
	assert.NotContains(t, a.body, "far too long")
}

// TestAllDown: the last failure is told, soon, within the budget of attempts.
func TestAllDown(t *testing.T) {
	g, p, f := pair(t)
	p.Close()
	f.Close()
	for range 5 {
		for _, mode := range []string{"", streamed} {
			a := g.post("/v1/chat/completions", chat("m", "hi", mode), "x-yett-info", "1")
			assert.Equal(t, 502, a.status)
			assert.Contains(t, a.body, "could not be reached")
			assert.LessOrEqual(t, len(a.header.Get("X-Yett-Attempts")), 1)
			assert.LessOrEqual(t, a.header.Get("X-Yett-Attempts"), "6")
		}
	}
	assert.Zero(t, g.inFlight())
}
