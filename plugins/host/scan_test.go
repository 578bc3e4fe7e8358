package host

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/pattern"
)

func TestScan(t *testing.T) {
	h, _ := newHost(t, Options{})
	s := load(t, h, capsGuest(t), plugin(granted))
	for _, test := range []struct{ deed, want string }{
		{"match a secrets 12-34 -", "[{0 2 9} {1 10 15}] <nil>"},
		{"match secret 1-2", "[{1 7 10}] <nil>"}, // the first begins before the place
		{"match nothing", "[] <nil>"},
		{"match", "[] an index or length is out of range"},
		{"field secret 77-88", "[{0 6 12} {1 13 18}] <nil>"},
		{"open a secret", "2"},
		{"open a secret!", "9"},
		{"open a 12-", "2"},
		{"late", "the host doesn't know this, or the hook can't use it"},
	} {
		t.Run(test.deed, func(t *testing.T) {
			assert.Equal(t, test.want, ask(t, s, &hook.Call{}, test.deed))
		})
	}
	assert.Equal(t, "5000", ask(t, s, &hook.Call{}, "hits "+strings.Repeat(" 1-1", 5000)), "more hits than the guest had room for")
}

func TestBadPattern(t *testing.T) {
	h, _ := newHost(t, Options{})
	p := plugin(granted)
	p.ConfigPos = spec.Pos{File: "gateway.hcl", Line: 7}
	pl, err := h.load(context.Background(), p, capsGuest(t))
	require.NoError(t, err)
	defer pl.Close()
	for patterns, want := range map[string]string{
		`"a", "b("`:                             "pattern 1: missing closing ): `b(`",
		`"x?"`:                                  "pattern 0: it matches the empty text",
		`"(a{1000}){1000}"`:                     "pattern 0: invalid repeat count: `{1000}`",
		`"a", "\\pL{1000}"`:                     "pattern 1: the set is too large with this pattern; a counted repetition counts as often as it repeats",
		`"a\nb"`:                                `pattern 0: it has a line break; write \n`,
		`"` + strings.Repeat("a", 70_000) + `"`: "the patterns are longer than 65536 bytes together",
		manyTexts("a", 2_000):                   "a set has at most 1024 patterns",
	} {
		_, err = pl.Stage(context.Background(), "x", []byte(`{"patterns": [`+patterns+`]}`))
		var e *LoadError
		require.ErrorAs(t, err, &e, patterns)
		assert.Equal(t, 7, e.Pos.Line)
		assert.Contains(t, e.Reason, want)
	}
}

func manyTexts(s string, n int) string {
	return strings.TrimSuffix(strings.Repeat(`"`+s+`",`, n), ",")
}

// scanner is a guest that compiles a list of patterns and looks for them in each window of a stream; what it asks
// on_request for is wrong in every way.
func scanner(t testing.TB, patterns string) []byte {
	a := newAsm()
	a.pages = 2
	compile := a.imp("yett.scan", "compile", i32s(2), []byte{i32})
	failed := a.imp("yett.scan", "error", i32s(2), []byte{i32})
	match := a.imp("yett.scan", "match", i32s(6), []byte{i32})
	field := a.imp("yett.scan", "match_field", i32s(6), []byte{i32})
	open := a.imp("yett.scan", "open", i32s(4), []byte{i32})
	window := a.imp("yett.scan", "window", i32s(3), []byte{i64})
	a.at(0, patterns)
	a.fn(abi.Scratch, nil, []byte{i64}, 0, c64(32768<<32|32768)...)
	twice := cat(c32(0), c32(len(patterns)), calls(compile), must(0))
	a.hook(abi.OnInit, 0, cat(c32(0), c32(0), calls(failed), must(abi.Absent), twice, twice,
		c32(0), c32(-1), calls(compile), must(abi.BadRange), verdict(0))...)
	ask := func(f int, want abi.Status, args ...int) []byte {
		var out []byte
		for _, n := range args {
			out = append(out, c32(n)...)
		}
		return cat(out, calls(f), must(want))
	}
	a.hook(abi.OnRequest, 0, cat(
		ask(compile, abi.BadField, 0, 1),
		ask(failed, abi.BadField, 0, 0),
		ask(match, abi.Absent, 1, 0, 4, 0, 0, 0),
		ask(match, abi.Absent, -1, 0, 4, 0, 0, 0),
		ask(match, abi.BadRange, 0, 131000, 1000, 0, 0, 0),
		ask(match, abi.BadRange, 0, -1, 1, 0, 0, 0),
		ask(match, abi.BadRange, 0, 0, 4, 5, 0, 0),
		ask(match, abi.BadRange, 0, 0, 4, -1, 0, 0),
		ask(match, abi.BadRange, 0, 1024, 4, 0, -8, -1),
		ask(match, 0, 0, 1024, 4, 4, 0, 0),
		ask(field, abi.BadField, 0, 9999, 0, 0, 0, 0),
		ask(field, abi.BadField, 0, int(abi.FieldMessages), 0, 0, 0, 0),
		ask(field, abi.Absent, 0, int(abi.FieldTeam), 0, 0, 0, 0),
		ask(open, abi.Absent, 3, 0, 4, 0),
		ask(open, abi.BadRange, 0, 131072, 1, 0),
		c32(0), c32(0), c32(0), calls(window), c64(int64(abi.BadField)), []byte{0x52, ifOp, void, unreachable, end},
		c32(7), c32(0), c32(0), calls(window), c64(int64(abi.Absent)), []byte{0x52, ifOp, void, unreachable, end},
		ask(open, abi.BadRange, 0, 0, 4, 5),
		verdict(0))...)
	a.hook(abi.OnDelta, 0, cat(
		c32(0), c32(32768), []byte{localGet, 2}, c32(0), c32(8192), c32(16384), calls(match), []byte{drop},
		c32(0), c32(32768), []byte{localGet, 2}, c32(0), calls(open), []byte{drop},
		c32(0), c32(8192), c32(16384), calls(window), []byte{drop}, verdict(0))...)
	return a.plugin(t)
}

