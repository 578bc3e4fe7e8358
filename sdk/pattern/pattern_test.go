package pattern

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mustCompile compiles patterns that are valid.
func mustCompile(t testing.TB, patterns ...string) *Set {
	s, _, err := Compile(patterns)
	require.NoError(t, err, "%q", patterns)
	return s
}

// matches are what a set finds in a text, as "pattern:start-end".
func matches(t testing.TB, s *Set, text string, from int) []string {
	var sc Scratch
	require.NoError(t, s.Match(&sc, []byte(text), from))
	out := make([]string, len(sc.Hits))
	for n, h := range sc.Hits {
		out[n] = fmt.Sprintf("%d:%d-%d", h.Pattern, h.Start, h.End)
	}
	return out
}

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		name     string
		patterns []string
		text     string
		from     int
		want     []string
	}{
		{"literal", []string{"foo"}, "a foo foofoo", 0, []string{"0:2-5", "0:6-9", "0:9-12"}},
		{"nothing", []string{"foo"}, "fo of oo", 0, []string{}},
		{"no text", []string{"foo"}, "", 0, []string{}},
		{"the first begins first", []string{"bcd", "ab"}, "abcd", 0, []string{"1:0-2"}},
		{"the longer of two", []string{"ab", "abc", "a"}, "abcabx", 0, []string{"1:0-3", "0:3-5"}},
		{"equal: the first pattern", []string{"x", "[ab]+", "a+"}, "aa", 0, []string{"1:0-2"}},
		{"lazy is greedy", []string{"a.*?b"}, "a b b", 0, []string{"0:0-5"}},
		{"fold", []string{"(?i)straße k"}, "STRASSE STRAßE \u212a", 0, []string{"0:8-19"}},
		{"words", []string{`\bfoo\b`}, "foo xfoo foox foo_ -foo-", 0, []string{"0:0-3", "0:20-23"}},
		{"inside of words", []string{`\Boo\B`}, "oo foo foox", 0, []string{"0:8-10"}},
		{"edges", []string{`^a`, `b$`, `\Ac`, `d\z`}, "aabb", 0, []string{"0:0-1", "1:3-4"}},
		{"lines", []string{`(?m)^a+$`}, "aa\nab\na", 0, []string{"0:0-2", "0:6-7"}},
		{"characters", []string{`é.ü`, `[α-ω]{2}`, `🙂[^a-z]+x`}, "é€ü αβγ 🙂🙂x", 0, []string{"0:0-7", "1:8-12", "2:15-24"}},
		{"not UTF-8", []string{`a.b`, `a[^x]*c`}, "a\xffb a\xffc", 0, []string{}},
		{"from a place", []string{`\bfoo`, `^x`}, "foo xfoo foo", 1, []string{"0:9-12"}},
		{"from the midst", []string{`oo`, `^o`}, "ooo", 1, []string{"0:1-3"}},
		{"a line begins at from", []string{`(?m)^o`}, "x\noo", 2, []string{"0:2-3"}},
		{"optional end", []string{`\d{3}(-\d{2})?`}, "123-4 123-45", 0, []string{"0:0-3", "0:6-12"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, matches(t, mustCompile(t, test.patterns...), test.text, test.from))
		})
	}
}

func TestOpen(t *testing.T) {
	for _, test := range []struct {
		name     string
		patterns []string
		text     string
		from     int
		want     int
	}{
		{"nothing", []string{"foo"}, "bar", 0, 3},
		{"no text", []string{"foo"}, "", 0, 0},
		{"the begin of one", []string{"foo"}, "a fo", 0, 2},
		{"a whole one", []string{"foo"}, "a foo", 0, 5},
		{"one that can grow", []string{"fo+"}, "a foo", 0, 2},
		{"the longer of two", []string{"foo", "foo bar"}, "a foo b", 0, 2},
		{"over", []string{"foo", "foo bar"}, "a foo c", 0, 7},
		{"the first of many", []string{"aaab"}, "aaa", 0, 0},
		{"the last of many", []string{"aaab"}, "aaaaaa", 0, 3},
		{"a word's end", []string{`foo\b`}, "a foo", 0, 2},
		{"a word's end is known", []string{`foo\b`}, "a foo ", 0, 6},
		{"the text's end", []string{`foo$`}, "a foo", 0, 2},
		{"the line's end", []string{`(?m)foo$`}, "a foo", 0, 2},
		{"the line's end is known", []string{`(?m)foo$`}, "a foo\n", 0, 6},
		{"a word's begin", []string{`\bfoo`}, "xfo", 0, 3},
		{"a word's begin, before from", []string{`\bfoo`}, "xfo", 1, 3},
		{"the text's begin", []string{`^foo`}, "fo", 0, 0},
		{"the text's begin, before from", []string{`^foo`}, "xfo", 1, 3},
		{"a character that was cut", []string{`é`}, "a\xc3", 0, 1},
		{"another character that was cut", []string{`é`}, "a\xe2\x82", 0, 3},
		{"within a match", []string{"foo bar", "bart"}, "a foo bar", 0, 9},
		{"within a match and after it", []string{"foo", "o+x"}, "a foooo", 0, 5},
		{"before from", []string{"foo"}, "fo", 1, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			var sc Scratch
			assert.Equal(t, test.want, mustCompile(t, test.patterns...).Open(&sc, []byte(test.text), test.from))
		})
	}
}

