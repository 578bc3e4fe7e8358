package engine_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// A gateway under test is the real one on a loopback port, in front of scripted providers.
type gateway struct {
	*engine.Gateway
	t     testing.TB
	meter *meter.Set
	spec  *spec.Gateway
	url   string
	http  *http.Client
}

// quick are deadlines a test can wait for.
var quick = spec.Deadline{
	Connect: time.Second, Headers: 500 * time.Millisecond, FirstToken: 500 * time.Millisecond,
	Idle: 500 * time.Millisecond, Total: 3 * time.Second,
}

var quickRetry = spec.Retry{Max: 2, Backoff: 20 * time.Millisecond, AfterCap: 2 * time.Second}

func startMock(t testing.TB, o mock.Options) (*mock.Server, string) {
	t.Helper()
	m := mock.New(o)
	addr, err := m.Start()
	require.NoError(t, err)
	t.Cleanup(m.Close)
	return m, addr
}

func provider(typ spec.ProviderType, name, addr string) *spec.Provider {
	return &spec.Provider{
		Type: typ, Name: name, BaseURL: "http://" + addr + "/v1", APIKey: spec.NewSecret("provider-key-" + name),
		Deadline: quick, Retry: quickRetry, Connections: 256,
	}
}

func model(name string, ps ...*spec.Provider) *spec.Model {
	m := &spec.Model{Name: name, Strategy: spec.Priority}
	for _, p := range ps {
		m.Targets = append(m.Targets, spec.Target{Provider: p, Model: "up-" + p.Name, Weight: 1, MaxTokens: spec.DefaultMaxTokens})
	}
	return m
}

// config is a whole specification with one route over everything.
func config(ps []*spec.Provider, ms ...*spec.Model) *spec.Gateway {
	return &spec.Gateway{
		Listeners: []*spec.Listener{{Name: "main", Address: "127.0.0.1:0"}},
		Providers: ps, Models: ms,
		Routes: []*spec.Route{{Name: "all", Match: spec.Match{Path: "/*"}, Passthrough: ps}},
	}
}

// one is a gateway before one provider that serves model "m".
func one(t testing.TB, typ spec.ProviderType, o mock.Options, change ...func(*spec.Gateway)) (*gateway, *mock.Server) {
	t.Helper()
	m, addr := startMock(t, o)
	p := provider(typ, "p", addr)
	s := config([]*spec.Provider{p}, model("m", p))
	for _, f := range change {
		f(s)
	}
	return start(t, s, nil), m
}

// pair is a gateway whose model "m" has a primary P and a fallback target F.
func pair(t testing.TB, change ...func(*spec.Gateway)) (g *gateway, p, f *mock.Server) {
	t.Helper()
	p, pa := startMock(t, mock.Options{Name: "P", Chunks: 60})
	f, fa := startMock(t, mock.Options{Name: "F", Chunks: 60})
	ps := []*spec.Provider{provider(spec.OpenAI, "p", pa), provider(spec.OpenAI, "f", fa)}
	s := config(ps, model("m", ps...))
	for _, c := range change {
		c(s)
	}
	return start(t, s, nil), p, f
}

func start(t testing.TB, s *spec.Gateway, plugins engine.Plugins, change ...func(*engine.Options)) *gateway {
	t.Helper()
	set := meter.New()
	o := engine.Options{Plugins: plugins, Meter: set}
	for _, f := range change {
		f(&o)
	}
	g := &gateway{Gateway: engine.New(o), t: t, meter: set, spec: s}
	require.NoError(t, g.Load(context.Background(), s))
	g.url = "http://" + g.Addresses()[0]
	tr := &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}
	g.http = &http.Client{Transport: tr, Timeout: 20 * time.Second}
	t.Cleanup(func() {
		tr.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		g.Shutdown(ctx, 0)
	})
	return g
}

// answer is what a client got. err is how reading the body ended, nil for a complete body.
type answer struct {
	status int
	header http.Header
	body   string
	err    error
}

func (g *gateway) do(method, path, body string, header ...string) answer {
	g.t.Helper()
	a, err := g.try(context.Background(), method, path, body, header...)
	require.NoError(g.t, err)
	return a
}

func (g *gateway) post(path, body string, header ...string) answer {
	g.t.Helper()
	return g.do("POST", path, body, header...)
}

// try fails if there was no answer. header is names and values in turn.
func (g *gateway) try(ctx context.Context, method, path, body string, header ...string) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, g.url+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := g.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, string(b), err}, nil
}

// metric returns the value of a line of /metrics, 0 if it isn't there.
func (g *gateway) metric(name string) float64 {
	var b bytes.Buffer
	g.meter.Write(&b)
	sc := bufio.NewScanner(&b)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		if rest, ok := strings.CutPrefix(sc.Text(), name+" "); ok {
			var v float64
			fmt.Sscan(rest, &v)
			return v
		}
	}
	return 0
}

