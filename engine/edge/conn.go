package edge

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// Conn is a client's connection behind the guard. The server reads requests from it that have one meaning.
//
// Reads, writes, Watch and Stop belong to the goroutine that serves the connection. Close, and the methods of
// the Listener, are safe to call from any.
type Conn struct {
	raw    net.Conn        // carries the bytes: pace, or TLS over it
	pace   pace            // the socket, for writes
	sock   net.Conn        // the socket
	sys    syscall.RawConn // the socket's descriptor; nil when it has none
	remote net.Addr        // the client's
	tls    *tls.Conn       // raw, when it is TLS
	l      *Listener

	m       machine
	end     error         // what Read and Write return from now on
	behind  error         // an error that came together with bytes; for the next Read
	stash   []byte        // bytes read along with the current request and not part of it
	off     int           // how many of them have been taken since
	clock   time.Duration // since epoch: when the current phase began
	armed   time.Duration // since epoch: the read deadline; 0 when unknown
	served  int           // requests that were delivered
	held    gathering     // a body that is held back until it is complete
	invited bool          // the client was told to go on with a body that is held back
	spoke   bool          // an answer was begun before its request was complete
	refuse  Reason        // the refusal that was answered

	parked  atomic.Bool // waiting for the first byte of a request
	closing atomic.Bool // end between requests
	closed  atomic.Bool

	ip         ipKey // counted under Limits.ConnsPerIP
	prev, next *Conn // the listener's list
}

// TLSConn is a Conn over TLS. It has the methods by which servers know one.
type TLSConn struct{ Conn }

// Handshake runs the TLS handshake within Limits.HeadTime, unless it has run.
func (c *TLSConn) Handshake() error {
	c.setRead(now() + c.l.lim.HeadTime)
	_ = c.pace.SetWriteDeadline(time.Now().Add(c.l.lim.HeadTime))
	err := c.tls.Handshake()
	c.pace.resume()
	c.armed = 0
	return err
}

// ConnectionState returns what the handshake negotiated.
func (c *TLSConn) ConnectionState() tls.ConnectionState { return c.tls.ConnectionState() }

// FromConn finds the guard in c, which may be wrapped by anything with a NetConn method. It returns nil when there
// is none. fasthttp's own wrapper for MaxConnsPerIP has no such method; Limits.ConnsPerIP takes its place.
func FromConn(c net.Conn) *Conn {
	for c != nil {
		switch t := c.(type) {
		case *Conn:
			return t
		case *TLSConn:
			return &t.Conn
		case interface{ NetConn() net.Conn }:
			c = t.NetConn()
		default:
			return nil
		}
	}
	return nil
}

// epoch is what the guard counts time from. It makes a point in time a number, and reading the clock cheap.
var epoch = time.Now()

func now() time.Duration { return time.Since(epoch) }

// past is a deadline that wakes a reader.
var past = time.Unix(1, 0)

// closedError ends a connection without an answer of the server's own: the guard has said all there is to say.
// The text tells loggers that look for it that a peer is to blame.
type closedError struct{ text string }

func (e *closedError) Error() string        { return e.text }
func (e *closedError) Is(target error) bool { return target == net.ErrClosed }

var (
	// ErrRefused is what Read and Write return once a request was refused. It is a net.ErrClosed.
	ErrRefused error = &closedError{"edge: request refused, to the server an unexpected EOF"}
	// ErrStalled is what Write returns once the client stopped taking its answer. It is a net.ErrClosed.
	ErrStalled error = &closedError{"edge: write stalled, to the server a broken pipe"}
)

// Read reads bytes of the current request, and of the next only when called again after its end. It returns io.EOF
// between requests when the connection ends there, io.ErrUnexpectedEOF when it ends within one, and ErrRefused
// after it has answered a request that it doesn't let pass.
func (c *Conn) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if c.end != nil {
		return 0, c.end
	}
	if c.m.state == stDone && !c.held.ready() && !c.another() {
		return 0, io.EOF
	}
	for {
		if c.held.buf != nil {
			if err := c.gather(); err != nil {
				return 0, err
			}
			return c.held.read(p), nil
		}
		n, err := c.take(p)
		if n == 0 && err != nil {
			if err = c.failed(err); err != nil {
				return 0, err
			}
			continue
		}
		if n, err = c.judge(p[:n]); n > 0 || err != nil {
			return n, err
		}
	}
}

// another prepares for the next request, if there may be one.
func (c *Conn) another() bool {
	if limit := c.l.lim.RequestsPerConn; limit > 0 && c.served >= limit {
		return false
	}
	c.m.reset()
	c.clock, c.spoke, c.invited = now(), false, false
	return true
}

// judge runs the machine over p and returns how many bytes at p's start the server gets.
func (c *Conn) judge(p []byte) (int, error) {
	begun, body := c.m.begun(), c.m.inBody()
	n, r := c.m.feed(p)
	if r != None {
		return 0, c.answer(r)
	}
	c.putBack(p[n:])
	if !begun {
		n = c.unpad(p[:n])
	}
	if c.m.pause {
		c.holdBack()
		n--
	}
	switch {
	case c.m.state == stDone:
		c.served++
	case !begun && c.m.begun(), !body && c.m.inBody():
		c.clock = now()
	}
	return n, nil
}

