// Package openai is OpenAI's wire APIs as package dialect describes them: chat completions and embeddings,
// as OpenAI and the many providers compatible with it speak them.
//
// One file is one step: head.go finds what the gateway decides on, view.go shows bodies to stages,
// answer.go and event.go read what providers send, fail.go reads and writes failures, say.go writes a
// stage's own answer, and decode.go and encode.go are the halves of a translation.
package openai

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/wire"
)

// Chat is POST /v1/chat/completions. The zero Chat is ready.
type Chat struct{}

// Embeddings is POST /v1/embeddings. The zero Embeddings is ready.
type Embeddings struct{}

var (
	_ dialect.Dialect = Chat{}
	_ dialect.Dialect = Embeddings{}
	_ dialect.Lister  = Chat{}
	_ dialect.Lister  = Embeddings{}
)

// ID is dialect.OpenAIChat.
func (Chat) ID() dialect.ID { return dialect.OpenAIChat }

// ID is dialect.OpenAIEmbeddings.
func (Embeddings) ID() dialect.ID { return dialect.OpenAIEmbeddings }

// isString tells whether s is the JSON string that reads word.
func isString(b []byte, s wire.Span, word string) bool {
	if s.Len() == len(word)+2 {
		return string(b[s.Start+1:s.End-1]) == word
	}
	return false
}
