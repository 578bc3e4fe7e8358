//go:build linux && (amd64 || arm64) && !race

package socket

import (
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// most is the most bytes that one quick call moves: a call that copies more takes long enough to be told of.
const most = 64 << 10

// calls are the arguments and results of the call under way in each direction. They lie here, and the functions that the
// poller calls are made once, so that a call allocates nothing. A second call in the same direction is the net package's.
type calls struct {
	in, out transfer
	peeked  [1]byte
	quiet   bool
	look    func(fd uintptr)
}

type transfer struct {
	busy atomic.Bool
	p    []byte
	n    int
	err  syscall.Errno
	step func(fd uintptr) (done bool)
}

func (c *Conn) prepare() {
	c.in.step, c.out.step, c.look = c.in.receive, c.out.send, c.peek
}

// Read is Read of net.Conn.
func (c *Conn) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	t := &c.in
	if !t.busy.CompareAndSwap(false, true) {
		return c.TCPConn.Read(p)
	}
	n, errno, err := t.run(c.rc.Read, p[:min(len(p), most)])
	switch {
	case err != nil:
		return 0, err
	case errno != 0:
		return 0, c.failure("read", "recvfrom", errno)
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}

// Write is Write of net.Conn.
func (c *Conn) Write(p []byte) (int, error) {
	t := &c.out
	if len(p) > most || !t.busy.CompareAndSwap(false, true) {
		return c.TCPConn.Write(p)
	}
	n, errno, err := t.run(c.rc.Write, p)
	if err == nil && errno != 0 {
		err = c.failure("write", "sendto", errno)
	}
	return n, err
}

// run makes the calls of t, which the caller has made busy, and frees it.
func (t *transfer) run(poll func(func(fd uintptr) bool) error, p []byte) (n int, errno syscall.Errno, err error) {
	t.p, t.n, t.err = p, 0, 0
	err = poll(t.step)
	n, errno, t.p = t.n, t.err, nil
	t.busy.Store(false)
	return n, errno, err
}

// Quiet tells, without waiting and without taking a byte, that nothing has come which wasn't read: no byte, no end, no
// error. Deadlines don't matter to it.
func (c *Conn) Quiet() bool {
	c.quiet = false
	return c.rc.Control(c.look) == nil && c.quiet
}

func (t *transfer) receive(fd uintptr) bool {
	n, err := receive(fd, t.p, syscall.MSG_DONTWAIT)
	if err == syscall.EAGAIN {
		return false
	}
	t.n, t.err = n, err
	return true
}

func (c *Conn) peek(fd uintptr) {
	_, err := receive(fd, c.peeked[:], syscall.MSG_DONTWAIT|syscall.MSG_PEEK)
	c.quiet = err == syscall.EAGAIN
}

// receive fills p, which isn't empty, by one recvfrom.
func receive(fd uintptr, p []byte, flags uintptr) (int, syscall.Errno) {
	for {
		n, _, err := syscall.RawSyscall6(syscall.SYS_RECVFROM, fd, uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), flags, 0, 0)
		switch err {
		case 0:
			return int(n), 0
		case syscall.EINTR:
		default:
			return 0, err
		}
	}
}

func (t *transfer) send(fd uintptr) bool {
	const flags = syscall.MSG_DONTWAIT | syscall.MSG_NOSIGNAL
	for t.n < len(t.p) {
		rest := t.p[t.n:]
		n, _, err := syscall.RawSyscall6(syscall.SYS_SENDTO, fd, uintptr(unsafe.Pointer(unsafe.SliceData(rest))), uintptr(len(rest)), flags, 0, 0)
		switch err {
		case 0:
			t.n += int(n)
		case syscall.EINTR:
		case syscall.EAGAIN:
			return false
		default:
			t.err = err
			return true
		}
	}
	return true
}

func (c *Conn) failure(op, call string, err syscall.Errno) error {
	return &net.OpError{Op: op, Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: os.NewSyscallError(call, err)}
}
