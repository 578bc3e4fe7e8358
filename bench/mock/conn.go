package mock

import (
	"errors"
	"net"
	"os"
	"time"
)

// conn is one client connection. All of it belongs to the goroutine that runs serve.
type conn struct {
	s  *Server
	nc net.Conn

	buf         []byte // buf[r:w] was received and isn't consumed
	r, w        int
	req         request
	body        []byte // a chunked body, joined
	doc         document
	out, events []byte

	drip int   // bytes a second of the answer, 0: as fast as it goes
	err  error // why writing failed, or errGone: nothing more can be sent
}

// errGone is the client leaving while the mock waits.
var errGone = errors.New("the client left")

const (
	firstBuffer  = 8 << 10
	keptBuffer   = 1 << 20  // larger ones are dropped after the request
	waitingBytes = 64 << 10 // what a client may send ahead while it waits
)

func newConn(s *Server, nc net.Conn) *conn {
	return &conn{s: s, nc: nc, buf: make([]byte, firstBuffer)}
}

// serve answers requests until one side ends the connection.
func (c *conn) serve() {
	defer c.s.gone(c)
	defer func() { _ = c.nc.Close() }()
	for {
		if err := c.readRequest(); err != nil {
			c.refuse(err)
			return
		}
		c.s.requests.Add(1)
		c.s.seen.add(&c.req)
		c.s.live.Add(1)
		keep := c.respond()
		c.s.live.Add(-1)
		if c.err != nil {
			c.s.cancelled.Add(1)
			return
		}
		if !keep {
			return
		}
		c.consume()
	}
}

// refuse answers a request whose framing is broken, if there was one.
func (c *conn) refuse(err error) {
	var bad *framingError
	if !errors.As(err, &bad) {
		return
	}
	c.s.malformed.Add(1)
	c.out = append(c.out[:0], "HTTP/1.1 "...)
	c.out = appendStatus(c.out, bad.status)
	c.out = append(c.out, "\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: "...)
	c.out = appendInt(c.out, len(bad.why)+1)
	c.out = append(c.out, "\r\n\r\n"...)
	c.out = append(append(c.out, bad.why...), '\n')
	c.send(c.out)
	c.linger()
}

// linger reads on for a moment, so that the answer isn't lost to a reset over unread bytes.
func (c *conn) linger() {
	if tcp, ok := c.nc.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
	_ = c.nc.SetReadDeadline(time.Now().Add(500 * time.Millisecond))
	for total := 0; total < keptBuffer; {
		n, err := c.nc.Read(c.buf)
		if err != nil {
			return
		}
		total += n
	}
}

// send writes b, at the drip rate if there is one. After a failure it does nothing.
func (c *conn) send(b []byte) {
	if c.drip > 0 {
		c.sendSlowly(b)
		return
	}
	c.write(b)
}

// write has no deadline: a client that doesn't read is what tests want to look at, and Close ends it.
func (c *conn) write(b []byte) {
	if c.err == nil && len(b) > 0 {
		_, c.err = c.nc.Write(b)
	}
}

// sendSlowly writes c.drip bytes a second in at most 20 steps a second.
func (c *conn) sendSlowly(b []byte) {
	step := max(1, c.drip/20)
	for len(b) > 0 && c.err == nil {
		n := min(step, len(b))
		c.write(b[:n])
		b = b[n:]
		c.wait(time.Duration(n) * time.Second / time.Duration(c.drip))
	}
}

// wait pauses for d and notices when the client leaves meanwhile: it waits by reading. What a client
// sends ahead is kept for the next request.
func (c *conn) wait(d time.Duration) {
	if d <= 0 || c.err != nil {
		return
	}
	until := time.Now().Add(d)
	if err := c.nc.SetReadDeadline(until); err != nil {
		c.err = errGone
		return
	}
	for c.err == nil && c.w-c.r < waitingBytes {
		if err := c.fill(); err != nil {
			if !errors.Is(err, os.ErrDeadlineExceeded) {
				c.err = errGone
			}
			break
		}
	}
	_ = c.nc.SetReadDeadline(time.Time{})
	if c.err == nil && c.w-c.r >= waitingBytes {
		time.Sleep(time.Until(until)) // a client that sends that much ahead is not watched
	}
}

// waitForever waits until the client or the server is gone.
func (c *conn) waitForever() {
	for c.err == nil {
		c.wait(time.Hour)
	}
}

// fill reads once, behind what is there.
func (c *conn) fill() error {
	if c.w == len(c.buf) {
		c.grow()
	}
	n, err := c.nc.Read(c.buf[c.w:])
	c.w += n
	if n > 0 {
		return nil
	}
	return err
}

// grow makes room behind what is there: a new buffer, so that the spans of the request being answered stay
// what they are.
func (c *conn) grow() {
	to := make([]byte, max(firstBuffer, 2*(c.w-c.r)))
	c.w = copy(to, c.buf[c.r:c.w])
	c.buf, c.r = to, 0
}

// consume lets go of the request that was answered.
func (c *conn) consume() {
	c.r += c.req.size
	if c.r < c.w {
		return
	}
	c.r, c.w = 0, 0
	if len(c.buf) > keptBuffer {
		c.buf = make([]byte, firstBuffer)
	}
	if cap(c.body) > keptBuffer {
		c.body = nil
	}
	if cap(c.out) > keptBuffer {
		c.out = nil
	}
	if cap(c.doc.nodes) > keptBuffer/16 {
		c.doc = document{}
	}
}

// reset closes the connection with an RST, and is the end of it.
func (c *conn) reset() {
	if tcp, ok := c.nc.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.nc.Close()
}
