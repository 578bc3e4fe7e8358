package callout

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// allow is a rule for every call to a server of the tests, under a name of its own or its address.
func allow(t testing.TB, base, host string) spec.HTTPRule {
	u, err := url.Parse(base)
	require.NoError(t, err)
	at := netip.MustParseAddrPort(u.Host)
	if host == "" {
		host = at.Addr().String()
	}
	return spec.HTTPRule{Method: "*", Scheme: u.Scheme, Host: host, Port: at.Port(), Path: "/*"}
}

// serve runs a server on the loopback and returns its address.
func serve(t testing.TB, f http.HandlerFunc) string {
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return s.URL
}

// raw runs a server that writes what it likes.
func raw(t testing.TB, f func(net.Conn)) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
				f(c)
			}
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return "http://" + l.Addr().String()
}

// caller may call base, and reach the loopback.
func caller(t testing.TB, base string, change func(*spec.HTTPGrant), secrets map[string]spec.Secret, o Options) *Caller {
	g := &spec.HTTPGrant{Allow: []spec.HTTPRule{allow(t, base, "")}, Private: loopback, Timeout: 10 * time.Second}
	if change != nil {
		change(g)
	}
	c, err := New(g, secrets, o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func get(c *Caller, url string) (*Answer, *Error) {
	req, err := c.Prepare(&Call{Method: "GET", URL: url})
	if err != nil {
		return nil, err
	}
	return req.Send(0, time.Time{})
}

func refusedWith(t *testing.T, want abi.Status, err *Error) {
	t.Helper()
	require.NotNil(t, err)
	assert.Equal(t, want.String(), err.Status.String(), err.Error())
}

func TestSend(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		w.Header().Add("X-Two", "a")
		w.Header().Add("X-Two", "b")
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1"})
		w.WriteHeader(201)
		fmt.Fprintf(w, "%s %s %s %s %s|%s", r.Method, r.RequestURI, r.Header.Get("X-A"), r.Header.Get("Cookie"), r.UserAgent(), b)
	})
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	c := caller(t, base, nil, nil, Options{})
	for range 2 { // the second on the same connection, without the cookie
		req, e := c.Prepare(&Call{Method: "POST", URL: base + "/a%20b;c?d=%2e", Headers: "x-a: 1\n", Body: []byte("hello")})
		require.Nil(t, e)
		a, e := req.Send(0, time.Now().Add(time.Minute))
		require.Nil(t, e)
		assert.Equal(t, 201, a.Status)
		assert.Equal(t, "POST /a%20b;c?d=%2e 1  yett|hello", string(a.Body))
		v, ok := a.Header(nil, "x-two")
		assert.True(t, ok)
		assert.Equal(t, "a, b", string(v))
		_, ok = a.Header(nil, "x-none")
		assert.False(t, ok)
	}
}

func TestRedirectIsAnAnswer(t *testing.T) {
	var reached atomic.Bool
	secret := serve(t, func(http.ResponseWriter, *http.Request) { reached.Store(true) })
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, secret, http.StatusTemporaryRedirect)
	})
	a, e := get(caller(t, base, nil, nil, Options{}), base+"/")
	require.Nil(t, e)
	assert.Equal(t, 307, a.Status)
	v, _ := a.Header(nil, "location")
	assert.Equal(t, secret, string(v))
	assert.False(t, reached.Load())
}

func TestBounds(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/exact":
			_, _ = w.Write(make([]byte, 100))
		case "/said":
			w.Header().Set("Content-Length", "101")
			_, _ = w.Write(make([]byte, 101))
		case "/endless":
			for {
				if _, err := w.Write(make([]byte, 1000)); err != nil {
					return
				}
				w.(http.Flusher).Flush()
			}
		case "/zip":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = z.Write(make([]byte, 1<<20))
			_ = z.Close()
		}
	})
	c := caller(t, base, func(g *spec.HTTPGrant) { g.AnswerBytes, g.RequestBytes = 100, 10 }, nil, Options{})
	a, e := get(c, base+"/exact")
	require.Nil(t, e)
	assert.Len(t, a.Body, 100)
	_, e = get(c, base+"/said")
	refusedWith(t, abi.TooLarge, e)
	_, e = get(c, base+"/endless")
	refusedWith(t, abi.TooLarge, e)
	_, e = get(c, base+"/zip")
	refusedWith(t, abi.Unavailable, e)
	req, e := c.Prepare(&Call{Method: "HEAD", URL: base + "/said"})
	require.Nil(t, e)
	_, e = req.Send(0, time.Time{})
	assert.Nil(t, e, "an answer without a body may say how long it would be")
	_, e = c.Prepare(&Call{Method: "POST", URL: base + "/", Body: make([]byte, 11)})
	refusedWith(t, abi.TooLarge, e)
}

