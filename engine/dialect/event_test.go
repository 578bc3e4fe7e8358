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
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

// describe is what an event says, in one line.
func describe(data string, e *dialect.Event) string {
	var b strings.Builder
	kinds := map[abi.Part]string{abi.PartText: "text", abi.PartToolCall: "args", abi.PartReasoning: "reasoning", abi.PartRefusal: "refusal"}
	for _, d := range e.Deltas {
		fmt.Fprintf(&b, "%s[%d.%d]%s ", kinds[d.Kind], d.Channel>>16, d.Channel&0xffff, d.Text.Of([]byte(data)))
	}
	for _, end := range e.Ends {
		if end&0xffff == dialect.ChannelAll {
			fmt.Fprintf(&b, "end[%d.*] ", end>>16)
		} else {
			fmt.Fprintf(&b, "end[%d.%d] ", end>>16, end&0xffff)
		}
	}
	if e.Usage != dialect.NoUsage {
		fmt.Fprintf(&b, "usage%v ", e.Usage)
	}
	if e.Model.Present() {
		fmt.Fprintf(&b, "model=%s ", e.Model.Of([]byte(data)))
	}
	for _, f := range []struct {
		on   bool
		name string
	}{{e.Content, "content"}, {e.Finished, "finished"}, {e.UsageOnly, "usageonly"}, {e.Terminal, "terminal"}, {e.Ping, "ping"}} {
		if f.on {
			b.WriteString(f.name + " ")
		}
	}
	if e.Err != nil {
		fmt.Fprintf(&b, "err=%s:%s", e.Err.Kind, e.Err.Public)
	}
	return strings.TrimSpace(b.String())
}

func TestEventsOfChat(t *testing.T) {
	for _, tc := range []struct{ name, data, want string }{
		{"role", `{"id":"x","model":"gpt","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}`, `model="gpt"`},
		{"text", `{"choices":[{"index":0,"delta":{"content":"a\"b"}}]}`, `text[0.0]"a\"b" content`},
		{"white space around", ` {"choices":[{"index":0,"delta":{"content":"a"}}]} `, `text[0.0]"a" content`},
		{"index after delta", `{"choices":[{"delta":{"content":"a"},"index":2}]}`, `text[2.0]"a" content`},
		{"two choices", `{"choices":[{"index":0,"delta":{"content":"a"}},{"index":1,"delta":{"content":"b"}}]}`, `text[0.0]"a" text[1.0]"b" content`},
		{"reasoning, DeepSeek", `{"choices":[{"index":0,"delta":{"content":null,"reasoning_content":"r"}}]}`, `reasoning[0.0]"r" content`},
		{"reasoning, Groq", `{"choices":[{"index":0,"delta":{"reasoning":"r"}}]}`, `reasoning[0.1]"r" content`},
		{"refusal", `{"choices":[{"index":0,"delta":{"refusal":"no"}}]}`, `refusal[0.0]"no" content`},
		{"call begins", `{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"c","function":{"name":"f","arguments":""}}]}}]}`, `content`},
		{"arguments", `{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":"{\""}}]}}]}`, `args[0.1]"{\"" content`},
		{"call without index", `{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"a"}},{"function":{"arguments":"b"}}]}}]}`, `args[0.0]"a" args[0.1]"b" content`},
		{"legacy call", `{"choices":[{"delta":{"function_call":{"name":"f","arguments":"{}"}}}]}`, `args[0.0]"{}" content`},
		{"parts, Mistral", `{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"r"}]},{"type":"text","text":"t"}]}}]}`, `reasoning[0.0]"r" text[0.0]"t" content`},
		{"finish", `{"choices":[{"index":1,"delta":{},"finish_reason":"stop"}]}`, `end[1.*] finished`},
		{"usage in the last choice chunk", `{"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}`, `text[0.0]"x" end[0.*] usage{1 2 -1 -1 -1} content finished`},
		{"usage alone", `{"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":20,"total_tokens":30,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":5}}}`, `usage{10 20 4 -1 5} usageonly`},
		{"reasoning beside the completion, xAI", `{"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":20,"total_tokens":35,"completion_tokens_details":{"reasoning_tokens":5}}}`, `usage{10 25 -1 -1 5} usageonly`},
		{"nonsense counts", `{"choices":[],"usage":{"prompt_tokens":-3,"completion_tokens":1e300}}`, ``},
		{"empty choices, Azure", `{"id":"","object":"","model":"","choices":[],"prompt_filter_results":[]}`, ``},
		{"done", `[DONE]`, `terminal`},
		{"done with space", ` [DONE] `, `terminal`},
		{"nothing", ``, `ping`},
		{"error", `{"error":{"message":"boom","type":"server_error","code":500}}`, `err=upstream_server:boom`},
		{"error, rate", `{"error":{"message":"slow","code":429}}`, `err=upstream_rate_limited:slow`},
		{"error, policy", `{"error":{"message":"no","code":"content_filter"}}`, `err=content_policy:no`},
		{"error, string", `{"error":"boom"}`, `err=upstream_server:boom`},
		{"no error", `{"error":null,"choices":[{"delta":{"content":"x"}}]}`, `text[0.0]"x" content`},
		{"wrong types", `{"choices":{"a":1},"usage":[],"model":[1]}`, ``},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var e dialect.Event
			e.Reset()
			require.Nil(t, openai.Chat{}.Event(nil, []byte(tc.data), &e))
			assert.Equal(t, tc.want, describe(tc.data, &e))
		})
	}
	var e dialect.Event
	e.Reset()
	require.Nil(t, openai.Chat{}.Event([]byte("error"), []byte(`{"message":"boom"}`), &e))
	assert.Equal(t, "err=upstream_server:boom", describe("", &e))
}

