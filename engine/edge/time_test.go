package edge

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
)

// drip sends s byte by byte until the server has had enough.
func drip(c net.Conn, s string, every time.Duration) {
	for i := range len(s) {
		if _, err := io.WriteString(c, s[i:i+1]); err != nil {
			return
		}
		time.Sleep(every)
	}
}

func TestSlowRequests(t *testing.T) {
	const ms = time.Millisecond
	long := strings.Repeat("y", 10_000)
	for _, c := range []struct {
		name       string
		lim        Limits
		whole, rip string // sent at once, then dripped
		every      time.Duration
		want       Reason // None: closed without an answer
		after, by  time.Duration
	}{
		{"silent", Limits{HeadTime: 100 * ms}, "", "", 0, None, 90 * ms, 400 * ms},
		{"only an empty line", Limits{HeadTime: 100 * ms}, "\r\n", "", 0, None, 90 * ms, 400 * ms},
		{"head drip", Limits{HeadTime: 100 * ms}, "", get + "X: " + long, 5 * ms, HeadTimeout, 90 * ms, 400 * ms},
		{"head silent", Limits{HeadTime: 100 * ms}, get, "", 0, HeadTimeout, 90 * ms, 400 * ms},
		{"body silent", Limits{BodyIdle: 100 * ms}, post + "Content-Length: 5\r\n\r\nhell", "", 0, BodyTimeout, 90 * ms, 400 * ms},
		{"body waited for", Limits{BodyIdle: 100 * ms}, post + "Content-Length: 5\r\n\r\n", "", 0, BodyTimeout, 90 * ms, 400 * ms},
		{"chunk size drip", Limits{BodyTotal: 150 * ms}, chunk + "5;a", long, 5 * ms, BodyTimeout, 140 * ms, 500 * ms},
		{"trailer silent", Limits{BodyIdle: 100 * ms, HeadTime: 5000 * ms}, chunk + "0\r\nX: y", "", 0, BodyTimeout, 90 * ms, 400 * ms},
		{"body drip", Limits{BodyGrace: 150 * ms, BodyMinRate: 1000}, post + "Content-Length: 9999\r\n\r\n", long, 5 * ms, BodyTimeout, 140 * ms, 500 * ms},
		{"burst and drip", Limits{BodyGrace: 20 * ms, BodyMinRate: 1000}, post + "Content-Length: 9999\r\n\r\n" + long[:100], long, 5 * ms, BodyTimeout, 90 * ms, 500 * ms},
		{"body total", Limits{BodyTotal: 150 * ms, BodyMinRate: 1}, post + "Content-Length: 9999\r\n\r\n", long, 5 * ms, BodyTimeout, 140 * ms, 500 * ms},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v := start(t, c.lim, false, echo)
			conn := v.dial(t)
			began := time.Now()
			send(t, conn, c.whole)
			go drip(conn, c.rip, c.every)
			got, _ := io.ReadAll(conn)
			took := time.Since(began)
			require.Equal(t, string(answers[c.want]), string(got))
			require.Greater(t, took, c.after)
			require.Less(t, took, c.by+500*ms, "with half a second for a busy machine")
		})
	}
}

func TestIdleTime(t *testing.T) {
	v := start(t, Limits{IdleTime: 150 * time.Millisecond}, false, echo)
	c := v.dial(t)
	r := bufio.NewReader(c)
	for range 5 {
		send(t, c, get+"\r\n")
		status, _ := answer(t, r)
		require.Equal(t, 200, status)
		time.Sleep(60 * time.Millisecond) // longer than the limit in all
	}
	began := time.Now()
	_, err := r.ReadByte()
	require.Equal(t, io.EOF, err)
	require.Less(t, time.Since(began), time.Second)
	require.Empty(t, v.reasons)
}

// A handler may take longer than any limit of the client's side.
func TestSlowHandler(t *testing.T) {
	ms := 20 * time.Millisecond
	v := start(t, Limits{HeadTime: ms, IdleTime: ms, BodyIdle: ms, BodyTotal: ms, WriteIdle: ms}, false, func(ctx *fasthttp.RequestCtx) {
		time.Sleep(10 * ms)
		echo(ctx)
	})
	c := v.dial(t)
	send(t, c, post+"Content-Length: 5\r\n\r\nhello")
	status, body := answer(t, bufio.NewReader(c))
	require.Equal(t, 200, status)
	require.Equal(t, "hello", body)
}

func TestWriteStalled(t *testing.T) {
	for _, secure := range []bool{false, true} {
		v := start(t, Limits{WriteIdle: 200 * time.Millisecond}, secure, func(ctx *fasthttp.RequestCtx) {
			ctx.SetBody(make([]byte, 64<<20))
		})
		c := v.dial(t)
		send(t, c, get+"\r\n")
		select {
		case code := <-v.reasons:
			require.Equal(t, "write_stalled", code)
		case <-time.After(5 * time.Second):
			t.Fatalf("a client that reads nothing was not cut (tls %v)", secure)
		}
	}
}

// A client that reads slowly but steadily gets all of it, though that takes many times the limit.
func TestSlowReaderIsNotCut(t *testing.T) {
	const size = 12 << 20
	for _, secure := range []bool{false, true} {
		v := start(t, Limits{WriteIdle: 300 * time.Millisecond}, secure, func(ctx *fasthttp.RequestCtx) {
			ctx.SetBody(make([]byte, size))
		})
		c := v.dial(t)
		raw := c
		if tc, ok := c.(*tls.Conn); ok {
			raw = tc.NetConn()
		}
		require.NoError(t, raw.(*net.TCPConn).SetReadBuffer(64<<10))
		send(t, c, get+"\r\n")
		buf, total := make([]byte, 256<<10), 0
		began := time.Now()
		for total < size {
			n, err := c.Read(buf)
			require.NoError(t, err)
			total += n
			if time.Since(began) < 1500*time.Millisecond {
				time.Sleep(20 * time.Millisecond)
			}
		}
		require.Empty(t, v.reasons)
	}
}
