package sdktest

import (
	"maps"
	"strings"

	"github.com/yett-gateway/yett/sdk/abi"
)

// Call is a call that the plugin made to another server.
type Call struct {
	Method, URL string
	// Header are the fields by name in lower case, attached secrets included.
	Header map[string]string
	Body   string
	// Timeout is in milliseconds, 0: the grant's.
	Timeout int
}

// Reply is what a server answers. Status 0 is 200; a Fail other than abi.OK is a call without an answer, such as
// abi.TimedOut.
type Reply struct {
	Status int
	Header map[string]string
	Body   string
	Fail   abi.Status
}

// outside is what a hook's calls leave, for that hook only.
type outside struct {
	attached map[string]string // values by header
	reply    *Reply
}

// HTTPCall implements the SDK's host. The grant's rules aren't known here, so they aren't checked.
func (r *run) HTTPCall(method, url, headers string, body []byte, timeout uint32) int32 {
	if r.c == nil {
		return int32(abi.BadField)
	}
	attached := r.attached
	r.attached = nil
	call := Call{Method: method, URL: url, Header: map[string]string{}, Body: string(body), Timeout: int(timeout)}
	for line := range strings.Lines(headers) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		name = strings.ToLower(name)
		_, both := attached[name]
		if !ok || name == "" || both || strings.ContainsAny(line, "\r\x00") {
			return int32(abi.Invalid)
		}
		call.Header[name] = strings.TrimSpace(value)
	}
	if len(headers) > abi.MaxHeaders {
		return int32(abi.TooLarge)
	}
	maps.Copy(call.Header, attached)
	r.h.Calls = append(r.h.Calls, call)
	if r.h.HTTP == nil {
		return int32(abi.Unavailable)
	}
	reply := r.h.HTTP(call)
	if reply.Fail != abi.OK {
		return int32(reply.Fail)
	}
	if reply.Status == 0 {
		reply.Status = 200
	}
	for _, secret := range r.h.Secrets {
		if secret != "" {
			reply.Body = strings.ReplaceAll(reply.Body, secret, strings.Repeat("*", len(secret)))
		}
	}
	r.reply = &reply
	return int32(reply.Status)
}

// HTTPHeader implements the SDK's host.
func (r *run) HTTPHeader(name string, buf []byte) int32 {
	if r.reply != nil {
		for have, value := range r.reply.Header {
			if strings.EqualFold(have, name) {
				return give(value, true, buf)
			}
		}
	}
	return int32(abi.Absent)
}

// HTTPBody implements the SDK's host.
func (r *run) HTTPBody(buf []byte) int32 {
	if r.reply == nil {
		return int32(abi.Absent)
	}
	return give(r.reply.Body, true, buf)
}

// SecretAttach implements the SDK's host.
func (r *run) SecretAttach(name, header, prefix string) abi.Status {
	header = strings.ToLower(header)
	value, ok := r.h.Secrets[name]
	_, taken := r.attached[header]
	switch {
	case r.c == nil:
		return abi.BadField
	case !ok:
		return abi.NotGranted
	case taken || header == "" || strings.ContainsAny(header+prefix, "\r\n\x00"):
		return abi.Invalid
	}
	if r.attached == nil {
		r.attached = map[string]string{}
	}
	r.attached[header] = prefix + value
	return abi.OK
}

// cacheAt is where a value of package cache is kept.
func (r *run) cacheAt(key string) string { return r.h.Tenant + "\x00" + key }

// CacheGet implements the SDK's host.
func (r *run) CacheGet(key string, buf []byte) int32 {
	if r.c == nil {
		return int32(abi.BadField)
	}
	s, ok := r.h.cached[r.cacheAt(key)]
	return give(s, ok, buf)
}

// CachePut implements the SDK's host. Values don't expire here, and nothing goes.
func (r *run) CachePut(key string, value []byte, _ int64) abi.Status {
	switch {
	case r.c == nil:
		return abi.BadField
	case len(key) > abi.MaxKey || len(value) > abi.MaxCached:
		return abi.TooLarge
	}
	r.h.cached[r.cacheAt(key)] = string(value)
	return abi.OK
}

// BodyRequest implements the SDK's host.
func (r *run) BodyRequest(offset uint32, buf []byte) int32 {
	if r.c == nil {
		return int32(abi.BadField)
	}
	return piece(r.c.Body, offset, buf)
}

// BodyAnswer implements the SDK's host.
func (r *run) BodyAnswer(offset uint32, buf []byte) int32 {
	switch r.hook {
	case abi.OnResponse, abi.OnToolCall, abi.OnLog:
		return piece(r.c.AnswerBody, offset, buf)
	}
	return int32(abi.BadField)
}

// piece gives what fits of a body from offset on, and the whole length.
func piece(body string, offset uint32, buf []byte) int32 {
	if body == "" {
		return int32(abi.Absent)
	}
	if int(offset) > len(body) {
		return int32(abi.BadRange)
	}
	copy(buf, body[offset:])
	return int32(len(body))
}
