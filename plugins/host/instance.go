package host

import (
	"context"
	"fmt"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/plugins/host/module"
	"github.com/yett-gateway/yett/sdk/abi"
)

// instance is one instance of a plugin with all that one call needs. It serves one call at a time.
//
// It is its own context.Context: wazero hands the context of a call to host functions, and that is how
// they find the instance without an allocation, a map or a lock.
type instance struct {
	pool   *pool
	mod    api.Module
	mem    api.Memory
	linear *linear // what mem is a view of
	hooks  [abi.Hooks]api.Function
	stack  [8]uint64
	// scratch is the buffer that the guest lends; none if its capacity is 0.
	scratch, scratchCap uint32

	meterState

	call      *hook.Call // nil: on_init
	smoke     bool       // the call is a trial: nothing it does may last
	edits     edits
	slots     [abi.Slots][]byte
	staged    uint8  // bit s: slot s is staged
	answer    []byte // of the call's last question
	asked     bool   // there is an answer
	questions int    // asked in this hook
	key       []byte
	keyed     bool   // key says whom the instance belongs to
	epoch     uint64 // of the host, when it was last used
	first     uint32 // bytes of memory after on_init
	spared    abi.Set
	scan      scanning
	wasi      wasi
	lines     logBudget // where no request carries one
	web       web
	calls     uint64
}

// instanceKey finds the instance where wazero has wrapped the context: in a start function.
type instanceKey struct{}

// Deadline implements context.Context. There is none: tick bounds a call.
func (i *instance) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done implements context.Context.
func (i *instance) Done() <-chan struct{} { return nil }

// Err implements context.Context.
func (i *instance) Err() error { return nil }

// Value implements context.Context. wazero asks it once per call.
func (i *instance) Value(key any) any {
	if _, ok := key.(instanceKey); ok {
		return i
	}
	return nil
}

// from returns the instance whose guest called.
func from(ctx context.Context) *instance {
	if i, ok := ctx.(*instance); ok {
		return i
	}
	return ctx.Value(instanceKey{}).(*instance)
}

// initFuel and initWall bound the start of an instance: static initializers and on_init may compile
// tables, and run once.
const (
	initFuel = 20 // times the budget of a call, at least minInitFuel
	initWall = 2 * time.Second

	minInitFuel = 200_000_000
)

// newInstance makes an instance for p and runs its start: _initialize, yett_scratch, on_init.
//
// A panic of the engine, such as for memory that can't be had, is an error.
func newInstance(p *pool) (i *instance, err error) {
	i = &instance{pool: p}
	i.scan.scratch.Pay = i.pay
	defer func() {
		if r := recover(); r != nil {
			err = &failure{reason: initFails, detail: fmt.Sprint(r)}
		}
		if err != nil {
			i.close()
			i = nil
		}
	}()
	began := time.Now()
	i.begin(max(initFuel*p.plugin.limit.Fuel, minInitFuel), initWall)
	i.granted = tickEvery // what the rewriter gave the start function
	ctx := experimental.WithMemoryAllocator(i, i)
	cfg := wazero.NewModuleConfig().WithName("").WithStartFunctions()
	if i.mod, err = p.plugin.host.runtime.InstantiateModule(ctx, p.plugin.code.compiled, cfg); err != nil {
		return i, i.startFailed(err)
	}
	p.plugin.meters.instances.Add(1)
	i.bind()
	if err := i.start(); err != nil {
		return i, err
	}
	i.watchedStart(began)
	return i, nil
}

// bind looks up what calls use.
func (i *instance) bind() {
	i.mem = i.mod.Memory()
	if !i.pool.plugin.host.unmetered {
		i.meter = i.mod.ExportedGlobal(module.MeterExport).(api.MutableGlobal)
	}
	set := i.pool.plugin.hooks
	for h := range abi.Hook(abi.Hooks) {
		if set.Has(h) {
			i.hooks[h] = i.mod.ExportedFunction(h.String())
		}
	}
}

