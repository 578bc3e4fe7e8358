// Package engine builds a running gateway from a specification: the one place that wires the rooms.
//
// A Gateway starts empty. Load makes a specification the current one, whole or not at all; Serve opens
// the listeners; Shutdown drains. What outlives a configuration (cache, counters, breakers, metrics) is
// kept by the Gateway and handed from table to table.
package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yett-gateway/yett/engine/admin"
	"github.com/yett-gateway/yett/engine/cache"
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/dialect/anthropic"
	"github.com/yett-gateway/yett/engine/dialect/openai"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/limit"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/engine/proxy"
	"github.com/yett-gateway/yett/engine/record"
	"github.com/yett-gateway/yett/engine/spec"
)

// Plugins readies a configuration's plugins. The plugin host implements it.
type Plugins interface {
	// Ready loads every plugin of g and returns its stages. Plugins that an earlier set already holds with
	// the same module and configuration are shared with it.
	//
	// # Errors
	//
	// One *PlaceError for each plugin that can't be used, joined.
	Ready(ctx context.Context, g *spec.Gateway) (Stages, error)
}

// Stages are the stages of one configuration.
type Stages interface {
	// Stage returns the stage made for s, Router the one made for a model's router plugin.
	Stage(s *spec.Stage) hook.Stage
	Router(m *spec.Model) hook.Stage
	// Close lets go of the plugins once the calls in flight have ended.
	Close()
}

// PlaceError is a failure that a line of the configuration is to blame for.
type PlaceError struct {
	Pos     spec.Pos
	Summary string // a few words: "plugin can't be loaded"
	Detail  string // what happened
	Hint    string // what to do; may be empty
}

// Error gives place, summary and detail in one line.
func (e *PlaceError) Error() string {
	s := e.Summary + ": " + e.Detail
	if e.Pos.Known() {
		s = fmt.Sprintf("%s:%d: %s", e.Pos.File, e.Pos.Line, s)
	}
	return s
}

// Options are what a Gateway is made of. Plugins may be nil where no configuration uses any.
type Options struct {
	Plugins Plugins
	// Mock starts the embedded mock provider for p, or finds the one that runs with the same options, and
	// returns its host:port. nil: there is none.
	Mock func(p *spec.Provider) (address string, err error)
	// Log gets what operators should know; nil drops it. Access gets a line per request; nil: none.
	Log    *slog.Logger
	Access io.Writer
	// Meter is shared with whoever else counts; nil makes one.
	Meter *meter.Set
}

// Gateway is a running gateway. Its methods are safe for concurrent use; Load and Shutdown take turns.
type Gateway struct {
	o       Options
	meter   *meter.Set
	cache   *cache.Store
	limiter *limit.Limiter
	proxy   *proxy.Proxy
	access  *record.Log

	mu        sync.Mutex
	listeners []*listener
	leaving   []*listener // replaced or removed, with requests that go on
	stopped   bool
	admin     *admin.Server
	ready     atomic.Bool
	failed    chan error
}

// steady returns a clock that counts from start and that no change of the system's time moves.
func steady(start time.Time) func() time.Duration {
	return func() time.Duration { return time.Since(start) }
}

// New returns a gateway that serves nothing yet.
func New(o Options) *Gateway {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Meter == nil {
		o.Meter = meter.New()
	}
	g := &Gateway{
		o:       o,
		meter:   o.Meter,
		cache:   cache.New(spec.DefaultCacheBytes, time.Now),
		limiter: limit.New(steady(time.Now())),
		failed:  make(chan error, 1),
	}
	g.proxy = proxy.New(proxy.Options{
		Dialects: dialects(),
		Cache:    g.cache,
		Meter:    g.meter,
		Panic: func(v any, stack []byte) {
			o.Log.Error("panic in a request", "panic", fmt.Sprint(v), "stack", string(stack))
		},
	})
	g.meter.Gauge("yett_cache_bytes", func() float64 { return float64(g.cache.Bytes()) })
	g.meter.Gauge("yett_cache_entries", func() float64 { return float64(g.cache.Len()) })
	return g
}

func dialects() *dialect.Set {
	var s dialect.Set
	s.Add(openai.Chat{})
	s.Add(openai.Embeddings{})
	s.Add(anthropic.Messages{})
	s.Add(anthropic.Count{})
	return &s
}

// RefusedReload counts a configuration that could not even be read.
func (g *Gateway) RefusedReload() { g.meter.Reloads(false).Inc() }

