package proxy

import (
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/yett-gateway/yett/engine/cache"
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/edge"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/identity"
	"github.com/yett-gateway/yett/engine/limit"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/engine/record"
	"github.com/yett-gateway/yett/engine/route"
	"github.com/yett-gateway/yett/engine/upstream"
	"github.com/yett-gateway/yett/engine/wire"
)

// request is everything one request needs. It is pooled and reset whole; bytes in it point into the
// client's request or into its own buffers and die with it.
type request struct {
	p *Proxy
	t *Table

	ctx   *fasthttp.RequestCtx
	id    [idLength]byte
	start time.Time

	// What was asked.
	endpoint endpoint
	client   dialect.Dialect // the client's; nil for raw paths and lists
	rest     []byte          // the path below a provider's prefix, or a model's name in a list
	head     dialect.Head
	body     []byte // as the client sent it, until a stage edits it
	sent     []byte // as the client sent it, unpacked

	// Who asked, and what for.
	consumer *identity.Consumer
	limits   *limit.Handle
	reserved limit.Reservation
	admitted bool
	route    *route.Route
	lane     *Lane
	meter    *meter.Route
	model    *route.Model

	// Cache.
	material cache.Material
	flight   *cache.Flight
	cached   cacheStatus

	// The upstream call.
	attempts      int
	candidates    []*route.Target
	shunned       []*route.Target // candidates whose breaker is open
	advised       bool            // a stage wants another target asked after the last failure
	visited       []*route.Model
	target        *route.Target
	provider      int
	out           dialect.Dialect // the provider's
	upstreamModel []byte          // the provider's name for the model
	aim           dialect.Target  // what the body is prepared for
	upstream      upstream.Request
	path          []byte
	fields        []byte
	encoded       []byte
	edits         wire.Edits
	exchange      upstream.Exchange
	refusal       []byte // a provider's own error body, to be relayed as it is
	hopeless      bool   // the same request will fail again: clients are told not to retry

	// The answer.
	status    int
	whole     []byte
	received  []byte // the whole answer as the provider sent it, if raw
	answer    dialect.Answer
	streaming bool
	usage     dialect.Usage
	fail      *fault.Error

	// Stages.
	call     hook.Call
	states   [][]byte
	taking   []bool // which stages take part in this request, decided once
	raw      bool   // a stage may ask for the answer as it was sent
	personal bool   // a stage looked at what the cache's key doesn't hold
	rerouted bool   // a stage chose the model; head.ModelName is its choice
	showed   bool   // one of the views was made
	viewed   bool   // asked holds body
	answered bool   // said holds the answer
	isBound  bool   // bound holds sending
	sending  []byte // the body for one target, while stages look at it
	rendered []byte // the same with their edits
	edited   []byte // the body with the edits of request stages
	headers  headerEdits

	// Questions of stages.
	asking    asking
	outer     *request           // whose stage asks this; nil for a client's request
	until     time.Time          // when a question must end; zero: the providers' deadlines say
	deadlines upstream.Deadlines // of a question's attempt

	// Departure of the client.
	watch    edge.Watch
	watching bool
	left     atomic.Bool
	wake     chan struct{}
	onSilent func()
	onQuiet  func()
	onLinger func()

	kept      int // bytes that are held for stages that look at the request when it is over
	scratch   []byte
	collected []byte // a stream made whole for HTTP/1.0
	rec       record.Record
	times     times

	// Large, and of no use to most requests, so that they come last: what a request touches should lie close together.
	translator dialect.Translator
	relay      relay
	asked      dialect.View
	said       dialect.View
	bound      dialect.View
}

// times are how long after the request's start things happened; zero if they didn't. upstream is when the first target was asked.
type times struct {
	upstream, firstByte, firstToken, done time.Duration
}

// elapsed is the time since the request's start, never zero.
func (r *request) elapsed() time.Duration { return max(time.Since(r.start), 1) }

// keepBytes is the largest buffer that goes back to the pool with a request.
const keepBytes = 256 << 10

func newRequest(p *Proxy) *request {
	r := &request{p: p, wake: make(chan struct{}, 1)}
	r.onSilent = r.silent
	r.onQuiet = r.ping
	r.onLinger = r.exchange.Cancel
	r.watch.Gone = r.gone
	r.call.Exchange = (*exchange)(r)
	r.call.Asker = (*asker)(r)
	return r
}

func (r *request) begin(ctx *fasthttp.RequestCtx) {
	r.ctx = ctx
	r.start = clock()
	newID(&r.id, r.start)
	r.head.Choices = 1
	r.usage = dialect.NoUsage
	r.body = ctx.Request.Body()
}

