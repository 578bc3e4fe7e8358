package host

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// newCache is a cache with so much room, under a clock of the test's.
func newCache(t testing.TB, room int) (*cache, *time.Time) {
	now := time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC)
	cs := &caches{now: func() time.Time { return now }}
	hold := cs.hold("guard.test", room)
	t.Cleanup(func() {
		cs.letGo(hold)
		assert.Empty(t, cs.all, "a cache that nobody holds is dropped")
	})
	return hold.cache, &now
}

func (c *cache) keep(tenant, key string, n int, ttl time.Duration) abi.Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.put(tenant, c.name(tenant, []byte(key)), make([]byte, n), ttl)
}

func (c *cache) has(tenant, key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.get(c.name(tenant, []byte(key))) != nil
}

// check recounts what the cache counts.
func (c *cache) check(t testing.TB) {
	c.mu.Lock()
	defer c.mu.Unlock()
	all, perTenant := 0, map[*share]int{}
	inRing := 0
	for e := c.root.next[ofAll]; e != &c.root; e = e.next[ofAll] {
		all += e.size()
		perTenant[e.share] += e.size()
		inRing++
		require.Same(t, e, c.entries[e.name])
		require.Same(t, e.share, c.shares[e.share.tenant])
	}
	require.Len(t, c.entries, inRing)
	require.Equal(t, all, c.bytes)
	require.LessOrEqual(t, c.bytes, c.room)
	require.Len(t, c.shares, len(perTenant))
	for s, n := range perTenant {
		require.Equal(t, n, s.bytes)
		inRing := 0
		for e := s.root.next[ofTenant]; e != &s.root; e = e.next[ofTenant] {
			inRing += e.size()
		}
		require.Equal(t, n, inRing)
	}
}

func TestCacheKeepsWhatIsUsed(t *testing.T) {
	const room = 64 << 10
	c, now := newCache(t, room)
	size := 1000 - cachedBytes - len("a\x00k00") // each entry is 1,000 bytes
	fits := room / largestTenant / 1000
	for n := range fits {
		require.Equal(t, abi.OK, c.keep("a", fmt.Sprintf("k%02d", n), size, 0))
	}
	c.check(t)
	require.True(t, c.has("a", "k00"), "all fit, and now this one was used last")
	require.Equal(t, abi.OK, c.keep("a", "more", size-1, 0))
	assert.True(t, c.has("a", "k00"))
	assert.False(t, c.has("a", "k01"), "the one that was used longest ago went")
	assert.True(t, c.has("a", "k02"))
	assert.False(t, c.has("b", "k00"), "another tenant's")
	c.check(t)

	require.Equal(t, abi.OK, c.keep("a", "short", 1, time.Minute))
	assert.True(t, c.has("a", "short"))
	*now = now.Add(time.Minute)
	assert.False(t, c.has("a", "short"), "it has expired")
	require.Equal(t, abi.OK, c.keep("a", "k02", 5, 0))
	assert.Len(t, c.entries["a\x00k02"].value, 5, "replaced")
	c.check(t)
}

func TestCacheBounds(t *testing.T) {
	c, _ := newCache(t, 64<<10)
	largest := 64<<10/largestEntry - cachedBytes - len("a\x00k")
	assert.Equal(t, abi.OK, c.keep("a", "k", largest, 0))
	assert.Equal(t, abi.TooLarge, c.keep("a", "k", largest+1, 0))
	assert.True(t, c.has("a", "k"), "what couldn't be replaced stays")
	big, _ := newCache(t, 1<<30)
	assert.Equal(t, abi.OK, big.keep("a", "k", abi.MaxCached, 0))
	assert.Equal(t, abi.TooLarge, big.keep("a", "k", abi.MaxCached+1, 0))
}

// TestCacheIsShared: a tenant who keeps much pushes out his own before others', and never more than half.
func TestCacheIsShared(t *testing.T) {
	const room = 64 << 10
	c, _ := newCache(t, room)
	for n := range 10 {
		require.Equal(t, abi.OK, c.keep("quiet", fmt.Sprint(n), 1000, 0))
	}
	for n := range 1000 {
		require.Equal(t, abi.OK, c.keep("greedy", fmt.Sprint(n), 1000, 0))
		c.check(t)
		require.LessOrEqual(t, c.shares["greedy"].bytes, room/largestTenant)
	}
	for n := range 10 {
		assert.True(t, c.has("quiet", fmt.Sprint(n)))
	}
}

// TestCacheModel compares random use with what a map would say of what is there, and recounts.
func TestCacheModel(t *testing.T) {
	c, now := newCache(t, 64<<10)
	rnd := rand.New(rand.NewPCG(1, 2))
	type value struct {
		n       int
		expires time.Time
	}
	kept := map[string]value{}
	hits := 0
	for range 20_000 {
		tenant, key := fmt.Sprint("t", rnd.IntN(5)), fmt.Sprint("k", rnd.IntN(40))
		*now = now.Add(time.Millisecond)
		if rnd.IntN(3) > 0 {
			c.mu.Lock()
			e := c.get(c.name(tenant, []byte(key)))
			want, ok := kept[tenant+key]
			if e != nil {
				hits++
				require.True(t, ok && now.Before(want.expires))
				require.Len(t, e.value, want.n)
			}
			c.mu.Unlock()
			continue
		}
		n, ttl := rnd.IntN(9000), time.Duration(1+rnd.IntN(2000))*time.Millisecond
		if c.keep(tenant, key, n, ttl) == abi.OK {
			kept[tenant+key] = value{n, now.Add(ttl)}
		}
	}
	c.check(t)
	assert.Greater(t, hits, 500)
}

