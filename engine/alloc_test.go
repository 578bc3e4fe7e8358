package engine_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/yett-gateway/yett/engine"
	"github.com/yett-gateway/yett/engine/spec"
)

// full is a configuration with all that a request meets: keys, limits, cache, access log.
func full(addr string) *spec.Gateway {
	p := provider(spec.OpenAI, "p", addr)
	p.Deadline = spec.DefaultDeadline
	s := config([]*spec.Provider{p}, model("m", p))
	cached()(s)
	limited(spec.Limit{Requests: spec.Rate{Count: 1e9, Per: time.Second}, Tokens: spec.Rate{Count: 1e12, Per: time.Second}, Concurrent: 100})(s)
	s.Log = spec.Log{Access: true, Format: "json"}
	return s
}

func startFull(t *testing.T, addr string) *gateway {
	t.Helper()
	return start(t, full(addr), nil, func(o *engine.Options) { o.Access = io.Discard })
}

// dull is an upstream that answers by rote and allocates nothing for it, so that what is counted is ours.
func dull(t *testing.T, answer func(stream bool) []byte) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	plain, events := answer(false), answer(true)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				buf := make([]byte, 64<<10)
				for {
					n, err := c.Read(buf) // requests here are one segment
					if err != nil {
						return
					}
					out := plain
					for i := 0; i+8 < n; i++ {
						if string(buf[i:i+8]) == `"stream"` {
							out = events
							break
						}
					}
					if _, err := c.Write(out); err != nil {
						return
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}

func rote(events int) func(stream bool) []byte {
	return func(stream bool) []byte {
		if !stream {
			body := `{"id":"x","object":"chat.completion","model":"up-p","choices":[{"index":0,"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}`
			return fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		}
		out := []byte("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
		for range events {
			e := "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"model\":\"up-p\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello\"},\"finish_reason\":null}]}\n\n"
			out = fmt.Appendf(out, "%x\r\n%s\r\n", len(e), e)
		}
		e := "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}\n\ndata: [DONE]\n\n"
		return fmt.Appendf(out, "%x\r\n%s\r\n0\r\n\r\n", len(e), e)
	}
}

// warm is how many requests come before any is counted, so that buffers have their size.
const warm = 5000

// TestHitAllocates nothing in the handler.
func TestHitAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates, and drops from pools at random")
	}
	g := startFull(t, dull(t, rote(10)))
	for _, mode := range []string{"", streamed} {
		body := chat("m", "hi", mode)
		require.Equal(t, 200, g.post("/v1/chat/completions", body, bearer("k")...).status)
		var ctx fasthttp.RequestCtx
		var req fasthttp.Request
		req.Header.SetMethod("POST")
		req.SetRequestURI("/v1/chat/completions")
		req.Header.SetHost("x")
		req.Header.SetContentType("application/json")
		req.Header.Set("Authorization", "Bearer k")
		req.SetBodyString(body)
		ctx.Init(&req, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}, nil)
		handle := g.Proxy().Handle
		for range warm {
			ctx.Response.Reset()
			handle(&ctx)
		}
		allocs := testing.AllocsPerRun(500, func() {
			ctx.Response.Reset()
			handle(&ctx)
		})
		require.Equal(t, 200, ctx.Response.StatusCode())
		require.Equal(t, "hit", string(ctx.Response.Header.Peek("X-Yett-Cache")))
		assert.Zero(t, allocs, "stream%q", mode)
	}
}

// TestWholePathAllocates counts all that the process allocates for requests over real sockets, by a client
// and an upstream that allocate nothing.
func TestWholePathAllocates(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates, and drops from pools at random")
	}
	const events = 100
	g := startFull(t, dull(t, rote(events)))
	for _, c := range []struct {
		name, body, header string
		n                  int
		most               float64 // allocations per request
	}{
		{"hit", chat("m", "hi"), "", 2000, 0.01},
		{"streamed hit", chat("m", "hi", streamed), "", 2000, 0.01},
		{"whole answer", chat("m", "hi"), "Cache-Control: no-store\r\n", 1000, 0.05},
		// fasthttp makes its chunk writer anew for each stream: one allocation, whatever the number of events.
		{"stream", chat("m", "hi", streamed), "Cache-Control: no-store\r\n", 500, 1.1},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", strings.TrimPrefix(g.url, "http://"))
			require.NoError(t, err)
			defer conn.Close()
			req := []byte("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer k\r\nContent-Type: application/json\r\n" + c.header + "Content-Length: " + strconv.Itoa(len(c.body)) + "\r\n\r\n" + c.body)
			r := bufio.NewReaderSize(conn, 64<<10)
			ask := func() {
				if _, err := conn.Write(req); err != nil {
					t.Fatal(err)
				}
				skipAnswer(t, r)
			}
			for range warm {
				ask()
			}
			best := 1e9
			for range 3 { // the runtime's own goroutines allocate at times: the best of three is ours
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				for range c.n {
					ask()
				}
				runtime.ReadMemStats(&after)
				best = min(best, float64(after.Mallocs-before.Mallocs)/float64(c.n))
			}
			t.Logf("%.4f allocations a request", best)
			assert.LessOrEqual(t, best, c.most)
		})
	}
}

// skipAnswer reads one answer without allocating.
func skipAnswer(t *testing.T, r *bufio.Reader) {
	length, chunked := 0, false
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case len(line) == 2:
			if !chunked {
				r.Discard(length)
				return
			}
			for {
				size, err := r.ReadSlice('\n')
				if err != nil {
					t.Fatal(err)
				}
				n := 0
				for _, d := range size[:len(size)-2] {
					n = n*16 + strings.IndexByte("0123456789abcdef", d|0x20) // digits have that bit set
				}
				r.Discard(n + 2)
				if n == 0 {
					return
				}
			}
		case hasPrefix(line, "Content-Length: "):
			length = 0
			for _, d := range line[16 : len(line)-2] {
				length = length*10 + int(d-'0')
			}
		case hasPrefix(line, "Transfer-Encoding: chunked"):
			chunked = true
		case hasPrefix(line, "HTTP/1.1") && !hasPrefix(line, "HTTP/1.1 200"):
			t.Fatalf("%s", line)
		}
	}
}

func hasPrefix(b []byte, p string) bool { return len(b) >= len(p) && string(b[:len(p)]) == p }
