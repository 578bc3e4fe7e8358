package proxy

import (
	"errors"
	"io"

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
	r.guardedStream(func() { n, err = r.relayTo(w) })
	return n, err
}

// guardedStream is guarded for an answer under way: all that can be done after a panic is to cut it.
func (r *request) guardedStream(f func()) {
	defer func() {
		if v := recover(); v != nil {
			r.p.panicked(v)
			r.fail = fault.New(fault.Internal, "the gateway failed on this request")
			panic(errCut) // fasthttp closes the connection without completing the body
		}
	}()
	f()
}

// Close ends the request.
func (b *body) Close() error {
	(*request)(b).finish()
	return nil
}

func (r *request) relayTo(w io.Writer) (n int64, err error) {
	if r.relay.raw {
		return r.relayRaw(w)
	}
	y := &r.relay
	for {
		m, err := r.send(w)
		n += m
		if err != nil || y.done {
			return n, err
		}
		if y.terminal {
			r.complete()
			continue
		}
		switch err := r.exchange.Fill(); {
		case err == nil:
			if e := r.pump(false); e != nil {
				r.breakOff(e)
			}
		case errors.Is(err, io.EOF):
			r.ended()
		default:
			r.breakOff(asFault(err))
		}
	}
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

// ended is the end of the upstream's body. Only an answer that said why it ends is complete; a missing end
// mark is then ours to add.
func (r *request) ended() {
	if e := r.pump(true); e != nil {
		r.breakOff(e)
		return
	}
	if !r.relay.finished && !r.relay.terminal {
		r.breakOff(fault.New(fault.UpstreamCut, "the provider's stream ended before the answer was complete"))
		return
	}
	r.complete()
}

// complete ends a good answer: what stages hold is released, a translation's closing events are written.
func (r *request) complete() {
	y := &r.relay
	if y.done {
		return
	}
	switch {
	case r.out.ID() != r.client.ID():
		var e *fault.Error
		if y.turned, e = r.translator.End(y.turned[:0]); e == nil {
			e = r.deliverTurned()
		}
		if e != nil {
			r.breakOff(e)
			return
		}
	case !y.terminal:
		if e := r.flushAll(); e != nil {
			r.breakOff(e)
			return
		}
		y.out = append(y.out, dialect.EndMark(r.client.ID())...)
	}
	if e := r.endStages(); e != nil {
		r.breakOff(e)
		return
	}
	y.done = true
	if y.keeping {
		y.kept = append(y.kept, y.out...)
		r.keepAnswer(y.kept, contentEvents, true)
	}
	y.keeping = false
}

// breakOff ends a broken answer with the dialect's own error. What stages still hold is not sent.
func (r *request) breakOff(e *fault.Error) {
	y := &r.relay
	switch {
	case r.left.Load():
		e = gone
	case e.Kind == fault.ClientGone: // nobody left: a drain ran out of time
		e = fault.New(fault.Overloaded, "the gateway is shutting down; send the request again")
	}
	r.fail = e
	if e.Kind != fault.ClientGone {
		y.out = r.client.AppendStreamError(y.out, e, textOf(r.id[:]))
	}
	y.keeping = false
	y.done = true
	r.exchange.Cancel()
}
