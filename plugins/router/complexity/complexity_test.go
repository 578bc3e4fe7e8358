package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/sdktest"
)

var prompts = []struct {
	name, text string
	hard       bool
}{
	{"greeting", "hi there", false},
	{"fact", "What is the capital of France?", false},
	{"rewrite", "Make this sentence shorter: the cat sat on the mat and looked at the dog.", false},
	{"proof", "Prove step by step that the algorithm terminates, and derive its complexity.", true},
	{"code", "Why does this panic?\n```go\nfunc f(a []int) int { return a[3] }\n```\nDebug it.", true},
	{"long", strings.Repeat("A long story about many things that have to be considered. ", 30), true},
	{"plan", "Design a strategy to compare both vendors, evaluate the trade-offs, and plan the migration.", true},
}

func candidates(c *sdktest.Conversation) *sdktest.Conversation {
	c.Candidates = []sdktest.Candidate{{Provider: "openai.main", Model: "mini"}, {Provider: "openai.main", Model: "max"}, {Provider: "mock", Model: "max"}}
	return c
}

func TestRoute(t *testing.T) {
	for config, want := range map[string][2]int{
		`{}`:                                   {0, 1},
		`{"simple": "max", "complex": "mini"}`: {1, 0},
		`{"simple": 2, "complex": 0}`:          {2, 0},
		`{"simple": 0, "complex": "mock/max"}`: {0, 2},
	} {
		h := sdktest.New(t, &complexity{}, config)
		for _, p := range prompts {
			got := h.Route(candidates(sdktest.NewConversation(sdktest.User(p.text))))
			assert.Equal(t, abi.Reroute, got.Action, p.name)
			if p.hard {
				assert.Equal(t, want[1], got.Choice, "%s with %s", p.name, config)
			} else {
				assert.Equal(t, want[0], got.Choice, "%s with %s", p.name, config)
			}
		}
	}
}

func TestNoSuchTarget(t *testing.T) {
	h := sdktest.New(t, &complexity{}, `{"simple": "unknown", "complex": 7}`)
	for _, p := range prompts {
		got := h.Route(candidates(sdktest.NewConversation(sdktest.User(p.text))))
		assert.Equal(t, abi.Continue, got.Action, p.name)
	}
}

func TestReroute(t *testing.T) {
	h := sdktest.New(t, &complexity{}, `{"reroute": {"complex": "smart"}}`)
	for _, p := range prompts {
		got := h.Request(sdktest.NewConversation(sdktest.User(p.text)))
		if !p.hard {
			assert.Equal(t, abi.Continue, got.Action, p.name)
			continue
		}
		assert.Equal(t, abi.Reroute, got.Action, p.name)
		assert.Equal(t, "smart", got.Model)
	}
	idle := sdktest.New(t, &complexity{}, `{}`)
	assert.Equal(t, abi.Continue, idle.Request(sdktest.NewConversation(sdktest.User(prompts[3].text))).Action)
}

func TestToolsAndTurnsCount(t *testing.T) {
	h := sdktest.New(t, &complexity{}, `{"threshold": 20}`)
	c := candidates(sdktest.NewConversation(sdktest.User("go on"), sdktest.ToolCall("1", "f", "{}"), sdktest.ToolResult("1", "42")))
	assert.Equal(t, 0, h.Route(c).Choice)
	c.Tools = []sdktest.Tool{{Name: "f"}}
	assert.Equal(t, 1, h.Route(c).Choice)
}

func TestRefusedConfigurations(t *testing.T) {
	for _, c := range []string{`{"threshold": 101}`, `{"simple": -1}`, `{"reroute": {}}`} {
		_, err := sdktest.Try(t, &complexity{}, c)
		assert.Error(t, err, c)
	}
}

// TestSignsAnywhere asks that a sign counts wherever it stands among the eight bytes that are looked at together.
func TestSignsAnywhere(t *testing.T) {
	for _, sign := range []struct {
		name, text string
		want       signs
	}{
		{"word", "Optimise", signs{words: 1}},
		{"phrase", "step BY step", signs{words: 1}},
		{"within a word", "unreasonable", signs{}},
		{"marks", "{};=<>[]", signs{marks: 8}},
		{"call", "f(x)", signs{marks: 1}},
		{"parenthesis", "(x)", signs{}},
		{"questions", "??", signs{questions: 2}},
		{"fence", "```", signs{fence: true}},
		{"quotes", "``.`", signs{}},
		{"accents", "éplan", signs{}},
	} {
		for n := range 17 {
			for _, after := range []string{"", " and so on, and on"} {
				got := read([]byte(strings.Repeat("a ", n/2) + strings.Repeat(" ", n%2) + sign.text + after))
				got.seen = sign.want.seen
				assert.Equal(t, sign.want, got, "%s behind %d bytes", sign.name, n)
			}
		}
	}
}