func TestCompileRefuses(t *testing.T) {
	for _, test := range []struct {
		name     string
		patterns []string
		pattern  int
		reason   string
	}{
		{"none", nil, -1, "there is no pattern"},
		{"syntax", []string{"a", "b("}, 1, "missing closing ): `b(`"},
		{"empty", []string{"a", ""}, 1, "it matches the empty text"},
		{"optional", []string{"a*"}, 0, "it matches the empty text"},
		{"only an edge", []string{`x|\b`}, 0, "it matches the empty text"},
		{"repeated without end", []string{"(a{1000}){1000}"}, 0, "invalid repeat count: `{1000}`"},
		{"too large", []string{"x", `\pL{1000}`}, 1, "the set is too large with this pattern; a counted repetition counts as often as it repeats"},
		{"too large together", manyTimes(`[a-z]{1000}x`, 200), 70, ""},
		{"classes", []string{strings.Repeat(`\pL`, 1025)}, -1, "the patterns have too many classes of Unicode"},
		{"look ahead", []string{`a(?=b)`}, 0, "invalid or unsupported Perl syntax: `(?=`"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := Compile(test.patterns)
			var e *Error
			require.ErrorAs(t, err, &e)
			if test.reason != "" {
				assert.Equal(t, test.reason, e.Reason)
				assert.Equal(t, test.pattern, e.Pattern)
			}
		})
	}
}

func manyTimes(s string, n int) []string {
	out := make([]string, n)
	for k := range out {
		out[k] = s
	}
	return out
}

// dice makes random patterns and texts over a small alphabet, so that they often meet.
type dice struct{ *rand.Rand }

var pieces = []string{"a", "b", "c", "-", "é", "€", ".", "[ab]", "[^a]", "[b-€]", `\w`, `\W`, "(?i:B)", "(?i:É)", `(?s:.)`}

var edges = []string{`\b`, `\B`, "^", "$", "(?m:^)", "(?m:$)", `\A`, `\z`}

func (d dice) pattern(depth int, asserts bool) string {
	switch n := d.IntN(12); {
	case depth == 0 || n < 3:
		return pieces[d.IntN(len(pieces))]
	case n < 6:
		return d.pattern(depth-1, asserts) + d.pattern(depth-1, asserts)
	case n < 8:
		return "(?:" + d.pattern(depth-1, asserts) + "|" + d.pattern(depth-1, asserts) + ")"
	case n < 10:
		return "(?:" + d.pattern(depth-1, asserts) + ")" + []string{"*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "??"}[d.IntN(8)]
	case asserts:
		return edges[d.IntN(len(edges))] + d.pattern(depth-1, asserts)
	}
	return d.pattern(depth-1, asserts) + pieces[d.IntN(len(pieces))]
}

// set is a random set that compiles.
func (d dice) set(depth int, asserts bool) ([]string, *Set) {
	for {
		patterns := make([]string, 1+d.IntN(3))
		for n := range patterns {
			patterns[n] = d.pattern(depth, asserts)
		}
		if s, _, err := Compile(patterns); err == nil {
			return patterns, s
		}
	}
}

var letters = []string{"a", "b", "c", "-", "\n", "é", "€", "B", "É"}

func (d dice) text(n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(letters[d.IntN(len(letters))])
	}
	return b.String()
}

