package edge

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// fasthttp keeps a goroutine for the date, and idle workers for a while.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"))
}

// live is a fasthttp server behind the guard on a real socket.
type live struct {
	l       *Listener
	s       *fasthttp.Server
	addr    string
	tls     *tls.Config
	reasons chan string
}

func start(tb testing.TB, lim Limits, secure bool, h fasthttp.RequestHandler) *live {
	in, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	v := &live{addr: in.Addr().String(), reasons: make(chan string, 10_000)}
	var server *tls.Config
	if secure {
		server, v.tls = certificates(tb)
	}
	v.l = NewTLSListener(in, server, lim, func(code string) { v.reasons <- code })
	v.s = newServer(v.l.lim, h)
	done := make(chan error, 1)
	go func() { done <- v.s.Serve(v.l) }()
	tb.Cleanup(func() {
		require.NoError(tb, v.l.Close())
		require.NoError(tb, <-done)
		v.l.Abort()
		require.Eventually(tb, func() bool { return v.l.Stats().Open == 0 }, 5*time.Second, time.Millisecond)
	})
	return v
}

func (v *live) dial(tb testing.TB) net.Conn {
	c, err := net.Dial("tcp", v.addr)
	require.NoError(tb, err)
	if v.tls != nil {
		c = tls.Client(c, v.tls)
	}
	tb.Cleanup(func() { _ = c.Close() })
	require.NoError(tb, c.SetDeadline(time.Now().Add(20*time.Second)))
	return c
}

func send(tb testing.TB, c net.Conn, s string) {
	_, err := io.WriteString(c, s)
	require.NoError(tb, err)
}

// answer reads one answer and returns its status and body.
func answer(tb testing.TB, r *bufio.Reader) (int, string) {
	resp, err := http.ReadResponse(r, nil)
	require.NoError(tb, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(tb, err)
	return resp.StatusCode, string(body)
}

func echo(ctx *fasthttp.RequestCtx) { ctx.SetBody(ctx.PostBody()) }

func certificates(tb testing.TB) (server, client *tls.Config) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(tb, err)
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"gw"},
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	require.NoError(tb, err)
	leaf, err := x509.ParseCertificate(der)
	require.NoError(tb, err)
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}},
		&tls.Config{RootCAs: pool, ServerName: "gw"}
}

func TestPipelinedInOrder(t *testing.T) {
	for _, secure := range []bool{false, true} {
		v := start(t, Limits{}, secure, echo)
		c := v.dial(t)
		send(t, c, post+"Content-Length: 5\r\n\r\nfirst"+chunk+"6\r\nsecond\r\n0\r\n\r\n"+post+"Content-Length: +1\r\n\r\n")
		r := bufio.NewReader(c)
		for _, want := range []string{"first", "second"} {
			status, body := answer(t, r)
			require.Equal(t, 200, status)
			require.Equal(t, want, body)
		}
		status, body := answer(t, r)
		require.Equal(t, 400, status)
		require.Contains(t, body, "bad_content_length")
		_, err := r.ReadByte()
		require.Equal(t, io.EOF, err)
	}
}

// A client that sends on while it is refused still gets to read why.
func TestRefusalSurvivesUpload(t *testing.T) {
	v := start(t, Limits{BodyBytes: 1 << 20}, false, echo)
	for _, head := range []string{post + "Content-Length: 8388608\r\n\r\n", chunk + "800000\r\n"} {
		c := v.dial(t)
		send(t, c, head)
		for range 8 {
			_, err := c.Write(make([]byte, 1<<20))
			require.NoError(t, err)
		}
		status, body := answer(t, bufio.NewReader(c))
		require.Equal(t, 413, status)
		require.Contains(t, body, "body_too_large")
	}
}

func TestTLS(t *testing.T) {
	var secure, found atomic.Bool
	v := start(t, Limits{}, true, func(ctx *fasthttp.RequestCtx) {
		secure.Store(ctx.IsTLS())
		found.Store(FromConn(ctx.Conn()) != nil)
		echo(ctx)
	})
	c := v.dial(t)
	r := bufio.NewReader(c)
	for range 3 {
		send(t, c, post+"Content-Length: 5\r\n\r\nhello")
		status, body := answer(t, r)
		require.Equal(t, 200, status)
		require.Equal(t, "hello", body)
		require.True(t, secure.Load())
		require.True(t, found.Load())
	}
	send(t, c, "GET /../ HTTP/1.1\r\n")
	status, _ := answer(t, r)
	require.Equal(t, 400, status)
}

func TestFromConn(t *testing.T) {
	b := newBench(t, Limits{})
	c := b.l.guard(&scripted{})
	require.Same(t, c, FromConn(c))
	require.Same(t, c, FromConn(tls.Server(c, nil)))
	require.Nil(t, FromConn(&scripted{}))
	require.Nil(t, FromConn(nil))
	require.NoError(t, c.Close())
	var _ net.Conn = (*Conn)(nil)
	var _ net.Listener = (*Listener)(nil)
}

// Requests on a kept-alive connection cost no allocation, neither fixed nor chunked ones.
func TestNoAllocation(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	v := start(t, Limits{}, false, func(ctx *fasthttp.RequestCtx) { ctx.SetBodyString("ok") })
	for _, c := range []struct {
		name, req string
		answers   int
	}{
		{"fixed", post + "Content-Type: application/json\r\nAuthorization: Bearer k\r\nContent-Length: 5\r\n\r\nhello", 1},
		{"chunked", chunk + "5\r\nhello\r\n0\r\n\r\n", 1},
		{"pipelined", get + "\r\n" + get + "\r\n" + get + "\r\n", 3},
	} {
		conn := v.dial(t)
		raw, buf, ok := []byte(c.req), make([]byte, 4096), []byte("HTTP/1.1 200 OK\r\n")
		n := testing.AllocsPerRun(500, func() {
			if _, err := conn.Write(raw); err != nil {
				t.Fatal(err)
			}
			for left := c.answers; left > 0; {
				n, err := conn.Read(buf)
				if err != nil {
					t.Fatal(err)
				}
				left -= bytes.Count(buf[:n], ok)
			}
		})
		require.Zero(t, n, c.name)
	}
}

func pair(tb testing.TB) (server, client net.Conn) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	defer l.Close() //nolint:errcheck // a test's
	client, err = net.Dial("tcp", l.Addr().String())
	require.NoError(tb, err)
	server, err = l.Accept()
	require.NoError(tb, err)
	return server, client
}
