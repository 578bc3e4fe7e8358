package pattern

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCalm: a text that is called calm has no match, by a pass that reads it from end to end. Texts are long stretches of
// a few letters, so that states go on over the borders of the parts.
func TestCalm(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(13, 14))}
	calm, without := 0, 0
	for range 3000 {
		patterns, s := d.set(4, true)
		for range 3 {
			var b strings.Builder
			for few := letters[:1+d.IntN(len(letters))]; b.Len() < 260+d.IntN(400); {
				b.WriteString(strings.Repeat(few[d.IntN(len(few))], 1+d.IntN(80)))
			}
			text := []byte(b.String())
			from := 0
			if d.IntN(2) == 0 {
				from = d.IntN(len(text))
			}
			var sc Scratch
			quiet := s.back(&sc, &s.starts, none, text, from, &sc.begins) == len(text)
			got := s.calm(&sc, &s.starts, none, text, from)
			require.False(t, got && !quiet, "%q in %q from %d", patterns, text, from)
			if len(text)-from >= lanes*leastLane && quiet {
				without++
				if got {
					calm++
				}
			}
		}
	}
	assert.Greater(t, without, 1000)
	assert.Greater(t, calm, without*9/10, "it misses too much")
	t.Logf("%d of %d texts without a match are calm", calm, without)
}

// TestCalmMeets looks at states that begin above a part and reach into it, or beyond it.
func TestCalmMeets(t *testing.T) {
	quiet := strings.Repeat("the quick brown fox ", 40)
	for _, test := range []struct {
		pattern, text string
		want          bool
	}{
		{`xyz`, quiet, true},
		{`the[^#]*#`, quiet, true},
		{`the[^#]*#`, quiet + "#", false},
		{`^q[^#]*#`, quiet + "#", true},
		{`^t[^#]*#`, quiet + "#", false},
		{`fox $`, quiet, false},
		{`#[^#]{500}\d`, quiet[:100] + "#" + quiet[:600] + "1", true},
		{`#[^#]{600}\d`, quiet[:100] + "#" + quiet[:600] + "1", false},
		{`é+x`, strings.Repeat("é", 400), true},
		{`é+x`, strings.Repeat("é", 400) + "x", false},
	} {
		s := mustCompile(t, test.pattern)
		var sc Scratch
		for n := range 3 { // the first makes the states
			require.Equal(t, test.want, s.calm(&sc, &s.starts, none, []byte(test.text), 0), "%s, time %d", test.pattern, n)
		}
		require.NoError(t, s.Match(&sc, []byte(test.text), 0))
		require.Equal(t, test.want, len(sc.Hits) == 0, test.pattern)
	}
}

// TestCalmPays holds that a text costs no more than before, but for the bytes that are read again.
func TestCalmPays(t *testing.T) {
	s := mustCompile(t, pii...)
	var sc Scratch
	require.True(t, s.calm(&sc, &s.starts, none, []byte(prompt), 0))
	paid := 0
	sc.Pay = func(n int) { paid += n }
	require.NoError(t, s.Match(&sc, []byte(prompt), 0))
	assert.InDelta(t, len(prompt), paid, 200)
}
