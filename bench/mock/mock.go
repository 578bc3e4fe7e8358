package mock

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Options shape a Server. The zero Options is a quick, honest provider that lets everybody in.
type Options struct {
	// Name is what a script's server= asks for.
	Name string
	// Latency is the wait before each answer. The default is none.
	Latency time.Duration
	// ChunkGap is the wait between the deltas of a stream. The default is none.
	ChunkGap time.Duration
	// Chunks is the number of deltas in an answer's text. The default is 12.
	Chunks int
	// Models are the names that are served and listed, besides all that begin with "mock". The default is
	// to serve every name.
	Models []string
	// Keys are the credentials that are let in, as bearer token or x-api-key. The default is everybody.
	Keys []string
	// Script is followed by requests that bring none.
	Script string
	// Dimensions is the length of embeddings when a request gives none. The default is 16.
	Dimensions int
	// Keep is how many requests Last can return. The default is 64; a negative number keeps none.
	Keep int
	// BodyBytes is the largest request body. The default is 64 MiB.
	BodyBytes int
	// Idle is when a kept-alive connection without a request is closed, without a word. The default is never.
	Idle time.Duration
}

const (
	defaultChunks     = 12
	defaultDimensions = 16
	defaultKeep       = 64
	defaultBodyBytes  = 64 << 20
)

// Server is a mock provider. It is safe for concurrent use.
type Server struct {
	o       Options
	scripts scripts
	seen    ring

	requests, live, cancelled, malformed, accepted, ids atomic.Int64

	mu        sync.Mutex
	closed    bool
	listeners map[net.Listener]struct{}
	conns     map[*conn]struct{}
	done      sync.WaitGroup
}

// New makes a server.
//
// # Errors
//
// None: a script that can't be read answers each request that follows it with status 400 and the reason.
// CheckScript tells beforehand.
func New(o Options) *Server {
	if o.Chunks <= 0 {
		o.Chunks = defaultChunks
	}
	if o.Dimensions <= 0 {
		o.Dimensions = defaultDimensions
	}
	if o.Keep == 0 {
		o.Keep = defaultKeep
	}
	if o.BodyBytes <= 0 {
		o.BodyBytes = defaultBodyBytes
	}
	s := &Server{o: o, listeners: map[net.Listener]struct{}{}, conns: map[*conn]struct{}{}}
	s.seen.slots = make([]slot, max(o.Keep, 0))
	return s
}

// ErrClosed is what Serve returns after Close.
var ErrClosed = errors.New("mock: server closed")

// Serve answers on l until Close. It owns l.
//
// # Errors
//
// ErrClosed, or why l stopped accepting.
func (s *Server) Serve(l net.Listener) error {
	if !s.enter(l) {
		_ = l.Close()
		return ErrClosed
	}
	defer s.leave(l)
	for {
		nc, err := l.Accept()
		if err != nil {
			if s.isClosed() {
				return ErrClosed
			}
			var ne net.Error
			if errors.As(err, &ne) && ne.Timeout() {
				continue
			}
			if isTemporary(err) {
				time.Sleep(5 * time.Millisecond) // descriptors run out: others will be closed
				continue
			}
			return err
		}
		s.accepted.Add(1)
		c := newConn(s, nc)
		if !s.open(c) {
			_ = nc.Close()
			return ErrClosed
		}
		go c.serve()
	}
}

func isTemporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary()
}

// Start listens on a free port of 127.0.0.1 and serves in the background until Close.
//
// # Errors
//
// The listener's.
func (s *Server) Start() (addr string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s.done.Add(1)
	go func() {
		defer s.done.Done()
		_ = s.Serve(l) // ends with Close; a listener that fails shows as refused connections
	}()
	return l.Addr().String(), nil
}

// Close stops listening, cuts all connections and waits until their goroutines have ended.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	for l := range s.listeners {
		_ = l.Close()
	}
	for c := range s.conns {
		_ = c.nc.Close()
	}
	s.mu.Unlock()
	s.done.Wait()
}

// Requests is the number of requests that were read whole.
func (s *Server) Requests() int64 { return s.requests.Load() }

// Live is the number of requests whose answer isn't finished.
func (s *Server) Live() int64 { return s.live.Load() }

// Cancelled is the number of answers whose client left before their end.
func (s *Server) Cancelled() int64 { return s.cancelled.Load() }

// Malformed is the number of requests refused because their framing was broken.
func (s *Server) Malformed() int64 { return s.malformed.Load() }

// Connections is the number of connections ever accepted.
func (s *Server) Connections() int64 { return s.accepted.Load() }

// Open is the number of connections open now.
func (s *Server) Open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// Last returns up to n of the requests read last, oldest first. The values are copies.
func (s *Server) Last(n int) []Seen { return s.seen.last(n) }

// Reset forgets the requests seen and what scripts have counted; the counters of the server go on.
func (s *Server) Reset() {
	s.seen.reset()
	s.scripts.reset()
}

func (s *Server) enter(l net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.listeners[l] = struct{}{}
	return true
}

func (s *Server) leave(l net.Listener) {
	s.mu.Lock()
	delete(s.listeners, l)
	s.mu.Unlock()
	_ = l.Close()
}

func (s *Server) open(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.conns[c] = struct{}{}
	s.done.Add(1)
	return true
}

func (s *Server) gone(c *conn) {
	s.mu.Lock()
	delete(s.conns, c)
	s.mu.Unlock()
	s.done.Done()
}

func (s *Server) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}