// scans is a plugin that may scan, with much time.
func scans(p *spec.Plugin) {
	granted(p)
	p.Grant = spec.Grant{Scan: true}
}

const piiPatterns = `[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}` + "\n" + `\b\d{3}-\d{2}-\d{4}\b` + "\n" + `\b(?:\d[ -]?){13,19}\b`

func TestScanOfNonsense(t *testing.T) {
	h, _ := newHost(t, Options{})
	s := load(t, h, scanner(t, piiPatterns), plugin(scans))
	require.NoError(t, s.Call(newStill().call(abi.OnRequest)))
}

func TestScansDoNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	h, _ := newHost(t, Options{})
	s := load(t, h, scanner(t, piiPatterns), plugin(scans))
	for name, text := range map[string]string{
		"clean": "a piece of an answer with forty letters ",
		"hits":  "joe@example.com has 123-45-6789 and 4111 1111 1111 1111 or 4111 11",
		"long":  strings.Repeat("a piece of an answer with forty letters ", 100),
	} {
		t.Run(name, func(t *testing.T) {
			c := newStill().call(abi.OnDelta)
			c.Window, c.Args = []byte(text), [3]int32{0, 0, int32(len(text))}
			require.NoError(t, s.Call(c))
			require.Zero(t, testing.AllocsPerRun(500, func() {
				if s.Call(c) != nil {
					t.Fatal("the call failed")
				}
			}))
		})
	}
}

func TestScansArePaidFor(t *testing.T) {
	h, _ := newHost(t, Options{})
	s := load(t, h, scanner(t, piiPatterns), plugin(func(p *spec.Plugin) {
		scans(p)
		p.Limit.Fuel = 100_000
	}))
	c := newStill().call(abi.OnDelta)
	spent := func(n int) int64 {
		c.Window, c.Args = []byte(strings.Repeat("x ", n/2)), [3]int32{0, 0, int32(n)}
		require.NoError(t, s.Call(c))
		i, err := s.pool.get(c)
		require.NoError(t, err)
		defer s.pool.put(i)
		return i.spent
	}
	spent(10_000) // makes the states
	assert.InDelta(t, 2*9_000, spent(10_000)-spent(1_000), 1_000, "about one unit for a byte of each of two scans")
	c.Window, c.Args = []byte(strings.Repeat("x ", 45_000)), [3]int32{0, 0, 90_000}
	require.ErrorContains(t, s.Call(c), "fuel")
}

func TestSetsAreShared(t *testing.T) {
	h, _ := newHost(t, Options{})
	pl, err := h.load(context.Background(), plugin(scans), scanner(t, piiPatterns))
	require.NoError(t, err)
	s, err := pl.Stage(context.Background(), "test", nil)
	require.NoError(t, err)
	pl.Close()
	a, err := s.pool.get(&hook.Call{})
	require.NoError(t, err)
	b, err := s.pool.get(&hook.Call{})
	require.NoError(t, err)
	require.NotSame(t, a, b)
	require.Len(t, a.scan.sets, 1)
	assert.Same(t, a.scan.sets[0], b.scan.sets[0])
	s.pool.put(a)
	s.pool.drop(b)
	s.Close()
	<-pl.gone
}

func TestBoundsOfSets(t *testing.T) {
	var s sets
	for n := range abi.MaxSets {
		id, all, work, err := s.compile(fmt.Sprintf("x%d", n))
		require.NoError(t, err)
		assert.Equal(t, n, id)
		assert.Len(t, all, n+1)
		assert.Positive(t, work)
	}
	_, _, _, err := s.compile("one more")
	require.ErrorContains(t, err, "16 sets already")
	id, _, work, err := s.compile("x3")
	require.NoError(t, err, "it is there")
	assert.Equal(t, 3, id)
	assert.Zero(t, work)

	s = sets{}
	for n := 0; ; n++ {
		if _, _, work, err = s.compile(fmt.Sprintf("%d[^x]{1000}", n)); err != nil {
			break
		}
		require.Less(t, n, abi.MaxSets)
	}
	require.ErrorContains(t, err, "too large together")
	assert.Positive(t, work)
	assert.LessOrEqual(t, s.size, maxSetSize)
	assert.Equal(t, pattern.MaxHits, abi.MaxHits)
}

func BenchmarkScans(b *testing.B) {
	h, _ := newHost(b, Options{})
	s := load(b, h, scanner(b, piiPatterns), plugin(scans))
	for name, n := range map[string]int{"40 B": 1, "4 KB": 100} {
		b.Run(name, func(b *testing.B) {
			c := newStill().call(abi.OnDelta)
			c.Window = []byte(strings.Repeat("a piece of an answer with forty letters ", n))
			c.Args[2] = int32(len(c.Window))
			b.ReportAllocs()
			for b.Loop() {
				_ = s.Call(c)
			}
			i, err := s.pool.get(c)
			require.NoError(b, err)
			b.ReportMetric(float64(i.spent), "fuel/op")
			s.pool.put(i)
		})
	}
}
