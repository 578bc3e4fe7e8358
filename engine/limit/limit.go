// Package limit keeps consumers within their rates: requests, tokens, and requests at once.
//
// A rate is kept by GCRA, the generic cell rate algorithm (ITU-T I.371, virtual scheduling): one number
// per rate, the theoretical arrival time, moved by compare-and-swap. A rate of 100 per second lets 100
// through at once and then one each 10 ms; over any span t no more than count × (1 + t / per) pass, however
// many callers race.
//
// Tokens are reserved before a call and settled once after it. An answer that used more than was reserved
// leaves a debt that later requests wait for; one that used less gives the rest back.
package limit

import (
	"math/bits"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yett-gateway/yett/engine/spec"
)

// Limiter owns the counters of all consumers. They outlive a reload: a consumer is known by its name. It
// is safe for concurrent use.
type Limiter struct {
	elapsed func() time.Duration

	mu       sync.Mutex
	counters map[string]*counters
}

// New returns a limiter that tells time by elapsed, which says how long ago some moment was that stays the same.
func New(elapsed func() time.Duration) *Limiter {
	return &Limiter{elapsed: elapsed, counters: map[string]*counters{}}
}

// counters is one consumer's use.
type counters struct {
	requests, tokens atomic.Int64 // theoretical arrival times, in ns elapsed
	open             atomic.Int64
}

// Bind returns a handle for each consumer, by index; nil for one without limits.
func (l *Limiter) Bind(consumers []*spec.Consumer) []*Handle {
	hs := make([]*Handle, len(consumers))
	for i, c := range consumers {
		hs[i] = l.Handle(c.Name, c.Limit)
	}
	return hs
}

// Handle returns a handle for whoever goes by a name, nil where there is no limit. Handles of one name count together.
func (l *Limiter) Handle(name string, limit spec.Limit) *Handle {
	if limit.Requests.Count == 0 && limit.Tokens.Count == 0 && limit.Concurrent == 0 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	use := l.counters[name]
	if use == nil {
		use = &counters{}
		l.counters[name] = use
	}
	return &Handle{limiter: l, limit: limit, use: use}
}

// Handle is one consumer's limits. It is safe for concurrent use and doesn't allocate.
type Handle struct {
	limiter *Limiter
	limit   spec.Limit
	use     *counters
}

// Refusal is the answer of Admit. OK tells that there was none.
type Refusal struct {
	OK bool
	// Which limit refused: "requests", "tokens", "concurrent", or "tokens_per_request" for a request that
	// asks for more than the limit could ever give.
	Which string
	// RetryAfter is when the same request could pass if nobody else asks; 0 if that can't be said.
	RetryAfter time.Duration
}

// Reservation is what a request took. The zero value holds nothing. It belongs to one request.
type Reservation struct {
	h      *Handle
	tokens int64
}

// Admit takes one request, input and output tokens, and a place among the requests at once: all or
// nothing. input is what the prompt counts, output the most the answer may take; output is cut to what the
// limit could ever give, since most answers stay far below it.
func (h *Handle) Admit(r *Reservation, input, output int64) Refusal {
	now := int64(h.limiter.elapsed())
	if most := int64(h.limit.Concurrent); most > 0 && h.use.open.Add(1) > most {
		h.use.open.Add(-1)
		return Refusal{Which: "concurrent"}
	}
	if wait, ok := take(&h.use.requests, h.limit.Requests, 1, now); !ok {
		h.leave()
		return Refusal{Which: "requests", RetryAfter: wait}
	}
	tokens := int64(0)
	if most := h.limit.Tokens.Count; most > 0 {
		if input > most {
			give(&h.use.requests, h.limit.Requests, 1)
			h.leave()
			return Refusal{Which: "tokens_per_request"}
		}
		tokens = input + min(max(output, 0), most-input)
		if wait, ok := take(&h.use.tokens, h.limit.Tokens, tokens, now); !ok {
			give(&h.use.requests, h.limit.Requests, 1)
			h.leave()
			return Refusal{Which: "tokens", RetryAfter: wait}
		}
	}
	*r = Reservation{h: h, tokens: tokens}
	return Refusal{OK: true}
}

