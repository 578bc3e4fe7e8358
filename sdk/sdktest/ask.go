package sdktest

import (
	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/abi/table"
)

// tokens counts as the test says, or by the stand-in.
func (r *run) tokens(text string) int32 {
	if r.h.Tokens != nil {
		return int32(r.h.Tokens(text))
	}
	return int32((len(text) + 3) / 4)
}

// TokensCount implements the SDK's host.
func (r *run) TokensCount(text []byte) int32 {
	switch {
	case r.c == nil:
		return int32(abi.BadField)
	case len(text) > abi.MaxCounted:
		return int32(abi.TooLarge)
	}
	return r.tokens(string(text))
}

// TokensField implements the SDK's host.
func (r *run) TokensField(f abi.Field, i, j int32) int32 {
	if r.c == nil || f >= abi.Fields || table.Fields[f].Kind != table.Text {
		return int32(abi.BadField)
	}
	text, ok := r.window, r.hook == abi.OnDelta
	switch f {
	case abi.FieldDelta:
	case abi.FieldDeltaBefore:
		text = r.before
	default:
		text, ok = r.c.Get(f, int(i), int(j))
	}
	switch {
	case !ok:
		return int32(abi.Absent)
	case len(text) > abi.MaxCounted:
		return int32(abi.TooLarge)
	}
	return r.tokens(text)
}

// TokensPrompt implements the SDK's host: the texts, and what the host adds to messages and tools.
func (r *run) TokensPrompt() int32 {
	if r.c == nil {
		return int32(abi.BadField)
	}
	sum, fits := int32(3), true
	add := func(texts ...string) {
		for _, s := range texts {
			fits = fits && len(s) <= abi.MaxCounted
			sum += r.tokens(s)
		}
	}
	for _, m := range r.c.Messages {
		sum += 3
		add(m.Role)
		for _, p := range m.Parts {
			if hasText(p.Kind) {
				add(p.Text, p.Name)
			}
		}
	}
	for n, t := range r.c.Tools {
		if n == 0 {
			sum += 12
		}
		sum += 7
		add(t.Name, t.Description, t.Schema)
	}
	if !fits {
		return int32(abi.TooLarge)
	}
	return sum
}

// LLMAsk implements the SDK's host.
func (r *run) LLMAsk(model, system, prompt string, _, _ int32) int32 {
	r.answer, r.answered = "", false
	switch {
	case r.c == nil:
		return int32(abi.BadField)
	case r.h.LLM == nil:
		return int32(abi.Unavailable)
	}
	answer, err := r.h.LLM(model, system, prompt)
	switch err {
	case nil:
		r.answer, r.answered = answer, true
		return int32(len(answer))
	case sdk.ErrNotGranted:
		return int32(abi.NotGranted)
	case sdk.ErrTooLarge:
		return int32(abi.TooLarge)
	case sdk.ErrTimedOut:
		return int32(abi.TimedOut)
	case sdk.ErrExhausted:
		return int32(abi.Exhausted)
	}
	return int32(abi.Unavailable)
}

// LLMText implements the SDK's host.
func (r *run) LLMText(buf []byte) int32 { return give(r.answer, r.answered, buf) }
