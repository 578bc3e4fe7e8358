package upstream

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/fault"
)

// server is a scripted peer: one function per connection, which gets raw bytes and writes raw bytes.
type server struct {
	net.Listener
	accepted atomic.Int64
	mu       sync.Mutex
	conns    map[net.Conn]bool
	wg       sync.WaitGroup
}

func serve(tb testing.TB, script func(p *peer)) *server {
	tb.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	return serveOn(tb, ln, script)
}

func serveOn(tb testing.TB, ln net.Listener, script func(p *peer)) *server {
	s := &server{Listener: ln, conns: map[net.Conn]bool{}}
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			n := int(s.accepted.Add(1))
			s.track(c, true)
			s.wg.Add(1)
			go func() {
				defer s.wg.Done()
				defer s.track(c, false)
				defer func() { _ = c.Close() }()
				p := newPeer(c)
				p.n = n
				script(p)
			}()
		}
	}()
	tb.Cleanup(s.stop)
	return s
}

func (s *server) track(c net.Conn, in bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if in {
		s.conns[c] = true
	} else {
		delete(s.conns, c)
	}
}

func (s *server) stop() {
	_ = s.Close()
	s.mu.Lock()
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.wg.Wait()
}

// peer is one connection on the server's side.
type peer struct {
	net.Conn
	n    int // 1 for the first connection
	r    *bufio.Reader
	head string // of the last request
	body []byte
}

func newPeer(c net.Conn) *peer { return &peer{Conn: c, r: bufio.NewReaderSize(c, 64<<10)} }

// request reads one request, and reports whether one came.
func (p *peer) request() bool {
	if !p.readHead() {
		return false
	}
	n := 0
	for _, l := range strings.Split(p.head, "\r\n") {
		if v, ok := strings.CutPrefix(l, "Content-Length: "); ok {
			n, _ = strconv.Atoi(v)
		}
	}
	if cap(p.body) < n {
		p.body = make([]byte, n)
	}
	p.body = p.body[:n]
	_, err := io.ReadFull(p.r, p.body)
	return err == nil
}

func (p *peer) readHead() bool {
	var b strings.Builder
	for {
		l, err := p.r.ReadString('\n')
		if err != nil {
			return false
		}
		if l == "\r\n" {
			p.head = b.String()
			return true
		}
		b.WriteString(l)
	}
}

func (p *peer) say(s string) { _, _ = io.WriteString(p.Conn, s) }

// reset closes with RST.
func (p *peer) reset() {
	_ = p.Conn.(*net.TCPConn).SetLinger(0)
	_ = p.Close()
}

// untilGone waits for the client to close.
func (p *peer) untilGone() {
	_ = p.SetReadDeadline(time.Now().Add(20 * time.Second))
	_, _ = io.Copy(io.Discard, p.r)
}

// answering serves the same answer to each request until the client leaves.
func answering(answer string) func(*peer) {
	raw := []byte(answer)
	return func(p *peer) {
		for p.request() {
			if _, err := p.Write(raw); err != nil {
				return
			}
		}
	}
}

func withLength(body string) string {
	return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
}

func chunked(parts ...string) string {
	var b strings.Builder
	b.WriteString("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
	for _, p := range parts {
		b.WriteString(chunk(p))
	}
	return b.String() + "0\r\n\r\n"
}

func chunk(p string) string { return strconv.FormatInt(int64(len(p)), 16) + "\r\n" + p + "\r\n" }

// client is a client of s with deadlines that no healthy test reaches.
func client(tb testing.TB, s *server, change ...func(*Options)) *Client {
	tb.Helper()
	addr := s.Addr().(*net.TCPAddr)
	o := Options{
		Scheme: "http", Host: "127.0.0.1", Port: addr.Port,
		Deadlines: Deadlines{Headers: 10 * time.Second, FirstToken: 10 * time.Second, Idle: 10 * time.Second, Total: 20 * time.Second},
	}
	for _, f := range change {
		f(&o)
	}
	c, err := NewClient(o)
	require.NoError(tb, err)
	tb.Cleanup(c.Close)
	return c
}

func post(body string) *Request {
	return &Request{Method: "POST", Path: []byte("/v1/chat"), Body: []byte(body)}
}

func stream() *Request {
	return &Request{Method: "POST", Path: []byte("/v1/chat"), Body: []byte("{}"), Stream: true}
}

// ask does one exchange as a whole.
func ask(c *Client, r *Request) (status int, body string, err error) {
	var x Exchange
	defer x.Close()
	if err := c.Do(&x, r); err != nil {
		return 0, "", err
	}
	b, err := x.ReadAll(nil, 0)
	return x.Status(), string(b), err
}

// fillAll reads a body by Fill.
func fillAll(x *Exchange) (string, error) {
	var b bytes.Buffer
	for {
		err := x.Fill()
		b.Write(x.Bytes())
		x.Discard(len(x.Bytes()))
		if err == io.EOF {
			return b.String(), nil
		}
		if err != nil {
			return b.String(), err
		}
	}
}

func assertKind(tb testing.TB, want fault.Kind, err error) {
	tb.Helper()
	var f *fault.Error
	if assert.Error(tb, err) && assert.True(tb, errors.As(err, &f), "got %T: %v", err, err) {
		assert.Equal(tb, want.Label(), f.Kind.Label(), "got %v", err)
		assert.NotContains(tb, f.Public, "127.0.0.1")
	}
}

// assertNoneOut waits for the pool to hold no connection beyond the idle ones.
func assertNoneOut(tb testing.TB, c *Client) {
	tb.Helper()
	assert.Eventually(tb, func() bool {
		s := c.Stats()
		return s.Open == s.Idle && s.Waiting == 0
	}, 5*time.Second, time.Millisecond, "got %+v", c.Stats())
}
