// Package socket reads and writes TCP connections without telling the scheduler of each system call.
//
// Go's runtime treats a system call as one that may block: another thread takes the processor over when it lasts
// for more than some 20 µs, and a watching thread wakes that often to see to it. A call on a socket in
// non-blocking mode never blocks; on busy cores it only looks as if it did, whenever the system has something else run
// in the middle of one. So a proxy, which does little else, pays for hand-overs that bring nothing.
// RATIONALE.md has the figures.
//
// Reads and writes wait in the runtime's poller and obey deadlines as ever. Where the system or the build (the race
// detector's) isn't made for it, a Conn's calls are those of the net package.
package socket

import (
	"net"
	"syscall"
)

// Conn is a TCP connection, as safe for concurrent use as a net.TCPConn. Quiet is for one goroutine at a time.
type Conn struct {
	*net.TCPConn
	rc syscall.RawConn
	calls
}

// New wraps c if it is a TCP connection, and returns it as it is if not.
func New(c net.Conn) net.Conn {
	t, ok := c.(*net.TCPConn)
	if !ok {
		return c
	}
	rc, err := t.SyscallConn()
	if err != nil {
		return c
	}
	s := &Conn{TCPConn: t, rc: rc}
	s.prepare()
	return s
}
