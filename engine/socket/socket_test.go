package socket

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pair is both ends of a connection: ours, and a plain one of the peer's.
func pair(tb testing.TB) (ours *Conn, peer *net.TCPConn) {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	defer l.Close() //nolint:errcheck // only the test's
	c, err := net.Dial("tcp", l.Addr().String())
	require.NoError(tb, err)
	p, err := l.Accept()
	require.NoError(tb, err)
	ours = New(c).(*Conn)
	peer = p.(*net.TCPConn)
	tb.Cleanup(func() { _, _ = ours.Close(), peer.Close() })
	limit := time.Now().Add(20 * time.Second)
	require.NoError(tb, ours.SetDeadline(limit))
	require.NoError(tb, peer.SetDeadline(limit))
	return ours, peer
}

func TestOthersStay(t *testing.T) {
	a, b := net.Pipe()
	defer b.Close() //nolint:errcheck // only the test's
	assert.Same(t, a, New(a))
	require.NoError(t, a.Close())
}

// Bytes come through whole, whatever the sizes of the pieces, to a reader and from a writer who are slower.
func TestBytes(t *testing.T) {
	for _, size := range []int{1, 100, 64 << 10, 64<<10 + 1, 12 << 20} {
		data := make([]byte, size)
		r := rand.NewChaCha8([32]byte{byte(size)})
		_, _ = r.Read(data)

		ours, peer := pair(t)
		sent := make(chan error, 1)
		go func() {
			for rest := data; len(rest) > 0; {
				n := min(len(rest), 1+int(r.Uint64()%(100<<10)))
				if k, err := ours.Write(rest[:n]); err != nil || k != n {
					sent <- errors.Join(err, io.ErrShortWrite)
					return
				}
				rest = rest[n:]
			}
			sent <- ours.CloseWrite()
		}()
		if size > 1<<20 {
			time.Sleep(50 * time.Millisecond) // so that the writer has to wait
		}
		got, err := io.ReadAll(peer)
		require.NoError(t, err)
		require.NoError(t, <-sent)
		require.True(t, bytes.Equal(data, got), "%d bytes written", size)

		go func() {
			_, err := peer.Write(data)
			sent <- errors.Join(err, peer.CloseWrite())
		}()
		got, err = io.ReadAll(struct{ io.Reader }{ours})
		require.NoError(t, err)
		require.NoError(t, <-sent)
		require.True(t, bytes.Equal(data, got), "%d bytes read", size)
	}
}

func TestEmptyRead(t *testing.T) {
	ours, _ := pair(t)
	n, err := ours.Read(nil)
	require.NoError(t, err)
	require.Zero(t, n)
	n, err = ours.Write(nil)
	require.NoError(t, err)
	require.Zero(t, n)
}

// Errors are those of the net package: who tells them apart there can do so here.
func TestErrors(t *testing.T) {
	t.Run("end", func(t *testing.T) {
		ours, peer := pair(t)
		require.NoError(t, peer.CloseWrite())
		for range 2 {
			n, err := ours.Read(make([]byte, 8))
			require.Zero(t, n)
			require.Equal(t, io.EOF, err)
		}
	})
	t.Run("reset", func(t *testing.T) {
		ours, peer := pair(t)
		require.NoError(t, peer.SetLinger(0))
		require.NoError(t, peer.Close())
		_, err := ours.Read(make([]byte, 8))
		require.ErrorIs(t, err, syscall.ECONNRESET)
		var op *net.OpError
		require.ErrorAs(t, err, &op)
		require.Equal(t, "read", op.Op)
		_, err = ours.Write([]byte("x"))
		require.ErrorIs(t, err, syscall.EPIPE)
		require.ErrorAs(t, err, &op)
		require.Equal(t, "write", op.Op)
	})
	t.Run("read deadline", func(t *testing.T) {
		ours, _ := pair(t)
		require.NoError(t, ours.SetReadDeadline(time.Now().Add(10*time.Millisecond)))
		_, err := ours.Read(make([]byte, 8))
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		var timeout net.Error
		require.ErrorAs(t, err, &timeout)
		require.True(t, timeout.Timeout())
	})
	t.Run("write deadline", func(t *testing.T) {
		ours, peer := pair(t)
		full := make([]byte, 32<<10)
		require.NoError(t, ours.SetWriteDeadline(time.Now().Add(50*time.Millisecond)))
		total := 0
		for {
			n, err := ours.Write(full)
			total += n
			if err != nil {
				require.ErrorIs(t, err, os.ErrDeadlineExceeded)
				break
			}
		}
		require.NoError(t, ours.CloseWrite())
		got, err := io.Copy(io.Discard, peer)
		require.NoError(t, err)
		require.EqualValues(t, total, got, "what Write counts is what was sent")
	})
	t.Run("closed while waiting", func(t *testing.T) {
		ours, _ := pair(t)
		ended := make(chan error, 1)
		go func() {
			_, err := ours.Read(make([]byte, 8))
			ended <- err
		}()
		time.Sleep(10 * time.Millisecond)
		require.NoError(t, ours.Close())
		require.ErrorIs(t, <-ended, net.ErrClosed)
		_, err := ours.Write([]byte("x"))
		require.ErrorIs(t, err, net.ErrClosed)
		require.False(t, ours.Quiet())
	})
}

