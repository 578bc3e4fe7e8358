package host

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/plugins/host/module"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/abi/table"
)

// everything grants all that a plugin can have without a server to call.
func everything(p *spec.Plugin) {
	p.Grant = spec.Grant{
		Log: true, Metrics: true, KV: []string{"ns"}, CacheBytes: 1 << 20, Time: true, Random: true, Body: true, Tokens: true, Scan: true,
		HTTP: &spec.HTTPGrant{}, Secrets: map[string]spec.Secret{"s": spec.NewSecret("value")}, LLM: &spec.LLMGrant{},
	}
	p.Limit.Wall = 10 * time.Second
}

// constant pushes a value of a type: n, as what an address or a number is.
func constant(t module.ValueType, n int64) []byte {
	switch t {
	case module.I64:
		return c64(n)
	case module.F64:
		return []byte{0x44, byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24), 0, 0, 0xf8, 0x7f}
	}
	return c32(int(int32(n)))
}

// each makes a guest for each function of the host that a module can import; body is what calls it and drops its result.
func each(t *testing.T, f func(t *testing.T, name string, a *asm, call func(n int64) []byte)) {
	one := func(mod, name string, typ module.FuncType) {
		t.Run(mod+"."+name, func(t *testing.T) {
			types := func(list []module.ValueType) (out []byte) {
				for _, v := range list {
					out = append(out, byte(v))
				}
				return out
			}
			a := newAsm()
			imp := a.imp(mod, name, types(typ.Params), types(typ.Results))
			f(t, name, a, func(n int64) []byte {
				var code []byte
				for _, p := range typ.Params {
					code = append(code, constant(p, n)...)
				}
				code = append(code, calls(imp)...)
				for range typ.Results {
					code = append(code, drop)
				}
				return code
			})
		})
	}
	for n := range table.Funcs {
		if f := &table.Funcs[n]; functions[key(f)] != nil {
			one(f.Module(), f.Name, funcType(f))
		}
	}
	for name, typ := range wasiTypes {
		one(wasiModule, name, typ)
	}
}

// TestStartCallsTheHost calls each function of the host from the start function, when there is no instance yet that the
// host could look into, and from on_init. Neither may fail for a fault of the host.
func TestStartCallsTheHost(t *testing.T) {
	h, _ := newHost(t, Options{})
	each(t, func(t *testing.T, name string, a *asm, call func(int64) []byte) {
		code := cat(call(0), call(1), call(-1), call(65535))
		a.start = 1 + a.fn("", nil, nil, 0, code...)
		a.hook(abi.OnInit, 0, cat(code, verdict(0))...)
		pl, err := h.load(context.Background(), plugin(everything), a.plugin(t))
		require.NoError(t, err)
		defer pl.Close()
		s, err := pl.Stage(context.Background(), "test", nil)
		if name == "proc_exit" {
			require.ErrorContains(t, err, "exit")
			return
		}
		require.NoError(t, err)
		s.Close()
	})
}

// TestHostFunctionsAnswerAnything calls each function of the host with numbers that mean harm in every place, from every
// hook. The guest lives.
func TestHostFunctionsAnswerAnything(t *testing.T) {
	h, _ := newHost(t, Options{})
	each(t, func(t *testing.T, name string, a *asm, call func(int64) []byte) {
		if name == "proc_exit" {
			return
		}
		var code []byte
		for _, n := range []int64{0, 1, 2, 3, 8, 64, 65535, 65536, 1 << 20, 1<<31 - 1, -1 << 31, -1, -8, 1<<63 - 1, -1 << 63} {
			code = append(code, call(n)...)
		}
		for h := range abi.Hook(abi.Hooks) {
			if h != abi.OnInit {
				a.hook(h, 0, cat(code, verdict(0))...)
			}
		}
		s := load(t, h, a.plugin(t), plugin(everything))
		for hk := range abi.Hook(abi.Hooks) {
			c := &hook.Call{Exchange: prompt("hi"), Hook: hk, Request: []byte("r"), Tenant: "t", State: new([]byte), Window: []byte("window")}
			require.NoError(t, s.Call(c), "%s", hk)
		}
		runtime.GC()
	})
}

// TestExportsOfImports: functions of the host that a module exports again as hooks run for the host, not for a guest.
func TestExportsOfImports(t *testing.T) {
	h, _ := newHost(t, Options{})
	a := newAsm()
	features := a.imp("yett", "features", nil, []byte{i64})
	for _, name := range []string{"on_request", "on_response", "on_stream_end", "on_log", abi.Scratch} {
		a.exports = append(a.exports, cat(text(name), []byte{0}, uleb(features)))
	}
	s := quiet(t, h, a.plugin(t), plugin(nil))
	for _, hk := range []abi.Hook{abi.OnRequest, abi.OnResponse, abi.OnStreamEnd, abi.OnLog} {
		c := &hook.Call{Exchange: prompt("hi"), Hook: hk, State: new([]byte)}
		require.NoError(t, s.Call(c))
		assert.Equal(t, abi.Continue, c.Verdict.Action(), "what features returns, read as a verdict")
	}
}
