package upstream

import (
	"math"
	"time"
)

// epoch is the zero of the package's own clock: nanoseconds, monotonic, one word, cheap to compare.
var epoch = time.Now()

// never is the instant of a limit that isn't set.
const never int64 = math.MaxInt64

func mono() int64 { return int64(time.Since(epoch)) }

// instant turns the package's clock into what sockets take; never is their zero time.
func instant(at int64) time.Time {
	if at == never {
		return time.Time{}
	}
	return epoch.Add(time.Duration(at))
}

// after gives the instant d after start, never if d is no limit.
func after(start int64, d time.Duration) int64 {
	if d <= 0 || int64(d) > never-start {
		return never
	}
	return start + int64(d)
}

// past is any instant long ago: a deadline that ends a blocked call at once.
var past = time.Unix(1, 0)
