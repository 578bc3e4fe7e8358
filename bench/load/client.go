package load

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// client sends requests over one connection, which it opens again after a failure.
type client struct {
	target  *Target
	timeout time.Duration
	raw     []byte // the request, own copy
	buf     []byte
	r, w    int // buf[r:w] was received and isn't used
	sse     events

	mu          sync.Mutex // guards nc and interrupted against interrupt
	nc          net.Conn
	interrupted bool

	counting *atomic.Bool // whether events count now
	events   int64        // that came while they did

	// The last answer.
	first, ended time.Time
	bytes        int64
	relay        Histogram // adds up until reset
}

const (
	bufferBytes = 64 << 10
	headBytes   = 32 << 10
)

var version = []byte("HTTP/1.1 ")

// Kinds of errors. kindOf says them.
var (
	errConnect     = errors.New("connect")
	errSend        = errors.New("send")
	errCut         = errors.New("cut off")
	errTimeout     = errors.New("timeout")
	errMalformed   = errors.New("malformed answer")
	errIncomplete  = errors.New("stream without its end")
	errEventError  = errors.New("error event")
	errStray       = errors.New("bytes behind the answer")
	errInterrupted = errors.New("interrupted")
)

// statusError is an answer with another status than the right one.
type statusError int

func (e statusError) Error() string { return "status " + strconv.Itoa(int(e)) }

// kindOf is the name under which an error is counted.
func kindOf(err error) string {
	for _, kind := range []error{errConnect, errSend, errCut, errTimeout, errMalformed, errIncomplete, errEventError, errStray, errInterrupted} {
		if errors.Is(err, kind) {
			return kind.Error()
		}
	}
	return err.Error()
}

func newClient(t *Target, timeout time.Duration, counting *atomic.Bool) *client {
	return &client{target: t, timeout: timeout, counting: counting, raw: bytes.Clone(t.raw), buf: make([]byte, bufferBytes)}
}

func (c *client) close() {
	if c.nc != nil {
		_ = c.nc.Close()
		c.nc = nil
	}
}

// interrupt ends the request under way, from another goroutine, and lets none follow.
func (c *client) interrupt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.interrupted = true
	if c.nc != nil {
		_ = c.nc.SetDeadline(time.Unix(1, 0))
	}
}

// connect makes a connection ready for a request.
func (c *client) connect() error {
	if c.nc == nil {
		nc, err := net.DialTimeout("tcp", c.target.address, c.timeout)
		if err != nil {
			return fmt.Errorf("%w: %w", errConnect, err)
		}
		c.mu.Lock()
		c.nc = nc
		c.mu.Unlock()
		c.r, c.w = 0, 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.interrupted {
		return errInterrupted
	}
	return c.nc.SetDeadline(time.Now().Add(c.timeout))
}

// do sends a request and reads its answer.
func (c *client) do(sequence int64) (err error) {
	if err := c.connect(); err != nil {
		return err
	}
	keep := false
	defer func() {
		if err != nil || !keep {
			c.mu.Lock()
			c.close()
			c.mu.Unlock()
		}
	}()
	c.target.render(c.raw, sequence)
	if _, err := c.nc.Write(c.raw); err != nil {
		return fmt.Errorf("%w: %w", errSend, err)
	}
	c.bytes, c.first = 0, time.Time{}
	c.sse = events{stamped: c.target.Stamped}
	keep, err = c.answer()
	c.ended = time.Now()
	if c.first.IsZero() {
		c.first = c.ended
	}
	if err == nil && c.r != c.w {
		return errStray
	}
	return err
}

// answer reads an answer and tells whether the connection may be used again.
func (c *client) answer() (keep bool, err error) {
	h, err := c.head()
	if err != nil {
		return false, err
	}
	switch {
	case h.chunked:
		err = c.chunks()
	case h.length >= 0:
		err = c.fixed(h.length)
	default:
		h.keep = false
		err = c.rest()
	}
	if err != nil {
		return false, err
	}
	if h.status != c.target.Status {
		return false, statusError(h.status)
	}
	if c.target.Stream {
		switch {
		case c.sse.failed:
			return false, errEventError
		case !c.sse.ended():
			return false, errIncomplete
		}
	}
	return h.keep, nil
}

// head is what matters of an answer's head.
type head struct {
	status  int
	length  int64 // -1 if not given
	chunked bool
	keep    bool
}

// head reads heads until one that isn't interim.
func (c *client) head() (head, error) {
	for {
		end := -1
		for end < 0 {
			if end = bytes.Index(c.buf[c.r:c.w], []byte("\r\n\r\n")); end < 0 {
				if got := c.buf[c.r:c.w]; len(got) > headBytes || len(got) >= len(version) && !bytes.HasPrefix(got, version) {
					return head{}, errMalformed
				}
				if err := c.fill(); err != nil {
					return head{}, err
				}
			}
		}
		h, err := parseHead(c.buf[c.r : c.r+end+2])
		c.r += end + 4
		if err != nil || h.status >= 200 {
			return h, err
		}
	}
}

func parseHead(b []byte) (head, error) {
	h := head{length: -1, keep: true}
	line, rest, _ := bytes.Cut(b, []byte("\r\n"))
	if len(line) < 12 || !bytes.HasPrefix(line, version) {
		return h, errMalformed
	}
	status, err := strconv.Atoi(string(line[9:12]))
	if err != nil {
		return h, errMalformed
	}
	h.status = status
	for len(rest) > 0 {
		line, rest, _ = bytes.Cut(rest, []byte("\r\n"))
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			return h, errMalformed
		}
		if err := h.field(name, bytes.TrimSpace(value)); err != nil {
			return h, err
		}
	}
	if h.chunked && h.length >= 0 {
		return h, errMalformed
	}
	if status == 204 || status == 304 {
		h.length = 0
	}
	return h, nil
}

