package hcl

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/spec"
)

func TestDefaultWithNothing(t *testing.T) {
	g := Default(noEnv)
	require.Len(t, g.Listeners, 1)
	assert.Equal(t, "127.0.0.1:8080", g.Listeners[0].Address)
	assert.Equal(t, "127.0.0.1:9090", g.Admin.Address)
	require.Len(t, g.Providers, 1)
	assert.Equal(t, spec.Mock, g.Providers[0].Type)
	assert.NotNil(t, g.Providers[0].Mock)
	require.Len(t, g.Models, 1)
	assert.Equal(t, "mock", g.Models[0].Name)
	assert.ElementsMatch(t, []string{"mock/*", "mock-*"}, g.Models[0].Aliases)
	require.Len(t, g.Routes, 1)
	assert.Empty(t, g.Routes[0].Models)
	assert.Equal(t, g.Providers, g.Routes[0].Passthrough)
}

func TestDefaultFindsKeys(t *testing.T) {
	g := DefaultEnviron([]string{
		"OPENAI_API_KEY=key-one", "OPENAI_EAST_API_KEY=key-two", "OPENAI_WEST_2_API_KEY=key-three", "ANTHROPIC_API_KEY=",
		"GOOGLE_API_KEY=key-four", "GROQ_API_KEY=key-five", "PATH=/bin", "XAI_API_KEY=has a space", "ANTHROPIC_EU_API_KEY=key-six",
		"junk", "OPENAI__API_KEY=odd", "MISTRAL_API_KEY=key\x01control",
	})
	type found struct {
		typ               spec.ProviderType
		name, key, source string
	}
	var got []found
	for _, p := range g.Providers {
		got = append(got, found{p.Type, p.Name, p.APIKey.Reveal(), p.KeySource})
		assert.Equal(t, spec.DefaultDeadline, p.Deadline)
		assert.Equal(t, spec.DefaultRetry, p.Retry)
		assert.Positive(t, p.Connections)
	}
	assert.Equal(t, []found{
		{spec.OpenAI, "openai", "key-one", "OPENAI_API_KEY"},
		{spec.OpenAI, "openai-east", "key-two", "OPENAI_EAST_API_KEY"},
		{spec.OpenAI, "openai-west-2", "key-three", "OPENAI_WEST_2_API_KEY"},
		{spec.Anthropic, "anthropic-eu", "key-six", "ANTHROPIC_EU_API_KEY"},
		{spec.Gemini, "gemini", "key-four", "GOOGLE_API_KEY"},
		{spec.OpenAICompatible, "groq", "key-five", "GROQ_API_KEY"},
		{spec.Mock, "mock", "", ""},
	}, got)

	models := map[string]*spec.Model{}
	for _, m := range g.Models {
		models[m.Name] = m
		require.Len(t, m.Targets, 1)
		assert.Equal(t, "*", m.Targets[0].Model)
		assert.Equal(t, m.Targets[0].Provider.Name+"/", m.Targets[0].TrimPrefix)
	}
	assert.Contains(t, models["openai/*"].Aliases, "gpt-*")
	assert.Equal(t, []string{"openai-east/*"}, models["openai-east/*"].Aliases)
	assert.Contains(t, models["anthropic-eu/*"].Aliases, "claude-*", "the first of its type has the usual names")
	assert.Equal(t, []string{"groq/*"}, models["groq/*"].Aliases)
}

// TestDefaultKnowsNoOthers looks that Default finds the same without second accounts.
func TestDefaultKnowsNoOthers(t *testing.T) {
	g := Default(func(n string) (string, bool) {
		v, ok := map[string]string{"GEMINI_API_KEY": "first", "GOOGLE_API_KEY": "second"}[n]
		return v, ok
	})
	require.Len(t, g.Providers, 2)
	assert.Equal(t, "first", g.Providers[0].APIKey.Reveal())
	assert.Empty(t, g.Providers[0].BaseURL, "the type's own address")
}
