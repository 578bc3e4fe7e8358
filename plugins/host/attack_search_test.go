package host

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/dialect/openai"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// viewed is an exchange over a body, as the engine's is.
type viewed struct {
	*talk
	dialect.View
}

func (x *viewed) Get(f abi.Field, i, j int) ([]byte, bool)     { return x.View.Get(f, i, j) }
func (x *viewed) Num(f abi.Field, i, j int) (int64, bool)      { return x.View.Num(f, i, j) }
func (x *viewed) Named(_ abi.Name, name []byte) ([]byte, bool) { return x.Param(name) }
func (x *viewed) Apply(e *hook.Edit) abi.Status                { return x.View.Apply(e) }

// TestSearchesArePaid: a guest that looks again and again for what a large body of small pieces doesn't have is stopped
// in about its time: the clock is looked at as the host works, not as the guest calls.
func TestSearchesArePaid(t *testing.T) {
	h, _ := newHost(t, Options{})
	var members strings.Builder
	for n := range 100_000 {
		fmt.Fprintf(&members, `,"m%d":1`, n)
	}
	parts := strings.TrimSuffix(strings.Repeat(`{"type":"image_url","image_url":{"url":""}},`, 100_000), ",")
	turns := strings.TrimSuffix(strings.Repeat(`{"role":"user","content":""},`, 100_000), ",")
	for _, test := range []struct {
		name, body string
		make       func(a *asm)
	}{
		{"a member", `{"model":"m","messages":[{"role":"user","content":"a"}]` + members.String() + `}`, func(a *asm) {
			named := a.imp("yett", "named", i32s(5), []byte{i32})
			a.at(0, "none")
			a.hook(abi.OnRequest, 0, forever(cat(c32(int(abi.NameParam)), c32(0), c32(4), c32(0), c32(0), calls(named), []byte{drop})...)...)
		}},
		{"a number", `{"model":"m","messages":[{"role":"user","content":"a"}]` + members.String() + `}`, func(a *asm) {
			num := a.imp("yett", "num", i32s(3), []byte{i64})
			a.hook(abi.OnRequest, 0, forever(cat(c32(int(abi.FieldChoices)), c32(0), c32(0), calls(num), []byte{drop})...)...)
		}},
		{"the system text", `{"model":"m","messages":[` + turns + `]}`, func(a *asm) {
			get := a.imp("yett", "get", i32s(5), []byte{i32})
			a.hook(abi.OnRequest, 0, forever(cat(c32(int(abi.FieldSystem)), c32(0), c32(0), c32(0), c32(0), calls(get), []byte{drop})...)...)
		}},
		{"the tokens of images", `{"model":"m","messages":[{"role":"user","content":[` + parts + `]}]}`, func(a *asm) {
			prompt := a.imp("yett.tokens", "prompt", nil, []byte{i32})
			a.hook(abi.OnRequest, 0, forever(cat(calls(prompt), []byte{drop})...)...)
		}},
		{"edits that move others", `{"model":"m","messages":[` + turns + `]}`, func(a *asm) {
			edit := a.imp("yett", "edit", i32s(6), []byte{i32})
			var code []byte
			for range abi.MaxEdits {
				code = append(code, cat(c32(int(abi.Append)), c32(int(abi.FieldSystem)), c32(0), c32(0), c32(0), c32(1), calls(edit), must(abi.OK))...)
			}
			a.hook(abi.OnRequest, 0, cat(code, verdict(abi.Pack(abi.Edited, 0, 0, 0)))...)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := newAsm()
			test.make(a)
			s := quiet(t, h, a.plugin(t), plugin(func(p *spec.Plugin) { p.Limit.Wall, p.Limit.Fuel, p.Grant.Tokens = time.Millisecond, 10_000_000, true }))
			x := &viewed{talk: prompt("")}
			require.Nil(t, openai.Chat{}.ViewRequest(&x.View, []byte(test.body)))
			x.Named(abi.NameParam, nil) // makes the list
			began := time.Now()
			err := s.Call(&hook.Call{Exchange: x, Hook: abi.OnRequest, Size: len(test.body), State: new([]byte)})
			assert.Error(t, err)
			assert.Less(t, time.Since(began), 2*time.Second)
		})
	}
}
