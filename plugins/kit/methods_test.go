package kit

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk/abi"
)

func TestUncalled(t *testing.T) {
	for _, test := range []struct {
		name, method string
		found        abi.Hook
		want         []string
	}{
		{"a hook", "(p *x) OnDelta(d sdk.Delta) sdk.Verdict", abi.OnDelta, nil},
		{"its signature is another", "(p *x) OnDelta(d sdk.Delta) error", abi.OnRequest, []string{
			"main.go:3: OnDelta is never called: the hook is OnDelta(sdk.Delta) sdk.Verdict, a method of what sdk.Run is given, here a pointer",
		}},
		{"misspelt", "(p x) OnRequests(r sdk.Request) sdk.Verdict", abi.OnDelta, []string{
			"main.go:3: OnRequests is never called: there is no such hook; did you mean OnRequest(sdk.Request) sdk.Verdict?",
		}},
		{"lower case", "(p x) onRequest(r sdk.Request) sdk.Verdict", abi.OnDelta, []string{
			"main.go:3: onRequest is never called: there is no such hook; did you mean OnRequest(sdk.Request) sdk.Verdict?",
		}},
		{"like a hook that is there", "(p x) onRequest(r sdk.Request) sdk.Verdict", abi.OnRequest, nil},
		{"Init without its error", "(p *x) Init(c config.Value)", abi.OnRequest, []string{"main.go:3: Init is never called: the hook is Init(config.Value) error"}},
		{"Init", "(p *x) Init(c config.Value) error", abi.OnRequest, nil},
		{"another Init", "(p *x) Init(n int)", abi.OnRequest, nil},
		{"no hook at all", "(p *x) Only(n int)", abi.OnRequest, nil},
		{"a function", "OnRequests(n int)", abi.OnRequest, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nfunc "+test.method+" {}\n"), 0o644))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "main_test.go"), []byte("package main\n\nfunc (p x) OnRoutes() {}\n"), 0o644))
			assert.Equal(t, test.want, uncalled(dir, abi.Set(0).With(test.found)))
		})
	}
}

// The bundled plugins have no method that could be taken for a hook.
func TestUncalledBundled(t *testing.T) {
	manifests, err := filepath.Glob("../*/*/" + ManifestFile)
	require.NoError(t, err)
	require.NotEmpty(t, manifests)
	all := abi.Set(0)
	for h := range abi.Hook(abi.Hooks) {
		all = all.With(h)
	}
	for _, m := range manifests {
		assert.Empty(t, uncalled(filepath.Dir(m), all), m)
	}
}