// reference are the matches by Go's package regexp, from 0.
func reference(patterns []string, text string) []string {
	all := regexp.MustCompile("(?:" + strings.Join(patterns, ")|(?:") + ")")
	all.Longest()
	out := []string{}
	for _, m := range all.FindAllStringIndex(text, -1) {
		for n, p := range patterns {
			one := regexp.MustCompile(fmt.Sprintf(`\A(?s:.{%d})(?:%s)`, utf8.RuneCountInString(text[:m[0]]), p))
			one.Longest()
			if at := one.FindStringIndex(text); at != nil && at[1] == m[1] {
				out = append(out, fmt.Sprintf("%d:%d-%d", n, m[0], m[1]))
				break
			}
		}
	}
	return out
}

func TestLikeRegexp(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(1, 2))}
	found := 0
	for range 3000 {
		patterns, s := d.set(3, true)
		for range 4 {
			text := d.text(d.IntN(12))
			want := reference(patterns, text)
			require.Equal(t, want, matches(t, s, text, 0), "%q in %q", patterns, text)
			found += len(want)
		}
	}
	assert.Greater(t, found, 5000, "the patterns and the texts don't meet")
}

// TestOpenKeeps holds Open to its promise: what is before it is decided, whatever comes.
func TestOpenKeeps(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(3, 4))}
	var sc, whole Scratch
	held, released := 0, 0
	for range 3000 {
		patterns, s := d.set(3, true)
		text := []byte(d.text(10))
		from := max(0, d.IntN(6)-3)
		require.NoError(t, s.Match(&whole, text, from))
		for cut := from; cut < len(text); cut++ {
			open := s.Open(&sc, text[:cut], from)
			require.NoError(t, s.Match(&sc, text[:cut], from))
			require.Equal(t, before(whole.Hits, open), before(sc.Hits, open), "%q in %q from %d cut at %d, open at %d", patterns, text, from, cut, open)
			for _, h := range before(whole.Hits, open) {
				require.LessOrEqual(t, int(h.End), open, "%q in %q cut at %d", patterns, text, cut)
			}
			held += cut - open
			released += open
		}
	}
	assert.Greater(t, held, released/10)
	assert.Greater(t, released, held/10)
}

// before are the hits that begin before a place.
func before(hits []Hit, place int) []Hit {
	n := 0
	for n < len(hits) && int(hits[n].Start) < place {
		n++
	}
	return append([]Hit{}, hits[:n]...)
}

// TestOpenIsLeast looks for the text to come that makes the held text a match.
func TestOpenIsLeast(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(5, 6))}
	var sc Scratch
	tried, far := 0, 0
	for range 400 {
		patterns, s := d.set(2, false)
		text := d.text(6)
		open := s.Open(&sc, []byte(text), 0)
		if open == len(text) {
			continue
		}
		tried++
		if !completes(s, text, open, 3) {
			if far++; far > tried/20+3 {
				t.Fatalf("%q: nothing was found that makes %q a match from %d on", patterns, text, open)
			}
		}
	}
	assert.Greater(t, tried, 100)
	assert.Less(t, far, tried/20+3, "more than three characters are wanting too often")
}

// completes tells whether at most most characters make a match at a place that reaches beyond the text.
func completes(s *Set, text string, at, most int) bool {
	var sc Scratch
	var try func(more string, most int) bool
	try = func(more string, most int) bool {
		if more != "" && s.Match(&sc, []byte(text+more), 0) == nil {
			for _, h := range sc.Hits {
				if int(h.Start) == at && int(h.End) > len(text) {
					return true
				}
			}
		}
		if most == 0 {
			return false
		}
		for _, l := range letters {
			if try(more+l, most-1) {
				return true
			}
		}
		return false
	}
	return try("", most)
}

// TestSmallCache runs with caches that start anew all the time.
func TestSmallCache(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(7, 8))}
	s := mustCompile(t, `a(?:.{0,40})b`, `(?:[a-z]{1,30}-){2}`, `\bc[^c]{20,40}c`)
	text := []byte(d.text(30_000))
	var big, small Scratch
	require.NoError(t, s.Match(&big, text, 0))
	for _, a := range []*dfa{&s.starts, &s.longest, &s.alive} {
		c := a.empty(a.cache.Load().epoch + 1)
		c.bytes = cacheBytes // full
		a.cache.Store(c)
	}
	require.NoError(t, s.Match(&small, text, 0))
	assert.Equal(t, big.Hits, small.Hits)
	assert.NotEmpty(t, big.Hits)
}

