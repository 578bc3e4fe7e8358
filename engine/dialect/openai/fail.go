package openai

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
)

// Failure reads a provider's error body.
func (Chat) Failure(status int, body []byte) *fault.Error {
	return dialect.ReportOf(status, body).Failure()
}

// AppendError appends {"error":{…}} with OpenAI's four members. The request's id is in the message, where
// users see it.
func (Chat) AppendError(dst []byte, e *fault.Error, requestID string) []byte {
	return appendError(dst, e, requestID)
}

// AppendStreamError appends an error event. No "[DONE]" follows: a broken stream must not look complete.
func (Chat) AppendStreamError(dst []byte, e *fault.Error, requestID string) []byte {
	dst = append(dst, "data: "...)
	dst = appendError(dst, e, requestID)
	return append(dst, "\n\n"...)
}

// AppendPing appends a comment, which clients skip.
func (Chat) AppendPing(dst []byte) []byte { return append(dst, ": ping\n\n"...) }

func appendError(dst []byte, e *fault.Error, requestID string) []byte {
	dst = append(dst, `{"error":{"message":`...)
	dst = dialect.AppendSentence(dst, e, requestID)
	dst = append(dst, `,"type":"`...)
	dst = append(dst, typeOf(e)...)
	dst = append(dst, `","param":`...)
	dst = appendOrNull(dst, e.Param)
	dst = append(dst, `,"code":`...)
	code := e.Code
	if code == "" {
		code = codeOf(e.Kind)
	}
	dst = appendOrNull(dst, code)
	return append(dst, "}}"...)
}

func appendOrNull(dst []byte, s string) []byte {
	if s == "" {
		return append(dst, "null"...)
	}
	return dialect.AppendString(dst, s)
}

// typeOf is OpenAI's word for a class of errors. A stage that blocks chooses the status, and the word goes by that.
func typeOf(e *fault.Error) string {
	if e.Kind == fault.Blocked {
		return blockedType(e.HTTPStatus())
	}
	switch e.Kind {
	case fault.BadRequest, fault.NotFound, fault.UnknownModel, fault.MethodNotAllowed, fault.TooLarge, fault.Unsupported,
		fault.UpstreamRejected, fault.ContextLength, fault.ContentPolicy, fault.ClientGone:
		return "invalid_request_error"
	case fault.Unauthorized:
		return "authentication_error"
	case fault.Forbidden:
		return "permission_error"
	case fault.RateLimited, fault.UpstreamRateLimited:
		return "rate_limit_error"
	}
	return "server_error"
}

func blockedType(status int) string {
	switch {
	case status == 401:
		return "authentication_error"
	case status == 403:
		return "permission_error"
	case status == 429:
		return "rate_limit_error"
	case status >= 500:
		return "server_error"
	}
	return "invalid_request_error"
}

// codeOf is the code of a kind: OpenAI's where it has one, the gateway's label for failures of the gateway or
// the provider, "" otherwise.
func codeOf(k fault.Kind) string {
	switch k {
	case fault.BadRequest, fault.UpstreamRejected:
		return ""
	case fault.Unauthorized:
		return "invalid_api_key"
	case fault.UnknownModel:
		return "model_not_found"
	case fault.RateLimited, fault.UpstreamRateLimited:
		return "rate_limit_exceeded"
	case fault.ContextLength:
		return "context_length_exceeded"
	case fault.ContentPolicy:
		return "content_policy_violation"
	}
	return k.Label()
}

// Failure reads a provider's error body.
func (Embeddings) Failure(status int, body []byte) *fault.Error { return Chat{}.Failure(status, body) }

// AppendError appends an error body, as Chat does.
func (Embeddings) AppendError(dst []byte, e *fault.Error, requestID string) []byte {
	return appendError(dst, e, requestID)
}

// AppendStreamError appends an error body: embeddings have no streams.
func (Embeddings) AppendStreamError(dst []byte, e *fault.Error, requestID string) []byte {
	return appendError(dst, e, requestID)
}

// AppendPing appends nothing: embeddings have no streams.
func (Embeddings) AppendPing(dst []byte) []byte { return dst }
