package host

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
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
	"github.com/yett-gateway/yett/sdk/abi"
)

// spinner is a guest that runs for ever in each hook, but in its trial.
func spinner(t testing.TB) []byte {
	a := newAsm()
	get := a.imp("yett", "get", i32s(5), []byte{i32})
	for h := range abi.Hook(abi.Hooks) {
		if h != abi.OnInit {
			a.hook(h, 0, cat(
				c32(int(abi.FieldModel)), c32(0), c32(0), c32(0), c32(64), calls(get), c32(len("trial")), []byte{0x46, ifOp, void}, verdict(0), []byte{0x0f, end},
				forever())...)
		}
	}
	return a.plugin(t)
}

// crowd is a gateway with modules in one pipeline, in front of a provider whose model "m" says what was said.
func crowd(t *testing.T, modules [][]byte, change func(n int, p *spec.Plugin)) (g *engine.Gateway, s *spec.Gateway, h *Host, url string) {
	t.Helper()
	m := mock.New(mock.Options{Keep: -1})
	addr, err := m.Start()
	require.NoError(t, err)
	t.Cleanup(m.Close)
	d := spec.Deadline{Connect: 5 * time.Second, Headers: 10 * time.Second, FirstToken: 10 * time.Second, Idle: 10 * time.Second, Total: 20 * time.Second}
	up := &spec.Provider{Type: spec.OpenAI, Name: "p", BaseURL: "http://" + addr + "/v1", APIKey: spec.NewSecret("key"), Deadline: d, Connections: 256}
	model := &spec.Model{Name: "m", Strategy: spec.Priority, Targets: []spec.Target{{Provider: up, Model: "up", Weight: 1, MaxTokens: 100}}}
	all := map[string]func() []byte{}
	line := &spec.Pipeline{Name: "line"}
	s = &spec.Gateway{
		Listeners: []*spec.Listener{{Name: "main", Address: "127.0.0.1:0"}}, Providers: []*spec.Provider{up}, Models: []*spec.Model{model},
		Pipelines: []*spec.Pipeline{line},
	}
	for n, wasm := range modules {
		name := fmt.Sprint("p", n)
		all["guard/"+name] = func() []byte { return wasm }
		p := plugin(func(p *spec.Plugin) { p.Name, p.Source = name, "builtin" })
		if change != nil {
			change(n, p)
		}
		s.Plugins = append(s.Plugins, p)
		line.Stages = append(line.Stages, &spec.Stage{Name: name, Plugin: p, Config: []byte("{}")})
	}
	s.Routes = []*spec.Route{{Name: "all", Match: spec.Match{Path: "/*"}, Pipeline: line}}
	h, _ = newHost(t, Options{Modules: all})
	g = engine.New(engine.Options{Plugins: joined{h}, Meter: meter.New()})
	require.NoError(t, g.Load(context.Background(), s))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		g.Shutdown(ctx, 0)
	})
	return g, s, h, "http://" + g.Addresses()[0]
}

// again is the configuration with stages of its own, so that a reload makes all of them anew.
func again(s *spec.Gateway) *spec.Gateway {
	next := *s
	line := &spec.Pipeline{Name: "line"}
	next.Plugins = nil
	for n, p := range s.Plugins {
		own := *p
		next.Plugins = append(next.Plugins, &own)
		line.Stages = append(line.Stages, &spec.Stage{Name: s.Pipelines[0].Stages[n].Name, Plugin: &own, Config: []byte("{}")})
	}
	route := *s.Routes[0]
	route.Pipeline = line
	next.Pipelines, next.Routes = []*spec.Pipeline{line}, []*spec.Route{&route}
	return &next
}

// lazy is a guest that takes part in each hook and does a little: it reads, keeps state and goes on; as a transform it
// holds what it can.
func lazy(t testing.TB, hold bool) []byte {
	a := newAsm()
	get := a.imp("yett", "get", i32s(5), []byte{i32})
	put := a.imp("yett", "state_put", i32s(2), []byte{i32})
	work := cat(c32(int(abi.FieldModel)), c32(0), c32(0), c32(64), c32(64), calls(get), []byte{drop}, c32(64), c32(32), calls(put), []byte{drop})
	for h := range abi.Hook(abi.Hooks) {
		switch {
		case h == abi.OnDelta && hold: // holds the whole window where it may
			a.hook(h, 0, cat(work, c64(int64(abi.Pack(abi.Hold, 0, 0, 0))), []byte{localGet, 2, 0xad, 0x84})...)
		case h != abi.OnInit && h != abi.OnRoute:
			a.hook(h, 0, cat(work, verdict(0))...)
		}
	}
	return withManifest(t, a.bytes(), Manifest{Stream: ManifestStream{Mode: "transform", Hold: abi.MaxHold}})
}