func TestCacheRoomFollowsTheGrant(t *testing.T) {
	cs := &caches{now: time.Now}
	first := cs.hold("guard.test", 64<<10)
	for n := range 8 {
		require.Equal(t, abi.OK, first.keep(fmt.Sprint("t", n), "k", 6000, 0))
	}
	second := cs.hold("guard.test", 16<<10)
	assert.Same(t, first.cache, second.cache, "a reload finds what was kept")
	assert.LessOrEqual(t, second.bytes, 16<<10)
	assert.True(t, second.has("t7", "k"))
	assert.False(t, second.has("t0", "k"))
	second.check(t)
	cs.letGo(second)
	assert.Equal(t, 64<<10, first.room, "the newer one wasn't used after all")
	other := cs.hold("guard.other", 1<<20)
	assert.False(t, other.has("t7", "k"), "another plugin's")
	cs.letGo(other)
	cs.letGo(first)
	assert.Empty(t, cs.all)
}

func TestCacheOfAPlugin(t *testing.T) {
	srv := newServer(t)
	h, _ := newHost(t, Options{})
	wasm := outsideGuest(t)
	one := load(t, h, wasm, outward(srv, nil))
	a, b := &hook.Call{Tenant: "a"}, &hook.Call{Tenant: "b"}
	assert.Equal(t, deeds(" false", "<nil>", "hello true", "a bound of the host is reached", "hello true"),
		ask(t, one, a, deeds("get k", "put k hello", "get k", "big 9000", "get k")))
	assert.Equal(t, " false", ask(t, one, b, "get k"), "another tenant's")
	assert.Equal(t, deeds("a bound of the host is reached", " false"), ask(t, one, a, deeds("put "+strings.Repeat("k", abi.MaxKey+1), "get "+strings.Repeat("k", abi.MaxKey+1))))

	two, err := h.load(context.Background(), outward(srv, func(p *spec.Plugin) { p.Grant.CacheBytes = 1 << 20 }), wasm)
	require.NoError(t, err)
	s, err := two.Stage(context.Background(), "test", []byte("{}"))
	require.NoError(t, err)
	one.Close()
	assert.Equal(t, deeds("hello true", "<nil>"), ask(t, s, a, deeds("get k", "big 9000")), "after a reload")
	s.Close()
	two.Close()
	eventuallyTrue(t, func() bool {
		h.caches.mu.Lock()
		defer h.caches.mu.Unlock()
		return len(h.caches.all) == 0
	})
}

func eventuallyTrue(t *testing.T, f func() bool) {
	t.Helper()
	require.Eventually(t, f, 10*time.Second, time.Millisecond)
}

func TestCacheHammer(t *testing.T) {
	c, _ := newCache(t, 64<<10)
	var wg sync.WaitGroup
	end := time.Now().Add(100 * time.Millisecond)
	for g := range max(runtime.GOMAXPROCS(0)/2, 2) {
		wg.Go(func() {
			for n := 0; time.Now().Before(end); n++ {
				tenant := fmt.Sprint("t", (g+n)%3)
				c.keep(tenant, fmt.Sprint(n%50), n%4000, time.Duration(n%2)*time.Microsecond)
				c.has(tenant, fmt.Sprint((n+7)%50))
				if n%100 == 0 {
					c.resize(32<<10 + n%2*32<<10)
				}
			}
		})
	}
	wg.Wait()
	c.check(t)
}

// TestCacheAndBodyDoNotAllocate reads the cache and a body from a guest without a runtime.
func TestCacheAndBodyDoNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	srv := newServer(t)
	h, _ := newHost(t, Options{})
	a := newAsm()
	get := a.imp("yett.cache", "get", i32s(4), []byte{i32})
	body := a.imp("yett.body", "request", i32s(3), []byte{i32})
	a.at(0, "key")
	a.hook(abi.OnRequest, 0, cat(c32(0), c32(3), c32(64), c32(1000), calls(get), []byte{drop}, c32(0), c32(2000), c32(1000), calls(body), []byte{drop}, verdict(0))...)
	s := load(t, h, a.plugin(t), outward(srv, nil))
	kept := s.pool.plugin.cache
	require.Equal(t, abi.OK, kept.put("acme", kept.name("acme", []byte("key")), bytes.Repeat([]byte("v"), 500), 0))
	c := (&bodied{still: newStill(), body: bytes.Repeat([]byte("b"), 900)}).call()
	require.NoError(t, s.Call(c))
	require.Zero(t, testing.AllocsPerRun(500, func() {
		if s.Call(c) != nil {
			t.Fatal("the call failed")
		}
	}))
	memory, ok := s.pool.idle[0].mem.Read(0, 3000)
	require.True(t, ok)
	assert.Equal(t, []string{"v", "v", "\x00", "b", "b"}, []string{
		string(memory[64:65]), string(memory[563:564]), string(memory[564:565]), string(memory[2000:2001]), string(memory[2899:2900]),
	})
}

// bodied is an exchange with a body that doesn't allocate.
type bodied struct {
	*still
	body []byte
}

func (x *bodied) RequestBody() ([]byte, bool) { return x.body, true }
func (x *bodied) AnswerBody() ([]byte, bool)  { return nil, false }
func (x *bodied) call() *hook.Call {
	return &hook.Call{Exchange: x, Hook: abi.OnRequest, Tenant: "acme", State: new([]byte)}
}
