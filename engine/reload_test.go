package engine_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
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
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// TestReloads: fifty reloads under load, with streams that are open all the while, fail no request; every
// retired table lets its plugins go, once.
func TestReloads(t *testing.T) {
	m, addr := startMock(t, mock.Options{})
	build := func(n int) *spec.Gateway {
		p := provider(spec.OpenAI, "p", addr)
		s := config([]*spec.Provider{p}, model("m", p))
		s.Listeners[0].IdleTime = time.Minute + time.Duration(n/5)*time.Second // each fifth changes the listener too
		return s
	}
	noop := stage("noop", abi.Observe, func(*hook.Call) error { return nil }, abi.OnRequest, abi.OnDelta)
	s := build(0)
	fs := staged(s, noop)
	g := start(t, s, fs)

	var failed, done atomic.Int64
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				mode := ""
				if i%2 == 0 {
					mode = streamed
				}
				a, err := g.try(context.Background(), "POST", "/v1/chat/completions", chat("m", "hi", mode))
				if err != nil || a.err != nil || a.status != 200 {
					failed.Add(1)
					t.Logf("request failed: %v %v %d %s", err, a.err, a.status, a.body)
				}
				done.Add(1)
			}
		})
	}
	var streams sync.WaitGroup
	for range 20 {
		streams.Go(func() {
			a, err := g.try(context.Background(), "POST", "/v1/chat/completions", chat("m", "[[mock chunks=60 gap=25ms]]", streamed))
			if err != nil || a.err != nil || !strings.HasSuffix(a.body, "data: [DONE]\n\n") {
				failed.Add(1)
				t.Logf("stream failed: %v %v", err, a.err)
			}
		})
	}
	eventually(t, time.Second, "streams are open", func() bool { return m.Live() >= 20 })
	for n := range 50 {
		next := build(n + 1)
		staged(next, noop)
		require.NoError(t, g.Load(context.Background(), next))
		time.Sleep(10 * time.Millisecond)
	}
	streams.Wait()
	close(stop)
	wg.Wait()
	assert.Zero(t, failed.Load())
	assert.Greater(t, done.Load(), int64(100))
	eventually(t, 2*time.Second, "old tables are retired", func() bool {
		ready, closed := fs.counts()
		return ready == 51 && closed == 50
	})
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	g.Shutdown(ctx, 0)
	_, closed := fs.counts()
	assert.Equal(t, 51, closed)
	assert.False(t, fs.refused, "nothing is let go twice")
	eventually(t, time.Second, "upstream connections are closed", func() bool { return m.Open() == 0 })
}

// TestFailedLoad: a configuration of which any part can't run changes nothing.
func TestFailedLoad(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	_, addr := startMock(t, mock.Options{})
	fine := func() *spec.Gateway {
		p := provider(spec.OpenAI, "p", addr)
		s := config([]*spec.Provider{p}, model("m", p))
		s.Admin = &spec.Admin{Address: "127.0.0.1:0"}
		return s
	}
	s := fine()
	fs := staged(s, stage("noop", abi.Observe, func(*hook.Call) error { return nil }, abi.OnRequest))
	g := start(t, s, fs)
	address, admin := g.Addresses(), g.AdminAddress()
	for _, c := range []struct {
		name  string
		spoil func(s *spec.Gateway)
		says  string
	}{
		{"listener", func(s *spec.Gateway) {
			s.Listeners = append(s.Listeners, &spec.Listener{Name: "x", Address: taken.Addr().String(), Pos: spec.Pos{File: "a.hcl", Line: 7}})
		}, "a.hcl:7: address can't be opened"},
		{"admin", func(s *spec.Gateway) { s.Admin.Address = taken.Addr().String() }, "in use"},
		{"provider", func(s *spec.Gateway) { s.Providers[0].BaseURL = "ftp://x" }, "base_url"},
		{"key", func(s *spec.Gateway) { s.Providers[0].APIKey = spec.NewSecret("a\nb") }, "header"},
		{"plugin", func(s *spec.Gateway) { fs.err = errors.New("no such plugin") }, "no such plugin"},
		{"certificate", func(s *spec.Gateway) {
			s.Listeners[0].TLS = &spec.TLS{Certificate: "/nonexistent", Key: "/nonexistent"}
		}, "certificate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			next := fine()
			next.Models[0].Name = "other"
			staged(next, fs.stages["noop"])
			c.spoil(next)
			err := g.Load(context.Background(), next)
			fs.err = nil
			require.ErrorContains(t, err, c.says)
			assert.NotContains(t, err.Error(), "a\nb")
			assert.Equal(t, address, g.Addresses())
			assert.Equal(t, admin, g.AdminAddress())
			assert.Equal(t, 200, g.post("/v1/chat/completions", chat("m", "hi")).status)
			res, err := http.Get("http://" + admin + "/readyz")
			require.NoError(t, err)
			res.Body.Close()
			assert.Equal(t, 200, res.StatusCode)
			ready, closed := fs.counts()
			assert.Equal(t, ready-1, closed, "what was readied for it is let go")
		})
	}
	assert.EqualValues(t, 6, g.metric(`yett_reloads_total{result="failed"}`))
}

