package proxy

import (
	"bytes"
	"errors"
	"io"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/provider"
	"github.com/yett-gateway/yett/engine/route"
)

// maxRefusal bounds what is read of a provider's error answer.
const maxRefusal = 64 << 10

// maxAnswer bounds a whole answer.
const maxAnswer = 64 << 20

const (
	contentJSON   = "application/json"
	contentEvents = "text/event-stream"
)

// watchAfter is how long an upstream may be silent before the client is watched for leaving. Answers and events that come
// sooner pay nothing for the watch, and a client that leaves is still noticed within a quarter of a second: by the watch, or
// by the second event that is written to it.
const watchAfter = 75 * time.Millisecond

// patience is watchAfter, or less where the first ping, which the watch comes before, is due sooner.
func (r *request) patience() time.Duration { return min(watchAfter, r.p.PingAfter) }

// attempt asks one target once. For a stream it returns when the first content has come, so that
// everything before can still be asked elsewhere; for a whole answer when all of it has.
func (r *request) attempt(p *provider.Provider, t *route.Target) *fault.Error {
	r.refusal, r.received = r.refusal[:0], r.received[:0] // what an earlier target said isn't this one's answer
	if e := r.encode(p, t); e != nil {
		return e
	}
	x := &r.exchange
	if err := r.askUpstream(p); err != nil {
		return asFault(err)
	}
	if s := x.Status(); s < 200 || s > 299 {
		return r.refused(s)
	}
	if r.head.Stream && streams(r.client.ID()) {
		if !isEvents(x.Header("content-type")) {
			return fault.New(fault.UpstreamInvalid, "the provider answered a streaming request with something that is not a stream")
		}
		return r.firstContent()
	}
	return r.readWhole()
}

// askUpstream sends the request and reads the head of the answer.
func (r *request) askUpstream(p *provider.Provider) error {
	x := &r.exchange
	x.SetSilent(r.patience(), r.onSilent)
	begun := r.elapsed()
	if r.times.upstream == 0 {
		r.times.upstream = begun
	}
	err := p.Client.Do(x, &r.upstream)
	if err == nil {
		r.times.firstByte = begun + x.FirstByte()
	}
	return err
}

// streams tells whether a dialect's requests may ask for a stream.
func streams(id dialect.ID) bool {
	return id == dialect.OpenAIChat || id == dialect.AnthropicMessages
}

// readWhole reads an answer to its end, checks it, and brings it into the client's dialect.
func (r *request) readWhole() *fault.Error {
	var err error
	if r.whole, err = r.exchange.ReadAll(r.whole[:0], maxAnswer); err != nil {
		return asFault(err)
	}
	if r.raw {
		r.received = append(r.received[:0], r.whole...)
	}
	r.answer = dialect.Answer{Usage: dialect.NoUsage}
	if e := r.out.Answer(r.whole, &r.answer); e != nil {
		return e
	}
	r.usage = r.answer.Usage
	if streams(r.client.ID()) {
		r.relay.text = int64(len(r.whole)) // an upper bound; embeddings put out no tokens
	}
	if r.out.ID() != r.client.ID() {
		var e *fault.Error
		if r.scratch, e = r.translator.Answer(r.scratch[:0], r.whole); e != nil {
			return e
		}
		r.whole, r.scratch = r.scratch, r.whole
	}
	r.status = 200
	return nil
}

// refused reads a provider's error answer. One that blames the request is relayed as it is where client
// and provider speak the same dialect.
func (r *request) refused(status int) *fault.Error {
	if status < 400 {
		return fault.New(fault.UpstreamInvalid, "the provider answered with a redirect or an unexpected status")
	}
	after := retryAfter(r.exchange.Header("retry-after"), clock())
	body, err := r.exchange.ReadAll(r.refusal[:0], maxRefusal)
	if err != nil {
		body = body[:0] // the status says enough
	}
	r.refusal = body
	e := r.out.Failure(status, body)
	e.RetryAfter = after
	if !relayable(e.Kind) || r.out.ID() != r.client.ID() || !bytes.HasPrefix(r.exchange.Header("content-type"), bytesOf(contentJSON)) {
		r.refusal = r.refusal[:0]
	}
	return e
}

// relayable failures speak of the client's request; the others speak of the provider, or of our account
// there, and are told in our own words.
func relayable(k fault.Kind) bool {
	switch k {
	case fault.UpstreamRejected, fault.ContextLength, fault.ContentPolicy:
		return true
	}
	return false
}

// retryAfter is the wait a provider asks for, in whole seconds, 0 for none: a number, or a date, from which
// now is taken. A wait above maxRetryAfter is cut to that. Nonsense is no wait.
func retryAfter(v []byte, now time.Time) int {
	if len(v) == 0 {
		return 0
	}
	if v[0] >= '0' && v[0] <= '9' {
		return wholeSeconds(v)
	}
	at, err := fasthttp.ParseHTTPDate(v)
	if err != nil || !at.After(now) {
		return 0
	}
	return int(min((at.Sub(now)+time.Second-1)/time.Second, maxRetryAfter))
}

// maxRetryAfter bounds what is believed of a provider's Retry-After, in seconds.
const maxRetryAfter = 24 * 60 * 60

// wholeSeconds reads digits; a fraction is rounded up.
func wholeSeconds(v []byte) int {
	n := 0
	for i, c := range v {
		switch {
		case c >= '0' && c <= '9':
			n = min(n*10+int(c-'0'), maxRetryAfter)
		case c == '.' && i+1 < len(v):
			return min(n+1, maxRetryAfter)
		default:
			return 0
		}
	}
	return n
}

// asFault gives every error of the upstream a kind.
func asFault(err error) *fault.Error {
	var e *fault.Error
	if errors.As(err, &e) {
		return e
	}
	if errors.Is(err, io.EOF) {
		return fault.Wrap(fault.UpstreamCut, "the provider's answer ended before it was complete", err)
	}
	return fault.Wrap(fault.UpstreamInvalid, "the provider's answer could not be read", err)
}
