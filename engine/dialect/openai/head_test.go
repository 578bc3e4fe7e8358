package openai

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
)

const simple = `{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}`

func TestHeadReadsWhatIsDecidedOn(t *testing.T) {
	body := []byte(` {"model":"g\u0070t","messages":[{"role":"user","content":[{"type":"text","text":"x"}]}],"stream":true,` +
		`"stream_options":{"include_usage":true},"max_tokens":7,"n":3,"tools":[{"type":"function"}],"user":"u1"} `)
	var h dialect.Head
	require.Nil(t, Chat{}.Head(body, &h))
	assert.Equal(t, "gpt", string(h.ModelName))
	assert.True(t, h.Stream)
	assert.True(t, h.IncludeUsage)
	assert.EqualValues(t, 7, h.MaxTokens)
	assert.EqualValues(t, 3, h.Choices)
	assert.Equal(t, `"u1"`, string(h.User.Of(body)))
	assert.Equal(t, `[{"type":"function"}]`, string(h.Tools.Of(body)))
	assert.Equal(t, byte('{'), body[h.Body.Start])
}

func TestHeadTellsWhatIsWrong(t *testing.T) {
	with := func(member string) string { return strings.TrimSuffix(simple, "}") + "," + member + "}" }
	messages := func(m string) string { return `{"model":"m","messages":` + m + `}` }
	for _, tc := range []struct{ name, body, param, code string }{
		{"not JSON", `{"model":`, "", "invalid_json"},
		{"two documents", simple + simple, "", "invalid_json"},
		{"an array", `[]`, "", ""},
		{"no model", `{"messages":[{"role":"user"}]}`, "model", ""},
		{"null model", `{"model":null,"messages":[{"role":"user"}]}`, "model", ""},
		{"model is a number", `{"model":1,"messages":[{"role":"user"}]}`, "model", ""},
		{"empty model", `{"model":"","messages":[{"role":"user"}]}`, "model", ""},
		{"two models", with(`"model":"b"`), "model", "ambiguous_json"},
		{"escaped second model", with(`"mod\u0065l":"b"`), "model", "ambiguous_json"},
		{"Model", with(`"Model":"b"`), "model", "ambiguous_json"},
		{"no messages", `{"model":"m"}`, "messages", ""},
		{"messages is a string", messages(`"hi"`), "messages", ""},
		{"empty messages", messages(`[]`), "messages", ""},
		{"message is a string", messages(`["hi"]`), "messages[0]", ""},
		{"no role", messages(`[{"role":"user"},{"content":"x"}]`), "messages[1].role", ""},
		{"role is a number", messages(`[{"role":1}]`), "messages[0].role", ""},
		{"two contents", messages(`[{"role":"user","content":"a","content":"b"}]`), "messages[0].content", "ambiguous_json"},
		{"Content", messages(`[{"role":"user","content":"a","Content":"b"}]`), "messages[0].content", "ambiguous_json"},
		{"content is a number", messages(`[{"role":"user"},{"role":"user"},{"role":"user","content":3}]`), "messages[2].content", ""},
		{"part is a string", messages(`[{"role":"user","content":["a"]}]`), "messages[0].content[0]", ""},
		{"part without type", messages(`[{"role":"user","content":[{"type":"text","text":""},{"text":"a"}]}]`), "messages[0].content[1]", ""},
		{"stream is a string", with(`"stream":"true"`), "stream", ""},
		{"stream_options is true", with(`"stream_options":true`), "stream_options", ""},
		{"include_usage is 1", with(`"stream_options":{"include_usage":1}`), "stream_options.include_usage", ""},
		{"max_tokens 0", with(`"max_tokens":0`), "max_tokens", ""},
		{"max_tokens negative", with(`"max_tokens":-1`), "max_tokens", ""},
		{"max_tokens fraction", with(`"max_tokens":1.5`), "max_tokens", ""},
		{"max_tokens string", with(`"max_tokens":"5"`), "max_tokens", ""},
		{"max_tokens huge", with(`"max_tokens":1e30`), "max_tokens", ""},
		{"max_completion_tokens 0", with(`"max_completion_tokens":0`), "max_completion_tokens", ""},
		{"two limits", with(`"max_tokens":1,"max_completion_tokens":100`), "max_tokens", ""},
		{"n 0", with(`"n":0`), "n", ""},
		{"n 129", with(`"n":129`), "n", ""},
		{"n is a string", with(`"n":"2"`), "n", ""},
		{"tools is an object", with(`"tools":{}`), "tools", ""},
		{"tool is a string", with(`"tools":[{},"x"]`), "tools[1]", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var h dialect.Head
			e := Chat{}.Head([]byte(tc.body), &h)
			require.NotNil(t, e)
			assert.Equal(t, fault.BadRequest, e.Kind)
			assert.Equal(t, tc.param, e.Param)
			assert.Equal(t, tc.code, e.Code)
			assert.NotEmpty(t, e.Public)
		})
	}
}

