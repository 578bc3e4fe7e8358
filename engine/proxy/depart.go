package proxy

import (
	"sync"

	"github.com/yett-gateway/yett/engine/edge"
)

// silent is called when an upstream has been silent for a moment: from now on the client is watched, so
// that its leaving ends the upstream call. It runs on the request's own goroutine.
func (r *request) silent() {
	if r.left.Load() {
		r.exchange.Cancel()
		return
	}
	if r.watching {
		return
	}
	r.watching = true
	r.p.live.add(r)
	if c := edge.FromConn(r.ctx.Conn()); c != nil {
		c.Watch(&r.watch)
	}
}

// gone is called by the watcher, on a goroutine of its own, when the client hung up.
func (r *request) gone() {
	r.left.Store(true)
	r.exchange.Cancel()
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

// cut cancels the upstream of every request that is waiting.
func (l *live) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for r := range l.open {
		r.exchange.Cancel()
	}
}
