package dialect

import (
	"bytes"
	"strconv"

	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
)

// Report is what a provider says about a failure. Empty texts were not sent.
type Report struct {
	// Status is the HTTP status, 0 for a failure inside a stream or inside a good status.
	Status int
	// Type, Code and Message are the provider's, decoded.
	Type, Code, Message []byte
}

// Failure classes a provider's report. The class comes from the code first, then the words the large
// providers use, then the status: one status has causes that need different handling.
//
//   - too long a prompt is ContextLength, a refusal by policy ContentPolicy;
//   - 429 and used-up quota are UpstreamRateLimited;
//   - 401, 402, 403, 404 and an unpaid account are UpstreamAuth: the gateway's configuration is at fault,
//     another target may do, and the client never sees it as its own 401 or 404;
//   - 408 and 504 are UpstreamTimeout; 409, 425 and other 5xx (529 too) are UpstreamServer;
//   - other 4xx blame the request: UpstreamRejected with the status kept;
//   - anything else is UpstreamInvalid.
func (r Report) Failure() *fault.Error {
	e := &fault.Error{Kind: r.kind(), Public: r.public(), Code: r.code()}
	switch e.Kind {
	case fault.UpstreamRejected:
		e.Status = r.Status
	case fault.ContextLength:
		e.Code = "context_length_exceeded"
	case fault.ContentPolicy:
		e.Code = "content_policy_violation"
	case fault.UpstreamAuth:
		// The provider's words may quote the key or name the account: they are for the log.
		e.Cause = providerText(e.Public)
		e.Public = "the provider refused the gateway's credentials"
		e.Code = ""
		if r.Status == 404 || string(r.Code) == "model_not_found" || string(r.Type) == "not_found_error" {
			e.Public = "the provider does not know the model"
			e.Code = "upstream_model_not_found"
		}
	}
	return e
}

// providerText is a provider's message, masked, as a cause for the log.
type providerText string

func (t providerText) Error() string { return string(t) }

func (r Report) kind() fault.Kind {
	blames := r.Status == 0 || r.Status >= 400 && r.Status < 500
	switch {
	case blames && r.isContextLength():
		return fault.ContextLength
	case blames && r.isPolicy():
		return fault.ContentPolicy
	case r.is("insufficient_quota"), r.is("rate_limit_exceeded"), r.is("rate_limit_error"):
		return fault.UpstreamRateLimited
	case blames && contains(r.Message, "credit balance is too low"):
		return fault.UpstreamAuth
	}
	if r.Status == 0 {
		return r.streamKind()
	}
	return statusKind(r.Status)
}

// streamKind classes a failure that came without a status.
func (r Report) streamKind() fault.Kind {
	switch {
	case r.is("authentication_error"), r.is("permission_error"), r.is("billing_error"), r.is("invalid_api_key"),
		r.is("not_found_error"), r.is("model_not_found"):
		return fault.UpstreamAuth
	case r.is("timeout_error"):
		return fault.UpstreamTimeout
	case r.is("invalid_request_error"):
		return fault.UpstreamRejected
	}
	if n, err := strconv.Atoi(string(r.Code)); err == nil && n >= 400 && n < 600 {
		return statusKind(n)
	}
	return fault.UpstreamServer
}

func statusKind(status int) fault.Kind {
	switch status {
	case 401, 402, 403, 404:
		return fault.UpstreamAuth
	case 408, 504:
		return fault.UpstreamTimeout
	case 409, 425:
		return fault.UpstreamServer
	case 429:
		return fault.UpstreamRateLimited
	}
	switch {
	case status >= 500 && status < 600:
		return fault.UpstreamServer
	case status >= 400 && status < 500:
		return fault.UpstreamRejected
	}
	return fault.UpstreamInvalid
}

func (r Report) is(word string) bool { return string(r.Code) == word || string(r.Type) == word }

func (r Report) isContextLength() bool {
	if r.is("context_length_exceeded") || r.is("model_context_window_exceeded") {
		return true
	}
	for _, words := range [...]string{
		"prompt is too long", "maximum context length", "exceed context limit", "exceeds the context window",
		"context window exceeded", "context length exceeded", "exceeds the maximum number of tokens",
		"exceeds the available context size",
	} {
		if contains(r.Message, words) {
			return true
		}
	}
	return false
}

func (r Report) isPolicy() bool {
	return r.is("content_policy_violation") || r.is("content_filter") || r.is("content_policy") ||
		r.is("ResponsibleAIPolicyViolation") || contains(r.Message, "content filtering policy") ||
		contains(r.Message, "content management policy")
}

// contains looks for words in the first bytes of a message, whatever the case of ASCII letters.
func contains(message []byte, words string) bool {
	if len(message) > 4096 {
		message = message[:4096]
	}
	for i := 0; i+len(words) <= len(message); i++ {
		if bytes.EqualFold(message[i:i+len(words)], []byte(words)) {
			return true
		}
	}
	return false
}

// code is the provider's code if it looks like one.
func (r Report) code() string {
	if len(r.Code) == 0 || len(r.Code) > 64 {
		return ""
	}
	for _, c := range r.Code {
		if !isWordByte(c) || c == '-' {
			return ""
		}
	}
	if _, err := strconv.Atoi(string(r.Code)); err == nil {
		return ""
	}
	return string(r.Code)
}

// maxPublic bounds what is passed on of a provider's message, in bytes.
const maxPublic = 600

// public is the provider's message, bounded and masked, or words for the status.
func (r Report) public() string {
	text := bytes.TrimSpace(r.Message)
	if len(text) == 0 || text[0] == '<' {
		if r.Status == 0 {
			return "the provider reported a failure without saying which"
		}
		return "the provider answered with status " + strconv.Itoa(r.Status)
	}
	return Masked(text)
}

// ReportOf reads a provider's error body: the object under "error", a bare object with "message", or text.
// What it returns aliases body where it can.
func ReportOf(status int, body []byte) Report {
	r := Report{Status: status}
	obj, err := wire.Validate(body, wire.Limits{})
	if err != nil {
		r.Message = body
		return r
	}
	if wire.KindOf(body, obj) == wire.Array { // Google's compatibility layer wraps the object in an array
		if el := wire.ElementsOf(body, obj); el.Next() {
			obj = el.Value()
		}
	}
	inner := wire.Lookup(body, obj, "error")
	switch wire.KindOf(body, inner) {
	case wire.Object:
		r.read(body, inner)
	case wire.String:
		r.Message = wire.AppendText(nil, body, inner)
	default:
		r.read(body, obj)
	}
	return r
}

// ReportIn reads the error object at obj, as ReportOf does.
func ReportIn(status int, body []byte, obj wire.Span) Report {
	r := Report{Status: status}
	if wire.KindOf(body, obj) == wire.String {
		r.Message = wire.AppendText(nil, body, obj)
		return r
	}
	r.read(body, obj)
	return r
}

func (r *Report) read(body []byte, obj wire.Span) {
	for m := wire.MembersOf(body, obj); m.Next(); {
		switch {
		case m.KeyIs("message"), m.KeyIs("detail") && len(r.Message) == 0:
			r.Message = valueText(body, m.Value())
		case m.KeyIs("type"):
			r.Type = valueText(body, m.Value())
		case m.KeyIs("code"):
			r.Code = valueText(body, m.Value())
		}
	}
}

// valueText is a string decoded, or other JSON as it is, or nothing for null.
func valueText(body []byte, s wire.Span) []byte {
	switch wire.KindOf(body, s) {
	case wire.String:
		return wire.AppendText(nil, body, s)
	case wire.Null:
		return nil
	}
	return s.Of(body)
}
