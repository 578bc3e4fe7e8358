package builtin

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

func TestDecorateVariables(t *testing.T) {
	s := stage(t, "transform", "decorate", `{
		"prepend_user": "\\{{consumer}} {{ consumer }}/{{team}}/{{model}}/{{route}}/{{dialect}}/{{user}}: ",
		"append_user": " {{header.X-A}}/{{tag.t}}/{{var.p}}{{var.e}}", "variables": {"p": "{{team}}", "e": ""}}`)
	conversation := sdktest.NewConversation(sdktest.User("a"), sdktest.Assistant("b"), sdktest.User("c"))
	conversation.Consumer, conversation.Team = "acme", "red"
	conversation.Headers, conversation.Tags = map[string]string{"x-a": "blue"}, map[string]string{"t": "gold"}
	c := newCall(conversation)
	c.Hook = abi.OnRequest
	require.NoError(t, s.Call(c))
	assert.Equal(t, "{{consumer}} acme/red/gpt-4o/chat/openai.chat/: a", conversation.Messages[0].Text())
	assert.Equal(t, "b", conversation.Messages[1].Text())
	assert.Equal(t, "c blue/gold/{{team}}", conversation.Messages[2].Text())

	conversation.Headers["x-a"] = "no UTF-8: \xff"
	require.NoError(t, s.Call(c))
	assert.Equal(t, abi.Block, c.Verdict.Action())
	assert.Equal(t, "the user's message can't be decorated", string(c.Reason))
}

// TestDecorateDate asks that the date needs the grant, and that nothing else does.
func TestDecorateDate(t *testing.T) {
	h, err := host.New(context.Background(), host.Options{Modules: modules(t)})
	require.NoError(t, err)
	load := func(grant spec.Grant) *host.Plugin {
		p, err := h.Load(context.Background(), &spec.Plugin{
			Kind: "transform", Name: "decorate", Source: "builtin", OnError: "deny", Limit: spec.DefaultPluginLimit, Grant: grant,
		})
		require.NoError(t, err)
		return p
	}
	const config = `{"append_user": " {{date}}"}`
	without, with := load(spec.Grant{}), load(spec.Grant{Time: true})
	_, err = without.Stage(context.Background(), "dated", []byte(config))
	require.ErrorContains(t, err, "append_user: {{date}} needs the clock: grant { time = true }")
	s, err := with.Stage(context.Background(), "dated", []byte(config))
	require.NoError(t, err)
	without.Close()
	with.Close()
	defer func() {
		s.Close()
		require.NoError(t, h.Close())
	}()
	conversation := sdktest.NewConversation(sdktest.User("a"))
	c := newCall(conversation)
	c.Hook = abi.OnRequest
	before := time.Now().UTC()
	require.NoError(t, s.Call(c))
	assert.Contains(t, []string{"a " + before.Format(time.DateOnly), "a " + time.Now().UTC().Format(time.DateOnly)}, conversation.Messages[0].Text())
}

// TestDecorateSpares asks that a stage without texts isn't called.
func TestDecorateSpares(t *testing.T) {
	for config, called := range map[string]bool{`{}`: false, `{"append_user": ""}`: false, `{"append_user": "x"}`: true, `{"prepend_system": "{{tag.t}}"}`: true} {
		assert.Equal(t, called, stage(t, "transform", "decorate", config).Info().Hooks.Has(abi.OnRequest), config)
	}
}
