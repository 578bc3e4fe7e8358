package host

import (
	"context"
	"math"
	"runtime"
	"time"

	"github.com/tetratelabs/wazero/api"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host/module"
)

const (
	// tickEvery is how many units of fuel a guest runs between two ticks: 20 to 60 µs of ordinary code, and a
	// millisecond of nothing but divisions. A guard's call on a short prompt ends before its first tick, and gives its
	// instance back without letting others in between.
	tickEvery = 1 << 18
	// maxDepth is how deep calls may be nested, in frames of small functions.
	maxDepth = 2_000
	// hostCall is what a call of a host function costs, besides one unit for each hostBytes bytes it touches.
	hostCall  = 16
	hostBytes = 16
	// minTicks is how many ticks a guest must have run before it is stopped for wall time alone: a guest that the
	// machine didn't let run isn't at fault. After farOver times the limit it is stopped all the same.
	minTicks = 8
	farOver  = 10
	// slice is how long a guest runs before it lets others in. The collector needn't wait for that: a tick is a call of a Go
	// function, where the runtime stops goroutines. To let others in wakes a thread, which takes as long as 50,000 units.
	slice = 500 * time.Microsecond
)

// A call has the budget of its plugin's limit once for each perBudget bytes begun of what it is about, at most
// maxBudgets times: what is enough for a page is too little for a book, and a book is no reason to refuse.
const (
	perBudget  = 256 << 10
	maxBudgets = 32
)

// budget is what a call that is about size bytes may use.
func budget(l *spec.PluginLimit, size int) (fuel int64, wall time.Duration) {
	n := budgets(size)
	if n == 1 {
		return l.Fuel, l.Wall
	}
	return saturate(l.Fuel, n), time.Duration(saturate(int64(l.Wall), n))
}

func budgets(size int) int64 { return int64(1 + min(size/perBudget, maxBudgets-1)) }

// saturate multiplies numbers above 0.
func saturate(a, b int64) int64 {
	if a > math.MaxInt64/b {
		return math.MaxInt64
	}
	return a * b
}

// meterState counts what a call uses.
//
// The rewritten guest counts down the fuel in a global, the meter, and calls tick when it falls below zero; tick grants the
// next portion until the budget is spent. What host functions do for the guest is charged to the same budget.
// Wall time counts from the first tick, so that short calls never read the clock.
type meterState struct {
	meter   api.MutableGlobal
	budget  int64 // units of this call
	spent   int64 // units used by host functions, and by earlier exports of this call
	granted int64 // units granted to the export that runs
	since   int64 // host units since the last look at the clock
	wall    time.Duration
	began   time.Time // of the first tick
	yielded time.Time // when others were let in last; at first when it began
	ticks   int
}

// begin opens a budget.
func (m *meterState) begin(budget int64, wall time.Duration) {
	m.budget, m.wall = budget, wall
	m.spent, m.granted, m.since, m.ticks = 0, 0, 0, 0
	m.began = time.Time{}
}

// grant is the next portion of fuel.
func (m *meterState) grant() int64 { return max(1, min(tickEvery, m.budget-m.spent-m.granted)) }

// tick is the import that the rewriter adds: the guest has run out of what it was granted, by debt units.
func tick(ctx context.Context, stack []uint64) {
	i := from(ctx)
	debt := int64(stack[0])
	i.granted += debt
	i.pause(i.spent + i.granted)
	grant := i.grant()
	i.granted += grant
	stack[0] = uint64(grant + debt)
}

// charge takes the price of a host function that touched n bytes from the budget.
func (i *instance) charge(n int) {
	i.spend(int64(hostCall + n/hostBytes))
}

// spend takes units of fuel from the budget.
func (i *instance) spend(cost int64) {
	if i.spent += cost; i.spent >= i.budget {
		panic(errFuel)
	}
	if i.since += cost; i.since >= tickEvery {
		i.since = 0
		i.pause(i.used())
	}
}

// used is what the call has cost so far.
func (m *meterState) used() int64 {
	if m.meter == nil || m.granted == 0 {
		return m.spent
	}
	return m.spent + m.granted - module.MeterFuel(m.meter.Get())
}

// pause stops the guest if a budget is spent, and lets other goroutines in from time to time if not.
func (m *meterState) pause(used int64) {
	if used >= m.budget {
		panic(errFuel)
	}
	m.ticks++
	now := time.Now()
	if m.began.IsZero() {
		m.began, m.yielded = now, now
	}
	if over := now.Sub(m.began); over > m.wall && (m.ticks >= minTicks || over > farOver*m.wall) {
		panic(errWall)
	}
	if now.Sub(m.yielded) >= slice {
		runtime.Gosched()
		m.yielded = time.Now()
	}
}
