// Package kv keeps small values across requests. It needs capability kv with the namespaces that are used.
//
// Values are kept apart by plugin, namespace and tenant: a plugin never sees what it stored for another tenant. The
// store is bounded; what doesn't fit is refused with sdk.ErrTooLarge. Keys have at most abi.MaxKey bytes, values
// abi.MaxValue.
package kv

import (
	"time"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/internal/host"
)

// Space is a namespace, by its name.
type Space string

// Get appends the value of key to dst; ok is false if there is none.
func (s Space) Get(key string, dst []byte) (value []byte, ok bool) {
	for {
		room := dst[len(dst):cap(dst)]
		n := int(host.KVGet(string(s), key, room))
		if n < 0 {
			return dst, false
		}
		if n <= len(room) {
			return dst[:len(dst)+n], true
		}
		dst = append(dst, make([]byte, n)...)[:len(dst)]
	}
}

// Put stores a value for ttl, 0: as long as there is room.
func (s Space) Put(key string, value []byte, ttl time.Duration) error {
	return sdk.StatusError(host.KVPut(string(s), key, value, ttl.Milliseconds()))
}

// CompareAndSet stores a value if the present one is old, nil standing for none. sdk.ErrMismatch if it isn't.
func (s Space) CompareAndSet(key string, old, value []byte, ttl time.Duration) error {
	return sdk.StatusError(host.KVCas(string(s), key, old, value, ttl.Milliseconds()))
}

// Incr adds to a number, which begins at 0 and then lasts for ttl, and returns the sum. ok is false if the value
// isn't a number or there is no room.
func (s Space) Incr(key string, by int64, ttl time.Duration) (sum int64, ok bool) {
	sum = host.KVIncr(string(s), key, by, ttl.Milliseconds())
	return sum, sum != abi.NumAbsent
}

// Delete forgets a value.
func (s Space) Delete(key string) { host.KVDelete(string(s), key) }
