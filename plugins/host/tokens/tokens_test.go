package tokens

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLikeTiktoken: counts of OpenAI's own library, version 0.14, for texts put together at random of what splits hard:
// contractions, letters without case, marks, white space of all kinds. YETT_TIKTOKEN names a larger file of the kind.
func TestLikeTiktoken(t *testing.T) {
	path := "testdata/tiktoken.json"
	if p := os.Getenv("YETT_TIKTOKEN"); p != "" {
		path = p
	}
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	var vectors []struct {
		Text          string
		O200K, CL100K int
	}
	require.NoError(t, json.Unmarshal(file, &vectors))
	require.NotEmpty(t, vectors)
	for _, v := range vectors {
		assert.Equal(t, v.O200K, O200K.Count([]byte(v.Text)), "o200k %.300q", v.Text)
		assert.Equal(t, v.CL100K, CL100K.Count([]byte(v.Text)), "cl100k %.300q", v.Text)
	}
}

func TestForModel(t *testing.T) {
	for name, want := range map[string]string{
		"gpt-4o": "o200k_base", "gpt-4o-2024-08-06": "o200k_base", "openai/gpt-4.1-mini": "o200k_base", "gpt-5": "o200k_base",
		"gpt-5.2-codex": "o200k_base", "o1": "o200k_base", "o3-mini": "o200k_base", "ft:gpt-4o:acme::x": "o200k_base",
		"chatgpt-4o-latest": "o200k_base", "gpt-oss-120b": "o200k_base",
		"gpt-4": "cl100k_base", "gpt-4-0613": "cl100k_base", "gpt-3.5-turbo": "cl100k_base", "gpt-35-turbo": "cl100k_base",
		"text-embedding-3-small": "cl100k_base", "ft:gpt-4:acme::x": "cl100k_base",
		"claude-sonnet-4-5": "", "gpt-40": "", "o": "", "ollama": "", "": "", "gpt-5o": "",
	} {
		e, exact := ForModel([]byte(name))
		assert.Equal(t, want != "", exact, name)
		if want == "" {
			want = "o200k_base"
		}
		assert.Equal(t, want, e.Name(), name)
	}
}

// hard are texts that make simple ways take the square of their length, or worse.
var hard = map[string]string{
	"one letter": "a", "capitals": "A", "spaces": " ", "lines": "\n", "spaces and lines": " \n", "marks": "\u0301",
	"symbols": "!", "cases": "Aa", "ideographs": "漢字", "no case and case": "漢A", "digits": "1", "bytes": "\xff\xfe", "quotes": "'s",
	"astral": "𝐀𝐁",
}

// TestHardTexts: the work grows with the length and no faster, and cuts change few tokens.
func TestHardTexts(t *testing.T) {
	for name, unit := range hard {
		t.Run(name, func(t *testing.T) {
			for _, e := range []*Encoding{O200K, CL100K} {
				text := []byte(strings.Repeat(unit, 100_000/len(unit)))
				c := &Counter{e: e} // of its own, to see how large it gets
				tokens, scanned := 0, 0
				for rest := text; len(rest) > 0; {
					n, length, work := c.Next(rest)
					require.Positive(t, n)
					require.Positive(t, length)
					require.LessOrEqual(t, length, MaxPiece)
					require.LessOrEqual(t, work, 10*length)
					tokens += n
					scanned += length
					rest = rest[length:]
				}
				assert.Equal(t, len(text), scanned)
				assert.LessOrEqual(t, cap(c.nodes), 2*MaxPiece+2, "room for one piece")
				if e.split(text) > MaxPiece {
					cuts := len(text)/MaxPiece + 1
					assert.InDelta(t, (&Counter{e: e}).merge(text), tokens, float64(2*cuts), "%s: %d cuts", e.name, cuts)
				}
			}
		})
	}
}

// TestMergesAgree: both ways to merge give the same.
func TestMergesAgree(t *testing.T) {
	for _, e := range []*Encoding{O200K, CL100K} {
		c := e.Counter()
		defer c.Free()
		for _, unit := range hard {
			for n := 2; n < 60; n++ {
				piece := []byte(strings.Repeat(unit, n))
				require.Equal(t, c.scan(piece), c.queue(piece), "%q", piece)
			}
		}
		for _, word := range strings.Fields("Donaudampfschifffahrtsgesellschaft pneumonoultramicroscopicsilicovolcanoconiosis xqzjkvbw 0123456789abcdef") {
			require.Equal(t, c.scan([]byte(word)), c.queue([]byte(word)), word)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	text := []byte(strings.Repeat("The quick brown fox jumps over Donaudampfschifffahrtsgesellschaft 12345 times. ", 20))
	O200K.Count(text)
	if n := testing.AllocsPerRun(20, func() { O200K.Count(text) }); n > 0.5 {
		if raced {
			t.Skip("sync.Pool drops at random under the race detector")
		}
		t.Errorf("%v allocations", n)
	}
}

func FuzzCount(f *testing.F) {
	for _, unit := range hard {
		f.Add([]byte(unit + unit + " x" + unit))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, e := range []*Encoding{O200K, CL100K} {
			if n := e.Count(text); n > len(text) || n == 0 && len(text) > 0 {
				t.Errorf("%s: %d tokens of %d bytes", e.name, n, len(text))
			}
		}
	})
}

func BenchmarkCount(b *testing.B) {
	prose := strings.Repeat("The way of a request is the function run in request.go, one step a line; each step has a file of its own. ", 10)
	for name, s := range map[string]string{"1KiB of prose": prose[:1024], "1KiB of one letter": strings.Repeat("a", 1024), "1KiB of hex": strings.Repeat("0af93be7d1c28654", 64)} {
		text := []byte(s)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				O200K.Count(text)
			}
		})
	}
	b.Run("64KiB of one letter", func(b *testing.B) {
		text := []byte(strings.Repeat("a", 64<<10))
		b.ReportAllocs()
		for b.Loop() {
			O200K.Count(text)
		}
	})
}