func (h *Handle) leave() {
	if h.limit.Concurrent > 0 {
		h.use.open.Add(-1)
	}
}

// Settle ends a reservation: tokens is what was really used. A second call does nothing.
func (r *Reservation) Settle(tokens int64) {
	h := r.h
	if h == nil {
		return
	}
	r.h = nil
	h.leave()
	if h.limit.Tokens.Count == 0 {
		return
	}
	if d := tokens - r.tokens; d > 0 {
		charge(&h.use.tokens, h.limit.Tokens, d, int64(h.limiter.elapsed()))
	} else {
		give(&h.use.tokens, h.limit.Tokens, -d)
	}
}

// Cancel ends a reservation of which no token was used. The request stays counted.
func (r *Reservation) Cancel() { r.Settle(0) }

// State is where a consumer stands. A limit of 0 is none.
type State struct {
	RequestsLimit, RequestsRemaining int64
	RequestsReset                    time.Duration // until all of it is there again
	TokensLimit, TokensRemaining     int64
	TokensReset                      time.Duration
}

// State returns where the consumer stands now.
func (h *Handle) State() State {
	now := int64(h.limiter.elapsed())
	var s State
	s.RequestsLimit = h.limit.Requests.Count
	s.RequestsRemaining, s.RequestsReset = left(&h.use.requests, h.limit.Requests, now)
	s.TokensLimit = h.limit.Tokens.Count
	s.TokensRemaining, s.TokensReset = left(&h.use.tokens, h.limit.Tokens, now)
	return s
}

// cost is how far n moves the arrival time: n × per / count, in 128 bits so that nothing overflows.
func cost(r spec.Rate, n int64) int64 {
	hi, lo := bits.Mul64(uint64(n), uint64(r.Per))
	if hi >= uint64(r.Count) {
		return 1 << 62
	}
	q, rem := bits.Div64(hi, lo, uint64(r.Count))
	if rem > 0 {
		q++ // rounded up: rounding never lets more through
	}
	return int64(min(q, 1<<62))
}

// take moves the arrival time if that leaves it within one period from now.
func take(tat *atomic.Int64, r spec.Rate, n, now int64) (wait time.Duration, ok bool) {
	if r.Count == 0 {
		return 0, true
	}
	c := cost(r, n)
	for {
		old := tat.Load()
		next := max(old, now) + c
		if over := next - now - int64(r.Per); over > 0 && next-now > rounded(r, n) {
			return time.Duration(over), false
		}
		if tat.CompareAndSwap(old, next) {
			return 0, true
		}
	}
}

// rounded is the period, or what a whole bucket costs once rounding is in it, whichever is more: a request
// for exactly the limit passes a full bucket.
func rounded(r spec.Rate, n int64) int64 {
	if n == r.Count {
		return max(int64(r.Per), cost(r, n))
	}
	return int64(r.Per)
}

// charge moves the arrival time whatever it is: a debt.
func charge(tat *atomic.Int64, r spec.Rate, n, now int64) {
	c := cost(r, n)
	for {
		old := tat.Load()
		if tat.CompareAndSwap(old, max(old, now)+c) {
			return
		}
	}
}

// give takes a move back. Rounded up as it was taken, so that taking and giving cancel out.
func give(tat *atomic.Int64, r spec.Rate, n int64) {
	if r.Count > 0 && n > 0 {
		tat.Add(-cost(r, n))
	}
}

func left(tat *atomic.Int64, r spec.Rate, now int64) (remaining int64, reset time.Duration) {
	if r.Count == 0 {
		return 0, 0
	}
	used := max(tat.Load()-now, 0)
	free := max(int64(r.Per)-used, 0)
	hi, lo := bits.Mul64(uint64(free), uint64(r.Count))
	q, _ := bits.Div64(hi, lo, uint64(r.Per))
	return int64(q), time.Duration(used)
}
