package host

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// TestCountingDoesNotAllocate: counts of texts and of fields, once a request's counts have room.
func TestCountingDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	a := newAsm()
	count := a.imp("yett.tokens", "count", i32s(2), []byte{i32})
	field := a.imp("yett.tokens", "field", i32s(3), []byte{i32})
	prompt := a.imp("yett.tokens", "prompt", nil, []byte{i32})
	a.at(0, strings.Repeat("Donaudampfschiff ", 10))
	a.hook(abi.OnRequest, 0, cat(
		c32(0), c32(170), calls(count), []byte{drop},
		c32(int(abi.FieldRequestID)), c32(0), c32(0), calls(field), []byte{drop},
		calls(prompt), []byte{drop}, verdict(0))...)
	h, _ := newHost(t, Options{})
	s := load(t, h, a.plugin(t), plugin(func(p *spec.Plugin) { p.Grant.Tokens = true }))
	x := newStill()
	x.id = []byte(strings.Repeat("a long id ", 10))
	c := x.call(abi.OnRequest)
	c.Counts = map[uint64]int32{}
	call := func() { require.NoError(t, s.Call(c)) }
	call()
	require.Len(t, c.Counts, 1)
	if n := testing.AllocsPerRun(100, func() { clear(c.Counts); call() }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkCounting is a count of 1 KiB of prose from the host's side of a guest, kept and not.
func BenchmarkCounting(b *testing.B) {
	h, _ := newHost(b, Options{})
	a := newAsm()
	field := a.imp("yett.tokens", "field", i32s(3), []byte{i32})
	a.hook(abi.OnRequest, 0, cat(c32(int(abi.FieldRequestID)), c32(0), c32(0), calls(field), []byte{drop}, verdict(0))...)
	s := load(b, h, a.plugin(b), plugin(func(p *spec.Plugin) { p.Grant.Tokens = true }))
	x := newStill()
	x.id = []byte(strings.Repeat("The way of a request is one step a line; ", 25))[:1024]
	for _, kept := range []bool{false, true} {
		b.Run(map[bool]string{false: "first", true: "again"}[kept], func(b *testing.B) {
			c := x.call(abi.OnRequest)
			c.Counts = map[uint64]int32{}
			b.ReportAllocs()
			for b.Loop() {
				if !kept {
					clear(c.Counts)
				}
				if err := s.Call(c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
