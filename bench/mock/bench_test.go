package mock

import (
	"strings"
	"testing"
)

// BenchmarkCompose is the mock's own work for a whole answer: reading a 1 KB or 10 KB request and writing
// 1.6 KB, without the network.
func BenchmarkCompose(b *testing.B) {
	for name, n := range map[string]int{"1KB": 5, "10KB": 55} {
		b.Run(name, func(b *testing.B) {
			body := []byte(chat(strings.Repeat("The \"north\" gate was closed on Monday; visitors were led around the wall.\n"+
				"Nobody was hurt, and the rest of the day was quiet. ", n)+"[[mock chunks=12 size=100]]", ""))
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			var d document
			var s scripts
			var out []byte
			for b.Loop() {
				if err := d.parse(body); err != nil {
					b.Fatal(err)
				}
				a, f := askOpenAI(&d)
				if f != nil {
					b.Fatal(f.message)
				}
				p, err := s.plan(a.directive, asked{model: a.model})
				if err != nil {
					b.Fatal(err)
				}
				out = openAI{}.whole(out[:0], compose(&d, a, &p, "call", "1"), a, &p)
			}
		})
	}
}
