package upstream

import (
	"context"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/fault"
)

// TestStaleIdle has a peer that closes after each answer, at moments before and after the next request is sent.
func TestStaleIdle(t *testing.T) {
	for _, way := range []string{"FIN", "RST"} {
		t.Run(way, func(t *testing.T) {
			c := client(t, serve(t, func(p *peer) {
				if !p.request() {
					return
				}
				p.say(withLength("ok"))
				time.Sleep(time.Duration(rand.IntN(300)) * time.Microsecond)
				if way == "RST" {
					p.reset()
				}
			}))
			for range 1000 {
				_, body, err := ask(c, post("{}"))
				require.NoError(t, err)
				require.Equal(t, "ok", body)
				time.Sleep(time.Duration(rand.IntN(300)) * time.Microsecond)
			}
			t.Logf("%+v", c.Stats())
		})
	}
}

// TestRetryOnFresh has a peer that takes the second request of each connection and closes without an answer.
func TestRetryOnFresh(t *testing.T) {
	for _, size := range []int{2, 100 << 10} {
		s := serve(t, func(p *peer) {
			if p.request() {
				p.say(withLength("ok"))
			}
			p.request()
		})
		c := client(t, s)
		for i := range 10 {
			var x Exchange
			require.NoError(t, c.Do(&x, post(strings.Repeat("b", size))))
			assert.EqualValues(t, i, c.Stats().Retries)
			_, err := x.ReadAll(nil, 0)
			require.NoError(t, err)
			x.Close()
		}
		assert.Equal(t, Stats{Open: 1, Idle: 1, Dials: 10, Retries: 9}, c.Stats())
	}
}

// TestNoRetry lists what must not be sent twice.
func TestNoRetry(t *testing.T) {
	tests := []struct {
		name string
		then func(p *peer)
		want fault.Kind
	}{
		{"a byte came", func(p *peer) { p.say("H") }, fault.UpstreamCut},
		{"late", func(p *peer) { p.untilGone() }, fault.UpstreamTimeout},
		{"garbage", func(p *peer) { p.say("garbage") }, fault.UpstreamInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, func(p *peer) {
				p.request()
				p.say(withLength("ok"))
				p.request()
				tt.then(p)
			})
			c := client(t, s, func(o *Options) { o.Deadlines.Headers = 100 * time.Millisecond })
			_, _, err := ask(c, post("{}"))
			require.NoError(t, err)
			_, _, err = ask(c, post("{}"))
			assertKind(t, tt.want, err)
			assert.Equal(t, Stats{Dials: 1}, c.Stats())
			assert.Equal(t, int64(1), s.accepted.Load())
		})
	}
}

// TestUninvitedBytes shows that an answer nobody asked for isn't taken for the next request's.
func TestUninvitedBytes(t *testing.T) {
	sent := make(chan struct{}, 1)
	c := client(t, serve(t, func(p *peer) {
		for p.request() {
			p.say(withLength("conn " + strconv.Itoa(p.n)))
			time.Sleep(10 * time.Millisecond)
			p.say(withLength("poison"))
			sent <- struct{}{}
		}
	}))
	for i := range 3 {
		_, body, err := ask(c, post("{}"))
		require.NoError(t, err)
		assert.Equal(t, "conn "+strconv.Itoa(i+1), body)
		<-sent
		time.Sleep(time.Millisecond)
	}
}

func TestPoolIsLIFO(t *testing.T) {
	c := client(t, serve(t, func(p *peer) {
		for p.request() {
			p.say(withLength(strconv.Itoa(p.n)))
		}
	}))
	xs := make([]Exchange, 3)
	for i := range xs {
		require.NoError(t, c.Do(&xs[i], post("{}")))
	}
	// The answers came whole with their heads but are not unframed yet: each holds its connection.
	assert.Equal(t, Stats{Open: 3, Dials: 3}, c.Stats())
	for i := range xs {
		xs[i].Close()
	}
	assert.Equal(t, Stats{Open: 3, Idle: 3, Dials: 3}, c.Stats())
	for range 5 {
		_, body, err := ask(c, post("{}"))
		require.NoError(t, err)
		assert.Equal(t, "3", body)
	}
}

