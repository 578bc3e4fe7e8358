package upstream

import (
	"bytes"
	"crypto/tls"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/yett-gateway/yett/engine/fault"
)

func TestMain(m *testing.M) {
	// fasthttp's client, which benchmarks compare with, sleeps on for a while after its last connection.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*HostClient).connsCleaner"))
}

func TestNewClientErrors(t *testing.T) {
	tests := []struct {
		name string
		o    Options
	}{
		{"no scheme", Options{Host: "h"}},
		{"ftp", Options{Scheme: "ftp", Host: "h"}},
		{"no host", Options{Scheme: "http"}},
		{"userinfo", Options{Scheme: "http", Host: "u@h"}},
		{"line break", Options{Scheme: "http", Host: "h\r\nX: y"}},
		{"path", Options{Scheme: "http", Host: "h/x"}},
		{"port", Options{Scheme: "http", Host: "h", Port: 65536}},
		{"TLS for http", Options{Scheme: "http", Host: "h", TLS: &tls.Config{}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := NewClient(tt.o)
			assert.Error(t, err)
		})
	}
}

func TestHostLine(t *testing.T) {
	tests := []struct {
		name, scheme, host string
		port               int
		want, addr         string
	}{
		{"default", "http", "h.example", 0, "h.example", "h.example:80"},
		{"standard", "https", "h.example", 443, "h.example", "h.example:443"},
		{"other", "https", "h.example", 80, "h.example:80", "h.example:80"},
		{"IPv6", "http", "::1", 8080, "[::1]:8080", "[::1]:8080"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := NewClient(Options{Scheme: tt.scheme, Host: tt.host, Port: tt.port})
			require.NoError(t, err)
			assert.Equal(t, " HTTP/1.1\r\nHost: "+tt.want+"\r\n", c.hostLine)
			assert.Equal(t, tt.addr, c.addr)
		})
	}
}

func TestRequestOnTheWire(t *testing.T) {
	fields, err := AppendField(nil, "Content-Type", "application/json")
	require.NoError(t, err)
	fields, err = AppendField(fields, []byte("X-Key"), []byte("k\t\xc3\xa9"))
	require.NoError(t, err)
	tests := []struct {
		name string
		r    Request
		want string
	}{
		{
			"post",
			Request{Method: "POST", Path: []byte("/v1?a=b"), Fields: fields, Body: []byte("{}")},
			"POST /v1?a=b HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\nX-Key: k\t\xc3\xa9\r\nContent-Length: 2\r\n",
		},
		{"get", Request{Method: "GET", Path: []byte("/")}, "GET / HTTP/1.1\r\nHost: HOST\r\n"},
		{"empty post", Request{Method: "POST", Path: []byte("/")}, "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\n"},
		{
			"large",
			Request{Method: "POST", Path: []byte("/"), Body: bytes.Repeat([]byte("x"), 3<<20)},
			"POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 3145728\r\n",
		},
		{
			"large head",
			Request{Method: "POST", Path: []byte("/" + strings.Repeat("p", 20000)), Body: []byte("y")},
			"POST /" + strings.Repeat("p", 20000) + " HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\r\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			type seen struct {
				head string
				body []byte
			}
			got := make(chan seen, 2)
			s := serve(t, func(p *peer) {
				for p.request() {
					got <- seen{p.head, bytes.Clone(p.body)}
					p.say(withLength("ok"))
				}
			})
			c := client(t, s)
			for range 2 { // fresh, then reused
				_, body, err := ask(c, &tt.r)
				require.NoError(t, err)
				assert.Equal(t, "ok", body)
				g := <-got
				assert.Equal(t, strings.ReplaceAll(tt.want, "HOST", s.Addr().String()), g.head)
				assert.True(t, bytes.Equal(tt.r.Body, g.body), "got %d bytes of body", len(g.body))
			}
			assert.Equal(t, int64(1), s.accepted.Load())
		})
	}
}

