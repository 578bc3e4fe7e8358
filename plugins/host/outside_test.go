package host

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

const token = "tok-en/of+32 bytes & more"

// server answers the calls of guests, and knows how many there were.
type server struct {
	url  string
	hits atomic.Int32
}

func newServer(t testing.TB) *server {
	s := &server{}
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.hits.Add(1)
		b, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/slow":
			select {
			case <-time.After(1500 * time.Millisecond):
			case <-r.Context().Done():
			}
		case "/hang":
			<-r.Context().Done()
		case "/long":
			_, _ = w.Write(make([]byte, 1001))
		case "/away":
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		}
		w.Header().Set("X-Echo", r.Header.Get("Authorization"))
		fmt.Fprintf(w, "%s %s %s %s %d", r.Method, r.URL.Path, r.Header.Get("X-A"), r.Header.Get("Authorization"), len(b))
	}))
	t.Cleanup(h.Close)
	s.url = h.URL
	return s
}

// rule allows all calls to the server.
func (s *server) rule(method, path string) spec.HTTPRule {
	at := netip.MustParseAddrPort(strings.TrimPrefix(s.url, "http://"))
	return spec.HTTPRule{Method: method, Scheme: "http", Host: at.Addr().String(), Port: at.Port(), Path: path}
}

// outward is a plugin that was granted all that the outside guest uses.
func outward(s *server, change func(*spec.Plugin)) *spec.Plugin {
	return plugin(func(p *spec.Plugin) {
		p.Limit.Wall = 2 * time.Second // a busy machine isn't what these tests are about
		p.Grant = spec.Grant{
			Body: true, CacheBytes: 64 << 10, Secrets: map[string]spec.Secret{"TOKEN": spec.NewSecret(token)},
			HTTP: &spec.HTTPGrant{
				Allow: []spec.HTTPRule{s.rule("GET", "/*"), s.rule("POST", "/post")}, Private: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
				Timeout: 10 * time.Second, RequestBytes: 1000, AnswerBytes: 1000, Calls: 3,
			},
		}
		if change != nil {
			change(p)
		}
	})
}

func outsideGuest(t testing.TB) []byte {
	return withManifest(t, goGuest(t, "testdata/outside"), Manifest{Hooks: []string{"on_request", "on_response"}})
}

func deeds(lines ...string) string { return strings.Join(lines, "\n") }

func TestHTTP(t *testing.T) {
	already := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, already) })
	srv := newServer(t)
	set := meter.New()
	h, logged := newHost(t, Options{Meter: set})
	s := load(t, h, outsideGuest(t), outward(srv, nil))
	c := &hook.Call{Tenant: "a"}
	do := func(lines ...string) string { return ask(t, s, c, deeds(lines...)) }

	assert.Equal(t, "200\nGET /x 1  0", do("set x-a 1", "call GET "+srv.url+"/x", "body"))
	assert.Equal(t, "200\nPOST /post   7", do("send 7", "call POST "+srv.url+"/post", "body"))
	assert.Equal(t, "302\nhttp://169.254.169.254/", do("call GET "+srv.url+"/away", "header location"), "redirects are answers")
	assert.Equal(t, "\n0", do("header location", "length"), "another hook's answer")
	for _, test := range []struct {
		name string
		want error
		deed []string
	}{
		{"a path that isn't granted", errText("this isn't granted"), []string{"call POST " + srv.url + "/x"}},
		{"a method that isn't granted", errText("this isn't granted"), []string{"call DELETE " + srv.url + "/x"}},
		{"a host that isn't granted", errText("this isn't granted"), []string{"call GET http://127.0.0.2/"}},
		{"around the path", errText("the value isn't valid"), []string{"call GET " + srv.url + "/a/../x"}},
		{"a header of the connection", errText("the value isn't valid"), []string{"set connection close", "call GET " + srv.url + "/"}},
		{"a long body", errText("a bound of the host is reached"), []string{"send 1001", "call POST " + srv.url + "/post"}},
		{"a long answer", errText("a bound of the host is reached"), []string{"call GET " + srv.url + "/long"}},
		{"a slow answer", errText("a call to the outside took too long"), []string{"call GET " + srv.url + "/hang 20"}},
	} {
		t.Run(test.name, func(t *testing.T) { assert.Equal(t, test.want.Error(), do(test.deed...)) })
	}
	t.Run("the request's deadline", func(t *testing.T) {
		c := &hook.Call{Deadline: time.Now().Add(100 * time.Millisecond)}
		assert.Equal(t, "a call to the outside took too long", ask(t, s, c, "call GET "+srv.url+"/hang"))
	})
	t.Run("a number of calls", func(t *testing.T) {
		before := srv.hits.Load()
		assert.Equal(t, "4 what the grant allows is used up", do("loop "+srv.url+"/"))
		assert.Equal(t, before+3, srv.hits.Load())
		assert.Equal(t, "200", do("call GET "+srv.url+"/"), "the next hook has its own")
	})
	t.Run("on_init", func(t *testing.T) {
		const no = "the host doesn't know this, or the hook can't use it"
		assert.Equal(t, strings.Join([]string{no, no, no, "false", no}, "/"), do("init"))
	})
	t.Run("metrics", func(t *testing.T) {
		var page strings.Builder
		set.Write(&page)
		for _, line := range []string{`result="ok"} 7`, `result="refused"} 8`, `result="timeout"} 2`, `result="failed"} 0`} {
			assert.Contains(t, page.String(), `yett_plugin_http_calls_total{plugin="guard.test",`+line+"\n")
		}
		assert.Contains(t, page.String(), `yett_plugin_http_duration_seconds_count{plugin="guard.test"} 10`)
	})
	assert.Equal(t, 1, strings.Count(logged.String(), "plugin's call wasn't answered"), "a guest can't flood the log")
}