func TestReaper(t *testing.T) {
	c := client(t, serve(t, answering(withLength("x"))), func(o *Options) { o.Limits.IdleTime = 50 * time.Millisecond })
	for range 2 {
		_, _, err := ask(c, post("{}"))
		require.NoError(t, err)
		assert.Equal(t, 1, c.Stats().Idle)
		assert.Eventually(t, func() bool { return c.Stats().Open == 0 }, 2*time.Second, 5*time.Millisecond)
	}
	assert.Equal(t, uint64(2), c.Stats().Dials)
}

func TestIdleConnsLimit(t *testing.T) {
	c := client(t, serve(t, answering(withLength("x"))), func(o *Options) { o.Limits.IdleConns = 2 })
	xs := make([]Exchange, 5)
	for i := range xs {
		require.NoError(t, c.Do(&xs[i], post("{}")))
	}
	for i := range xs {
		xs[i].Close()
	}
	assert.Equal(t, Stats{Open: 2, Idle: 2, Dials: 5}, c.Stats())
	c.CloseIdle()
	assert.Equal(t, Stats{Dials: 5}, c.Stats())
}

// TestCloseLetsGoOn closes the client while exchanges are under way, are queued, and are still to come.
func TestCloseLetsGoOn(t *testing.T) {
	c := client(t, serve(t, answering(withLength("x"))), func(o *Options) { o.Limits.Conns = 1 })
	var first Exchange
	require.NoError(t, c.Do(&first, post("{}")))
	queued := make(chan error, 1)
	go func() {
		_, _, err := ask(c, post("{}"))
		queued <- err
	}()
	assert.Eventually(t, func() bool { return c.Stats().Waiting == 1 }, time.Second, time.Millisecond)
	c.Close()
	_, err := first.ReadAll(nil, 0)
	assert.NoError(t, err)
	first.Close()
	assert.NoError(t, <-queued)
	_, _, err = ask(c, post("{}"))
	assert.NoError(t, err)
	assert.Equal(t, 0, c.Stats().Open)
}

// busy gives a client whose only connection is taken by the exchange it returns.
func busy(t *testing.T, change ...func(*Options)) (*Client, *Exchange) {
	c := client(t, serve(t, answering(withLength("x"))), append(change, func(o *Options) { o.Limits.Conns = 1 })...)
	x := new(Exchange)
	require.NoError(t, c.Do(x, post("{}")))
	t.Cleanup(x.Close)
	return c, x
}

func TestPendingFull(t *testing.T) {
	c, _ := busy(t, func(o *Options) { o.Limits.Pending = 1 })
	var x Exchange
	done := make(chan error)
	go func() { done <- c.Do(&x, post("{}")) }()
	assert.Eventually(t, func() bool { return c.Stats().Waiting == 1 }, time.Second, time.Millisecond)
	_, _, err := ask(c, post("{}"))
	assertKind(t, fault.Overloaded, err)
	x.Cancel()
	assertKind(t, fault.ClientGone, <-done)
	assert.Equal(t, 0, c.Stats().Waiting)
}

func TestPendingDeadline(t *testing.T) {
	c, holder := busy(t)
	for _, r := range []*Request{
		{Method: "GET", Path: []byte("/"), Deadlines: &Deadlines{Headers: 20 * time.Millisecond}},
		{Method: "GET", Path: []byte("/"), Deadlines: &Deadlines{Total: 20 * time.Millisecond, FirstToken: time.Nanosecond}},
		{Method: "GET", Path: []byte("/"), Deadlines: &Deadlines{FirstToken: 20 * time.Millisecond, Total: time.Nanosecond}, Stream: true},
	} {
		start := time.Now()
		_, _, err := ask(c, r)
		assertKind(t, fault.UpstreamTimeout, err)
		assert.ErrorIs(t, err, ErrPendingDeadline)
		assert.GreaterOrEqual(t, time.Since(start), 20*time.Millisecond)
		assert.Equal(t, Stats{Open: 1, Dials: 1}, c.Stats())
	}
	holder.Close()
	_, _, err := ask(c, post("{}"))
	assert.NoError(t, err)
}

