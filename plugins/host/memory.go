package host

import (
	"sync/atomic"

	"github.com/tetratelabs/wazero/experimental"
)

// memory gives instances of one plugin their linear memory, outside of Go's heap where the platform can: the
// collector doesn't pace itself by it, it never moves when it grows, and an untouched page costs nothing.
type memory struct {
	limit uint64 // bytes of one instance
	bytes atomic.Int64
	gauge gauge
}

var _ experimental.MemoryAllocator = (*instance)(nil)

// Allocate implements experimental.MemoryAllocator. A memory that can't be had is one that can't grow, not
// even to its first size; making the instance fails then. The instance keeps hold of it, because wazero forgets to free
// it where a data segment doesn't fit.
func (i *instance) Allocate(_, most uint64) experimental.LinearMemory {
	m := i.pool.plugin.memory
	i.linear = &linear{owner: m, reserved: reserve(int(min(most, m.limit)))}
	return i.linear
}

func (m *memory) add(n int) {
	m.bytes.Add(int64(n))
	m.gauge.Add(float64(n))
}

// linear is one linear memory.
type linear struct {
	owner    *memory
	reserved []byte // the whole range, nil if it couldn't be had or was freed
	used     int
}

// Reallocate implements experimental.LinearMemory: nil means that there is no more.
func (l *linear) Reallocate(size uint64) []byte {
	if size > uint64(len(l.reserved)) {
		return nil
	}
	l.owner.add(int(size) - l.used)
	l.used = int(size)
	return l.reserved[:size:size]
}

// read returns n bytes at ptr; ok is false if they aren't all there. l may be nil.
func (l *linear) read(ptr, n uint32) (b []byte, ok bool) {
	end := uint64(ptr) + uint64(n)
	if l == nil || end > uint64(l.used) {
		return nil, false
	}
	return l.reserved[ptr:end:end], true
}

// Free implements experimental.LinearMemory. No call may be running in the instance. It may be called again.
func (l *linear) Free() {
	if l.reserved == nil {
		return
	}
	release(l.reserved)
	l.owner.add(-l.used)
	l.reserved, l.used = nil, 0
}
