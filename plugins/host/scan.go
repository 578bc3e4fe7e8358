package host

import (
	"encoding/binary"
	"errors"
	"strconv"
	"strings"
	"sync"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/pattern"
)

// maxSetSize bounds the sets of one stage together, in instructions: about 10 MiB.
const maxSetSize = 1 << 18

// sets are the pattern sets of one stage's configuration. They are compiled once and shared by its instances: an
// instance that starts later asks for equal sets, and gets those.
type sets struct {
	mu    sync.Mutex
	list  []*pattern.Set // only grows: an instance keeps what it has seen of it
	texts []string       // the patterns of each
	size  int
}

// scanning is what an instance needs for scans.
type scanning struct {
	scratch pattern.Scratch
	sets    []*pattern.Set // those of the stage that the instance may name
	failed  string         // why the last compile failed, "" if it didn't
	text    []byte         // of window
}

// compile returns the id of a set and all sets of the stage. work is what it was worth.
func (s *sets) compile(text string) (id int, all []*pattern.Set, work int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, have := range s.texts {
		if have == text {
			return id, s.list, 0, nil
		}
	}
	large := func(reason string) error { return &pattern.Error{Pattern: -1, Reason: reason, Large: true} }
	if len(s.list) >= abi.MaxSets {
		return 0, nil, 0, large("the stage has " + strconv.Itoa(abi.MaxSets) + " sets already")
	}
	patterns := strings.Split(text, "\n")
	if len(patterns) > abi.MaxPatterns {
		return 0, nil, 0, large("a set has at most " + strconv.Itoa(abi.MaxPatterns) + " patterns")
	}
	set, work, err := pattern.Compile(patterns)
	if err != nil {
		return 0, nil, work, err
	}
	if s.size+set.Size() > maxSetSize {
		return 0, nil, work, large("the sets of the stage are too large together")
	}
	s.size += set.Size()
	s.list, s.texts = append(s.list, set), append(s.texts, text)
	return len(s.list) - 1, s.list, work, nil
}

// pay charges what a scan does.
func (i *instance) pay(units int) { i.spend(int64(units)) }

func callScanCompile(i *instance, s []uint64) {
	text, st := i.text(s[0], s[1])
	i.scan.failed = ""
	switch {
	case st == abi.Invalid:
		i.scan.failed = "-1 the patterns aren't UTF-8"
	case st != abi.OK:
	case i.call != nil:
		st = abi.BadField // only in on_init
	case len(text) > abi.MaxPatternBytes:
		st, i.scan.failed = abi.TooLarge, "-1 the patterns are longer than "+strconv.Itoa(abi.MaxPatternBytes)+" bytes together"
	default:
		s[0] = i.compile(string(text))
		return
	}
	s[0] = status(st)
}

func (i *instance) compile(text string) uint64 {
	id, all, work, err := i.pool.sets.compile(text)
	i.pay(work)
	if err == nil {
		i.scan.sets = all
		return uint64(uint32(id))
	}
	var e *pattern.Error
	if !errors.As(err, &e) {
		e = &pattern.Error{Pattern: -1, Reason: err.Error()}
	}
	i.scan.failed = strconv.Itoa(e.Pattern) + " " + e.Reason
	if e.Large {
		return status(abi.TooLarge)
	}
	return status(abi.Invalid)
}

func callScanError(i *instance, s []uint64) {
	switch {
	case i.call != nil:
		i.charge(0)
		s[0] = status(abi.BadField)
	case i.scan.failed == "":
		i.charge(0)
		s[0] = status(abi.Absent)
	default:
		s[0] = i.give([]byte(i.scan.failed), s[0], s[1])
	}
}

// set returns the set of an id that a guest gives, nil if there is none.
func (i *instance) set(id uint64) *pattern.Set {
	if n := uint32(id); n < uint32(len(i.scan.sets)) {
		return i.scan.sets[n]
	}
	return nil
}

