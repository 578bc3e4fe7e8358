package proxy

import (
	"bytes"
	"errors"
	"io"
	"net/url"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/upstream"
)

// serveDirect answers what has no pipeline: lists of models, and raw paths below a provider's prefix.
func (r *request) serveDirect() *fault.Error {
	switch r.endpoint {
	case hello:
		r.status = 200
		r.whole = append(r.whole[:0], "{\"service\":\"yett\"}\n"...)
		r.reply()
		return nil
	case models, model:
		return r.listModels()
	default:
		return r.passThrough()
	}
}

// lister is a dialect that has a list of models. created is in seconds since 1970.
type lister interface {
	AppendModels(dst []byte, names []string, created int64) []byte
	AppendModel(dst []byte, name string, created int64) []byte
}

// listModels answers GET /v1/models in the vendor's shape the client asks for.
func (r *request) listModels() *fault.Error {
	like, ok := r.errorDialect().(lister)
	if !ok {
		return fault.New(fault.NotFound, "this API has no list of models")
	}
	r.status = 200
	if r.endpoint == models {
		r.whole = like.AppendModels(r.whole[:0], r.route.Names(r.allowed()), r.p.began.Unix())
		r.reply()
		return nil
	}
	name, err := url.PathUnescape(string(r.rest))
	if err != nil || r.route.Model([]byte(name), r.allowed()) == nil {
		return r.unknownModel([]byte(name))
	}
	r.whole = like.AppendModel(r.whole[:0], name, r.p.began.Unix())
	r.reply()
	return nil
}

// passThrough sends a request below a provider's prefix to that provider as it came, with the gateway's
// credential in place of the client's. The answer comes back as it is.
func (r *request) passThrough() *fault.Error {
	i, rest := r.prefixed()
	if i < 0 {
		return fault.New(fault.NotFound, "this gateway doesn't serve "+clip(r.rest)+"; a provider's own API is open below /{provider}/ where a route allows it")
	}
	p, up := r.t.Providers[i], r.t.Upstreams[i]
	r.provider = i
	r.path = p.AppendRest(r.path[:0], rest)
	if q := r.ctx.URI().QueryString(); len(q) > 0 {
		r.path = append(append(r.path, '?'), q...)
	}
	if e := r.rawFields(p.AppendFields(r.fields[:0])); e != nil {
		return e
	}
	r.upstream = upstream.Request{
		Method: string(r.ctx.Method()), Path: r.path, Fields: r.fields, Body: r.ctx.Request.Body(),
		Stream: true, Deadlines: p.RawDeadlines(),
	}
	r.attempts = 1
	if err := r.askUpstream(p); err != nil {
		e := asFault(err)
		if e.Kind == fault.ClientGone {
			e = r.ended()
		}
		up.Outcome(e.Kind, false).Inc()
		return e
	}
	if s := r.exchange.Status(); s == 401 || s == 403 {
		up.Outcome(fault.UpstreamAuth, false).Inc()
		return fault.New(fault.UpstreamAuth, "the provider refused the gateway's credentials")
	}
	up.Outcome(0, true).Inc()
	r.rawAnswer()
	return nil
}

// prefixed finds the provider whose prefix the path has: its name, or type.name.
func (r *request) prefixed() (i int, rest []byte) {
	p := r.rest[1:]
	n := bytes.IndexByte(p, '/')
	if n <= 0 {
		return -1, nil
	}
	for _, i := range r.lane.Passthrough {
		if q := r.t.Providers[i]; string(p[:n]) == q.Spec.Name || string(p[:n]) == q.Name {
			return i, p[n:]
		}
	}
	return -1, nil
}

// rawForwarded are the fields that a raw request keeps.
var rawForwarded = [...]string{
	"Content-Type", "Accept", "Content-Encoding", "Range", "Anthropic-Version", "Anthropic-Beta", "Openai-Beta",
	"Openai-Organization", "Openai-Project", "Idempotency-Key", "Traceparent", "Tracestate",
}

