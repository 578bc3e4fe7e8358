package host

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// granted is a plugin that was granted all that the caps guest uses.
func granted(p *spec.Plugin) {
	p.Grant = spec.Grant{Log: true, Metrics: true, KV: []string{"notes"}, Scan: true, Time: true, Random: true}
	p.Config = []byte(`{"word": "rosebud"}`)
	p.Limit.Wall = 2 * time.Second // a busy machine isn't what these tests are about
}

func capsGuest(t testing.TB) []byte {
	return withManifest(t, goGuest(t, "testdata/caps"), Manifest{Hooks: []string{"on_request"}})
}

// ask sends a deed and returns the body of the response.
func ask(t *testing.T, s *Stage, c *hook.Call, deed string) string {
	c.Exchange, c.Hook = prompt(deed), abi.OnRequest
	if c.State == nil {
		c.State = new([]byte)
	}
	require.NoError(t, s.Call(c), deed)
	return string(c.Body)
}

func TestCapabilities(t *testing.T) {
	now := time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC)
	set := meter.New()
	h, logged := newHost(t, Options{Now: func() time.Time { return now }, Meter: set})
	s := load(t, h, capsGuest(t), plugin(granted))
	c := &hook.Call{Tenant: "a"}

	assert.Equal(t, "rosebud", ask(t, s, c, "config"))
	assert.Equal(t, "2031-02-03T04:05:06Z 2031-02-03", ask(t, s, c, "now"))
	assert.Equal(t, "true", ask(t, s, c, "sleep"))
	assert.Equal(t, "45", ask(t, s, c, "goroutines"))
	assert.Equal(t, "true true true [] 0", ask(t, s, c, "system"))
	assert.NotEqual(t, ask(t, s, c, "random"), ask(t, s, c, "random"))
	ask(t, s, c, "garbage")

	t.Run("state", func(t *testing.T) {
		c := &hook.Call{}
		assert.Equal(t, "<nil>", ask(t, s, c, "state"))
		assert.Equal(t, "!<nil>", ask(t, s, c, "state"))
		assert.Equal(t, "<nil>", ask(t, s, &hook.Call{}, "state"), "another request's state")
	})
	t.Run("kv", func(t *testing.T) {
		b := &hook.Call{Tenant: "b"}
		assert.Equal(t, "1 true", ask(t, s, c, "incr"))
		assert.Equal(t, "2 true", ask(t, s, c, "incr"))
		assert.Equal(t, "1 true", ask(t, s, b, "incr"), "another tenant's number")
		assert.Equal(t, "<nil>", ask(t, s, c, "put hello"))
		assert.Equal(t, "hellotrue", ask(t, s, c, "get"))
		assert.Equal(t, "false", strings.TrimSpace(ask(t, s, b, "get")))
		now = now.Add(2 * time.Minute)
		assert.Equal(t, "false", strings.TrimSpace(ask(t, s, c, "get")), "it has expired")
		assert.Equal(t, "<nil> the value is another one <nil>threefalse", ask(t, s, c, "cas"))
		assert.Equal(t, "this isn't granted", ask(t, s, c, "other"))
	})
	t.Run("log", func(t *testing.T) {
		c := &hook.Call{Tenant: "a", Request: []byte("req-1")}
		ask(t, s, c, "log evil \x1b[31m\nline")
		assert.Contains(t, logged.String(), `[guard.test] evil \\x1b[31m\\nline`)
		assert.Contains(t, logged.String(), "request=req-1")
		ask(t, s, c, "print panicking a bit")
		assert.Contains(t, logged.String(), "[guard.test] panicking a bit")
		assert.Contains(t, logged.String(), "started with rosebud")
	})
	t.Run("flood", func(t *testing.T) {
		before := strings.Count(logged.String(), "\n")
		c := &hook.Call{}
		ask(t, s, c, "flood")
		ask(t, s, c, "flood") // the same request: nothing more
		assert.LessOrEqual(t, strings.Count(logged.String(), "\n")-before, abi.MaxLogLines+1)
	})
	t.Run("metrics", func(t *testing.T) {
		ask(t, s, c, "count")
		ask(t, s, c, "count")
		var page strings.Builder
		set.Write(&page)
		assert.Contains(t, page.String(), `yett_plugin_custom_hits{plugin="guard.test"} 2`)
		assert.Contains(t, page.String(), `yett_plugin_custom_sizes_sum{plugin="guard.test"} 5`)
		assert.Contains(t, page.String(), `yett_plugin_custom_sizes_count{plugin="guard.test"} 2`)
		assert.Contains(t, page.String(), `yett_plugin_instances{plugin="guard.test"} 1`)
		assert.Regexp(t, `yett_plugin_fuel_count\{plugin="guard.test"\} [1-9]`, page.String())
	})
}