// inFlight sums the gauges of requests in flight.
func (g *gateway) inFlight() (n float64) {
	for _, d := range []string{"none", "openai.chat", "openai.embeddings", "anthropic.messages", "anthropic.count_tokens"} {
		for _, r := range g.spec.Routes {
			n += g.metric(fmt.Sprintf("yett_requests_in_flight{route=%q,dialect=%q}", r.Name, d))
		}
	}
	return n
}

func chat(model, prompt string, more ...string) string {
	return fmt.Sprintf(`{"model":%q,"messages":[{"role":"user","content":%q}]%s}`, model, prompt, strings.Join(more, ""))
}

func messages(model, prompt string, more ...string) string {
	return fmt.Sprintf(`{"model":%q,"max_tokens":4000,"messages":[{"role":"user","content":%q}]%s}`, model, prompt, strings.Join(more, ""))
}

const streamed = `,"stream":true`

func consumer(name, key string) *spec.Consumer {
	return &spec.Consumer{Name: name, KeySHA256: [][32]byte{sha256.Sum256([]byte(key))}}
}

func bearer(key string) []string { return []string{"Authorization", "Bearer " + key} }

// eventually waits for something that happens soon.
func eventually(t testing.TB, within time.Duration, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(within); ; time.Sleep(2 * time.Millisecond) {
		if f() {
			return
		}
		if time.Now().After(end) {
			require.FailNow(t, "not within "+within.String()+": "+what)
		}
	}
}

// fakes are plugins written in Go: stages by name, in place of the Wasm host.
type fakes struct {
	mu      sync.Mutex
	stages  map[string]*fake
	err     error
	ready   int
	closed  int
	refused bool
}

type fake struct {
	info hook.Info
	call func(c *hook.Call) error
}

func (f *fake) Info() *hook.Info { return &f.info }

func (f *fake) Call(c *hook.Call) error {
	c.Verdict = 0
	c.Reason, c.Body, c.Model, c.Delta, c.Tag = c.Reason[:0], c.Body[:0], c.Model[:0], c.Delta[:0], c.Tag[:0]
	return f.call(c)
}

func (f *fakes) Ready(context.Context, *spec.Gateway) (engine.Stages, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return nil, f.err
	}
	f.ready++
	return &fakeStages{f: f}, nil
}

func (f *fakes) counts() (ready, closed int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ready, f.closed
}

type fakeStages struct {
	f    *fakes
	once bool
}

func (s *fakeStages) Stage(st *spec.Stage) hook.Stage { return s.f.stages[st.Name] }
func (s *fakeStages) Router(m *spec.Model) hook.Stage { return s.f.stages[m.Router.Name] }
func (s *fakeStages) Close() {
	s.f.mu.Lock()
	defer s.f.mu.Unlock()
	s.f.closed++
	if s.once {
		s.f.refused = true
	}
	s.once = true
}

// stage makes a fake of a call and the hooks it takes.
func stage(name string, mode abi.StreamMode, call func(c *hook.Call) error, hooks ...abi.Hook) *fake {
	f := &fake{info: hook.Info{Name: name, Plugin: "guard." + name, Stream: mode}, call: call}
	if mode == abi.Transform {
		f.info.HoldMost = abi.MaxHold
	}
	for _, h := range hooks {
		f.info.Hooks = f.info.Hooks.With(h)
	}
	return f
}

// staged puts stages into a configuration's route, in order.
func staged(s *spec.Gateway, fs ...*fake) *fakes {
	plug := &spec.Plugin{Kind: "guard", Name: "fake"}
	s.Plugins = []*spec.Plugin{plug}
	all := &fakes{stages: map[string]*fake{}}
	pl := &spec.Pipeline{Name: "line"}
	for _, f := range fs {
		all.stages[f.info.Name] = f
		pl.Stages = append(pl.Stages, &spec.Stage{Name: f.info.Name, Plugin: plug})
	}
	s.Pipelines = []*spec.Pipeline{pl}
	for _, r := range s.Routes {
		r.Pipeline = pl
	}
	return all
}

// oneStaged is one, with stages.
func oneStaged(t testing.TB, typ spec.ProviderType, o mock.Options, fs ...*fake) (*gateway, *mock.Server) {
	t.Helper()
	m, addr := startMock(t, o)
	p := provider(typ, "p", addr)
	s := config([]*spec.Provider{p}, model("m", p))
	return start(t, s, staged(s, fs...)), m
}

// raw sends bytes on a connection of its own and returns all that comes until its end.
func raw(t testing.TB, url, request string) string {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	require.NoError(t, err)
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	_, err = io.WriteString(c, request)
	require.NoError(t, err)
	b, _ := io.ReadAll(c)
	return string(b)
}

func TestMain(m *testing.M) { os.Exit(m.Run()) }
