package upstream

import (
	"errors"
	"strconv"
)

// Request is what to send, built from typed parts. The slices stay the caller's and must not change until Do
// returned an error or the exchange was closed: a large body may still be on its way when an early answer is read.
type Request struct {
	// Method is a token such as "POST".
	Method string
	// Path is the target in origin form, already canonical: "/v1/chat/completions?x=1". ASCII, no space or control.
	Path []byte
	// Fields are header lines made with AppendField. Host, Content-Length and Connection are written by Do.
	Fields []byte
	// Body is sent with its Content-Length. It may be nil.
	Body []byte
	// Stream says which deadlines rule the answer's body: FirstToken and Idle, or else Total.
	Stream bool
	// Deadlines replace the client's as a whole. Nil means the client's.
	Deadlines *Deadlines
}

var (
	errReserved  = errors.New("upstream: header field is written by the gateway itself")
	errBadName   = errors.New("upstream: header name is not a token")
	errBadValue  = errors.New("upstream: header value holds a control byte")
	errBadMethod = errors.New("method is not a token")
	errBadPath   = errors.New("path is not an ASCII origin form without spaces")
	errBadFields = errors.New("fields are not lines made with AppendField")
)

// reserved are the fields that frame a message or belong to one hop.
var reserved = [...]string{
	"host", "content-length", "transfer-encoding", "connection", "keep-alive", "te", "trailer", "upgrade",
	"expect", "proxy-connection", "content_length", "transfer_encoding",
}

// AppendField appends the line "name: value" to dst for Request.Fields.
//
// # Errors
//
// A name that is no token or that the gateway writes itself, or a value with a control byte other than tab. dst
// then comes back as it was.
func AppendField[N, V ~string | ~[]byte](dst []byte, name N, value V) ([]byte, error) {
	if !isToken(name) {
		return dst, errBadName
	}
	for i := range reserved {
		if equalFold(name, reserved[i]) {
			return dst, errReserved
		}
	}
	if !isValue(value) {
		return dst, errBadValue
	}
	dst = append(dst, name...)
	dst = append(dst, ": "...)
	dst = append(dst, value...)
	return append(dst, "\r\n"...), nil
}

// check refuses what would break out of the request line or the head.
func (r *Request) check() error {
	if !isToken(r.Method) {
		return errBadMethod
	}
	if len(r.Path) == 0 || r.Path[0] != '/' {
		return errBadPath
	}
	for _, b := range r.Path {
		if b <= ' ' || b >= 0x7f || b == '#' {
			return errBadPath
		}
	}
	if f := r.Fields; len(f) > 0 && (len(f) < 5 || f[0] == '\r' || f[len(f)-2] != '\r' || f[len(f)-1] != '\n') {
		return errBadFields
	}
	return nil
}

// headRoom bounds the bytes of a head beside method, target, host line and fields.
const headRoom = len(" ") + len("Content-Length: \r\n\r\n") + 20

func (c *Client) headSize(r *Request) int {
	return len(r.Method) + len(r.Path) + len(c.hostLine) + len(r.Fields) + headRoom
}

// appendHead renders the head. An empty body has a length too where the method would expect one.
func (c *Client) appendHead(dst []byte, r *Request) []byte {
	dst = append(dst, r.Method...)
	dst = append(dst, ' ')
	dst = append(dst, r.Path...)
	dst = append(dst, c.hostLine...)
	dst = append(dst, r.Fields...)
	if len(r.Body) > 0 || (r.Method != "GET" && r.Method != "HEAD") {
		dst = append(dst, "Content-Length: "...)
		dst = strconv.AppendInt(dst, int64(len(r.Body)), 10)
		dst = append(dst, "\r\n"...)
	}
	return append(dst, "\r\n"...)
}
