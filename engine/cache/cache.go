// Package cache keeps whole answers under the exact request that produced them, bounded by bytes.
//
// An answer is found by a 128-bit hash of its key material and returned only if the stored material is
// the same, so that a collision, made or met, can't show one tenant another's answer. Eviction is SIEVE
// (Zhang et al., NSDI 2024): a hit sets one bit, a hand passes over the entries in order of age and drops
// the first that had no hit since it last passed. Answers are immutable once stored.
package cache

import (
	"bytes"
	"crypto/sha256"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zeebo/xxh3"
)

// Entry is a stored answer. It and its Body must not be changed once it was given to Put or returned.
type Entry struct {
	Status      int
	ContentType string
	Body        []byte
	// Stream tells that Body is a stream's events.
	Stream                              bool
	Input, Output, CacheRead, Reasoning int64 // tokens, -1 unknown
	Stored                              time.Time
}

// Material builds the key of a request from parts. It is reused; the zero value is empty.
type Material struct {
	buf  []byte
	hash xxh3.Uint128
	sum  bool // hash is up to date
}

// wholeMaterial is the most key material that is stored as it is; of more, its SHA-256 is stored.
const wholeMaterial = 64 << 10

// Reset empties the material. A large buffer is dropped.
func (m *Material) Reset() {
	if cap(m.buf) > 4*wholeMaterial {
		m.buf = nil
	}
	m.buf, m.sum = m.buf[:0], false
}

// Len is how many bytes of material there are.
func (m *Material) Len() int { return len(m.buf) }

// Add appends a part, with its length before it: parts can't run into each other.
func (m *Material) Add(part []byte) {
	n := uint64(len(part))
	m.buf = append(m.buf, byte(n), byte(n>>8), byte(n>>16), byte(n>>24), byte(n>>32))
	m.buf = append(m.buf, part...)
	m.sum = false
}

func (m *Material) key() xxh3.Uint128 {
	if !m.sum {
		m.hash, m.sum = xxh3.Hash128(m.buf), true
	}
	return m.hash
}

// proof is what is stored to know the material again.
func (m *Material) proof() []byte {
	if len(m.buf) <= wholeMaterial {
		return bytes.Clone(m.buf)
	}
	s := sha256.Sum256(m.buf)
	return s[:]
}

func (m *Material) proves(proof []byte) bool {
	if len(m.buf) <= wholeMaterial {
		return bytes.Equal(m.buf, proof)
	}
	s := sha256.Sum256(m.buf)
	return bytes.Equal(s[:], proof)
}

const shards = 64

// Store is the cache. It is safe for concurrent use.
type Store struct {
	now    func() time.Time
	max    atomic.Int64
	bytes  atomic.Int64
	count  atomic.Int64
	shards [shards]shard
}

type shard struct {
	mu      sync.Mutex
	nodes   map[xxh3.Uint128]*node
	flights map[xxh3.Uint128]*Flight
	// head is the newest entry, tail the oldest; hand is where eviction goes on, nil for the tail.
	head, tail, hand *node
}

type node struct {
	key          xxh3.Uint128
	proof        []byte
	entry        Entry
	expires      time.Time
	visited      bool
	newer, older *node
}

// overhead is what an entry costs beside its body and proof: node, map slot, pointers. Measured on amd64.
const overhead = 320

func (n *node) size() int64 { return int64(len(n.entry.Body)+len(n.proof)) + overhead }

// New returns a store of at most maxBytes, counting bodies, keys and overhead.
func New(maxBytes int64, now func() time.Time) *Store {
	s := &Store{now: now}
	s.max.Store(maxBytes)
	for i := range s.shards {
		s.shards[i].nodes = map[xxh3.Uint128]*node{}
		s.shards[i].flights = map[xxh3.Uint128]*Flight{}
	}
	return s
}

func (s *Store) shard(k xxh3.Uint128) *shard { return &s.shards[k.Hi%shards] }

// Get returns the answer to this very request, or nil. It doesn't allocate for material up to 64 KiB.
func (s *Store) Get(m *Material) *Entry {
	k := m.key()
	sh := s.shard(k)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	n := sh.nodes[k]
	if n == nil || !m.proves(n.proof) {
		return nil
	}
	if !s.now().Before(n.expires) {
		s.drop(sh, n)
		return nil
	}
	n.visited = true
	return &n.entry
}

// Put stores a copy of e for ttl and returns it, or nil if it could never fit.
func (s *Store) Put(m *Material, e *Entry, ttl time.Duration) *Entry {
	n := &node{key: m.key(), proof: m.proof(), entry: *e, expires: s.now().Add(ttl)}
	n.entry.Body = bytes.Clone(e.Body)
	if ttl <= 0 || n.size() > s.max.Load() {
		return nil
	}
	sh := s.shard(n.key)
	sh.mu.Lock()
	if old := sh.nodes[n.key]; old != nil {
		s.drop(sh, old)
	}
	sh.push(n)
	s.bytes.Add(n.size())
	s.count.Add(1)
	s.shrink(sh, n)
	sh.mu.Unlock()
	for i := n.key.Hi + 1; s.bytes.Load() > s.max.Load(); i++ { // the shard alone could not make room
		other := &s.shards[i%shards]
		other.mu.Lock()
		s.shrink(other, n)
		other.mu.Unlock()
	}
	return &n.entry
}

// shrink evicts from one shard until the store fits or only spare is left in it.
func (s *Store) shrink(sh *shard, spare *node) {
	for s.bytes.Load() > s.max.Load() {
		n := sh.victim(spare)
		if n == nil {
			return
		}
		s.drop(sh, n)
	}
}

// victim is the entry that SIEVE drops next, nil if there is none but spare. Two rounds suffice: the first
// clears every bit it meets.
func (sh *shard) victim(spare *node) *node {
	n := sh.hand
	for range 2*len(sh.nodes) + 1 {
		if n == nil {
			if n = sh.tail; n == nil {
				return nil
			}
		}
		if n != spare && !n.visited {
			sh.hand = n.newer
			return n
		}
		n.visited = false
		n = n.newer
	}
	return nil
}

func (sh *shard) push(n *node) {
	sh.nodes[n.key] = n
	n.older = sh.head
	if sh.head != nil {
		sh.head.newer = n
	} else {
		sh.tail = n
	}
	sh.head = n
}

// drop removes an entry; sh is locked.
func (s *Store) drop(sh *shard, n *node) {
	delete(sh.nodes, n.key)
	if sh.hand == n {
		sh.hand = n.newer
	}
	if n.newer != nil {
		n.newer.older = n.older
	} else {
		sh.head = n.older
	}
	if n.older != nil {
		n.older.newer = n.newer
	} else {
		sh.tail = n.newer
	}
	n.newer, n.older = nil, nil
	s.bytes.Add(-n.size())
	s.count.Add(-1)
}

// Bytes is how many bytes are stored, overhead included; Len how many answers.
func (s *Store) Bytes() int64 { return s.bytes.Load() }

// Len is how many answers are stored.
func (s *Store) Len() int64 { return s.count.Load() }

// Resize changes the bound. A smaller one evicts at once.
func (s *Store) Resize(maxBytes int64) {
	s.max.Store(maxBytes)
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		s.shrink(sh, nil)
		sh.mu.Unlock()
	}
}

// Purge drops everything.
func (s *Store) Purge() {
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		for sh.tail != nil {
			s.drop(sh, sh.tail)
		}
		sh.mu.Unlock()
	}
}