// TestHostileServers asks servers that answer nonsense, or never.
func TestHostileServers(t *testing.T) {
	write := func(parts ...string) func(net.Conn) {
		return func(c net.Conn) {
			for _, p := range parts {
				_, _ = io.WriteString(c, p)
			}
		}
	}
	forever := func(begin, part string, pause time.Duration) func(net.Conn) {
		return func(c net.Conn) {
			_, err := io.WriteString(c, begin)
			for err == nil {
				_, err = io.WriteString(c, part)
				time.Sleep(pause)
			}
		}
	}
	for _, test := range []struct {
		name   string
		server func(net.Conn)
		want   abi.Status
	}{
		{"endless headers", forever("HTTP/1.1 200 OK\r\n", strings.Repeat("X-A: "+strings.Repeat("a", 100)+"\r\n", 50), 0), abi.Unavailable},
		{"one endless header", forever("HTTP/1.1 200 OK\r\nX-A: ", strings.Repeat("a", 10_000), 0), abi.Unavailable},
		{"an endless status line", forever("HTTP/1.1 200 ", strings.Repeat("a", 10_000), 0), abi.Unavailable},
		{"endless interim answers", forever("", "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n", 0), abi.Unavailable},
		{"endless trailers", forever("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "X-A: b\r\n", 0), abi.Unavailable},
		{"endless chunk extension", forever("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a=", strings.Repeat("a", 10_000), 0), abi.Unavailable},
		{"slow drip of the head", forever("HTTP/1.1 200 OK\r\nX-A: ", "a", time.Millisecond), abi.TimedOut},
		{"slow drip of the body", forever("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "a", time.Millisecond), abi.TimedOut},
		{"slow drip of chunks", forever("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n", time.Millisecond), abi.TimedOut},
		{"silence", func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }, abi.TimedOut},
		{"another protocol", write("SSH-2.0-OpenSSH_9.6\r\n"), abi.Unavailable},
		{"nothing", write(), abi.Unavailable},
		{"a cut body", write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), abi.Unavailable},
		{"two lengths", write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), abi.Unavailable},
		{"a negative length", write("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), abi.Unavailable},
		{"an unknown transfer coding", write("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"), abi.Unavailable},
		{"another protocol by 101", write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), abi.Unavailable},
		{"status 999", write("HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n"), abi.Unavailable},
		{"compression in a second line", write("HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n"), abi.Unavailable},
		{"a huge length", write("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n"), abi.TooLarge},
	} {
		t.Run(test.name, func(t *testing.T) {
			base := raw(t, test.server)
			c := caller(t, base, func(g *spec.HTTPGrant) {
				if test.want == abi.TimedOut {
					g.Timeout = 50 * time.Millisecond
				}
			}, nil, Options{})
			began := time.Now()
			_, e := get(c, base+"/")
			refusedWith(t, test.want, e)
			assert.Less(t, time.Since(began), 9*time.Second)
		})
	}
}

func TestTime(t *testing.T) {
	hold := make(chan struct{})
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-hold:
		case <-r.Context().Done():
		}
	})
	defer close(hold)
	send := func(c *Caller, timeout time.Duration, deadline time.Time) *Error {
		req, e := c.Prepare(&Call{Method: "GET", URL: base + "/"})
		require.Nil(t, e)
		began := time.Now()
		_, e = req.Send(timeout, deadline)
		assert.Less(t, time.Since(began), 9*time.Second)
		return e
	}
	c := caller(t, base, nil, nil, Options{})
	refusedWith(t, abi.TimedOut, send(c, 20*time.Millisecond, time.Time{}))
	refusedWith(t, abi.TimedOut, send(c, 0, time.Now().Add(20*time.Millisecond)))
	refusedWith(t, abi.TimedOut, send(c, 0, time.Now().Add(-time.Second)))
	short := caller(t, base, func(g *spec.HTTPGrant) { g.Timeout = 20 * time.Millisecond }, nil, Options{})
	refusedWith(t, abi.TimedOut, send(short, time.Hour, time.Time{}))

	t.Run("a name that isn't found in time", func(t *testing.T) {
		c := caller(t, base, func(g *spec.HTTPGrant) {
			g.Allow, g.Timeout = []spec.HTTPRule{allow(t, base, "slow.example")}, 20*time.Millisecond
		}, nil, Options{Resolve: func(ctx context.Context, _ string) ([]netip.Addr, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}})
		_, e := get(c, strings.Replace(base, "127.0.0.1", "slow.example", 1)+"/")
		refusedWith(t, abi.TimedOut, e)
	})
	t.Run("a closed caller", func(t *testing.T) {
		time.AfterFunc(20*time.Millisecond, c.Close)
		refusedWith(t, abi.Unavailable, send(c, 0, time.Time{}))
		refusedWith(t, abi.Unavailable, send(c, 0, time.Time{}))
	})
}

func TestErrors(t *testing.T) {
	cause := errors.New("b")
	assert.Equal(t, "a: b", (&Error{Reason: "a", Cause: cause}).Error())
	assert.ErrorIs(t, &Error{Cause: cause}, cause)
	assert.Equal(t, "a", (&Error{Reason: "a"}).Error())
}

func TestDefaults(t *testing.T) {
	c, err := New(&spec.HTTPGrant{}, nil, Options{})
	require.NoError(t, err)
	defer c.Close()
	assert.Equal(t, spec.DefaultHTTPCalls, c.Calls())
	assert.Equal(t, []any{spec.DefaultHTTPTimeout, spec.DefaultHTTPRequestBytes, spec.DefaultHTTPAnswerBytes}, []any{c.timeout, c.request, c.answer})
}
