package load

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/bench/mock"
)

func TestHistogram(t *testing.T) {
	var h Histogram
	assert.Zero(t, h.Quantile(0.5))
	rng := rand.New(rand.NewPCG(1, 2))
	var all []time.Duration
	for range 50_000 {
		d := time.Duration(math.Exp(rng.Float64() * 25)) // from 1 ns to a minute
		all = append(all, d)
		h.Record(d)
	}
	slices.Sort(all)
	for _, q := range []float64{0, 0.001, 0.5, 0.9, 0.99, 0.999, 1} {
		want := all[max(0, min(len(all), int(math.Ceil(q*float64(len(all)))))-1)]
		assert.InEpsilon(t, want, h.Quantile(q), 0.004, "quantile %v", q)
	}
	assert.Equal(t, all[len(all)-1], h.Max())
	assert.Equal(t, all[0], h.Min())
	assert.Equal(t, int64(len(all)), h.Count())

	var sum Histogram
	sum.Merge(&h)
	sum.Merge(&h)
	assert.Equal(t, 2*h.Count(), sum.Count())
	assert.Equal(t, h.Quantile(0.9), sum.Quantile(0.9))
	assert.Equal(t, h.Mean(), sum.Mean())
	sum.Reset()
	assert.Zero(t, sum.Count())
	sum.Record(-5)
	assert.Zero(t, sum.Quantile(1))
}

func TestHistogramBuckets(t *testing.T) {
	assert.Equal(t, 200, bucket(200))
	assert.Equal(t, 12*128+244, bucket(1_000_003))
	assert.Less(t, bucket(math.MaxUint64), buckets)
	for _, v := range []uint64{0, 1, 127, 128, 255, 256, 257, 1000, 1_000_003, 1 << 40, math.MaxInt64} {
		assert.Equal(t, bucket(v), bucket(middle(bucket(v))), "%d", v)
		assert.InDelta(t, float64(v), float64(middle(bucket(v))), float64(v)*0.004, "%d", v)
	}
}

func TestHistogramRecordDoesNotAllocate(t *testing.T) {
	var h Histogram
	h.Record(1)
	assert.Zero(t, testing.AllocsPerRun(100, func() { h.Record(12345) }))
}

// chat is a target at a new mock.
func chat(t *testing.T, script string, stream bool) (*mock.Server, *Target) {
	t.Helper()
	s := mock.New(mock.Options{Script: script})
	addr, err := s.Start()
	require.NoError(t, err)
	t.Cleanup(s.Close)
	body := fmt.Sprintf(`{"model":"m","stream":%t,"messages":[{"role":"user","content":"%s"}]}`, stream, Sequence)
	target, err := NewTarget("POST", "http://"+addr+"/v1/chat/completions", []Field{{"Content-Type", "application/json"}}, body)
	require.NoError(t, err)
	target.Stream = stream
	return s, target
}

func TestClosed(t *testing.T) {
	for _, stream := range []bool{false, true} {
		s, target := chat(t, "", stream)
		calls, order := 0, ""
		r, err := Closed(context.Background(), Config{
			Target: target, Connections: 4, Duration: 200 * time.Millisecond, Warmup: 50 * time.Millisecond,
			Probe: func() (Usage, error) {
				calls++
				order += "p"
				return Usage{CPU: time.Duration(calls) * time.Second}, nil
			},
			Mallocs: func() (uint64, error) {
				order += "m"
				return 1000 * uint64(len(order)), nil
			},
		})
		require.NoError(t, err)
		assert.Empty(t, r.Errors)
		assert.Positive(t, r.Requests)
		assert.Less(t, r.Requests, s.Requests(), "the warm-up isn't counted")
		assert.Equal(t, r.Requests, r.Latency.Count())
		assert.Equal(t, int64(4), s.Connections(), "connections are kept alive")
		assert.Equal(t, "mmppm", order)
		assert.Equal(t, time.Second/time.Duration(r.Requests), r.CPU())
		assert.InDelta(t, 2000/float64(r.Requests), r.Mallocs(), 1e-9)
		assert.LessOrEqual(t, r.First.Quantile(0.5), r.Latency.Quantile(0.5))
		if stream {
			assert.InDelta(t, 15*r.Requests, r.Events, 15*4, "12 deltas, the role, the reason and the end")
			assert.Equal(t, time.Second/time.Duration(r.Events), r.EventCPU())
		}
		bodies := map[string]bool{}
		for _, seen := range s.Last(10) {
			bodies[string(seen.Body)] = true
		}
		assert.Len(t, bodies, 10, "no two requests are equal")
	}
}

