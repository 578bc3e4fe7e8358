package host

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// costly are guests that look for work that the host does for nothing. Each ends for fuel, having taken about as long as
// running the same fuel would.
var costly = []struct {
	name string
	make func(a *asm)
}{
	{"a full kv space", func(a *asm) {
		put := a.imp("yett.kv", "put", cat(i32s(6), []byte{i64}), []byte{i32})
		a.at(0, "ns")
		// put(ns, the counter at 16, no value, forever), until the guest is stopped
		a.hook(abi.OnRequest, 0, forever(cat(
			c32(0), c32(2), c32(16), c32(4), c32(0), c32(0), c64(0), calls(put), []byte{drop},
			c32(16), c32(16), []byte{i32Load, 2, 0}, c32(1), []byte{i32Add, i32Store, 2, 0},
		)...)...)
	}},
	{"lines without text", func(a *asm) {
		write := a.imp(wasiModule, "fd_write", i32s(4), []byte{i32})
		a.pages = 100
		a.at(0, "\x00\x00\x01\x00\x00\x00\x60\x00") // 6 MiB at 64 KiB
		a.hook(abi.OnRequest, 0, cat(
			c32(65536), c32('\n'), c32(6<<20), []byte{0xfc, 11, 0},
			forever(cat(c32(1), c32(0), c32(1), c32(32), calls(write), []byte{drop})...))...)
	}},
	{"lines", func(a *asm) {
		write := a.imp(wasiModule, "fd_write", i32s(4), []byte{i32})
		a.pages = 3
		a.at(0, strings.Repeat("\x00\x00\x01\x00\x00\x00\x01\x00", 1024)) // 64 KiB at 64 KiB, again and again
		a.at(65536, strings.Repeat("a\n", 32768))
		a.hook(abi.OnRequest, 0, forever(cat(c32(2), c32(0), c32(1024), c32(32768), calls(write), []byte{drop})...)...)
	}},
	{"questions that nobody answers", func(a *asm) {
		ask := a.imp("yett.llm", "ask", i32s(8), []byte{i32})
		a.at(0, "m")
		a.hook(abi.OnRequest, 0, forever(cat(c32(0), c32(1), c32(0), c32(0), c32(0), c32(1), c32(0), c32(0), calls(ask), []byte{drop})...)...)
	}},
}

// nobody is an asker without a model that works.
type nobody struct{ asked int }

func (n *nobody) Ask(*hook.Question) error {
	n.asked++
	return errors.New("no provider is up")
}

// TestHostWorkIsPaid: what host functions do for a guest costs it fuel as running does.
func TestHostWorkIsPaid(t *testing.T) {
	h, _ := newHost(t, Options{})
	for _, test := range costly {
		t.Run(test.name, func(t *testing.T) {
			a := newAsm()
			test.make(a)
			s := quiet(t, h, a.plugin(t), plugin(func(p *spec.Plugin) {
				p.Limit.Wall, p.Limit.Fuel = time.Hour, 50_000_000
				p.Grant.KV = []string{"ns"}
				p.Grant.LLM = &spec.LLMGrant{Models: []*spec.Model{{Name: "m"}}}
			}))
			began := time.Now()
			n := &nobody{}
			err := s.Call(&hook.Call{Exchange: prompt("hi"), Hook: abi.OnRequest, State: new([]byte), Asker: n})
			assert.Less(t, n.asked, 1000)
			var f *failure
			require.ErrorAs(t, err, &f)
			assert.Equal(t, noFuel, f.reason)
			assert.Less(t, time.Since(began), 10*time.Second)
		})
	}
}
