package openai

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
)

// headNames are the members that the gateway decides on; the constants index them.
var headNames = []string{
	"model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n", "tools", "user",
}

const (
	headModel = iota
	headMessages
	headStream
	headStreamOptions
	headMaxTokens
	headMaxCompletion
	headN
	headTools
	headUser
	headCount
)

// maxChoices is the most choices a request may ask for: each multiplies what it may cost.
const maxChoices = 128

// Head reads a chat completion request. See dialect.Dialect.
func (Chat) Head(body []byte, h *dialect.Head) *fault.Error {
	var f [headCount]wire.Span
	if e := h.Begin(body, headNames, f[:]); e != nil {
		return e
	}
	if e := h.ReadModel(body, f[headModel]); e != nil {
		return e
	}
	if e := h.ReadMessages(body, f[headMessages]); e != nil {
		return e
	}
	if e := h.ReadStream(body, f[headStream]); e != nil {
		return e
	}
	if e := readStreamOptions(body, h, f[headStreamOptions]); e != nil {
		return e
	}
	if e := readLimits(body, h, &f); e != nil {
		return e
	}
	h.User = f[headUser]
	return h.ReadTools(body, f[headTools])
}

var streamOptionNames = []string{"include_usage"}

func readStreamOptions(body []byte, h *dialect.Head, s wire.Span) *fault.Error {
	h.StreamOptions = s
	if !dialect.Present(body, s) {
		return nil
	}
	if wire.KindOf(body, s) != wire.Object {
		return dialect.Bad("stream_options", "stream_options must be an object")
	}
	var f [1]wire.Span
	if err := wire.Fields(body, s, streamOptionNames, f[:]); err != nil {
		return dialect.BadTwice("stream_options.", err)
	}
	if !dialect.Present(body, f[0]) {
		return nil
	}
	v, ok := wire.Bool(body, f[0])
	if !ok {
		return dialect.Bad("stream_options.include_usage", "stream_options.include_usage must be true or false")
	}
	h.IncludeUsage = v
	return nil
}

// readLimits reads n and the output limit under its two names. Two limits that differ are refused: which
// one a provider obeys isn't known, and a budget must be reserved for the right one.
func readLimits(body []byte, h *dialect.Head, f *[headCount]wire.Span) *fault.Error {
	if e := h.ReadMaxTokens(body, f[headMaxTokens], "max_tokens"); e != nil {
		return e
	}
	old := h.MaxTokens
	if e := h.ReadMaxTokens(body, f[headMaxCompletion], "max_completion_tokens"); e != nil {
		return e
	}
	if old >= 0 && old != h.MaxTokens {
		return dialect.Bad("max_tokens", "max_tokens and max_completion_tokens differ; send only max_completion_tokens")
	}
	if !dialect.Present(body, f[headN]) {
		return nil
	}
	n, ok := wire.Int(body, f[headN])
	if !ok || n < 1 || n > maxChoices {
		return dialect.Bad("n", "n must be a whole number from 1 to 128")
	}
	h.Choices = n
	return nil
}

var includeUsage = []byte(`,"stream_options":{"include_usage":true}`)

// Forward replaces the model's name and asks for usage in streams.
func (Chat) Forward(e *wire.Edits, body []byte, h *dialect.Head, t *dialect.Target) {
	forwardModel(e, h, t)
	if !h.Stream || h.IncludeUsage {
		return
	}
	switch wire.KindOf(body, h.StreamOptions) {
	case wire.Invalid:
		e.Insert(int(h.Model.End), includeUsage)
	case wire.Object:
		forwardUsage(e, body, h.StreamOptions)
	default:
		e.Replace(h.StreamOptions, includeUsage[len(`,"stream_options":`):])
	}
}

// forwardUsage sets include_usage in the client's own stream_options.
func forwardUsage(e *wire.Edits, body []byte, options wire.Span) {
	if s := wire.Lookup(body, options, "include_usage"); s.Present() {
		e.Replace(s, includeUsage[len(includeUsage)-5:len(includeUsage)-1])
		return
	}
	member := includeUsage[len(`,"stream_options":{`) : len(includeUsage)-1]
	e.Insert(int(options.Start)+1, member)
	if m := wire.MembersOf(body, options); m.Next() {
		e.Insert(int(options.Start)+1, includeUsage[:1])
	}
}

// forwardModel replaces the model's name unless it is the target's already.
func forwardModel(e *wire.Edits, h *dialect.Head, t *dialect.Target) {
	if string(h.ModelName) == t.Model {
		return
	}
	var name [128]byte
	e.Replace(h.Model, wire.AppendQuoted(name[:0], dialect.Bytes(t.Model)))
}
