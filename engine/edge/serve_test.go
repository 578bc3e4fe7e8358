package edge

import (
	"bytes"
	"io"
	"log"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
)

// seen is a request as a handler saw it.
type seen struct {
	method, uri, host, body string
}

// scripted is a client whose bytes arrive in given pieces, followed by its FIN.
type scripted struct {
	pieces [][]byte
	out    bytes.Buffer
	closed bool
}

func (s *scripted) Read(p []byte) (int, error) {
	for len(s.pieces) > 0 && len(s.pieces[0]) == 0 {
		s.pieces = s.pieces[1:]
	}
	if len(s.pieces) == 0 {
		return 0, io.EOF
	}
	n := copy(p, s.pieces[0])
	s.pieces[0] = s.pieces[0][n:]
	return n, nil
}

func (s *scripted) Write(p []byte) (int, error) {
	if s.closed {
		return 0, net.ErrClosed
	}
	return s.out.Write(p)
}
func (s *scripted) Close() error        { s.closed = true; return nil }
func (s *scripted) LocalAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

func (s *scripted) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9} }
func (s *scripted) SetDeadline(time.Time) error      { return nil }
func (s *scripted) SetReadDeadline(time.Time) error  { return nil }
func (s *scripted) SetWriteDeadline(time.Time) error { return nil }

// noListener is the inner listener of tests that hand connections over themselves.
type noListener struct{}

func (noListener) Accept() (net.Conn, error) { return nil, net.ErrClosed }
func (noListener) Close() error              { return nil }
func (noListener) Addr() net.Addr            { return &net.TCPAddr{} }

// bench is a fasthttp server behind the guard that notes what reaches its handler.
type bench struct {
	l     *Listener
	s     *fasthttp.Server
	seen  []seen
	codes []string
}

func newBench(tb testing.TB, lim Limits) *bench {
	b := &bench{}
	b.l = NewListener(noListener{}, lim, func(code string) { b.codes = append(b.codes, code) })
	tb.Cleanup(func() { require.NoError(tb, b.l.Close()) })
	b.s = newServer(b.l.lim, func(ctx *fasthttp.RequestCtx) {
		b.seen = append(b.seen, seen{
			string(ctx.Method()), string(ctx.RequestURI()), string(ctx.Host()), string(ctx.PostBody()),
		})
		ctx.SetBodyString("ok")
	})
	return b
}

func newServer(lim Limits, h fasthttp.RequestHandler) *fasthttp.Server {
	return &fasthttp.Server{
		Handler:                      h,
		ReadBufferSize:               lim.HeadBytes,
		MaxRequestBodySize:           int(lim.BodyBytes),
		DisablePreParseMultipartForm: true,
		SecureErrorLogMessage:        true,
		NoDefaultServerHeader:        true,
		NoDefaultDate:                true,
		Logger:                       log.New(io.Discard, "", 0),
	}
}

// run serves one connection and returns what the client got.
func (b *bench) run(tb testing.TB, pieces ...[]byte) string {
	b.seen, b.codes = b.seen[:0], b.codes[:0]
	raw := &scripted{}
	for _, p := range pieces {
		raw.pieces = append(raw.pieces, bytes.Clone(p))
	}
	c := b.l.guard(raw)
	require.NotNil(tb, c)
	_ = b.s.ServeConn(c)
	require.NoError(tb, c.Close())
	require.True(tb, raw.closed)
	return raw.out.String()
}

// splits calls f with b whole, in two pieces cut at every byte, and byte by byte.
func splits(b []byte, f func(pieces ...[]byte)) {
	f(b)
	for i := 1; i < len(b); i++ {
		f(b[:i], b[i:])
	}
	single := make([][]byte, len(b))
	for i := range b {
		single[i] = b[i : i+1]
	}
	f(single...)
}