// TestCrowd: five plugins in all hooks, clients that leave whenever they like, the collector forced, and reloads. Whoever
// stays gets a whole answer, and nothing stays of the others.
func TestCrowd(t *testing.T) {
	g, s, h, url := crowd(t, [][]byte{lazy(t, false), lazy(t, true), lazy(t, false), lazy(t, true), lazy(t, false)}, func(n int, p *spec.Plugin) {
		p.Isolate = []string{"pool", "tenant", "fresh"}[n%3]
		p.Limit.Wall = 5 * time.Second // what is tried here isn't time
		p.Limit.Instances = []int{0, 1, 16, 2, 0}[n]
	})
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	ask := func(ctx context.Context, prompt string, stream bool) (string, error) {
		body := fmt.Sprintf(`{"model":"m","stream":%v,"messages":[{"role":"user","content":%q}]}`, stream, prompt)
		req, err := http.NewRequestWithContext(ctx, "POST", url+"/v1/chat/completions", strings.NewReader(body))
		if err != nil {
			return "", err
		}
		res, err := client.Do(req)
		if err != nil {
			return "", err
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err == nil && res.StatusCode != 200 {
			err = fmt.Errorf("%d %s", res.StatusCode, b)
		}
		return string(b), err
	}
	var stop atomic.Bool
	var done, left atomic.Int64
	var wg sync.WaitGroup
	for n := range 32 {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(n)))
			for k := 0; !stop.Load(); k++ {
				word := fmt.Sprintf("canary-%d-%d", n, k)
				ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
				leaves := random.IntN(3) == 0
				if leaves {
					time.AfterFunc(time.Duration(random.IntN(8000))*time.Microsecond, cancel)
				}
				stream := random.IntN(2) == 0
				got, err := ask(ctx, "[[mock gap=200us]] "+word, stream)
				cancel()
				switch {
				case leaves:
					left.Add(1)
				case err != nil:
					t.Error(err)
				default:
					done.Add(1)
					if stream {
						assert.Contains(t, got, "[DONE]")
						got = said(t, got)
					}
					assert.Contains(t, got, word)
				}
			}
		})
	}
	for range 8 {
		time.Sleep(60 * time.Millisecond)
		runtime.GC()
		require.NoError(t, g.Load(context.Background(), again(s)))
	}
	stop.Store(true)
	wg.Wait()
	client.CloseIdleConnections()
	assert.Positive(t, done.Load())
	assert.Eventually(t, func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		return len(h.plugins) == 5
	}, 5*time.Second, 5*time.Millisecond, "old configurations are let go")
	assert.Eventually(t, idle, 5*time.Second, 10*time.Millisecond, "no request and no call goes on")
}

// idle tells that no goroutine is in a request or in a pool of instances.
func idle() bool {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	return !bytes.Contains(stacks, []byte("engine/proxy.(*request)")) && !bytes.Contains(stacks, []byte("plugins/host.(*pool)"))
}

// TestSpinnersAtAGateway: four plugins that never return, in every hook of every request. Requests are answered all the
// same, since the plugins may be skipped, whoever has nothing to do with them waits for nobody, and the gateway stops.
func TestSpinnersAtAGateway(t *testing.T) {
	one := spinner(t)
	g, _, h, url := crowd(t, [][]byte{one, one, one, one}, func(_ int, p *spec.Plugin) {
		p.OnError, p.Limit.Wall, p.Limit.Fuel = "skip", 30*time.Millisecond, 1<<40
		p.Config = nil
	})
	var worst atomic.Int64
	stop := make(chan struct{})
	var watch, wg sync.WaitGroup
	watch.Go(func() {
		for last := time.Now(); ; {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
			now := time.Now()
			worst.Store(max(worst.Load(), int64(now.Sub(last))))
			last = now
		}
	})
	for range 8 {
		wg.Go(func() {
			for range 6 {
				status, body, err := post(url, "fine")
				assert.NoError(t, err)
				assert.Equal(t, 200, status, body)
				runtime.GC()
			}
		})
	}
	wg.Wait()
	close(stop)
	watch.Wait()
	assert.Less(t, time.Duration(worst.Load()), time.Second)
	began := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	g.Shutdown(ctx, 0)
	assert.Less(t, time.Since(began), 5*time.Second)
	assert.Eventually(t, func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		return len(h.plugins) == 0 && len(h.codes) == 0
	}, 5*time.Second, 5*time.Millisecond)
}

// said joins the texts of a stream.
func said(t *testing.T, events string) string {
	var out strings.Builder
	for lines := bufio.NewScanner(strings.NewReader(events)); lines.Scan(); {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok || data == "[DONE]" {
			continue
		}
		var e struct {
			Choices []struct{ Delta struct{ Content string } }
		}
		require.NoError(t, json.Unmarshal([]byte(data), &e))
		for _, c := range e.Choices {
			out.WriteString(c.Delta.Content)
		}
	}
	return out.String()
}
