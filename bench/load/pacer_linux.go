package load

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// pacer waits for points in time. Go's own timers are up to a millisecond late in an idle process, which
// would count as the server's; a sleep in the kernel on a thread of its own is some 10 µs late.
type pacer struct{}

func newPacer() pacer {
	runtime.LockOSThread()
	// 1 ns instead of the default slack of 50 µs. If it can't be had, the sleeps are that much later.
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0)
	return pacer{}
}

func (pacer) until(t time.Time) {
	for d := time.Until(t); d > 0; d = time.Until(t) {
		ts := unix.NsecToTimespec(int64(min(d, 50*time.Millisecond)))
		_ = unix.Nanosleep(&ts, nil) // an interrupted sleep is gone on with
	}
}

func (pacer) close() { runtime.UnlockOSThread() }
