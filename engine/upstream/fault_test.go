package upstream

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/fault"
)

// faults are answers that must be told from complete ones, by what the peer writes before it closes.
var faults = []struct {
	name, answer string
	want         fault.Kind
}{
	{"nothing", "", fault.UpstreamCut},
	{"cut in the status line", "HTTP/1.1 20", fault.UpstreamCut},
	{"cut in the head", "HTTP/1.1 200 OK\r\nContent-Le", fault.UpstreamCut},
	{"cut before the head's end", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", fault.UpstreamCut},
	{"cut after interim", "HTTP/1.1 100 Continue\r\n\r\n", fault.UpstreamCut},
	{"FIN after the head", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", fault.UpstreamCut},
	{"FIN after the head, chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", fault.UpstreamCut},
	{"cut by length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcd", fault.UpstreamCut},
	{"cut in chunk size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1", fault.UpstreamCut},
	{"cut in chunk data", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", fault.UpstreamCut},
	{"cut behind chunk data", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab", fault.UpstreamCut},
	{"cut where a size should be", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", fault.UpstreamCut},
	{"cut in the last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n", fault.UpstreamCut},
	{"cut in the trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n", fault.UpstreamCut},

	{"garbage", "\x00\x01\x02\x03garbage", fault.UpstreamInvalid},
	{"another protocol", "SSH-2.0-OpenSSH_9.2p1\r\n", fault.UpstreamInvalid},
	{"HTTP/2", "HTTP/2.0 200 OK\r\n\r\n", fault.UpstreamInvalid},
	{"status 99", "HTTP/1.1 099 X\r\n\r\n", fault.UpstreamInvalid},
	{"status 600", "HTTP/1.1 600 X\r\n\r\n", fault.UpstreamInvalid},
	{"status of 4 digits", "HTTP/1.1 2000 X\r\n\r\n", fault.UpstreamInvalid},
	{"signed status", "HTTP/1.1 +20 X\r\n\r\n", fault.UpstreamInvalid},
	{"unasked 101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", fault.UpstreamInvalid},
	{"interim flood", strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 10), fault.UpstreamInvalid},
	{"bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", fault.UpstreamInvalid},
	{"bare LF in the head", "HTTP/1.1 200 OK\r\nA: b\nContent-Length: 0\r\n\r\n", fault.UpstreamInvalid},
	{"bare CR in a value", "HTTP/1.1 200 OK\r\nA: b\rc\r\nContent-Length: 0\r\n\r\n", fault.UpstreamInvalid},
	{"NUL in a value", "HTTP/1.1 200 OK\r\nA: b\x00\r\nContent-Length: 0\r\n\r\n", fault.UpstreamInvalid},
	{"folded line", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n", fault.UpstreamInvalid},
	{"space before the colon", "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n", fault.UpstreamInvalid},
	{"no colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", fault.UpstreamInvalid},
	{"no name", "HTTP/1.1 200 OK\r\n: v\r\n\r\n", fault.UpstreamInvalid},
	{"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", fault.UpstreamInvalid},
	{"length twice", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\ncontent-length: 1\r\n\r\na", fault.UpstreamInvalid},
	{"list of lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\na", fault.UpstreamInvalid},
	{"signed length", "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na", fault.UpstreamInvalid},
	{"negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\na", fault.UpstreamInvalid},
	{"empty length", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", fault.UpstreamInvalid},
	{"hexadecimal length", "HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\na", fault.UpstreamInvalid},
	{"huge length", "HTTP/1.1 200 OK\r\nContent-Length: 4611686018427387904\r\n\r\na", fault.UpstreamInvalid},
	{"length that overflows", "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551617\r\n\r\na", fault.UpstreamInvalid},
	{"length and coding", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", fault.UpstreamInvalid},
	{"coding and length", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", fault.UpstreamInvalid},
	{"coding in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", fault.UpstreamInvalid},
	{"other coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", fault.UpstreamInvalid},
	{"identity", "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n", fault.UpstreamInvalid},
	{"coding twice", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", fault.UpstreamInvalid},
	{"alias of length", "HTTP/1.1 200 OK\r\nContent_Length: 3\r\n\r\nabc", fault.UpstreamInvalid},
	{"alias of coding", "HTTP/1.1 200 OK\r\nTransfer_Encoding: chunked\r\n\r\n", fault.UpstreamInvalid},

	{"chunk size of nothing", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\nab\r\n", fault.UpstreamInvalid},
	{"chunk size with prefix", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n", fault.UpstreamInvalid},
	{"chunk size with space", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1 \r\na\r\n", fault.UpstreamInvalid},
	{"negative chunk size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\na\r\n", fault.UpstreamInvalid},
	{"chunk size of 17 digits", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n00000000000000001\r\na\r\n", fault.UpstreamInvalid},
	{"absurd chunk size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\na", fault.UpstreamInvalid},
	{"bare LF behind a size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n", fault.UpstreamInvalid},
	{"bare CR behind a size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\ra\r\n", fault.UpstreamInvalid},
	{"chunk longer than its size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", fault.UpstreamInvalid},
	{"chunk without CRLF", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\n", fault.UpstreamInvalid},
	{"LF in an extension", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a\nb\r\na\r\n", fault.UpstreamInvalid},
	{"long extension", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + strings.Repeat("e", 257) + "\r\na\r\n", fault.UpstreamInvalid},
	{
		"extension flood",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("1;"+strings.Repeat("e", 200)+"\r\na\r\n", 50),
		fault.UpstreamInvalid,
	},
	{"folded trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n z\r\n\r\n", fault.UpstreamInvalid},
	{"trailer without colon", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX\r\n\r\n", fault.UpstreamInvalid},
	{"bare LF in the trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\n\r\n", fault.UpstreamInvalid},
	{"long trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + strings.Repeat("y", 5000) + "\r\n\r\n", fault.UpstreamInvalid},
	{"trailer flood", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + strings.Repeat("X: y\r\n", 40) + "\r\n", fault.UpstreamInvalid},
}

// TestFaults shows that no broken answer looks complete, read either way, and that its connection isn't kept.
func TestFaults(t *testing.T) {
	for _, tt := range faults {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, func(p *peer) {
				if p.request() {
					p.say(tt.answer)
				}
			})
			c := client(t, s)
			for _, r := range []*Request{post("{}"), stream()} {
				_, _, err := ask(c, r)
				assertKind(t, tt.want, err)

				var x Exchange
				if err = c.Do(&x, r); err == nil {
					_, err = fillAll(&x)
					assert.False(t, x.Complete())
					assert.Equal(t, err, x.Fill(), "the fault must stay")
				}
				assertKind(t, tt.want, err)
				x.Close()
				assert.Equal(t, 0, c.Stats().Open)
			}
			assert.Zero(t, c.Stats().Retries)
		})
	}
}

// TestFaultsByReset does the cuts again with RST in place of FIN.
func TestFaultsByReset(t *testing.T) {
	for _, tt := range faults {
		if tt.want != fault.UpstreamCut {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			c := client(t, serve(t, func(p *peer) {
				if p.request() {
					p.say(tt.answer)
					time.Sleep(5 * time.Millisecond) // RST overtakes what is unread
					p.reset()
				}
			}))
			_, _, err := ask(c, stream())
			assertKind(t, tt.want, err)
			assert.Equal(t, 0, c.Stats().Open)
		})
	}
}

// TestResetOfUndelimitedBody shows that even a body without framing isn't ended by RST.
func TestResetOfUndelimitedBody(t *testing.T) {
	c := client(t, serve(t, func(p *peer) {
		p.request()
		p.say("HTTP/1.1 200 OK\r\n\r\nabc")
		time.Sleep(20 * time.Millisecond)
		p.reset()
	}))
	_, body, err := ask(c, stream())
	assertKind(t, fault.UpstreamCut, err)
	assert.Equal(t, "abc", body)
}

// TestBytesBeforeTheCut shows that what came is still there for the record.
func TestBytesBeforeTheCut(t *testing.T) {
	c := client(t, serve(t, func(p *peer) {
		p.request()
		p.say("HTTP/1.1 200 OK\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5\r\nde")
	}))
	var x Exchange
	require.NoError(t, c.Do(&x, stream()))
	body, err := fillAll(&x)
	assertKind(t, fault.UpstreamCut, err)
	assert.Equal(t, "abcde", body)
	assert.Equal(t, "y", string(x.Header("x")))
	x.Close()
}

// TestFloods writes without end: it is the limits that must stop it, and the deadlines are far away.
func TestFloods(t *testing.T) {
	tests := []struct{ name, start, more string }{
		{"status line", "HTTP/1.1 200 ", strings.Repeat("r", 1000)},
		{"header lines", "HTTP/1.1 200 OK\r\n", "A: b\r\n"},
		{"long header lines", "HTTP/1.1 200 OK\r\n", "A: " + strings.Repeat("v", 1000) + "\r\n"},
		{"header name", "HTTP/1.1 200 OK\r\n", strings.Repeat("n", 1000)},
		{"interim", "", "HTTP/1.1 102 Processing\r\n\r\n"},
		{"chunk extension", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", strings.Repeat("e", 1000)},
		{"trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "X: y\r\n"},
		{"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunk(strings.Repeat("c", 1000))},
		{"undelimited", "HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("c", 1000)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := client(t, serve(t, func(p *peer) {
				p.request()
				p.say(tt.start)
				more := []byte(strings.Repeat(tt.more, 1+20000/len(tt.more)))
				for {
					if _, err := p.Write(more); err != nil {
						return
					}
				}
			}), func(o *Options) { o.Limits.BodyBytes = 1 << 20 })
			_, body, err := ask(c, post("{}"))
			assertKind(t, fault.UpstreamInvalid, err)
			assert.LessOrEqual(t, len(body), 1<<20)
		})
	}
}

func TestBodyLimits(t *testing.T) {
	body := strings.Repeat("b", 1000)
	for _, answer := range []string{withLength(body), chunked(body[:500], body[500:])} {
		c := client(t, serve(t, answering(answer)), func(o *Options) { o.Limits.BodyBytes = 1000 })
		_, got, err := ask(c, post("{}"))
		require.NoError(t, err)
		assert.Equal(t, body, got)

		for _, r := range []*Request{post("{}"), stream()} {
			var x Exchange
			require.NoError(t, c.Do(&x, r))
			_, err = x.ReadAll(nil, 999)
			assertKind(t, fault.UpstreamInvalid, err)
			x.Close()
		}
		small := client(t, serve(t, answering(answer)), func(o *Options) { o.Limits.BodyBytes = 999 })
		_, _, err = ask(small, post("{}"))
		assertKind(t, fault.UpstreamInvalid, err)
	}
}

// TestWindow shows that a caller who waits for the end of a long event gets all of it, up to the limit.
func TestWindow(t *testing.T) {
	event := strings.Repeat("e", 100_000)
	c := client(t, serve(t, answering(chunked(event, event, event))), func(o *Options) { o.Limits.WindowBytes = 200_000 })
	var x Exchange
	require.NoError(t, c.Do(&x, stream()))
	for len(x.Bytes()) < 150_000 {
		require.NoError(t, x.Fill())
	}
	assert.Equal(t, strings.Repeat("e", len(x.Bytes())), string(x.Bytes()))
	x.Discard(len(x.Bytes()) - 10)
	rest, err := fillAll(&x)
	require.NoError(t, err)
	assert.NotEmpty(t, rest)

	require.NoError(t, c.Do(&x, stream()))
	for err = nil; err == nil; err = x.Fill() {
	}
	assertKind(t, fault.UpstreamInvalid, err)
	assert.LessOrEqual(t, len(x.Bytes()), 200_000)
	x.Close()
}

// TestHugeLengthHoldsNothing shows that memory follows what came and not what was announced.
func TestHugeLengthHoldsNothing(t *testing.T) {
	c := client(t, serve(t, func(p *peer) {
		p.request()
		p.say("HTTP/1.1 200 OK\r\nContent-Length: 60000000\r\n\r\nabc")
	}))
	var x Exchange
	require.NoError(t, c.Do(&x, post("{}")))
	got, err := x.ReadAll(nil, 0)
	assertKind(t, fault.UpstreamCut, err)
	assert.Equal(t, "abc", string(got))
	assert.LessOrEqual(t, cap(got), 64<<10)
	x.Close()
}

// TestEarlyAnswer sends a body far above what sockets buffer to an upstream that answers without reading it.
func TestEarlyAnswer(t *testing.T) {
	const (
		answer   = "HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\n\r\nless"
		bodySize = 32 << 20
	)
	tests := []struct {
		name string
		then func(p *peer)
	}{
		{"and closes", func(p *peer) { _ = p.Close() }},
		{"and half-closes", func(p *peer) { _ = p.Conn.(*net.TCPConn).CloseWrite(); p.untilGone() }},
		{"and waits", func(p *peer) { time.Sleep(50 * time.Millisecond) }},
		{"and reads on", func(p *peer) { _, _ = io.CopyN(io.Discard, p.r, bodySize) }}, // and ends: it takes one request
	}
	big := strings.Repeat("b", bodySize)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := client(t, serve(t, func(p *peer) {
				p.readHead()
				p.say(answer)
				tt.then(p)
			}))
			for range 5 {
				status, body, err := ask(c, post(big))
				require.NoError(t, err)
				assert.Equal(t, 413, status)
				assert.Equal(t, "less", body)
				assertNoneOut(t, c)
			}
		})
	}
}

// TestUploadCut closes in the middle of a large request, with no answer.
func TestUploadCut(t *testing.T) {
	c := client(t, serve(t, func(p *peer) {
		p.readHead()
		p.reset()
	}))
	start := time.Now()
	_, _, err := ask(c, post(strings.Repeat("b", 32<<20)))
	assertKind(t, fault.UpstreamCut, err)
	assert.Less(t, time.Since(start), 5*time.Second)
	assert.Equal(t, 0, c.Stats().Open)
}
