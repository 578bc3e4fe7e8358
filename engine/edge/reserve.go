package edge

import (
	"net"
	"os"
	"sync"
	"time"
)

// reserve is a descriptor kept for the day none is left. Given back, it lets the oldest queued client be accepted
// and closed, so that it can try elsewhere instead of waiting in a queue that doesn't move.
type reserve struct {
	mu     sync.Mutex
	f      *os.File
	closed bool
}

func (r *reserve) take() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.f == nil && !r.closed {
		r.f, _ = os.Open(os.DevNull) // without one the back-off has to do
	}
}

func (r *reserve) drop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	r.give()
}

// give closes the reserve and tells whether there was one. The caller holds the lock.
func (r *reserve) give() bool {
	if r.f == nil {
		return false
	}
	_ = r.f.Close()
	r.f = nil
	return true
}

// spend turns one queued client away with the reserved descriptor, and takes the reserve again.
func (r *reserve) spend(l net.Listener) {
	r.mu.Lock()
	had := r.give()
	r.mu.Unlock()
	if had {
		turnAway(l)
	}
	r.take()
}

// turnAway accepts and closes one client if one is queued, without waiting for one.
func turnAway(l net.Listener) {
	d, ok := l.(interface{ SetDeadline(time.Time) error })
	if !ok || d.SetDeadline(time.Now().Add(time.Millisecond)) != nil {
		return
	}
	c, err := l.Accept()
	_ = d.SetDeadline(time.Time{})
	if err == nil {
		_ = c.Close()
	}
}
