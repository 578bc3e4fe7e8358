// Package fault names what can go wrong with a request: one kind per cause a caller branches on.
//
// A kind decides the HTTP status, the text a client may read, whether another try can help, and the
// label in metrics. Nobody decides by an error's text. What only operators may read is the wrapped
// cause; it goes to the log and never to the client.
package fault

import "strconv"

// Kind is the cause of a failure. The zero Kind is Internal, so that a forgotten kind is a server error.
type Kind uint8

const (
	// Internal is a failure of the gateway itself: a bug or a panic that was caught.
	Internal Kind = iota
	// BadRequest is a request that no provider could serve as it stands: malformed JSON, a wrong type.
	BadRequest
	// Unauthorized is a missing or unknown consumer key.
	Unauthorized
	// Forbidden is a known consumer who may not do this.
	Forbidden
	// NotFound is a path the gateway does not serve.
	NotFound
	// UnknownModel is a model that is not served, or not to this consumer.
	UnknownModel
	// MethodNotAllowed is a known path with another method.
	MethodNotAllowed
	// TooLarge is a body above the limit.
	TooLarge
	// Unsupported is a body encoding or feature that this endpoint can't take.
	Unsupported
	// RateLimited is a consumer above a limit of the gateway's own.
	RateLimited
	// Blocked is a plugin's decision to refuse.
	Blocked
	// PluginFailed is a plugin that trapped, ran out of budget or returned nonsense, under on_error = "deny".
	PluginFailed
	// Overloaded is the gateway refusing work to stay alive.
	Overloaded
	// UpstreamConnect is an upstream that could not be reached: nothing was sent.
	UpstreamConnect
	// UpstreamTimeout is an upstream that missed a deadline: connect, headers, first token, idle or total.
	UpstreamTimeout
	// UpstreamCut is an answer that ended before it was complete.
	UpstreamCut
	// UpstreamInvalid is an answer that breaks its protocol: framing, status, JSON, event.
	UpstreamInvalid
	// UpstreamRateLimited is a provider's 429.
	UpstreamRateLimited
	// UpstreamServer is a provider's 5xx or an error event in its stream.
	UpstreamServer
	// UpstreamAuth is a provider that refused the gateway's own credentials. It never reaches the client as 401.
	UpstreamAuth
	// UpstreamRejected is a provider's 4xx that blames the request; its status and text are relayed.
	UpstreamRejected
	// ContextLength is a prompt longer than the upstream model takes.
	ContextLength
	// ContentPolicy is a provider's refusal by content policy; it is never sent elsewhere.
	ContentPolicy
	// ClientGone is a client that left. There is nobody to answer; the kind exists for records and metrics.
	ClientGone
	kinds
)

// Kinds returns every kind, in order. It is for tables that must be complete, such as metrics.
func Kinds() []Kind {
	ks := make([]Kind, kinds)
	for i := range ks {
		ks[i] = Kind(i)
	}
	return ks
}

// Party is who failed, as clients and operators are told.
type Party uint8

const (
	// Gateway is yett itself or its configuration.
	Gateway Party = iota
	// Client is the caller.
	Client
	// Policy is a limit or permission of the configuration.
	Policy
	// Plugin is a stage.
	Plugin
	// Provider is the upstream.
	Provider
)

var parties = [...]string{"gateway", "client", "policy", "plugin", "provider"}

func (p Party) String() string { return parties[p] }

type traits struct {
	label  string
	status int
	party  Party
	retry  bool
}

var table = [kinds]traits{
	Internal:            {"internal", 500, Gateway, false},
	BadRequest:          {"bad_request", 400, Client, false},
	Unauthorized:        {"unauthorized", 401, Client, false},
	Forbidden:           {"forbidden", 403, Policy, false},
	NotFound:            {"not_found", 404, Client, false},
	UnknownModel:        {"unknown_model", 404, Client, false},
	MethodNotAllowed:    {"method_not_allowed", 405, Client, false},
	TooLarge:            {"too_large", 413, Client, false},
	Unsupported:         {"unsupported", 415, Client, false},
	RateLimited:         {"rate_limited", 429, Policy, false},
	Blocked:             {"blocked", 403, Plugin, false},
	PluginFailed:        {"plugin_failed", 500, Plugin, false},
	Overloaded:          {"overloaded", 503, Gateway, false},
	UpstreamConnect:     {"upstream_connect", 502, Provider, true},
	UpstreamTimeout:     {"upstream_timeout", 504, Provider, true},
	UpstreamCut:         {"upstream_cut", 502, Provider, true},
	UpstreamInvalid:     {"upstream_invalid", 502, Provider, true},
	UpstreamRateLimited: {"upstream_rate_limited", 429, Provider, true},
	UpstreamServer:      {"upstream_server", 502, Provider, true},
	UpstreamAuth:        {"upstream_auth", 502, Provider, true},
	UpstreamRejected:    {"upstream_rejected", 400, Provider, false},
	ContextLength:       {"context_length", 400, Provider, true},
	ContentPolicy:       {"content_policy", 400, Provider, false},
	ClientGone:          {"client_gone", 499, Client, false},
}

// Status is the HTTP status a client sees unless the error carries one of its own.
func (k Kind) Status() int { return table[k].status }

// Label is the value of the "error" label in metrics and the code in records, such as "upstream_cut".
func (k Kind) Label() string { return table[k].label }

// Party is who is to blame unless the error says otherwise.
func (k Kind) Party() Party { return table[k].party }

// Elsewhere tells whether another target may succeed where this one failed.
func (k Kind) Elsewhere() bool { return table[k].retry }

func (k Kind) String() string { return table[k].label }

// Error is a failure on its way to a client. It is made where the cause is known and not changed after.
type Error struct {
	// Kind is the cause.
	Kind Kind
	// Public is the sentence a client reads: what is wrong and what to do. It holds no secret and no
	// upstream address.
	Public string
	// Param names the request field at fault, in the client's own dialect ("messages[2].content"), or "".
	Param string
	// Code is a finer machine-readable cause such as "model_not_found", or "" for the dialect's default.
	Code string
	// Status overrides Kind.Status when not 0: a provider's 4xx that is relayed, a plugin's own status.
	Status int
	// RetryAfter is the wait in seconds to tell the client, 0 for none.
	RetryAfter int
	// Cause is for the log. It may be nil.
	Cause error
}

// New returns an Error of kind k with the text a client reads.
func New(k Kind, public string) *Error { return &Error{Kind: k, Public: public} }

// Wrap returns an Error of kind k with the text a client reads and the cause that only the log gets.
func Wrap(k Kind, public string, cause error) *Error {
	return &Error{Kind: k, Public: public, Cause: cause}
}

// HTTPStatus is the status to answer with.
func (e *Error) HTTPStatus() int {
	if e.Status != 0 {
		return e.Status
	}
	return e.Kind.Status()
}

// Error gives the operator's line: kind, public text and cause.
func (e *Error) Error() string {
	s := e.Kind.Label() + ": " + e.Public
	if e.Status != 0 {
		s += " (status " + strconv.Itoa(e.Status) + ")"
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }
