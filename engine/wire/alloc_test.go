package wire

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// noAllocs checks that f, once warm, doesn't allocate.
func noAllocs(t *testing.T, name string, f func()) {
	t.Helper()
	f()
	assert.Zero(t, testing.AllocsPerRun(50, f), "allocations of %s", name)
}

func TestNoAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates on its own")
	}
	b, s := whole(t, string(chat(10_000)))
	names := []string{"model", "stream", "messages", "temperature", "max_tokens", "n", "stream_options"}
	dst := make([]Span, len(names))
	noAllocs(t, "Validate", func() { Validate(b, Limits{}) })
	noAllocs(t, "Fields", func() { Fields(b, s, names, dst) })
	noAllocs(t, "ValidateFields", func() { ValidateFields(b, Limits{}, names, dst) })
	noAllocs(t, "Lookup", func() { Lookup(b, s, "stream_options", "include_usage") })
	noAllocs(t, "Int and Float", func() { Int(b, dst[4]); Float(b, dst[3]) })

	escaped, es := whole(t, `{"mod\u0065l":"a\n","\u006described":1}`)
	noAllocs(t, "Fields of escaped keys", func() { Fields(escaped, es, names, dst) })
	Fields(b, s, names, dst)

	messages := dst[2]
	var scratch []byte
	noAllocs(t, "walking and Text", func() {
		scratch = scratch[:0]
		for e := ElementsOf(b, messages); e.Next(); {
			for m := MembersOf(b, e.Value()); m.Next(); {
				if m.KeyIs("content") {
					_, scratch = Text(b, m.Value(), scratch)
				}
			}
		}
	})
	out := make([]byte, 0, 4*len(b))
	noAllocs(t, "Append functions", func() {
		out = AppendQuoted(out[:0], b)
		out = AppendUnescaped(out, b)
		out = AppendText(out, b, dst[0])
		out = AppendInt(out, 1<<40)
		out = AppendEvent(out, "a name that is longer than thirty-two bytes", b[:100])
		out = AppendComment(out, "ping")
	})

	var e Edits
	value := []byte(`"other"`)
	noAllocs(t, "Edits", func() {
		e.Reset()
		e.AppendMember(b, s, "a name that is longer than thirty-two bytes", value)
		e.RemoveElement(b, messages, elementAt(b, messages, 3))
		e.Replace(dst[0], value)
		e.PrependElement(b, messages, value)
		out, _ = e.Apply(out[:0], b)
	})

	stream := []byte("event: x\ndata: {\"choices\":[]}\n\ndata: two\ndata: lines\n\n: ping\n\ndata: rest")
	var events Events
	noAllocs(t, "Events", func() {
		events.Reset(0)
		for buf := stream; ; {
			_, n, _ := events.Next(buf, true)
			if n == 0 {
				break
			}
			buf = buf[n:]
		}
	})
}
