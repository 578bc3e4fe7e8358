package proxy

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		value string
		want  int
	}{
		{"", 0},
		{"0", 0},
		{"2", 2},
		{"1.5", 2},
		{"86401", maxRetryAfter},
		{"99999999999999999999999999", maxRetryAfter},
		{"soon", 0},
		{"-5", 0},
		{"5 seconds", 0},
		{"1e9", 0},
		{now.Add(3 * time.Second).Format("Mon, 02 Jan 2006 15:04:05 GMT"), 3},
		{now.Add(-time.Hour).Format("Mon, 02 Jan 2006 15:04:05 GMT"), 0},
		{now.Add(1e6 * time.Hour).Format("Mon, 02 Jan 2006 15:04:05 GMT"), maxRetryAfter},
	} {
		assert.Equal(t, c.want, retryAfter([]byte(c.value), now), c.value)
	}
}

func TestEndpointOf(t *testing.T) {
	for _, c := range []struct {
		path string
		want endpoint
		rest string
	}{
		{"/v1/chat/completions", chat, ""},
		{"/chat/completions", chat, ""},
		{"/openai/deployments/gpt/chat/completions", chat, ""},
		{"/openai/deployments/gpt/embeddings", embeddings, ""},
		{"/v1/embeddings", embeddings, ""},
		{"/v1/messages", messages, ""},
		{"/v1/messages/count_tokens", countTokens, ""},
		{"/v1/models", models, ""},
		{"/v1/models/a%2Fb", model, "a%2Fb"},
		{"/", hello, ""},
		{"/v1", unknown, ""},
		{"/v1/", unknown, ""},
		{"/v1/chat/completions/", unknown, ""},
		{"/v1/chat", unknown, ""},
		{"/v12/chat/completions", raw, "/v12/chat/completions"},
		{"/main/v1/files", raw, "/main/v1/files"},
		{"/openai/deployments/", raw, "/openai/deployments/"},
	} {
		e, rest := endpointOf([]byte(c.path))
		assert.Equal(t, c.want, e, c.path)
		assert.Equal(t, c.rest, string(rest), c.path)
	}
}

func TestCacheControl(t *testing.T) {
	for _, c := range []struct {
		value string
		want  directives
	}{
		{"", directives{}},
		{"no-store", directives{noStore: true}},
		{" No-Cache ,max-age=0", directives{noCache: true}},
		{"no-store,no-cache", directives{noStore: true, noCache: true}},
		{"no-storex, xno-cache", directives{}},
		{",,,", directives{}},
	} {
		assert.Equal(t, c.want, cacheControl([]byte(c.value)), c.value)
	}
}

func TestKeyBefore(t *testing.T) {
	for _, c := range []struct{ before, want string }{
		{`{"arguments":`, "arguments"},
		{`{"a":1, "reasoning" : `, "reasoning"},
		{`[`, ""},
		{``, ""},
		{`{"input":`, "input"},
	} {
		assert.Equal(t, c.want, string(keyBefore([]byte(c.before+`"x"}`), len(c.before))), c.before)
	}
	assert.Nil(t, keyBefore(nil, 10))
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"", "5", "1.5", "Sun, 06 Nov 1994 08:49:37 GMT", strings.Repeat("9", 100)} {
		f.Add([]byte(s))
	}
	now := time.Unix(1, 0)
	f.Fuzz(func(t *testing.T, v []byte) {
		if n := retryAfter(v, now); n < 0 || n > maxRetryAfter {
			t.Fatalf("%q: %d", v, n)
		}
	})
}

func FuzzEndpointOf(f *testing.F) {
	for _, s := range []string{"/", "/v1/models/x", "/openai/deployments/a/chat/completions", ""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, path []byte) {
		if e, rest := endpointOf(path); e == raw && string(rest) != string(path) {
			t.Fatalf("%q: raw rest %q", path, rest)
		}
	})
}
