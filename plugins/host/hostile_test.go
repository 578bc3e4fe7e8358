package host

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/meter"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// must traps unless the i32 on the stack is want.
func must(want abi.Status) []byte {
	return cat(c32(int(want)), []byte{0x47, ifOp, void, unreachable, end})
}

// forever repeats a body that leaves nothing on the stack.
func forever(body ...byte) []byte {
	return cat([]byte{loop, void}, body, []byte{br, 0, end, unreachable})
}

// evil are guests that mean harm, with the reason that their call ends for.
var evil = []struct {
	name string
	want reason
	make func(a *asm)
}{
	{"loop", noFuel, func(a *asm) { a.hook(abi.OnRequest, 0, forever()...) }},
	{"recursion", tooDeep, func(a *asm) {
		f := a.fn("", nil, nil, 0, calls(0)...)
		a.hook(abi.OnRequest, 0, cat(calls(f), verdict(0))...)
	}},
	{"calls without loops", noFuel, func(a *asm) {
		// f(n) = f(n-1); f(n-1)
		f := a.fn("", []byte{i32}, nil, 0, localGet, 0, ifOp, void, localGet, 0, i32Const, 1, 0x6b, call, 0, localGet, 0, i32Const, 1, 0x6b, call, 0, end)
		a.hook(abi.OnRequest, 0, cat(c32(60), calls(f), verdict(0))...)
	}},
	{"memory.fill", noFuel, func(a *asm) {
		a.pages = 200
		a.hook(abi.OnRequest, 0, forever(cat(c32(0), c32(1), c32(200*65536), []byte{0xfc, 11, 0})...)...)
	}},
	{"memory.grow", trapped, func(a *asm) {
		// grows until it fails, and traps then
		a.hook(abi.OnRequest, 0, cat([]byte{loop, void}, c32(16), []byte{memGrow, 0}, c32(-1), []byte{0x46, ifOp, void, unreachable, end, br, 0, end, unreachable})...)
	}},
	{"random_get", noFuel, func(a *asm) {
		f := a.imp(wasiModule, "random_get", i32s(2), []byte{i32})
		a.hook(abi.OnRequest, 0, forever(cat(c32(0), c32(65536), calls(f), []byte{drop})...)...)
	}},
	{"clock", noFuel, func(a *asm) {
		f := a.imp(wasiModule, "sched_yield", nil, []byte{i32})
		a.hook(abi.OnRequest, 0, forever(cat(calls(f), []byte{drop})...)...)
	}},
	{"poll", noFuel, func(a *asm) {
		f := a.imp(wasiModule, "poll_oneoff", i32s(4), []byte{i32})
		a.hook(abi.OnRequest, 0, forever(cat(c32(0), c32(0), c32(1000), c32(0), calls(f), []byte{drop})...)...)
	}},
	{"print", noFuel, func(a *asm) {
		f := a.imp(wasiModule, "fd_write", i32s(4), []byte{i32})
		a.at(0, "\x08\x00\x00\x00\x06\x00\x00\x00hello\n")
		a.hook(abi.OnRequest, 0, forever(cat(c32(1), c32(0), c32(1), c32(32), calls(f), []byte{drop})...)...)
	}},
	{"stage", noFuel, func(a *asm) {
		f := a.imp("yett", "stage", i32s(3), []byte{i32})
		a.hook(abi.OnRequest, 0, forever(cat(c32(0), c32(0), c32(65536), calls(f), must(abi.OK))...)...)
	}},
	{"edits", trapped, func(a *asm) {
		// goes on until an edit is refused, which must be for their number
		f := a.imp("yett", "edit", i32s(6), []byte{i32})
		a.hook(abi.OnRequest, 0, forever(cat(c32(0), c32(int(abi.FieldModel)), c32(0), c32(0), c32(0), c32(3), calls(f), must(abi.OK))...)...)
	}},
	{"unreachable", trapped, func(a *asm) { a.hook(abi.OnRequest, 0, unreachable) }},
	{"out of bounds", trapped, func(a *asm) {
		a.hook(abi.OnRequest, 0, cat(c32(-4), []byte{i32Load, 2, 0, drop}, verdict(0))...)
	}},
	{"exit", exited, func(a *asm) {
		f := a.imp(wasiModule, "proc_exit", i32s(1), nil)
		a.hook(abi.OnRequest, 0, cat(c32(0), calls(f), verdict(0))...)
	}},
	{"unknown action", nonsense, func(a *asm) { a.hook(abi.OnRequest, 0, c64(77<<56)...) }},
	{"action of another hook", nonsense, func(a *asm) { a.hook(abi.OnRequest, 0, verdict(abi.Pack(abi.Hold, 0, 0, 0))...) }},
	{"block with 200", nonsense, func(a *asm) { a.hook(abi.OnRequest, 0, verdict(abi.Pack(abi.Block, 200, 0, 0))...) }},
	{"respond without a body", nonsense, func(a *asm) { a.hook(abi.OnRequest, 0, verdict(abi.Pack(abi.Respond, 0, 0, 0))...) }},
	{"reroute nowhere", nonsense, func(a *asm) { a.hook(abi.OnRequest, 0, verdict(abi.Pack(abi.Reroute, 0, 0, 0))...) }},
	{"tag nothing", nonsense, func(a *asm) { a.hook(abi.OnRequest, 0, verdict(abi.Pack(abi.Tag, 0, 0, 0))...) }},
	{"unknown flag", nonsense, func(a *asm) { a.hook(abi.OnRequest, 0, verdict(abi.Pack(abi.Continue, 0, 8, 0))...) }},
	{"reason that isn't UTF-8", nonsense, func(a *asm) {
		f := a.imp("yett", "stage", i32s(3), []byte{i32})
		a.at(0, "\xff\xfe")
		a.hook(abi.OnRequest, 0, cat(c32(int(abi.SlotReason)), c32(0), c32(2), calls(f), must(abi.OK), verdict(abi.Pack(abi.Block, 0, 0, 0)))...)
	}},
}

