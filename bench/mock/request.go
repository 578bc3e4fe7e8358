package mock

import (
	"bytes"
	"strconv"
	"time"
)

// request is a request as it was read. Its bytes are valid until the answer is finished.
type request struct {
	head, body   []byte
	method, path []byte // path with the query
	keep         bool   // the connection may be kept alive
	old          bool   // HTTP/1.0
	chunked      bool
	size         int // bytes on the wire

	length                                 int // Content-Length, -1 if not given
	expects                                bool
	authorization, apiKey, version, script []byte
	contentType                            []byte
}

// framingError is a request that can't be read as HTTP/1.1.
type framingError struct {
	status int
	why    string
}

func (e *framingError) Error() string { return e.why }

func broken(why string) error { return &framingError{400, why} }

const (
	headBytes  = 256 << 10
	chunkLine  = 256 // bytes of a chunk's size and extensions
	trailBytes = 16 << 10
)

// readRequest reads one request into c.req.
//
// # Errors
//
// A *framingError if what came isn't HTTP; the connection's own if the client left before the end.
func (c *conn) readRequest() error {
	if idle := c.s.o.Idle; idle > 0 && c.r == c.w {
		_ = c.nc.SetReadDeadline(time.Now().Add(idle))
		if err := c.fill(); err != nil {
			return err
		}
		_ = c.nc.SetReadDeadline(time.Time{})
	}
	end, err := c.readHead()
	if err != nil {
		return err
	}
	r := &c.req
	*r = request{head: c.buf[c.r : c.r+end], size: end, length: -1}
	if err := r.parse(); err != nil {
		return err
	}
	if r.length > c.s.o.BodyBytes {
		return &framingError{413, "the body is larger than the mock takes"}
	}
	if r.expects && c.w-c.r == end {
		c.send([]byte("HTTP/1.1 100 Continue\r\n\r\n"))
	}
	if r.chunked {
		return c.readChunks()
	}
	r.size += max(r.length, 0)
	if err := c.need(r.size); err != nil {
		return err
	}
	// need may have moved the buffer, with all that was parsed so far left behind in the old one.
	r.body = c.buf[c.r+end : c.r+r.size]
	return nil
}

// readHead reads until the empty line and returns the head's length with it.
func (c *conn) readHead() (int, error) {
	for seen := 0; ; {
		i := bytes.Index(c.buf[c.r+seen:c.w], []byte("\r\n\r\n"))
		if i >= 0 && seen+i <= headBytes {
			return seen + i + 4, nil
		}
		seen = max(0, c.w-c.r-3)
		if i >= 0 || seen > headBytes {
			return 0, &framingError{431, "the head is longer than the mock takes"}
		}
		if err := c.fill(); err != nil {
			return 0, err
		}
	}
}

// need reads until n bytes are there.
func (c *conn) need(n int) error {
	if missing := c.r + n - len(c.buf); missing > 0 {
		to := make([]byte, n+firstBuffer)
		c.w = copy(to, c.buf[c.r:c.w])
		c.buf, c.r = to, 0
	}
	for c.w-c.r < n {
		if err := c.fill(); err != nil {
			return err
		}
	}
	return nil
}

// readChunks joins a chunked body in c.body.
func (c *conn) readChunks() error {
	r := &c.req
	c.body = c.body[:0]
	for {
		line, err := c.line(chunkLine)
		if err != nil {
			return err
		}
		digits, _, _ := bytes.Cut(line, []byte(";"))
		digits = bytes.TrimRight(digits, " \t")
		n, err := strconv.ParseUint(string(digits), 16, 31)
		if err != nil {
			return broken("a chunk's size is not a hexadecimal number")
		}
		if n == 0 {
			break
		}
		if len(c.body)+int(n) > c.s.o.BodyBytes {
			return &framingError{413, "the body is larger than the mock takes"}
		}
		if err := c.need(r.size + int(n) + 2); err != nil {
			return err
		}
		data := c.buf[c.r+r.size:]
		if data[n] != '\r' || data[n+1] != '\n' {
			return broken("a chunk is longer than its size")
		}
		c.body = append(c.body, data[:n]...)
		r.size += int(n) + 2
	}
	r.body = c.body
	for from := r.size; ; {
		line, err := c.line(trailBytes)
		if err != nil {
			return err
		}
		if len(line) == 0 {
			return nil
		}
		if r.size-from > trailBytes {
			return broken("the trailers are longer than the mock takes")
		}
	}
}

