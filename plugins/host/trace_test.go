package host

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk/abi"
)

func TestLast(t *testing.T) {
	for _, test := range []struct{ name, said, want string }{
		{"nothing", "", ""},
		{"a line", "bad weather\n", "bad weather"},
		{
			"a panic of Go",
			"panic: index out of range [5]\n\ngoroutine 1 [running]:\nmain.(*links).OnRequest(0x240060, {{}})\n\tlinks/main.go:46 +0x6\n" +
				"github.com/yett-gateway/yett/sdk.dispatch(0x1)\n\tgithub.com/yett-gateway/yett@v0.0.0/sdk/run.go:126 +0x19\n",
			"panic: index out of range [5], at links/main.go:46",
		},
		{
			"no memory, below the runtime's frames",
			"runtime: out of memory\nfatal error: out of memory\n\ngoroutine 1 gp=0x2021c0 m=0 [running]:\nruntime.throw({0x26611, 0xd})\n" +
				"\truntime/panic.go:1229 +0x3\nmain.fill(...)\n\tlinks/fill.go:7 +0x1\nmain.main()\n\tlinks/main.go:9 +0x1\n",
			"runtime: out of memory, at links/fill.go:7",
		},
		{"a trace without frames of the plugin", "panic: a\n\ngoroutine 1 [running]:\nruntime.throw()\n\truntime/panic.go:1 +0x3\n", "panic: a"},
		{"what a terminal obeys", "\x1b[2J", `\x1b[2J`},
	} {
		t.Run(test.name, func(t *testing.T) { assert.Equal(t, test.want, last(test.said)) })
	}
	assert.Len(t, last(string(make([]byte, 3000))), maxLast*len(`\x00`))
}

func TestFailureIsALine(t *testing.T) {
	f := &failure{reason: trapped, detail: "panic: a", cause: errors.New("wasm error: unreachable\nwasm stack trace:\n\t.$1326(i32) i32")}
	assert.Equal(t, "trap: panic: a: wasm error: unreachable", f.Error())
}

func TestFailingTrial(t *testing.T) {
	h, _ := newHost(t, Options{})
	for _, test := range []struct {
		name, want, hint string
		body             []byte
	}{
		{"traps", "plugin guard.test: the plugin fails in a trial call of on_request: trap: wasm error: unreachable", "memory = …", []byte{unreachable}},
		{"spins", "plugin guard.test: the plugin fails in a trial call of on_request: fuel: the budget of steps is spent", "fuel = …", forever()},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := newAsm()
			a.hook(abi.OnRequest, 0, test.body...)
			p, err := h.load(context.Background(), plugin(nil), a.plugin(t))
			require.NoError(t, err)
			defer p.Close()
			_, err = p.Stage(context.Background(), "x", nil)
			var e *LoadError
			require.ErrorAs(t, err, &e)
			assert.EqualError(t, e, test.want)
			assert.Contains(t, e.Hint, test.hint)
		})
	}
}