// quiet turns the trial call off: hostile guests would not pass it.
func quiet(t testing.TB, h *Host, wasm []byte, p *spec.Plugin) *Stage {
	pl, err := h.load(context.Background(), p, wasm)
	require.NoError(t, err)
	pool, _, err := pl.pool([]byte("{}"))
	require.NoError(t, err)
	pl.Close()
	s := &Stage{pool: pool, info: hook.Info{Name: "test", Plugin: p.Ref(), Hooks: pl.hooks}}
	t.Cleanup(s.Close)
	return s
}

func TestHostileGuests(t *testing.T) {
	h, logged := newHost(t, Options{Meter: meter.New()})
	for _, test := range evil {
		t.Run(test.name, func(t *testing.T) {
			a := newAsm()
			test.make(a)
			s := quiet(t, h, a.plugin(t), plugin(func(p *spec.Plugin) {
				p.Limit.Wall = 10 * time.Second
				p.Limit.Fuel = 20_000_000
			}))
			x := prompt("hi")
			c := &hook.Call{Exchange: x, Hook: abi.OnRequest, State: new([]byte)}
			err := s.Call(c)
			var f *failure
			require.ErrorAs(t, err, &f)
			assert.Equal(t, test.want, f.reason, "%v", err)
			assert.Empty(t, x.edits, "nothing of a failed call is applied")
			assert.Zero(t, c.Verdict)
			s.pool.mu.Lock()
			for _, i := range s.pool.idle {
				assert.Zero(t, i.calls, "the instance that failed isn't used again")
			}
			s.pool.mu.Unlock()
			assert.LessOrEqual(t, s.pool.plugin.memory.bytes.Load(), int64(2*s.pool.plugin.memory.limit))
		})
	}
	assert.Less(t, strings.Count(logged.String(), "\n"), 200, "guests that print are bounded")
}

// TestSpinningGuestIsStopped runs guests that never end while the collector is forced and a bystander watches the
// clock. Without ticks the process would stand still.
func TestSpinningGuestIsStopped(t *testing.T) {
	h, _ := newHost(t, Options{})
	a := newAsm()
	a.hook(abi.OnRequest, 0, forever()...)
	s := quiet(t, h, a.plugin(t), plugin(func(p *spec.Plugin) {
		p.Limit.Wall, p.Limit.Fuel = 30*time.Millisecond, 1<<60
	}))
	s.pool.breaker.until.Store(0)
	stop := make(chan struct{})
	gap := make(chan time.Duration)
	go func() {
		var worst time.Duration
		for last := time.Now(); ; {
			select {
			case <-stop:
				gap <- worst
				return
			case <-time.After(time.Millisecond):
			}
			now := time.Now()
			worst = max(worst, now.Sub(last))
			last = now
		}
	}()
	for range 4 {
		done := make(chan error, 1)
		start := time.Now()
		go func() {
			done <- s.Call(&hook.Call{Exchange: prompt(""), Hook: abi.OnRequest, State: new([]byte)})
		}()
		runtime.GC()
		err := <-done
		var f *failure
		require.ErrorAs(t, err, &f)
		assert.Equal(t, noTime, f.reason)
		assert.Less(t, time.Since(start), 2*time.Second)
	}
	close(stop)
	assert.Less(t, <-gap, time.Second, "the longest time that a bystander waited")
}

