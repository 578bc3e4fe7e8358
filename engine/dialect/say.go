package dialect

import (
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
)

// AppendSentence appends what a client reads of e as a JSON string: the public text, who failed, and the
// request's id if there is one.
//
// For example "model is missing (client, request 01J8Z3)".
func AppendSentence(dst []byte, e *fault.Error, requestID string) []byte {
	dst = append(dst, '"')
	dst = wire.AppendEscaped(dst, Bytes(e.Public))
	dst = append(dst, " ("...)
	dst = append(dst, e.Kind.Party().String()...)
	if requestID != "" {
		dst = append(dst, ", request "...)
		dst = wire.AppendEscaped(dst, Bytes(requestID))
	}
	return append(dst, `)"`...)
}

// AppendString appends s as a JSON string.
func AppendString(dst []byte, s string) []byte { return wire.AppendQuoted(dst, Bytes(s)) }
