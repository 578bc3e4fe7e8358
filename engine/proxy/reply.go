package proxy

import (
	"bytes"
	"strconv"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/edge"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// reply sends a whole JSON answer.
func (r *request) reply() { r.replyAs(contentJSON) }

func (r *request) replyAs(contentType string) {
	res := &r.ctx.Response
	res.SetStatusCode(r.status)
	res.Header.SetContentType(contentType)
	r.commonFields()
	r.whole = res.SwapBody(r.whole)
}

// commonFields are the fields of every answer.
func (r *request) commonFields() {
	h := &r.ctx.Response.Header
	r.setField(fieldRequestID, r.id[:])
	if r.client != nil && family(r.client.ID()) == dialect.AnthropicMessages {
		r.setField(fieldAnthropicRequestID, r.id[:])
	}
	if r.cached != cacheOff {
		r.setField(fieldCache, bytesOf(cacheNames[r.cached]))
	}
	r.limitFields()
	if r.out != nil && r.out.ID() != r.client.ID() {
		if dropped := r.translator.Dropped(); len(dropped) > 0 {
			for _, d := range dropped {
				h.Add("X-Yett-Dropped", d)
			}
		}
	}
	if len(r.headers.answer) > 0 {
		eachLine(r.headers.answer, func(name, value []byte) { h.SetBytesKV(name, value) })
	}
	if len(r.field(fieldInfo)) > 0 {
		r.infoFields()
	}
}

// infoFields tell which way the request took, to a client who sends x-yett-info.
func (r *request) infoFields() {
	h := &r.ctx.Response.Header
	if r.route != nil {
		h.Set("X-Yett-Route", r.route.Spec.Name)
	}
	if r.model != nil {
		h.Set("X-Yett-Model", r.model.Spec.Name)
	}
	if r.target != nil {
		h.Set("X-Yett-Provider", r.t.Providers[r.target.Provider].Name)
		h.SetBytesV("X-Yett-Upstream-Model", r.upstreamModel)
	}
	h.Set("X-Yett-Attempts", strconv.Itoa(r.attempts))
}

// reject answers with a failure in the client's own dialect.
func (r *request) reject(e *fault.Error) {
	r.fail = e
	r.land(nil)
	res := &r.ctx.Response
	if e.Kind == fault.ClientGone {
		res.SetConnectionClose()
		res.SetStatusCode(e.HTTPStatus())
		return
	}
	r.status = e.HTTPStatus()
	res.SetStatusCode(r.status)
	res.Header.SetContentType(contentJSON)
	r.commonFields()
	if e.RetryAfter > 0 {
		res.Header.Set("Retry-After", strconv.Itoa(e.RetryAfter))
	}
	if e.Kind.Party() == fault.Provider || r.hopeless {
		// The gateway has tried again already; SDKs would multiply that.
		res.Header.Set("X-Should-Retry", "false")
	}
	if e.Kind.Party() == fault.Provider && len(r.refusal) > 0 {
		r.whole = append(r.whole[:0], r.refusal...)
	} else {
		r.whole = r.errorDialect().AppendError(r.whole[:0], e, textOf(r.id[:]))
	}
	r.whole = res.SwapBody(r.whole)
}

// errorDialect is the dialect errors are told in: the client's own, else the one its path or header fields
// look like, else OpenAI's.
func (r *request) errorDialect() dialect.Dialect {
	if r.client != nil {
		return r.client
	}
	set := r.p.Dialects
	if bytes.Contains(r.ctx.URI().PathOriginal(), []byte("/messages")) || len(r.ctx.Request.Header.Peek("Anthropic-Version")) > 0 {
		return set.Of(dialect.AnthropicMessages)
	}
	return set.Of(dialect.OpenAIChat)
}

// endStages tells the stages that a stream ended well.
func (r *request) endStages() *fault.Error {
	for i := range r.lane.Stages {
		s := &r.lane.Stages[i]
		if !r.taking[i] || !s.Info().Hooks.Has(abi.OnStreamEnd) {
			continue
		}
		if e := r.callStage(i, s, abi.OnStreamEnd); e != nil {
			return e
		}
	}
	return nil
}

// bodyLimit is the largest body once it is unpacked: the listener's limit for bodies as they come.
func (r *request) bodyLimit() int {
	if c := edge.FromConn(r.ctx.Conn()); c != nil {
		return int(c.Listener().Limits().BodyBytes)
	}
	return spec.DefaultBodyBytes
}
