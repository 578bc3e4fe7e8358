package anthropic

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
)

// Failure reads a provider's error body.
func (Messages) Failure(status int, body []byte) *fault.Error {
	return dialect.ReportOf(status, body).Failure()
}

// AppendError appends {"type":"error","error":{…},"request_id":…}. Where a field of the request or a code is
// known it is in "details", which clients may ignore.
func (Messages) AppendError(dst []byte, e *fault.Error, requestID string) []byte {
	return appendError(dst, e, requestID)
}

// AppendStreamError appends an error event. No message_stop follows: a broken stream must not look complete.
func (Messages) AppendStreamError(dst []byte, e *fault.Error, requestID string) []byte {
	dst = append(dst, "event: error\ndata: "...)
	dst = appendError(dst, e, requestID)
	return append(dst, "\n\n"...)
}

// AppendPing appends a ping event.
func (Messages) AppendPing(dst []byte) []byte {
	return append(dst, "event: ping\ndata: {\"type\":\"ping\"}\n\n"...)
}

func appendError(dst []byte, e *fault.Error, requestID string) []byte {
	dst = append(dst, `{"type":"error","error":{"type":"`...)
	dst = append(dst, typeOf(e)...)
	dst = append(dst, `","message":`...)
	dst = dialect.AppendSentence(dst, e, requestID)
	dst = appendDetails(dst, e)
	dst = append(dst, `},"request_id":`...)
	if requestID == "" {
		return append(dst, "null}"...)
	}
	dst = dialect.AppendString(dst, requestID)
	return append(dst, '}')
}

func appendDetails(dst []byte, e *fault.Error) []byte {
	code := e.Code
	if code == "" && e.Kind != fault.BadRequest && e.Kind != fault.UpstreamRejected {
		code = e.Kind.Label()
	}
	if code == "" && e.Param == "" {
		return dst
	}
	dst = append(dst, `,"details":{`...)
	if code != "" {
		dst = append(dst, `"error_code":`...)
		dst = dialect.AppendString(dst, code)
	}
	if e.Param != "" {
		if code != "" {
			dst = append(dst, ',')
		}
		dst = append(dst, `"param":`...)
		dst = dialect.AppendString(dst, e.Param)
	}
	return append(dst, '}')
}

// typeOf is Anthropic's word for the status that clients see.
func typeOf(e *fault.Error) string {
	switch status := e.HTTPStatus(); {
	case status == 401:
		return "authentication_error"
	case status == 402:
		return "billing_error"
	case status == 403:
		return "permission_error"
	case status == 404:
		return "not_found_error"
	case status == 413:
		return "request_too_large"
	case status == 429:
		return "rate_limit_error"
	case status == 503, status == 529:
		return "overloaded_error"
	case status == 504:
		return "timeout_error"
	case status >= 500:
		return "api_error"
	}
	return "invalid_request_error"
}

// Failure reads a provider's error body.
func (Count) Failure(status int, body []byte) *fault.Error { return Messages{}.Failure(status, body) }

// AppendError appends an error body, as Messages does.
func (Count) AppendError(dst []byte, e *fault.Error, requestID string) []byte {
	return appendError(dst, e, requestID)
}

// AppendStreamError appends an error body: counting has no streams.
func (Count) AppendStreamError(dst []byte, e *fault.Error, requestID string) []byte {
	return appendError(dst, e, requestID)
}

// AppendPing appends nothing: counting has no streams.
func (Count) AppendPing(dst []byte) []byte { return dst }