func TestRequestRefused(t *testing.T) {
	s := serve(t, answering(withLength("never")))
	c := client(t, s)
	tests := []struct {
		name string
		r    Request
	}{
		{"no method", Request{Path: []byte("/")}},
		{"method with space", Request{Method: "GET /x HTTP/1.1", Path: []byte("/")}},
		{"no path", Request{Method: "GET"}},
		{"absolute", Request{Method: "GET", Path: []byte("http://h/")}},
		{"space", Request{Method: "GET", Path: []byte("/a b")}},
		{"line break", Request{Method: "GET", Path: []byte("/a\r\nX: y")}},
		{"DEL", Request{Method: "GET", Path: []byte("/\x7f")}},
		{"not ASCII", Request{Method: "GET", Path: []byte("/\xc3\xa9")}},
		{"fields without end", Request{Method: "GET", Path: []byte("/"), Fields: []byte("A: b")}},
		{"fields that end the head", Request{Method: "GET", Path: []byte("/"), Fields: []byte("\r\nA: b\r\n")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := ask(c, &tt.r)
			assertKind(t, fault.Internal, err)
			assert.ErrorIs(t, err, ErrRequest)
		})
	}
	assert.Zero(t, s.accepted.Load())
}

func TestAppendFieldErrors(t *testing.T) {
	for _, f := range [][2]string{
		{"", "v"},
		{"a b", "v"},
		{"a:", "v"},
		{"a\r\n", "v"},
		{"\xc3\xa9", "v"},
		{"a", "v\r\nb: c"},
		{"a", "\x00"},
		{"a", "\x7f"},
		{"Host", "h"},
		{"CONTENT-LENGTH", "1"},
		{"transfer-encoding", "chunked"},
		{"Connection", "close"},
		{"TE", "trailers"},
		{"Upgrade", "h2c"},
		{"Expect", "100-continue"},
		{"Content_Length", "1"},
	} {
		got, err := AppendField([]byte("A: b\r\n"), f[0], f[1])
		assert.Error(t, err, "%q", f)
		assert.Equal(t, "A: b\r\n", string(got))
	}
}

