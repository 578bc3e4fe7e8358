package host

import (
	"slices"
	"sync"
	"time"

	"github.com/yett-gateway/yett/sdk/abi"
)

const (
	// cachedBytes is about what an entry of a cache costs besides key and value.
	cachedBytes = 256
	// largestEntry and largestTenant are which part of a cache's room one entry and one tenant may take. Without the
	// second bound a tenant who asks much would push out what all others keep.
	largestEntry  = 8
	largestTenant = 2
)

// caches are the caches of plugins by reference. They are the host's, so that values outlive reloads; a cache that
// no plugin holds any more is dropped.
type caches struct {
	mu  sync.Mutex
	all map[string]*cache
	now func() time.Time
}

// cacheHold is one plugin's hold on its cache.
type cacheHold struct {
	*cache
	ref     string
	granted int // bytes
}

// hold returns a plugin's cache, with so much room from now on. The caller lets it go.
func (c *caches) hold(ref string, room int) *cacheHold {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := c.all[ref]
	if kept == nil {
		kept = &cache{entries: map[string]*cached{}, shares: map[string]*share{}, now: c.now}
		kept.root.reset()
		if c.all == nil {
			c.all = map[string]*cache{}
		}
		c.all[ref] = kept
	}
	h := &cacheHold{cache: kept, ref: ref, granted: room}
	kept.holds = append(kept.holds, h)
	kept.resize(room)
	return h
}

// letGo gives up a hold. The room is then what the newest of the others was granted.
func (c *caches) letGo(h *cacheHold) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := h.cache
	kept.holds = slices.DeleteFunc(kept.holds, func(other *cacheHold) bool { return other == h })
	if len(kept.holds) == 0 {
		delete(c.all, h.ref)
		return
	}
	kept.resize(kept.holds[len(kept.holds)-1].granted)
}

// cache keeps values of one plugin, and drops those that were used longest ago where room is short. Values are
// kept apart by tenant; no guest can name another's.
type cache struct {
	holds []*cacheHold // guarded by caches.mu; the last is the newest
	now   func() time.Time

	mu          sync.Mutex
	entries     map[string]*cached // by tenant, NUL, key
	shares      map[string]*share  // by tenant
	root        cached             // of the ring of all entries, the last used first
	bytes, room int
	scratch     []byte
}

// share is what one tenant keeps.
type share struct {
	tenant string
	root   cached // of the ring of the tenant's entries
	bytes  int
}

// The rings an entry is in.
const (
	ofAll = iota
	ofTenant
	rings
)

// cached is an entry. Its places in the rings are its own, so that using one allocates nothing.
type cached struct {
	name       string // its key in entries
	share      *share
	value      []byte
	expires    int64 // unix nanoseconds, 0: never
	next, prev [rings]*cached
}

// reset makes e the root of empty rings.
func (e *cached) reset() {
	for k := range rings {
		e.next[k], e.prev[k] = e, e
	}
}

// link puts e into a ring, as the one used last.
func (e *cached) link(k int, root *cached) {
	e.prev[k], e.next[k] = root, root.next[k]
	e.next[k].prev[k], root.next[k] = e, e
}

func (e *cached) unlink(k int) {
	e.prev[k].next[k], e.next[k].prev[k] = e.next[k], e.prev[k]
}

func (e *cached) size() int { return len(e.name) + len(e.value) + cachedBytes }

// name is the key of an entry. The result is valid until the next call; the cache is locked.
func (c *cache) name(tenant string, key []byte) []byte {
	c.scratch = append(append(append(c.scratch[:0], tenant...), 0), key...)
	return c.scratch
}

// get returns a living value, nil if there is none. The cache is locked.
func (c *cache) get(name []byte) *cached {
	e := c.entries[string(name)]
	if e == nil {
		return nil
	}
	if e.expires != 0 && c.now().UnixNano() >= e.expires {
		c.forget(e)
		return nil
	}
	e.unlink(ofAll)
	e.link(ofAll, &c.root)
	e.unlink(ofTenant)
	e.link(ofTenant, &e.share.root)
	return e
}

// put keeps a copy of value. The cache is locked.
func (c *cache) put(tenant string, name, value []byte, ttl time.Duration) abi.Status {
	size := len(name) + len(value) + cachedBytes
	if len(value) > abi.MaxCached || size > c.room/largestEntry {
		return abi.TooLarge
	}
	if old := c.entries[string(name)]; old != nil {
		c.forget(old)
	}
	s := c.shares[tenant]
	for s != nil && s.bytes > 0 && s.bytes+size > c.room/largestTenant {
		c.forget(s.root.prev[ofTenant])
	}
	c.shrink(c.room - size)
	if s = c.shares[tenant]; s == nil {
		s = &share{tenant: tenant}
		s.root.reset()
		c.shares[tenant] = s
	}
	e := &cached{name: string(name), share: s, value: slices.Clone(value)}
	if ttl > 0 {
		e.expires = c.now().Add(ttl).UnixNano()
	}
	c.entries[e.name] = e
	e.link(ofAll, &c.root)
	e.link(ofTenant, &s.root)
	c.bytes += size
	s.bytes += size
	return abi.OK
}

// shrink drops what was used longest ago until no more than most bytes are kept.
func (c *cache) shrink(most int) {
	for c.bytes > most && c.root.prev[ofAll] != &c.root {
		c.forget(c.root.prev[ofAll])
	}
}

func (c *cache) forget(e *cached) {
	delete(c.entries, e.name)
	e.unlink(ofAll)
	e.unlink(ofTenant)
	c.bytes -= e.size()
	if e.share.bytes -= e.size(); e.share.bytes == 0 {
		delete(c.shares, e.share.tenant)
	}
}

func (c *cache) resize(room int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.room = room
	c.shrink(room)
}

// cacheKey returns the key that a guest names, and its cache, locked. On a status other than OK nothing is locked.
func (i *instance) cacheKey(ptr, n uint64) (c *cache, name []byte, st abi.Status) {
	i.charge(0)
	key, ok := i.view(ptr, n)
	switch {
	case i.call == nil:
		return nil, nil, abi.BadField
	case !ok:
		return nil, nil, abi.BadRange
	case len(key) > abi.MaxKey:
		return nil, nil, abi.TooLarge
	}
	c = i.pool.plugin.cache.cache
	c.mu.Lock()
	return c, c.name(i.call.Tenant, key), abi.OK
}

func callCacheGet(i *instance, s []uint64) {
	c, name, st := i.cacheKey(s[0], s[1])
	if st != abi.OK {
		s[0] = status(st)
		return
	}
	defer c.mu.Unlock()
	e := c.get(name)
	if e == nil {
		s[0] = status(abi.Absent)
		return
	}
	s[0] = i.give(e.value, s[2], s[3])
}

func callCachePut(i *instance, s []uint64) {
	value, ok := i.view(s[2], s[3])
	i.charge(min(len(value), abi.MaxCached))
	if !ok {
		s[0] = status(abi.BadRange)
		return
	}
	c, name, st := i.cacheKey(s[0], s[1])
	if st == abi.OK {
		if !i.smoke {
			st = c.put(i.call.Tenant, name, value, milliseconds(s[4]))
		}
		c.mu.Unlock()
	}
	s[0] = status(st)
}