func TestHeadTakesNullForAbsent(t *testing.T) {
	body := strings.TrimSuffix(simple, "}") +
		`,"stream":null,"stream_options":null,"max_tokens":null,"max_completion_tokens":9,"n":null,"tools":null,"user":null}`
	var h dialect.Head
	require.Nil(t, Chat{}.Head([]byte(body), &h))
	assert.False(t, h.Stream)
	assert.EqualValues(t, 9, h.MaxTokens)
	assert.EqualValues(t, 1, h.Choices)
	assert.False(t, h.Tools.Present())
}

func TestForwardChangesModelAndAsksForUsage(t *testing.T) {
	const rest = `,"messages":[{"role":"user","content":"h\u00e9 \/"}],"x":1.0`
	for _, tc := range []struct{ name, in, want string }{
		{"same model", `{"model":"m"` + rest + `}`, `{"model":"m"` + rest + `}`},
		{"other model", `{ "model" : "a" ` + rest + `}`, `{ "model" : "m" ` + rest + `}`},
		{"stream", `{"model":"a"` + rest + `,"stream":true}`, `{"model":"m","stream_options":{"include_usage":true}` + rest + `,"stream":true}`},
		{
			"options without usage", `{"model":"a","stream_options":{"x":1},"stream":true` + rest + `}`,
			`{"model":"m","stream_options":{"include_usage":true,"x":1},"stream":true` + rest + `}`,
		},
		{
			"empty options", `{"model":"m","stream_options":{},"stream":true` + rest + `}`,
			`{"model":"m","stream_options":{"include_usage":true},"stream":true` + rest + `}`,
		},
		{
			"null options", `{"model":"m","stream_options":null,"stream":true` + rest + `}`,
			`{"model":"m","stream_options":{"include_usage":true},"stream":true` + rest + `}`,
		},
		{
			"usage refused", `{"model":"m","stream_options":{"include_usage":false},"stream":true` + rest + `}`,
			`{"model":"m","stream_options":{"include_usage":true},"stream":true` + rest + `}`,
		},
		{
			"usage asked", `{"model":"m","stream_options":{"include_usage":true},"stream":true` + rest + `}`,
			`{"model":"m","stream_options":{"include_usage":true},"stream":true` + rest + `}`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var h dialect.Head
			require.Nil(t, Chat{}.Head([]byte(tc.in), &h))
			var e wire.Edits
			Chat{}.Forward(&e, []byte(tc.in), &h, &dialect.Target{Model: "m"})
			got, ok := e.Apply(nil, []byte(tc.in))
			require.True(t, ok)
			assert.Equal(t, tc.want, string(got))
		})
	}
}

func TestEmbeddingsHead(t *testing.T) {
	for _, tc := range []struct{ name, body, param string }{
		{"string", `{"model":"m","input":"a"}`, "-"},
		{"strings", `{"model":"m","input":["a","b"]}`, "-"},
		{"tokens", `{"model":"m","input":[1,2]}`, "-"},
		{"arrays of tokens", `{"model":"m","input":[[1],[2]]}`, "-"},
		{"missing", `{"model":"m"}`, "input"},
		{"empty", `{"model":"m","input":[]}`, "input"},
		{"object", `{"model":"m","input":{}}`, "input"},
		{"mixed", `{"model":"m","input":["a",1]}`, "input[1]"},
		{"twice", `{"model":"m","input":"a","Input":"b"}`, "input"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var h dialect.Head
			e := Embeddings{}.Head([]byte(tc.body), &h)
			if tc.param == "-" {
				require.Nil(t, e)
				assert.True(t, h.Messages.Present())
				return
			}
			require.NotNil(t, e)
			assert.Equal(t, tc.param, e.Param)
		})
	}
}
