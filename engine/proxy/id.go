package proxy

import (
	"math/rand/v2"
	"time"
)

// idLength is the length of a ULID: 10 characters of time, 16 of randomness.
const idLength = 26

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// newID writes a ULID (github.com/ulid/spec): 48 bits of milliseconds, 80 random bits, in Crockford's
// base 32. The randomness tells requests apart; it guards nothing.
func newID(dst *[idLength]byte, now time.Time) {
	ms := uint64(now.UnixMilli())
	for i := 9; i >= 0; i-- {
		dst[i] = crockford[ms&31]
		ms >>= 5
	}
	for i, v := 10, rand.Uint64(); i < 18; i, v = i+1, v>>5 {
		dst[i] = crockford[v&31]
	}
	for i, v := 18, rand.Uint64(); i < 26; i, v = i+1, v>>5 {
		dst[i] = crockford[v&31]
	}
}