func TestBadPointers(t *testing.T) {
	h, _ := newHost(t, Options{})
	far, beyond, huge := 65530, -8, -1
	for _, test := range []struct {
		name, module, function string
		params                 []int
		want                   abi.Status
	}{
		{"get beyond", "yett", "get", []int{int(abi.FieldModel), 0, 0, beyond, 64}, abi.BadRange},
		{"get over the end", "yett", "get", []int{int(abi.FieldDialect), 0, 0, far, 64}, abi.BadRange},
		{"get with a huge room", "yett", "get", []int{int(abi.FieldModel), 0, 0, beyond, huge}, abi.BadRange},
		{"get a number as text", "yett", "get", []int{int(abi.FieldMessages), 0, 0, 0, 64}, abi.BadField},
		{"get nothing", "yett", "get", []int{0, 0, 0, 0, 64}, abi.BadField},
		{"get an unknown field", "yett", "get", []int{9999, 0, 0, 0, 64}, abi.BadField},
		{"get a field with high bits", "yett", "get", []int{1<<16 | int(abi.FieldModel), 0, 0, 0, 64}, abi.BadField},
		{"get a delta in a request", "yett", "get", []int{int(abi.FieldDelta), 0, 0, 0, 64}, abi.Absent},
		{"get a negative index", "yett", "get", []int{int(abi.FieldPartText), -1, -1, 0, 64}, abi.Absent},
		{"named without a name", "yett", "named", []int{0, 0, 0, 0, 0}, abi.Invalid},
		{"named with a long name", "yett", "named", []int{0, 0, 300, 0, 0}, abi.TooLarge},
		{"named beyond", "yett", "named", []int{0, beyond, 16, 0, 0}, abi.BadRange},
		{"named of a family that can only be set", "yett", "named", []int{int(abi.NameAnswerHeader), 0, 1, 0, 0}, abi.BadField},
		{"edit beyond", "yett", "edit", []int{0, int(abi.FieldModel), 0, 0, beyond, 64}, abi.BadRange},
		{"edit what is read only", "yett", "edit", []int{0, int(abi.FieldRole), 0, 0, 0, 1}, abi.ReadOnly},
		{"edit the answer in a request", "yett", "edit", []int{0, int(abi.FieldAnswerPartText), 0, 0, 0, 1}, abi.ReadOnly},
		{"edit by an unknown way", "yett", "edit", []int{99, int(abi.FieldModel), 0, 0, 0, 1}, abi.BadField},
		{"edit to no text", "yett", "edit", []int{0, int(abi.FieldModel), 0, 0, 100, 1}, abi.Invalid},
		{"set a header of the request", "yett", "set_named", []int{int(abi.NameHeader), 0, 1, 0, 0}, abi.ReadOnly},
		{"set of no family", "yett", "set_named", []int{200, 0, 1, 0, 0}, abi.BadField},
		{"stage beyond", "yett", "stage", []int{0, beyond, 64}, abi.BadRange},
		{"stage nowhere", "yett", "stage", []int{77, 0, 1}, abi.BadField},
		{"state beyond", "yett", "state_put", []int{beyond, 64}, abi.BadRange},
		{"no state", "yett", "state_get", []int{0, 64}, abi.Absent},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := newAsm()
			f := a.imp(test.module, test.function, i32s(len(test.params)), []byte{i32})
			a.at(100, "\xff")
			var push []byte
			for _, p := range test.params {
				push = append(push, c32(p)...)
			}
			a.hook(abi.OnRequest, 0, cat(push, calls(f), must(test.want), verdict(0))...)
			s := quiet(t, h, a.plugin(t), plugin(nil))
			require.NoError(t, s.Call(&hook.Call{Exchange: prompt("hi"), Hook: abi.OnRequest, State: new([]byte)}))
		})
	}
}

