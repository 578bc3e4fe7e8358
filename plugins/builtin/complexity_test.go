package builtin

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

// hard asks router/complexity whether a text reaches its threshold.
func hard(t *testing.T, s *host.Stage, text string) bool {
	conversation := sdktest.NewConversation(sdktest.User(text))
	conversation.Candidates = []sdktest.Candidate{{Model: "a"}, {Model: "b"}}
	c := newCall(conversation)
	c.Hook, c.Args = abi.OnRoute, [3]int32{2}
	require.NoError(t, s.Call(c))
	require.Equal(t, abi.Reroute, c.Verdict.Action())
	return c.Verdict.Arg() == 1
}

// TestComplexitySigns asks that a sign counts wherever it stands among the sixteen bytes that the guest looks at together. The
// guest's own tests run natively, without the vectors that it has here.
func TestComplexitySigns(t *testing.T) {
	at := func(threshold int) *host.Stage {
		return stage(t, "router", "complexity", `{"threshold": `+strconv.Itoa(threshold)+`}`)
	}
	five, ten, most := at(5), at(10), at(25)
	for n := range 40 {
		before := strings.Repeat("a ", n/2) + strings.Repeat(" ", n%2)
		for _, word := range []string{
			"prov", "deriv", "analy", "compar", "optimi", "design", "architect", "debug", "refactor", "implement", "trade-off", "tradeoff",
			"step by step", "step-by-step", "reason", "evaluat", "explain why", "algorithm", "complexit", "theorem", "integral", "equation",
			"diagnos", "strateg", "critique", "plan", "why does", "root cause", "summari", "translate",
		} {
			assert.True(t, hard(t, ten, before+word), "%s behind %d bytes", word, n)
			assert.True(t, hard(t, ten, before+strings.ToUpper(word)+" and so on, and on"), "%s behind %d bytes", word, n)
			assert.False(t, hard(t, ten, before+word[:len(word)-1]), "%s behind %d bytes, cut", word, n)
			assert.False(t, hard(t, ten, before+"é"+word), "%s behind %d bytes, within a word", word, n)
		}
		for _, code := range []string{"{};==", "<>[]=", "```", "f(g(h(i(j("} {
			assert.True(t, hard(t, most, before+code), "%s behind %d bytes", code, n)
		}
		for _, prose := range []string{"{};=", "<>[]", "``.`", "-(-( ( ( (", "@_^~|/+*&%$#!,.:-0123456789\\\""} {
			assert.False(t, hard(t, most, before+prose), "%s behind %d bytes", prose, n)
		}
		assert.True(t, hard(t, five, before+"??"), "behind %d bytes", n)
		assert.False(t, hard(t, five, before+"?"), "behind %d bytes", n)
	}
}

// TestComplexitySpares asks that a stage that sends nothing elsewhere isn't called.
func TestComplexitySpares(t *testing.T) {
	for config, called := range map[string]bool{`{}`: false, `{"reroute": {"simple": "cheap"}}`: true} {
		hooks := stage(t, "router", "complexity", config).Info().Hooks
		assert.Equal(t, called, hooks.Has(abi.OnRequest), config)
		assert.True(t, hooks.Has(abi.OnRoute), config)
	}
}