// errText is a text of the SDK's as an error.
type errText string

func (e errText) Error() string { return string(e) }

func TestSecrets(t *testing.T) {
	srv := newServer(t)
	h, logged := newHost(t, Options{})
	s := load(t, h, outsideGuest(t), outward(srv, nil))
	stars := strings.Repeat("*", len(token))
	assert.Equal(t, deeds("<nil>", "200", "GET /x  Bearer "+stars+" 0", "Bearer "+stars, "200", "GET /y   0"),
		ask(t, s, &hook.Call{}, deeds("attach TOKEN authorization Bearer ", "call GET "+srv.url+"/x", "body", "header x-echo", "call GET "+srv.url+"/y", "body")),
		"it goes with one call")
	assert.Equal(t, deeds("this isn't granted", "the value isn't valid", "<nil>", "the value isn't valid"),
		ask(t, s, &hook.Call{}, deeds("attach OTHER x-a ", "attach TOKEN host ", "attach TOKEN x-a ", "attach TOKEN X-A ")))
	assert.Equal(t, "200\nGET /   0", ask(t, s, &hook.Call{}, deeds("call GET "+srv.url+"/", "body")), "what one hook attached isn't sent by the next")

	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	require.NotEmpty(t, s.pool.idle)
	for _, i := range s.pool.idle {
		memory, ok := i.mem.Read(0, i.mem.Size())
		require.True(t, ok)
		assert.True(t, bytes.Contains(memory, []byte(stars)), "the answer was read")
		assert.False(t, bytes.Contains(memory, []byte(token)))
		assert.Nil(t, i.web.answer)
	}
	assert.NotContains(t, logged.String(), token)
}

// TestWaitIsNoWallTime: what a guest waits for isn't held against it. It has run before the call, so the clock was on.
func TestWaitIsNoWallTime(t *testing.T) {
	srv := newServer(t)
	h, _ := newHost(t, Options{})
	s := load(t, h, outsideGuest(t), outward(srv, func(p *spec.Plugin) { p.Limit.Wall = 100 * time.Millisecond }))
	c := &hook.Call{}
	ask(t, s, c, "init")
	i, err := s.pool.get(c)
	require.NoError(t, err)
	defer s.pool.put(i)
	c.Exchange, c.Hook = prompt(deeds("call GET "+srv.url+"/slow", "body", "body")), abi.OnRequest
	i.call = c
	i.begin(50_000_000, 100*time.Millisecond)
	i.began = time.Now()
	i.spent = tickEvery - 1 // so that the next call of a host function looks at the clock
	i.since = tickEvery - 1
	require.NoError(t, i.run(i.hooks[abi.OnRequest]))
	assert.Positive(t, i.ticks)
	assert.EqualValues(t, 1, srv.hits.Load())
}

// fetching is a guest that calls the server in a hook.
func fetching(t testing.TB, srv *server, in abi.Hook) []byte {
	a := newAsm()
	fetch := a.imp("yett.http", "call", bytes.Repeat([]byte{i32}, 9), []byte{i32})
	a.at(0, "GET")
	a.at(16, srv.url+"/")
	a.hook(in, 0, cat(c32(0), c32(3), c32(16), c32(len(srv.url)+1), c32(0), c32(0), c32(0), c32(0), c32(0), calls(fetch), []byte{drop}, verdict(0))...)
	return a.plugin(t)
}