// TestQueueIsFIFO grants in order of arrival, whether a connection comes free or only its slot.
func TestQueueIsFIFO(t *testing.T) {
	for _, keep := range []bool{true, false} {
		var connection string
		if !keep {
			connection = "Connection: close\r\n"
		}
		c := client(t, serve(t, answering("HTTP/1.1 200 OK\r\n"+connection+"Content-Length: 1\r\n\r\nx")), func(o *Options) { o.Limits.Conns = 1 })
		var holder Exchange
		require.NoError(t, c.Do(&holder, post("{}")))
		var order []int
		var wg sync.WaitGroup
		for i := range 5 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				var x Exchange
				if assert.NoError(t, c.Do(&x, post("{}"))) {
					order = append(order, i) // whoever holds the one connection holds the slice
				}
				x.Close()
			}()
			require.Eventually(t, func() bool { return c.Stats().Waiting == i+1 }, time.Second, 100*time.Microsecond)
		}
		holder.Close()
		wg.Wait()
		assert.Equal(t, []int{0, 1, 2, 3, 4}, order)
	}
}

// TestCancelPhases cancels in each phase and looks at how soon the caller and the peer know.
func TestCancelPhases(t *testing.T) {
	inDial := make(chan struct{}, 1)
	slowDial := func(o *Options) {
		o.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
			inDial <- struct{}{}
			<-ctx.Done()
			return nil, ctx.Err()
		}
	}
	head := "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	arrived := make(chan struct{}, 1)
	closed := make(chan time.Time, 1)
	script := func(say string) func(p *peer) {
		return func(p *peer) {
			p.readHead()
			p.say(say)
			arrived <- struct{}{}
			p.untilGone()
			closed <- time.Now()
		}
	}
	tests := []struct {
		name   string
		script func(p *peer)
		change func(*Options)
		body   int
		reach  chan struct{}
	}{
		{"dialling", script(""), slowDial, 2, inDial},
		{"waiting for the head", script(""), func(*Options) {}, 2, arrived},
		{"in the head", script("HTTP/1.1 200 OK\r\n"), func(*Options) {}, 2, arrived},
		{"in the body", script(head + "5\r\nab"), func(*Options) {}, 2, arrived},
		{"sending", func(p *peer) {
			p.readHead()
			arrived <- struct{}{}
			time.Sleep(100 * time.Millisecond)
			p.untilGone()
			closed <- time.Now()
		}, func(*Options) {}, 32 << 20, arrived},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := client(t, serve(t, tt.script), tt.change)
			var x Exchange
			var cancelled atomic.Int64
			go func() {
				<-tt.reach
				time.Sleep(5 * time.Millisecond)
				cancelled.Store(mono())
				x.Cancel()
				x.Cancel()
			}()
			r := stream()
			r.Body = make([]byte, tt.body)
			err := c.Do(&x, r)
			if err == nil {
				_, err = fillAll(&x)
			}
			took := time.Duration(mono() - cancelled.Load())
			assertKind(t, fault.ClientGone, err)
			assert.Less(t, took, 100*time.Millisecond)
			assert.True(t, x.Cancelled())
			assertKind(t, fault.ClientGone, x.Fill())
			assertKind(t, fault.ClientGone, c.Do(&x, r))
			assert.Equal(t, 0, c.Stats().Open)
			x.Close()
			assert.False(t, x.Cancelled())
			if tt.reach == arrived {
				assert.Less(t, (<-closed).Sub(epoch.Add(time.Duration(cancelled.Load()))), 250*time.Millisecond)
			}
		})
	}
}