// line reads a line behind what was read of the request, without its CRLF.
func (c *conn) line(limit int) ([]byte, error) {
	r := &c.req
	for {
		rest := c.buf[c.r+r.size : c.w]
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			if i == 0 || rest[i-1] != '\r' {
				return nil, broken("a line ends without CR")
			}
			r.size += i + 1
			return rest[:i-1], nil
		}
		if len(rest) > limit {
			return nil, broken("a line of the body's framing is too long")
		}
		if err := c.fill(); err != nil {
			return nil, err
		}
	}
}

// parse reads the head.
func (r *request) parse() error {
	head := r.head[:len(r.head)-2]
	line, rest := cutLine(head)
	if err := r.parseStart(line); err != nil {
		return err
	}
	r.keep = !r.old
	hosts := 0
	for len(rest) > 0 {
		line, rest = cutLine(rest)
		i := bytes.IndexByte(line, ':')
		if i <= 0 || !isToken(line[:i]) {
			return broken("a header field has no proper name")
		}
		value := bytes.Trim(line[i+1:], " \t")
		if !isValue(value) {
			return broken("a header field's value holds a control character")
		}
		if len(line[:i]) == 4 && equalFold(line[:i], "host") {
			hosts++
		}
		if err := r.field(line[:i], value); err != nil {
			return err
		}
	}
	if hosts != 1 && !r.old {
		return broken("there must be one Host field")
	}
	if r.chunked && (r.length >= 0 || r.old) {
		return broken("Content-Length and Transfer-Encoding exclude each other")
	}
	return nil
}

func (r *request) parseStart(line []byte) error {
	method, rest, ok := bytes.Cut(line, []byte(" "))
	path, version, ok2 := bytes.Cut(rest, []byte(" "))
	if !ok || !ok2 || !isToken(method) || len(path) == 0 {
		return broken("the request line is not method, target and version")
	}
	for _, b := range path {
		if b <= ' ' || b >= 0x7f {
			return broken("the target holds a byte that must be escaped")
		}
	}
	switch string(version) {
	case "HTTP/1.1":
	case "HTTP/1.0":
		r.old = true
	default:
		return &framingError{505, "the version is not HTTP/1.1"}
	}
	r.method, r.path = method, path
	return nil
}

func (r *request) field(name, value []byte) error {
	switch {
	case equalFold(name, "content-length"):
		n, err := strconv.ParseUint(string(value), 10, 31)
		if err != nil || r.length >= 0 {
			return broken("Content-Length is not one number")
		}
		r.length = int(n)
	case equalFold(name, "transfer-encoding"):
		if r.chunked || !equalFold(value, "chunked") {
			return &framingError{501, "Transfer-Encoding is not chunked, once"}
		}
		r.chunked = true
	case equalFold(name, "connection"):
		if equalFold(value, "close") {
			r.keep = false
		} else if r.old && equalFold(value, "keep-alive") {
			r.keep = true
		}
	case equalFold(name, "expect"):
		r.expects = equalFold(value, "100-continue")
	case equalFold(name, "authorization"):
		r.authorization = value
	case equalFold(name, "x-api-key"):
		r.apiKey = value
	case equalFold(name, "anthropic-version"):
		r.version = value
	case equalFold(name, "x-mock"):
		r.script = value
	case equalFold(name, "content-type"):
		r.contentType = value
	}
	return nil
}

// route returns the path without its query.
func (r *request) route() []byte {
	path, _, _ := bytes.Cut(r.path, []byte("?"))
	return path
}

func cutLine(b []byte) (line, rest []byte) {
	i := bytes.Index(b, []byte("\r\n"))
	return b[:i], b[i+2:]
}

// equalFold compares with a lower-case ASCII name.
func equalFold(b []byte, name string) bool {
	if len(b) != len(name) {
		return false
	}
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != name[i] {
			return false
		}
	}
	return true
}

func isToken(b []byte) bool {
	for _, c := range b {
		ok := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
			bytes.IndexByte([]byte("!#$%&'*+-.^_`|~"), c) >= 0
		if !ok {
			return false
		}
	}
	return len(b) > 0
}

func isValue(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
