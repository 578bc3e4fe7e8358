package proxy

import (
	"sync"
	"sync/atomic"

	"github.com/yett-gateway/yett/engine/edge"
)

// silent is called when an upstream has been silent for a moment: from now on the client is watched, so
// that its leaving ends the upstream call. It runs on the request's own goroutine.
func (r *request) silent() {
	switch {
	case r.outer == nil:
		r.attend()
	case !r.outer.over():
		r.outer.attend() // who cancels that request cancels this one with it
	}
	if r.left.Load() || r.p.live.over.Load() {
		r.exchange.Cancel()
		return
	}
	if r.outer == nil {
		r.heed()
	}
}

// attend begins to watch the client.
func (r *request) attend() {
	if r.watching {
		return
	}
	r.watching = true
	r.p.live.add(r)
	if c := edge.FromConn(r.ctx.Conn()); c != nil {
		c.Watch(&r.watch)
	}
}

// heed says what is done when the upstream of an answer under way falls silent: watch the client, then ping
// it. It costs nothing while bytes come.
func (r *request) heed() {
	switch {
	case !r.watching:
		r.exchange.SetSilent(r.patience(), r.onSilent)
	case r.relay.w != nil && !r.relay.raw:
		r.relay.pings = 0
		r.exchange.SetSilent(r.p.PingAfter, r.onQuiet)
	}
}

// gone is called by the watcher, on a goroutine of its own, when the client hung up.
func (r *request) gone() {
	r.left.Store(true)
	r.cancel()
}

// cancel ends whatever the request waits for. It is safe to call from any goroutine while the request is
// watched.
func (r *request) cancel() {
	r.exchange.Cancel()
	r.asking.cancel(r.left.Load())
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

func (r *request) stopWatching() {
	if r.watching {
		r.watch.Stop()
		r.p.live.remove(r)
		r.watching = false
	}
}

// live are the requests that wait for an upstream, so that a drain that runs out of time can end them.
// Requests that are answered within a moment are never in it.
type live struct {
	mu   sync.Mutex
	open map[*request]struct{}
	over atomic.Bool // the time to drain has passed
}

func (l *live) init() { l.open = make(map[*request]struct{}) }

func (l *live) add(r *request) {
	l.mu.Lock()
	l.open[r] = struct{}{}
	l.mu.Unlock()
}

func (l *live) remove(r *request) {
	l.mu.Lock()
	delete(l.open, r)
	l.mu.Unlock()
}

// cut ends every request that is waiting, and each that would wait from now on.
func (l *live) cut() {
	l.over.Store(true)
	l.mu.Lock()
	defer l.mu.Unlock()
	for r := range l.open {
		r.cancel()
	}
}
