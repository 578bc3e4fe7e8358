package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

func TestDecorate(t *testing.T) {
	for _, test := range []struct {
		name, config string
		in, want     []string // "role: text"
	}{
		{"nothing", `{}`, []string{"user: hi"}, []string{"user: hi"}},
		{"system", `{"prepend_system": "A", "append_system": "Z"}`, []string{"system: m", "user: hi"}, []string{"system: A", "system: m", "system: Z", "user: hi"}},
		{"user", `{"prepend_user": "<", "append_user": ">"}`, []string{"user: a", "assistant: b", "user: c"}, []string{"user: <a", "assistant: b", "user: c>"}},
		{"variables", `{"append_user": " {{ consumer }}/{{team}}/{{model}}/{{route}}/{{dialect}}/{{user}}/{{header.X-A}}/{{tag.t}}/{{var.p}}{{var.e}}", "variables": {"p": "Yett", "e": ""}}`, []string{"user: a"}, []string{"user: a acme/red/gpt-4o/chat/openai.chat//blue/gold/Yett"}},
		{"escaped", `{"append_user": " \\{{consumer}} {{consumer}}"}`, []string{"user: a"}, []string{"user: a {{consumer}} acme"}},
		{"nobody", `{"append_user": "x"}`, []string{"assistant: b"}, []string{"assistant: b"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := sdktest.New(t, &decorate{}, test.config)
			c := sdktest.NewConversation()
			for _, m := range test.in {
				c.Messages = append(c.Messages, message(m))
			}
			c.Consumer, c.Team = "acme", "red"
			c.Headers, c.Tags = map[string]string{"x-a": "blue"}, map[string]string{"t": "gold"}
			got := h.Request(c)
			assert.NotEqual(t, abi.Block, got.Action, got.Reason)
			var have []string
			for _, m := range c.Messages {
				have = append(have, m.Role+": "+m.Text())
			}
			assert.Equal(t, test.want, have)
		})
	}
}

func message(s string) sdktest.Message {
	for role, make := range map[string]func(string) sdktest.Message{"system: ": sdktest.System, "user: ": sdktest.User, "assistant: ": sdktest.Assistant} {
		if len(s) >= len(role) && s[:len(role)] == role {
			return make(s[len(role):])
		}
	}
	panic(s)
}

func TestRefusedTemplates(t *testing.T) {
	for config, want := range map[string]string{
		`{"append_user": "{{nope}}"}`:        "isn't known",
		`{"append_user": "{{var.x}}"}`:       "no variable x",
		`{"prepend_system": "{{consumer"}`:   "has no }}",
		`{"prepend_system": "{{header.}}"}`:  "isn't known",
		`{"append_system": "a\nb {{nope}}"}`: "append_system: line 2, column 3: {{nope}} isn't known",
	} {
		_, err := sdktest.Try(t, &decorate{}, config)
		assert.ErrorContains(t, err, want, config)
	}
}

func TestDateNeedsTheClock(t *testing.T) {
	const config = `{"append_user": " {{date}}"}`
	stands := &decorate{now: func() time.Time { return standing.Add(time.Millisecond) }}
	_, err := sdktest.Try(t, stands, config)
	require.ErrorContains(t, err, "grant { time = true }")

	h := sdktest.New(t, &decorate{}, config)
	c := sdktest.NewConversation(sdktest.User("a"))
	h.Request(c)
	assert.Equal(t, "a "+time.Now().UTC().Format(time.DateOnly), c.Messages[0].Text())
}
