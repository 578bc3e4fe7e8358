package host

import (
	"sync"
	"sync/atomic"
	"time"
)

// A breaker opens after trapLimit failures within trapWindow, for backoffFirst, and for twice as long each time that the
// one call it then lets through fails too, up to backoffMost.
const (
	trapLimit    = 5
	trapWindow   = 10 * time.Second
	backoffFirst = time.Second
	backoffMost  = time.Minute
)

// breaker keeps a plugin that fails again and again from costing more. It is safe for concurrent use.
type breaker struct {
	now func() time.Time

	until   atomic.Int64 // unix nanoseconds; 0: closed, the usual case, which costs one load
	probing atomic.Bool  // a call tries whether the plugin works again

	mu      sync.Mutex
	traps   [trapLimit]int64 // times of the last failures, as a ring
	next    int
	backoff time.Duration
}

// allow tells whether a call may go on. A call that was allowed must end with ok or trap.
func (b *breaker) allow() bool {
	until := b.until.Load()
	if until == 0 {
		return true
	}
	return b.now().UnixNano() >= until && b.probing.CompareAndSwap(false, true)
}

// ok ends a call that didn't trap.
func (b *breaker) ok() {
	if b.until.Load() == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.probing.CompareAndSwap(true, false) {
		b.until.Store(0)
		b.backoff = 0
		b.traps = [trapLimit]int64{}
	}
}

// skipped ends a call that never reached the plugin.
func (b *breaker) skipped() {
	if b.until.Load() != 0 {
		b.probing.Store(false)
	}
}

// trap ends a call that trapped. It tells whether the breaker has opened by it.
func (b *breaker) trap() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if b.until.Load() != 0 {
		if b.probing.CompareAndSwap(true, false) {
			b.open(now)
			return true
		}
		return false // began before the breaker opened
	}
	b.traps[b.next] = now.UnixNano()
	b.next = (b.next + 1) % trapLimit
	first := b.traps[b.next] // of the last trapLimit
	if first == 0 || now.UnixNano()-first > int64(trapWindow) {
		return false
	}
	b.open(now)
	return true
}

func (b *breaker) open(now time.Time) {
	b.backoff = min(max(2*b.backoff, backoffFirst), backoffMost)
	b.until.Store(now.Add(b.backoff).UnixNano())
}
