package hcl

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFormat(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"spaces", "log {\nlevel=\"info\"\n    format   =   \"json\" # why\n}", "log {\n  level  = \"info\"\n  format = \"json\" # why\n}\n"},
		{"byte order mark", "\uFEFFlog {}\n", "log {}\n"},
		{"done", "log {\n  level = \"info\"\n}\n", "log {\n  level = \"info\"\n}\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, diags := Format([]byte(tt.in), "x.hcl")
			require.Empty(t, diags)
			assert.Equal(t, tt.want, string(got))
		})
	}
}

func TestFormatLeavesBrokenTextAlone(t *testing.T) {
	for _, in := range []string{"log {", "log {\xff}", "a = [[[", "\"", string(make([]byte, MaxFileBytes+1))} {
		got, diags := Format([]byte(in), "x.hcl")
		assert.True(t, diags.HasErrors())
		assert.Equal(t, len(in), len(got))
	}
}
