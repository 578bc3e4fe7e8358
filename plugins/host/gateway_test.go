package host

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
	"github.com/yett-gateway/yett/engine"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/engine/spec"
)

// joined joins a host to the engine as the program does.
type joined struct{ *Host }

func (j joined) Ready(ctx context.Context, g *spec.Gateway) (engine.Stages, error) {
	s, err := j.Host.Ready(ctx, g)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// guarded is a gateway whose model "m" is guarded by a plugin that asks model "judge" of a provider of its own.
func guarded(t *testing.T, judge spec.ProviderType, config string, change func(*spec.Plugin)) (g *engine.Gateway, s *spec.Gateway, url string, asked *mock.Server) {
	t.Helper()
	provider := func(typ spec.ProviderType, name string) (*spec.Provider, *mock.Server) {
		m := mock.New(mock.Options{Name: name})
		addr, err := m.Start()
		require.NoError(t, err)
		t.Cleanup(m.Close)
		d := spec.Deadline{Connect: time.Second, Headers: 3 * time.Second, FirstToken: 3 * time.Second, Idle: 3 * time.Second, Total: 3 * time.Second}
		return &spec.Provider{
			Type: typ, Name: name, BaseURL: "http://" + addr + "/v1", APIKey: spec.NewSecret("key"), Deadline: d, Connections: 64,
			Retry: spec.Retry{Max: 1, Backoff: 10 * time.Millisecond, AfterCap: time.Second},
		}, m
	}
	pm, _ := provider(spec.OpenAI, "p")
	pj, asked := provider(judge, "j")
	model := func(name string, p *spec.Provider) *spec.Model {
		return &spec.Model{Name: name, Strategy: spec.Priority, Targets: []spec.Target{{Provider: p, Model: "up-" + p.Name, Weight: 1, MaxTokens: 100}}}
	}
	jm := model("judge", pj)
	p := plugin(judging)
	p.Name, p.Source, p.Config = "judge", "builtin", []byte(config)
	p.Grant.LLM.Models = []*spec.Model{jm}
	if change != nil {
		change(p)
	}
	line := &spec.Pipeline{Name: "line", Stages: []*spec.Stage{{Name: "judge", Plugin: p, Config: p.Config}}}
	s = &spec.Gateway{
		Listeners: []*spec.Listener{{Name: "main", Address: "127.0.0.1:0"}}, Providers: []*spec.Provider{pm, pj},
		Models: []*spec.Model{model("m", pm), jm}, Plugins: []*spec.Plugin{p}, Pipelines: []*spec.Pipeline{line},
		Routes: []*spec.Route{{Name: "all", Match: spec.Match{Path: "/*"}, Pipeline: line}},
	}
	h, _ := newHost(t, Options{Modules: map[string]func() []byte{"guard/judge": func() []byte { return judgeGuest(t) }}})
	g = engine.New(engine.Options{Plugins: joined{h}, Meter: meter.New()})
	require.NoError(t, g.Load(context.Background(), s))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		g.Shutdown(ctx, 0)
	})
	return g, s, "http://" + g.Addresses()[0], asked
}

func post(url, prompt string) (status int, body string, err error) {
	ask := fmt.Sprintf(`{"model":"m","messages":[{"role":"user","content":%q}]}`, prompt)
	res, err := http.Post(url+"/v1/chat/completions", "application/json", strings.NewReader(ask))
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, string(b), err
}

// TestJudge: a guard in the sandbox asks a model through the gateway that it guards.
func TestJudge(t *testing.T) {
	for _, c := range []struct {
		name, config, prompt string
		judge                spec.ProviderType
		change               func(*spec.Plugin)
		status               int
		says                 string
	}{
		{"good", `{"model":"judge"}`, "fine", spec.OpenAI, nil, 200, "You said: fine"},
		{"bad", `{"model":"judge"}`, "BAD", spec.OpenAI, nil, 403, "the judge says it is bad"},
		{"another API, good", `{"model":"judge"}`, "fine", spec.Anthropic, nil, 200, "You said: fine"},
		{"another API, bad", `{"model":"judge"}`, "BAD", spec.Anthropic, nil, 403, "the judge says it is bad"},
		{"not granted", `{"model":"m"}`, "fine", spec.OpenAI, nil, 503, "this isn't granted"},
		{"down", `{"model":"judge"}`, "[[mock server=j status=500]]", spec.OpenAI, nil, 503, "a call to the outside failed"},
		{"the guest's time", `{"model":"judge","timeout":50}`, "[[mock server=j latency=2s]]", spec.OpenAI, nil, 503, "took too long"},
		{"the grant's time", `{"model":"judge"}`, "[[mock server=j latency=2s]]", spec.Anthropic, func(p *spec.Plugin) { p.Grant.LLM.Timeout = 50 * time.Millisecond }, 503, "took too long"},
		{"budget", `{"model":"judge"}`, "fine", spec.OpenAI, func(p *spec.Plugin) { p.Grant.LLM.Tokens = spec.Rate{Count: 5, Per: time.Hour} }, 503, "used up"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, url, _ := guarded(t, c.judge, c.config, c.change)
			status, body, err := post(url, c.prompt)
			require.NoError(t, err)
			assert.Equal(t, c.status, status, body)
			assert.Contains(t, body, c.says)
		})
	}
}

// TestJudgeUnderReloads: reloads, with and without a change of the plugin, fail no question that is under way.
func TestJudgeUnderReloads(t *testing.T) {
	g, s, url, asked := guarded(t, spec.OpenAI, `{"model":"judge"}`, nil)
	var failed, done atomic.Int64
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				status, body, err := post(url, "[[mock latency=5ms]] fine")
				if done.Add(1); err != nil || status != 200 {
					failed.Add(1)
					t.Logf("request failed: %v %d %s", err, status, body)
				}
			}
		})
	}
	for n := range 12 {
		p := *s.Plugins[0]
		grant := *p.Grant.LLM
		grant.MaxTokens = 50 + n/2
		p.Grant.LLM = &grant
		next := *s
		line := &spec.Pipeline{Name: "line", Stages: []*spec.Stage{{Name: "judge", Plugin: &p, Config: p.Config}}}
		route := *s.Routes[0]
		route.Pipeline = line
		next.Plugins, next.Pipelines, next.Routes = []*spec.Plugin{&p}, []*spec.Pipeline{line}, []*spec.Route{&route}
		require.NoError(t, g.Load(context.Background(), &next))
		time.Sleep(15 * time.Millisecond)
	}
	close(stop)
	wg.Wait()
	assert.Zero(t, failed.Load())
	assert.Equal(t, done.Load(), asked.Requests(), "one question each")
}
