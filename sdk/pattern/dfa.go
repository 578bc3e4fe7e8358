package pattern

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"
)

// mode is where an automaton's matches may begin.
type mode uint8

const (
	anchored   mode = iota // where the scan begins
	unanchored             // at every byte of it
	inside                 // before it: the scan begins in the midst of a match
)

// dfa is an automaton that is made deterministic state by state, when a text asks for it.
//
// A state is a set of instructions of the prog and, if assertions ask for it, the kind of the last byte. Its row of
// the table has the next state for each class of bytes and for the end of the text. Assertions at a place depend on
// the byte after it, so whether a state has matched is known one byte later: the flag hit of an entry says that
// there was a match before the byte was read.
//
// Rows are read without a lock, by one atomic load for a byte, and made under the lock. The table has a bound: a
// full one doubles, keeping the numbers of its states, and beyond the bound the cache starts anew. Scans in
// flight keep the cache they began with until they need a state that isn't there: then the state they are in is
// looked up in the present one.
//
// An automaton whose states aren't all made at once can be asked for a new state at each byte. That is paid for
// (Scratch.Pay), so a text that does it costs the guest, not the host.
type dfa struct {
	prog    *prog
	classes *classes
	mode    mode
	stride  uint32

	cache atomic.Pointer[cache]

	mu      sync.Mutex // for what follows, and for changes of the cache
	first   []uint32   // what a scan begins with, or where it is unanchored, has at every byte
	asserts bool       // first has an assertion
	begins  map[uint32]*begin
	now     leaves
	next    leaves
	stack   []uint32
	key     []byte
	work    int
}

// cache is the states that were made since it was empty.
type cache struct {
	epoch  uint32
	table  []uint32                // rows of stride entries; changed atomically
	starts [contexts]atomic.Uint32 // where a scan begins, by what is before it
	states []state                 // guarded by dfa.mu, like what follows
	index  map[string]uint32       // the row of a state by its key
	bytes  int                     // of states and keys
}

// state is a set of instructions that take a byte, match or wait for an assertion.
type state struct {
	insts []uint32 // sorted
	kind  context
}

// begin is what an unanchored scan has besides its state after a byte: where matches have begun just now.
type begin struct{ next []uint32 }

// An entry of the table is the number of the next state's first entry. Those from flagged on need a closer look.
const (
	flagged = 1 << 31
	dead    = 1 << 30 // there is no next state
	hit     = 1 << 29 // a match ended before the byte
	rowMask = hit - 1
	unknown = ^uint32(0)
)

const (
	// cacheBytes bounds a cache; there are three in a set.
	cacheBytes = 1 << 20
	// firstRows is how many rows a table begins with.
	firstRows = 16
)

func (d *dfa) init(p *prog, c *classes, m mode) {
	d.prog, d.classes, d.mode, d.stride = p, c, m, c.eot()+1
	d.begins = map[uint32]*begin{}
	d.now.init(len(p.insts))
	d.next.init(len(p.insts))
	d.now.clear()
	d.enter(&d.now, p.start)
	if m == inside {
		d.amidst()
	}
	d.first = slices.Clone(d.now.list)
	slices.Sort(d.first)
	d.asserts = d.waits(d.first)
	d.cache.Store(d.empty(0))
}

// amidst leaves in d.now where a scan is that begins in the midst of a match: at any place after a byte, or at
// an assertion of the first place, which the bytes to come decide.
func (d *dfa) amidst() {
	waiting := slices.DeleteFunc(slices.Clone(d.now.list), func(id uint32) bool { return d.prog.insts[id].op != opAssert })
	d.now.clear()
	for _, id := range waiting {
		d.now.add(id)
	}
	for n := range d.prog.insts {
		if in := &d.prog.insts[n]; in.op == opRange || in.op == opSet {
			d.enter(&d.now, in.out)
		}
	}
}