// Load makes s the configuration of every request from now on. If any part of it can't be made to run,
// nothing changes.
//
// # Errors
//
// *PlaceError for what a line of the configuration is to blame for, joined.
func (g *Gateway) Load(ctx context.Context, s *spec.Gateway) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	err := g.load(ctx, s)
	g.meter.Reloads(err == nil).Inc()
	return err
}

func (g *Gateway) load(ctx context.Context, s *spec.Gateway) error {
	if g.stopped {
		return errors.New("the gateway is shutting down")
	}
	t, err := g.build(ctx, s)
	if err != nil {
		return err
	}
	listeners, errListeners := g.openListeners(s)
	nextAdmin, errAdmin := g.openAdmin(s)
	if err := errors.Join(errListeners, errAdmin); err != nil {
		g.closeUnused(listeners)
		if nextAdmin != nil && nextAdmin != g.admin {
			nextAdmin.Close()
		}
		t.Retired()
		return err
	}
	// From here on nothing can fail.
	t.Log = g.accessLog(s)
	g.cache.Resize(cacheBytes(s))
	g.proxy.Swap(t)
	g.serveOn(listeners)
	if g.admin != nil && g.admin != nextAdmin {
		g.admin.Close()
	}
	g.admin = nextAdmin
	g.ready.Store(true)
	return nil
}

// accessLog is where requests under s are recorded, nil if nowhere. The first configuration that records
// decides the format.
func (g *Gateway) accessLog(s *spec.Gateway) *record.Log {
	if g.o.Access == nil || !s.Log.Access {
		return nil
	}
	if g.access == nil {
		g.access = record.New(g.o.Access, s.Log.Format, g.meter.Dropped().Add)
	}
	return g.access
}

func cacheBytes(s *spec.Gateway) int64 {
	most := 0
	for _, r := range s.Routes {
		if r.Cache != nil {
			most = max(most, r.Cache.MaxBytes)
		}
	}
	if most == 0 {
		most = spec.DefaultCacheBytes
	}
	return int64(most)
}

// serve runs a listener until it is drained. A listener that ends by itself ends the gateway.
func (g *Gateway) serve(l *listener) {
	if err := l.serve(); err != nil {
		select {
		case g.failed <- &PlaceError{Pos: l.spec.Pos, Summary: "listener failed", Detail: err.Error()}:
		default:
		}
	}
}

// Failed delivers the error of a listener that ended by itself.
func (g *Gateway) Failed() <-chan error { return g.failed }

// Addresses are where the gateway listens, in the configuration's order; with port 0 resolved.
func (g *Gateway) Addresses() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var as []string
	for _, l := range g.listeners {
		as = append(as, l.address())
	}
	return as
}

// AdminAddress is where the admin listener listens, "" if there is none.
func (g *Gateway) AdminAddress() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.admin == nil {
		return ""
	}
	return g.admin.Address()
}

// openAdmin returns the admin server for s: the open one unless its address changes, nil for none.
func (g *Gateway) openAdmin(s *spec.Gateway) (*admin.Server, error) {
	if s.Admin == nil || s.Admin.Address == "" {
		return nil, nil
	}
	want := s.Admin.Address
	if g.admin != nil && g.admin.Asked() == want {
		return g.admin, nil
	}
	next, err := admin.Listen(want, g.meter, g.health)
	if err != nil {
		return nil, &PlaceError{Pos: s.Admin.Pos, Summary: "admin address can't be opened", Detail: openHint(want, err)}
	}
	return next, nil
}

// health tells whether the gateway takes requests.
func (g *Gateway) health() error {
	if !g.ready.Load() {
		return errors.New("not ready: starting or shutting down")
	}
	return nil
}

// Shutdown drains: readiness fails at once, listeners take connections for accept more, every answer
// closes its connection, requests in flight have until ctx ends; what is left then ends with an error
// that its client can read. It returns when all connections are closed and the plugins and providers of the
// last configuration let go. A gateway that was shut down loads nothing any more.
func (g *Gateway) Shutdown(ctx context.Context, accept time.Duration) {
	g.ready.Store(false)
	g.proxy.Drain()
	g.mu.Lock()
	g.stopped = true
	for _, l := range g.listeners {
		l.guard.Drain()
	}
	g.mu.Unlock()
	select {
	case <-time.After(accept):
	case <-ctx.Done():
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	var wg sync.WaitGroup
	for _, l := range append(g.leaving, g.listeners...) {
		wg.Go(func() { l.drain(ctx, g.proxy.Cut) })
	}
	wg.Wait()
	g.listeners, g.leaving = nil, nil
	g.proxy.Settle(ctx)
	g.proxy.Close()
	if g.admin != nil {
		g.admin.Close()
	}
	if g.access != nil {
		g.access.Close()
	}
}
