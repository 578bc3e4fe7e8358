package host

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/yett-gateway/yett/sdk/abi"
)

// Bounds of one namespace of one plugin, all tenants together.
const (
	spaceEntries = 65_536
	spaceBytes   = 16 << 20
	// entryBytes is what an entry costs besides key and value.
	entryBytes = 96
	// sweepUnits is the fuel for looking at one entry where room is short, as running for the time it takes.
	sweepUnits = 16
)

// store keeps the small values of plugins. It is the host's, so that values outlive reloads. A value belongs to a
// plugin, a namespace and a tenant; no guest can name another's.
type store struct {
	mu     sync.Mutex
	spaces map[string]*space
	now    func() time.Time
}

// space is one namespace of one plugin. A tenant has at most half of its room, so that no tenant alone can keep the
// others from storing.
type space struct {
	mu      sync.Mutex
	entries map[string]*entry // by tenant, NUL, key
	bytes   int
	tenants map[string]*holding
	now     func() time.Time
	scratch []byte
	soonest int64 // no entry expires before, 0: none does
	swept   int   // entries that were looked at for room since the guest last paid
}

// holding is what a tenant has in a namespace.
type holding struct{ bytes, entries int }

type entry struct {
	value   []byte
	expires int64 // unix nanoseconds, 0: never
}

// space returns a plugin's namespace.
func (s *store) space(plugin, name string) *space {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := plugin + "\x00" + name
	sp := s.spaces[id]
	if sp == nil {
		if s.spaces == nil {
			s.spaces = map[string]*space{}
		}
		sp = &space{entries: map[string]*entry{}, tenants: map[string]*holding{}, now: s.now}
		s.spaces[id] = sp
	}
	return sp
}

// name is the key of an entry. The result is valid until the next call; the space is locked.
func (s *space) name(tenant string, key []byte) []byte {
	s.scratch = append(append(append(s.scratch[:0], tenant...), 0), key...)
	return s.scratch
}

// find returns a living entry.
func (s *space) find(name []byte) *entry {
	e := s.entries[string(name)]
	if e != nil && e.expires != 0 && s.now().UnixNano() >= e.expires {
		s.forget(string(name), e)
		return nil
	}
	return e
}

func (s *space) forget(name string, e *entry) {
	delete(s.entries, name)
	size := len(name) + len(e.value) + entryBytes
	s.bytes -= size
	tenant := tenantOf(name)
	t := s.tenants[tenant]
	if t.bytes, t.entries = t.bytes-size, t.entries-1; t.entries == 0 {
		delete(s.tenants, tenant)
	}
}

// tenantOf is the front of an entry's name. Tenants' names have no NUL.
func tenantOf[T string | []byte](name T) string {
	for n := range len(name) {
		if name[n] == 0 {
			return string(name[:n])
		}
	}
	return string(name)
}

// put stores a copy of value.
func (s *space) put(name, value []byte, ttl time.Duration) abi.Status {
	old := s.find(name)
	grow := len(value)
	if old != nil {
		grow -= len(old.value)
	} else {
		grow += len(name) + entryBytes
	}
	tenant := tenantOf(name)
	t := s.tenants[tenant]
	if t == nil {
		t = &holding{}
	}
	if !s.room(t, grow, old == nil) {
		return abi.TooLarge
	}
	s.bytes += grow
	t.bytes += grow
	e := old
	if e == nil {
		e = &entry{}
		s.entries[string(name)] = e
		t.entries++
		s.tenants[tenant] = t
	}
	e.value = append(e.value[:0], value...)
	e.expires = s.deadline(ttl)
	s.expects(e)
	return abi.OK
}

// expects notes when e expires.
func (s *space) expects(e *entry) {
	if e.expires != 0 && (s.soonest == 0 || e.expires < s.soonest) {
		s.soonest = e.expires
	}
}

// room tells whether a tenant may keep so many bytes more, after what has expired is gone.
func (s *space) room(t *holding, grow int, entry bool) bool {
	fits := func() bool {
		if entry && (len(s.entries) >= spaceEntries || t.entries >= spaceEntries/2) {
			return false
		}
		return s.bytes+grow <= spaceBytes && t.bytes+grow <= spaceBytes/2
	}
	if fits() {
		return true
	}
	now := s.now().UnixNano()
	if s.soonest == 0 || now < s.soonest {
		return false
	}
	s.soonest = 0
	s.swept += len(s.entries)
	for name, e := range s.entries {
		if e.expires != 0 && now >= e.expires {
			s.forget(name, e)
		} else {
			s.expects(e)
		}
	}
	return fits()
}

func (s *space) deadline(ttl time.Duration) int64 {
	if ttl <= 0 {
		return 0
	}
	return s.now().Add(ttl).UnixNano()
}

