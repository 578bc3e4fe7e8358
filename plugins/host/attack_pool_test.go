package host

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// TestPoolKeepsCount: calls that fail, calls that wait for less time than it takes, and instances that are let go, all at
// once: no place of the pool is lost or taken twice, and when it is closed in the middle of it nothing stays.
func TestPoolKeepsCount(t *testing.T) {
	for _, mode := range []string{"pool", "tenant", "fresh"} {
		t.Run(mode, func(t *testing.T) {
			var hours atomic.Int64 // so that no breaker stays open
			h, _ := newHost(t, Options{Idle: 4 * time.Millisecond, Now: func() time.Time { return time.Unix(hours.Add(1)*3600, 0) }})
			pl, err := h.load(context.Background(), plugin(func(p *spec.Plugin) { p.Isolate, p.Limit.Instances = mode, 2 }), parrot(t))
			require.NoError(t, err)
			pool, _, err := pl.pool([]byte("{}"))
			require.NoError(t, err)
			pl.Close()
			s := &Stage{pool: pool, info: hook.Info{Name: "test", Hooks: pl.hooks}}
			var ok, failed atomic.Int64
			round := func(calls int) {
				var wg sync.WaitGroup
				for g := range 16 {
					wg.Go(func() {
						random := rand.New(rand.NewPCG(uint64(g), 3))
						for n := range calls {
							v := abi.Pack(abi.Block, 403, 0, 0)
							if random.IntN(3) == 0 {
								v = abi.Pack(abi.Block, 1, 0, 0) // no status: the instance is dropped
							}
							x := prompt("")
							x.texts[place{abi.FieldModel, 0, 0}] = string(binary.LittleEndian.AppendUint64(nil, uint64(v)))
							c := &hook.Call{
								Exchange: x, Hook: abi.OnRequest, State: new([]byte), Tenant: fmt.Sprint("t", g%3), Request: fmt.Append(nil, g, n/2),
								Deadline: time.Now().Add(time.Duration(random.IntN(400)) * time.Microsecond),
							}
							err := s.Call(c)
							var f *failure
							switch {
							case err == nil:
								ok.Add(1)
								assert.Equal(t, v, c.Verdict, "another call's verdict")
							case errors.As(err, &f):
								failed.Add(1)
								assert.NotEqual(t, bug, f.reason, "%v", err)
							}
						}
					})
				}
				wg.Wait()
			}
			round(40)
			assert.Positive(t, ok.Load())
			assert.Positive(t, failed.Load())
			assert.Eventually(t, func() bool {
				pool.mu.Lock()
				defer pool.mu.Unlock()
				return pool.total == len(pool.idle) && pool.total <= 2 && len(pool.waiters) == 0
			}, 5*time.Second, time.Millisecond)
			go func() {
				runtime.Gosched()
				s.Close()
			}()
			round(10)
			<-pl.gone
			assert.Zero(t, pl.memory.bytes.Load())
			pool.mu.Lock()
			assert.Zero(t, pool.total)
			pool.mu.Unlock()
		})
	}
}
