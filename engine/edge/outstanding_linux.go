package edge

import "golang.org/x/sys/unix"

// outstanding is the number of bytes in a socket's send queue, -1 when the kernel doesn't tell.
func outstanding(fd int) int {
	n, err := unix.IoctlGetInt(fd, unix.SIOCOUTQ)
	if err != nil {
		return -1
	}
	return n
}
