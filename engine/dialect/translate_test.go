package dialect_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/dialect/anthropic"
	"github.com/yett-gateway/yett/engine/dialect/openai"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func newSet() *dialect.Set {
	var s dialect.Set
	s.Add(openai.Chat{})
	s.Add(openai.Embeddings{})
	s.Add(anthropic.Messages{})
	s.Add(anthropic.Count{})
	return &s
}

var set = newSet()

// clientOf is the dialect that the fixture's name begins with.
func clientOf(name string) (client, provider dialect.ID) {
	if strings.HasPrefix(name, "chat_") || strings.HasPrefix(name, "anthropic_") {
		return dialect.OpenAIChat, dialect.AnthropicMessages
	}
	return dialect.AnthropicMessages, dialect.OpenAIChat
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	path += ".golden"
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update to write it")
	assert.Equal(t, string(want), string(got))
}

func fixtures(t *testing.T, pattern string, run func(t *testing.T, name, path string, in []byte)) {
	paths, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		in, err := os.ReadFile(path)
		require.NoError(t, err)
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) { run(t, name, strings.TrimSuffix(path, filepath.Ext(path)), in) })
	}
}

func indented(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, json.Indent(&out, b, "", "  "), "%s", b)
	return append(out.Bytes(), '\n')
}

var targets = map[dialect.ID]*dialect.Target{
	dialect.OpenAIChat:        {Model: "gpt-5-mini", MaxTokens: 1024},
	dialect.AnthropicMessages: {Model: "claude-sonnet-4-5", MaxTokens: 8192},
}

func TestTranslateRequests(t *testing.T) {
	fixtures(t, "testdata/request/*.json", func(t *testing.T, name, path string, in []byte) {
		client, provider := clientOf(name)
		var h dialect.Head
		require.Nil(t, set.Of(client).Head(in, &h))
		var tr dialect.Translator
		require.True(t, tr.Reset(set, client, provider))
		out, e := tr.Request(nil, in, &h, targets[provider])
		require.Nil(t, e)
		dropped := strings.Join(tr.Dropped(), ", ")
		golden(t, path, append([]byte("dropped: "+dropped+"\n"), indented(t, out)...))

		require.Nil(t, set.Of(provider).Head(out, &h), "the provider's own dialect takes it")
		again, e := tr.Request(nil, in, headOf(t, client, in), targets[provider])
		require.Nil(t, e)
		assert.Equal(t, string(out), string(again), "the same request gives the same bytes")
	})
}

func headOf(t *testing.T, id dialect.ID, body []byte) *dialect.Head {
	t.Helper()
	var h dialect.Head
	require.Nil(t, set.Of(id).Head(body, &h))
	return &h
}

var created = regexp.MustCompile(`"created":\s*\d+`)

func TestTranslateAnswers(t *testing.T) {
	fixtures(t, "testdata/answer/*.json", func(t *testing.T, name, path string, in []byte) {
		client, provider := clientOf(name)
		var tr dialect.Translator
		require.True(t, tr.Reset(set, client, provider))
		out, e := tr.Answer(nil, in)
		require.Nil(t, e)
		golden(t, path, created.ReplaceAll(indented(t, out), []byte(`"created": 0`)))

		var a, b dialect.Answer
		require.Nil(t, set.Of(provider).Answer(in, &a))
		require.Nil(t, set.Of(client).Answer(out, &b), "the client's own dialect reads it")
		assert.True(t, b.Finished)
		if a.Usage != dialect.NoUsage {
			assert.Equal(t, a.Usage.Input, b.Usage.Input)
			assert.Equal(t, a.Usage.Output, b.Usage.Output)
			assert.Equal(t, max(a.Usage.CacheRead, 0), max(b.Usage.CacheRead, 0))
		}
	})
}

// translateStream sends a stream through a translator in pieces of n bytes.
func translateStream(t *testing.T, client, provider dialect.ID, in []byte, n int) []byte {
	t.Helper()
	var tr dialect.Translator
	require.True(t, tr.Reset(set, client, provider))
	body := []byte(`{"model":"m","stream":true,"stream_options":{"include_usage":true},"max_tokens":5,"messages":[{"role":"user","content":"x"}]}`)
	_, e := tr.Request(nil, body, headOf(t, client, body), targets[provider])
	require.Nil(t, e)
	var (
		out, buf []byte
		events   wire.Events
		ev       dialect.Event
		finished bool
	)
	events.Reset(0)
	feed := func(atEOF bool) {
		for {
			raw, used, err := events.Next(buf, atEOF)
			require.NoError(t, err)
			if used == 0 {
				return
			}
			if !raw.Comment && !raw.Cut {
				ev.Reset()
				require.Nil(t, set.Of(provider).Event(raw.Name, raw.Data, &ev))
				finished = finished || ev.Finished || ev.Terminal
				out, e = tr.Event(out, raw.Name, raw.Data, &ev)
				require.Nil(t, e)
			}
			buf = buf[used:]
		}
	}
	for len(in) > 0 {
		k := min(n, len(in))
		buf = append(buf[:len(buf):len(buf)], in[:k]...)
		in = in[k:]
		feed(false)
	}
	feed(true)
	require.True(t, finished)
	out, e = tr.End(out)
	require.Nil(t, e)
	return created.ReplaceAll(out, []byte(`"created":0`))
}

