//go:build unix

package edge

import (
	"bufio"
	"crypto/tls"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
)

// waiter is a handler that waits for release or for the client's departure.
type waiter struct {
	in      chan struct{}
	release chan struct{}
	gone    chan time.Time
	stopped chan bool
}

func newWaiter() *waiter {
	return &waiter{make(chan struct{}, 1), make(chan struct{}, 1), make(chan time.Time, 1), make(chan bool, 1)}
}

func (w *waiter) left() { w.gone <- time.Now() }

func (w *waiter) serve(ctx *fasthttp.RequestCtx) {
	watch := Watch{Gone: w.left}
	if !FromConn(ctx.Conn()).Watch(&watch) {
		panic("no watch")
	}
	w.in <- struct{}{}
	select {
	case <-w.release:
	case at := <-w.gone:
		w.gone <- at
	}
	w.stopped <- watch.Stop()
	ctx.SetBodyString("done")
}

func TestWatchGone(t *testing.T) {
	for _, secure := range []bool{false, true} {
		for name, leave := range map[string]func(net.Conn, *net.TCPConn){
			"fin": func(c net.Conn, _ *net.TCPConn) { _ = c.Close() },
			"bare fin": func(_ net.Conn, s *net.TCPConn) {
				_ = s.CloseWrite()
			},
			"rst": func(_ net.Conn, s *net.TCPConn) {
				_ = s.SetLinger(0)
				_ = s.Close()
			},
			"fin behind bytes": func(c net.Conn, s *net.TCPConn) {
				_, _ = c.Write([]byte(get))
				_ = s.CloseWrite()
			},
			"fin long behind bytes": func(c net.Conn, s *net.TCPConn) {
				_, _ = c.Write([]byte(get))
				time.Sleep(20 * time.Millisecond)
				_, _ = c.Write([]byte("X"))
				time.Sleep(20 * time.Millisecond)
				_ = s.CloseWrite()
			},
			"clear alert": func(c net.Conn, s *net.TCPConn) {
				if secure {
					_, _ = s.Write([]byte{0x15, 3, 3, 0, 2, 1, 0})
				} else {
					_ = c.Close()
				}
			},
		} {
			w := newWaiter()
			v := start(t, Limits{}, secure, w.serve)
			c := v.dial(t)
			send(t, c, post+"Content-Length: 5\r\n\r\nhello")
			<-w.in
			leave(c, tcpBelow(c))
			at := time.Now()
			select {
			case seen := <-w.gone:
				require.Less(t, seen.Sub(at), 100*time.Millisecond, name)
				w.gone <- seen
			case <-time.After(5 * time.Second):
				t.Fatalf("%s (tls %v) was not seen", name, secure)
			}
			require.True(t, <-w.stopped, name)
		}
	}
}

func tcpBelow(c net.Conn) *net.TCPConn {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	return c.(*net.TCPConn)
}

// A client that stays is not gone, whatever it sends, and its connection goes on.
func TestWatchStays(t *testing.T) {
	for _, secure := range []bool{false, true} {
		w := newWaiter()
		v := start(t, Limits{IdleTime: 100 * time.Millisecond, HeadTime: 100 * time.Millisecond}, secure, w.serve)
		c := v.dial(t)
		r := bufio.NewReader(c)
		send(t, c, get+"\r\n")
		for range 5 {
			<-w.in
			send(t, c, get+"\r\n") // the next request, sent early
			time.Sleep(30 * time.Millisecond)
			w.release <- struct{}{}
			require.False(t, <-w.stopped)
			status, body := answer(t, r)
			require.Equal(t, 200, status)
			require.Equal(t, "done", body)
		}
		<-w.in
		v.l.CloseIdle()                    // wakes nobody who is not idle
		time.Sleep(150 * time.Millisecond) // longer than any read deadline that was set
		require.Empty(t, w.gone)
		w.release <- struct{}{}
		require.False(t, <-w.stopped)
		status, _ := answer(t, r)
		require.Equal(t, 200, status)
	}
}

