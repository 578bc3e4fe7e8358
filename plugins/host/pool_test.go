package host

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// counting is a guest that counts its calls in its memory and tells the count, below 128, as the code of a block, from 400 on. It
// traps if it is entered while a call is running in it.
func counting(t testing.TB) []byte {
	a := newAsm()
	get := a.imp("yett", "get", i32s(5), []byte{i32})
	a.hook(abi.OnRequest, 0, cat(
		c32(0), []byte{i32Load, 2, 0, ifOp, void, unreachable, end}, // is somebody in here?
		c32(0), c32(1), []byte{i32Store, 2, 0},
		c32(int(abi.FieldModel)), c32(0), c32(0), c32(64), c32(64), calls(get), []byte{drop},
		c32(0), c32(0), []byte{i32Store, 2, 0},
		c32(4), c32(4), []byte{i32Load, 2, 0}, c32(1), []byte{i32Add, i32Store, 2, 0},
		verdict(abi.Pack(abi.Block, 400, 0, 0)), c32(4), []byte{i32Load, 2, 0}, c32(127), []byte{0x71, 0xad}, c64(40), []byte{0x86, 0x7c},
	)...)
	return a.plugin(t)
}

// count calls a counting guest and returns the count.
func count(t testing.TB, s *Stage, request, tenant string) int {
	x := prompt("")
	c := &hook.Call{Exchange: x, Hook: abi.OnRequest, Request: []byte(request), Tenant: tenant, State: new([]byte)}
	require.NoError(t, s.Call(c))
	return int(c.Verdict.Code()) - 400
}

func TestIsolation(t *testing.T) {
	h, _ := newHost(t, Options{})
	isolated := func(mode string, most int) *Stage {
		return load(t, h, counting(t), plugin(func(p *spec.Plugin) { p.Isolate, p.Limit.Instances = mode, most }))
	}
	t.Run("pool", func(t *testing.T) {
		s := isolated("pool", 4)
		first := count(t, s, "1", "a")
		assert.Equal(t, first+1, count(t, s, "2", "b"), "one instance serves all")
	})
	t.Run("tenant", func(t *testing.T) {
		s := isolated("tenant", 4)
		assert.Equal(t, []int{1, 1, 2, 2, 3}, []int{count(t, s, "1", "a"), count(t, s, "2", "b"), count(t, s, "3", "a"), count(t, s, "4", "b"), count(t, s, "5", "a")})
	})
	t.Run("tenant at the limit", func(t *testing.T) {
		s := isolated("tenant", 1)
		assert.Equal(t, []int{1, 1, 1}, []int{count(t, s, "1", "a"), count(t, s, "2", "b"), count(t, s, "3", "a")}, "an instance never changes hands")
	})
	t.Run("fresh", func(t *testing.T) {
		s := isolated("fresh", 5)
		assert.Equal(t, []int{1, 2, 1, 1, 3}, []int{count(t, s, "1", "a"), count(t, s, "1", "a"), count(t, s, "2", "a"), count(t, s, "3", "a"), count(t, s, "1", "a")})
		for n := range 20 {
			assert.Equal(t, 1, count(t, s, fmt.Sprint("r", n), "a"))
		}
	})
}

// blocking is an exchange whose Get waits: a call that takes as long as the test wants.
type blocking struct {
	*talk
	entered chan struct{}
	leave   chan struct{}
}

func newBlocking() *blocking {
	return &blocking{prompt(""), make(chan struct{}, 100), make(chan struct{})}
}

func (b *blocking) Get(f abi.Field, i, j int) ([]byte, bool) {
	if f == abi.FieldModel {
		b.entered <- struct{}{}
		<-b.leave
	}
	return b.talk.Get(f, i, j)
}

func TestWaitersLeaveWithTheirRequest(t *testing.T) {
	set := meter.New()
	h, _ := newHost(t, Options{Meter: set})
	s := load(t, h, counting(t), plugin(func(p *spec.Plugin) { p.Limit.Instances = 1 }))
	x := newBlocking()
	done := make(chan error)
	go func() { done <- s.Call(&hook.Call{Exchange: x, Hook: abi.OnRequest, State: new([]byte)}) }()
	<-x.entered

	start := time.Now()
	err := s.Call(&hook.Call{Exchange: prompt(""), Hook: abi.OnRequest, State: new([]byte), Deadline: start.Add(30 * time.Millisecond)})
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	assert.Equal(t, 503, f.HTTPStatus())
	assert.Equal(t, 1, f.RetryAfter)
	assert.GreaterOrEqual(t, time.Since(start), 30*time.Millisecond)
	assert.Less(t, time.Since(start), 2*time.Second)

	served := make(chan error)
	go func() {
		served <- s.Call(&hook.Call{Exchange: prompt(""), Hook: abi.OnRequest, State: new([]byte), Deadline: time.Now().Add(10 * time.Second)})
	}()
	for {
		s.pool.mu.Lock()
		waiting := len(s.pool.waiters)
		s.pool.mu.Unlock()
		if waiting == 1 {
			break
		}
		runtime.Gosched()
	}
	close(x.leave)
	require.NoError(t, <-done)
	require.NoError(t, <-served)
	var page strings.Builder
	set.Write(&page)
	assert.Contains(t, page.String(), `yett_plugin_pool_waits_total{plugin="guard.test"} 2`)
}

