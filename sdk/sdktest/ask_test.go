package sdktest_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/llm"
	"github.com/yett-gateway/yett/sdk/sdktest"
	"github.com/yett-gateway/yett/sdk/tokens"
)

func TestTokens(t *testing.T) {
	a := &all{}
	h := sdktest.New(t, a, "")
	c := sdktest.NewConversation(sdktest.User("one two three"))
	c.Tools = []sdktest.Tool{{Name: "f", Schema: "{}"}}
	var count, field, absent, number, long, prompt int
	a.do = func(sdk.Request) sdk.Verdict {
		count, field = tokens.Count([]byte("one two")), tokens.Field(abi.FieldPartText, 0, 0)
		absent, number = tokens.Field(abi.FieldPartText, 5, 0), tokens.Field(abi.FieldMessages, 0, 0)
		long, prompt = tokens.Count(make([]byte, abi.MaxCounted+1)), tokens.Prompt()
		return sdk.Continue
	}
	h.Request(c)
	assert.Equal(t, []int{2, 4, -1, -1, -1}, []int{count, field, absent, number, long}, "a token for every four bytes begun")
	assert.Equal(t, 3+3+1+4+12+7+1+1, prompt)
	h.Tokens = func(text string) int { return len(strings.Fields(text)) }
	h.Request(c)
	assert.Equal(t, []int{2, 3}, []int{count, field})
	c.Messages[0].Parts[0].Text = strings.Repeat("x", abi.MaxCounted+1)
	h.Request(c)
	assert.Equal(t, []int{-1, -1}, []int{field, prompt})
}

func TestLLM(t *testing.T) {
	a := &all{}
	h := sdktest.New(t, a, "")
	c := sdktest.NewConversation(sdktest.User("hi"))
	var answer string
	var err error
	a.do = func(sdk.Request) sdk.Verdict {
		answer, err = llm.Ask(llm.Question{Model: "judge", System: "s", Prompt: "p"})
		return sdk.Continue
	}
	h.Request(c)
	assert.ErrorIs(t, err, sdk.ErrUnavailable, "nobody answers")
	h.LLM = func(model, system, prompt string) (string, error) { return model + system + prompt, nil }
	h.Request(c)
	assert.NoError(t, err)
	assert.Equal(t, "judgesp", answer)
	for _, want := range []error{sdk.ErrNotGranted, sdk.ErrTooLarge, sdk.ErrTimedOut, sdk.ErrExhausted, sdk.ErrUnavailable} {
		h.LLM = func(string, string, string) (string, error) { return "x", want }
		h.Request(c)
		assert.ErrorIs(t, err, want)
		assert.Empty(t, answer)
	}
	h.LLM = func(string, string, string) (string, error) { return "", errors.New("other") }
	h.Request(c)
	assert.ErrorIs(t, err, sdk.ErrUnavailable)
}
