// Package anthropic is Anthropic's wire APIs as package dialect describes them: messages and the counting
// of their tokens.
//
// One file is one step: head.go finds what the gateway decides on, view.go shows bodies to stages,
// answer.go and event.go read what providers send, fail.go reads and writes failures, say.go writes a
// stage's own answer, and decode.go and encode.go are the halves of a translation.
package anthropic

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/wire"
)

// Messages is POST /v1/messages. The zero Messages is ready.
type Messages struct{}

// Count is POST /v1/messages/count_tokens. The zero Count is ready.
type Count struct{}

var (
	_ dialect.Dialect = Messages{}
	_ dialect.Dialect = Count{}
	_ dialect.Lister  = Messages{}
)

// ID is dialect.AnthropicMessages.
func (Messages) ID() dialect.ID { return dialect.AnthropicMessages }

// ID is dialect.AnthropicCount.
func (Count) ID() dialect.ID { return dialect.AnthropicCount }

// isString tells whether s is the JSON string that reads word.
func isString(b []byte, s wire.Span, word string) bool {
	if s.Len() == len(word)+2 {
		return string(b[s.Start+1:s.End-1]) == word
	}
	return false
}

// textOf is s if it is a JSON string, else absent.
func textOf(b []byte, s wire.Span) wire.Span {
	if wire.KindOf(b, s) == wire.String {
		return s
	}
	return wire.Span{}
}