func TestEventsOfMessages(t *testing.T) {
	for _, tc := range []struct{ name, event, data, want string }{
		{"start", "message_start", `{"type":"message_start","message":{"model":"claude","usage":{"input_tokens":1,"cache_creation_input_tokens":2,"cache_read_input_tokens":3,"output_tokens":4}}}`, `usage{6 4 3 2 -1} model="claude"`},
		{"block of text", "", `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`, ``},
		{"block that begins with text", "", `{"type":"content_block_start","index":3,"content_block":{"type":"text","text":"x"}}`, `text[0.3]"x" content`},
		{"call", "", `{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}`, `content`},
		{"text", "content_block_delta", `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a\n"}}`, `text[0.0]"a\n" content`},
		{"delta before index", "", `{"delta":{"type":"text_delta","text":"a"},"index":4,"type":"content_block_delta"}`, `text[0.4]"a" content`},
		{"arguments", "", `{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\""}}`, `args[0.1]"{\"" content`},
		{"thinking", "", `{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}`, `reasoning[0.0]"hm" content`},
		{"signature", "", `{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"s"}}`, ``},
		{"citation", "", `{"type":"content_block_delta","index":0,"delta":{"type":"citations_delta","citation":{"cited_text":"x"}}}`, ``},
		{"stop", "", `{"type":"content_block_stop","index":2}`, `end[0.2]`},
		{"finish", "", `{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9,"output_tokens_details":{"thinking_tokens":3}}}`, `end[0.*] usage{-1 9 -1 -1 3} finished`},
		{"finish with the input", "", `{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":1,"cache_read_input_tokens":2,"output_tokens":9}}`, `end[0.*] usage{3 9 2 -1 -1} finished`},
		{"finish with input of nothing", "", `{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":0,"output_tokens":9}}`, `end[0.*] usage{-1 9 -1 -1 -1} finished`},
		{"delta without a reason", "", `{"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":1}}`, `usage{-1 1 -1 -1 -1}`},
		{"end", "message_stop", `{"type":"message_stop"}`, `end[0.*] terminal`},
		{"end by name only", "message_stop", `{}`, `end[0.*] terminal`},
		{"ping", "ping", `{"type": "ping"}`, `ping`},
		{"unknown", "vendor", `{"type":"vendor_event","delta":{"text":"x"}}`, ``},
		{"error", "error", `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`, `err=upstream_server:Overloaded`},
		{"error, rate", "error", `{"type":"error","error":{"type":"rate_limit_error","message":"slow"}}`, `err=upstream_rate_limited:slow`},
		{"error without details", "error", `{"type":"error"}`, `err=upstream_server:the provider reported a failure without saying which`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var e dialect.Event
			e.Reset()
			require.Nil(t, anthropic.Messages{}.Event([]byte(tc.event), []byte(tc.data), &e))
			assert.Equal(t, tc.want, describe(tc.data, &e))
			for _, d := range e.Deltas {
				assert.Equal(t, d.Kind == abi.PartReasoning, d.Fixed, "reasoning is signed")
			}
		})
	}
}

