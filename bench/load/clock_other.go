//go:build !linux

package load

import "time"

// cpuTime can't be told here.
func cpuTime(int) (time.Duration, bool) { return 0, false }