// TestListenersCome and go with reloads.
func TestListenersComeAndGo(t *testing.T) {
	g, _ := one(t, spec.Mock, mock.Options{})
	first := g.Addresses()[0]
	slow := make(chan answer, 1)
	go func() {
		a, _ := g.try(context.Background(), "POST", "/v1/chat/completions", chat("m", "[[mock chunks=20 gap=20ms]]", streamed))
		slow <- a
	}()
	eventually(t, time.Second, "a stream is open", func() bool { return g.inFlight() == 1 })

	both := *g.spec
	both.Listeners = append(both.Listeners[:1:1], &spec.Listener{Name: "second", Address: "127.0.0.1:0"})
	require.NoError(t, g.Load(context.Background(), &both))
	require.Len(t, g.Addresses(), 2)
	second := g.Addresses()[1]
	assert.Equal(t, first, g.Addresses()[0])
	assert.NotEqual(t, first, second)

	only := *g.spec
	only.Listeners = both.Listeners[1:]
	require.NoError(t, g.Load(context.Background(), &only))
	assert.Equal(t, []string{second}, g.Addresses())
	eventually(t, time.Second, "the address is closed", func() bool {
		c, err := net.DialTimeout("tcp", first, time.Second)
		if err == nil {
			c.Close()
		}
		return err != nil
	})
	a := <-slow
	assert.True(t, strings.HasSuffix(a.body, "data: [DONE]\n\n"), "its requests go on")
	g.url = "http://" + second
	assert.Equal(t, 200, g.post("/v1/chat/completions", chat("m", "hi")).status)

	changed := only
	changed.Listeners = []*spec.Listener{{Name: "second", Address: "127.0.0.1:0", BodyBytes: 100}}
	require.NoError(t, g.Load(context.Background(), &changed))
	assert.Equal(t, []string{second}, g.Addresses(), "other settings, same port")
	g.http.CloseIdleConnections()
	eventually(t, time.Second, "the new limit", func() bool {
		return g.post("/v1/chat/completions", chat("m", strings.Repeat("x", 200))).status == 413
	})
}

// TestShutdown: readiness goes first, answers close their connections, what is under way ends well, and what
// is stuck ends with an error that its client can read.
func TestShutdown(t *testing.T) {
	g, m := one(t, spec.OpenAI, mock.Options{}, func(s *spec.Gateway) {
		s.Admin = &spec.Admin{Address: "127.0.0.1:0"}
		s.Providers[0].Deadline = spec.Deadline{Connect: time.Second, Headers: 20 * time.Second, FirstToken: 20 * time.Second, Idle: 20 * time.Second, Total: 20 * time.Second}
	})
	admin := g.AdminAddress()
	ask := func(body string) chan answer {
		c := make(chan answer, 1)
		go func() {
			a, err := g.try(context.Background(), "POST", "/v1/chat/completions", body)
			if err != nil {
				a.err = err
			}
			c <- a
		}()
		return c
	}
	short := ask(chat("m", "[[mock chunks=5 gap=40ms]]", streamed))
	stuck := ask(chat("m", "[[mock stall=3:20s]]", streamed))
	waiting := ask(chat("m", "[[mock latency=20s]]"))
	busy := ask(chat("m", "[[mock infinite gap=1ms]]", streamed))
	backing := ask(chat("m", "[[mock status=429 retry-after=2]]"))
	eventually(t, 2*time.Second, "all are upstream", func() bool { return m.Requests() == 5 })

	ctx, cancel := context.WithTimeout(context.Background(), 1500*time.Millisecond)
	defer cancel()
	began := time.Now()
	over := make(chan struct{})
	go func() { g.Shutdown(ctx, 200*time.Millisecond); close(over) }()
	time.Sleep(50 * time.Millisecond)
	res, err := http.Get("http://" + admin + "/readyz")
	require.NoError(t, err)
	res.Body.Close()
	assert.Equal(t, 503, res.StatusCode)
	late := raw(t, g.url, "GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n")
	assert.Contains(t, late, "HTTP/1.1 200", "still taken")
	assert.Contains(t, late, "Connection: close")

	a := <-short
	assert.True(t, strings.HasSuffix(a.body, "data: [DONE]\n\n"))
	for name, c := range map[string]chan answer{"stuck": stuck, "busy": busy} {
		a = <-c
		assert.NoError(t, a.err, name)
		assert.NotContains(t, a.body, "[DONE]")
		assert.Contains(t, a.body, "shutting down", name)
	}
	for name, c := range map[string]chan answer{"waiting": waiting, "backing off": backing} {
		a = <-c
		require.NoError(t, a.err, name)
		assert.Equal(t, 503, a.status, name)
		assert.Contains(t, a.body, "shutting down", name)
	}
	<-over
	assert.Less(t, time.Since(began), 5*time.Second)
	_, err = net.DialTimeout("tcp", strings.TrimPrefix(g.url, "http://"), time.Second)
	assert.Error(t, err)
	assert.Zero(t, g.inFlight())
	require.Error(t, g.Load(context.Background(), g.spec))
}

// TestShutdownLosesNothing: clients that use their connections again until they are told to close lose no
// request.
func TestShutdownLosesNothing(t *testing.T) {
	for range 5 {
		g, _ := one(t, spec.Mock, mock.Options{})
		addr := strings.TrimPrefix(g.url, "http://")
		var lost atomic.Int64
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				c, err := net.Dial("tcp", addr)
				if err != nil {
					return
				}
				defer c.Close()
				r := bufio.NewReader(c)
				for {
					req, _ := http.NewRequest("POST", g.url+"/v1/chat/completions", strings.NewReader(chat("m", "hi")))
					if req.Write(c) != nil {
						lost.Add(1)
						return
					}
					res, err := http.ReadResponse(r, req)
					if err != nil {
						lost.Add(1)
						return
					}
					_, err = io.Copy(io.Discard, res.Body)
					if err != nil || res.StatusCode != 200 {
						lost.Add(1)
						return
					}
					if res.Close {
						return
					}
				}
			})
		}
		time.Sleep(30 * time.Millisecond)
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		g.Shutdown(ctx, 100*time.Millisecond)
		cancel()
		wg.Wait()
		assert.Zero(t, lost.Load())
	}
}

var _ engine.Plugins = (*fakes)(nil)
