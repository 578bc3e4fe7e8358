package sdk

import (
	"iter"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/internal/host"
)

// Response is an answer.
type Response struct{ Call }

// Request is the request that the answer belongs to. It can be read, and no longer changed.
func (Response) Request() Request { return Request{} }

// Model is the model that answered, "" until it is known.
func (Response) Model() string { return text(abi.FieldAnswerModel, 0, 0) }

// NumChoices is how many choices the answer has.
func (Response) NumChoices() int { return count(abi.FieldAnswers, 0, 0) }

// Choice is choice i.
func (Response) Choice(i int) Choice { return Choice{int32(i)} }

// Choices are all choices, in order.
func (r Response) Choices() iter.Seq[Choice] {
	return func(yield func(Choice) bool) {
		for i := range r.NumChoices() {
			if !yield(Choice{int32(i)}) {
				return
			}
		}
	}
}

// InputTokens is how many tokens the prompt had; ok is false until it is known.
func (Response) InputTokens() (n int64, ok bool) { return number(abi.FieldInputTokens, 0, 0) }

// OutputTokens is how many tokens the answer has; ok is false until it is known.
func (Response) OutputTokens() (n int64, ok bool) { return number(abi.FieldOutputTokens, 0, 0) }

// Choice is one choice of an answer: a message of the assistant.
type Choice struct{ i int32 }

// NumParts is how many parts it has.
func (c Choice) NumParts() int { return count(abi.FieldAnswerParts, int(c.i), 0) }

// Part is part j.
func (c Choice) Part(j int) Part { return Part{c.i, int32(j), true} }

// Parts are its parts, in order.
func (c Choice) Parts() iter.Seq[Part] {
	return func(yield func(Part) bool) {
		for j := range c.NumParts() {
			if !yield(Part{c.i, int32(j), true}) {
				return
			}
		}
	}
}

// Finish is why it ended: "stop", "length", "tool_calls", "content_filter"; "" until it is known.
func (c Choice) Finish() string { return text(abi.FieldFinish, int(c.i), 0) }

// Delta is a piece of a streamed answer: a window over one channel's text, made of what was held back and what
// is new.
type Delta struct {
	Call
	kind            abi.Part
	channel, length int32
}

// Kind is what the text is: abi.PartText, abi.PartToolCall (arguments), abi.PartReasoning, abi.PartRefusal.
func (d Delta) Kind() abi.Part { return d.kind }

// Channel names the text within the answer: choice and tool call or block.
func (d Delta) Channel() int { return int(d.channel) }

// Choice is the choice that the text belongs to.
func (d Delta) Choice() int { return int(uint32(d.channel) >> 16) }

// Len is how many bytes the window has.
func (d Delta) Len() int { return int(d.length) }

// Window is the text. It is valid until the hook returns, and may be changed: the host has its own.
func (d Delta) Window() []byte {
	if int(d.length) <= len(lent) {
		return lent[:d.length]
	}
	if int(d.length) > len(window) {
		window = make([]byte, d.length+d.length/4)
	}
	n := host.Get(abi.FieldDelta, 0, 0, window)
	return window[:max(0, min(int(n), len(window)))]
}

// Before is the text before the window, as the provider sent it, at most abi.LookBehind bytes. It is appended to dst.
func (d Delta) Before(dst []byte) []byte { return appendText(dst, abi.FieldDeltaBefore, 0, 0) }

// New is how many bytes at the window's end are new.
func (d Delta) New() int { return count(abi.FieldDeltaNew, 0, 0) }

// Final tells that nothing follows in this channel, so that a hold is ignored.
func (d Delta) Final() bool { return count(abi.FieldDeltaFinal, 0, 0) == 1 }

// lent is the buffer that the host writes windows to; window takes those that don't fit.
var (
	lent   = newLent()
	window []byte
)
