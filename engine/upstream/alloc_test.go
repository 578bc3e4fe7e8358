package upstream

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func skipAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates and makes sync.Pool drop at random")
	}
}

// rawServer answers without allocating, since AllocsPerRun counts the whole process: it reads up to the end marker
// of the request, which is the last byte "!".
func rawServer(tb testing.TB, answer string) *server {
	raw := []byte(answer)
	return serve(tb, func(p *peer) {
		buf := make([]byte, 64<<10)
		for {
			n, err := p.Read(buf)
			if err != nil {
				return
			}
			if buf[n-1] != '!' {
				continue
			}
			if _, err := p.Write(raw); err != nil {
				return
			}
		}
	})
}

func TestExchangeAllocs(t *testing.T) {
	skipAllocs(t)
	tests := []struct {
		name, request, answer string
		stream                bool
	}{
		{"1 KB by length", strings.Repeat("q", 1000) + "!", withLength(strings.Repeat("a", 1000)), false},
		{"10 KB by length", strings.Repeat("q", 10000) + "!", withLength(strings.Repeat("a", 10000)), false},
		{"200 KB by length", strings.Repeat("q", 200<<10) + "!", withLength(strings.Repeat("a", 200<<10)), false},
		{"100 chunks", "{}!", chunked(strings.Split(strings.Repeat("data: x\n\n,", 100), ",")[:100]...), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := client(t, rawServer(t, tt.answer))
			var x Exchange
			r := post(tt.request)
			r.Stream = tt.stream
			dst := make([]byte, 0, 256<<10)
			never := func() { t.Error("silent") }
			quiet, seen := 0, 0
			run := func() {
				x.SetSilent(10*time.Second, never)
				if c.Do(&x, r) != nil {
					quiet++
				}
				for name := range x.EachHeader {
					seen += len(name)
				}
				if tt.stream {
					for err := x.Fill(); err != io.EOF; err = x.Fill() {
						x.Discard(len(x.Bytes()))
						x.GotToken()
					}
				} else if _, err := x.ReadAll(dst, 0); err != nil {
					quiet++
				}
				x.Close()
			}
			x.SetSilent(0, nil)
			require.NoError(t, c.Do(&x, r))
			x.Close()
			x.SetSilent(0, nil)
			warm := func() { _, _, err := ask(c, r); require.NoError(t, err) }
			warm()
			got := testing.AllocsPerRun(300, run)
			assert.Zero(t, got)
			assert.Zero(t, quiet)
			assert.NotZero(t, seen)
		})
	}
}

// TestFillAllocs reads a paced stream: each Fill waits for its event in the poller.
func TestFillAllocs(t *testing.T) {
	skipAllocs(t)
	event := []byte(chunk("data: {\"delta\":\"x\"}\n\n"))
	step := make(chan struct{}, 1)
	c := client(t, serve(t, func(p *peer) {
		p.request()
		p.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
		for range step {
			if _, err := p.Write(event); err != nil {
				return
			}
		}
	}))
	var x Exchange
	require.NoError(t, c.Do(&x, stream()))
	x.GotToken()
	bad := 0
	got := testing.AllocsPerRun(500, func() {
		step <- struct{}{}
		if x.Fill() != nil || len(x.Bytes()) != 21 {
			bad++
		}
		x.Discard(len(x.Bytes()))
	})
	assert.Zero(t, got)
	assert.Zero(t, bad)
	x.Close()
	close(step)
}
