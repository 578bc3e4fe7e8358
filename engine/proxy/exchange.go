package proxy

import (
	"bytes"
	"unicode/utf8"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/upstream"
	"github.com/yett-gateway/yett/sdk/abi"
)

// exchange shows a request to stages.
type exchange request

var (
	_ hook.Exchange = (*exchange)(nil)
	_ hook.Raw      = (*exchange)(nil)
)

// Get returns what the call is about itself, and leaves request and answer to their views.
func (x *exchange) Get(f abi.Field, i, j int) ([]byte, bool) {
	r := (*request)(x)
	switch f {
	case abi.FieldRequestID:
		r.saw(callerRequest)
		return r.id[:], true
	case abi.FieldDialect:
		return bytesOf(r.client.ID().String()), true
	case abi.FieldRoute:
		return bytesOf(r.route.Spec.Name), true
	case abi.FieldConsumer:
		r.saw(callerName)
		if r.consumer == nil {
			return nil, false
		}
		return bytesOf(r.consumer.Spec.Name), true
	case abi.FieldTeam:
		r.saw(callerTeam)
		if r.consumer == nil || r.consumer.Spec.Team == "" {
			return nil, false
		}
		return bytesOf(r.consumer.Spec.Team), true
	case abi.FieldClientIP:
		r.saw(callerAddress)
		r.scratch = remoteIP(r.scratch[:0], r.ctx.RemoteAddr())
		return r.scratch, true
	case abi.FieldMethod:
		return r.ctx.Method(), true
	case abi.FieldPath:
		return r.ctx.URI().PathOriginal(), true
	case abi.FieldProvider:
		if r.target == nil {
			return nil, false
		}
		return bytesOf(r.t.Providers[r.target.Provider].Name), true
	case abi.FieldUpstream:
		return r.upstreamModel, r.target != nil
	case abi.FieldModel:
		if r.call.Hook == abi.OnUpstreamRequest { // the body says the provider's name by now
			return r.head.ModelName, true
		}
	case abi.FieldCandidateModel:
		if i < 0 || i >= len(r.candidates) {
			return nil, false
		}
		r.scratch = r.candidates[i].AppendModel(r.scratch[:0], r.head.ModelName)
		return r.scratch, true
	case abi.FieldCandidateProvider:
		if i < 0 || i >= len(r.candidates) {
			return nil, false
		}
		return bytesOf(r.t.Providers[r.candidates[i].Provider].Name), true
	}
	if v := x.view(f); v != nil {
		return v.Get(f, i, j)
	}
	return r.relay.get(f, i, j)
}

// Num is Get for numbers.
func (x *exchange) Num(f abi.Field, i, j int) (int64, bool) {
	r := (*request)(x)
	switch f {
	case abi.FieldStream:
		if r.head.Stream {
			return 1, true
		}
		return 0, true
	case abi.FieldAttempt:
		return int64(r.attempts), r.attempts > 0
	case abi.FieldBodyLength:
		return int64(len(r.body)), true
	case abi.FieldCandidates:
		return int64(len(r.candidates)), true
	case abi.FieldCandidateWeight:
		if i < 0 || i >= len(r.candidates) {
			return 0, false
		}
		return int64(r.candidates[i].Spec.Weight), true
	case abi.FieldInputTokens:
		return r.usage.Input, r.usage.Input >= 0
	case abi.FieldOutputTokens:
		return r.usage.Output, r.usage.Output >= 0
	case abi.FieldCachedTokens:
		return r.usage.CacheRead, r.usage.CacheRead >= 0
	case abi.FieldReasonTokens:
		return r.usage.Reasoning, r.usage.Reasoning >= 0
	}
	if v := x.view(f); v != nil {
		return v.Num(f, i, j)
	}
	if t := r.relay.shownCall; t != nil {
		return t.num(f, i, j)
	}
	return 0, false
}

// get reads what is known of a streamed answer besides its pieces.
func (y *relay) get(f abi.Field, i, j int) ([]byte, bool) {
	switch f {
	case abi.FieldFinish:
		for _, c := range y.finishes {
			if c.Choice == i && c.Why != dialect.FinishNone {
				return bytesOf(c.Why.String()), true
			}
		}
		return nil, false
	case abi.FieldAnswerModel:
		return y.model, len(y.model) > 0
	}
	if y.shownCall != nil {
		return y.shownCall.get(f, i, j)
	}
	return nil, false
}

// view is the body that a field belongs to, parsed when the first stage asks.
func (x *exchange) view(f abi.Field) view {
	r := (*request)(x)
	if f >= abi.FieldAnswers && f <= abi.FieldReasonTokens {
		if r.streaming || len(r.whole) == 0 {
			return nil
		}
		r.showed = true
		if !r.answered {
			if r.client.ViewAnswer(&r.said, r.whole) != nil {
				return nil
			}
			r.answered = true
		}
		return &r.said
	}
	r.showed = true
	if r.call.Hook == abi.OnUpstreamRequest {
		return x.outgoing()
	}
	if !r.viewed {
		if r.client.ViewRequest(&r.asked, r.body) != nil {
			return nil
		}
		r.viewed = true
	}
	return &r.asked
}

