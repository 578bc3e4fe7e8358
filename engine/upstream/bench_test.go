package upstream

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
)

// BenchmarkExchange is one request and its answer on a warm connection over loopback, ours and fasthttp's client.
// The raw peer is the same for both and in the figures of both.
func BenchmarkExchange(b *testing.B) {
	for _, size := range []struct {
		name string
		n    int
	}{{"1KB", 1 << 10}, {"10KB", 10 << 10}} {
		request := strings.Repeat("q", size.n-1) + "!"
		answer := withLength(strings.Repeat("a", size.n))
		b.Run(size.name+"/yett", func(b *testing.B) { benchOurs(b, rawServer(b, answer), request) })
		b.Run(size.name+"/fasthttp", func(b *testing.B) { benchFasthttp(b, rawServer(b, answer), request) })
	}
}

func benchOurs(b *testing.B, s *server, request string) {
	c := client(b, s)
	fields, err := AppendField(nil, "Content-Type", "application/json")
	require.NoError(b, err)
	fields, err = AppendField(fields, "Authorization", "Bearer sk-0123456789")
	require.NoError(b, err)
	r := post(request)
	r.Fields = fields
	var x Exchange
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		err := c.Do(&x, r)
		if err == nil {
			dst, err = x.ReadAll(dst[:0], 0)
		}
		if err != nil {
			b.Fatal(err)
		}
		x.Close()
	}
}

func benchFasthttp(b *testing.B, s *server, request string) {
	hc := &fasthttp.HostClient{
		Addr: s.Addr().String(),
		// Its own dialer leaves a goroutine behind for good.
		Dial:                     func(addr string) (net.Conn, error) { return net.Dial("tcp", addr) },
		NoDefaultUserAgentHeader: true, DisableHeaderNamesNormalizing: true,
		DisablePathNormalizing: true, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second,
	}
	b.Cleanup(hc.CloseIdleConnections)
	req, res := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	req.Header.SetMethod("POST")
	req.SetRequestURI("http://" + s.Addr().String() + "/v1/chat")
	req.Header.SetContentType("application/json")
	req.Header.Set("Authorization", "Bearer sk-0123456789")
	req.SetBodyRaw([]byte(request))
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		if err := hc.Do(req, res); err != nil {
			b.Fatal(err)
		}
		dst = append(dst[:0], res.Body()...)
	}
}

// BenchmarkBurst reads a stream of 200 events that come as fast as the peer can send, as chunks of one event each.
func BenchmarkBurst(b *testing.B) {
	event := "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"}}]}\n\n"
	events := make([]string, 200)
	for i := range events {
		events[i] = event
	}
	c := client(b, rawServer(b, chunked(events...)))
	r := post("{}!")
	r.Stream = true
	var x Exchange
	b.ReportAllocs()
	b.SetBytes(int64(len(event) * len(events)))
	for b.Loop() {
		if err := c.Do(&x, r); err != nil {
			b.Fatal(err)
		}
		x.GotToken()
		for err := x.Fill(); err != io.EOF; err = x.Fill() {
			if err != nil {
				b.Fatal(err)
			}
			x.Discard(len(x.Bytes()))
		}
		x.Close()
	}
}

// BenchmarkHead and BenchmarkChunks are the parsers alone.
func BenchmarkHead(b *testing.B) {
	raw := []byte("HTTP/1.1 200 OK\r\nDate: Mon, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: application/json\r\n" +
		strings.Repeat("X-Ratelimit-Remaining-Tokens: 149984\r\n", 15) + "Content-Length: 1000\r\n\r\n")
	var h head
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		h.begin(64<<10, 200)
		if _, done, err := h.parse(raw); !done || err != nil {
			b.Fatal(done, err)
		}
	}
}

func BenchmarkChunks(b *testing.B) {
	raw := []byte(strings.Repeat(chunk(strings.Repeat("x", 200)), 50) + "0\r\n\r\n")
	work := make([]byte, len(raw))
	var c chunks
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		copy(work, raw)
		c.begin(unlimited)
		if _, _, err := c.decode(work); err != nil || !c.done() {
			b.Fatal(err)
		}
	}
}
