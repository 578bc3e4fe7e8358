package anthropic

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
)

// headNames are the members that the gateway decides on; the constants index them.
var headNames = []string{"model", "messages", "system", "max_tokens", "stream", "tools", "metadata"}

const (
	headModel = iota
	headMessages
	headSystem
	headMaxTokens
	headStream
	headTools
	headMetadata
	headCount
)

var metadataNames = []string{"user_id"}

// Head reads a messages request. See dialect.Dialect. A missing max_tokens is left to the provider to
// refuse: a translation doesn't need it.
func (Messages) Head(body []byte, h *dialect.Head) *fault.Error {
	var f [headCount]wire.Span
	if e := h.Begin(body, headNames, f[:]); e != nil {
		return e
	}
	h.IncludeUsage = true
	if e := h.ReadModel(body, f[headModel]); e != nil {
		return e
	}
	if e := h.ReadMessages(body, f[headMessages]); e != nil {
		return e
	}
	if e := readSystem(body, h, f[headSystem]); e != nil {
		return e
	}
	if e := h.ReadMaxTokens(body, f[headMaxTokens], "max_tokens"); e != nil {
		return e
	}
	if e := h.ReadStream(body, f[headStream]); e != nil {
		return e
	}
	if e := readMetadata(body, h, f[headMetadata]); e != nil {
		return e
	}
	return h.ReadTools(body, f[headTools])
}

func readSystem(body []byte, h *dialect.Head, s wire.Span) *fault.Error {
	h.System = s
	switch wire.KindOf(body, s) {
	case wire.Invalid, wire.Null, wire.String:
		return nil
	case wire.Array:
		return dialect.CheckBlocks(body, s, "system", -1)
	}
	return dialect.Bad("system", "system must be a string or an array of text blocks")
}

func readMetadata(body []byte, h *dialect.Head, s wire.Span) *fault.Error {
	if !dialect.Present(body, s) {
		return nil
	}
	if wire.KindOf(body, s) != wire.Object {
		return dialect.Bad("metadata", "metadata must be an object")
	}
	var f [1]wire.Span
	if err := wire.Fields(body, s, metadataNames, f[:]); err != nil {
		return dialect.BadTwice("metadata.", err)
	}
	h.User = textOf(body, f[0])
	return nil
}

// Forward replaces the model's name. Usage comes unasked.
func (Messages) Forward(e *wire.Edits, _ []byte, h *dialect.Head, t *dialect.Target) {
	if string(h.ModelName) == t.Model {
		return
	}
	var name [128]byte
	e.Replace(h.Model, wire.AppendQuoted(name[:0], dialect.Bytes(t.Model)))
}