// TestDrain closes stage and plugin while a call is running: it finishes, and all is freed after it.
func TestDrain(t *testing.T) {
	h, _ := newHost(t, Options{})
	pl, err := h.load(context.Background(), plugin(nil), counting(t))
	require.NoError(t, err)
	s, err := pl.Stage(context.Background(), "x", nil)
	require.NoError(t, err)
	x := newBlocking()
	done := make(chan error)
	c := &hook.Call{Exchange: x, Hook: abi.OnRequest, State: new([]byte)}
	go func() { done <- s.Call(c) }()
	<-x.entered
	s.Close()
	pl.Close()
	select {
	case <-pl.gone:
		t.Fatal("the plugin was let go while a call was running")
	case <-time.After(20 * time.Millisecond):
	}
	require.Error(t, s.Call(&hook.Call{Exchange: prompt(""), Hook: abi.OnRequest, State: new([]byte)}), "it is closed")
	runtime.GC()
	close(x.leave)
	require.NoError(t, <-done)
	assert.Equal(t, abi.Block, c.Verdict.Action())
	<-pl.gone
	assert.Zero(t, pl.memory.bytes.Load())
	h.mu.Lock()
	assert.Empty(t, h.plugins)
	assert.Empty(t, h.codes)
	h.mu.Unlock()
}

// TestReloadUnderLoad replaces a plugin again and again while calls are made.
func TestReloadUnderLoad(t *testing.T) {
	h, _ := newHost(t, Options{})
	wasm := counting(t)
	type held struct {
		s    *Stage
		refs atomic.Int64
	}
	make := func() *held {
		pl, err := h.load(context.Background(), plugin(nil), wasm)
		require.NoError(t, err)
		s, err := pl.Stage(context.Background(), "x", nil)
		require.NoError(t, err)
		pl.Close()
		out := &held{s: s}
		out.refs.Store(1)
		return out
	}
	release := func(x *held) {
		if x.refs.Add(-1) == 0 {
			x.s.Close()
		}
	}
	var mu sync.Mutex
	now := make()
	take := func() *held {
		mu.Lock()
		defer mu.Unlock()
		now.refs.Add(1)
		return now
	}
	var stop atomic.Bool
	var calls, failed atomic.Int64
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			c := &hook.Call{Exchange: prompt(""), Hook: abi.OnRequest, State: new([]byte)}
			for !stop.Load() {
				x := take()
				if x.s.Call(c) != nil {
					failed.Add(1)
				}
				calls.Add(1)
				release(x)
			}
		})
	}
	for range 30 {
		next := make()
		mu.Lock()
		old := now
		now = next
		mu.Unlock()
		release(old)
		runtime.GC()
	}
	stop.Store(true)
	wg.Wait()
	release(now)
	assert.Zero(t, failed.Load())
	assert.Positive(t, calls.Load())
	for {
		h.mu.Lock()
		left := len(h.plugins)
		h.mu.Unlock()
		if left == 0 {
			break
		}
		runtime.Gosched()
	}
}

