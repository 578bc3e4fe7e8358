//go:build unix

package upstream

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// probe looks at an idle socket without reading from it and without blocking. It polls rather than peeks: no
// buffer, no allocation, and armed deadlines that have passed don't matter to it.
type probe struct {
	rc    syscall.RawConn
	look  func(fd uintptr) // made once; a closure each time would be an allocation each time
	fds   [1]unix.PollFd
	quiet bool
}

// watch prepares p for nc. A connection that is no socket is never found disturbed.
func (p *probe) watch(nc net.Conn) {
	s, ok := nc.(syscall.Conn)
	if !ok {
		return
	}
	rc, err := s.SyscallConn()
	if err != nil {
		return
	}
	p.rc, p.look = rc, p.poll
}

func (p *probe) poll(fd uintptr) {
	p.fds[0] = unix.PollFd{Fd: int32(fd), Events: unix.POLLIN}
	n, err := unix.Poll(p.fds[:], 0)
	for err == unix.EINTR {
		n, err = unix.Poll(p.fds[:], 0)
	}
	p.quiet = err == nil && n == 0
}

// undisturbed tells that the peer has sent nothing, not even its goodbye. An idle connection must be so.
func (p *probe) undisturbed() bool {
	if p.rc == nil {
		return true
	}
	p.quiet = false
	return p.rc.Control(p.look) == nil && p.quiet
}
