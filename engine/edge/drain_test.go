package edge

import (
	"bufio"
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
)

func parked(tb testing.TB, v *live, n int) {
	require.Eventually(tb, func() bool {
		v.l.mu.Lock()
		defer v.l.mu.Unlock()
		k := 0
		for c := v.l.last; c != nil; c = c.next {
			if c.parked.Load() {
				k++
			}
		}
		return k == n
	}, 5*time.Second, 100*time.Microsecond)
}

func TestCloseIdle(t *testing.T) {
	release := make(chan struct{})
	for _, secure := range []bool{false, true} {
		v := start(t, Limits{}, secure, func(ctx *fasthttp.RequestCtx) {
			if ctx.IsPost() {
				<-release
			}
			if FromConn(ctx.Conn()).Last() {
				ctx.SetConnectionClose()
			}
			ctx.SetBodyString("done")
		})
		fresh, used, busy := v.dial(t), v.dial(t), v.dial(t)
		if secure {
			require.NoError(t, fresh.(interface{ HandshakeContext(context.Context) error }).HandshakeContext(t.Context()))
		}
		r := bufio.NewReader(used)
		send(t, used, get+"\r\n")
		status, _ := answer(t, r)
		require.Equal(t, 200, status)
		send(t, busy, post+"\r\n")
		parked(t, v, 2)

		v.l.Drain()
		time.Sleep(10 * time.Millisecond)
		parked(t, v, 2)
		v.l.CloseIdle()
		for _, c := range []io.Reader{fresh, r} {
			b, err := io.ReadAll(c)
			require.NoError(t, err)
			require.Empty(t, b)
		}
		release <- struct{}{}
		b, err := io.ReadAll(busy)
		require.NoError(t, err)
		require.Contains(t, string(b), "Connection: close")
		require.Contains(t, string(b), "done")
	}
}

// Connections that become idle after CloseIdle end too, whether or not the server says so.
func TestCloseIdleLater(t *testing.T) {
	v := start(t, Limits{}, false, echo)
	c := v.dial(t)
	parked(t, v, 1)
	v.l.closing.Store(true) // without waking anybody
	send(t, c, post+"Content-Length: 5\r\n\r\nfirst"+post+"Content-Length: 6\r\n\r\nsecond")
	b, err := io.ReadAll(c)
	require.NoError(t, err)
	require.Contains(t, string(b), "first")
	require.Contains(t, string(b), "second", "a request that had arrived is served")
}

// A request whose first byte arrived before the idle connections were closed is served, at any moment.
func TestCloseIdleLosesNothing(t *testing.T) {
	for i := range 200 {
		in, out := pair(t)
		l := NewListener(noListener{}, Limits{}, nil)
		s := newServer(l.lim, echo)
		served := make(chan error, 1)
		go func() { served <- s.ServeConn(closer{l.guard(in)}) }()
		require.NoError(t, out.SetDeadline(time.Now().Add(5*time.Second)))
		r := bufio.NewReader(out)
		send(t, out, get+"\r\n")
		status, _ := answer(t, r)
		require.Equal(t, 200, status)
		for range i % 50 * 20 { // from "not yet waiting" to "waiting for long"
			time.Sleep(0)
		}
		send(t, out, post+"Content-Length: 5\r\n\r\nhel")
		l.CloseIdle()
		send(t, out, "lo")
		status, body := answer(t, r)
		require.Equal(t, 200, status)
		require.Equal(t, "hello", body)
		_, err := r.ReadByte()
		require.Equal(t, io.EOF, err)
		require.NoError(t, <-served)
		require.Zero(t, l.Stats().Open)
		require.NoError(t, l.Close())
		require.NoError(t, out.Close())
	}
}

// closer closes behind ServeConn what Serve would have closed.
type closer struct{ net.Conn }

func (c closer) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err != nil {
		_ = c.Conn.Close()
	}
	return n, err
}

// The server's own shutdown closes idle connections from outside; that too loses nothing that has arrived.
func TestServerShutdown(t *testing.T) {
	v := start(t, Limits{}, false, echo)
	type client struct {
		c net.Conn
		r *bufio.Reader
	}
	var clients []client
	for range 40 {
		c := v.dial(t)
		r := bufio.NewReader(c)
		send(t, c, get+"\r\n")
		status, _ := answer(t, r)
		require.Equal(t, 200, status)
		clients = append(clients, client{c, r})
	}
	parked(t, v, len(clients))
	for i, c := range clients {
		if i%2 == 0 {
			send(t, c.c, post+"Content-Length: 5\r\n\r\nhello")
		}
	}
	require.NoError(t, v.s.Shutdown())
	for i, c := range clients {
		if i%2 == 0 {
			status, body := answer(t, c.r)
			require.Equal(t, 200, status)
			require.Equal(t, "hello", body)
		}
		_, err := c.r.ReadByte()
		require.Equal(t, io.EOF, err)
	}
	require.Zero(t, v.l.Stats().Open)
}

func TestRequestsPerConn(t *testing.T) {
	v := start(t, Limits{RequestsPerConn: 2}, false, func(ctx *fasthttp.RequestCtx) {
		if FromConn(ctx.Conn()).Last() {
			ctx.SetBodyString("last")
		}
	})
	c := v.dial(t)
	r := bufio.NewReader(c)
	send(t, c, get+"\r\n"+get+"\r\n"+get+"\r\n")
	_, body := answer(t, r)
	require.Empty(t, body)
	_, body = answer(t, r)
	require.Equal(t, "last", body)
	_, err := r.ReadByte()
	require.Equal(t, io.EOF, err)
}
