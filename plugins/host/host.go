// Package host runs plugins: untrusted WebAssembly modules that speak the contract of sdk/abi. It implements
// hook.Stage and owns wazero; the rest of the program sees neither modules nor instances.
//
// The way of a plugin:
//
//	bytes → validate and meter (package module) → compile, disk cache → instance, on_init → trial call
//	      → calls of hooks, each in an instance of the pool that it gives back → drain → close
//
// ABI and sandbox are apart: functions.go and its neighbours are what the contract offers to guests; instance.go,
// fuel.go, memory.go and pool.go run any metered module.
//
// What a guest can't do: run on without being stopped (fuel.go), touch memory that isn't its own (instance.view),
// grow beyond its limit (memory.go), call what wasn't granted (check.go), change half of what it meant to
// (edits.go), see another tenant's values (kv.go, cache.go), call what its grant doesn't list or see a secret (http.go and
// package callout), ask models beyond its grant (ask.go), flood the log (log.go), or bring the process down (a panic on
// the way of a call is a failure of the plugin).
package host

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/limit"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/plugins/host/callout"
)

// Options are what a Host is made of.
type Options struct {
	// CacheDir keeps compiled code between runs; "" is no disk cache. Its files are executed, so it must belong
	// to this user; it is made with mode 0700, and taken to it.
	CacheDir string
	// Log gets what plugins write and what happens to them; nil drops it.
	Log *slog.Logger
	// Now is the clock of stores and breakers. Default time.Now.
	Now func() time.Time
	// Modules give the bundled plugins' modules by kind and name, "guard/pii".
	Modules map[string]func() []byte
	// Meter gets the plugins' metrics; nil counts nothing.
	Meter *meter.Set
	// Idle is how long an instance that nobody needs is kept, about. Default 1 minute.
	Idle time.Duration
	// Watch sees what calls use; nil: nobody does.
	Watch Watch
}

// Host runs plugins in one runtime. It is safe for concurrent use.
type Host struct {
	runtime wazero.Runtime
	cache   wazero.CompilationCache // nil: none
	log     *slog.Logger
	now     func() time.Time
	modules map[string]func() []byte
	meter   *meter.Set
	watch   Watch
	values  store
	caches  caches
	outside callout.Options // how calls to other servers are made
	asked   *limit.Limiter  // the tokens of plugins' questions, by plugin; it outlives reloads
	epoch   atomic.Uint64   // grows while time goes by; see pool.trim
	stop    chan struct{}
	stopped sync.WaitGroup
	// unmetered: see NewUnmetered.
	unmetered bool

	mu          sync.Mutex
	codes       map[codeKey]*code
	plugins     map[*Plugin]struct{}
	instruments map[string]*instruments
	closed      bool
}

var _ hook.Host = (*Host)(nil)

// New returns a host without plugins. Close it after use.
func New(ctx context.Context, o Options) (*Host, error) {
	h := &Host{
		log: o.Log, now: o.Now, modules: o.Modules, meter: o.Meter, watch: o.Watch, stop: make(chan struct{}),
		codes: map[codeKey]*code{}, plugins: map[*Plugin]struct{}{}, instruments: map[string]*instruments{},
	}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	if h.now == nil {
		h.now = time.Now
	}
	h.values.now, h.caches.now = h.now, h.now
	start := h.now()
	h.asked = limit.New(func() time.Duration { return h.now().Sub(start) })
	cfg := wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2).WithCloseOnContextDone(false)
	if o.CacheDir != "" {
		cache, err := openCache(o.CacheDir)
		if err != nil {
			return nil, err
		}
		h.cache = cache
		cfg = cfg.WithCompilationCache(cache)
	}
	h.runtime = wazero.NewRuntimeWithConfig(ctx, cfg)
	if err := link(ctx, h.runtime); err != nil {
		return nil, errors.Join(fmt.Errorf("plugin host: %w", err), h.runtime.Close(ctx))
	}
	if o.Idle <= 0 {
		o.Idle = time.Minute
	}
	h.stopped.Add(1)
	go h.janitor(max(o.Idle/idleEpochs, time.Millisecond))
	return h, nil
}

// openCache opens the disk cache. Whoever can write its files runs code as us.
func openCache(dir string) (wazero.CompilationCache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("plugin cache: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("plugin cache: %w", err)
	}
	if !ours(info) {
		return nil, fmt.Errorf("plugin cache: %s belongs to another user; its files would be executed", dir)
	}
	if info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(dir, 0o700); err != nil {
			return nil, fmt.Errorf("plugin cache: %w", err)
		}
	}
	cache, err := wazero.NewCompilationCacheWithDir(dir)
	if err != nil {
		return nil, fmt.Errorf("plugin cache: %w", err)
	}
	return cache, nil
}

// janitor lets instances go that nobody needs.
func (h *Host) janitor(every time.Duration) {
	defer h.stopped.Done()
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-h.stop:
			return
		case <-t.C:
		}
		epoch := h.epoch.Add(1)
		h.mu.Lock()
		var pools []*pool
		for p := range h.plugins {
			pools = append(pools, p.pools...)
		}
		h.mu.Unlock()
		for _, p := range pools {
			p.trim(epoch)
		}
	}
}

// closeWait is how long Close waits for calls in flight.
const closeWait = 10 * time.Second

// Close drops every plugin after the calls in flight have ended. The runtime is left alone, with an error,
// if they don't end: freeing memory that a call uses would end the process.
func (h *Host) Close() error {
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		return nil
	}
	h.closed = true
	var all []*Plugin
	for p := range h.plugins {
		all = append(all, p)
	}
	h.mu.Unlock()
	close(h.stop)
	h.stopped.Wait()
	for _, p := range all {
		p.shut()
	}
	deadline := time.After(closeWait)
	for _, p := range all {
		select {
		case <-p.gone:
		case <-deadline:
			return errors.New("plugin host: calls are still running")
		}
	}
	err := h.runtime.Close(context.Background())
	if h.cache != nil {
		err = errors.Join(err, h.cache.Close(context.Background()))
	}
	return err
}