func (d *dfa) empty(epoch uint32) *cache {
	c := &cache{epoch: epoch, table: d.rows(firstRows), index: map[string]uint32{}}
	for n := range c.starts {
		c.starts[n].Store(unknown)
	}
	return c
}

// rows is a table without entries.
func (d *dfa) rows(n int) []uint32 {
	t := make([]uint32, n*int(d.stride))
	for k := range t {
		t[k] = unknown
	}
	return t
}

// begin returns the cache and the state that a scan begins with. work is what that cost.
func (d *dfa) begin(kind context) (c *cache, row uint32, work int) {
	c = d.cache.Load()
	if row = c.starts[kind].Load(); row != unknown {
		return c, row, 0
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.work = 0
	var insts []uint32
	if d.mode != unanchored {
		insts = d.first
	}
	c, row = d.row(insts, kind)
	c.starts[kind].Store(row)
	return c, row, d.work
}

// step makes the entry of a row for a class. It returns the cache that the entry belongs to.
func (d *dfa) step(c *cache, row, class uint32) (now *cache, entry uint32, work int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.work = 0
	now = d.cache.Load()
	s := c.states[row/d.stride]
	if now.epoch != c.epoch {
		now, row = d.row(s.insts, s.kind)
	}
	if entry = now.table[row+class]; entry != unknown {
		return now, entry, d.work
	}
	epoch := now.epoch
	matched := d.advance(s, class)
	if class == d.classes.eot() || len(d.next.list) == 0 && d.mode != unanchored {
		entry = flagged | dead
	} else {
		slices.Sort(d.next.list)
		d.work += len(d.next.list) * bits.Len(uint(len(d.next.list)))
		now, entry = d.row(d.next.list, d.classes.kind[class])
	}
	if matched {
		entry |= flagged | hit
	}
	if now.epoch == epoch { // else the row is gone
		atomic.StoreUint32(&now.table[row+class], entry)
	}
	return now, entry, d.work
}

// pattern is the least number of those patterns that match in a state before a byte of class.
func (d *dfa) pattern(c *cache, row, class uint32) (n, work int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.work = 0
	s := c.states[row/d.stride]
	d.expand(s.insts, s.kind, class)
	n = -1
	for _, id := range d.now.list {
		if in := &d.prog.insts[id]; in.op == opMatch && (n < 0 || int(in.arg) < n) {
			n = int(in.arg)
		}
	}
	return n, d.work
}

// row returns the row of a state, made if there is none, and the cache that has it.
func (d *dfa) row(insts []uint32, kind context) (*cache, uint32) {
	if !d.waits(insts) && (d.mode != unanchored || !d.asserts) {
		kind = other // nobody asks for it
	}
	d.key = append(d.key[:0], byte(kind))
	for _, id := range insts {
		d.key = binary.LittleEndian.AppendUint32(d.key, id)
	}
	c := d.cache.Load()
	if row, ok := c.index[string(d.key)]; ok {
		return c, row
	}
	c = d.room(c, 2*len(d.key)+64)
	row := uint32(len(c.states)) * d.stride
	c.states = append(c.states, state{slices.Clone(insts), kind})
	c.index[string(d.key)] = row
	d.work += len(insts)
	return c, row
}

// room returns a cache that has room for one more row and so many bytes.
func (d *dfa) room(c *cache, bytes int) *cache {
	c.bytes += bytes
	rows := len(c.table) / int(d.stride)
	if len(c.states) < rows && c.bytes+4*len(c.table) <= cacheBytes {
		return c
	}
	var out *cache
	if 8*len(c.table)+c.bytes <= cacheBytes {
		out = &cache{epoch: c.epoch, table: d.rows(2 * rows), states: c.states, index: c.index, bytes: c.bytes}
		copy(out.table, c.table)
		for n := range c.starts {
			out.starts[n].Store(c.starts[n].Load())
		}
	} else if len(c.states) == 0 {
		return c // one state is larger than all: it has to be
	} else {
		out = d.empty(c.epoch + 1)
		out.bytes = bytes
	}
	d.cache.Store(out)
	return out
}

// advance leaves in d.next where a state goes with a byte of class, and tells whether it had matched before.
func (d *dfa) advance(s state, class uint32) (matched bool) {
	d.next.clear()
	if d.mode == unanchored {
		id := uint32(s.kind)*d.stride + class
		b := d.begins[id]
		if b == nil {
			d.expand(d.first, s.kind, class)
			d.take(class)
			b = &begin{slices.Clone(d.next.list)}
			d.begins[id] = b
		} else {
			for _, id := range b.next {
				d.next.add(id)
			}
			d.work += len(b.next)
		}
	}
	d.expand(s.insts, s.kind, class)
	return d.take(class)
}

// expand leaves in d.now a state and what its assertions let through before a byte of class.
func (d *dfa) expand(insts []uint32, kind context, class uint32) {
	d.now.clear()
	for _, id := range insts {
		d.now.add(id)
	}
	if d.prog.asserts {
		for n := 0; n < len(d.now.list); n++ {
			if in := &d.prog.insts[d.now.list[n]]; in.op == opAssert && holds(in.lo, kind, d.classes.kind[class]) {
				d.enter(&d.now, in.out)
			}
		}
	}
	d.work += len(d.now.list)
}

// take adds to d.next where d.now goes with a byte of class, and tells whether it has matched.
func (d *dfa) take(class uint32) (matched bool) {
	end := class == d.classes.eot()
	for _, id := range d.now.list {
		switch in := &d.prog.insts[id]; in.op {
		case opMatch:
			matched = true
		case opRange:
			if !end && in.lo <= d.classes.sample[class] && d.classes.sample[class] <= in.hi {
				d.enter(&d.next, in.out)
			}
		case opSet:
			if !end && d.prog.sets[in.arg].has(d.classes.sample[class]) {
				d.enter(&d.next, in.out)
			}
		}
	}
	return matched
}

// enter adds an instruction, or where it leads to without a byte, to a set.
func (d *dfa) enter(to *leaves, id uint32) {
	d.stack = append(d.stack[:0], id)
	for len(d.stack) > 0 {
		id := d.stack[len(d.stack)-1]
		d.stack = d.stack[:len(d.stack)-1]
		in := &d.prog.insts[id]
		if in.op == opFail || to.seen(id) {
			continue
		}
		d.work++
		if in.op == opAlt {
			d.stack = append(d.stack, in.arg, in.out)
			continue
		}
		to.list = append(to.list, id)
	}
}

// waits tells whether a set has an assertion.
func (d *dfa) waits(insts []uint32) bool {
	return d.prog.asserts && slices.ContainsFunc(insts, func(id uint32) bool { return d.prog.insts[id].op == opAssert })
}

// holds tells whether an assertion is true between a byte of kind prev and one of kind next. What depends on a byte
// that nobody has seen could be true.
func holds(assertion byte, prev, next context) bool {
	if prev == unseen && assertion != edgeEnd && assertion != lineEnd {
		return true
	}
	switch assertion {
	case edgeBegin:
		return prev == none
	case edgeEnd:
		return next == none
	case lineBegin:
		return prev == none || prev == newline
	case lineEnd:
		return next == none || next == newline
	case wordEdge:
		return (prev == word) != (next == word)
	}
	return (prev == word) == (next == word)
}

// leaves is a set of instructions that remembers what it has seen.
type leaves struct {
	list []uint32
	mark []uint32
	turn uint32
}

func (l *leaves) init(n int) { l.mark = make([]uint32, n) }

func (l *leaves) clear() {
	l.list = l.list[:0]
	if l.turn++; l.turn == 0 {
		clear(l.mark)
		l.turn = 1
	}
}

// seen tells whether id was asked for before.
func (l *leaves) seen(id uint32) bool {
	if l.mark[id] == l.turn {
		return true
	}
	l.mark[id] = l.turn
	return false
}

func (l *leaves) add(id uint32) {
	if !l.seen(id) {
		l.list = append(l.list, id)
	}
}