// milliseconds makes a duration of what a guest gives. Negative is 0, more than a century is a century.
func milliseconds(v uint64) time.Duration {
	const century = 100 * 365 * 24 * 3600 * 1000
	return time.Duration(max(0, min(int64(v), century))) * time.Millisecond
}

// kv returns the namespace that a guest names and the key, locked. On a status other than OK nothing is locked.
func (i *instance) kv(s []uint64) (sp *space, name []byte, st abi.Status) {
	i.charge(0)
	space, st := i.name(s[0], s[1])
	if st != abi.OK {
		return nil, nil, st
	}
	p := i.pool.plugin
	n, ok := slices.BinarySearchFunc(p.grants.spaces, space, func(have string, want []byte) int {
		return bytes.Compare([]byte(have), want)
	})
	if !ok {
		return nil, nil, abi.NotGranted
	}
	key, ok := i.view(s[2], s[3])
	switch {
	case !ok:
		return nil, nil, abi.BadRange
	case len(key) > abi.MaxKey:
		return nil, nil, abi.TooLarge
	}
	tenant := ""
	if i.call != nil {
		tenant = i.call.Tenant
	}
	sp = p.spaces[n]
	sp.mu.Lock()
	return sp, sp.name(tenant, key), abi.OK
}

// leave unlocks a namespace that was written to, and charges for the search for room.
func (i *instance) leave(sp *space) {
	swept := sp.swept
	sp.swept = 0
	sp.mu.Unlock()
	i.spend(int64(swept * sweepUnits))
}

func callKVGet(i *instance, s []uint64) {
	sp, name, st := i.kv(s)
	if st != abi.OK {
		s[0] = status(st)
		return
	}
	defer sp.mu.Unlock()
	e := sp.find(name)
	if e == nil {
		s[0] = status(abi.Absent)
		return
	}
	s[0] = i.give(e.value, s[4], s[5])
}

// value returns a value that a guest gives.
func (i *instance) value(ptr, n uint64) ([]byte, abi.Status) {
	b, ok := i.view(ptr, n)
	switch {
	case !ok:
		return nil, abi.BadRange
	case len(b) > abi.MaxValue:
		return nil, abi.TooLarge
	}
	i.charge(len(b))
	return b, abi.OK
}

func callKVPut(i *instance, s []uint64) {
	value, st := i.value(s[4], s[5])
	if st != abi.OK {
		s[0] = status(st)
		return
	}
	sp, name, st := i.kv(s)
	if st == abi.OK {
		if !i.smoke {
			st = sp.put(name, value, milliseconds(s[6]))
		}
		i.leave(sp)
	}
	s[0] = status(st)
}

func callKVCas(i *instance, s []uint64) {
	var old []byte
	st := abi.OK
	none := int32(uint32(s[5])) < 0
	if !none {
		old, st = i.value(s[4], s[5])
	}
	value, st2 := i.value(s[6], s[7])
	if st == abi.OK {
		st = st2
	}
	if st != abi.OK {
		s[0] = status(st)
		return
	}
	sp, name, st := i.kv(s)
	if st == abi.OK {
		e := sp.find(name)
		switch {
		case none != (e == nil), e != nil && !bytes.Equal(e.value, old):
			st = abi.Mismatch
		case !i.smoke:
			st = sp.put(name, value, milliseconds(s[8]))
		}
		i.leave(sp)
	}
	s[0] = status(st)
}

func callKVIncr(i *instance, s []uint64) {
	by, ttl := int64(s[4]), milliseconds(s[5])
	sum := abi.NumAbsent
	if sp, name, st := i.kv(s); st == abi.OK {
		if n, ok := sp.incr(name, by, ttl, i.smoke); ok {
			sum = n
		}
		i.leave(sp)
	}
	s[0] = uint64(sum)
}

// incr adds to a number. ok is false if the value is none, or the sum leaves the range, or there is no room.
func (s *space) incr(name []byte, by int64, ttl time.Duration, dry bool) (sum int64, ok bool) {
	e := s.find(name)
	if e != nil {
		n, err := strconv.ParseInt(string(e.value), 10, 64)
		if err != nil {
			return 0, false
		}
		sum = n
	}
	if by > 0 && sum > math.MaxInt64-by || by < 0 && sum < math.MinInt64+1-by {
		return 0, false
	}
	sum += by
	if dry {
		return sum, true
	}
	var digits [20]byte
	text := strconv.AppendInt(digits[:0], sum, 10)
	if e == nil {
		return sum, s.put(name, text, ttl) == abi.OK
	}
	s.bytes += len(text) - len(e.value)
	e.value = append(e.value[:0], text...)
	return sum, true
}

func callKVDelete(i *instance, s []uint64) {
	sp, name, st := i.kv(s)
	if st == abi.OK {
		if e := sp.find(name); e == nil {
			st = abi.Absent
		} else if !i.smoke {
			sp.forget(string(name), e)
		}
		sp.mu.Unlock()
	}
	s[0] = status(st)
}
