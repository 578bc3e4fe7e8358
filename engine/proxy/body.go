package proxy

import (
	"errors"
	"io"
	"time"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
)

// body is a streamed answer as fasthttp sees it. fasthttp drives WriteTo in the client connection's own
// goroutine and sends each Write as one chunk at once; it calls Close when the answer has ended, well or not.
type body request

// SupportsBodyWriteTo tells fasthttp to call WriteTo.
func (b *body) SupportsBodyWriteTo() bool { return true }

// Read is never called, since WriteTo is; fasthttp only asks for the method.
func (b *body) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// errCut ends a raw answer without the mark of a complete body: the client sees that it was cut.
var errCut = errors.New("the upstream's answer was cut")

// WriteTo relays the answer. An upstream that fails ends it with the dialect's error event and without
// the dialect's mark of a good end. The error that is returned closes the connection.
func (b *body) WriteTo(w io.Writer) (n int64, err error) {
	r := (*request)(b)
	r.relay.w = w
	n, err = r.guardedRelay(w)
	r.relay.w = nil
	return n, err
}

// guardedRelay turns a panic into the end of a broken answer. Bytes of the answer are out already, so all
// that can be done is to say so in the stream, or to cut it.
func (r *request) guardedRelay(w io.Writer) (n int64, err error) {
	defer func() {
		if v := recover(); v == nil {
			return
		} else {
			r.p.panicked(v)
		}
		e := fault.New(fault.Internal, "the gateway failed on this request; it is logged under the request id")
		if r.relay.raw {
			r.fail, err = e, errCut
			return
		}
		r.relay.out = r.relay.out[:0] // what was being made when it broke
		r.breakOff(e)
		var m int64
		m, err = r.send(w)
		n += m
	}()
	if r.relay.raw {
		return r.relayRaw(w)
	}
	return r.relayEvents(w)
}

// Close ends the request. It does nothing for a body that was given up before it was written.
func (b *body) Close() error {
	r := (*request)(b)
	if r.streaming {
		r.finish()
	}
	return nil
}

func (r *request) relayEvents(w io.Writer) (n int64, err error) {
	y := &r.relay
	for {
		m, err := r.send(w)
		n += m
		switch {
		case err != nil:
			return n, err
		case y.done:
			r.linger()
			return n, nil
		case y.terminal:
			r.complete()
			continue
		case r.p.live.over.Load():
			r.breakOff(stopping)
			continue
		case y.more:
			if e := r.pump(false); e != nil {
				r.breakOff(e)
			}
			continue
		}
		r.heed()
		switch err := r.exchange.Fill(); {
		case err == nil:
			if e := r.pump(false); e != nil {
				r.breakOff(e)
			}
		case errors.Is(err, io.EOF):
			r.closed()
		default:
			r.breakOff(asFault(err))
		}
	}
}

// ping keeps the client's side alive while the upstream is silent. Events are written whole, so a ping
// always falls between two of them.
func (r *request) ping() {
	y := &r.relay
	y.pings++
	r.exchange.SetSilent(time.Duration(y.pings+1)*r.p.PingAfter, r.onQuiet)
	r.scratch = r.client.AppendPing(r.scratch[:0])
	if _, err := y.w.Write(r.scratch); err != nil {
		r.left.Store(true)
		r.exchange.Cancel()
	}
}

// lingerFor is how long the end of the upstream's body may come after the end of its answer for the
// connection to be used again. Providers send both in one packet, or the second right behind.
const lingerFor = 5 * time.Millisecond

// linger reads the end of a good answer's body, so that the connection can serve again.
func (r *request) linger() {
	x := &r.exchange
	if r.fail != nil || x.Cancelled() {
		return
	}
	x.SetSilent(lingerFor, r.onLinger)
	for range 4 {
		x.Discard(len(x.Bytes()))
		if x.Fill() != nil {
			return
		}
	}
}

// collect answers a client that can't read chunks, which came with HTTP/1.1, with the whole of a stream.
func (r *request) collect() {
	r.whole = r.whole[:0]
	into := writer{&r.collected}
	r.collected = r.collected[:0]
	_, err := (*body)(r).WriteTo(into)
	res := &r.ctx.Response
	r.streaming = false
	res.ResetBody()
	if err != nil {
		r.reject(fault.New(fault.UpstreamCut, "the provider's answer broke off; try again"))
		return
	}
	r.collected = res.SwapBody(r.collected)
}

// writer appends to a slice, up to the length of a whole answer.
type writer struct{ b *[]byte }

func (w writer) Write(p []byte) (int, error) {
	if len(*w.b)+len(p) > maxAnswer {
		return 0, errCut
	}
	*w.b = append(*w.b, p...)
	return len(p), nil
}

// send writes what is ready, in one write.
func (r *request) send(w io.Writer) (int64, error) {
	y := &r.relay
	if len(y.out) == 0 {
		return 0, nil
	}
	if y.keeping {
		if len(y.kept)+len(y.out) > r.route.Spec.Cache.EntryBytes {
			y.keeping, y.kept = false, y.kept[:0]
			r.land(nil) // nothing to wait for
		} else {
			y.kept = append(y.kept, y.out...)
		}
	}
	n, err := w.Write(y.out)
	y.out = y.out[:0]
	if err != nil {
		r.left.Store(true)
		r.fail = gone
		r.exchange.Cancel()
	}
	return int64(n), err
}

// closed is the end of the upstream's body. Only an answer that said why it ends is complete; a missing end
// mark is then ours to add.
func (r *request) closed() {
	if e := r.pump(true); e != nil {
		r.breakOff(e)
		return
	}
	if r.relay.more {
		return
	}
	if !r.relay.finished && !r.relay.terminal {
		r.breakOff(fault.New(fault.UpstreamCut, "the provider's stream ended before the answer was complete"))
		return
	}
	r.complete()
}

// complete ends a good answer: what stages hold is released, a translation's closing events are written, the
// stages are told, and last comes the mark of the end, which nothing may follow.
func (r *request) complete() {
	y := &r.relay
	if y.done {
		return
	}
	if e := r.conclude(); e != nil {
		r.breakOff(e)
		return
	}
	y.out = append(y.out, y.last...)
	y.done = true
	if y.keeping {
		y.kept = append(y.kept, y.out...)
		r.keepAnswer(y.kept, contentEvents, true)
	}
	y.keeping = false
}

// conclude does all of complete that can fail.
func (r *request) conclude() *fault.Error {
	y := &r.relay
	switch {
	case r.out.ID() != r.client.ID():
		var e *fault.Error
		if y.turned, e = r.translator.End(y.turned[:0]); e == nil {
			e = r.deliverTurned()
		}
		if e != nil {
			return e
		}
	case !y.terminal:
		if e := r.flushAll(); e != nil {
			return e
		}
		y.last = append(y.last[:0], dialect.EndMark(r.client.ID())...)
	}
	return r.endStages()
}

// breakOff ends a broken answer with the dialect's own error. What stages still hold is not sent.
func (r *request) breakOff(e *fault.Error) {
	y := &r.relay
	if e.Kind == fault.ClientGone || r.left.Load() {
		e = r.ended()
	}
	r.fail = e
	if e != gone {
		y.out = r.client.AppendStreamError(y.out, e, textOf(r.id[:]))
	}
	y.keeping = false
	y.done = true
	r.exchange.Cancel()
}
