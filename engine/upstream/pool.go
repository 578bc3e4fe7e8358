package upstream

import (
	"time"
)

// The pool is a stack of idle connections and a count of slots. A slot is an open connection or the right to dial
// one. Who gives back a connection or a slot while exchanges wait hands it to the first of them, so that the
// stack is empty and no slot is free while anybody waits, and newcomers can't overtake.

// Stats are what a client holds at one moment, and what it did since it was made.
type Stats struct {
	// Open counts connections, those being dialled included. Idle ones are among them.
	Open, Idle int
	// Waiting counts exchanges queued for a connection.
	Waiting int
	// Dials counts connections tried, Retries the requests sent again because an idle connection had died.
	Dials, Retries uint64
}

type counts struct{ dials, retries uint64 }

// Stats is safe for concurrent use.
func (c *Client) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Stats{
		Open: c.open, Idle: len(c.idle), Waiting: c.waiters.n,
		Dials: c.counts.dials, Retries: c.counts.retries,
	}
}

func (c *Client) countDial() {
	c.mu.Lock()
	c.counts.dials++
	c.mu.Unlock()
}

func (c *Client) countRetry() {
	c.mu.Lock()
	c.counts.retries++
	c.mu.Unlock()
}

// CloseIdle closes the idle connections.
func (c *Client) CloseIdle() {
	c.mu.Lock()
	idle := c.idle
	c.idle = nil
	c.open -= len(idle)
	c.stopReaper()
	c.mu.Unlock()
	for _, cn := range idle {
		cn.close()
	}
}

// Close closes the idle connections and keeps none from now on. Exchanges go on, waiting and new ones too: after a
// reload, requests that began under the old table finish under it. Each connection then closes with its exchange.
func (c *Client) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.CloseIdle()
}

// acquire gives x a connection: an idle one, a fresh one, or the one it waited for. reused says that it has served
// before. The caller owns the connection and its slot.
func (c *Client) acquire(x *Exchange) (cn *conn, reused bool, err error) {
	now := x.begun
	c.mu.Lock()
	for n := len(c.idle); n > 0; n = len(c.idle) {
		cn = c.idle[n-1]
		c.idle[n-1] = nil
		c.idle = c.idle[:n-1]
		c.mu.Unlock()
		if now-cn.idleSince < int64(c.limits.IdleTime) && cn.undisturbed() {
			return cn, true, nil
		}
		cn.close()
		c.release()
		c.mu.Lock()
	}
	if c.open < c.limits.Conns {
		c.open++
		c.mu.Unlock()
		return c.dialSlot(x)
	}
	if c.waiters.n >= c.limits.Pending {
		c.mu.Unlock()
		return nil, false, overloadFault()
	}
	if !x.prepareWait() {
		c.mu.Unlock()
		return nil, false, goneFault()
	}
	c.waiters.push(x)
	c.mu.Unlock()
	return c.wait(x, now)
}

// dialSlot dials for x, who holds a slot, and gives the slot back if that fails.
func (c *Client) dialSlot(x *Exchange) (*conn, bool, error) {
	cn, err := c.dial(x)
	if err != nil {
		c.release()
	}
	x.sent = mono()
	return cn, false, err
}

// wait parks x, who is queued, until it is granted something, is cancelled, or its time has passed.
func (c *Client) wait(x *Exchange, now int64) (*conn, bool, error) {
	x.fallSilent()
	limit := after(now, x.waitFor())
	var late <-chan time.Time
	if limit != never {
		if x.timer == nil {
			x.timer = time.NewTimer(time.Duration(limit - now))
		} else {
			x.timer.Reset(time.Duration(limit - now))
		}
		defer x.timer.Stop()
		late = x.timer.C
	}
	for {
		expired := false
		select {
		case <-x.wake:
		case <-late:
			expired = true
		}
		cn, granted := c.granted(x, expired || x.gone.Load())
		switch {
		case granted && x.gone.Load():
			c.giveBack(cn)
			return nil, false, goneFault()
		case granted && cn == nil:
			return c.dialSlot(x)
		case granted && cn.undisturbed():
			x.sent = mono()
			return cn, true, nil
		case granted:
			cn.close()
			return c.dialSlot(x)
		case x.gone.Load():
			return nil, false, goneFault()
		case expired:
			return nil, false, timeoutFault(ErrPendingDeadline)
		}
	}
}

