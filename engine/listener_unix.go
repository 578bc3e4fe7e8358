//go:build unix

package engine

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// reusePort lets a listener be opened anew with other settings while the old one still drains.
func reusePort(_, _ string, c syscall.RawConn) error {
	var err error
	if e := c.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1) }); e != nil {
		return e
	}
	return err
}
