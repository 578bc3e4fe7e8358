package edge

import "golang.org/x/sys/unix"

// behindBytes tells whether a FIN stands behind bytes that nobody has read. The runtime's poller is edge-triggered:
// a FIN that comes later wakes the watcher again.
func behindBytes(fd int) sight {
	p := [1]unix.PollFd{{Fd: int32(fd), Events: unix.POLLRDHUP}}
	for {
		_, err := unix.Poll(p[:], 0)
		if err == unix.EINTR {
			continue
		}
		if err == nil && p[0].Revents&(unix.POLLRDHUP|unix.POLLHUP|unix.POLLERR) != 0 {
			return peerGone
		}
		return pending
	}
}