func TestOpenKeepsItsRate(t *testing.T) {
	_, target := chat(t, "", false)
	r, err := Open(context.Background(), Config{Target: target, Connections: 8, Rate: 500, Duration: 600 * time.Millisecond})
	require.NoError(t, err)
	assert.Empty(t, r.Errors)
	assert.LessOrEqual(t, r.Requests, int64(310))
	assert.GreaterOrEqual(t, r.Requests, int64(150), "a busy machine may be late, but not that late")
}

// TestOpenCountsTheWait: a server that stalls for 300 ms keeps 30 requests waiting. Measured from the
// moment they were sent only one would look slow.
func TestOpenCountsTheWait(t *testing.T) {
	_, target := chat(t, "headers=300ms after=30 times=1 key=k", false)
	r, err := Open(context.Background(), Config{Target: target, Connections: 1, Rate: 100, Duration: time.Second})
	require.NoError(t, err)
	assert.Empty(t, r.Errors)
	assert.Greater(t, r.Latency.Quantile(0.9), 150*time.Millisecond)
	assert.Less(t, r.Service.Quantile(0.9), 100*time.Millisecond)
}

func TestOpenReportsOverrun(t *testing.T) {
	_, target := chat(t, "latency=50ms", false)
	r, err := Open(context.Background(), Config{Target: target, Connections: 1, Rate: 500, Duration: 300 * time.Millisecond})
	require.NoError(t, err)
	assert.NotEmpty(t, r.Errors)
}

func TestErrorsHaveKinds(t *testing.T) {
	for _, c := range []struct {
		script, kind string
		stream       bool
	}{
		{"status=429", "status 429", false},
		{"cut=3", "cut off", false},
		{"cut=3", "cut off", true},
		{"rst", "cut off", false},
		{"nohttp", "malformed answer", false},
		{"badlen", "malformed answer", false},
		{"twolen", "malformed answer", false},
		{"tecl", "malformed answer", false},
		{"badchunk", "malformed answer", true},
		{"nodone", "stream without its end", true},
		{"error-event=3", "error event", true},
		{"html", "stream without its end", true},
		{"latency=1h", "timeout", false},
		{"stall=3:1h", "timeout", true},
	} {
		t.Run(c.script, func(t *testing.T) {
			t.Parallel()
			_, target := chat(t, c.script, c.stream)
			timeout := 10 * time.Second
			if c.kind == "timeout" {
				timeout = 50 * time.Millisecond
			}
			r, err := Closed(context.Background(), Config{Target: target, Connections: 1, Duration: 300 * time.Millisecond, Timeout: timeout})
			require.NoError(t, err)
			assert.Zero(t, r.Requests)
			assert.NotZero(t, r.Errors[c.kind], "%v", r.Errors)
			assert.Len(t, r.Errors, 1, "%v", r.Errors)
		})
	}
	target, err := NewTarget("GET", "http://127.0.0.1:1/", nil, "")
	require.NoError(t, err)
	r, err := Closed(context.Background(), Config{Target: target, Connections: 1, Duration: 20 * time.Millisecond})
	require.NoError(t, err)
	assert.NotZero(t, r.Errors["connect"])
}

func TestLegalAnswers(t *testing.T) {
	for _, script := range []string{
		"1xx=3", "framing=chunked", "framing=close", "head=3000", "slam", "size=100000 chunks=3", "crlf nospace", "split=5", "drip=900000b/s",
	} {
		for _, stream := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/%t", script, stream), func(t *testing.T) {
				t.Parallel()
				_, target := chat(t, script, stream)
				r, err := Closed(context.Background(), Config{Target: target, Connections: 1, Duration: 400 * time.Millisecond})
				require.NoError(t, err)
				// A slammed connection can be met in the moment it closes.
				if script == "slam" {
					delete(r.Errors, "cut off")
					delete(r.Errors, "send")
				}
				assert.Empty(t, r.Errors)
				assert.Positive(t, r.Requests)
			})
		}
	}
}

