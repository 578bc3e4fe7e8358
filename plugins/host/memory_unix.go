//go:build linux || darwin || freebsd

package host

import "golang.org/x/sys/unix"

// reserve maps n bytes that read as zero and take no room until they are touched; nil if there is no room.
func reserve(n int) []byte {
	if n == 0 {
		return []byte{}
	}
	b, err := unix.Mmap(-1, 0, n, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return nil
	}
	return b
}

// release gives back what reserve returned.
func release(b []byte) {
	if len(b) > 0 {
		_ = unix.Munmap(b) // fails only for what wasn't mapped
	}
}
