package load

import (
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime is the processor time of a living process to the nanosecond, as clock_getcpuclockid(3) has it: the clock's number is
// made of the process's. /proc tells it in units of clockTick, a tenth of what a process uses that is busy for a tenth of a second.
func cpuTime(pid int) (time.Duration, bool) {
	const scheduler = 2 // CPUCLOCK_SCHED of include/linux/posix-timers.h: what the scheduler counts
	var t unix.Timespec
	if unix.ClockGettime(int32(^pid<<3|scheduler), &t) != nil {
		return 0, false
	}
	return time.Duration(t.Nano()), true
}
