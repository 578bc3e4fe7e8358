package openai

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/yett-gateway/yett/engine/dialect"
)

func TestPlain(t *testing.T) {
	for data, want := range map[string]bool{
		`{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}],"usage":null}`:                  true,
		`{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason": null}]}`:                              true,
		`{"choices":[{"index":0,"delta":{"content":"\"usage\":{"},"finish_reason":null}]}`:                     true,
		`{"choices":[{"index":0,"delta":{"content":"\"finish_reason\":\"stop\""},"finish_reason":null}]}`:      true,
		`{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}`:                             false,
		`{"choices":[{"index":0,"delta":{},"finish_reason":null},{"index":1,"delta":{},"finish_reason":"x"}]}`: false,
		`{"choices":[{"index":0,"delta":{"content":"a"}}]}`:                                                    false, // can't tell
		`{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason" : "stop"}]}`:                           false,
		`{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}],"usage":{"prompt_tokens":1}}`:   false,
		`{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}],"usage" : {"prompt_tokens":1}}`: false,
		`{"error":{"message":"x"},"choices":[{"finish_reason":null}]}`:                                         false,
		`[DONE]`: false,
		``:       false,
		`<html>`: false,
	} {
		assert.Equal(t, want, Chat{}.Plain(nil, []byte(data)), "%s", data)
	}
}

// FuzzPlain: what is called plain is read as nothing but content, whenever it can be read.
func FuzzPlain(f *testing.F) {
	f.Add([]byte(`{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}],"usage":null}`))
	f.Add([]byte(`{"choices":[{"index":0,"delta":{"content":"\"usage\":{"},"finish_reason":null}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if !(Chat{}).Plain(nil, data) {
			return
		}
		var e dialect.Event
		e.Reset()
		if (Chat{}).Event(nil, data, &e) != nil {
			return
		}
		if e.Terminal || e.Finished || e.Err != nil {
			t.Fatalf("called plain: %s", data)
		}
	})
}

func BenchmarkPlain(b *testing.B) {
	data := []byte(`{"id":"chatcmpl-mock00000001","object":"chat.completion.chunk","created":1795494204,"model":"mock","service_tier":"default","system_fingerprint":"fp_mock","choices":[{"index":0,"delta":{"content":" w6"},"logprobs":null,"finish_reason":null}],"usage":null}`)
	b.ReportAllocs()
	for b.Loop() {
		if !(Chat{}).Plain(nil, data) {
			b.Fatal("not plain")
		}
	}
}
