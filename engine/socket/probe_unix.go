//go:build unix && !(linux && (amd64 || arm64) && !race)

package socket

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// probe polls a socket: no buffer, no allocation.
type probe struct {
	look  func(fd uintptr) // made once; a closure each time would be an allocation each time
	fds   [1]unix.PollFd
	still bool
}

func (p *probe) prepare() { p.look = p.poll }

func (p *probe) poll(fd uintptr) {
	p.fds[0] = unix.PollFd{Fd: int32(fd), Events: unix.POLLIN}
	n, err := unix.Poll(p.fds[:], 0)
	for err == unix.EINTR {
		n, err = unix.Poll(p.fds[:], 0)
	}
	p.still = err == nil && n == 0
}

func (p *probe) quiet(rc syscall.RawConn) bool {
	p.still = false
	return rc.Control(p.look) == nil && p.still
}
