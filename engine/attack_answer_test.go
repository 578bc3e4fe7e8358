package engine_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// TestMostHeldAtARune: a stage that holds the most that there is may do so in the middle of a character, too.
func TestMostHeldAtARune(t *testing.T) {
	words := strings.Repeat("\u20ac\u20ac ", 12_500)
	g, _ := oneStaged(t, spec.OpenAI, mock.Options{}, stage("hold", abi.Transform, func(c *hook.Call) error {
		c.Verdict = abi.Pack(abi.Hold, 0, 0, uint32(min(len(c.Window), abi.MaxHold)))
		return nil
	}, abi.OnDelta))
	a := g.post("/v1/chat/completions", chat("m", words, streamed))
	require.Equal(t, 200, a.status)
	assert.NotContains(t, a.body, "manifest")
	assert.Contains(t, a.body, "[DONE]")
	assert.GreaterOrEqual(t, strings.Count(a.body, "\u20ac"), 25_000)
}

// TestStatesOfRouters: what one model's router keeps for a request isn't shown to that of the model it falls back to.
func TestStatesOfRouters(t *testing.T) {
	_, pa := startMock(t, mock.Options{Script: "status=503"})
	_, fa := startMock(t, mock.Options{})
	ps := []*spec.Provider{provider(spec.OpenAI, "p", pa), provider(spec.OpenAI, "f", fa)}
	m, back := model("m", ps[0]), model("back", ps[1])
	m.Fallback = &spec.Fallback{To: []*spec.Model{back}}
	s := config(ps, m, back)
	var saw []string
	router := func(name string) *fake {
		return stage(name, abi.Observe, func(c *hook.Call) error {
			saw = append(saw, name+" sees "+string(*c.State))
			*c.State = append((*c.State)[:0], name...)
			return nil
		}, abi.OnRoute)
	}
	plugins := staged(s, stage("line", abi.Observe, func(c *hook.Call) error {
		saw = append(saw, "line sees "+string(*c.State))
		return nil
	}, abi.OnRequest, abi.OnResponse))
	for _, x := range []*spec.Model{m, back} {
		x.Router = &spec.Plugin{Kind: "router", Name: "of-" + x.Name}
		plugins.stages[x.Router.Name] = router(x.Router.Name)
		s.Plugins = append(s.Plugins, x.Router)
	}
	g := start(t, s, plugins)
	for range 2 {
		saw = nil
		a := g.post("/v1/chat/completions", chat("m", "hi"))
		require.Equal(t, 200, a.status, a.body)
		assert.Equal(t, []string{"line sees ", "of-m sees ", "of-back sees ", "line sees "}, saw)
	}
}
