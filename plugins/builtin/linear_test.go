package builtin

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host"
	"github.com/yett-gateway/yett/sdk/abi"
)

// gauge is a Watch that keeps the last call's fuel.
type gauge struct{ fuel int64 }

func (g *gauge) Called(_ *hook.Call, u host.Used, _ error) { g.fuel = u.Fuel }
func (g *gauge) Started(host.Used)                         {}

// same is a request that takes edits and stays as it is.
type same struct{ still }

func (*same) Apply(*hook.Edit) abi.Status { return abi.OK }

// costs is what a prompt costs a plugin.
func costs(t *testing.T, s *host.Stage, g *gauge, h abi.Hook, text string) float64 {
	c := &hook.Call{Exchange: &same{still{id: []byte("1"), role: []byte("user"), text: []byte(text)}}, Hook: h, State: new([]byte)}
	if h == abi.OnRoute {
		c.Args = [3]int32{1}
	}
	for range 2 { // the first one makes room
		require.NoError(t, s.Call(c))
	}
	return float64(g.fuel)
}

// TestLinear asks that texts made to be hard cost twice as much when they are twice as long, and that ordinary ones cost
// little.
func TestLinear(t *testing.T) {
	hard := []string{
		"=", "\"", "-", "a", "1", ":", "://", "a=", "a:", "x=\"", "pw=", "pw=\"", "token=secret=apikey1=", "password: your", "sk-", "re_",
		"eyJ-", "eyJ.", "a1Q~", "s.", "pat.", "tskey-", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n", "12345:A", "MT", "bearer a1 ",
		"-u a:", "-u \"a:", "a||", "\\u0041", "\\", "{\"a\":\"b\",", "A/+=", "A3-", "a@", "a.b@c.", "1 ", "12 34-", "+1 ", "(1", "1:", "1::", "::",
		"4111 1111 1111 1111 1", "GB12 ", "phone 1 ", "4111-1111 @.1:", "1.1.1-a@", "1:1:1:1:1:1:1::2:", "4 (2)(00/(01 (01 (0", "\u200b", "é",
		strings.Repeat("pw=", 160) + " ", strings.Repeat("token=secretapikey1", 26) + " ",
	}
	prose := strings.Repeat("The quick brown fox jumps over the lazy dog and runs far away from it, again and again. ", 200)[:16<<10]
	for _, p := range []struct {
		kind, name string
		hook       abi.Hook
		most       float64 // fuel for a byte of prose
	}{
		{"guard", "secrets", abi.OnRequest, 8},
		{"guard", "pii", abi.OnRequest, 3},
		{"guard", "injection", abi.OnRequest, 66},
		{"router", "complexity", abi.OnRoute, 10},
	} {
		t.Run(p.name, func(t *testing.T) {
			g := &gauge{}
			h, err := host.New(context.Background(), host.Options{Modules: modules(t), Watch: g})
			require.NoError(t, err)
			limit := spec.DefaultPluginLimit
			limit.Fuel, limit.Wall = 1<<32, 1<<40
			plugin, err := h.Load(context.Background(), &spec.Plugin{Kind: p.kind, Name: p.name, Source: "builtin", OnError: "deny", Limit: limit})
			require.NoError(t, err)
			config := `{}`
			if p.name == "complexity" {
				config = `{"threshold": 94}` // so high that all is read
			}
			s, err := plugin.Stage(context.Background(), p.name, []byte(config))
			require.NoError(t, err)
			plugin.Close()
			defer func() {
				s.Close()
				require.NoError(t, h.Close())
			}()
			assert.Less(t, costs(t, s, g, p.hook, prose)/float64(len(prose)), p.most)
			for _, unit := range hard {
				text := strings.Repeat(unit, 16<<10/len(unit))
				once, twice := costs(t, s, g, p.hook, text), costs(t, s, g, p.hook, text+text)
				assert.Less(t, twice, 2.1*once+10_000, "%.40q", unit)
				t.Logf("%.40q: %.0f", unit, once/float64(len(text)))
			}
		})
	}
}
