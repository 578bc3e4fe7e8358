package host

import (
	"encoding/binary"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/abi/table"
)

// parrot is a guest that says in each hook what the request tells it to: the verdict is the first eight bytes of the
// model's name, and each slot holds the user's name.
func parrot(t testing.TB) []byte {
	a := newAsm()
	get := a.imp("yett", "get", i32s(5), []byte{i32})
	stage := a.imp("yett", "stage", i32s(3), []byte{i32})
	const length, at = 8, 64
	code := cat(
		c32(int(abi.FieldModel)), c32(0), c32(0), c32(0), c32(8), calls(get), []byte{drop},
		c32(length), c32(int(abi.FieldUser)), c32(0), c32(0), c32(at), c32(1024), calls(get), []byte{i32Store, 2, 0})
	for slot := range int(abi.Slots) {
		code = append(code, cat(c32(slot), c32(at), c32(length), []byte{i32Load, 2, 0}, calls(stage), []byte{drop})...)
	}
	code = append(code, cat(c32(0), []byte{0x29, 3, 0})...) // i64.load
	for h := range abi.Hook(abi.Hooks) {
		if h != abi.OnInit {
			a.hook(h, 0, code...)
		}
	}
	return a.plugin(t)
}

// TestVerdictsOfAnyBits: whatever a guest returns, with whatever it staged, is a failure, or one of the hook's verdicts
// with numbers and texts in their bounds.
func TestVerdictsOfAnyBits(t *testing.T) {
	var hours atomic.Int64 // so that no breaker stays open
	h, _ := newHost(t, Options{Now: func() time.Time { return time.Unix(hours.Add(1)*3600, 0) }})
	s := quiet(t, h, parrot(t), plugin(nil))
	texts := []string{"", "m", "a=b", "A=b", "a=\n", "=", "a=" + string(make([]byte, 300)), "\xff", "a=\xff", "é", string(make([]byte, 1000))}
	random := rand.New(rand.NewPCG(1, 2))
	allow := map[abi.Hook]map[string]bool{}
	for n, entry := range table.Hooks {
		allow[abi.Hook(n)] = map[string]bool{}
		for _, name := range entry.Actions {
			allow[abi.Hook(n)][name] = true
		}
	}
	made := map[abi.Action]int{}
	for n := range 6000 {
		hk := abi.OnInit + 1 + abi.Hook(n%(int(abi.Hooks)-1))
		v := abi.Verdict(random.Uint64())
		if n%4 > 0 { // close to what is allowed
			v = abi.Pack(abi.Action(random.UintN(uint(abi.Actions)+1)), []uint16{0, 199, 200, 399, 400, 599, 600, 65535}[random.IntN(8)],
				uint8(random.UintN(3)), []uint32{0, 1, 2, 6, 7, 65536, 1 << 31, 1<<32 - 1}[random.IntN(8)])
		}
		x := prompt("hi")
		x.texts[place{abi.FieldModel, 0, 0}] = string(binary.LittleEndian.AppendUint64(nil, uint64(v)))
		x.texts[place{abi.FieldUser, 0, 0}] = texts[random.IntN(len(texts))]
		c := &hook.Call{Exchange: x, Hook: hk, Args: [3]int32{2, 0, 6}, State: new([]byte)}
		if hk == abi.OnDelta {
			c.Window = []byte("window")
		}
		if s.Call(c) != nil {
			require.Zero(t, c.Verdict)
			require.Empty(t, string(c.Reason)+string(c.Body)+string(c.Model)+string(c.Delta)+string(c.Tag))
			continue
		}
		require.Equal(t, v, c.Verdict)
		a, code := v.Action(), v.Code()
		made[a]++
		require.True(t, allow[hk][table.Actions[a].Name], "%s of %s", a, hk)
		switch a {
		case abi.Block:
			require.True(t, code == 0 || code >= 400 && code <= 599)
		case abi.Respond:
			require.True(t, code == 0 || code >= 200 && code <= 599)
		case abi.Hold:
			require.LessOrEqual(t, int(v.Arg()), len(c.Window))
		case abi.Reroute:
			require.True(t, hk == abi.OnRequest && len(c.Model) > 0 || hk == abi.OnRoute && v.Arg() < 2)
		case abi.Tag:
			require.Regexp(t, `^[a-z0-9_-]+=[^\x00-\x1f\x7f]*$`, string(c.Tag))
		}
		if len(c.Delta) > 0 {
			require.True(t, hk == abi.OnDelta && v.Flags() == abi.FlagReplaced)
		}
		for _, text := range [][]byte{c.Reason, c.Body, c.Model, c.Delta, c.Tag} {
			require.True(t, utf8.Valid(text))
		}
	}
	for a := range abi.Actions {
		require.Positive(t, made[abi.Action(a)], "%s", abi.Action(a))
	}
}