func (r *request) rawFields(f []byte) *fault.Error {
	var err error
	for _, name := range rawForwarded {
		if v := r.ctx.Request.Header.Peek(name); len(v) > 0 {
			if f, err = upstream.AppendField(f, name, textOf(v)); err != nil {
				return fault.Wrap(fault.BadRequest, "the header "+name+" has a value that can't be sent on", err)
			}
		}
	}
	for _, d := range r.t.Providers[r.provider].Defaults(dialect.None) {
		if len(r.ctx.Request.Header.Peek(d.Name)) == 0 {
			f, _ = upstream.AppendField(f, d.Name, d.Value)
		}
	}
	r.fields = f
	return nil
}

// rawReturned are the fields of a provider's answer that a raw request gets back.
var rawReturned = [...]string{
	"Content-Type", "Content-Encoding", "Content-Disposition", "Content-Range", "Accept-Ranges", "Etag",
	"Last-Modified", "Retry-After",
}

// rawAnswer starts the answer; its bytes follow in relayRaw.
func (r *request) rawAnswer() {
	x, res := &r.exchange, &r.ctx.Response
	r.status = x.Status()
	res.SetStatusCode(r.status)
	for _, name := range rawReturned {
		if v := x.Header(name); len(v) > 0 {
			res.Header.SetBytesV(name, v)
		}
	}
	r.commonFields()
	r.relay.restart()
	r.relay.raw = true
	r.streaming = true
	x.GotToken()
	res.SetBodyStream((*body)(r), -1)
}

// relayRaw copies the answer and reads usage on the way where the path is one the gateway knows.
func (r *request) relayRaw(w io.Writer) (n int64, err error) {
	x := &r.exchange
	for {
		if b := x.Bytes(); len(b) > 0 {
			r.sniff(b)
			m, err := w.Write(b)
			n += int64(m)
			x.Discard(len(b))
			if err != nil {
				r.left.Store(true)
				r.fail = gone
				return n, err
			}
		}
		if !r.watching {
			r.heed()
		}
		switch err := x.Fill(); {
		case errors.Is(err, io.EOF):
			r.sniffed()
			return n, nil
		case err != nil:
			if r.fail = asFault(err); r.fail.Kind == fault.ClientGone {
				r.fail = r.ended()
			}
			return n, errCut
		}
	}
}

// maxSniff bounds what is kept of a raw answer to read its usage.
const maxSniff = 1 << 20

// sniff keeps a raw answer of a known API so that its usage can be counted.
func (r *request) sniff(b []byte) {
	if r.rawDialect() == nil || r.status != 200 || len(r.whole)+len(b) > maxSniff {
		return
	}
	r.whole = append(r.whole, b...)
}

// sniffed reads usage from a raw answer: from its events, or from its body.
func (r *request) sniffed() {
	d := r.rawDialect()
	if d == nil || r.status != 200 || len(r.whole) == 0 {
		return
	}
	if !isEvents(r.ctx.Response.Header.ContentType()) {
		r.answer = dialect.Answer{Usage: dialect.NoUsage}
		if d.Answer(r.whole, &r.answer) == nil {
			r.usage = r.answer.Usage
		}
		return
	}
	y := &r.relay
	for rest := r.whole; len(rest) > 0; {
		ev, n, err := y.events.Next(rest, true)
		if err != nil || n == 0 {
			return
		}
		rest = rest[n:]
		if ev.Data == nil {
			continue
		}
		y.event.Reset()
		if d.Event(ev.Name, ev.Data, &y.event) == nil {
			r.usage.Merge(y.event.Usage)
		}
	}
}

// rawDialect is the dialect of a raw path, nil if it is none the gateway knows.
func (r *request) rawDialect() dialect.Dialect {
	_, rest := r.prefixed()
	e, _ := endpointOf(rest)
	if id := endpointDialect[min(int(e), len(endpointDialect)-1)]; id != dialect.None {
		return r.p.Dialects.Of(id)
	}
	return nil
}