func TestTranslateStreams(t *testing.T) {
	fixtures(t, "testdata/stream/*.sse", func(t *testing.T, name, path string, in []byte) {
		client, provider := clientOf(name)
		out := translateStream(t, client, provider, in, len(in))
		golden(t, path, out)
		for _, n := range []int{1, 2, 3, 7, 64} {
			assert.Equal(t, string(out), string(translateStream(t, client, provider, in, n)), "pieces of %d bytes", n)
		}
		crlf := bytes.ReplaceAll(in, []byte("\n"), []byte("\r\n"))
		assert.Equal(t, string(out), string(translateStream(t, client, provider, crlf, 1)), "CRLF")

		// The client's own dialect reads it, and it is complete.
		var events wire.Events
		events.Reset(0)
		var ev dialect.Event
		terminal := false
		for rest := out; len(rest) > 0; {
			raw, used, err := events.Next(rest, true)
			require.NoError(t, err)
			require.NotZero(t, used)
			rest = rest[used:]
			if raw.Comment {
				continue
			}
			require.False(t, terminal, "nothing follows the end")
			ev.Reset()
			require.Nil(t, set.Of(client).Event(raw.Name, raw.Data, &ev), "%s", raw.Raw)
			terminal = ev.Terminal
		}
		assert.True(t, terminal)
	})
}

// TestCutStreamDoesNotLookComplete sends every prefix of a stream and no End.
func TestCutStreamDoesNotLookComplete(t *testing.T) {
	fixtures(t, "testdata/stream/*.sse", func(t *testing.T, name, _ string, in []byte) {
		client, provider := clientOf(name)
		var tr dialect.Translator
		require.True(t, tr.Reset(set, client, provider))
		body := []byte(`{"model":"m","stream":true,"messages":[{"role":"user","content":"x"}]}`)
		_, e := tr.Request(nil, body, headOf(t, client, body), targets[provider])
		require.Nil(t, e)
		var events wire.Events
		events.Reset(0)
		var ev dialect.Event
		var out []byte
		for rest := in; len(rest) > 0; {
			raw, used, err := events.Next(rest, true)
			require.NoError(t, err)
			rest = rest[used:]
			ev.Reset()
			if !raw.Comment {
				require.Nil(t, set.Of(provider).Event(raw.Name, raw.Data, &ev))
				out, e = tr.Event(out, raw.Name, raw.Data, &ev)
				require.Nil(t, e)
			}
		}
		assert.NotContains(t, string(out), "[DONE]")
		assert.NotContains(t, string(out), "message_stop")
	})
}

func TestTranslateRefuses(t *testing.T) {
	chat := func(content string) string {
		return `{"model":"m","messages":[{"role":"user","content":"a"},{"role":"user","content":[` + content + `]}]}`
	}
	for _, tc := range []struct {
		name   string
		client dialect.ID
		body   string
		param  string
	}{
		{"audio", dialect.OpenAIChat, chat(`{"type":"text","text":"x"},{"type":"input_audio","input_audio":{}}`), "messages[1].content[1]"},
		{"file by id", dialect.OpenAIChat, chat(`{"type":"file","file":{"file_id":"f"}}`), "messages[1].content[0]"},
		{"file of text", dialect.OpenAIChat, chat(`{"type":"file","file":{"file_data":"data:text/csv;base64,AA"}}`), "messages[1].content"},
		{"image without url", dialect.OpenAIChat, chat(`{"type":"image_url","image_url":{}}`), "messages[1].content[0]"},
		{"role", dialect.OpenAIChat, `{"model":"m","messages":[{"role":"critic","content":"x"}]}`, "messages[0].role"},
		{"document by link", dialect.AnthropicMessages, chat(`{"type":"document","source":{"type":"url","url":"https://x"}}`), "messages[1].content"},
		{"image by id", dialect.AnthropicMessages, chat(`{"type":"image","source":{"type":"file","file_id":"x"}}`), "messages[1].content[0]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			client, provider := tc.client, dialect.AnthropicMessages
			if client == provider {
				provider = dialect.OpenAIChat
			}
			var tr dialect.Translator
			require.True(t, tr.Reset(set, client, provider))
			_, e := tr.Request(nil, []byte(tc.body), headOf(t, client, []byte(tc.body)), targets[provider])
			require.NotNil(t, e)
			assert.Equal(t, fault.BadRequest, e.Kind)
			assert.Equal(t, tc.param, e.Param)
		})
	}
}

func TestTranslatesOnlyWhatItCan(t *testing.T) {
	for _, tc := range []struct {
		client, provider dialect.ID
		want             bool
	}{
		{dialect.OpenAIChat, dialect.AnthropicMessages, true},
		{dialect.AnthropicMessages, dialect.OpenAIChat, true},
		{dialect.OpenAIChat, dialect.OpenAIChat, false},
		{dialect.OpenAIEmbeddings, dialect.AnthropicMessages, false},
		{dialect.AnthropicCount, dialect.OpenAIChat, false},
		{dialect.None, dialect.OpenAIChat, false},
	} {
		assert.Equal(t, tc.want, set.Translates(tc.client, tc.provider), "%v → %v", tc.client, tc.provider)
		var tr dialect.Translator
		assert.Equal(t, tc.want, tr.Reset(set, tc.client, tc.provider))
	}
}

