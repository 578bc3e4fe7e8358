package anthropic

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
)

// Head reads a request to count tokens: a messages request that is never streamed.
func (Count) Head(body []byte, h *dialect.Head) *fault.Error {
	if e := (Messages{}).Head(body, h); e != nil {
		return e
	}
	h.Stream = false
	return nil
}

// Forward replaces the model's name.
func (Count) Forward(e *wire.Edits, body []byte, h *dialect.Head, t *dialect.Target) {
	Messages{}.Forward(e, body, h, t)
}

// ViewRequest shows the messages to be counted.
func (Count) ViewRequest(v *dialect.View, body []byte) *fault.Error {
	return Messages{}.ViewRequest(v, body)
}

// ViewAnswer shows the count as input tokens.
func (Count) ViewAnswer(v *dialect.View, body []byte) *fault.Error {
	obj, f, e := answerFields(body)
	if e != nil {
		return e
	}
	b := v.BuildAnswer(body, obj, &shape)
	u := dialect.NoUsage
	u.Input = countOf(body, f[answerInputTokens])
	b.Usage(u)
	return nil
}

// Answer checks that there is a count. Counting uses no tokens: the usage is zero.
func (Count) Answer(body []byte, a *dialect.Answer) *fault.Error {
	_, f, e := answerFields(body)
	if e != nil {
		return e
	}
	if countOf(body, f[answerInputTokens]) < 0 {
		return notOurs(errNoTokens)
	}
	*a = dialect.Answer{Finished: true}
	return nil
}

// Event is UpstreamInvalid: counting has no streams.
func (Count) Event(_, _ []byte, _ *dialect.Event) *fault.Error { return notOurs(errNotStreamed) }
