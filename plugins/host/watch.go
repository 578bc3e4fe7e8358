package host

import (
	"context"
	"time"

	"github.com/yett-gateway/yett/engine/hook"
)

// Watch sees what each call and each start used. It is for the tools of plugin authors: the gateway has none. Its
// methods are called in the goroutine of the call, and by several at once.
type Watch interface {
	// Called comes after a call of a hook, failed ones included; failed is nil for those that went well. c is as
	// the caller gets it, and must not be kept.
	Called(c *hook.Call, u Used, failed error)
	// Started comes after an instance was made and its on_init has run.
	Started(u Used)
}

// Used is what a guest used.
type Used struct {
	// Fuel is the steps of the hook, host functions included; of a start, those of its last export, on_init.
	Fuel int64
	// Wall is the time of the whole call. Of a start it begins with making the instance.
	Wall time.Duration
	// FuelShare and WallShare are Fuel and Wall for each budget that the call had: what the limits hold for. 0 of a start.
	FuelShare int64
	WallShare time.Duration
	// Memory is the instance's linear memory in bytes.
	Memory int
}

// watched tells the watch of a call that began at began, counted from origin.
func (i *instance) watched(c *hook.Call, began time.Duration, f *failure) {
	n, wall := budgets(c.Size), time.Since(origin)-began
	u := Used{Fuel: i.spent, FuelShare: i.spent / n, Wall: wall, WallShare: wall / time.Duration(n), Memory: int(i.mem.Size())}
	if f != nil {
		i.pool.plugin.host.watch.Called(c, u, f)
		return
	}
	i.pool.plugin.host.watch.Called(c, u, nil)
}

// watchedStart tells the watch of a new instance.
func (i *instance) watchedStart(began time.Time) {
	if w := i.pool.plugin.host.watch; w != nil {
		w.Started(Used{Fuel: i.spent, Wall: time.Since(began), Memory: int(i.mem.Size())})
	}
}

// NewUnmetered is New without the rewriter: guests run as their compiler left them, and nothing stops one that doesn't
// return. It is for measuring what metering costs, by the author of the plugin; no gateway may use it.
func NewUnmetered(ctx context.Context, o Options) (*Host, error) {
	h, err := New(ctx, o)
	if err == nil {
		h.unmetered = true
	}
	return h, err
}
