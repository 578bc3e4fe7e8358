package load

import (
	"math/bits"
	"time"
)

// Histogram counts durations in buckets that grow with their value: 128 to each power of two, so that a
// quantile is off by at most 0.4 % (half a bucket), at any scale from a nanosecond up. The zero Histogram
// is empty and ready. It is not safe for concurrent use: have one for each goroutine and merge them.
//
// Numeric examples: 200 ns is counted exactly; 1,000,003 ns is in bucket 1,780 (12 × 128 + 244, shift 12),
// which spans 999,424 to 1,003,519 ns.
type Histogram struct {
	counts []int64 // made at the first value
	n      int64
	sum    time.Duration
	max    time.Duration
	min    time.Duration
}

const (
	subBits = 7
	buckets = (64 - subBits + 1) << subBits
)

// bucket returns the index of a value's bucket.
func bucket(v uint64) int {
	shift := max(0, bits.Len64(v)-subBits-1)
	return shift<<subBits + int(v>>shift)
}

// middle returns the value in the middle of a bucket.
func middle(i int) uint64 {
	shift := max(0, i>>subBits-1)
	low := uint64(i-shift<<subBits) << shift
	return low + uint64(1)<<shift/2
}

// Record counts d. Negative durations count as 0.
func (h *Histogram) Record(d time.Duration) {
	d = max(d, 0)
	if h.counts == nil {
		h.counts = make([]int64, buckets)
	}
	h.counts[bucket(uint64(d))]++
	if h.n == 0 || d < h.min {
		h.min = d
	}
	h.n++
	h.sum += d
	h.max = max(h.max, d)
}

// Merge adds what o has counted. o stays as it is.
func (h *Histogram) Merge(o *Histogram) {
	if o.n == 0 {
		return
	}
	if h.counts == nil {
		h.counts = make([]int64, buckets)
	}
	for i, c := range o.counts {
		h.counts[i] += c
	}
	if h.n == 0 || o.min < h.min {
		h.min = o.min
	}
	h.n += o.n
	h.sum += o.sum
	h.max = max(h.max, o.max)
}

// Reset empties h and keeps its memory.
func (h *Histogram) Reset() {
	if h.n == 0 {
		return
	}
	clear(h.counts)
	*h = Histogram{counts: h.counts}
}

// Count is the number of values.
func (h *Histogram) Count() int64 { return h.n }

// Max is the largest value, exactly; 0 if there is none.
func (h *Histogram) Max() time.Duration { return h.max }

// Min is the smallest value, exactly; 0 if there is none.
func (h *Histogram) Min() time.Duration { return h.min }

// Mean is the values' mean, exactly; 0 if there is none.
func (h *Histogram) Mean() time.Duration {
	if h.n == 0 {
		return 0
	}
	return h.sum / time.Duration(h.n)
}

// Quantile returns the value that a share q of all values doesn't exceed: 0.5 is the median, 1 the
// maximum. It is 0 if there are no values.
func (h *Histogram) Quantile(q float64) time.Duration {
	if h.n == 0 {
		return 0
	}
	rank := int64(q*float64(h.n) + 0.999999) // the rank-th value, counted from 1
	if rank >= h.n {
		return h.max
	}
	rank = max(rank, 1)
	seen := int64(0)
	for i, c := range h.counts {
		if seen += c; seen >= rank {
			return max(h.min, min(h.max, time.Duration(middle(i))))
		}
	}
	return h.max
}
