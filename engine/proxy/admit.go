package proxy

import (
	"strconv"
	"time"

	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
)

// bytesPerToken turns bytes into an estimate of tokens before a provider has counted them. Four bytes a
// token is the common figure for English text; the estimate is settled with the provider's own count.
const bytesPerToken = 4

// admit reserves a request and its tokens: what the prompt likely counts, and what the client lets the
// answer take. It is settled once, in finish, with what was used.
func (r *request) admit() *fault.Error {
	if r.limits == nil {
		return nil
	}
	refusal := r.limits.Admit(&r.reserved, r.promptTokens(), r.answerTokens())
	if refusal.OK {
		r.admitted = true
		return nil
	}
	secs := int((refusal.RetryAfter + time.Second - 1) / time.Second)
	if refusal.Which == "concurrent" {
		secs = 1 // nobody knows when one of the others ends; the SDKs wait a second without being told
	}
	text := "consumer \"" + r.consumer.Spec.Name + "\" is above its limit of "
	switch refusal.Which {
	case "concurrent":
		text += "requests at once"
	case "tokens_per_request":
		text += "tokens: this request alone asks for more than the limit allows; send a shorter prompt or a smaller max_tokens"
	default:
		text += refusal.Which
	}
	if secs > 0 {
		text += "; try again in " + strconv.Itoa(secs) + " s"
	}
	e := fault.New(fault.RateLimited, text)
	e.RetryAfter = secs
	r.hopeless = refusal.Which == "tokens_per_request"
	return e
}

func (r *request) promptTokens() int64 { return int64(len(r.body)) / bytesPerToken }

func (r *request) answerTokens() int64 {
	return max(r.head.MaxTokens, 0) * max(r.head.Choices, 1)
}

// settle charges what was used in place of what was reserved. A request whose provider never said what it
// used is charged by the bytes that came; one that never reached a provider is charged nothing but itself.
func (r *request) settle() {
	if !r.admitted {
		return
	}
	switch {
	case r.cached == cacheHit || r.cached == cacheShared || r.times.upstream == 0:
		r.reserved.Cancel()
	default:
		r.reserved.Settle(r.used())
	}
}

func (r *request) used() int64 {
	in, out := r.usage.Input, r.usage.Output
	if in < 0 {
		in = r.promptTokens()
	}
	if out < 0 {
		out = r.relay.text / bytesPerToken
	}
	return in + out
}

// limitFields tells the client where it stands, in the field names both vendors' SDKs read.
func (r *request) limitFields() {
	if r.limits == nil {
		return
	}
	s := r.limits.State()
	if s.RequestsLimit > 0 {
		r.setCount(fieldLimitRequests, s.RequestsLimit)
		r.setCount(fieldRemainingRequests, s.RequestsRemaining)
		r.setField(fieldResetRequests, r.seconds(s.RequestsReset))
	}
	if s.TokensLimit > 0 {
		r.setCount(fieldLimitTokens, s.TokensLimit)
		r.setCount(fieldRemainingTokens, s.TokensRemaining)
		r.setField(fieldResetTokens, r.seconds(s.TokensReset))
	}
}

// seconds writes a wait as the vendors do: "12ms", "6s".
func (r *request) seconds(d time.Duration) []byte {
	if d < time.Second {
		r.scratch = append(wire.AppendInt(r.scratch[:0], d.Milliseconds()), "ms"...)
	} else {
		r.scratch = append(wire.AppendInt(r.scratch[:0], int64(d/time.Second)), 's')
	}
	return r.scratch
}
