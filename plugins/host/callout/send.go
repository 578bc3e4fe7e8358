package callout

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/yett-gateway/yett/sdk/abi"
)

// Call is what a plugin asks for. Its texts are only read while Prepare runs.
type Call struct {
	Method, URL string
	Headers     string // lines "name: value\n"
	Body        []byte
	Attached    []Attached
}

// Request is a call that was checked. It is sent once.
type Request struct {
	c         *Caller
	to        address
	req       *http.Request
	transport *http.Transport
}

// Answer is what a server said, without the plugin's secrets.
type Answer struct {
	Status int
	Body   []byte
	fields http.Header
	c      *Caller
}

// Prepare checks a call. Nothing is sent, and no name is looked up.
func (c *Caller) Prepare(call *Call) (*Request, *Error) {
	if why := methodFault(call.Method); why != "" {
		return nil, invalid(why)
	}
	if len(call.URL) > maxAddress {
		return nil, tooLarge("the address is too long")
	}
	to, why := parseAddress(call.URL)
	if why != "" {
		return nil, invalid(why)
	}
	fields, err := parseHeaders(call.Headers)
	if err != nil {
		return nil, err
	}
	if !c.allowed(call.Method, &to) {
		return nil, notGranted("no rule allows " + call.Method + " " + to.String() + to.path)
	}
	if len(call.Body) > c.request {
		return nil, tooLarge(fmt.Sprintf("the body has %d bytes, and %d are granted", len(call.Body), c.request))
	}
	for _, a := range call.Attached {
		if _, both := fields[a.header]; both {
			return nil, invalid("the header " + a.header + " is given, and a secret is attached to it")
		}
		fields[a.header] = []string{a.prefix + c.secrets.values[a.secret]}
	}
	if _, ok := fields["User-Agent"]; !ok {
		fields["User-Agent"] = []string{"yett"}
	}
	req := &http.Request{
		Method: call.Method, URL: to.url(), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: fields, Host: to.url().Host,
	}
	if len(call.Body) > 0 {
		body := bytes.Clone(call.Body) // net/http may read on when the answer is there already
		req.ContentLength = int64(len(body))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		req.Body, _ = req.GetBody()
	}
	return &Request{c: c, to: to, req: req, transport: c.through(&to, len(call.Attached) > 0)}, nil
}

// Send makes the call and reads the answer. timeout is the guest's, 0 for none; deadline is when its request must
// end, zero for never. It returns by the first of both and the grant's own.
func (r *Request) Send(timeout time.Duration, deadline time.Time) (*Answer, *Error) {
	wait := r.c.timeout
	if timeout > 0 {
		wait = min(wait, timeout)
	}
	if !deadline.IsZero() {
		wait = min(wait, time.Until(deadline))
	}
	ctx, cancel := context.WithTimeout(r.c.base, wait)
	defer cancel()
	res, err := r.transport.RoundTrip(r.req.WithContext(ctx))
	if err != nil {
		return nil, r.failed(ctx, err)
	}
	defer res.Body.Close() // only read
	if e := r.readable(res); e != nil {
		return nil, e
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, int64(r.c.answer)+1))
	switch {
	case len(body) > r.c.answer:
		return nil, r.longer()
	case err != nil:
		return nil, r.failed(ctx, err)
	}
	r.c.secrets.scrub(body)
	return &Answer{Status: res.StatusCode, Body: body, fields: res.Header, c: r.c}, nil
}

// readable refuses answers that can't be handed on: endless ones, ones in which secrets can't be found, and what
// is none.
func (r *Request) readable(res *http.Response) *Error {
	switch coding := strings.Join(res.Header["Content-Encoding"], ","); {
	case res.StatusCode < 200 || res.StatusCode > 599:
		return r.broken(fmt.Sprintf("it has status %d", res.StatusCode))
	case coding != "" && !strings.EqualFold(coding, "identity"):
		return r.broken("it is compressed, and nobody asked for that")
	case res.ContentLength > int64(r.c.answer) && r.req.Method != http.MethodHead:
		return r.longer()
	}
	return nil
}

func (r *Request) broken(why string) *Error {
	return &Error{Status: abi.Unavailable, Reason: "the answer of " + r.to.String() + " isn't valid: " + why}
}

func (r *Request) longer() *Error {
	return tooLarge(fmt.Sprintf("the answer of %s is longer than the %d bytes that are granted", r.to.String(), r.c.answer))
}

// failed tells why a call has no answer. Errors may quote what the server sent, so secrets are taken out of them.
func (r *Request) failed(ctx context.Context, err error) *Error {
	var f *forbidden
	var timeout net.Error
	e := &Error{Status: abi.Unavailable, Reason: r.to.String(), Cause: errors.New(r.c.Scrub(err.Error()))}
	switch {
	case errors.As(err, &f):
		e.Status = abi.NotGranted
		if r.transport == r.c.internal && r.c.permitted(f.addr) {
			e.Cause = errors.New("a secret leaves without TLS only for networks that private lists, and " + f.addr.String() + " is in none")
		}
	case errors.Is(ctx.Err(), context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		e.Status = abi.TimedOut
	}
	return e
}

// Header appends the value of a header to dst, those of several lines joined by commas. Names don't mind case.
func (a *Answer) Header(dst []byte, name string) (value []byte, ok bool) {
	lines := a.fields[http.CanonicalHeaderKey(name)]
	if len(lines) == 0 {
		return dst, false
	}
	from := len(dst)
	for n, line := range lines {
		if n > 0 {
			dst = append(dst, ", "...)
		}
		dst = append(dst, line...)
	}
	a.c.secrets.scrub(dst[from:])
	return dst, true
}
