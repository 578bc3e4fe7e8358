package edge

// The life of a listener's end:
//
//  1. Drain: new connections are still taken, Conn.Last is true for each request, answers say "Connection: close".
//  2. Close: no new connections.
//  3. CloseIdle: connections between requests end, also those that become idle later. Requests go on.
//  4. Abort: what is still there is cut.

// Drain begins the end: Conn.Last is true from now on.
func (l *Listener) Drain() { l.draining.Store(true) }

// CloseIdle ends the connections that wait for a request, and from now on each as soon as it would wait for one. A
// connection on which the first byte of a request has arrived is not idle: the request is served.
func (l *Listener) CloseIdle() {
	l.closing.Store(true)
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := l.last; c != nil; c = c.next {
		if c.parked.Load() {
			c.wake()
		}
	}
}

// Abort closes every open connection at once. Requests in progress see their client gone.
func (l *Listener) Abort() {
	l.closing.Store(true)
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := l.last; c != nil; c = c.next {
		c.abort()
	}
}
