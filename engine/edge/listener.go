package edge

import (
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/yett-gateway/yett/engine/socket"
)

// Listener accepts connections and puts the guard around each. It is safe for concurrent use.
type Listener struct {
	// Render words the answer to a refused request. nil: a plain JSON error. It is set before the first Accept,
	// and safe for concurrent use.
	Render func(Refusal) (fields, body []byte)

	in       net.Listener
	config   *tls.Config // nil without TLS
	lim      Limits
	onRefuse func(reason string)
	reserve  reserve
	watchers watchers

	accepted atomic.Uint64
	refused  [reasons]atomic.Uint64
	draining atomic.Bool
	closing  atomic.Bool

	quit     chan struct{}
	quitOnce sync.Once
	goodbyes chan struct{} // one slot for each connection that is being refused

	mu   sync.Mutex
	open int
	last *Conn // list of the open connections, newest first
	ips  map[ipKey]int
}

// Stats is what a listener has seen.
type Stats struct {
	// Open is the number of open connections.
	Open int
	// Accepted is the number of connections taken so far, the refused ones not counted.
	Accepted uint64
	// Refused is the number of refusals by Reason, requests and connections.
	Refused map[Reason]uint64
}

// NewListener returns a listener over l, which it owns from now on. onRefuse is told the code of each Reason as it
// happens, on the goroutine it happened on; it must be safe for concurrent use and quick. It may be nil.
//
// l hands out sockets; for TLS there is NewTLSListener.
func NewListener(l net.Listener, lim Limits, onRefuse func(reason string)) *Listener {
	return NewTLSListener(l, nil, lim, onRefuse)
}

// NewTLSListener is NewListener with TLS between the sockets of l and the guard. A nil config is no TLS. config is
// not changed after; a certificate that changes comes from its GetCertificate.
func NewTLSListener(l net.Listener, config *tls.Config, lim Limits, onRefuse func(reason string)) *Listener {
	e := &Listener{
		in:       l,
		config:   config,
		lim:      lim.filled(),
		onRefuse: onRefuse,
		quit:     make(chan struct{}),
		goodbyes: make(chan struct{}, maxGoodbyes),
		ips:      make(map[ipKey]int),
	}
	e.reserve.take()
	return e
}

// Accept waits for a connection and returns it as *Conn, or as *TLSConn under TLS. It fails only with net.ErrClosed, once the listener is closed: a shortage of descriptors or memory is waited out.
func (l *Listener) Accept() (net.Conn, error) {
	pause := time.Duration(0)
	for {
		c, err := l.in.Accept()
		if err == nil {
			pause = 0
			if g := l.guard(c); g != nil {
				return g, nil
			}
			continue
		}
		if errors.Is(err, net.ErrClosed) || l.isClosed() {
			return nil, net.ErrClosed
		}
		if pause = l.backOff(err, pause); pause > 0 && !l.sleep(pause) {
			return nil, net.ErrClosed
		}
	}
}

const (
	minPause = 5 * time.Millisecond
	maxPause = time.Second
)

// backOff deals with a failed accept and returns how long to wait before the next.
func (l *Listener) backOff(err error, pause time.Duration) time.Duration {
	if clientGone(err) {
		return 0 // the connection was given up while it was queued; the listener is well
	}
	if exhausted(err) {
		l.count(NoDescriptors)
		l.reserve.spend(l.in)
	} else {
		l.count(AcceptFailed)
	}
	return min(maxPause, max(minPause, pause*2))
}

func (l *Listener) sleep(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-l.quit:
		return false
	}
}

func (l *Listener) isClosed() bool {
	select {
	case <-l.quit:
		return true
	default:
		return false
	}
}

// guard wraps an accepted connection, or refuses it and returns nil.
func (l *Listener) guard(raw net.Conn) net.Conn {
	c, outer := l.wrap(raw)
	if r := l.add(c); r != None {
		l.count(r)
		l.goodbye(c, r)
		return nil
	}
	l.accepted.Add(1)
	return outer
}

// wrap makes the guard, and the form of it that the server gets.
func (l *Listener) wrap(sock net.Conn) (*Conn, net.Conn) {
	if l.config == nil {
		c := &Conn{}
		l.fill(c, sock)
		return c, c
	}
	c := &TLSConn{}
	l.fill(&c.Conn, sock)
	c.tls = tls.Server(&c.pace, l.config)
	c.raw = c.tls
	return &c.Conn, c
}

func (l *Listener) fill(c *Conn, sock net.Conn) {
	sock = socket.New(sock)
	c.sock, c.l = sock, l
	c.m.lim = &l.lim
	c.clock = now()
	if s, ok := sock.(syscall.Conn); ok {
		c.sys, _ = s.SyscallConn()
	}
	c.remote = sock.RemoteAddr()
	c.ip = keyOf(c.remote)
	c.pace = pace{Conn: sock, sys: c.sys, idle: l.lim.WriteIdle}
	c.raw = &c.pace
}

// Close stops accepting. Open connections go on. Closing again does nothing.
func (l *Listener) Close() (err error) {
	l.quitOnce.Do(func() {
		close(l.quit)
		l.reserve.drop()
		l.watchers.close()
		err = l.in.Close()
	})
	return err
}

// Addr returns the listener's address.
func (l *Listener) Addr() net.Addr { return l.in.Addr() }

// Limits returns the limits in force, defaults filled in.
func (l *Listener) Limits() Limits { return l.lim }

// Stats returns what the listener has seen so far.
func (l *Listener) Stats() Stats {
	s := Stats{Accepted: l.accepted.Load(), Refused: make(map[Reason]uint64)}
	for r := range l.refused {
		if n := l.refused[r].Load(); n > 0 {
			s.Refused[Reason(r)] = n
		}
	}
	l.mu.Lock()
	s.Open = l.open
	l.mu.Unlock()
	return s
}

func (l *Listener) count(r Reason) {
	l.refused[r].Add(1)
	if l.onRefuse != nil {
		l.onRefuse(r.String())
	}
}