func TestEventsThatAreNot(t *testing.T) {
	for _, d := range []dialect.Dialect{openai.Chat{}, anthropic.Messages{}, openai.Embeddings{}, anthropic.Count{}} {
		for _, data := range []string{`{"choices":`, `not json`, `[1]`, `<html>`, `{} {}`, "\"\xff\""} {
			var e dialect.Event
			e.Reset()
			err := d.Event(nil, []byte(data), &e)
			require.NotNil(t, err, data)
			assert.Equal(t, fault.UpstreamInvalid, err.Kind)
		}
	}
	var e dialect.Event
	require.NotNil(t, anthropic.Messages{}.Event(nil, []byte(`{}`), &e), "neither type nor name")
}

func TestAnswers(t *testing.T) {
	for _, tc := range []struct {
		name     string
		d        dialect.Dialect
		body     string
		kind     string
		finished bool
	}{
		{"chat", openai.Chat{}, `{"model":"m","choices":[{"finish_reason":"stop"}]}`, "", true},
		{"chat, one choice unfinished", openai.Chat{}, `{"choices":[{"finish_reason":"stop"},{"finish_reason":null}]}`, "", false},
		{"chat without choices", openai.Chat{}, `{}`, "upstream_invalid", false},
		{"chat, choices empty", openai.Chat{}, `{"choices":[]}`, "", false},
		{"chat, html", openai.Chat{}, `<html>`, "upstream_invalid", false},
		{"chat, empty", openai.Chat{}, ``, "upstream_invalid", false},
		{"chat, error in a 200", openai.Chat{}, `{"error":{"message":"x","code":502}}`, "upstream_server", false},
		{"chat, two choices members", openai.Chat{}, `{"choices":[],"choices":[]}`, "upstream_invalid", false},
		{"embeddings", openai.Embeddings{}, `{"data":[],"usage":{"prompt_tokens":3,"total_tokens":3}}`, "", true},
		{"embeddings without data", openai.Embeddings{}, `{}`, "upstream_invalid", false},
		{"messages", anthropic.Messages{}, `{"content":[],"stop_reason":"end_turn"}`, "", true},
		{"messages, unfinished", anthropic.Messages{}, `{"content":[],"stop_reason":null}`, "", false},
		{"messages without content", anthropic.Messages{}, `{"type":"message"}`, "upstream_invalid", false},
		{"messages, error in a 200", anthropic.Messages{}, `{"type":"error","error":{"type":"overloaded_error","message":"x"}}`, "upstream_server", false},
		{"count", anthropic.Count{}, `{"input_tokens":5}`, "", true},
		{"count without", anthropic.Count{}, `{}`, "upstream_invalid", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var a dialect.Answer
			e := tc.d.Answer([]byte(tc.body), &a)
			if tc.kind != "" {
				require.NotNil(t, e)
				assert.Equal(t, tc.kind, e.Kind.Label())
				return
			}
			require.Nil(t, e)
			assert.Equal(t, tc.finished, a.Finished)
		})
	}
}

// readStream reads a stream whole: its text, and whether it ended well.
func readStream(t *testing.T, d dialect.Dialect, stream []byte) (text string, terminal bool) {
	t.Helper()
	var events wire.Events
	events.Reset(0)
	var e dialect.Event
	var out []byte
	for len(stream) > 0 {
		raw, n, err := events.Next(stream, true)
		require.NoError(t, err)
		stream = stream[n:]
		e.Reset()
		require.Nil(t, d.Event(raw.Name, raw.Data, &e))
		for _, delta := range e.Deltas {
			out = wire.AppendText(out, raw.Data, delta.Text)
		}
		terminal = terminal || e.Terminal
	}
	return string(out), terminal
}
