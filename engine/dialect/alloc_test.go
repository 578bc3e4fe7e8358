package dialect_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/dialect/anthropic"
	"github.com/yett-gateway/yett/engine/dialect/openai"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

const (
	textChunk = `{"id":"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWx","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-2024-08-06",` +
		`"service_tier":"default","system_fingerprint":"fp_0123456789","choices":[{"index":0,"delta":{"content":" hello there"},"logprobs":null,"finish_reason":null}],"usage":null}`
	callChunk = `{"id":"x","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"tool_calls":[` +
		`{"index":0,"function":{"arguments":"{\"city\":"}}]},"finish_reason":null}]}`
	usageChunk = `{"id":"x","object":"chat.completion.chunk","model":"gpt-4o","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":20,` +
		`"total_tokens":30,"prompt_tokens_details":{"cached_tokens":4}}}`
	textEvent = `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" hello there"}}`
)

// longChat is a chat completion request of about size bytes, with escapes in it.
func longChat(size int) []byte {
	var b strings.Builder
	b.WriteString(`{"model":"gpt-4o","stream":true,"messages":[{"role":"system","content":"be brief"}`)
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, `,{"role":"user","content":"line %d\nwith \"quotes\" %s"},{"role":"assistant","content":[{"type":"text","text":"ok"}]}`, i, strings.Repeat("word ", 60))
	}
	b.WriteString(`],"temperature":0.5}`)
	return []byte(b.String())
}

func allocs(t *testing.T, what string, limit float64, f func()) {
	t.Helper()
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	f() // grow the buffers
	got := testing.AllocsPerRun(100, f)
	assert.LessOrEqual(t, got, limit, what)
}

func TestHotPathDoesNotAllocate(t *testing.T) {
	chat := longChat(10 << 10)
	for _, tc := range []struct {
		name string
		d    dialect.Dialect
		body []byte
	}{
		{"chat", openai.Chat{}, chat},
		{"messages", anthropic.Messages{}, []byte(messagesRequest)},
		{"embeddings", openai.Embeddings{}, []byte(`{"model":"m","input":["a","b"]}`)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var h dialect.Head
			allocs(t, "Head", 0, func() {
				h = dialect.Head{}
				if tc.d.Head(tc.body, &h) != nil {
					t.Fatal("head")
				}
			})
			var e wire.Edits
			var out []byte
			target := &dialect.Target{Model: "other-model"}
			allocs(t, "Forward", 0, func() {
				e.Reset()
				tc.d.Forward(&e, tc.body, &h, target)
				out, _ = e.Apply(out[:0], tc.body)
			})
			var v dialect.View
			allocs(t, "ViewRequest and reads", 0, func() {
				if tc.d.ViewRequest(&v, tc.body) != nil {
					t.Fatal("view")
				}
				n, _ := v.Num(abi.FieldMessages, 0, 0)
				for i := range int(n) {
					m, _ := v.Num(abi.FieldParts, i, 0)
					for j := range int(m) {
						v.Get(abi.FieldPartText, i, j)
					}
				}
				v.Get(abi.FieldSystem, 0, 0)
				v.Get(abi.FieldTemperature, 0, 0)
				v.Get(abi.FieldMaxTokens, 0, 0)
				v.Param([]byte("stream"))
			})
			edit := hook.Edit{Op: abi.Set1, Field: abi.FieldPartText, Value: []byte("masked \"x\"")}
			allocs(t, "Apply and Render", 0, func() {
				if tc.d.ViewRequest(&v, tc.body) != nil || v.Apply(&edit) != abi.OK {
					t.Fatal("edit")
				}
				out = v.Render(out[:0])
			})
			v.Reset()
		})
	}
}

func TestEventsDoNotAllocate(t *testing.T) {
	for _, tc := range []struct {
		d    dialect.Dialect
		data string
	}{
		{openai.Chat{}, textChunk},
		{openai.Chat{}, callChunk},
		{openai.Chat{}, usageChunk},
		{openai.Chat{}, `[DONE]`},
		{anthropic.Messages{}, textEvent},
		{anthropic.Messages{}, `{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}`},
	} {
		var e dialect.Event
		data := []byte(tc.data)
		allocs(t, tc.data, 0, func() {
			e.Reset()
			if tc.d.Event(nil, data, &e) != nil {
				t.Fatal("event")
			}
		})
	}
}

func TestTranslatedEventsHardlyAllocate(t *testing.T) {
	for _, tc := range []struct {
		client, provider dialect.ID
		first, data      string
	}{
		{dialect.AnthropicMessages, dialect.OpenAIChat, textChunk, textChunk},
		{
			dialect.OpenAIChat, dialect.AnthropicMessages,
			`{"type":"message_start","message":{"id":"m","model":"claude"}}`, textEvent,
		},
	} {
		var tr dialect.Translator
		require.True(t, tr.Reset(set, tc.client, tc.provider))
		var ev dialect.Event
		var out []byte
		step := func(data string) {
			b := dialect.Bytes(data)
			ev.Reset()
			var e *fault.Error
			if e = set.Of(tc.provider).Event(nil, b, &ev); e == nil {
				out, e = tr.Event(out[:0], nil, b, &ev)
			}
			if e != nil {
				t.Fatal(e)
			}
		}
		step(tc.first)
		allocs(t, "event", 0, func() { step(tc.data) })
		assert.Contains(t, string(out), " hello there")
	}
}

func BenchmarkHead(b *testing.B) {
	for _, size := range []int{1 << 10, 10 << 10, 100 << 10} {
		body := longChat(size)
		b.Run(fmt.Sprintf("%dKB", size>>10), func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			var h dialect.Head
			for b.Loop() {
				if (openai.Chat{}).Head(body, &h) != nil {
					b.Fatal("head")
				}
			}
		})
	}
}

func BenchmarkView(b *testing.B) {
	body := longChat(10 << 10)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	var v dialect.View
	for b.Loop() {
		if (openai.Chat{}).ViewRequest(&v, body) != nil {
			b.Fatal("view")
		}
	}
}

func BenchmarkEvent(b *testing.B) {
	for _, tc := range []struct {
		name, data string
		d          dialect.Dialect
	}{{"chat", textChunk, openai.Chat{}}, {"messages", textEvent, anthropic.Messages{}}} {
		b.Run(tc.name, func(b *testing.B) {
			data := []byte(tc.data)
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			var e dialect.Event
			for b.Loop() {
				e.Reset()
				if tc.d.Event(nil, data, &e) != nil {
					b.Fatal("event")
				}
			}
		})
	}
}

func BenchmarkTranslatedEvent(b *testing.B) {
	for _, tc := range []struct {
		name, data       string
		client, provider dialect.ID
	}{
		{"chat from messages", textEvent, dialect.OpenAIChat, dialect.AnthropicMessages},
		{"messages from chat", textChunk, dialect.AnthropicMessages, dialect.OpenAIChat},
	} {
		b.Run(tc.name, func(b *testing.B) {
			var tr dialect.Translator
			tr.Reset(set, tc.client, tc.provider)
			data := []byte(tc.data)
			var ev dialect.Event
			var out []byte
			b.ReportAllocs()
			for b.Loop() {
				ev.Reset()
				if set.Of(tc.provider).Event(nil, data, &ev) != nil {
					b.Fatal("event")
				}
				out, _ = tr.Event(out[:0], nil, data, &ev)
			}
		})
	}
}