// start runs what comes before the first call.
func (i *instance) start() error {
	if f := i.mod.ExportedFunction(abi.Initialize); f != nil {
		if err := i.run(f); err != nil {
			return i.startFailed(err)
		}
	}
	if f := i.mod.ExportedFunction(abi.Scratch); f != nil {
		if err := i.run(f); err != nil {
			return i.startFailed(err)
		}
		ptr, n := uint32(i.stack[0]>>32), uint32(i.stack[0])
		if _, ok := i.mem.Read(ptr, n); !ok {
			return &failure{reason: nonsense, detail: abi.Scratch + " returned a buffer outside of the memory"}
		}
		i.scratch, i.scratchCap = ptr, n
	}
	if i.hooks[abi.OnInit] != nil {
		if err := i.initialize(); err != nil {
			return err
		}
	}
	i.first = i.mem.Size()
	return nil
}

// initialize calls on_init.
func (i *instance) initialize() error {
	i.reset()
	if err := i.run(i.hooks[abi.OnInit]); err != nil {
		return i.startFailed(err)
	}
	v := abi.Verdict(i.stack[0])
	if f := i.checkVerdict(abi.OnInit, v); f != nil {
		return f
	}
	if v.Action() == abi.Block {
		return &refusal{reason: clean(string(i.slots[abi.SlotReason]))}
	}
	i.spared = abi.Set(v.Arg()).Without(abi.Set(0).With(abi.OnInit))
	return nil
}

// refusal is a plugin's own word against its configuration.
type refusal struct{ reason string }

func (r *refusal) Error() string {
	if r.reason == "" {
		return "the plugin refuses its configuration and doesn't say why"
	}
	return "the plugin refuses its configuration: " + r.reason
}

// startFailed keeps what the guest wrote to its standard error: it says more than the trap.
func (i *instance) startFailed(err error) error {
	f := i.classify(err)
	f.detail = last(string(i.wasi.said))
	return f
}

// run calls an export under the budget that begin set. Parameters and results are in i.stack.
func (i *instance) run(f api.Function) error {
	if i.meter != nil {
		grant := i.grant()
		i.meter.Set(module.NewMeter(grant, maxDepth))
		i.granted = grant
	}
	err := f.CallWithStack(i, i.stack[:])
	i.spent, i.granted = i.used(), 0
	return err
}

// keepSlot is the largest buffer that an instance keeps of a replacement, in bytes.
const keepSlot = 4 * abi.MaxSlot

// reset forgets what an earlier call left.
func (i *instance) reset() {
	i.edits.reset()
	i.staged = 0
	if cap(i.slots[abi.SlotDelta]) > keepSlot {
		i.slots[abi.SlotDelta] = nil
	}
	i.answer, i.asked, i.questions = i.answer[:0], false, 0
	i.wasi.said = i.wasi.said[:0]
}

// close frees the instance. No call may be running in it, and none may follow.
func (i *instance) close() {
	if i.linear != nil {
		defer i.linear.Free()
	}
	if i.mod == nil {
		return
	}
	i.wasi.flush(i)
	_ = i.mod.Close(context.Background()) // closing an instance without files can't fail
	i.mod, i.mem = nil, nil
	i.pool.plugin.meters.instances.Add(-1)
}

// view returns n bytes of the guest's memory at ptr; ok is false if they aren't all there. It is the only way
// to a guest's bytes. The upper halves of ptr and n are garbage by the calling convention, and cut off. The
// result is valid until the guest runs again.
func (i *instance) view(ptr, n uint64) (b []byte, ok bool) {
	if i.mem == nil { // the guest's start function runs
		return i.linear.read(uint32(ptr), uint32(n))
	}
	return i.mem.Read(uint32(ptr), uint32(n))
}

// give hands a text to the guest by the rule of all reading functions: the whole length is returned, and the bytes
// are written if they fit.
func (i *instance) give(text []byte, ptr, room uint64) uint64 {
	i.charge(len(text))
	if len(text) > int(uint32(room)) {
		return uint64(uint32(len(text)))
	}
	b, ok := i.view(ptr, uint64(len(text)))
	if !ok {
		return status(abi.BadRange)
	}
	copy(b, text)
	return uint64(uint32(len(text)))
}

// status is a status as a result on the stack.
func status(s abi.Status) uint64 { return uint64(uint32(s)) }
