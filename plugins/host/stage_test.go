package host

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// editing is a guest that makes two edits and then returns a verdict.
func editing(t testing.TB, v abi.Verdict) []byte {
	a := newAsm()
	edit := a.imp("yett", "edit", i32s(6), []byte{i32})
	setNamed := a.imp("yett", "set_named", i32s(5), []byte{i32})
	stage := a.imp("yett", "stage", i32s(3), []byte{i32})
	a.at(0, "new model")
	a.at(16, "x-note")
	a.at(32, "name=value")
	a.hook(abi.OnRequest, 0, cat(
		c32(int(abi.Set1)), c32(int(abi.FieldModel)), c32(0), c32(0), c32(0), c32(9), calls(edit), must(abi.OK),
		c32(int(abi.NameAnswerHeader)), c32(16), c32(6), c32(0), c32(3), calls(setNamed), must(abi.OK),
		c32(int(abi.SlotTag)), c32(32), c32(10), calls(stage), must(abi.OK),
		c32(int(abi.SlotModel)), c32(0), c32(9), calls(stage), must(abi.OK),
		verdict(v))...)
	return a.plugin(t)
}

func TestEditsGoByVerdict(t *testing.T) {
	h, _ := newHost(t, Options{})
	both := []string{"set of FieldModel: new model", "set of answer_header x-note: new"}
	for _, test := range []struct {
		action abi.Action
		want   []string
	}{
		{abi.Continue, nil},
		{abi.Edited, both},
		{abi.Block, nil},
		{abi.Reroute, both},
		{abi.Tag, both},
	} {
		t.Run(test.action.String(), func(t *testing.T) {
			s := load(t, h, editing(t, abi.Pack(test.action, 0, 0, 0)), plugin(nil))
			x := prompt("hi")
			c := &hook.Call{Exchange: x, Hook: abi.OnRequest, State: new([]byte)}
			require.NoError(t, s.Call(c))
			assert.Equal(t, test.want, x.edits)
			assert.Equal(t, test.action, c.Verdict.Action())
			assert.Equal(t, test.action == abi.Reroute, len(c.Model) > 0)
			assert.Equal(t, test.action == abi.Tag, string(c.Tag) == "name=value")
		})
	}
}

// TestAnEmptyValueTakesAParamOut looks that it does so in the order of the other edits of params, and that headers may be empty.
func TestAnEmptyValueTakesAParamOut(t *testing.T) {
	h, _ := newHost(t, Options{})
	a := newAsm()
	setNamed := a.imp("yett", "set_named", i32s(5), []byte{i32})
	a.at(0, "prompt7")
	a.at(16, "x-note")
	a.hook(abi.OnRequest, 0, cat(
		c32(int(abi.NameParam)), c32(0), c32(6), c32(6), c32(1), calls(setNamed), must(abi.OK),
		c32(int(abi.NameParam)), c32(0), c32(6), c32(0), c32(0), calls(setNamed), must(abi.OK),
		c32(int(abi.NameAnswerHeader)), c32(16), c32(6), c32(0), c32(0), calls(setNamed), must(abi.OK),
		verdict(abi.Pack(abi.Edited, 0, 0, 0)))...)
	s := load(t, h, a.plugin(t), plugin(nil))
	x := prompt("hi")
	require.NoError(t, s.Call(&hook.Call{Exchange: x, Hook: abi.OnRequest, State: new([]byte)}))
	assert.Equal(t, []string{"set of param prompt: 7", "remove of param prompt: ", "set of answer_header x-note: "}, x.edits)
}

// undoable is an exchange that can go back.
type undoable struct{ *talk }

func (u undoable) Mark() int     { return len(u.edits) }
func (u undoable) Undo(mark int) { u.edits = u.edits[:mark] }

func TestEditsAllOrNone(t *testing.T) {
	h, _ := newHost(t, Options{})
	wasm := editing(t, abi.Pack(abi.Edited, 0, 0, 0))
	refuse := func(second bool) func(e *hook.Edit) abi.Status {
		return func(e *hook.Edit) abi.Status {
			if (e.Field == abi.FieldNone) == second {
				return abi.Unsupported
			}
			return abi.OK
		}
	}
	for _, test := range []struct {
		name           string
		onError        string
		second, undoes bool
		denied         bool
	}{
		{"the first, deny", "deny", false, false, true},
		{"the first, skip", "skip", false, false, false},
		{"the second, skip, can go back", "skip", true, true, false},
		{"the second, skip, can't go back", "skip", true, false, true},
		{"the second, deny, can go back", "deny", true, true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := load(t, h, wasm, plugin(func(p *spec.Plugin) { p.OnError = test.onError }))
			x := prompt("hi")
			x.refuse = refuse(test.second)
			var ex hook.Exchange = x
			if test.undoes {
				ex = undoable{x}
			}
			c := &hook.Call{Exchange: ex, Hook: abi.OnRequest, State: new([]byte)}
			err := s.Call(c)
			assert.Equal(t, abi.Continue, c.Verdict.Action())
			if test.denied {
				var f *fault.Error
				require.ErrorAs(t, err, &f)
				assert.Equal(t, fault.PluginFailed, f.Kind)
			} else {
				require.NoError(t, err)
				assert.Empty(t, x.edits)
			}
			assert.Equal(t, int64(0), s.pool.breaker.until.Load())
			assert.Len(t, s.pool.idle, 1, "an edit that can't be made is no trap")
		})
	}
}

