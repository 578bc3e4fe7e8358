package openai

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

var embedNames = []string{"model", "input", "user"}

const (
	embedModel = iota
	embedInput
	embedUser
	embedCount
)

var embedShape = dialect.Shape{Fixed: true, Reserved: []string{"model", "input", "user"}}

// Head reads an embeddings request. Messages is the member "input".
func (Embeddings) Head(body []byte, h *dialect.Head) *fault.Error {
	var f [embedCount]wire.Span
	if e := h.Begin(body, embedNames, f[:]); e != nil {
		return e
	}
	if e := h.ReadModel(body, f[embedModel]); e != nil {
		return e
	}
	if e := checkInput(body, f[embedInput]); e != nil {
		return e
	}
	h.Messages, h.User = f[embedInput], f[embedUser]
	return nil
}

// checkInput wants a string, an array of strings, an array of tokens, or an array of those.
func checkInput(body []byte, s wire.Span) *fault.Error {
	switch wire.KindOf(body, s) {
	case wire.String:
		return nil
	case wire.Invalid, wire.Null:
		return dialect.Bad("input", "input is missing; send a string or an array of strings")
	case wire.Array:
	default:
		return dialect.Bad("input", "input must be a string or an array of strings")
	}
	i := 0
	first := wire.Invalid
	for el := wire.ElementsOf(body, s); el.Next(); i++ {
		kind := wire.KindOf(body, el.Value())
		if i == 0 {
			first = kind
		}
		if kind != first || kind != wire.String && kind != wire.Number && kind != wire.Array {
			path := dialect.At("input", i)
			return dialect.Bad(path, path+" must be a string, like every element of input")
		}
	}
	if i == 0 {
		return dialect.Bad("input", "input is empty; send at least one string")
	}
	return nil
}

// Forward replaces the model's name.
func (Embeddings) Forward(e *wire.Edits, _ []byte, h *dialect.Head, t *dialect.Target) {
	forwardModel(e, h, t)
}

// ViewRequest shows each input as a user's message.
func (Embeddings) ViewRequest(v *dialect.View, body []byte) *fault.Error {
	var f [embedCount]wire.Span
	obj, e := dialect.Object(body, embedNames, f[:])
	if e != nil {
		return e
	}
	b := v.BuildRequest(body, obj, &embedShape)
	viewHead(b, body, f[embedModel], f[embedUser])
	in := f[embedInput]
	if wire.KindOf(body, in) == wire.String {
		viewInput(b, body, in)
		return nil
	}
	for el := wire.ElementsOf(body, in); el.Next(); {
		viewInput(b, body, el.Value())
		if wire.KindOf(body, el.Value()) == wire.Number {
			break // the array is one input in tokens
		}
	}
	return nil
}

func viewInput(b dialect.Builder, body []byte, s wire.Span) {
	b.Message(dialect.RoleUser, s)
	if wire.KindOf(body, s) == wire.String {
		b.Part(dialect.PartSpec{Kind: abi.PartText, Text: s})
		return
	}
	b.Part(dialect.PartSpec{Kind: abi.PartOther, ReadOnly: true})
}

// ViewAnswer shows the model and usage: vectors are nothing to read.
func (Embeddings) ViewAnswer(v *dialect.View, body []byte) *fault.Error {
	obj, f, e := answerFields(body)
	if e != nil {
		return e
	}
	b := v.BuildAnswer(body, obj, &embedShape)
	b.Model(f[answerModel])
	b.Usage(usageOf(body, f[answerUsage]))
	return nil
}

// Answer reads a list of embeddings.
func (Embeddings) Answer(body []byte, a *dialect.Answer) *fault.Error {
	_, f, e := answerFields(body)
	if e != nil {
		return e
	}
	if wire.KindOf(body, f[answerData]) != wire.Array {
		return notOurs(errNoData)
	}
	*a = dialect.Answer{Usage: usageOf(body, f[answerUsage]), Model: f[answerModel], Finished: true}
	return nil
}

// Event is UpstreamInvalid: embeddings have no streams.
func (Embeddings) Event(_, _ []byte, _ *dialect.Event) *fault.Error { return notOurs(errNotStreamed) }