func (h *head) field(name, value []byte) error {
	switch {
	case bytes.EqualFold(name, []byte("content-length")):
		n, err := strconv.ParseUint(string(value), 10, 62)
		if err != nil || h.length >= 0 {
			return errMalformed
		}
		h.length = int64(n)
	case bytes.EqualFold(name, []byte("transfer-encoding")):
		if h.chunked || !bytes.EqualFold(value, []byte("chunked")) {
			return errMalformed
		}
		h.chunked = true
	case bytes.EqualFold(name, []byte("connection")):
		h.keep = !bytes.EqualFold(value, []byte("close"))
	}
	return nil
}

// fill reads more. There is always room: what is kept is less than half the buffer.
func (c *client) fill() error {
	if c.r == c.w {
		c.r, c.w = 0, 0
	} else if c.w > len(c.buf)/2 {
		c.w = copy(c.buf, c.buf[c.r:c.w])
		c.r = 0
	}
	n, err := c.nc.Read(c.buf[c.w:])
	c.w += n
	switch {
	case n > 0:
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.interrupted {
			return errInterrupted
		}
		return errTimeout
	case errors.Is(err, io.EOF):
		return errCut
	}
	return fmt.Errorf("%w: %w", errCut, err)
}

// take uses up to n bytes of the body that are there, at least one.
func (c *client) take(n int64) (int64, error) {
	if c.r == c.w {
		if err := c.fill(); err != nil {
			return 0, err
		}
	}
	n = min(n, int64(c.w-c.r))
	if c.first.IsZero() {
		c.first = time.Now()
	}
	if c.target.Stream {
		before := c.sse.count
		c.sse.feed(c.buf[c.r:c.r+int(n)], &c.relay)
		if c.counting.Load() {
			c.events += c.sse.count - before
		}
	}
	c.r += int(n)
	c.bytes += n
	return n, nil
}

func (c *client) fixed(n int64) error {
	for n > 0 {
		took, err := c.take(n)
		if err != nil {
			return err
		}
		n -= took
	}
	return nil
}

// rest reads until the connection ends.
func (c *client) rest() error {
	for {
		_, err := c.take(bufferBytes)
		if err == errCut { //nolint:errorlint // only the plain end of the connection is an end
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (c *client) chunks() error {
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		n, err := strconv.ParseUint(string(line), 16, 62)
		if err != nil {
			return errMalformed
		}
		if n == 0 {
			break
		}
		if err := c.fixed(int64(n)); err != nil {
			return err
		}
		if line, err = c.line(); err != nil {
			return err
		}
		if len(line) > 0 {
			return errMalformed
		}
	}
	for { // trailers
		line, err := c.line()
		if err != nil || len(line) == 0 {
			return err
		}
	}
}

// line reads a line of the framing, valid until the next read.
func (c *client) line() ([]byte, error) {
	for {
		if i := bytes.Index(c.buf[c.r:c.w], []byte("\r\n")); i >= 0 {
			line := c.buf[c.r : c.r+i]
			c.r += i + 2
			return line, nil
		}
		if c.w-c.r > headBytes/4 {
			return nil, errMalformed
		}
		if err := c.fill(); err != nil {
			return nil, err
		}
	}
}
