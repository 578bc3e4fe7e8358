package host

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

var i32s = func(n int) []byte {
	out := make([]byte, n)
	for k := range out {
		out[k] = i32
	}
	return out
}

// fast is a guest with the hooks whose cost is promised: on_request does nothing, on_upstream_request reads a
// header, on_response reads and replaces the model, on_delta looks at each byte of the window.
func fast(t testing.TB) []byte {
	a := newAsm()
	named := a.imp("yett", "named", i32s(5), []byte{i32})
	get := a.imp("yett", "get", i32s(5), []byte{i32})
	edit := a.imp("yett", "edit", i32s(6), []byte{i32})
	put := a.imp("yett", "state_put", i32s(2), []byte{i32})
	a.at(0, "x-color")
	a.fn(abi.Scratch, nil, []byte{i64}, 0, c64(4096<<32|4096)...)
	a.hook(abi.OnRequest, 0, verdict(0)...)
	a.hook(abi.OnUpstreamRequest, 0, cat(c32(int(abi.NameHeader)), c32(0), c32(7), c32(64), c32(64), calls(named), []byte{drop}, verdict(0))...)
	a.hook(abi.OnToolCall, 0, cat(c32(64), c32(16), calls(put), []byte{drop}, verdict(0))...)
	a.hook(abi.OnResponse, 0, cat(
		c32(int(abi.FieldRequestID)), c32(0), c32(0), c32(64), c32(64), calls(get), []byte{drop},
		c32(int(abi.Set1)), c32(int(abi.FieldAnswerPartText)), c32(0), c32(0), c32(64), c32(5), calls(edit), []byte{drop},
		verdict(abi.Pack(abi.Edited, 0, 0, 0)))...)
	// on_delta(kind, channel, length): for n = 0; n < length; n++ { sum += window[n] }
	a.hook(abi.OnDelta, 2, cat([]byte{loop, void, localGet, 4, localGet, 3, 0x2d, 0, 0x80, 0x20, i32Add, localSet, 4, localGet, 3}, c32(1),
		[]byte{i32Add, localTee, 3, localGet, 2, 0x48, brIf, 0, end}, verdict(0))...)
	return a.plugin(t)
}

// calm are the calls whose cost is promised.
var calm = []struct {
	name string
	hook abi.Hook
}{
	{"trivial", abi.OnRequest},
	{"header", abi.OnUpstreamRequest},
	{"edit", abi.OnResponse},
	{"state", abi.OnToolCall},
	{"delta", abi.OnDelta},
}

func TestCallsDoNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	h, _ := newHost(t, Options{})
	s := load(t, h, fast(t), plugin(nil))
	tenants := load(t, h, fast(t), plugin(func(p *spec.Plugin) { p.Isolate = "tenant" }))
	x := newStill()
	for _, test := range calm {
		for name, s := range map[string]*Stage{"": s, " by tenant": tenants} {
			t.Run(test.name+name, func(t *testing.T) {
				c := x.call(test.hook)
				c.Tenant = "acme"
				c.Window, c.Args = []byte("forty bytes of a streamed answer, at most"), [3]int32{0, 0, 40}
				require.NoError(t, s.Call(c))
				require.Zero(t, testing.AllocsPerRun(500, func() {
					if s.Call(c) != nil {
						t.Fatal("the call failed")
					}
				}))
			})
		}
	}
}

func TestGoGuestDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	h, _ := newHost(t, Options{})
	s := load(t, h, withManifest(t, goGuest(t, "testdata/guest"), Manifest{Hooks: []string{"on_request"}}), plugin(nil))
	c := newStill().call(abi.OnRequest)
	require.NoError(t, s.Call(c))
	require.Zero(t, testing.AllocsPerRun(500, func() {
		if s.Call(c) != nil {
			t.Fatal("the call failed")
		}
	}))
}

func BenchmarkCall(b *testing.B) {
	h, _ := newHost(b, Options{})
	s := load(b, h, fast(b), plugin(nil))
	x := newStill()
	for _, bench := range calm {
		b.Run(bench.name, func(b *testing.B) {
			c := x.call(bench.hook)
			c.Window, c.Args = []byte("forty bytes of a streamed answer, at most"), [3]int32{0, 0, 40}
			b.ReportAllocs()
			for b.Loop() {
				_ = s.Call(c)
			}
		})
	}
	b.Run("bare wazero", func(b *testing.B) {
		i, err := s.pool.get(&hook.Call{})
		require.NoError(b, err)
		defer s.pool.put(i)
		i.begin(1<<40, 1<<40)
		for b.Loop() {
			_ = i.run(i.hooks[abi.OnRequest])
		}
	})
	runtime.KeepAlive(h)
}

func BenchmarkGoGuest(b *testing.B) {
	h, _ := newHost(b, Options{})
	s := load(b, h, withManifest(b, goGuest(b, "testdata/guest"), Manifest{Hooks: []string{"on_request"}}), plugin(nil))
	c := newStill().call(abi.OnRequest)
	b.ReportAllocs()
	for b.Loop() {
		_ = s.Call(c)
	}
}