// TestCancelWhileNobodyReads shows that the socket closes though the exchange's owner is busy elsewhere.
func TestCancelWhileNobodyReads(t *testing.T) {
	gone := make(chan struct{})
	c := client(t, serve(t, func(p *peer) {
		p.request()
		p.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
		p.untilGone()
		close(gone)
	}))
	var x Exchange
	require.NoError(t, c.Do(&x, stream()))
	x.Cancel()
	select {
	case <-gone:
	case <-time.After(time.Second):
		t.Error("the socket is still open")
	}
	x.Close()
}

// TestCancelSpareIdle shows that a request that was cancelled before it began costs no idle connection.
func TestCancelSpareIdle(t *testing.T) {
	c := client(t, serve(t, answering(withLength("x"))))
	_, _, err := ask(c, post("{}"))
	require.NoError(t, err)
	var x Exchange
	x.Cancel()
	assertKind(t, fault.ClientGone, c.Do(&x, post("{}")))
	x.Close()
	assert.Equal(t, Stats{Open: 1, Idle: 1, Dials: 1}, c.Stats())
	_, _, err = ask(c, post("{}"))
	assert.NoError(t, err)
}

func descriptors(t *testing.T) int {
	d, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("no /proc to count descriptors")
	}
	return len(d)
}

// TestRandomCancels runs many exchanges on few connections, cancels at random moments, and wants every body whole or
// refused, no foreign byte in it, and nothing left afterwards.
func TestRandomCancels(t *testing.T) {
	before := descriptors(t)
	s := serve(t, func(p *peer) {
		for p.request() {
			part := string(p.body[:min(len(p.body), 8)])
			p.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
			for range 4 {
				p.say(chunk(part))
				time.Sleep(time.Duration(rand.IntN(200)) * time.Microsecond)
			}
			p.say("0\r\n\r\n")
			if rand.IntN(20) == 0 {
				return
			}
		}
	})
	c := client(t, s, func(o *Options) { o.Limits.Conns = 8 })
	var whole, gone atomic.Int64
	var wg sync.WaitGroup
	for w := range 20 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var x Exchange // one for all, as a pooled request has it
			for i := range 50 {
				mark := strconv.Itoa(10_000_000 + w*1000 + i)
				r := post(mark)
				if i%10 == 0 {
					r.Body = []byte(strings.Repeat(mark, 20_000))
				}
				r.Stream = i%2 == 0
				var stop sync.WaitGroup
				stop.Add(1)
				after := time.Duration(rand.IntN(3000)) * time.Microsecond
				go func() {
					defer stop.Done()
					time.Sleep(after)
					x.Cancel()
				}()
				err := c.Do(&x, r)
				var body string
				if err == nil {
					body, err = fillAll(&x)
				}
				if err == nil {
					whole.Add(1)
					assert.Equal(t, strings.Repeat(mark, 4), body)
				} else {
					gone.Add(1)
					assertKind(t, fault.ClientGone, err)
				}
				stop.Wait()
				x.Close()
			}
		}()
	}
	wg.Wait()
	t.Logf("%d whole, %d cancelled, %+v", whole.Load(), gone.Load(), c.Stats())
	assert.NotZero(t, gone.Load())
	assertNoneOut(t, c)
	c.Close()
	assert.Equal(t, 0, c.Stats().Open)
	s.stop()
	assert.Eventually(t, func() bool { return descriptors(t) <= before+1 }, 2*time.Second, 10*time.Millisecond,
		"%d descriptors before, %d after", before, descriptors(t))
}

// TestUnaskedAnswer has a peer that says a second answer just after the first one was taken: whoever asks next must not get it.
func TestUnaskedAnswer(t *testing.T) {
	taken, said := make(chan struct{}), make(chan struct{})
	c := client(t, serve(t, func(p *peer) {
		for p.request() {
			p.say(withLength("yours"))
			select {
			case <-taken:
				p.say(withLength("another's"))
				said <- struct{}{}
			case <-time.After(time.Second): // the connection was given up
				return
			}
		}
	}))
	for range 50 {
		_, body, err := ask(c, post("{}"))
		require.NoError(t, err)
		require.Equal(t, "yours", body)
		taken <- struct{}{}
		<-said
	}
}