func TestRefusedModules(t *testing.T) {
	h, _ := newHost(t, Options{})
	for _, test := range []struct {
		name, want string
		make       func(t *testing.T) []byte
	}{
		{"no module", "does not begin with", func(*testing.T) []byte { return []byte("#!/bin/sh") }},
		{"no manifest", "no manifest", func(*testing.T) []byte { return newAsm().bytes() }},
		{"manifest isn't JSON", "isn't valid", func(t *testing.T) []byte {
			return append(newAsm().bytes(), cat([]byte{0, 15}, text(abi.ManifestSection), []byte("{"))...)
		}},
		{"hook of another signature", "on_request is func () -> i32", func(t *testing.T) []byte {
			a := newAsm()
			a.fn("on_request", nil, []byte{i32}, 0, c32(0)...)
			return a.plugin(t)
		}},
		{"scratch of another signature", "yett_scratch is func", func(t *testing.T) []byte {
			a := newAsm()
			a.fn(abi.Scratch, nil, []byte{i32}, 0, c32(0)...)
			return a.plugin(t)
		}},
		{"unknown function", "doesn't have", func(t *testing.T) []byte {
			a := newAsm()
			a.imp("yett", "format_disk", nil, []byte{i32})
			return a.plugin(t)
		}},
		{"unknown module", "doesn't have", func(t *testing.T) []byte {
			a := newAsm()
			a.imp("env", "abort", nil, nil)
			return a.plugin(t)
		}},
		{"function of another signature", "the host's is func", func(t *testing.T) []byte {
			a := newAsm()
			a.imp("yett", "get", i32s(2), []byte{i32})
			return a.plugin(t)
		}},
		{"the meter's own import", "reserved for the host", func(t *testing.T) []byte {
			a := newAsm()
			a.imp(meterModule, meterName, []byte{i64}, []byte{i64})
			return a.plugin(t)
		}},
		{"capability of a later release", "isn't offered", func(t *testing.T) []byte {
			a := newAsm()
			const name = "yett.scan compile" // as if it weren't there
			impl := functions[name]
			delete(functions, name)
			t.Cleanup(func() { functions[name] = impl })
			a.imp("yett.scan", "compile", i32s(2), []byte{i32})
			return a.plugin(t)
		}},
		{"too much memory", "at most 256 are allowed", func(t *testing.T) []byte {
			a := newAsm()
			a.pages = 1000
			return a.plugin(t)
		}},
		{"other ABI", "version 1", func(t *testing.T) []byte {
			return withManifest(t, newAsm().bytes(), Manifest{ABI: 2})
		}},
		{"other stream mode", "stream mode", func(t *testing.T) []byte {
			return withManifest(t, newAsm().bytes(), Manifest{Stream: ManifestStream{Mode: "mangle"}})
		}},
		{"asked without collecting", "stream.ask is for the stream mode buffer, and this is observe", func(t *testing.T) []byte {
			return withManifest(t, newAsm().bytes(), Manifest{Stream: ManifestStream{Ask: true}})
		}},
		{"hook that isn't exported", "doesn't export", func(t *testing.T) []byte {
			return withManifest(t, newAsm().bytes(), Manifest{Hooks: []string{"on_delta"}})
		}},
		{"pure with a memory", "uses capability kv", func(t *testing.T) []byte {
			a := newAsm()
			a.imp("yett.kv", "delete", i32s(4), []byte{i32})
			return withManifest(t, a.bytes(), Manifest{Pure: true})
		}},
		{"wish that isn't granted", "the operator reads this", func(t *testing.T) []byte {
			return withManifest(t, newAsm().bytes(), Manifest{Wants: map[string]string{"kv": "the operator reads this"}})
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := h.load(context.Background(), plugin(nil), test.make(t))
			require.ErrorContains(t, err, test.want)
			var e *LoadError
			require.True(t, errors.As(err, &e))
			assert.Equal(t, "guard.test", e.Plugin)
		})
	}
}

// Instances that can't be made: refused at load by name, and nothing stays.
func TestFailingStarts(t *testing.T) {
	h, _ := newHost(t, Options{})
	for name, make := range map[string]func(a *asm){
		"start traps":          func(a *asm) { a.start = 1 + a.fn("", nil, nil, 0, unreachable) },
		"start spins":          func(a *asm) { a.start = 1 + a.fn("", nil, nil, 0, forever()...) },
		"_initialize traps":    func(a *asm) { a.fn(abi.Initialize, nil, nil, 0, unreachable) },
		"_initialize spins":    func(a *asm) { a.fn(abi.Initialize, nil, nil, 0, forever()...) },
		"scratch lies":         func(a *asm) { a.fn(abi.Scratch, nil, []byte{i64}, 0, c64(0x7fffffff_00010000)...) },
		"on_init traps":        func(a *asm) { a.hook(abi.OnInit, 0, unreachable) },
		"on_init says edited":  func(a *asm) { a.hook(abi.OnInit, 0, verdict(abi.Pack(abi.Edited, 0, 0, 0))...) },
		"on_init refuses":      func(a *asm) { a.hook(abi.OnInit, 0, verdict(abi.Pack(abi.Block, 0, 0, 0))...) },
		"the trial call traps": func(a *asm) { a.hook(abi.OnRequest, 0, unreachable) },
		"data out of bounds":   func(a *asm) { a.at(65530, "0123456789") },
	} {
		t.Run(name, func(t *testing.T) {
			a := newAsm()
			make(a)
			pl, err := h.load(context.Background(), plugin(nil), a.plugin(t))
			require.NoError(t, err)
			_, err = pl.Stage(context.Background(), "x", nil)
			var e *LoadError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "guard.test", e.Plugin)
			pl.Close()
			<-pl.gone
			assert.Zero(t, pl.memory.bytes.Load())
		})
	}
}
