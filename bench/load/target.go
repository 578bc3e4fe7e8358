package load

import (
	"bytes"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Sequence stands, in a request's body, for the request's number in 12 digits: with it no two requests
// are equal. It is 12 bytes long, so that a body keeps its length.
const Sequence = "{{sequence}}"

// Target is a request, ready to be sent many times.
type Target struct {
	// Stream says that the answer must be server-sent events with a proper end: [DONE] or message_stop.
	Stream bool
	// Stamped says that deltas carry @ns@, the time they were written; see Result.Relay.
	Stamped bool
	// Status is the status that is right. The default is 200.
	Status int

	address string
	raw     []byte
	marks   []int // where Sequence stands in raw
}

// Field is a header field.
type Field struct{ Name, Value string }

// NewTarget renders a request. Its URL is an http one; TLS would measure the generator more than the server.
//
// # Errors
//
// A URL that isn't http with a host.
func NewTarget(method, rawURL string, fields []Field, body string) (*Target, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Scheme != "http" || u.Host == "" {
		return nil, fmt.Errorf("load: %q is no http URL", rawURL)
	}
	address := u.Host
	if u.Port() == "" {
		address = net.JoinHostPort(u.Hostname(), "80")
	}
	var b strings.Builder
	b.WriteString(method + " " + u.RequestURI() + " HTTP/1.1\r\nHost: " + u.Host + "\r\n")
	for _, f := range fields {
		if strings.ContainsAny(f.Name+f.Value, "\r\n") {
			return nil, fmt.Errorf("load: the field %q has a line break", f.Name)
		}
		b.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	if body != "" || method != "GET" {
		b.WriteString("Content-Length: " + strconv.Itoa(len(body)) + "\r\n")
	}
	b.WriteString("\r\n")
	t := &Target{Status: 200, address: address, raw: []byte(b.String() + body)}
	for from := b.Len(); ; {
		i := bytes.Index(t.raw[from:], []byte(Sequence))
		if i < 0 {
			return t, nil
		}
		t.marks = append(t.marks, from+i)
		from += i + len(Sequence)
	}
}

// render fills a request's number into a copy of the request that was made for it.
func (t *Target) render(raw []byte, sequence int64) {
	for _, at := range t.marks {
		v := sequence
		for i := len(Sequence) - 1; i >= 0; i-- {
			raw[at+i] = byte('0' + v%10)
			v /= 10
		}
	}
}
