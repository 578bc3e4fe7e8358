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
	} {
		assert.Equal(t, tc.want, spec.Matches(tc.pattern, tc.name), "%s %s", tc.pattern, tc.name)
		assert.Equal(t, tc.want, spec.Matches(tc.pattern, []byte(tc.name)), "%s %s", tc.pattern, tc.name)
	}
}

