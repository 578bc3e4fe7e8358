//go:build unix

package edge

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// failing is a listener that fails as scripted before it accepts.
type failing struct {
	noListener
	mu     sync.Mutex
	errs   []error
	at     []time.Time
	closed chan struct{}
}

func (f *failing) Accept() (net.Conn, error) {
	f.mu.Lock()
	f.at = append(f.at, time.Now())
	if len(f.errs) > 0 {
		err := f.errs[0]
		f.errs = f.errs[1:]
		f.mu.Unlock()
		if err == nil {
			return &scripted{}, nil
		}
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", err)}
	}
	f.mu.Unlock()
	<-f.closed
	return nil, net.ErrClosed
}

func (f *failing) Close() error { close(f.closed); return nil }

func TestAcceptOutlastsErrors(t *testing.T) {
	in := &failing{closed: make(chan struct{}), errs: []error{
		syscall.EMFILE, syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, nil,
		syscall.ECONNABORTED, syscall.ECONNABORTED, syscall.ECONNABORTED, nil,
		errors.New("no idea"), nil,
	}}
	l := NewListener(in, Limits{}, nil)
	for range 3 {
		c, err := l.Accept()
		require.NoError(t, err)
		require.NoError(t, c.Close())
	}
	s := l.Stats()
	require.EqualValues(t, 3, s.Accepted)
	require.EqualValues(t, 4, s.Refused[NoDescriptors])
	require.EqualValues(t, 1, s.Refused[AcceptFailed])
	for i, least := range []time.Duration{5, 10, 20, 40} {
		require.GreaterOrEqual(t, in.at[i+1].Sub(in.at[i]), least*time.Millisecond)
	}
	require.Less(t, in.at[8].Sub(in.at[5]), 5*time.Millisecond*10, "clients that left cost no pause")

	go func() {
		time.Sleep(10 * time.Millisecond)
		_ = l.Close()
	}()
	_, err := l.Accept()
	require.Equal(t, net.ErrClosed, err)
}

func TestBackOffEnds(t *testing.T) {
	l := NewListener(noListener{}, Limits{}, nil)
	pause := time.Duration(0)
	for range 20 {
		pause = l.backOff(syscall.EMFILE, pause)
	}
	require.Equal(t, time.Second, pause)
	require.Zero(t, l.backOff(syscall.ECONNABORTED, pause))

	began := time.Now()
	time.AfterFunc(20*time.Millisecond, func() { _ = l.Close() })
	require.False(t, l.sleep(time.Minute), "Close ends a pause")
	require.Less(t, time.Since(began), 5*time.Second)
}

// With the last descriptor gone a queued client is turned away by the reserved one, and serving goes on after.
func TestDescriptorsRunOut(t *testing.T) {
	v := start(t, Limits{}, false, echo)
	var rl syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &rl))
	var files []*os.File
	low := rl
	low.Cur = 128
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &low))
	defer func() { require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &rl)) }()
	for {
		f, err := os.Open(os.DevNull)
		if err != nil {
			break
		}
		files = append(files, f)
	}
	require.NoError(t, files[len(files)-1].Close()) // one, for our own side of a connection
	files = files[:len(files)-1]
	c, err := net.Dial("tcp", v.addr)
	require.NoError(t, err)
	defer c.Close() //nolint:errcheck // a test's
	require.NoError(t, c.SetDeadline(time.Now().Add(5*time.Second)))
	require.Equal(t, "no_descriptors", <-v.reasons)
	_, err = c.Read(make([]byte, 1))
	require.Error(t, err)
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded, "turned away, not left waiting")
	for _, f := range files {
		require.NoError(t, f.Close())
	}
	c2 := v.dial(t)
	send(t, c2, post+"Content-Length: 5\r\n\r\nhello")
	status, body := answer(t, bufio.NewReader(c2))
	require.Equal(t, 200, status)
	require.Equal(t, "hello", body)
}

func TestConns(t *testing.T) {
	v := start(t, Limits{Conns: 2}, false, echo)
	a, b := v.dial(t), v.dial(t)
	for _, c := range []net.Conn{a, b} {
		send(t, c, get+"\r\n")
		status, _ := answer(t, bufio.NewReader(c))
		require.Equal(t, 200, status)
	}
	for range 5 {
		c := v.dial(t)
		send(t, c, post+"Content-Length: 5\r\n\r\nhello")
		got, err := io.ReadAll(c)
		require.NoError(t, err)
		require.Equal(t, string(answers[TooManyConns]), string(got))
	}
	require.Equal(t, 2, v.l.Stats().Open)
	require.EqualValues(t, 5, v.l.Stats().Refused[TooManyConns])
	require.NoError(t, a.Close())
	require.Eventually(t, func() bool { return v.l.Stats().Open == 1 }, 5*time.Second, time.Millisecond)
	c := v.dial(t)
	send(t, c, get+"\r\n")
	status, _ := answer(t, bufio.NewReader(c))
	require.Equal(t, 200, status)
}

func TestConnsPerIP(t *testing.T) {
	v := start(t, Limits{ConnsPerIP: 1}, false, echo)
	a := v.dial(t)
	send(t, a, get+"\r\n")
	status, _ := answer(t, bufio.NewReader(a))
	require.Equal(t, 200, status)
	got, err := io.ReadAll(v.dial(t))
	require.NoError(t, err)
	require.Equal(t, string(answers[TooManyConnsPerIP]), string(got))
	require.NoError(t, a.Close())
	require.Eventually(t, func() bool { return v.l.Stats().Open == 0 }, 5*time.Second, time.Millisecond)
	v.l.mu.Lock()
	require.Empty(t, v.l.ips)
	v.l.mu.Unlock()
}

func TestKeyOf(t *testing.T) {
	key := func(s string) ipKey { return keyOf(&net.TCPAddr{IP: net.ParseIP(s)}) }
	require.Equal(t, key("1.2.3.4"), key("::ffff:1.2.3.4"))
	require.NotEqual(t, key("1.2.3.4"), key("1.2.3.5"))
	require.Equal(t, key("2001:db8::1"), key("2001:db8::ffff"))
	require.NotEqual(t, key("2001:db8::1"), key("2001:db8:0:1::1"))
	require.False(t, keyOf(&net.UnixAddr{}).IsValid())
}

func TestConnsFor(t *testing.T) {
	require.Equal(t, 448, connsFor(1024))
	require.Equal(t, 16, connsFor(64))
	require.Equal(t, 10_000, connsFor(0))
	require.Equal(t, 10_000, connsFor(1<<63))
	require.Equal(t, 7, Limits{Conns: 7}.filled().Conns)
}
