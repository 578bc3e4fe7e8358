package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/yett-gateway/yett/hcl"
)

// A provider's models are one pattern, which is name and alias of the implied model.
func TestBannerNames(t *testing.T) {
	s := hcl.DefaultEnviron([]string{"OPENAI_API_KEY=sk-0123456789abcdef"})
	lines := map[string][]string{}
	for _, m := range s.Models {
		lines[m.Name] = names(m)
	}
	assert.Equal(t, []string{"mock", "mock/*", "mock-*"}, lines["mock"])
	seen := map[string]bool{}
	for _, n := range lines["openai/*"] {
		assert.False(t, seen[n], "%s is there twice", n)
		seen[n] = true
	}
	assert.True(t, seen["openai/*"])
}