func TestDeltas(t *testing.T) {
	h, _ := newHost(t, Options{})
	// replaces the window by its first byte and holds the last two bytes
	a := newAsm()
	stage := a.imp("yett", "stage", i32s(3), []byte{i32})
	num := a.imp("yett", "num", i32s(3), []byte{i64})
	a.fn(abi.Scratch, nil, []byte{i64}, 0, c64(128<<32|16)...)
	a.hook(abi.OnDelta, 0, cat(
		c32(int(abi.FieldDeltaNew)), c32(0), c32(0), calls(num), c64(3), []byte{0x52, ifOp, void, unreachable, end},
		c32(int(abi.SlotDelta)), c32(128), c32(1), calls(stage), must(abi.OK),
		verdict(abi.Pack(abi.Hold, 0, abi.FlagReplaced, 2)))...)
	s := load(t, h, a.plugin(t), plugin(nil))
	assert.Equal(t, 64, s.Info().HoldMost)
	assert.Equal(t, abi.Transform, s.Info().Stream)
	window := func(text string) *hook.Call {
		return &hook.Call{Exchange: prompt(""), Hook: abi.OnDelta, Args: [3]int32{0, 0, int32(len(text))}, Window: []byte(text), New: 3, State: new([]byte)}
	}
	c := window("secret")
	require.NoError(t, s.Call(c))
	assert.Equal(t, abi.Hold, c.Verdict.Action())
	assert.Equal(t, "s", string(c.Delta))

	require.Error(t, s.Call(window("x")), "it holds more than there is")

	c = window("longer than the buffer lent")
	require.NoError(t, s.Call(c))
	assert.NotEqual(t, "l", string(c.Delta), "what doesn't fit isn't written")
}

func TestRoutes(t *testing.T) {
	h, _ := newHost(t, Options{})
	a := newAsm()
	a.hook(abi.OnRoute, 0, verdict(abi.Pack(abi.Reroute, 0, 0, 1))...)
	s := load(t, h, a.plugin(t), plugin(nil))
	c := &hook.Call{Exchange: prompt(""), Hook: abi.OnRoute, Args: [3]int32{2}}
	require.NoError(t, s.Call(c))
	assert.Equal(t, uint32(1), c.Verdict.Arg())
	c.Args[0] = 1
	require.Error(t, s.Call(c), "there is no candidate 1")
	c.Hook = abi.OnLog
	require.NoError(t, s.Call(c), "a hook that isn't there is Continue")
	assert.Zero(t, c.Verdict)
}

func TestReady(t *testing.T) {
	file := t.TempDir() + "/p.wasm"
	require.NoError(t, writeFile(file, editing(t, 0)))
	h, _ := newHost(t, Options{Modules: map[string]func() []byte{"guard/bundled": func() []byte { return editing(t, 0) }}})
	one := plugin(func(p *spec.Plugin) { p.Source = file })
	two := plugin(func(p *spec.Plugin) { p.Name, p.Source = "bundled", "builtin" })
	stage := &spec.Stage{Name: "first", Plugin: one, Config: []byte(`{"a":1}`)}
	model := &spec.Model{Name: "m", Router: two}
	g := &spec.Gateway{Plugins: []*spec.Plugin{one, two}, Pipelines: []*spec.Pipeline{{Stages: []*spec.Stage{stage}}}, Models: []*spec.Model{model}}
	ready, err := h.Ready(t.Context(), g)
	require.NoError(t, err)
	require.NotNil(t, ready.Stage(stage))
	assert.Equal(t, "first", ready.Stage(stage).Info().Name)
	assert.NotNil(t, ready.Router(model))
	assert.Nil(t, ready.Router(&spec.Model{}))
	again, err := h.Ready(t.Context(), g)
	require.NoError(t, err)
	h.mu.Lock()
	assert.Len(t, h.codes, 1, "the same bytes are compiled once")
	h.mu.Unlock()
	ready.Close()
	ready.Close()
	require.NoError(t, again.Stage(stage).Call(&hook.Call{Exchange: prompt(""), Hook: abi.OnRequest}))
	again.Close()

	missing := plugin(func(p *spec.Plugin) { p.Name, p.Pos = "nowhere", spec.Pos{File: "g.hcl", Line: 3} })
	pinned := plugin(func(p *spec.Plugin) { p.Source, p.SHA256 = file, "00" })
	gone := plugin(func(p *spec.Plugin) { p.Source = file + ".no" })
	_, err = h.Ready(t.Context(), &spec.Gateway{Plugins: []*spec.Plugin{one, missing, pinned, gone}})
	require.Error(t, err)
	for _, want := range []string{"no bundled plugin", "isn't the pinned one", "can't be read"} {
		assert.ErrorContains(t, err, want)
	}
	assert.Eventually(t, func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		return len(h.plugins) == 0 && len(h.codes) == 0
	}, 5*time.Second, time.Millisecond, "nothing stays of a configuration that failed")
}

// TestLongReplacement: a long window can be replaced by a text that is longer still, and not without bounds.
func TestLongReplacement(t *testing.T) {
	const window = 100_000
	for times, want := range map[int]error{1: nil, 16: nil, 18: assert.AnError} {
		h, _ := newHost(t, Options{})
		a := newAsm()
		f := a.imp("yett", "stage", i32s(3), []byte{i32})
		a.pages = 64
		a.hook(abi.OnDelta, 0, cat(c32(int(abi.SlotDelta)), c32(0), c32(times*window), calls(f), must(abi.OK), verdict(abi.Pack(abi.Continue, 0, abi.FlagReplaced, 0)))...)
		s := quiet(t, h, a.plugin(t), plugin(func(p *spec.Plugin) { p.Limit.Memory = 8 << 20 }))
		c := &hook.Call{Exchange: prompt("hi"), Hook: abi.OnDelta, Window: make([]byte, window), Final: true, State: new([]byte)}
		err := s.Call(c)
		if want == nil {
			require.NoError(t, err, times)
			assert.Len(t, c.Delta, times*window)
			continue
		}
		require.Error(t, err)
		assert.Empty(t, c.Delta)
	}
}
