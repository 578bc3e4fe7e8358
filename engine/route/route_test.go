package route

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/spec"
)

// facts is a request with one header.
type facts map[string]string

func (facts) Fact(spec.Fact) []byte       { return nil }
func (facts) Number(spec.Fact) int64      { return 0 }
func (facts) Tag(string) string           { return "" }
func (f facts) Header(name string) []byte { return []byte(f[name]) }

// header is a condition: a header has a value.
type header struct{ name, value string }

func (h header) True(f spec.Facts) bool { return string(f.Header(h.name)) == h.value }
func (h header) Source() string         { return h.name + " == " + h.value }

func gateway(routes []*spec.Route, models ...*spec.Model) *spec.Gateway {
	g := &spec.Gateway{Routes: routes, Models: models}
	for _, m := range models {
		for i := range m.Targets {
			g.Providers = append(g.Providers, m.Targets[i].Provider)
		}
	}
	return g
}

func match(path, method, host string, when spec.Predicate) *spec.Route {
	return &spec.Route{Match: spec.Match{Path: path, Method: method, Host: host, When: when}}
}

func TestMatch(t *testing.T) {
	routes := []*spec.Route{
		match("/v1/chat/*", "", "", header{"x-env", "staging"}), // 0
		match("/v1/chat/completions", "", "", nil),              // 1
		match("/v1/*", "GET", "", nil),                          // 2
		match("/v1/*", "", "ai.example.com", nil),               // 3
		match("/v1/*", "", "", nil),                             // 4
		match("", "", "admin.example.com:8443", nil),            // 5
	}
	table := New(gateway(routes), nil)
	for _, tc := range []struct {
		method, path, host string
		f                  facts
		want               int
	}{
		{"POST", "/v1/chat/completions", "", facts{"x-env": "staging"}, 0},
		{"POST", "/v1/chat/completions", "", nil, 1},
		{"GET", "/v1/models", "", nil, 2},
		{"POST", "/v1/embeddings", "AI.Example.com:443", nil, 3},
		{"POST", "/v1/embeddings", "other", nil, 4},
		{"POST", "/v2/x", "admin.example.com:8443", nil, 5},
		{"POST", "/v2/x", "admin.example.com", nil, -1},
		{"POST", "/v1", "", nil, -1},
	} {
		got := -1
		if r := table.Match(tc.f, []byte(tc.method), []byte(tc.path), []byte(tc.host)); r != nil {
			got = r.Index
		}
		assert.Equal(t, tc.want, got, "%s %s %s %v", tc.method, tc.path, tc.host, tc.f)
	}
}

// TestMatchWithManyPrefixes: the way for very many prefixes finds what the usual one finds.
func TestMatchWithManyPrefixes(t *testing.T) {
	var routes []*spec.Route
	path := "/"
	for i := range maxLists + 5 {
		path += "x"
		routes = append(routes, match(fmt.Sprintf("%s/%d/*", path, i), "", "", nil))
	}
	routes = append(routes, match("", "", "", nil))
	table := New(gateway(routes), nil)
	assert.Equal(t, 3, table.Match(nil, nil, []byte("/xxxx/3/a"), nil).Index)
	assert.Equal(t, len(routes)-1, table.Match(nil, nil, []byte("/none"), nil).Index)
}

func model(name string, aliases ...string) *spec.Model {
	return &spec.Model{Name: name, Aliases: aliases, Targets: []spec.Target{{Provider: &spec.Provider{Type: spec.OpenAI, Name: name}, Model: "up-" + name, Weight: 1}}}
}

func TestModel(t *testing.T) {
	a := model("a", "gpt-4o", "gpt-*")
	b := model("b", "gpt-4*", "*-latest")
	c := model("c", "secret")
	all := &spec.Route{}
	some := &spec.Route{Models: []*spec.Model{a, b}}
	table := New(gateway([]*spec.Route{all, some}, a, b, c), nil)
	name := func(m *Model) string {
		if m == nil {
			return ""
		}
		return m.Spec.Name
	}
	onlyB := table.Allow([]*spec.Model{b})
	for _, tc := range []struct {
		route *spec.Route
		asked string
		allow Allowed
		want  string
	}{
		{all, "a", nil, "a"},
		{all, "gpt-4o", nil, "a"},
		{all, "gpt-4o-mini", nil, "b"}, // the longer literal beginning
		{all, "gpt-3.5", nil, "a"},
		{all, "gpt-4o", onlyB, "b"}, // the exact one is not allowed, the glob is
		{all, "x-latest", nil, "b"},
		{all, "x-latest2", nil, ""},
		{all, "secret", nil, "c"},
		{some, "secret", nil, ""},
		{some, "c", nil, ""},
		{all, "", nil, ""},
	} {
		r := table.routes[0]
		if tc.route == some {
			r = table.routes[1]
		}
		assert.Equal(t, tc.want, name(r.Model([]byte(tc.asked), tc.allow)), "%q", tc.asked)
	}
	near, served := table.routes[1].Nearest([]byte("gtp-4o"), nil)
	assert.Equal(t, []string{"gpt-4o"}, near)
	assert.Equal(t, []string{"a", "b", "gpt-4o"}, served)
	_, served = table.routes[0].Nearest([]byte("zzzzzz"), onlyB)
	assert.Equal(t, []string{"b"}, served, "what isn't allowed isn't named")
}

