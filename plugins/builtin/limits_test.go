package builtin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

// TestLimits: the guard in the sandbox, with the models' own encodings.
func TestLimits(t *testing.T) {
	s := stage(t, "guard", "limits", `{
		"models": {"allow": ["gpt-4*"]}, "tools": {"deny": ["shell"]},
		"prompt": {"tokens": 40, "over": "trim", "images": 0}, "max_tokens": {"most": 100}, "temperature": {"most": 1},
		"answer": {"tokens": 5}
	}`)
	ask := func(c *sdktest.Conversation) *hook.Call {
		call := newCall(c)
		call.Hook = abi.OnRequest
		require.NoError(t, s.Call(call))
		return call
	}
	c := sdktest.NewConversation(
		sdktest.System("You are brief."),
		sdktest.User("Tell me a long story about a fox that lives in a forest, and about its friends, the owl and the hare."), sdktest.Assistant("No."),
		sdktest.User("hello world"),
	)
	c.Temperature = "1.9"
	call := ask(c)
	assert.Equal(t, abi.Tag, call.Verdict.Action())
	assert.Equal(t, "limits=trimmed", string(call.Tag))
	require.Len(t, c.Messages, 2)
	assert.Equal(t, "hello world", c.Messages[1].Text())
	assert.EqualValues(t, 100, c.MaxTokens)
	assert.Equal(t, "1", c.Temperature)

	c = sdktest.NewConversation(sdktest.User(strings.Repeat("hello world ", 20)))
	call = ask(c)
	assert.Equal(t, abi.Block, call.Verdict.Action())
	assert.Equal(t, "the request has 48 tokens, and 40 is the most; shorten it", string(call.Reason)) // 3 + 3 + 1 + 41
	c = sdktest.NewConversation(sdktest.User("hi"))
	c.Model = "o3"
	assert.Equal(t, abi.Block, ask(c).Verdict.Action())

	ch := &channel{s: s, c: newCall(sdktest.NewConversation()), kind: abi.PartText}
	var out strings.Builder
	for _, piece := range []string{"hello", " world", " and", " all", " of", " you", "!"} {
		released, _ := ch.send(t, piece, piece == "!")
		out.WriteString(released)
	}
	assert.Equal(t, "hello world and all of", out.String())

	answered := sdktest.NewConversation()
	answered.Answers = []sdktest.Message{sdktest.Assistant("hello world and all of you!"), {Role: "assistant", Parts: []sdktest.Part{{Kind: abi.PartToolCall, Name: "shell", Text: "{}"}}}}
	call = newCall(answered)
	call.Hook = abi.OnResponse
	require.NoError(t, s.Call(call))
	assert.Equal(t, "hello world and all of", answered.Answers[0].Text())
	call = newCall(answered)
	call.Hook, call.Args = abi.OnToolCall, [3]int32{1 << 16}
	require.NoError(t, s.Call(call))
	assert.Equal(t, abi.Block, call.Verdict.Action())
	assert.Contains(t, string(call.Reason), `"shell"`)
}

// TestLimitsOfLongTexts: the longest prompts are counted, and cut, within the default budget of a call.
func TestLimitsOfLongTexts(t *testing.T) {
	s := stage(t, "guard", "limits", `{"prompt": {"tokens": 300000}, "answer": {"tokens": 1000}}`)
	prose := strings.Repeat("The quick brown fox jumps over the lazy dog and runs far away from it, again and again. ", 6000)
	c := newCall(sdktest.NewConversation(sdktest.User(prose)))
	c.Hook = abi.OnRequest
	require.NoError(t, s.Call(c), "%d bytes", len(prose))
	assert.Zero(t, c.Verdict)
	answered := sdktest.NewConversation()
	answered.Answers = []sdktest.Message{sdktest.Assistant(prose[:100_000])}
	c = newCall(answered)
	c.Hook = abi.OnResponse
	require.NoError(t, s.Call(c))
	assert.InDelta(t, 4400, len(answered.Answers[0].Text()), 200)
}