// TestHammer calls few instances from many goroutines, with traps among the calls. The guest itself finds out if two
// calls run in it at once.
func TestHammer(t *testing.T) {
	for _, mode := range []string{"pool", "tenant", "fresh"} {
		t.Run(mode, func(t *testing.T) {
			h, _ := newHost(t, Options{Idle: 4 * time.Millisecond})
			s := load(t, h, counting(t), plugin(func(p *spec.Plugin) { p.Isolate, p.Limit.Instances = mode, 3 }))
			var wg sync.WaitGroup
			end := time.Now().Add(100 * time.Millisecond)
			for g := range 8 {
				wg.Go(func() {
					x := prompt("")
					c := &hook.Call{Exchange: x, Hook: abi.OnRequest, State: new([]byte), Tenant: fmt.Sprint("tenant", g%4)}
					for n := 0; time.Now().Before(end); n++ {
						c.Request = fmt.Append(nil, g, "-", n/3)
						if err := s.Call(c); err != nil {
							t.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			s.pool.mu.Lock()
			defer s.pool.mu.Unlock()
			assert.LessOrEqual(t, s.pool.total, 3)
			assert.Empty(t, s.pool.waiters)
		})
	}
}

func TestIdleInstancesGo(t *testing.T) {
	h, _ := newHost(t, Options{Idle: 4 * time.Millisecond})
	s := load(t, h, counting(t), plugin(func(p *spec.Plugin) { p.Limit.Instances = 4 }))
	x := newBlocking()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			assert.NoError(t, s.Call(&hook.Call{Exchange: x, Hook: abi.OnRequest, State: new([]byte)}))
		})
	}
	for range 4 {
		<-x.entered
	}
	close(x.leave)
	wg.Wait()
	assert.Eventually(t, func() bool {
		s.pool.mu.Lock()
		defer s.pool.mu.Unlock()
		return s.pool.total == 1 && len(s.pool.idle) == 1
	}, 5*time.Second, time.Millisecond, "the warmest stays")
}

func TestBreaker(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	var mu sync.Mutex
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	later := func(d time.Duration) { mu.Lock(); defer mu.Unlock(); now = now.Add(d) }
	b := &breaker{now: clock}
	fails := func() bool { require.True(t, b.allow()); return b.trap() }

	for range trapLimit - 1 {
		require.False(t, fails())
	}
	later(trapWindow + time.Second)
	require.False(t, fails(), "the others are too long ago")
	for range trapLimit - 2 {
		require.False(t, fails())
	}
	require.True(t, fails(), "it opens")
	require.False(t, b.allow())
	later(backoffFirst)
	require.True(t, b.allow(), "one call tries")
	require.False(t, b.allow(), "and only one")
	require.True(t, b.trap(), "it opens again")
	later(backoffFirst)
	require.False(t, b.allow(), "for twice as long")
	later(backoffFirst)
	require.True(t, b.allow())
	b.ok()
	for range trapLimit - 1 {
		require.False(t, fails(), "it begins anew")
	}
	for range 10 {
		if b.allow() {
			b.trap()
		}
		later(time.Hour)
	}
	assert.Equal(t, backoffMost, b.backoff)
}

func TestBreakerOfAStage(t *testing.T) {
	h, logged := newHost(t, Options{})
	for _, onError := range []string{"deny", "skip"} {
		t.Run(onError, func(t *testing.T) {
			s := quiet(t, h, trapping(t), plugin(func(p *spec.Plugin) { p.OnError = onError }))
			var last error
			for range trapLimit + 3 {
				c := &hook.Call{Exchange: prompt(""), Hook: abi.OnRequest, State: new([]byte)}
				last = s.Call(c)
				assert.Equal(t, abi.Continue, c.Verdict.Action())
			}
			if onError == "skip" {
				require.NoError(t, last)
				return
			}
			var f *fault.Error
			require.ErrorAs(t, last, &f)
			assert.Equal(t, 503, f.HTTPStatus())
		})
	}
	assert.Contains(t, logged.String(), "plugin failed too often")
}

// trapping is a guest that traps in on_request.
func trapping(t *testing.T) []byte {
	a := newAsm()
	a.hook(abi.OnRequest, 0, unreachable)
	return a.plugin(t)
}

// TestCloseWaitsForStarts closes the host while instances are made in the background. Memory that was freed under a start
// would end the process.
func TestCloseWaitsForStarts(t *testing.T) {
	for range 20 {
		h, err := New(context.Background(), Options{CacheDir: cacheDir(t)})
		require.NoError(t, err)
		pl, err := h.load(context.Background(), plugin(nil), trapping(t))
		require.NoError(t, err)
		pool, _, err := pl.pool([]byte("{}"))
		require.NoError(t, err)
		s := &Stage{pool: pool, info: hook.Info{Hooks: pl.hooks}}
		pl.Close()
		require.Error(t, s.Call(&hook.Call{Exchange: prompt(""), Hook: abi.OnRequest})) // traps, and is replaced
		s.Close()
		require.NoError(t, h.Close())
		<-pl.gone
		assert.Zero(t, pl.memory.bytes.Load())
		pool.mu.Lock()
		assert.Zero(t, pool.total)
		pool.mu.Unlock()
		pl.Close()
		require.NoError(t, h.Close())
	}
}