// putBack keeps bytes behind the end of the request for the next Read.
func (c *Conn) putBack(p []byte) {
	switch {
	case len(p) == 0:
	case c.off > 0: // they are the last of those taken from the stash
		c.off -= len(p)
	default:
		c.stash = append(c.stash, p...)
	}
}

// stashed is the number of bytes in the stash.
func (c *Conn) stashed() int { return len(c.stash) - c.off }

// unpad drops an empty line before the request.
func (c *Conn) unpad(p []byte) int {
	i := 0
	for i < len(p) && (p[i] == '\r' || p[i] == '\n') {
		i++
	}
	if i == 0 {
		return len(p)
	}
	return copy(p, p[i:])
}

// overread bounds how much of a next request may be read along with a head or a chunk.
const overread = 64 << 10

// take gets bytes from the stash or from the wire.
func (c *Conn) take(p []byte) (int, error) {
	if c.stashed() > 0 {
		n := copy(p, c.stash[c.off:])
		c.off += n
		return n, nil
	}
	c.stash, c.off = c.stash[:0], 0
	if err := c.behind; err != nil {
		return 0, err
	}
	c.arm()
	if c.m.begun() {
		return c.takeMore(p)
	}
	c.parked.Store(true)
	// Whoever asked for the end before parked was set did not wake us; so look after setting it.
	if c.ending() && !c.waiting() {
		c.parked.Store(false)
		return 0, io.EOF
	}
	n, err := c.raw.Read(p[:min(len(p), overread)])
	c.parked.Store(false)
	return c.keep(n, err)
}

// takeMore reads more of a request that has begun.
func (c *Conn) takeMore(p []byte) (int, error) {
	switch c.m.state {
	case stFixed:
		if int64(len(p)) > c.m.rest {
			p = p[:c.m.rest]
		}
	case stData:
	default:
		p = p[:min(len(p), overread)]
	}
	return c.keep(c.raw.Read(p))
}

// keep holds back an error that came with bytes.
func (c *Conn) keep(n int, err error) (int, error) {
	if n > 0 && err != nil {
		c.behind = err
		return n, nil
	}
	return n, err
}

// ending tells whether the connection is to end as soon as no request is there.
func (c *Conn) ending() bool { return c.closing.Load() || c.l.closing.Load() }

// failed turns an error of the wire into what the server gets; nil means to read again.
func (c *Conn) failed(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		early := now() < c.armed
		c.armed = 0
		if early {
			return nil // woken to look whether it is to end
		}
		switch {
		case !c.m.begun():
			return io.EOF
		case c.m.inBody():
			return c.answer(BodyTimeout)
		}
		return c.answer(HeadTimeout)
	}
	if !c.m.begun() {
		return io.EOF
	}
	c.l.count(Cut)
	c.end = io.ErrUnexpectedEOF
	return c.end
}

// due is the time by which more bytes must have come, and how much earlier the deadline may be set.
func (c *Conn) due() (at, slack time.Duration) {
	lim := &c.l.lim
	switch {
	case c.m.inBody():
		at = min(now()+lim.BodyIdle, c.clock+lim.BodyTotal, c.clock+c.afford())
		return at, lim.BodyIdle / 16
	case c.m.begun():
		return c.clock + lim.HeadTime, 0
	case c.served == 0:
		return c.clock + lim.HeadTime, 0
	}
	return c.clock + lim.IdleTime, lim.IdleTime / 16
}

// afford is the time that the bytes of the body so far last at the least rate.
func (c *Conn) afford() time.Duration {
	lim := &c.l.lim
	got := c.m.body - c.m.rest
	if got/int64(lim.BodyMinRate) > int64(lim.BodyTotal/time.Second) {
		return lim.BodyTotal // and no overflow
	}
	return max(lim.BodyGrace, time.Duration(got)*time.Second/time.Duration(lim.BodyMinRate))
}

// arm sets the read deadline for the phase, unless the one that stands is near enough: setting it costs as much as
// all of the machine's work on a small request.
func (c *Conn) arm() {
	at, slack := c.due()
	if c.armed == 0 || c.armed > at || c.armed < at-slack {
		c.setRead(at)
	}
}

func (c *Conn) setRead(at time.Duration) {
	c.armed = at
	_ = c.sock.SetReadDeadline(epoch.Add(at)) // fails only on a closed socket, which the next read tells
}

// Last tells whether the current request is the connection's last: the limit of requests is reached, or a drain has
// begun. The answer should then say "Connection: close".
func (c *Conn) Last() bool {
	limit := c.l.lim.RequestsPerConn
	return limit > 0 && c.served >= limit || c.l.draining.Load() || c.ending()
}

// Listener returns the listener that accepted c.
func (c *Conn) Listener() *Listener { return c.l }

// NetConn returns the socket beneath the guard, and beneath TLS.
func (c *Conn) NetConn() net.Conn { return c.sock }

// LocalAddr returns the local address.
func (c *Conn) LocalAddr() net.Addr { return c.raw.LocalAddr() }

// RemoteAddr returns the client's address.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

// SetDeadline does nothing: the guard owns the deadlines, by the phase of the request.
func (c *Conn) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing: the guard owns the deadlines, by the phase of the request.
func (c *Conn) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing: the guard owns the deadlines, by the progress of writes.
func (c *Conn) SetWriteDeadline(time.Time) error { return nil }