func TestWatchStray(t *testing.T) {
	w := newWaiter()
	v := start(t, Limits{}, false, w.serve)
	c := v.dial(t)
	send(t, c, get+"\r\n")
	<-w.in
	v.l.mu.Lock()
	for i := 0; i < 100; i++ {
		v.l.last.wake() // as CloseIdle does to one that has just stopped being idle
	}
	v.l.mu.Unlock()
	time.Sleep(20 * time.Millisecond)
	require.Empty(t, w.gone)
	require.NoError(t, c.Close())
	require.Eventually(t, func() bool { return len(w.stopped) == 1 }, 5*time.Second, time.Millisecond)
	require.True(t, <-w.stopped)
}

func TestWatchOfAbort(t *testing.T) {
	w := newWaiter()
	v := start(t, Limits{}, false, w.serve)
	c := v.dial(t)
	send(t, c, get+"\r\n")
	<-w.in
	v.l.Abort()
	require.True(t, <-w.stopped)
}

func TestWatchCycles(t *testing.T) {
	var calls atomic.Int64
	watch := Watch{Gone: func() { calls.Add(1) }}
	require.False(t, watch.Stop(), "one that never began")
	v := start(t, Limits{}, false, func(ctx *fasthttp.RequestCtx) {
		c := FromConn(ctx.Conn())
		for i := range 1000 {
			if !c.Watch(&watch) {
				panic("no watch")
			}
			if i%10 == 0 {
				time.Sleep(10 * time.Microsecond)
			}
			if watch.Stop() {
				panic("gone")
			}
		}
		ctx.SetBodyString("done")
	})
	c := v.dial(t)
	r := bufio.NewReader(c)
	for range 3 {
		send(t, c, get+"\r\n")
		status, body := answer(t, r)
		require.Equal(t, 200, status)
		require.Equal(t, "done", body)
	}
	require.Zero(t, calls.Load())
}

// Departures that race with Stop are told by one of the two, and Gone is never late.
func TestWatchRace(t *testing.T) {
	for i := range 300 {
		in, out := pair(t)
		l := NewListener(noListener{}, Limits{}, nil)
		c := l.guard(in).(*Conn)
		var gone atomic.Bool
		w := Watch{Gone: func() { gone.Store(true) }}
		require.True(t, c.Watch(&w))
		done := make(chan struct{})
		go func() {
			time.Sleep(time.Duration(i%20) * time.Microsecond)
			_ = out.Close()
			close(done)
		}()
		told := w.Stop()
		require.Equal(t, told, gone.Load())
		<-done
		require.NoError(t, c.Close())
		require.NoError(t, l.Close())
		require.Equal(t, told, gone.Load())
	}
}

func TestWatchWithoutSocket(t *testing.T) {
	b := newBench(t, Limits{})
	c := b.l.guard(&scripted{}).(*Conn)
	w := Watch{Gone: func() { t.Error("gone") }}
	require.False(t, c.Watch(&w))
	require.False(t, w.Stop())
	require.NoError(t, c.Close())
}

func TestWatchAllocation(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	in, out := pair(t)
	defer out.Close() //nolint:errcheck // a test's
	l := NewListener(noListener{}, Limits{}, nil)
	c := l.guard(in).(*Conn)
	w := Watch{Gone: func() {}}
	// The one is the error in which package net wraps the deadline that wakes the watcher.
	require.LessOrEqual(t, testing.AllocsPerRun(1000, func() {
		c.Watch(&w)
		w.Stop()
	}), 1.0)
	require.NoError(t, c.Close())
	require.NoError(t, l.Close())
}

func BenchmarkWatch(b *testing.B) {
	in, out := pair(b)
	defer out.Close() //nolint:errcheck // a test's
	l := NewListener(noListener{}, Limits{}, nil)
	c := l.guard(in).(*Conn)
	w := Watch{Gone: func() {}}
	b.ReportAllocs()
	for b.Loop() {
		c.Watch(&w)
		w.Stop()
	}
	_ = c.Close()
	_ = l.Close()
}
