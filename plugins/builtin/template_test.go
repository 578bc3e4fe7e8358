package builtin

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

const greetings = `{"templates": {"greet": {"default": "2", "versions": {
  "1": {"system": "Greet {{who}}.", "variables": {"who": {"required": true}}},
  "2": {"system": "Greet {{who}} in a {{tone}} tone.{{#if short}} Be short.{{/if}}", "user": "Hello from {{who}}.", "messages": "replace",
        "variables": {"who": {"required": true}, "tone": {"type": "enum", "values": ["warm", "plain"], "default": "plain"}, "short": {"type": "boolean"}}}
}}}}`

func TestTemplate(t *testing.T) {
	s := stage(t, "transform", "template", greetings)
	conversation := sdktest.NewConversation(sdktest.System("Be nice."), sdktest.User("hi"))
	conversation.Params = map[string]string{"prompt": `{"id": "greet", "variables": {"who": "{{tone}} Åsa", "short": true}}`, "prompt_variables": `{"tone": "warm"}`}
	c := newCall(conversation)
	c.Hook = abi.OnRequest
	require.NoError(t, s.Call(c))
	assert.Equal(t, abi.Tag, c.Verdict.Action(), string(c.Reason))
	assert.Equal(t, "template=greet@2", string(c.Tag))
	var have []string
	for _, m := range conversation.Messages {
		have = append(have, m.Role+": "+m.Text())
	}
	assert.Equal(t, []string{"system: Greet {{tone}} Åsa in a warm tone. Be short.", "system: Be nice.", "user: Hello from {{tone}} Åsa."}, have)
	assert.Empty(t, conversation.Params)

	conversation.Params = map[string]string{"prompt": `{"id": "greet", "variables": {"who": 7}}`}
	require.NoError(t, s.Call(c))
	assert.Equal(t, uint16(400), c.Verdict.Code())
	assert.Equal(t, "prompt template greet@2: variable who must be a text", string(c.Reason))
}

// TestTemplateWithstands sends what is made to cost: none of it may spend the plugin's fuel.
func TestTemplateWithstands(t *testing.T) {
	s := patient(t, "transform", "template", greetings)
	for _, who := range []string{
		`"` + strings.Repeat("x", 127<<10) + `"`, `"` + strings.Repeat(`\u00e9`, 21<<10) + `"`, `"` + strings.Repeat("é", 63<<10) + `"`, `"` + strings.Repeat("é", 1<<20) + `"`,
		"[" + strings.Repeat("{},", 2_900) + "1]", "[" + strings.Repeat(`{"a":[1],"b":2},`, 1_450) + "1]", "[" + strings.Repeat("1,", 1<<20) + "1]", strings.Repeat("1", 120<<10), strings.Repeat("[", 100_000), `"x"` + strings.Repeat(" ", 120<<10),
		`"x"` + strings.Repeat(`,"who":"y"`, 2_900), `"x"` + strings.Repeat(`,"nobody":"y"`, 2_900),
	} {
		conversation := sdktest.NewConversation(sdktest.User("hi"))
		conversation.Params = map[string]string{"prompt": `{"id": "greet", "variables": {"who": ` + who + `}}`}
		c := newCall(conversation)
		c.Hook = abi.OnRequest
		require.NoError(t, s.Call(c), "%.20s", who)
	}
}