func TestAnswer(t *testing.T) {
	big := strings.Repeat("0123456789abcdef", 40<<10) // 640 KiB
	tests := []struct {
		name, answer string
		status       int
		body         string
		reused       bool
	}{
		{"length", withLength(`{"a":1}`), 200, `{"a":1}`, true},
		{"length of nothing", "HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n", 404, "", true},
		{"no reason", "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx", 200, "x", true},
		{"big by length", withLength(big), 200, big, true},
		{"chunks", chunked("one", "two", big, "x"), 200, "onetwo" + big + "x", true},
		{"no chunks", chunked(), 200, "", true},
		{
			"extensions and trailers",
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n0003;a=\"b;\";c\r\nabc\r\n0\r\nX-T: v\r\nY:\r\n\r\n", 200, "abc", true,
		},
		{"interim", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: <x>\r\n\r\n" + withLength("x"), 200, "x", true},
		{"204", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", true},
		{"304 with length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", 304, "", true},
		{"close", "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 1\r\n\r\nx", 200, "x", false},
		{"1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, "x", false},
		{"junk behind", withLength("x") + "HTTP/1.1 200 OK\r\n", 200, "x", false},
		{"junk behind chunks", chunked("x") + "y", 200, "x", false},
		{"junk behind 204", "HTTP/1.1 204 No Content\r\nContent-Length: 1\r\n\r\nx", 204, "", false},
		{"204 that says it has a body", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", 204, "", false},
		{"long head", "HTTP/1.1 200 OK\r\nX-Long: " + strings.Repeat("v", 60000) + "\r\nContent-Length: 3\r\n\r\nabc", 200, "abc", true},
		{"head that leaves little room", "HTTP/1.1 200 OK\r\nX-Long: " + strings.Repeat("v", 12000) + "\r\nContent-Length: 655360\r\n\r\n" + big, 200, big, true},
		{"many lines", "HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 199) + "Content-Length: 3\r\n\r\nabc", 200, "abc", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, answering(tt.answer))
			c := client(t, s)
			for i, streamed := range []bool{false, true, false} {
				var x Exchange
				r := post("{}")
				r.Stream = streamed
				require.NoError(t, c.Do(&x, r))
				assert.Equal(t, tt.status, x.Status())
				assert.True(t, x.Delimited())
				read := fillAll
				if i == 2 {
					read = func(x *Exchange) (string, error) {
						b, err := x.ReadAll([]byte("pre"), 0)
						return strings.TrimPrefix(string(b), "pre"), err
					}
				}
				body, err := read(&x)
				require.NoError(t, err)
				assert.True(t, tt.body == body, "got %d bytes, want %d", len(body), len(tt.body))
				assert.True(t, x.Complete())
				assert.Equal(t, io.EOF, x.Fill())
				x.Close()
				x.Close()
				assertNoneOut(t, c)
			}
			if tt.reused {
				assert.Equal(t, int64(1), s.accepted.Load())
			}
		})
	}
}

func TestHeadRequestHasNoBody(t *testing.T) {
	c := client(t, serve(t, answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")))
	for range 2 {
		status, body, err := ask(c, &Request{Method: "HEAD", Path: []byte("/")})
		require.NoError(t, err)
		assert.Equal(t, 200, status)
		assert.Empty(t, body)
	}
	assert.Equal(t, 1, c.Stats().Idle)
}

func TestBodyUntilClose(t *testing.T) {
	c := client(t, serve(t, func(p *peer) {
		p.request()
		p.say("HTTP/1.1 200 OK\r\n\r\npart one, ")
		p.say("part two")
	}))
	var x Exchange
	require.NoError(t, c.Do(&x, post("{}")))
	assert.False(t, x.Delimited())
	body, err := fillAll(&x)
	require.NoError(t, err)
	assert.Equal(t, "part one, part two", body)
	x.Close()
	assert.Equal(t, Stats{Dials: 1}, c.Stats())
}

func TestHeader(t *testing.T) {
	c := client(t, serve(t, answering("HTTP/1.1 200 OK\r\nA: 1\r\nb:  two words \t\r\nA: 2\r\nEmpty:\r\nContent-Length: 0\r\n\r\n")))
	var x Exchange
	assert.Nil(t, x.Header("a"))
	assert.Zero(t, x.Status())
	require.NoError(t, c.Do(&x, post("")))
	assert.Equal(t, "1", string(x.Header("a")))
	assert.Equal(t, "two words", string(x.Header("B")))
	assert.NotNil(t, x.Header("empty"))
	assert.Empty(t, x.Header("empty"))
	assert.Nil(t, x.Header("c"))
	var got []string
	for name, value := range x.EachHeader {
		got = append(got, string(name)+"="+string(value))
	}
	assert.Equal(t, []string{"A=1", "b=two words", "A=2", "Empty=", "Content-Length=0"}, got)
	for range x.EachHeader {
		break
	}
	x.Close()
	assert.Nil(t, x.Header("a"))
}

func TestFirstByte(t *testing.T) {
	c := client(t, serve(t, func(p *peer) {
		for p.request() {
			time.Sleep(30 * time.Millisecond)
			p.say(withLength("x"))
		}
	}))
	var x Exchange
	for range 2 {
		begun := time.Now()
		require.NoError(t, c.Do(&x, post("{}")))
		took := time.Since(begun)
		_, err := x.ReadAll(nil, 0)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, x.FirstByte(), 30*time.Millisecond)
		assert.LessOrEqual(t, x.FirstByte(), took)
		x.Close()
	}
}

// TestUnreadAnswerIsNotKept shows that closing early costs the connection, unless the end is in the buffer.
func TestUnreadAnswerIsNotKept(t *testing.T) {
	tests := []struct {
		name, answer string
		idle         int
	}{
		{"whole in the buffer", chunked("x"), 1},
		{"end missing", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n", 0},
		{"broken end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxx", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := client(t, serve(t, answering(tt.answer)))
			var x Exchange
			require.NoError(t, c.Do(&x, stream()))
			x.Close()
			assert.Equal(t, tt.idle, c.Stats().Idle)
			assertNoneOut(t, c)
		})
	}
}

func TestFillBeforeDo(t *testing.T) {
	var x Exchange
	assertKind(t, fault.Internal, x.Fill())
	_, err := x.ReadAll(nil, 0)
	assertKind(t, fault.Internal, err)
	assert.Empty(t, x.Bytes())
	x.Discard(5)
	x.Close()
}
