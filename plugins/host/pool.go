package host

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"
	"unsafe"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/sdk/abi"
)

// pool holds the instances of one plugin with one configuration.
//
// Instances are taken last in, first out, so that the fewest are warm; there are at most most of them. A call
// that finds none makes one; at the limit it waits, until its request must end. Where instances are kept apart
// (isolate = "tenant" or "fresh") an instance carries the key of whom it served, a tenant or a request, and serves no
// other; one that serves nobody now makes room for one that is needed.
//
// An instance that failed is closed and never comes back. After close nothing is kept; when the last
// instance is gone the plugin's code is let go.
type pool struct {
	plugin  *Plugin
	config  []byte
	policy  [sha256.Size]byte
	apart   apart
	most    int
	breaker breaker
	sets    sets

	mu        sync.Mutex
	idle      []*instance // the last is the warmest
	total     int         // idle, in use and being made
	waiters   []*waiter   // the first waits longest
	refilling bool
	refs      int // stages that use it
	closed    bool
	let       bool    // the hold on the plugin was given up
	hooks     abi.Set // those that the configuration has a use for
}

// apart is whom instances are kept apart for.
type apart uint8

const (
	together apart = iota
	byTenant
	byRequest
)

func apartNamed(isolate string) apart {
	switch isolate {
	case "tenant":
		return byTenant
	case "fresh":
		return byRequest
	}
	return together
}

// waiter is a call that waits for an instance. It gets one, or nil for the right to make one. Under load
// most calls wait, so waiters are used again: whoever has got his turn, or left the queue, is known to nobody.
type waiter struct {
	key   []byte
	turn  chan *instance // one place, so that nobody waits for a waiter
	timer *time.Timer
}

var waiters = sync.Pool{New: func() any {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return &waiter{turn: make(chan *instance, 1), timer: t}
}}

// maxWait bounds the wait of a call whose request has no deadline.
const maxWait = 10 * time.Second

var errClosed = errors.New("the plugin is closed")

// key is whom the call's instance belongs to.
func (p *pool) key(c *hook.Call) []byte {
	switch p.apart {
	case byTenant:
		return unsafe.Slice(unsafe.StringData(c.Tenant), len(c.Tenant)) // only compared and copied
	case byRequest:
		return c.Request
	}
	return nil
}

// get takes an instance for a call. The caller gives it back by put or drop.
func (p *pool) get(c *hook.Call) (*instance, error) {
	var key []byte
	if p.apart != together {
		key = p.key(c)
	}
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, errClosed
	}
	if i := p.take(key); i != nil {
		p.mu.Unlock()
		return i, nil
	}
	if p.total < p.most {
		p.total++
		p.mu.Unlock()
		return p.make(key)
	}
	if len(p.idle) > 0 { // of somebody else; it makes room
		old := p.idle[0]
		p.idle = slices.Delete(p.idle, 0, 1)
		p.mu.Unlock()
		old.close()
		return p.make(key)
	}
	w := waiters.Get().(*waiter)
	w.key = key
	p.waiters = append(p.waiters, w)
	p.mu.Unlock()
	i, err := p.wait(w, c.Deadline)
	w.key = nil
	waiters.Put(w)
	return i, err
}

// take removes the warmest instance that may serve key from the idle ones, nil if there is none.
func (p *pool) take(key []byte) *instance {
	if last := len(p.idle) - 1; p.apart == together && last >= 0 {
		i := p.idle[last]
		p.idle[last] = nil
		p.idle = p.idle[:last]
		return i
	}
	for n := len(p.idle) - 1; n >= 0; n-- {
		i := p.idle[n]
		if i.keyed && (key == nil || !bytes.Equal(i.key, key)) {
			continue
		}
		p.idle = slices.Delete(p.idle, n, n+1)
		p.assign(i, key)
		return i
	}
	return nil
}

func (p *pool) assign(i *instance, key []byte) {
	if p.apart != together {
		i.key, i.keyed = append(i.key[:0], key...), true
	}
}

// make makes an instance whose place is taken already.
func (p *pool) make(key []byte) (*instance, error) {
	i, err := newInstance(p)
	if err != nil {
		p.leave()
		return nil, err
	}
	p.assign(i, key)
	return i, nil
}

