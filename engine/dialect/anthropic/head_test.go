package anthropic

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
)

// agentRequest has the fields that a coding agent sends and no validator knows.
const agentRequest = `{"model":"claude-sonnet-4-5","messages":[{"role":"user","content":[{"type":"text","text":"<system-reminder>\nx\n</system-reminder>"},` +
	`{"type":"text","text":"hi","cache_control":{"type":"ephemeral"}}]},{"role":"system","content":"mid"}],"system":[{"type":"text","text":"x-anthropic-billing-header: a"},` +
	`{"type":"text","text":"You are an agent.","cache_control":{"type":"ephemeral"}}],"tools":[{"name":"Bash","input_schema":{"$schema":"x","type":"object"}}],` +
	`"metadata":{"user_id":"{\"device_id\":\"d\"}"},"max_tokens":32000,"thinking":{"type":"adaptive","display":"updates"},` +
	`"context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]},"output_config":{"effort":"medium"},"stream":true}`

func TestHeadReadsAnAgentsRequest(t *testing.T) {
	body := []byte(agentRequest)
	var h dialect.Head
	require.Nil(t, Messages{}.Head(body, &h))
	assert.Equal(t, "claude-sonnet-4-5", string(h.ModelName))
	assert.True(t, h.Stream)
	assert.True(t, h.IncludeUsage)
	assert.EqualValues(t, 32000, h.MaxTokens)
	assert.EqualValues(t, 1, h.Choices)
	assert.Equal(t, `"{\"device_id\":\"d\"}"`, string(h.User.Of(body)))

	var e wire.Edits
	Messages{}.Forward(&e, body, &h, &dialect.Target{Model: "claude-sonnet-4-5"})
	assert.Zero(t, e.Len(), "nothing to change")
	Messages{}.Forward(&e, body, &h, &dialect.Target{Model: "claude-x"})
	got, ok := e.Apply(nil, body)
	require.True(t, ok)
	assert.Equal(t, strings.Replace(agentRequest, "claude-sonnet-4-5", "claude-x", 1), string(got))

	require.Nil(t, Count{}.Head(body, &h))
	assert.False(t, h.Stream, "a count isn't streamed")
}

func TestHeadTellsWhatIsWrong(t *testing.T) {
	with := func(member string) string {
		return `{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"hi"}],` + member + `}`
	}
	for _, tc := range []struct{ name, body, param string }{
		{"no model", `{"messages":[{"role":"user","content":"hi"}]}`, "model"},
		{"no messages", `{"model":"m"}`, "messages"},
		{"two systems", with(`"system":"a","system":"b"`), "system"},
		{"System", with(`"System":"a"`), "system"},
		{"system is a number", with(`"system":1`), "system"},
		{"system of strings", with(`"system":["a"]`), "system[0]"},
		{"max_tokens twice", with(`"max_tokens":6`), "max_tokens"},
		{"stream", with(`"stream":1`), "stream"},
		{"metadata", with(`"metadata":"x"`), "metadata"},
		{"user_id twice", with(`"metadata":{"user_id":"a","user_id":"b"}`), "metadata.user_id"},
		{"tools", with(`"tools":"x"`), "tools"},
		{"block without type", `{"model":"m","messages":[{"role":"user","content":[{"text":"a"}]}]}`, "messages[0].content[0]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var h dialect.Head
			e := Messages{}.Head([]byte(tc.body), &h)
			require.NotNil(t, e)
			assert.Equal(t, fault.BadRequest, e.Kind)
			assert.Equal(t, tc.param, e.Param)
		})
	}
}

func TestVersion(t *testing.T) {
	for model, want := range map[string]int{
		"claude-3-5-sonnet-20241022": 305, "claude-3-haiku@20240307": 300, "claude-3-7-sonnet-latest": 307,
		"claude-sonnet-4-20250514": 400, "claude-opus-4-1": 401, "claude-opus-4-6": 406, "claude-haiku-5": 500,
		"us.anthropic.claude-sonnet-4-5-20250929-v1:0": 405, "claude-2.1": 201, "claude": 0, "mock-1": 0, "": 0,
	} {
		assert.Equal(t, want, version(model), model)
	}
}