// granted takes what x was given, if anything. With leave, x is in the queue no more in any case.
func (c *Client) granted(x *Exchange, leave bool) (cn *conn, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if x.isGranted {
		cn = x.grant
		x.grant, x.isGranted = nil, false
		return cn, true
	}
	if leave {
		c.waiters.remove(x)
	}
	return nil, false
}

// giveBack returns what a waiter got and doesn't need: a connection, or a slot alone.
func (c *Client) giveBack(cn *conn) {
	if cn == nil {
		c.release()
		return
	}
	c.put(cn)
}

// put returns a connection that may serve again.
func (c *Client) put(cn *conn) {
	cn.idleSince = mono()
	c.mu.Lock()
	if w := c.waiters.pop(); w != nil {
		w.give(cn)
		c.mu.Unlock()
		return
	}
	if c.closed || len(c.idle) >= c.limits.IdleConns {
		c.open--
		c.mu.Unlock()
		cn.close()
		return
	}
	c.idle = append(c.idle, cn)
	if !c.reaping {
		c.startReaper(c.limits.IdleTime)
	}
	c.mu.Unlock()
}

// release returns the slot of a connection that was closed or never came to be.
func (c *Client) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w := c.waiters.pop(); w != nil {
		w.give(nil)
		return
	}
	c.open--
}

// startReaper makes reap run in d. It is called with the mutex held.
func (c *Client) startReaper(d time.Duration) {
	c.reaping = true
	if c.reaper == nil {
		c.reaper = time.AfterFunc(d, c.reap)
		return
	}
	c.reaper.Reset(d)
}

func (c *Client) stopReaper() {
	c.reaping = false
	if c.reaper != nil {
		c.reaper.Stop()
	}
}

// reap closes the connections that were idle for too long: a run at the bottom of the stack.
func (c *Client) reap() {
	now := mono()
	c.mu.Lock()
	n := 0
	for n < len(c.idle) && now-c.idle[n].idleSince >= int64(c.limits.IdleTime) {
		n++
	}
	old := append([]*conn(nil), c.idle[:n]...)
	rest := copy(c.idle, c.idle[n:])
	clear(c.idle[rest:])
	c.idle = c.idle[:rest]
	c.open -= n
	c.reaping = false
	if rest > 0 {
		c.startReaper(time.Duration(c.idle[0].idleSince + int64(c.limits.IdleTime) - now))
	}
	c.mu.Unlock()
	for _, cn := range old {
		cn.close()
	}
}

// waiters is a queue of exchanges, first in first out, linked through the exchanges themselves.
type waiters struct {
	first, last *Exchange
	n           int
}

func (q *waiters) push(x *Exchange) {
	x.prev, x.next = q.last, nil
	if q.last == nil {
		q.first = x
	} else {
		q.last.next = x
	}
	q.last = x
	q.n++
}

func (q *waiters) pop() *Exchange {
	x := q.first
	if x != nil {
		q.remove(x)
	}
	return x
}

// remove takes x, which is queued, out.
func (q *waiters) remove(x *Exchange) {
	if x.prev == nil {
		q.first = x.next
	} else {
		x.prev.next = x.next
	}
	if x.next == nil {
		q.last = x.prev
	} else {
		x.next.prev = x.prev
	}
	x.prev, x.next = nil, nil
	q.n--
}

// give hands x, just popped, a connection or with nil a slot. It is called with the pool's mutex held.
func (x *Exchange) give(cn *conn) {
	x.grant, x.isGranted = cn, true
	x.rouse()
}

// rouse makes wait look again. A wake that is pending already serves as well.
func (x *Exchange) rouse() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}