// scanned returns the set, the text and the place of match and open. Reading the text is paid for by the scan.
func (i *instance) scanned(s []uint64) (set *pattern.Set, text []byte, from int, st abi.Status) {
	i.charge(0)
	if set = i.set(s[0]); set == nil {
		return nil, nil, 0, abi.Absent
	}
	text, ok := i.view(s[1], s[2])
	if !ok || uint32(s[3]) > uint32(len(text)) {
		return nil, nil, 0, abi.BadRange
	}
	return set, text, int(uint32(s[3])), abi.OK
}

func callScanMatch(i *instance, s []uint64) {
	set, text, from, st := i.scanned(s)
	if st != abi.OK {
		s[0] = status(st)
		return
	}
	s[0] = i.match(set, text, from, s[4], s[5])
}

func callScanMatchField(i *instance, s []uint64) {
	i.charge(0)
	set := i.set(s[0])
	f, ok := field(s[1])
	switch {
	case set == nil:
		s[0] = status(abi.Absent)
		return
	case !ok || i.call == nil:
		s[0] = status(abi.BadField)
		return
	}
	text, st := i.read(f, index(s[2]), index(s[3]))
	if st != abi.OK {
		s[0] = status(st)
		return
	}
	s[0] = i.match(set, text, 0, s[4], s[5])
}

// hitBytes is what a hit takes in a guest's memory.
const hitBytes = 12

// match looks for a set's matches and hands them to the guest by the rule of all reading functions.
func (i *instance) match(set *pattern.Set, text []byte, from int, ptr, room uint64) uint64 {
	if set.Match(&i.scan.scratch, text, from) != nil {
		return status(abi.TooLarge)
	}
	n, st := i.giveHits(0, ptr, room)
	if st != abi.OK {
		return status(st)
	}
	return uint64(n)
}

// giveHits hands the hits of the last match to the guest, if they fit, and returns their length in bytes. Places are
// counted from base.
func (i *instance) giveHits(base int, ptr, room uint64) (n int, st abi.Status) {
	hits := i.scan.scratch.Hits
	n = hitBytes * len(hits)
	i.charge(n)
	if n > int(uint32(room)) {
		return n, abi.OK
	}
	b, ok := i.view(ptr, uint64(n))
	if !ok {
		return 0, abi.BadRange
	}
	for k := range hits {
		h := &hits[k]
		at := b[k*hitBytes : k*hitBytes+hitBytes]
		binary.LittleEndian.PutUint32(at, uint32(h.Pattern))
		binary.LittleEndian.PutUint32(at[4:], uint32(int(h.Start)-base))
		binary.LittleEndian.PutUint32(at[8:], uint32(int(h.End)-base))
	}
	return n, abi.OK
}

func callScanOpen(i *instance, s []uint64) {
	set, text, from, st := i.scanned(s)
	if st != abi.OK {
		s[0] = status(st)
		return
	}
	s[0] = uint64(uint32(set.Open(&i.scan.scratch, text, from)))
}

// keepText is the longest text of a window that is kept for the next one.
const keepText = 256 << 10

// callScanWindow looks at the host's own copy of the window: a guest that finds nothing in it needn't read it.
func callScanWindow(i *instance, s []uint64) {
	i.charge(0)
	set := i.set(s[0])
	switch {
	case set == nil:
		s[0] = status64(abi.Absent)
		return
	case i.call == nil || i.call.Hook != abi.OnDelta:
		s[0] = status64(abi.BadField)
		return
	}
	before := i.call.Before
	before = before[max(0, len(before)-1):] // all that assertions ask for
	text := append(append(i.scan.text[:0], before...), i.call.Window...)
	if i.scan.text = text; cap(text) > keepText {
		i.scan.text = nil
	}
	from := len(before)
	if set.Match(&i.scan.scratch, text, from) != nil {
		s[0] = status64(abi.TooLarge)
		return
	}
	n, st := i.giveHits(from, s[1], s[2])
	if st != abi.OK {
		s[0] = status64(st)
		return
	}
	open := len(text)
	if !i.call.Final {
		open = set.Open(&i.scan.scratch, text, from)
	}
	s[0] = uint64(n)<<32 | uint64(open-from)
}

// status64 is a status as a result of 64 bits.
func status64(st abi.Status) uint64 {
	n := int64(st)
	return uint64(n)
}