// outgoing is the body as it is going to be sent, in the provider's dialect.
func (x *exchange) outgoing() view {
	r := (*request)(x)
	if !r.isBound {
		if r.out.ViewRequest(&r.bound, r.sending) != nil {
			return nil
		}
		r.isBound = true
	}
	return &r.bound
}

// view is what exchange needs of a dialect.View.
type view interface {
	Get(f abi.Field, i, j int) ([]byte, bool)
	Num(f abi.Field, i, j int) (int64, bool)
	Param(name []byte) ([]byte, bool)
	Apply(e *hook.Edit) abi.Status
}

// Named returns a header, a tag or a body member. Credentials stay hidden: a plugin never sees a key.
func (x *exchange) Named(family abi.Name, name []byte) ([]byte, bool) {
	r := (*request)(x)
	switch family {
	case abi.NameHeader:
		if secretField(name) {
			return nil, false
		}
		r.saw(callerHeader)
		v := r.ctx.Request.Header.PeekBytes(name)
		return v, v != nil
	case abi.NameTag:
		r.saw(callerTags)
		v := (*facts)(r).Tag(textOf(name))
		return bytesOf(v), v != ""
	case abi.NameParam:
		if v := x.view(abi.FieldModel); v != nil {
			return v.Param(name)
		}
	}
	return nil, false
}

// RequestBody implements hook.Raw.
func (x *exchange) RequestBody() ([]byte, bool) { return x.sent, x.sent != nil }

// AnswerBody implements hook.Raw.
func (x *exchange) AnswerBody() ([]byte, bool) {
	return x.received, !x.streaming && len(x.received) > 0
}

var secretFields = [...]string{
	"authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie", "set-cookie",
	"x-amz-security-token",
}

// secretField tells whether a field holds a credential.
func secretField(name []byte) bool {
	for _, s := range secretFields {
		if len(name) == len(s) && bytes.EqualFold(name, bytesOf(s)) {
			return true
		}
	}
	return false
}

// Apply makes one edit of the request or of the answer, whichever the hook is about.
func (x *exchange) Apply(e *hook.Edit) abi.Status {
	r := (*request)(x)
	if e.Field == abi.FieldNone {
		switch e.Family {
		case abi.NameAnswerHeader:
			return r.headers.set(&r.headers.answer, e.Name, e.Value)
		case abi.NameUpstreamHeader:
			return r.headers.set(&r.headers.upstream, e.Name, e.Value)
		case abi.NameParam:
		default:
			return abi.ReadOnly
		}
	}
	if t := r.relay.shownCall; t != nil {
		return t.apply(e)
	}
	ofAnswer := e.Field >= abi.FieldAnswers && e.Field <= abi.FieldReasonTokens
	if h := r.call.Hook; ofAnswer != (h == abi.OnResponse || h == abi.OnDelta || h == abi.OnToolCall) {
		return abi.ReadOnly
	}
	v := x.view(e.Field)
	if v == nil {
		return abi.Unsupported
	}
	return v.Apply(e)
}

// headerEdits are fields that stages add to the upstream request and to the answer.
type headerEdits struct {
	upstream, answer []byte // "name: value\r\n" lines
	kept             int    // how much of upstream holds for every attempt
}

const maxHeaderEdits = 8 << 10

func (h *headerEdits) reset() { h.upstream, h.answer, h.kept = h.upstream[:0], h.answer[:0], 0 }

// set adds a field. Only names that begin with "x-" and are neither ours nor a credential may be set.
func (h *headerEdits) set(dst *[]byte, name, value []byte) abi.Status {
	if !settable(name) {
		return abi.ReadOnly
	}
	if len(*dst)+len(name)+len(value)+4 > maxHeaderEdits {
		return abi.TooLarge
	}
	lines, err := upstream.AppendField(*dst, name, value)
	if err != nil || !utf8.Valid(value) {
		return abi.Invalid
	}
	*dst = lines
	return abi.OK
}

func settable(name []byte) bool {
	if len(name) < 3 || len(name) > 128 || secretField(name) {
		return false
	}
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return bytes.HasPrefix(name, []byte("x-")) && !bytes.HasPrefix(name, []byte("x-yett-")) && !bytes.HasPrefix(name, []byte("x-request-id"))
}

// each calls f for every field of lines made by set.
func eachLine(lines []byte, f func(name, value []byte)) {
	for len(lines) > 0 {
		end := bytes.Index(lines, []byte("\r\n"))
		line := lines[:end]
		lines = lines[end+2:]
		colon := bytes.IndexByte(line, ':')
		f(line[:colon], line[colon+2:])
	}
}