func TestGoGuestFailures(t *testing.T) {
	h, logged := newHost(t, Options{})
	s := load(t, h, capsGuest(t), plugin(func(p *spec.Plugin) {
		granted(p)
		p.Limit.Fuel = 1_000_000_000 // memory runs out first
	}))
	for deed, want := range map[string]string{"panic now": "trap: panic: help: now", "oom": "out of memory", "exit": "exit", "forever": "fuel"} {
		t.Run(deed, func(t *testing.T) {
			err := s.Call(&hook.Call{Exchange: prompt(deed), Hook: abi.OnRequest, State: new([]byte)})
			var f *fault.Error
			require.ErrorAs(t, err, &f)
			assert.Equal(t, fault.PluginFailed, f.Kind)
			assert.NotContains(t, f.Public, "panic", "what the plugin says is for the log")
			assert.ErrorContains(t, err, want)
			assert.Equal(t, "rosebud", ask(t, s, &hook.Call{}, "config"), "the next call has a new instance")
		})
	}
	assert.Contains(t, logged.String(), "plugin failed")
}

func TestConfigurationRefused(t *testing.T) {
	h, _ := newHost(t, Options{})
	p := plugin(granted)
	p.ConfigPos = spec.Pos{File: "gateway.hcl", Line: 7}
	pl, err := h.load(context.Background(), p, capsGuest(t))
	require.NoError(t, err)
	defer pl.Close()
	_, err = pl.Stage(context.Background(), "x", []byte(`{"word": "bad"}`))
	var e *LoadError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 7, e.Pos.Line)
	assert.Equal(t, `plugin guard.test: the plugin refuses its configuration: word is "bad", which isn't\na word`, err.Error())
	good, err := pl.Stage(context.Background(), "x", []byte(`{"word": "good"}`))
	require.NoError(t, err)
	defer good.Close()
	other, err := pl.Stage(context.Background(), "y", []byte(`{"word": "other"}`))
	require.NoError(t, err)
	defer other.Close()
	assert.Equal(t, "good", ask(t, good, &hook.Call{}, "config"))
	assert.Equal(t, "other", ask(t, other, &hook.Call{}, "config"))
	assert.NotEqual(t, good.Info().Policy, other.Info().Policy)
}

func TestGrants(t *testing.T) {
	h, _ := newHost(t, Options{})
	for name, change := range map[string]func(*spec.Grant){
		"log":     func(g *spec.Grant) { g.Log = false },
		"metrics": func(g *spec.Grant) { g.Metrics = false },
		"kv":      func(g *spec.Grant) { g.KV = nil },
		"time":    func(g *spec.Grant) { g.Time = false },
		"scan":    func(g *spec.Grant) { g.Scan = false },
		"random":  func(g *spec.Grant) { g.Random = false },
	} {
		t.Run(name, func(t *testing.T) {
			p := plugin(granted)
			change(&p.Grant)
			_, err := h.load(context.Background(), p, capsGuest(t))
			var e *LoadError
			require.ErrorAs(t, err, &e)
			assert.Contains(t, e.Reason, "needs capability "+name)
			assert.Contains(t, e.Hint, "grant { "+name)
		})
	}
}

// TestKVShares: one tenant can't fill a namespace so that others can't store, and gets its room back by forgetting.
func TestKVShares(t *testing.T) {
	now := time.Unix(1000, 0)
	st := &store{now: func() time.Time { return now }}
	s := st.space("p", "n")
	value := make([]byte, abi.MaxValue)
	n := 0
	for ; ; n++ {
		if s.put(s.name("greedy", fmt.Append(nil, n)), value, 0) != abi.OK {
			break
		}
	}
	assert.InDelta(t, spaceBytes/2/abi.MaxValue, n, 2)
	assert.Equal(t, abi.OK, s.put(s.name("other", []byte("k")), value, time.Second))
	key := s.name("greedy", []byte("0"))
	s.forget(string(key), s.entries[string(key)])
	assert.Equal(t, abi.OK, s.put(s.name("greedy", []byte("again")), value, 0))
	now = now.Add(time.Minute)
	assert.Nil(t, s.find(s.name("other", []byte("k"))))
	assert.Len(t, s.tenants, 1)
	sum := 0
	for name, e := range s.entries {
		sum += len(name) + len(e.value) + entryBytes
	}
	assert.Equal(t, sum, s.bytes)
	assert.Equal(t, sum, s.tenants["greedy"].bytes)
}
