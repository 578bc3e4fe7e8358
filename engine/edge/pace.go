package edge

import (
	"errors"
	"net"
	"os"
	"syscall"
	"time"
)

// pace is a socket whose writes last as long as they make progress. It stands beneath TLS, where a write that timed
// out can't be resumed.
//
// Progress is bytes that the kernel takes, and where that can be told (Linux) also bytes that the client's kernel
// acknowledges. The second is needed: a socket counts as writable again only when a third of its buffer is free,
// and at 4 MiB a slow client takes longer for that than any sensible limit.
type pace struct {
	net.Conn
	sys   syscall.RawConn // nil when the socket has no descriptor
	idle  time.Duration
	armed time.Duration // since epoch: the deadline that stands; 0 when unknown
	fixed bool          // the deadline was set for good
}

// Write writes b. It fails with os.ErrDeadlineExceeded when idle has passed without progress, at the latest after
// twice that time.
func (p *pace) Write(b []byte) (n int, err error) {
	queue := -1
	for {
		p.arm()
		k, err := p.Conn.Write(b[n:])
		n += k
		if err == nil || p.fixed || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
		p.armed = 0
		was := queue
		queue = p.queued()
		if k == 0 && (queue < 0 || was >= 0 && queue >= was) {
			return n, err
		}
	}
}

// arm moves the deadline on, unless enough of it is left.
func (p *pace) arm() {
	if p.fixed {
		return
	}
	if t := now(); p.armed < t+p.idle*3/4 {
		p.armed = t + p.idle
		_ = p.Conn.SetWriteDeadline(epoch.Add(p.armed)) // fails only on a closed socket, which the write tells
	}
}

// queued is the number of bytes written and not acknowledged, -1 when that can't be told.
func (p *pace) queued() int {
	n := -1
	if p.sys != nil {
		_ = p.sys.Control(func(fd uintptr) { n = outstanding(int(fd)) })
	}
	return n
}

// SetWriteDeadline sets a deadline for good, as TLS does for its last words.
func (p *pace) SetWriteDeadline(t time.Time) error {
	p.fixed = true
	return p.Conn.SetWriteDeadline(t)
}

// resume ends what SetWriteDeadline began.
func (p *pace) resume() { p.fixed, p.armed = false, 0 }

// CloseWrite sends a FIN.
func (p *pace) CloseWrite() error {
	if w, ok := p.Conn.(interface{ CloseWrite() error }); ok {
		return w.CloseWrite()
	}
	return net.ErrClosed
}