func TestRelay(t *testing.T) {
	_, target := chat(t, "stamp gap=1ms", true)
	target.Stamped = true
	r, err := Closed(context.Background(), Config{Target: target, Connections: 2, Duration: 200 * time.Millisecond})
	require.NoError(t, err)
	assert.Empty(t, r.Errors)
	assert.Equal(t, 12*r.Requests, r.Relay.Count())
	assert.Less(t, r.Relay.Quantile(0.5), 100*time.Millisecond)
	assert.Positive(t, r.Relay.Quantile(0.5))
}

func TestCancelEndsARun(t *testing.T) {
	_, target := chat(t, "latency=1h", false)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := Closed(ctx, Config{Target: target, Connections: 2, Duration: time.Hour})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Less(t, time.Since(start), 10*time.Second)
}

func TestTarget(t *testing.T) {
	for _, bad := range []string{"https://a/", "/v1", "http://", "a:b"} {
		_, err := NewTarget("GET", bad, nil, "")
		assert.Error(t, err, bad)
	}
	_, err := NewTarget("GET", "http://a/", []Field{{"X", "a\r\nb"}}, "")
	require.Error(t, err)
	target, err := NewTarget("POST", "http://a/b?c", []Field{{"X", "y"}}, "<"+Sequence+">")
	require.NoError(t, err)
	assert.Equal(t, "a:80", target.address)
	target.render(target.raw, 42)
	assert.Equal(t, "POST /b?c HTTP/1.1\r\nHost: a\r\nX: y\r\nContent-Length: 14\r\n\r\n<000000000042>", string(target.raw))
}

// TestEventsInPieces: where a read ends must not matter.
func TestEventsInPieces(t *testing.T) {
	stream := ": hello\r\n\r\nevent: a\ndata: {}\n\n\ndata: x\r\n\r\ndata: [DONE]\n\n"
	for cut := range len(stream) {
		for second := cut; second < len(stream); second++ {
			var e events
			for _, part := range []string{stream[:cut], stream[cut:second], stream[second:]} {
				e.feed([]byte(part), nil)
			}
			require.Equal(t, int64(4), e.count, "%q %q", stream[:cut], stream[cut:second])
			require.True(t, e.ended())
		}
	}
}

func TestProcess(t *testing.T) {
	before, err := Process(os.Getpid())
	if err != nil {
		t.Skipf("no /proc here: %v", err)
	}
	assert.Greater(t, before.RSS, int64(1<<20))
	for start := time.Now(); time.Since(start) < 100*time.Millisecond; {
		continue
	}
	after, err := Process(os.Getpid())
	require.NoError(t, err)
	assert.Greater(t, after.CPU, before.CPU)
	_, err = Process(1 << 30)
	require.ErrorIs(t, err, os.ErrNotExist)
	s, ok := parseStat([]byte("7 (a) b) S 1 7 7 0 -1 4 1 0 0 0 5 6 7 8 20 0 3 0 9 1000 42 18446744073709551615"))
	require.True(t, ok)
	assert.Equal(t, stat{parent: 1, ticks: 11, ended: 15, pages: 42}, s)
}

// FuzzAnswer: no server makes the client panic or wait beyond its time.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\ndata: [DONE]\n\n", "\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ours, theirs := net.Pipe()
		c := newClient(&Target{Status: 200, Stream: len(s)%2 == 0}, time.Second, new(atomic.Bool))
		c.nc = ours
		go func() {
			_, _ = io.Copy(theirs, strings.NewReader(s))
			_ = theirs.Close()
		}()
		c.sse = events{}
		_, _ = c.answer()
		_ = ours.Close()
	})
}

// Processor time is told finer than /proc tells it.
func TestProcessTime(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no /proc here")
	}
	before, err := Process(os.Getpid())
	require.NoError(t, err)
	for end := time.Now().Add(5 * time.Millisecond); time.Now().Before(end); {
	}
	after, err := Process(os.Getpid())
	require.NoError(t, err)
	assert.Positive(t, after.CPU-before.CPU)
	assert.Less(t, after.CPU-before.CPU, time.Second)
	assert.Positive(t, after.RSS)
	fine, ok := cpuTime(os.Getpid())
	assert.True(t, ok)
	assert.NotZero(t, fine%clockTick)
	_, ok = cpuTime(1<<22 + 1) // above the largest there can be
	assert.False(t, ok)
}
