package kit

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/plugins/host/module"
)

// TestInspectShowsNoControls: what a module's author wrote doesn't reach a terminal as commands.
func TestInspectShowsNoControls(t *testing.T) {
	const evil = "\x1b]0;owned\x07\u009b2J\u202e"
	wasm, err := module.AppendCustomSection([]byte("\x00asm\x01\x00\x00\x00"), evil, []byte("x"))
	require.NoError(t, err)
	name := append([]byte{byte(len(evil))}, evil...)
	producers := append([]byte("\x01\x08language\x01"), append(name, name...)...)
	wasm, err = module.AppendCustomSection(wasm, "producers", producers)
	require.NoError(t, err)
	i, err := Inspect(wasm)
	require.NoError(t, err)
	var out strings.Builder
	i.Write(&out)
	require.Contains(t, out.String(), "owned")
	for _, r := range out.String() {
		require.True(t, r == '\n' || !unicode.IsControl(r) && !unicode.Is(unicode.Cf, r), "%q", out.String())
	}
}
