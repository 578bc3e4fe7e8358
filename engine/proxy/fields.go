package proxy

import "github.com/yett-gateway/yett/engine/wire"

// Field names in the form that fasthttp keeps them in. Looking one up or setting one by such a name skips
// bringing the name into that form, which costs more than the look-up: about 60 ns a name.
var (
	fieldRequestID          = []byte("X-Request-Id")
	fieldAnthropicRequestID = []byte("Request-Id")
	fieldCache              = []byte("X-Yett-Cache")
	fieldInfo               = []byte("X-Yett-Info")
	fieldCacheControl       = []byte("Cache-Control")
	fieldContentEncoding    = []byte("Content-Encoding")

	fieldLimitRequests     = []byte("X-Ratelimit-Limit-Requests")
	fieldRemainingRequests = []byte("X-Ratelimit-Remaining-Requests")
	fieldResetRequests     = []byte("X-Ratelimit-Reset-Requests")
	fieldLimitTokens       = []byte("X-Ratelimit-Limit-Tokens")
	fieldRemainingTokens   = []byte("X-Ratelimit-Remaining-Tokens")
	fieldResetTokens       = []byte("X-Ratelimit-Reset-Tokens")
)

// field returns the client's field of a name in fasthttp's form, nil if it isn't there.
func (r *request) field(name []byte) []byte { return r.ctx.Request.Header.PeekCanonical(name) }

// setField sets a field of the answer, by a name in fasthttp's form.
func (r *request) setField(name, value []byte) { r.ctx.Response.Header.SetCanonical(name, value) }

// setCount sets a field of the answer to a number.
func (r *request) setCount(name []byte, n int64) {
	r.scratch = wire.AppendInt(r.scratch[:0], n)
	r.setField(name, r.scratch)
}
