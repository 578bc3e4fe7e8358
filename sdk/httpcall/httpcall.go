// Package httpcall calls other servers over HTTP. It needs capability http, with the methods and addresses that are
// called:
//
//	res, err := httpcall.Request{Method: "POST", URL: "https://dlp.internal:8443/v1/check", Body: text}.Do()
//	if err != nil || res.Status != 200 {
//		return sdk.Block(503, "the prompt can't be checked")
//	}
//
// The hook waits for the answer, and so does the client: keep the timeout short, and decide what a call without an answer
// means. In the trial call that the host makes at load, every call fails with sdk.ErrUnavailable.
//
// There is one way to write an address, so that the operator's rules can't be got around: lower case scheme and host, no
// user and no fragment, a path without dot segments, empty segments and needless escapes. Others are refused with
// sdk.ErrInvalid. So are headers that belong to the connection or frame the message (Connection, Transfer-Encoding,
// Content-Length, Host, Proxy-…), and Accept-Encoding and Range: answers come whole and plain.
//
// Redirects are answers like others, and not followed; cookies aren't kept.
package httpcall

import (
	"time"

	"github.com/yett-gateway/yett/sdk"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/internal/host"
)

// Request is a call. Method and URL are required.
type Request struct {
	Method, URL string
	Header      []Field
	Body        []byte
	// Timeout bounds the wait, 0: the grant's bound. It can't lengthen that.
	Timeout time.Duration
}

// Field is a header.
type Field struct{ Name, Value string }

// Response is the hook's last answer. Headers and body are read from the host, which keeps them until the next
// answer or until the hook returns.
type Response struct{ Status int }

// Do makes the call.
//
// # Errors
//
// sdk.ErrNotGranted for what the grant doesn't list, private networks included; sdk.ErrInvalid; sdk.ErrTooLarge for a
// body sent or received that is longer than granted; sdk.ErrUnavailable without a connection or a valid answer;
// sdk.ErrTimedOut; sdk.ErrExhausted after the granted number of calls in one hook.
func (r Request) Do() (Response, error) {
	headers, ok := lines(r.Header)
	if !ok {
		return Response{}, sdk.ErrInvalid
	}
	timeout := uint32(0)
	if r.Timeout > 0 {
		timeout = uint32(max(1, min(r.Timeout.Milliseconds(), 1<<31)))
	}
	n := host.HTTPCall(r.Method, r.URL, headers, r.Body, timeout)
	if n < 0 {
		return Response{}, sdk.StatusError(abi.Status(n))
	}
	return Response{Status: int(n)}, nil
}

// lines writes fields as the host reads them. ok is false if one would become two.
func lines(fields []Field) (text string, ok bool) {
	var b []byte
	for _, f := range fields {
		for n := range len(f.Value) {
			if f.Value[n] == '\n' {
				return "", false
			}
		}
		b = append(append(append(append(b, f.Name...), ": "...), f.Value...), '\n')
	}
	return string(b), true
}

// Header is the value of a header, "" if it is absent; those of several lines are joined by commas.
func (r Response) Header(name string) string {
	b, _ := appendRead(nil, func(buf []byte) int32 { return host.HTTPHeader(name, buf) })
	return string(b)
}

// Body is a copy of the body. Values of the plugin's secrets are replaced in it by asterisks.
func (r Response) Body() []byte { return r.AppendBody(nil) }

// AppendBody appends the body to dst. It allocates only if dst has no room.
func (r Response) AppendBody(dst []byte) []byte {
	dst, _ = appendRead(dst, host.HTTPBody)
	return dst
}

// appendRead appends what read gives to dst.
func appendRead(dst []byte, read func(buf []byte) int32) ([]byte, bool) {
	for {
		room := dst[len(dst):cap(dst)]
		n := int(read(room))
		if n < 0 {
			return dst, false
		}
		if n <= len(room) {
			return dst[:len(dst)+n], true
		}
		dst = append(dst, make([]byte, n)...)[:len(dst)]
	}
}
