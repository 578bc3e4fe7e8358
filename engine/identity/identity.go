// Package identity tells who is calling: keys to consumers.
package identity

import (
	"crypto/sha256"

	"github.com/yett-gateway/yett/engine/spec"
)

// Table finds consumers by key. It is immutable and safe for concurrent use.
//
// Only hashes are kept. The presented key is hashed and the hash looked up whole, so the time a lookup
// takes says nothing about a key that is nearly right.
type Table struct {
	byHash map[[sha256.Size]byte]*Consumer
	open   bool
}

// Consumer is who calls.
type Consumer struct {
	Spec *spec.Consumer
	// Index is the consumer's place in the configuration.
	Index int
}

// New returns the table of these consumers.
func New(consumers []*spec.Consumer) *Table {
	t := &Table{byHash: make(map[[sha256.Size]byte]*Consumer), open: len(consumers) == 0}
	for i, c := range consumers {
		known := &Consumer{Spec: c, Index: i}
		for _, h := range c.KeySHA256 {
			t.byHash[h] = known
		}
	}
	return t
}

// Open tells that no consumer is declared: everybody may call, and is nobody in particular.
func (t *Table) Open() bool { return t.open }

// Identify returns the consumer with that key, or nil. It doesn't allocate.
func (t *Table) Identify(key []byte) *Consumer { return t.byHash[sha256.Sum256(key)] }