func TestTrialCallsNobody(t *testing.T) {
	srv := newServer(t)
	set := meter.New()
	h, logged := newHost(t, Options{Meter: set})
	wasm := fetching(t, srv, abi.OnRequest)
	s := load(t, h, wasm, outward(srv, nil))
	assert.Zero(t, srv.hits.Load())
	_ = load(t, h, wasm, outward(srv, func(p *spec.Plugin) {
		p.Name, p.Grant.HTTP.Allow = "refused", []spec.HTTPRule{srv.rule("POST", "/post")}
	}))
	var page strings.Builder
	set.Write(&page)
	assert.NotRegexp(t, `yett_plugin_http_calls_total.* [1-9]`, page.String())
	assert.NotContains(t, logged.String(), "wasn't answered")
	require.NoError(t, s.Call(&hook.Call{Exchange: prompt(""), Hook: abi.OnRequest, State: new([]byte)}))
	assert.EqualValues(t, 1, srv.hits.Load())
	assert.GreaterOrEqual(t, s.pool.most, outcalls, "an instance is held while it waits")

	few := load(t, h, wasm, outward(srv, func(p *spec.Plugin) { p.Limit.Instances = 3 }))
	assert.Equal(t, 3, few.pool.most, "unless the operator says otherwise")
}

// TestLoopOfCalls: a guest that calls for ever ends when its fuel does, and calls no more than it may.
func TestLoopOfCalls(t *testing.T) {
	srv := newServer(t)
	h, _ := newHost(t, Options{})
	a := newAsm()
	fetch := a.imp("yett.http", "call", bytes.Repeat([]byte{i32}, 9), []byte{i32})
	a.at(0, "GET")
	a.at(16, srv.url+"/")
	a.hook(abi.OnResponse, 0, cat([]byte{loop, void}, c32(0), c32(3), c32(16), c32(len(srv.url)+1), c32(0), c32(0), c32(0), c32(0), c32(0), calls(fetch),
		[]byte{drop, br, 0, end}, verdict(0))...)
	s := load(t, h, a.plugin(t), outward(srv, func(p *spec.Plugin) { p.Limit.Fuel = 1_000_000 }))
	err := s.Call(&hook.Call{Exchange: prompt(""), Hook: abi.OnResponse, State: new([]byte)})
	require.ErrorContains(t, err, "fuel")
	assert.EqualValues(t, 3, srv.hits.Load())
}

// TestBadCalls gives functions what no SDK would: pointers out of the memory, and texts that are none.
func TestBadCalls(t *testing.T) {
	srv := newServer(t)
	h, _ := newHost(t, Options{})
	s := load(t, h, outsideGuest(t), outward(srv, nil))
	i, err := s.pool.get(&hook.Call{})
	require.NoError(t, err)
	defer s.pool.put(i)
	i.begin(1<<40, time.Hour)
	i.call = &hook.Call{Exchange: &sent{prompt(""), "four", ""}, Hook: abi.OnRequest}
	defer func() { i.call = nil }()
	const far = 0xffff_fff0
	for name, args := range map[string][]uint64{
		"yett.http call":     {far, 32, 0, 0, 0, 0, 0, 0, 0},
		"yett.http header":   {far, 32, 0, 0},
		"yett.secret attach": {far, 32, 0, 1, 0, 0},
		"yett.cache get":     {far, 32, 0, 0},
		"yett.cache put":     {0, 1, far, 32, 0},
		"yett.body request":  {5, 0, 0},
	} {
		stack := make([]uint64, 9)
		copy(stack, args)
		functions[name](i, stack)
		assert.Equal(t, abi.BadRange.String(), abi.Status(int32(stack[0])).String(), name)
	}
}

func TestOutwardGrants(t *testing.T) {
	srv := newServer(t)
	h, _ := newHost(t, Options{})
	for name, change := range map[string]func(*spec.Grant){
		"http":   func(g *spec.Grant) { g.HTTP = nil },
		"secret": func(g *spec.Grant) { g.Secrets = nil },
		"cache":  func(g *spec.Grant) { g.CacheBytes = 0 },
		"body":   func(g *spec.Grant) { g.Body = false },
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.load(context.Background(), outward(srv, func(p *spec.Plugin) { change(&p.Grant) }), outsideGuest(t))
			var e *LoadError
			require.ErrorAs(t, err, &e)
			assert.Contains(t, e.Reason, "needs capability "+name)
			assert.Contains(t, e.Hint, "grant { "+name)
		})
	}
}