func TestAppendModel(t *testing.T) {
	for _, tc := range []struct{ model, trim, asked, want string }{
		{"gpt-4o", "", "x", "gpt-4o"},
		{"*", "openai/", "openai/gpt-4o", "gpt-4o"},
		{"", "", "gpt-4o", "gpt-4o"},
		{"", "openai/", "other/gpt", "other/gpt"},
	} {
		target := Target{Spec: &spec.Target{Model: tc.model, TrimPrefix: tc.trim}}
		assert.Equal(t, tc.want, string(target.AppendModel(nil, []byte(tc.asked))))
	}
}

func strategy(s spec.Strategy, weights ...int) *Model {
	m := &spec.Model{Name: "m", Strategy: s}
	for i, w := range weights {
		m.Targets = append(m.Targets, spec.Target{Provider: &spec.Provider{Name: fmt.Sprint(i)}, Model: fmt.Sprint(i), Weight: w})
	}
	return New(gateway(nil, m), nil).models[0]
}

func order(m *Model) (s string) {
	for _, t := range m.Order(nil) {
		s += t.Spec.Model
	}
	return s
}

func TestOrder(t *testing.T) {
	assert.Equal(t, "012", order(strategy(spec.Priority, 1, 1, 1)))
	m := strategy(spec.RoundRobin, 1, 1, 1)
	assert.Equal(t, []string{"012", "120", "201", "012"}, []string{order(m), order(m), order(m), order(m)})
	m = strategy(spec.Weighted, 80, 20)
	first := map[string]int{}
	for range 10_000 {
		first[order(m)]++
	}
	assert.InDelta(t, 8000, first["01"], 300)
	assert.InDelta(t, 2000, first["10"], 300)
}

func TestFallback(t *testing.T) {
	b := model("b")
	a := model("a")
	a.Fallback = &spec.Fallback{On: []spec.Failure{spec.FailTimeout}, To: []*spec.Model{b}}
	d := model("d")
	d.Fallback = &spec.Fallback{To: []*spec.Model{b}}
	table := New(gateway(nil, a, b, d), nil)
	assert.Equal(t, "b", table.models[0].Fallback[0].Spec.Name)
	assert.True(t, table.models[0].FallsBack(fault.UpstreamTimeout))
	assert.False(t, table.models[0].FallsBack(fault.UpstreamServer))
	for _, k := range fault.Kinds() {
		assert.Equal(t, k.Elsewhere() || k == fault.Overloaded, table.models[2].FallsBack(k), "%v: a fallback without classes takes what another target may mend", k)
	}
}

func TestBreaker(t *testing.T) {
	var b Breaker
	now := int64(1)
	for range openAfter - 1 {
		b.Failure(now)
	}
	assert.True(t, b.Allow(now))
	b.Failure(now)
	assert.False(t, b.Allow(now))
	assert.False(t, b.Allow(now+openFor-1))
	assert.True(t, b.Allow(now+openFor), "one probe")
	assert.False(t, b.Allow(now+openFor), "and no second one")
	b.Failure(now + openFor)
	assert.False(t, b.Allow(now+openFor+1), "a bad probe keeps it open")
	assert.True(t, b.Allow(now+2*openFor), "for the same time, not longer")
	b.Success()
	assert.True(t, b.Allow(now+2*openFor))
	b.Failure(now)
	assert.True(t, b.Allow(now), "a success starts the count anew")
}

func TestBreakersOutliveReload(t *testing.T) {
	a := model("a")
	g := gateway(nil, a)
	old := New(g, nil)
	again := New(gateway(nil, model("a")), old)
	assert.Same(t, old.models[0].Targets[0].Breaker, again.models[0].Targets[0].Breaker)
	a.Targets[0].Model = "other"
	other := New(g, old)
	assert.NotSame(t, old.models[0].Targets[0].Breaker, other.models[0].Targets[0].Breaker)
}

func manyRoutes(n int) (*Table, *Route) {
	var routes []*spec.Route
	var models []*spec.Model
	for i := range n {
		routes = append(routes, match(fmt.Sprintf("/r%06d/*", i), "", "", nil))
		models = append(models, model(fmt.Sprintf("m%06d", i)))
	}
	t := New(gateway(routes, models...), nil)
	return t, t.routes[n-1]
}

func TestHotPathDoesNotAllocate(t *testing.T) {
	table, last := manyRoutes(100)
	targets := make([]*Target, 0, 8)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		if table.Match(nil, []byte("POST"), []byte("/r000099/x"), nil) != last {
			t.Fatal("another route")
		}
		m := last.Model([]byte("m000042"), nil)
		targets = m.Order(targets[:0])
	}))
}

func TestManyModelsAreBuiltInTime(t *testing.T) {
	_, last := manyRoutes(2000)
	require.NotNil(t, last.Model([]byte("m001999"), nil))
}

func BenchmarkMatchAndModel(b *testing.B) {
	for _, n := range []int{10, 1000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			table, last := manyRoutes(n)
			path, name := []byte(last.Spec.Match.Path), []byte(fmt.Sprintf("m%06d", n-1))
			b.ReportAllocs()
			for b.Loop() {
				table.Match(nil, []byte("POST"), path, nil).Model(name, nil)
			}
		})
	}
}
