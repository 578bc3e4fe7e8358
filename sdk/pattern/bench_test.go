package pattern

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// pii are patterns such as operators write.
var pii = []string{
	`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`,
	`\b\d{3}-\d{2}-\d{4}\b`,
	`\b(?:\d[ -]?){13,19}\b`,
	`\b(?:\d{1,3}\.){3}\d{1,3}\b`,
	`\bsk-[A-Za-z0-9]{20,64}\b`,
	`\+?\d{1,3}[ .-]\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b`,
}

// literals are n patterns that are words, every fourth with digits after it.
func literals(n int) []string {
	r := rand.New(rand.NewPCG(1, 2))
	out := make([]string, n)
	for k := range out {
		w := make([]byte, 6+r.IntN(8))
		for i := range w {
			w[i] = byte('a' + r.IntN(26))
		}
		out[k] = string(w)
		if k%4 == 0 {
			out[k] += `[0-9]{2,4}`
		}
	}
	return out
}

var prompt = strings.Repeat("The quick brown fox jumps over the lazy dog and runs far away from it, again and again. ", 50)[:4096]

const delta = "a piece of an answer with forty letters "

func BenchmarkScan(b *testing.B) {
	for _, set := range []struct {
		name     string
		patterns []string
	}{{"pii 6", pii}, {"words 100", literals(100)}, {"words 1000", literals(1000)}} {
		s := mustCompile(b, set.patterns...)
		for _, text := range []string{prompt, delta} {
			t := []byte(text)
			var sc Scratch
			b.Run(fmt.Sprintf("%s/match %d B", set.name, len(t)), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					_ = s.Match(&sc, t, 0)
				}
			})
			b.Run(fmt.Sprintf("%s/open %d B", set.name, len(t)), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					s.Open(&sc, t, 0)
				}
			})
		}
		b.Run(set.name+"/compile", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _, _ = Compile(set.patterns)
			}
		})
	}
	s := mustCompile(b, pii...)
	t := []byte(strings.Repeat("write to joe.doe@example.com or call +1 555-123-4567; 123-45-6789. ", 62)[:4096])
	var sc Scratch
	b.Run("pii 6/hits in 4096 B", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = s.Match(&sc, t, 0)
		}
	})
}
