package edge

import (
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Watch is one wait for a client's departure. Its zero value with Gone set is ready for Conn.Watch; it may be used
// again after Stop, and is not safe for concurrent use.
type Watch struct {
	// Gone, when it isn't nil, is called at most once for each Conn.Watch, on another goroutine, when the client has hung up. It must be
	// quick, may be called right away, and must not call Stop. Set once to a method value it costs no allocation.
	Gone func()

	c *Conn
	w *watcher
}

// Watch begins to watch for c's client hanging up, by FIN or by RST, until w.Stop. It is meant for the time between
// the end of a request and its answer; Read must not be called before Stop, Write may.
//
// It tells false when there is nothing to watch: the connection has no descriptor, or the system no such means
// (it works on Unix). Where poll can't tell a FIN behind bytes of a next request (outside Linux), a client that has
// sent such bytes is not watched any further.
//
// A client that shuts down only its sending side counts as gone: HTTP clients don't, and it can't be told from one
// that has left. A TLS client counts as gone when it ends the connection beneath TLS, or sends an alert in the clear;
// the encrypted alert of TLS 1.3 is not told from data, but clients end the connection right behind it.
func (c *Conn) Watch(w *Watch) bool {
	if c.sys == nil || !canPeek || c.end != nil {
		return false
	}
	x := c.l.watchers.get()
	if x == nil {
		return false
	}
	// The deadline of the last read would end a long watch.
	_ = c.sock.SetReadDeadline(time.Time{})
	c.armed = 0
	w.c, w.w = c, x
	x.c, x.gone = c, w.Gone
	x.stop.Store(false)
	x.start <- struct{}{}
	return true
}

// Stop ends the watch and tells whether the client had gone. When it returns, Gone is not running and will not be
// called, and the connection is ready for its next request. A Watch that isn't running has nothing to stop.
func (w *Watch) Stop() (gone bool) {
	x, c := w.w, w.c
	if x == nil {
		return false
	}
	select {
	case gone = <-x.done:
	default:
		x.stop.Store(true)
		c.wake()
		gone = <-x.done
	}
	w.c, w.w, x.c, x.gone = nil, nil, nil, nil
	c.l.watchers.put(x)
	return gone
}

// watcher is a goroutine that waits on one connection at a time, parked in the runtime's poller.
type watcher struct {
	start chan struct{}
	done  chan bool // one result, so that a watcher never waits for Stop
	look  func(fd uintptr) bool
	c     *Conn
	gone  func()
	stop  atomic.Bool
	left  bool
}

func newWatcher() *watcher {
	x := &watcher{start: make(chan struct{}), done: make(chan bool, 1)}
	x.look = x.glance
	go x.run()
	return x
}

func (x *watcher) run() {
	for range x.start {
		left := x.watch()
		if left && x.gone != nil {
			x.gone()
		}
		x.done <- left
	}
}

// watch waits until the client is gone or Stop was called.
func (x *watcher) watch() bool {
	for {
		x.left = false
		err := x.c.sys.Read(x.look)
		switch {
		case err == nil:
			return x.left
		case x.stop.Load():
			return false
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return true // the socket was closed beneath us
		}
		// Woken for another's sake, as CloseIdle may. Stop sets its flag before it wakes us: either the flag is seen
		// here, or the wake comes after the deadline was lifted.
		_ = x.c.sock.SetReadDeadline(time.Time{})
		if x.stop.Load() {
			return false
		}
	}
}

// glance looks at the socket without taking a byte, and tells whether the watch is over.
func (x *watcher) glance(fd uintptr) bool {
	switch peek(int(fd), x.c.tls != nil) {
	case peerGone:
		x.left = true
		return true
	case blind:
		return true
	}
	return false
}

// sight is what a look at a socket shows.
type sight uint8

const (
	quiet    sight = iota // no bytes, the client is there
	pending               // bytes, the client is there
	blind                 // bytes, and no way to see a departure behind them
	peerGone              // FIN, RST, or an alert
)

// waiting tells whether bytes have arrived that nobody has read.
func (c *Conn) waiting() bool {
	if c.sys == nil || !canPeek {
		return false
	}
	found := false
	_ = c.sys.Control(func(fd uintptr) { found = hasBytes(int(fd)) })
	return found
}

// maxWatchers bounds the goroutines kept for later watches; more are made and ended as needed.
const maxWatchers = 256

// watchers keeps idle watchers. It is safe for concurrent use.
type watchers struct {
	mu     sync.Mutex
	idle   []*watcher
	closed bool
}

func (p *watchers) get() *watcher {
	p.mu.Lock()
	n := len(p.idle) - 1
	if n < 0 {
		p.mu.Unlock()
		return newWatcher()
	}
	x := p.idle[n]
	p.idle[n] = nil
	p.idle = p.idle[:n]
	p.mu.Unlock()
	return x
}

func (p *watchers) put(x *watcher) {
	p.mu.Lock()
	if p.closed || len(p.idle) >= maxWatchers {
		p.mu.Unlock()
		close(x.start)
		return
	}
	p.idle = append(p.idle, x)
	p.mu.Unlock()
}

// close ends the idle watchers; those at work end when they are put back.
func (p *watchers) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, x := range p.idle {
		close(x.start)
	}
	p.idle = nil
}
