//go:build unix

package edge

import "golang.org/x/sys/unix"

// canPeek tells whether a socket can be looked at without taking its bytes.
const canPeek = true

// alertRecord is the first byte of a TLS alert in the clear.
const alertRecord = 0x15

// peek looks at a socket without waiting and without taking a byte.
func peek(fd int, overTLS bool) sight {
	var b [1]byte
	n, err := peekByte(fd, b[:])
	switch {
	case err == unix.EAGAIN:
		return quiet
	case err != nil, n == 0:
		return peerGone
	case overTLS && b[0] == alertRecord:
		return peerGone
	}
	return behindBytes(fd)
}

// hasBytes tells whether a byte can be read.
func hasBytes(fd int) bool {
	var b [1]byte
	n, err := peekByte(fd, b[:])
	return err == nil && n > 0
}

func peekByte(fd int, b []byte) (n int, err error) {
	for {
		n, _, err = unix.Recvfrom(fd, b, unix.MSG_PEEK|unix.MSG_DONTWAIT)
		if err != unix.EINTR {
			return n, err
		}
	}
}