// TestBounded feeds a set for which nearly every byte of a text makes a new state.
func TestBounded(t *testing.T) {
	s := mustCompile(t, `x(?:.{100}|.{200})y`, `z[xyz]{50}z`)
	r := rand.New(rand.NewPCG(9, 10))
	text := make([]byte, 20_000)
	for n := range text {
		text[n] = "xyz"[r.IntN(3)]
	}
	paid := 0
	sc := Scratch{Pay: func(n int) { paid += n }}
	require.NoError(t, s.Match(&sc, text, 0))
	s.Open(&sc, text, 0)
	for _, a := range []*dfa{&s.starts, &s.longest, &s.alive} {
		c := a.cache.Load()
		assert.LessOrEqual(t, 4*len(c.table)+c.bytes, cacheBytes)
	}
	assert.Greater(t, paid, 20*len(text), "making states is paid for")
}

// TestLinear holds that a pattern that reads on beyond its matches, for nothing, doesn't do it from each of them.
func TestLinear(t *testing.T) {
	s := mustCompile(t, `a.*b|a`)
	paid := 0
	sc := Scratch{Pay: func(n int) { paid += n }}
	for _, n := range []int{10_000, 60_000} {
		text := []byte(strings.Repeat("a", n))
		paid = 0
		require.NoError(t, s.Match(&sc, text, 0))
		assert.Len(t, sc.Hits, n)
		assert.Less(t, paid, 2*stretch*n, "%d bytes", n)
	}
	text := []byte(strings.Repeat("a", 1000) + "b" + strings.Repeat("a", 5000))
	require.NoError(t, s.Match(&sc, text, 0))
	assert.Equal(t, Hit{0, 0, 1001}, sc.Hits[0])
	assert.Len(t, sc.Hits, 5001)
}

func TestTooManyHits(t *testing.T) {
	s := mustCompile(t, "a")
	var sc Scratch
	require.NoError(t, s.Match(&sc, []byte(strings.Repeat("a", MaxHits)), 0))
	assert.ErrorIs(t, s.Match(&sc, []byte(strings.Repeat("a", MaxHits+1)), 0), ErrHits)
}

func TestScansDoNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	s := mustCompile(t, pii...)
	text := []byte(prompt + " joe.doe@example.com 123-45-6789 and 4111 1111 111")
	var sc Scratch
	require.NoError(t, s.Match(&sc, text, 0))
	require.Len(t, sc.Hits, 2)
	require.Equal(t, len(text)-13, s.Open(&sc, text, 0))
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		_ = s.Match(&sc, text, 0)
		s.Open(&sc, text, 0)
	}))
}

// TestHammer shares a set among goroutines, with caches that are thrown away under them.
func TestHammer(t *testing.T) {
	s := mustCompile(t, `a(?:.{0,60})b`, `[a-c]{3,40}-`, `(?i)\bé\w+`)
	d := dice{rand.New(rand.NewPCG(11, 12))}
	texts := make([][]byte, 8)
	want := make([][]Hit, len(texts))
	opens := make([]int, len(texts))
	var sc Scratch
	for n := range texts {
		texts[n] = []byte(d.text(500))
		require.NoError(t, s.Match(&sc, texts[n], 0))
		want[n] = append([]Hit(nil), sc.Hits...)
		opens[n] = s.Open(&sc, texts[n], 0)
	}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			var sc Scratch
			for k := range 200 {
				n := (g + k) % len(texts)
				if k%16 == g {
					for _, a := range []*dfa{&s.starts, &s.longest, &s.alive} {
						a.mu.Lock()
						a.cache.Store(a.empty(a.cache.Load().epoch + 1))
						a.mu.Unlock()
					}
				}
				if err := s.Match(&sc, texts[n], 0); err != nil {
					t.Error(err)
				}
				if !assert.Equal(t, want[n], sc.Hits) || !assert.Equal(t, opens[n], s.Open(&sc, texts[n], 0)) {
					return
				}
			}
		})
	}
	wg.Wait()
}

func FuzzMatch(f *testing.F) {
	f.Add("a+b", `\bfoo$`, "aab foo")
	f.Add("(?i)straße", "[^x]{2,3}", "STRASSE é€🙂")
	f.Fuzz(func(t *testing.T, one, two, text string) {
		if len(one)+len(two) > 60 || len(text) > 200 || !utf8.ValidString(text) || strings.Contains(one+two, "{") || strings.Contains(one+two, `\Q`) {
			t.Skip() // slow in Go's own engine, or not to be joined
		}
		patterns := []string{one, two}
		s, _, err := Compile(patterns)
		if err != nil {
			t.Skip() // the fuzzer wrote no pattern
		}
		if got, want := matches(t, s, text, 0), reference(patterns, text); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Fatalf("%q in %q: %v, and by regexp %v", patterns, text, got, want)
		}
	})
}