// guarded runs f and turns a panic into an answer. The process outlives any one request.
func (r *request) guarded(f func()) {
	defer func() {
		if v := recover(); v != nil {
			r.p.panicked(v)
			r.streaming = false // and the body that ResetBody closes doesn't end the request
			r.ctx.Response.ResetBody()
			r.reject(fault.New(fault.Internal, "the gateway failed on this request; it is logged under the request id"))
		}
	}()
	f()
}

// serve answers the request or says why not.
func (r *request) serve() {
	if e := r.run(); e != nil {
		r.reject(e)
	}
}

// run is the way of a request.
func (r *request) run() *fault.Error {
	if e := r.open(); e != nil { // which API, under which table
		return e
	}
	if e := r.identify(); e != nil { // who is calling
		return e
	}
	if e := r.scan(); e != nil { // model, stream, limits: spans of the body
		return e
	}
	if e := r.match(); e != nil { // route and model
		return e
	}
	if e := r.admit(); e != nil { // rates and concurrency: reserve
		return e
	}
	if r.endpoint.direct() { // lists, and raw paths below a provider's prefix
		return r.serveDirect()
	}
	r.pickStages()
	if done, e := r.lookup(); done || e != nil { // cache
		return e
	}
	if done, e := r.requestStages(); done || e != nil { // plugins on the request
		return e
	}
	if e := r.fetch(); e != nil { // choose a target, encode, call, retry, fail over
		return e
	}
	if r.streaming { // the rest runs as the answer is written: see WriteTo
		return nil
	}
	if e := r.answerStages(); e != nil { // plugins on the answer
		return e
	}
	r.store() // cache
	r.reply()
	return nil
}

// finish settles and records the request and gives everything back. It is called exactly once, when
// nothing of the request is needed any more.
func (r *request) finish() {
	r.stopWatching()
	r.exchange.Close()
	r.settle()
	r.land(nil)
	r.account()
	if r.logs() && r.p.after.later(r) {
		return
	}
	r.end()
}

// end writes the request's line and gives everything back.
func (r *request) end() {
	if r.t != nil && r.t.Log != nil {
		r.line()
	}
	if r.t != nil {
		r.t.release()
	}
	r.reset()
	r.p.requests.Put(r)
}

// reset empties the request and keeps its buffers, unless they grew large.
func (r *request) reset() {
	r.t, r.ctx, r.client, r.rest, r.body, r.sent = nil, nil, nil, nil, nil, nil
	r.head = dialect.Head{}
	r.endpoint = 0
	r.consumer, r.limits, r.admitted = nil, nil, false
	r.route, r.lane, r.meter, r.model = nil, nil, nil, nil
	r.material.Reset()
	r.flight, r.cached = nil, cacheOff
	for i := range r.states {
		r.states[i] = keep(r.states[i])
	}
	clear(r.call.Counts)
	r.call.Delta = keep(r.call.Delta)
	if r.showed {
		r.asked.Reset()
		r.said.Reset()
		r.bound.Reset()
		r.relay.lone.window = keep(r.relay.lone.window)
	}
	r.showed, r.viewed, r.answered, r.isBound, r.sending = false, false, false, false, nil
	r.rendered, r.edited = keep(r.rendered), keep(r.edited)
	r.headers.reset()
	r.attempts, r.target, r.provider, r.out = 0, nil, 0, nil
	r.candidates, r.visited = r.candidates[:0], r.visited[:0]
	r.upstreamModel, r.path, r.fields = r.upstreamModel[:0], r.path[:0], keep(r.fields)
	r.encoded, r.whole, r.refusal, r.scratch = keep(r.encoded), keep(r.whole), keep(r.refusal), keep(r.scratch)
	r.collected, r.received = keep(r.collected), keep(r.received)
	r.edits.Reset()
	r.upstream, r.aim = upstream.Request{}, dialect.Target{}
	r.status, r.streaming, r.fail = 0, false, nil
	r.hopeless, r.rerouted, r.advised = false, false, false
	r.taking, r.raw, r.personal = r.taking[:0], false, false
	r.answer = dialect.Answer{}
	if r.relay.begun {
		r.relay.reset()
	}
	r.relay.text = 0
	r.watching = false
	r.outer, r.until = nil, time.Time{}
	r.left.Store(false)
	select {
	case <-r.wake:
	default:
	}
	r.rec.Reset()
	r.times = times{}
}

func keep(b []byte) []byte {
	if cap(b) > keepBytes {
		return nil
	}
	scribble(b)
	return b[:0]
}