// A deadline that a reader runs into and moves on loses nothing that came meanwhile.
func TestMovedDeadline(t *testing.T) {
	ours, peer := pair(t)
	go func() {
		for i := range 50 {
			time.Sleep(time.Millisecond)
			_, _ = peer.Write([]byte{byte(i)})
		}
	}()
	buf := make([]byte, 1)
	for i := 0; i < 50; {
		require.NoError(t, ours.SetReadDeadline(time.Now().Add(500*time.Microsecond)))
		n, err := ours.Read(buf)
		if err != nil {
			require.ErrorIs(t, err, os.ErrDeadlineExceeded)
			continue
		}
		require.Equal(t, 1, n)
		require.Equal(t, byte(i), buf[0])
		i++
	}
}

// Several goroutines in one direction share the bytes and never each other's buffers.
func TestConcurrent(t *testing.T) {
	const workers, rounds = 8, 2000
	ours, peer := pair(t)
	go io.Copy(peer, struct{ io.Reader }{peer}) //nolint:errcheck // ends with the test
	var wg sync.WaitGroup
	var got [256]atomic.Int64
	for w := range workers {
		wg.Go(func() {
			for range rounds {
				_, err := ours.Write([]byte{byte(w)})
				assert.NoError(t, err)
			}
		})
	}
	var left atomic.Int64
	left.Store(workers * rounds)
	for range workers {
		wg.Go(func() {
			buf := bytes.Repeat([]byte{0xff}, 7)
			for left.Load() > 0 {
				_ = ours.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
				n, err := ours.Read(buf)
				if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Error(err)
				}
				for i := range n {
					got[buf[i]].Add(1)
					buf[i] = 0xff
				}
				for _, c := range buf {
					assert.Equal(t, byte(0xff), c, "bytes beyond what Read told of")
				}
				left.Add(-int64(n))
			}
		})
	}
	wg.Wait()
	for w := range workers {
		assert.EqualValues(t, rounds, got[w].Load())
	}
}

func TestQuiet(t *testing.T) {
	ours, peer := pair(t)
	require.True(t, ours.Quiet())
	require.NoError(t, ours.SetDeadline(time.Unix(1, 0)))
	require.True(t, ours.Quiet(), "a deadline that has passed doesn't matter")
	require.NoError(t, ours.SetDeadline(time.Now().Add(20*time.Second)))

	_, err := peer.Write([]byte("ab"))
	require.NoError(t, err)
	loud := func() bool { return !ours.Quiet() }
	require.Eventually(t, loud, time.Second, time.Millisecond)
	buf := make([]byte, 8)
	n, err := ours.Read(buf)
	require.NoError(t, err)
	require.Equal(t, "ab", string(buf[:n]), "looking takes nothing")
	require.True(t, ours.Quiet())

	require.NoError(t, peer.CloseWrite())
	require.Eventually(t, loud, time.Second, time.Millisecond, "an end isn't quiet")
	require.NoError(t, peer.SetLinger(0))
	require.NoError(t, peer.Close())
	time.Sleep(10 * time.Millisecond)
	require.False(t, ours.Quiet(), "nor is a reset")
}

func TestAllocs(t *testing.T) {
	ours, peer := pair(t)
	go io.Copy(peer, struct{ io.Reader }{peer}) //nolint:errcheck // ends with the test
	buf := make([]byte, 1000)
	exchange := func() {
		if !ours.Quiet() {
			t.Fatal("nothing was asked")
		}
		if _, err := ours.Write(buf); err != nil {
			t.Fatal(err)
		}
		for got := 0; got < len(buf); {
			n, err := ours.Read(buf)
			if err != nil {
				t.Fatal(err)
			}
			got += n
		}
	}
	assert.Zero(t, testing.AllocsPerRun(200, exchange))
}
