package spec_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/yett-gateway/yett/engine/spec"
)

func TestMatches(t *testing.T) {
	for _, tc := range []struct {
		pattern, name string
		want          bool
	}{
		{"*", "", true},
		{"*", "x", true},
		{"a*", "a", true},
		{"a*c", "abbc", true},
		{"a*c", "abcb", false},
		{"*a*b*", "xxaxxbxx", true},
		{"*a*b*", "xxbxxa", false},
		{"openai/*", "openai/gpt/x", true},
		{"a**b", "ab", true},
		{"ab", "abc", false},
		{"", "", true},
		{"", "a", false},
		{"*", "abc", true},
		{"a*", "abc", true},
		{"*c", "abc", true},
		{"a*c", "abc", true},
		{"a*c", "ac", true},
		{"a*c", "acb", false},
		{"*b*", "abc", true},
		{"*ab*ab", "abab", true},
		{"*ab*ab", "aab", false},
		{"abc", "abc", true},
		{"abc", "abcd", false},
		{"*aaab", "aaaaaaaaaaab", true},
	} {
		assert.Equal(t, tc.want, spec.Matches(tc.pattern, tc.name), "%s %s", tc.pattern, tc.name)
		assert.Equal(t, tc.want, spec.Matches(tc.pattern, []byte(tc.name)), "%s %s", tc.pattern, tc.name)
	}
}
