package cache

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type clock struct{ ns atomic.Int64 }

func (c *clock) now() time.Time { return time.Unix(1000, c.ns.Load()) }

func material(parts ...string) *Material {
	var m Material
	for _, p := range parts {
		m.Add([]byte(p))
	}
	return &m
}

func entry(body string) *Entry { return &Entry{Status: 200, Body: []byte(body)} }

func TestGetPut(t *testing.T) {
	var c clock
	s := New(1<<20, c.now)
	assert.Nil(t, s.Get(material("a", "b")))
	body := []byte("answer")
	got := s.Put(material("a", "b"), &Entry{Status: 200, Body: body}, time.Minute)
	body[0] = 'X'
	require.NotNil(t, got)
	assert.Equal(t, "answer", string(s.Get(material("a", "b")).Body), "the store has its own copy")
	assert.Nil(t, s.Get(material("ab", "")), "parts don't run into each other")
	assert.Nil(t, s.Get(material("", "ab")))
	c.ns.Add(int64(time.Minute))
	assert.Nil(t, s.Get(material("a", "b")), "expired")
	assert.Zero(t, s.Len())
	assert.Zero(t, s.Bytes())
}

func TestCollisionIsAMiss(t *testing.T) {
	s := New(1<<20, time.Now)
	a, b := material("tenant-a"), material("tenant-b")
	s.Put(a, entry("secret of a"), time.Minute)
	b.hash, b.sum = a.key(), true // a forged collision
	assert.Nil(t, s.Get(b))
}

func TestLargeMaterial(t *testing.T) {
	s := New(1<<20, time.Now)
	big := strings.Repeat("x", 3*wholeMaterial)
	s.Put(material(big, "1"), entry("one"), time.Minute)
	assert.Equal(t, "one", string(s.Get(material(big, "1")).Body))
	assert.Nil(t, s.Get(material(big, "2")))
	assert.Less(t, s.Bytes(), int64(2000), "only a hash of it is kept")
}

func TestTooLargeIsRefused(t *testing.T) {
	s := New(1000, time.Now)
	assert.Nil(t, s.Put(material("a"), entry(strings.Repeat("x", 1001)), time.Minute))
	assert.NotNil(t, s.Put(material("a"), entry("x"), time.Minute))
	assert.NotNil(t, s.Put(material("b"), entry(strings.Repeat("x", 600)), time.Minute))
	assert.Nil(t, s.Get(material("a")), "another shard's entry made room")
}

// TestModel compares the store with a map: it never returns what wasn't stored under that key, never
// returns what has expired, and is never above its bound.
func TestModel(t *testing.T) {
	var c clock
	const bound = 40_000
	s := New(bound, c.now)
	type stored struct {
		body    string
		expires time.Time
	}
	model := map[string]stored{}
	rng := rand.New(rand.NewPCG(1, 2))
	hits := 0
	for i := range 50_000 {
		key := fmt.Sprint(rng.IntN(200))
		if rng.IntN(3) == 0 {
			body := fmt.Sprint(key, "-", i, strings.Repeat("y", rng.IntN(500)))
			ttl := time.Duration(rng.IntN(100)) * time.Millisecond
			if s.Put(material(key), entry(body), ttl) != nil {
				model[key] = stored{body, c.now().Add(ttl)}
			}
		} else if e := s.Get(material(key)); e != nil {
			hits++
			require.Equal(t, model[key].body, string(e.Body))
			require.True(t, c.now().Before(model[key].expires))
		}
		require.LessOrEqual(t, s.Bytes(), int64(bound))
		c.ns.Add(int64(rng.IntN(int(time.Millisecond))))
	}
	assert.Greater(t, hits, 1000, "the model was hardly exercised")
	s.Resize(1000)
	assert.LessOrEqual(t, s.Bytes(), int64(1000))
	s.Purge()
	assert.Zero(t, s.Bytes())
	assert.Zero(t, s.Len())
}

func TestHammer(t *testing.T) {
	s := New(20_000, time.Now)
	stop := time.Now().Add(100 * time.Millisecond)
	var wg sync.WaitGroup
	for g := range max(runtime.GOMAXPROCS(0)/2, 2) {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(g), 1))
			for time.Now().Before(stop) {
				key := fmt.Sprint(rng.IntN(100))
				if rng.IntN(2) == 0 {
					s.Put(material(key), entry(key+"-body"), time.Millisecond)
				} else if e := s.Get(material(key)); e != nil {
					assert.Equal(t, key+"-body", string(e.Body))
				}
			}
		})
	}
	wg.Wait()
	assert.LessOrEqual(t, s.Bytes(), int64(20_000))
}

func TestFlight(t *testing.T) {
	s := New(1<<20, time.Now)
	m := material("q")
	lead, leader := s.Join(m)
	require.True(t, leader)
	var wg sync.WaitGroup
	var shared atomic.Int64
	for range 10 {
		f, leader := s.Join(material("q"))
		require.False(t, leader)
		wg.Go(func() {
			if e, res := f.Wait(nil, time.Now().Add(time.Minute)); res == Shared && string(e.Body) == "a" {
				shared.Add(1)
			}
		})
	}
	lead.Done(s.Put(m, entry("a"), time.Minute))
	wg.Wait()
	assert.Equal(t, int64(10), shared.Load())

	lead, leader = s.Join(m)
	require.True(t, leader, "the next one leads again")
	f, _ := s.Join(m)
	cancel := make(chan struct{}, 1)
	cancel <- struct{}{}
	_, res := f.Wait(cancel, time.Now().Add(time.Minute))
	assert.Equal(t, Cancelled, res)
	_, res = f.Wait(nil, time.Now())
	assert.Equal(t, Late, res)
	lead.Done(nil)
	_, res = f.Wait(nil, time.Now().Add(time.Minute))
	assert.Equal(t, Alone, res)
}

func TestHitDoesNotAllocate(t *testing.T) {
	s := New(1<<20, time.Now)
	part := []byte(strings.Repeat("p", 1000))
	var m Material
	build := func() { m.Reset(); m.Add(part); m.Add(part) }
	build()
	s.Put(&m, entry("a"), time.Hour)
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		build()
		if s.Get(&m) == nil {
			t.Fatal("miss")
		}
	}))
}

func BenchmarkHit(b *testing.B) {
	for _, size := range []int{1 << 10, 10 << 10, 50 << 10} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s := New(1<<20, time.Now)
			part := []byte(strings.Repeat("p", size))
			var m Material
			m.Add(part)
			s.Put(&m, entry("a"), time.Hour)
			b.ReportAllocs()
			for b.Loop() {
				m.Reset()
				m.Add(part)
				s.Get(&m)
			}
		})
	}
}
