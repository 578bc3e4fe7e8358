package upstream

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Exchange is one request and its answer. The zero value is ready; callers embed it in their own pooled request.
// It must not be copied after first use.
//
// The steps: SetSilent if wanted, Do, then Status and Header, then Fill until io.EOF (or ReadAll), then Close. After
// that it is ready for the next attempt or request.
//
// Only Cancel is safe for concurrent use.
//
// The connection goes back as soon as the body is complete; after any failure it is closed at once. Bytes that came
// before a failure can still be read with Bytes.
type Exchange struct {
	// What Cancel looks at. live and abort are guarded by mu.
	mu    sync.Mutex
	live  net.Conn           // the socket in use: Cancel closes it
	abort context.CancelFunc // ends a dial
	gone  atomic.Bool

	client    *Client
	cn        *conn
	deadlines Deadlines
	stream    bool
	isHead    bool // HEAD: the answer has no body
	awaiting  bool // FirstToken rules
	err       error

	silence time.Duration
	onQuiet func()

	begun, sent int64 // instants; sent is when a connection was at hand
	firstByte   time.Duration
	received    int64 // bytes of this answer on this connection
	heading     bool  // the head isn't complete

	h       head
	headBuf *block // holds the head unless it outgrew it
	bodyBuf *block // holds the body if the head left too little room
	headRaw []byte
	body    body
	upload  upload

	// Waiting for a connection. grant, isGranted, prev and next are guarded by the pool's mutex.
	wake       chan struct{}
	timer      *time.Timer
	grant      *conn
	isGranted  bool
	prev, next *Exchange
}

// Do sends r and reads the head of the answer. Whatever status the answer has, it is no error.
//
// If a reused connection dies before the first byte of the answer, the request goes out once more on a fresh one.
//
// # Errors
//
// All are *fault.Error: UpstreamConnect (nothing was sent), UpstreamTimeout (one of the Err…Deadline is the cause),
// UpstreamCut, UpstreamInvalid, Overloaded (the queue for a connection is full), ClientGone (after Cancel), and
// Internal with ErrRequest for a request that can't be sent.
func (c *Client) Do(x *Exchange, r *Request) error {
	x.release()
	if err := r.check(); err != nil {
		return x.fail(internalFault(cause(ErrRequest, err)))
	}
	if x.gone.Load() {
		return x.fail(goneFault())
	}
	x.start(c, r)
	cn, reused, err := c.acquire(x)
	if err != nil {
		return x.fail(err)
	}
	err = x.attempt(cn, r)
	if err == nil || !reused || x.received > 0 || !isCut(err) {
		return x.settle(err)
	}
	x.drop() // closed, but its slot is ours still
	c.countRetry()
	if cn, _, err = c.dialSlot(x); err != nil {
		return x.fail(err)
	}
	return x.settle(x.attempt(cn, r))
}

// start takes over what r says and begins the clock.
func (x *Exchange) start(c *Client, r *Request) {
	x.client = c
	x.deadlines = c.deadlines
	if r.Deadlines != nil {
		x.deadlines = *r.Deadlines
	}
	x.stream, x.awaiting = r.Stream, r.Stream
	x.isHead = r.Method == "HEAD"
	x.firstByte = 0
	x.begun = mono()
	x.sent = x.begun
	x.headBuf = takeBlock()
}

// attempt does the exchange up to the answer's head on cn, which x owns from now on.
func (x *Exchange) attempt(cn *conn, r *Request) error {
	x.received = 0
	x.heading = true
	if !x.attach(cn) {
		return goneFault()
	}
	if err := x.send(r); err != nil {
		return err
	}
	return x.readHead()
}

// settle ends Do: it passes success on and closes the connection after a failure.
func (x *Exchange) settle(err error) error {
	if err != nil {
		return x.fail(err)
	}
	return nil
}

// attach makes cn the exchange's connection, which Cancel may close. It reports false if Cancel came before.
func (x *Exchange) attach(cn *conn) bool {
	x.cn = cn
	x.mu.Lock()
	defer x.mu.Unlock()
	x.live = cn.raw
	return !x.gone.Load()
}

// detach takes the connection out of Cancel's reach. It reports false if Cancel came before, and the connection
// with it is closed.
func (x *Exchange) detach() bool {
	x.cn = nil
	x.mu.Lock()
	defer x.mu.Unlock()
	x.live = nil
	return !x.gone.Load()
}

// onCancel says how to end a dial; nil ends that. It reports false if Cancel came before.
func (x *Exchange) onCancel(abort context.CancelFunc) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.abort = abort
	return !x.gone.Load()
}

// prepareWait makes ready to be roused. It reports false if Cancel came before.
func (x *Exchange) prepareWait() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.wake == nil {
		x.wake = make(chan struct{}, 1)
	}
	select {
	case <-x.wake:
	default:
	}
	return !x.gone.Load()
}

