package cache

import "time"

// Flight is a request under way that equal ones wait for.
type Flight struct {
	s     *Store
	m     Material
	done  chan struct{}
	entry *Entry
}

// WaitResult is how a wait for a flight ended.
type WaitResult uint8

const (
	// Shared: the entry is the answer.
	Shared WaitResult = iota
	// Alone: the flight had nothing to share. The caller joins again; one of those who waited leads then.
	Alone
	// Cancelled: the caller's own cancel fired.
	Cancelled
	// Late: the caller's own time ran out.
	Late
)

// Join makes the caller the leader of this request, or returns the flight that is under way. A leader
// calls Done exactly once.
func (s *Store) Join(m *Material) (f *Flight, leader bool) {
	k := m.key()
	sh := s.shard(k)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if f := sh.flights[k]; f != nil {
		if string(f.m.buf) == string(m.buf) {
			return f, false
		}
		return &Flight{done: make(chan struct{})}, true // a collision flies alone
	}
	f = &Flight{s: s, done: make(chan struct{})}
	f.m.buf, f.m.hash, f.m.sum = append(f.m.buf, m.buf...), k, true
	sh.flights[k] = f
	return f, true
}

// Done ends the flight: those who wait get e, or nil if there is nothing to share.
func (f *Flight) Done(e *Entry) {
	if f.s != nil {
		sh := f.s.shard(f.m.hash)
		sh.mu.Lock()
		delete(sh.flights, f.m.hash)
		sh.mu.Unlock()
	}
	f.entry = e
	close(f.done)
}

// Wait waits for the flight's end, for cancel, or until a time.
func (f *Flight) Wait(cancel <-chan struct{}, until time.Time) (*Entry, WaitResult) {
	t := time.NewTimer(time.Until(until))
	defer t.Stop()
	select {
	case <-f.done:
		if f.entry == nil {
			return nil, Alone
		}
		return f.entry, Shared
	case <-cancel:
		return nil, Cancelled
	case <-t.C:
		return nil, Late
	}
}