// TestCallsSideBySide: the server answers nobody until more calls have come than a plugin that doesn't call has instances.
func TestCallsSideBySide(t *testing.T) {
	together := 2*runtime.GOMAXPROCS(0) + 2
	if together > outcalls {
		t.Skip("there are many processors")
	}
	var here sync.WaitGroup
	here.Add(together)
	srv := &server{}
	web := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		here.Done()
		here.Wait()
	}))
	defer web.Close()
	srv.url = web.URL
	h, _ := newHost(t, Options{})
	s := load(t, h, fetching(t, srv, abi.OnResponse), outward(srv, nil))
	var wg sync.WaitGroup
	for range together {
		wg.Go(func() {
			assert.NoError(t, s.Call(&hook.Call{Exchange: prompt(""), Hook: abi.OnResponse, State: new([]byte)}))
		})
	}
	wg.Wait()
}

// TestCloseEndsCalls: a host that closes waits for no server.
func TestCloseEndsCalls(t *testing.T) {
	srv := newServer(t)
	h, err := New(context.Background(), Options{CacheDir: cacheDir(t)})
	require.NoError(t, err)
	pl, err := h.load(context.Background(), outward(srv, func(p *spec.Plugin) { p.Grant.HTTP.Timeout = time.Minute }), outsideGuest(t))
	require.NoError(t, err)
	s, err := pl.Stage(context.Background(), "test", []byte("{}"))
	require.NoError(t, err)
	done := make(chan string)
	go func() { done <- ask(t, s, &hook.Call{}, "call GET "+srv.url+"/hang") }()
	eventuallyTrue(t, func() bool { return srv.hits.Load() == 1 })
	began := time.Now()
	require.NoError(t, h.Close())
	assert.Less(t, time.Since(began), closeWait)
	assert.Equal(t, "a call to the outside failed", <-done)
}

func TestRuleWithoutUse(t *testing.T) {
	srv := newServer(t)
	h, _ := newHost(t, Options{})
	_, err := h.load(context.Background(), outward(srv, func(p *spec.Plugin) {
		r := srv.rule("GET", "/a/../b")
		r.Pos = spec.Pos{File: "gateway.hcl", Line: 9}
		p.Grant.HTTP.Allow = append(p.Grant.HTTP.Allow, r)
	}), outsideGuest(t))
	var e *LoadError
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 9, e.Pos.Line)
	assert.Contains(t, e.Error(), "no call can match")
	assert.NotEmpty(t, e.Hint)
}

// sent is an exchange with bodies.
type sent struct {
	*talk
	request, answer string
}

func (x *sent) RequestBody() ([]byte, bool) { return []byte(x.request), x.request != "" }
func (x *sent) AnswerBody() ([]byte, bool)  { return []byte(x.answer), x.answer != "" }

var _ hook.Raw = (*sent)(nil)

func TestBodies(t *testing.T) {
	srv := newServer(t)
	h, _ := newHost(t, Options{})
	s := load(t, h, outsideGuest(t), outward(srv, nil))
	assert.True(t, s.Info().Raw)
	call := func(hook_ abi.Hook, x hook.Exchange) string {
		c := &hook.Call{Exchange: x, Hook: hook_, State: new([]byte)}
		require.NoError(t, s.Call(c))
		return string(c.Body) + string(c.Reason)
	}
	x := &sent{prompt(deeds("request", "piece 0", "piece 9", "piece 12", "piece 13", "answer")), `{"odd": 123}`, ""}
	assert.Equal(t, deeds(`{"odd": 123} true`, `{"od 12 <nil>`, `23} 12 <nil>`, ` 12 <nil>`, ` 0 an index or length is out of range`,
		`the host doesn't know this, or the hook can't use it`), call(abi.OnRequest, x))
	assert.Equal(t, " false", call(abi.OnRequest, prompt("request")), "an exchange without bodies")
	x.answer = strings.Repeat("a", 100_000)
	assert.Equal(t, "100000 aaaaaaaaa true", strings.TrimSpace(call(abi.OnResponse, x)))
	x.answer = ""
	assert.Equal(t, "0  false", strings.TrimSpace(call(abi.OnResponse, x)))
}
