// Package cache keeps values that can be had again, such as answers of other servers. It needs capability cache.
//
// Values are kept apart by plugin and tenant. The grant bounds their room; when it is full, those that were used longest
// ago go. One tenant keeps at most half of the room, one value takes at most an eighth. Keys have at most abi.MaxKey
// bytes, values abi.MaxCached. What must not be lost belongs into package kv.
package cache

import (
	"time"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/internal/host"
)

// Get appends the value of key to dst; ok is false if there is none.
func Get(key string, dst []byte) (value []byte, ok bool) {
	for {
		room := dst[len(dst):cap(dst)]
		n := int(host.CacheGet(key, room))
		if n < 0 {
			return dst, false
		}
		if n <= len(room) {
			return dst[:len(dst)+n], true
		}
		dst = append(dst, make([]byte, n)...)[:len(dst)]
	}
}

// Put keeps a value for ttl, 0: as long as there is room. sdk.ErrTooLarge if it is too long to be kept.
func Put(key string, value []byte, ttl time.Duration) error {
	return sdk.StatusError(host.CachePut(key, value, ttl.Milliseconds()))
}