// wait waits for an instance until the request must end.
func (p *pool) wait(w *waiter, deadline time.Time) (*instance, error) {
	p.plugin.meters.waits.Inc()
	limit := maxWait
	if !deadline.IsZero() {
		limit = time.Until(deadline)
	}
	w.timer.Reset(limit)
	select {
	case i := <-w.turn:
		w.timer.Stop()
		return p.served(w, i)
	case <-w.timer.C:
	}
	p.mu.Lock()
	for n, other := range p.waiters {
		if other == w {
			p.waiters = slices.Delete(p.waiters, n, n+1)
			p.mu.Unlock()
			return nil, &failure{reason: busy, detail: "no instance came free in time"}
		}
	}
	p.mu.Unlock()
	return p.served(w, <-w.turn) // it was this call's turn just now
}

func (p *pool) served(w *waiter, i *instance) (*instance, error) {
	if i == nil {
		return p.make(w.key)
	}
	p.assign(i, w.key)
	return i, nil
}

// put gives an instance back.
func (p *pool) put(i *instance) {
	if i.bloated() || p.apart == byRequest && len(i.key) == 0 {
		p.drop(i)
		return
	}
	i.epoch = p.plugin.host.epoch.Load()
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		p.drop(i)
		return
	}
	if len(p.waiters) == 0 {
		p.idle = append(p.idle, i)
		p.mu.Unlock()
		return
	}
	w := p.waiters[0]
	p.waiters = slices.Delete(p.waiters, 0, 1)
	if p.apart == together || bytes.Equal(i.key, w.key) {
		w.turn <- i
		p.mu.Unlock()
		return
	}
	p.mu.Unlock()
	i.close()
	w.turn <- nil
}

// drop closes an instance that can't be used again.
func (p *pool) drop(i *instance) {
	i.close()
	p.leave()
}

// leave gives up the place of an instance that is gone: to the one who waits longest, if somebody does.
func (p *pool) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiters) > 0 && !p.closed {
		w := p.waiters[0]
		p.waiters = slices.Delete(p.waiters, 0, 1)
		w.turn <- nil
		return
	}
	p.total--
	p.ended()
}

// ended lets the plugin go after the last instance of a closed pool. The pool is locked.
func (p *pool) ended() {
	if p.closed && p.total == 0 && !p.let {
		p.let = true
		go p.plugin.letGo()
	}
}

// refill makes an instance in the background if none is idle, so that the next call needn't.
func (p *pool) refill() {
	p.mu.Lock()
	if p.closed || p.refilling || len(p.idle) > 0 || p.total >= p.most {
		p.mu.Unlock()
		return
	}
	p.refilling = true
	p.total++
	p.mu.Unlock()
	go func() {
		i, err := newInstance(p)
		p.mu.Lock()
		p.refilling = false
		p.mu.Unlock()
		if err != nil {
			p.plugin.host.log.Warn("plugin can't be started again", slog.String("plugin", p.plugin.spec.Ref()), slog.String("error", clean(err.Error())))
			p.leave()
			return
		}
		p.put0(i)
	}()
}

// put0 adds an instance that served nobody yet.
func (p *pool) put0(i *instance) {
	i.epoch = p.plugin.host.epoch.Load()
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		i.close()
		p.total--
		p.ended()
	case len(p.waiters) > 0:
		w := p.waiters[0]
		p.waiters = slices.Delete(p.waiters, 0, 1)
		w.turn <- i
	default:
		p.idle = append([]*instance{i}, p.idle...)
	}
}

// bloated tells whether the instance has grown close to its limit. Its memory can't shrink, so it is
// replaced before it fails.
func (i *instance) bloated() bool {
	size := i.mem.Size()
	return uint64(size) > i.pool.plugin.memory.limit/4*3 && size > 2*i.first
}

// idleEpochs is how many rounds of the host's janitor an instance stays idle before it is closed.
const idleEpochs = 4

// trim closes instances that nobody needed for a while; the warmest stays.
func (p *pool) trim(epoch uint64) {
	p.mu.Lock()
	var old []*instance
	var kept []*instance
	for n, i := range p.idle {
		last := n == len(p.idle)-1 && (p.apart == together || !i.keyed)
		if !last && epoch-i.epoch >= idleEpochs {
			old = append(old, i)
			continue
		}
		kept = append(kept, i)
	}
	p.idle = kept
	p.mu.Unlock()
	for _, i := range old {
		p.drop(i)
	}
}

// close closes what is idle; what is in use follows when it comes back.
func (p *pool) close() {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return
	}
	p.closed = true
	idle, waiters := p.idle, p.waiters
	p.idle, p.waiters = nil, nil
	for _, w := range waiters {
		p.total++ // its place: what it makes is closed after one call
		w.turn <- nil
	}
	p.ended()
	p.mu.Unlock()
	for _, i := range idle {
		p.drop(i)
	}
}