// Cancel ends the exchange at whatever point it is: queued, dialling, sending or reading. The socket closes at once,
// and what is blocked or called later returns ClientGone, until Close. Before Do it makes Do return ClientGone. It is
// idempotent and safe for concurrent use.
func (x *Exchange) Cancel() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.gone.Swap(true) {
		return
	}
	if x.abort != nil {
		x.abort()
	}
	if x.live != nil {
		_ = x.live.Close()
	}
	if x.wake != nil {
		x.rouse()
	}
}

// Cancelled tells whether Cancel was called since the last Close. It is safe for concurrent use.
func (x *Exchange) Cancelled() bool { return x.gone.Load() }

// fail ends the exchange with err, which all later calls repeat, and closes the connection.
func (x *Exchange) fail(err error) error {
	if x.err == nil {
		if x.gone.Load() {
			err = goneFault()
		}
		x.err = err
	}
	if x.cn != nil {
		x.drop()
		x.client.release()
	}
	return x.err
}

// drop closes the connection and keeps its slot.
func (x *Exchange) drop() {
	cn := x.cn
	cn.close()
	x.upload.join()
	x.detach()
}

// finish ends a complete answer: the connection goes back if both sides keep it and nothing is left over on it.
func (x *Exchange) finish(keep bool) {
	cn := x.cn
	if keep = keep && !x.h.close && x.h.minor == 1; !keep {
		x.drop()
		x.client.release()
		return
	}
	whole := x.upload.stop(cn)
	if !x.detach() || !whole {
		cn.close()
		x.client.release()
		return
	}
	x.client.put(cn)
}

// Close ends the exchange and leaves it as good as new, Cancel and SetSilent forgotten. A connection whose body was
// not read to its end is closed, unless the end was in the buffer already. Slices that the exchange returned are no
// longer valid. Close is idempotent.
//
// Whoever goes on with another attempt looks first at whether its client is still there, since Close forgets. A
// Cancel that comes later meets the next attempt, so a watcher is stopped before the last Close.
func (x *Exchange) Close() {
	x.release()
	x.mu.Lock()
	x.gone.Store(false)
	x.mu.Unlock()
	x.silence, x.onQuiet = 0, nil
}

// release gives back what the last answer holds.
func (x *Exchange) release() {
	if x.cn != nil && x.err == nil && x.body.pending() {
		_, _ = x.unframe()
	}
	if x.cn != nil {
		x.drop()
		x.client.release()
	}
	giveBlock(&x.headBuf)
	giveBlock(&x.bodyBuf)
	x.headRaw = nil
	x.body = body{}
	x.h.begin(0, 0)
	x.err = nil
	x.client = nil
}

// SetSilent makes fn run once, on the goroutine that waits in Do or Fill, when no upstream byte came for d. It costs
// nothing while bytes come sooner. A wait that is known to be long, for a dial or in the queue, counts as silent
// from its start. fn may call Cancel. d is above 0. Once fn ran, or after Close, it has to be set again.
func (x *Exchange) SetSilent(d time.Duration, fn func()) { x.silence, x.onQuiet = d, fn }

// fallSilent calls the hook, if it is still to be called.
func (x *Exchange) fallSilent() {
	if fn := x.onQuiet; fn != nil {
		x.onQuiet = nil
		fn()
	}
}

// AwaitToken says whether the first token is still to come. While it is, FirstToken rules every Fill of a stream;
// that is so from Do on.
func (x *Exchange) AwaitToken(on bool) { x.awaiting = on }

// GotToken says that the first token came: from now on Idle rules each Fill.
func (x *Exchange) GotToken() { x.awaiting = false }

// Status is the answer's status, 200 to 599. It is 0 unless Do succeeded.
func (x *Exchange) Status() int {
	if x.headRaw == nil {
		return 0
	}
	return x.h.status
}

// Header returns the first value of the named field, without surrounding space; nil if there is none. name is
// compared without regard to case. The value is valid until Close.
func (x *Exchange) Header(name string) []byte {
	if x.headRaw == nil {
		return nil
	}
	for i := range x.h.fields {
		f := &x.h.fields[i]
		if int(f.nameEnd-f.name) == len(name) && equalFold(x.headRaw[f.name:f.nameEnd], name) {
			return x.headRaw[f.value:f.valueEnd:f.valueEnd]
		}
	}
	return nil
}

// EachHeader yields the answer's fields in order, framing ones too: for name, value := range x.EachHeader. The
// slices are valid until Close.
func (x *Exchange) EachHeader(yield func(name, value []byte) bool) {
	if x.headRaw == nil {
		return
	}
	for i := range x.h.fields {
		f := &x.h.fields[i]
		if !yield(x.headRaw[f.name:f.nameEnd:f.nameEnd], x.headRaw[f.value:f.valueEnd:f.valueEnd]) {
			return
		}
	}
}

// FirstByte is when the first byte of the answer came, interim answers included, counted from the start of Do. It is
// zero if none did, and stays until the next Do.
func (x *Exchange) FirstByte() time.Duration { return x.firstByte }