func TestDroppedFitsInAHeader(t *testing.T) {
	body := []byte(`{"model":"m","messages":[{"role":"user","content":"x"}],"a\r\nb: c":1,"` + strings.Repeat("z", 200) + `":2,"seed":3}`)
	var tr dialect.Translator
	require.True(t, tr.Reset(set, dialect.OpenAIChat, dialect.AnthropicMessages))
	_, e := tr.Request(nil, body, headOf(t, dialect.OpenAIChat, body), targets[dialect.AnthropicMessages])
	require.Nil(t, e)
	assert.Equal(t, []string{`a??b:?c`, strings.Repeat("z", 64), "seed"}, tr.Dropped())
}

func TestReasoningByModel(t *testing.T) {
	chat := []byte(`{"model":"m","max_tokens":9000,"temperature":0.5,"reasoning_effort":"high","messages":[{"role":"user","content":"x"}]}`)
	messages := []byte(`{"model":"m","max_tokens":9000,"thinking":{"type":"enabled","budget_tokens":3000},"messages":[{"role":"user","content":"x"}]}`)
	for _, tc := range []struct {
		model, want string
		client      dialect.ID
		dropped     []string
	}{
		{"claude-3-5-haiku-20241022", `"temperature":0.5}`, dialect.OpenAIChat, []string{"reasoning_effort"}},
		{"claude-3-7-sonnet-20250219", `"thinking":{"type":"enabled","budget_tokens":8999}}`, dialect.OpenAIChat, []string{"temperature"}},
		{"claude-sonnet-4-20250514", `"thinking":{"type":"enabled","budget_tokens":8999}}`, dialect.OpenAIChat, []string{"temperature"}},
		{"anthropic.claude-opus-4-6-v1:0", `"thinking":{"type":"adaptive"},"output_config":{"effort":"high"}}`, dialect.OpenAIChat, []string{"temperature"}},
		{"claude-opus-5", `"thinking":{"type":"adaptive"},"output_config":{"effort":"high"}}`, dialect.OpenAIChat, []string{"temperature"}},
		{"gpt-4o", `"max_completion_tokens":9000}`, dialect.AnthropicMessages, []string{"thinking"}},
		{"o3-mini", `"reasoning_effort":"medium"}`, dialect.AnthropicMessages, nil},
		{"openai/gpt-oss-120b", `"reasoning_effort":"medium"}`, dialect.AnthropicMessages, nil},
		{"gpt-5-chat-latest", `"max_completion_tokens":9000}`, dialect.AnthropicMessages, []string{"thinking"}},
	} {
		t.Run(tc.model, func(t *testing.T) {
			body, provider := chat, dialect.AnthropicMessages
			if tc.client == dialect.AnthropicMessages {
				body, provider = messages, dialect.OpenAIChat
			}
			var tr dialect.Translator
			require.True(t, tr.Reset(set, tc.client, provider))
			out, e := tr.Request(nil, body, headOf(t, tc.client, body), &dialect.Target{Model: tc.model})
			require.Nil(t, e)
			assert.True(t, strings.HasSuffix(string(out), tc.want), "%s", out)
			assert.ElementsMatch(t, tc.dropped, tr.Dropped())
		})
	}
}

func TestInterleavedCallsAreAnError(t *testing.T) {
	chunk := func(i int, rest string) string {
		return `{"id":"x","choices":[{"index":0,"delta":{"tool_calls":[{"index":` + string(rune('0'+i)) + rest + `}]}}]}`
	}
	var tr dialect.Translator
	require.True(t, tr.Reset(set, dialect.AnthropicMessages, dialect.OpenAIChat))
	var ev dialect.Event
	ev.Reset()
	var e *fault.Error
	for _, data := range []string{
		chunk(0, `,"id":"a","function":{"name":"f","arguments":"{"}`), chunk(1, `,"id":"b","function":{"name":"f","arguments":"{"}`),
	} {
		_, e = tr.Event(nil, nil, []byte(data), &ev)
		require.Nil(t, e)
	}
	_, e = tr.Event(nil, nil, []byte(chunk(0, `,"function":{"arguments":"}"}`)), &ev)
	require.NotNil(t, e)
	assert.Equal(t, fault.UpstreamInvalid, e.Kind)
}

func TestMalformedArgumentsOfAWholeAnswer(t *testing.T) {
	var tr dialect.Translator
	require.True(t, tr.Reset(set, dialect.AnthropicMessages, dialect.OpenAIChat))
	_, e := tr.Answer(nil, []byte(`{"choices":[{"message":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{"}}]},"finish_reason":"tool_calls"}]}`))
	require.NotNil(t, e)
	assert.Equal(t, fault.UpstreamInvalid, e.Kind)
}
