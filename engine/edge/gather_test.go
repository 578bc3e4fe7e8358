package edge

import (
	"bufio"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
)

// A client holds about what it has sent, not what it has declared.
func TestDeclaredBodiesHoldNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector keeps memory of its own")
	}
	const conns, declared = 100, 8 << 20
	v := start(t, Limits{}, false, echo)
	before := heap()
	for i := range conns {
		c := v.dial(t)
		if i%2 == 0 {
			send(t, c, post+fmt.Sprintf("Content-Length: %d\r\n\r\nx", declared))
		} else {
			send(t, c, chunk+fmt.Sprintf("%x\r\nx", declared))
		}
	}
	require.Eventually(t, func() bool {
		v.l.mu.Lock()
		defer v.l.mu.Unlock()
		return v.l.open == conns
	}, 5*time.Second, time.Millisecond)
	time.Sleep(50 * time.Millisecond)
	each := (heap() - before) / conns
	t.Logf("%d bytes a connection", each)
	require.Less(t, each, 64<<10)
}

func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

func TestHeldBodies(t *testing.T) {
	body := strings.Repeat("0123456789abcdef", 40_000)
	chunked := ""
	for rest := body; rest != ""; {
		n := min(len(rest), 100_000)
		chunked += fmt.Sprintf("%x\r\n%s\r\n", n, rest[:n])
		rest = rest[n:]
	}
	for _, hold := range []int64{-1, 0, 1, 1 << 20} {
		for _, secure := range []bool{false, true} {
			v := start(t, Limits{Hold: hold}, secure, echo)
			c := v.dial(t)
			r := bufio.NewReader(c)
			for range 3 {
				go func() {
					_, _ = io.WriteString(c, post+fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body)+
						chunk+chunked+"0\r\nX: y\r\n\r\n"+get+"\r\n")
				}()
				for _, want := range []string{body, body, ""} {
					status, got := answer(t, r)
					require.Equal(t, 200, status)
					require.True(t, want == got, "hold %d, tls %v: another body", hold, secure)
				}
			}
		}
	}
}

// A client that waits to be told to go on is told once, whether or not its body is held back.
func TestExpectContinue(t *testing.T) {
	for _, hold := range []int64{-1, 0} {
		v := start(t, Limits{Hold: hold}, false, echo)
		c := v.dial(t)
		r := bufio.NewReader(c)
		body := strings.Repeat("x", 100_000)
		for _, send100 := range []string{fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body)), "Transfer-Encoding: chunked\r\n\r\n"} {
			send(t, c, post+"Expect: 100-continue\r\n"+send100)
			line := make([]byte, len(interim))
			_, err := io.ReadFull(r, line)
			require.NoError(t, err)
			require.Equal(t, interim, string(line))
			if strings.HasPrefix(send100, "T") {
				send(t, c, fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body))
			} else {
				send(t, c, body)
			}
			status, got := answer(t, r)
			require.Equal(t, 200, status)
			require.Equal(t, body, got)
		}
	}
}

// A held body that stops coming is given up like any other.
func TestHeldBodyTimeout(t *testing.T) {
	v := start(t, Limits{BodyIdle: 100 * time.Millisecond}, false, func(*fasthttp.RequestCtx) { t.Error("served") })
	for _, req := range []string{post + "Content-Length: 1000000\r\n\r\nhello", chunk + "f4240\r\nhello"} {
		c := v.dial(t)
		send(t, c, req)
		got, err := io.ReadAll(c)
		require.NoError(t, err)
		require.Equal(t, string(answers[BodyTimeout]), string(got))
	}
}
