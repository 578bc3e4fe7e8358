// Package proxy is the request path, from a request's first byte to its answer's last.
//
// The way of a request is the function run in request.go, one step a line; each step has a file of its
// own. Everything one request needs is in one pooled struct. What the configuration decides is in one
// immutable Table, swapped whole; a request ends under the table it began with.
//
// The package owns fasthttp's server. Connections come guarded from package edge, upstream calls go
// through package upstream.
package proxy

import (
	"context"
	"net"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/yett-gateway/yett/engine/cache"
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/meter"
)

// Options are what a Proxy is made of.
type Options struct {
	Dialects *dialect.Set
	Cache    *cache.Store
	Meter    *meter.Set
	// PingAfter is how long a stream under way may be silent before its client gets a ping, and how often
	// after. The default value is 10 s, below the idle limits of the proxies clients sit behind.
	PingAfter time.Duration
	// Panic is told of a panic that was caught, with its stack. nil: nobody is.
	Panic func(value any, stack []byte)
}

// Proxy answers requests under its current Table. It is safe for concurrent use.
type Proxy struct {
	Options
	table    atomic.Pointer[Table]
	requests sync.Pool
	draining atomic.Bool
	live     live
	after    after
	began    time.Time
}

// New returns a proxy that answers 503 until it has a table.
func New(o Options) *Proxy {
	if o.PingAfter <= 0 {
		o.PingAfter = 10 * time.Second
	}
	p := &Proxy{Options: o, began: clock()}
	p.requests.New = func() any { return newRequest(p) }
	p.live.init()
	return p
}

// Swap makes t the table of every request from now on and retires the one before: when the last request
// that began under it has ended, its Retired is called.
func (p *Proxy) Swap(t *Table) {
	t.refs.Store(1)
	if old := p.table.Swap(t); old != nil {
		old.release()
	}
}

// Table returns the current table, nil before the first Swap. It may retire at any moment.
func (p *Proxy) Table() *Table { return p.table.Load() }

// Close retires the current table. Requests from now on are answered 503.
func (p *Proxy) Close() {
	if old := p.table.Swap(nil); old != nil {
		old.release()
	}
}

// Settle waits until the stages that look at requests when they are over have done so, or ctx is done.
func (p *Proxy) Settle(ctx context.Context) { p.after.wait(ctx) }

// hold takes the current table for one request.
func (p *Proxy) hold() *Table {
	for {
		t := p.table.Load()
		if t == nil {
			return nil
		}
		if t.acquire() {
			return t
		}
	}
}

// Server returns a fasthttp server for one listener. Deadlines and framing are the listener's own, since
// fasthttp's timeouts are totals that would cut a living stream.
func (p *Proxy) Server(headBytes, bodyBytes int) *fasthttp.Server {
	return &fasthttp.Server{
		Handler:                      p.Handle,
		Name:                         "yett",
		NoDefaultServerHeader:        true,
		NoDefaultDate:                false,
		NoDefaultContentType:         true,
		ReadBufferSize:               headBytes,
		WriteBufferSize:              4 << 10,
		MaxRequestBodySize:           bodyBytes,
		DisablePreParseMultipartForm: true,
		SecureErrorLogMessage:        true,
		CloseOnShutdown:              true,
		Logger:                       silent{},
		Concurrency:                  1 << 20, // the listener counts connections
		TCPKeepalive:                 true,
		ErrorHandler:                 nil,
	}
}

// silent drops fasthttp's own log lines: what is worth a line is refused and counted by the listener.
type silent struct{}

func (silent) Printf(string, ...any) {}

// Drain makes every answer from now on close its connection.
func (p *Proxy) Drain() { p.draining.Store(true) }

// Cut ends every request that waits for an upstream. Streams end with their dialect's error event.
func (p *Proxy) Cut() { p.live.cut() }

// Handle answers one request.
func (p *Proxy) Handle(ctx *fasthttp.RequestCtx) {
	r := p.requests.Get().(*request)
	r.begin(ctx)
	r.guarded(r.serve)
	if r.streaming && !ctx.Request.Header.IsHTTP11() {
		r.guarded(r.collect)
	}
	if !r.streaming {
		r.finish()
	}
}

// panicked counts and reports a panic that was caught.
func (p *Proxy) panicked(v any) {
	p.Meter.Panics().Inc()
	if p.Panic != nil {
		p.Panic(v, debug.Stack())
	}
}

// clock is the time a request is measured by.
func clock() time.Time { return time.Now() }

// remoteIP writes the client's address without its port.
func remoteIP(dst []byte, addr net.Addr) []byte {
	if t, ok := addr.(*net.TCPAddr); ok {
		if a, ok := addrOf(t); ok {
			return a.AppendTo(dst)
		}
	}
	return append(dst, addr.String()...)
}
