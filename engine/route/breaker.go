package route

import "sync/atomic"

// A breaker opens after openAfter failures in a row, for openFor nanoseconds, and then lets one request
// through to see. The time is fixed: one that grew would keep a target out long after it has recovered.
const (
	openAfter = 3
	openFor   = 10_000_000_000
)

// Breaker keeps requests away from a target that fails. Its zero value is closed. It is safe for
// concurrent use.
type Breaker struct {
	failures atomic.Int32
	until    atomic.Int64 // when a probe may pass; 0: closed
}

// Closed tells that nothing keeps requests away, so that Allow needn't be asked.
func (b *Breaker) Closed() bool { return b.until.Load() == 0 }

// Allow tells whether to ask the target now. Of an open breaker whose time is over, one caller at a time
// gets through. now is in nanoseconds of any steady clock.
func (b *Breaker) Allow(now int64) bool {
	until := b.until.Load()
	if until == 0 {
		return true
	}
	// The probe keeps others away for as long again, lest it never comes back.
	return now >= until && b.until.CompareAndSwap(until, now+openFor)
}

// Success closes the breaker.
func (b *Breaker) Success() {
	if b.failures.Load() != 0 {
		b.failures.Store(0)
	}
	if b.until.Load() != 0 {
		b.until.Store(0)
	}
}

// Failure counts a failure and opens the breaker when it is one too many.
func (b *Breaker) Failure(now int64) {
	if b.failures.Add(1) >= openAfter {
		b.until.Store(now + openFor)
	}
}
