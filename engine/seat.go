package engine

import (
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// port is an open address. When a reload changes a listener's settings, the old and the new listener accept
// from the one socket: a second socket on the same address would lose the connections that the kernel had
// queued for the first when that one closes.
type port struct {
	socket *net.TCPListener

	mu    sync.Mutex
	seats int // open ones
}

// seat is one listener's share of a port. Closing it ends its own Accept alone; the last seat closes the port.
type seat struct {
	port      *port
	closed    atomic.Bool
	accepting atomic.Int32
}

var _ net.Listener = (*seat)(nil)

// take returns a further seat.
func (p *port) take() *seat {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seats++
	return &seat{port: p}
}

// wakeTime is how often those look who are woken for another's sake.
const wakeTime = 100 * time.Microsecond

// Accept waits for a connection. It fails with net.ErrClosed once the seat is closed.
func (s *seat) Accept() (net.Conn, error) {
	s.accepting.Add(1)
	defer s.accepting.Add(-1)
	for !s.closed.Load() {
		c, err := s.port.socket.Accept()
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return c, err
		}
		time.Sleep(wakeTime) // another seat closes; see Close
	}
	return nil, net.ErrClosed
}

// Close gives the seat up and returns when none of its Accepts is waiting any more. Only one Accept of a
// socket waits in the kernel and the others behind it, so the deadline that wakes them stays until this
// seat's have seen it.
func (s *seat) Close() error {
	p := s.port
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.closed.Swap(true) {
		return net.ErrClosed
	}
	if p.seats--; p.seats == 0 {
		return p.socket.Close()
	}
	if err := p.socket.SetDeadline(time.Unix(1, 0)); err != nil {
		return err
	}
	for s.accepting.Load() > 0 {
		time.Sleep(wakeTime)
	}
	return p.socket.SetDeadline(time.Time{})
}

// Addr returns the port's address.
func (s *seat) Addr() net.Addr { return s.port.socket.Addr() }
