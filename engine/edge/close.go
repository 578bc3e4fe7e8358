package edge

import (
	"io"
	"net"
	"sync"
	"time"
)

// Close closes the connection. When it is called while another goroutine waits in Read for a request, as servers
// do with idle connections at shutdown, Read ends the connection instead, unless the first byte of a request has
// arrived: then that request is served first, and the goroutine that serves it must Close again.
//
// What the client may not have read yet is not thrown away by a reset: while unread bytes are there, Close stops
// writing, and waits up to 2 seconds for the client's end.
func (c *Conn) Close() error {
	if c.parked.Load() {
		c.closing.Store(true)
		c.wake()
		return nil
	}
	if c.closed.Swap(true) {
		return nil
	}
	if c.refuse != None || c.stashed() > 0 || c.waiting() {
		c.linger()
	}
	err := c.raw.Close()
	c.l.remove(c)
	return err
}

// wake makes a blocked read look around. A read that has other business goes on.
func (c *Conn) wake() { _ = c.sock.SetReadDeadline(past) }

// abort closes the socket, whatever is going on.
func (c *Conn) abort() { _ = c.sock.Close() }

const (
	lingerTime  = 2 * time.Second
	lingerIdle  = 500 * time.Millisecond
	lingerBytes = 64 << 20
)

var lingerBuffers = sync.Pool{New: func() any { return new([16 << 10]byte) }}

// linger sends the client the end and reads off what it still sends. A socket closed with unread bytes is reset, and
// a reset takes from the client the answer it has not read yet.
func (c *Conn) linger() {
	w, ok := c.sock.(interface{ CloseWrite() error })
	if !ok {
		return
	}
	if c.tls != nil {
		_ = c.tls.CloseWrite() // without a handshake there is nobody to tell
	}
	if w.CloseWrite() != nil {
		return
	}
	buf := lingerBuffers.Get().(*[16 << 10]byte)
	defer lingerBuffers.Put(buf)
	drain(c.sock, buf[:])
}

func drain(s net.Conn, buf []byte) {
	end := time.Now().Add(lingerTime)
	for total := 0; total < lingerBytes; {
		at := time.Now().Add(lingerIdle)
		if at.After(end) {
			at = end
		}
		if s.SetReadDeadline(at) != nil {
			return
		}
		n, err := s.Read(buf)
		if err != nil {
			return
		}
		total += n
	}
}

var _ io.ReadWriteCloser = (*Conn)(nil)
