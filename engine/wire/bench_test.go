package wire

import (
	"strconv"
	"strings"
	"testing"
)

var chatNames = []string{
	"model", "stream", "stream_options", "messages", "tools", "max_tokens", "max_completion_tokens", "n", "user",
}

// eachSize runs a benchmark over chat requests of 1, 10 and 100 KB.
func eachSize(b *testing.B, f func(b *testing.B, body []byte, s Span)) {
	for _, kb := range []int{1, 10, 100} {
		b.Run(strconv.Itoa(kb)+"KB", func(b *testing.B) {
			body := chat(kb << 10)
			s, err := Validate(body, Limits{})
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			f(b, body, s)
		})
	}
}

func BenchmarkValidate(b *testing.B) {
	eachSize(b, func(b *testing.B, body []byte, _ Span) {
		for b.Loop() {
			if _, err := Validate(body, Limits{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkValidateProse is Validate of long strings: lines of a hundred letters, with an escape or an é after each.
func BenchmarkValidateProse(b *testing.B) {
	const line = "Please summarise the following notes for a colleague who has ten minutes. The north gate was closed."
	for _, after := range []string{`\n`, "é"} {
		b.Run(strconv.Quote(after), func(b *testing.B) {
			body := []byte(`["` + strings.Repeat(line+after, 100) + `"]`)
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				if _, err := Validate(body, Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFields(b *testing.B) {
	eachSize(b, func(b *testing.B, body []byte, s Span) {
		dst := make([]Span, len(chatNames))
		for b.Loop() {
			if err := Fields(body, s, chatNames, dst); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkValidateAndFields(b *testing.B) {
	eachSize(b, func(b *testing.B, body []byte, _ Span) {
		dst := make([]Span, len(chatNames))
		for b.Loop() {
			s, err := Validate(body, Limits{})
			if err != nil {
				b.Fatal(err)
			}
			if err := Fields(body, s, chatNames, dst); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkValidateFields(b *testing.B) {
	eachSize(b, func(b *testing.B, body []byte, _ Span) {
		dst := make([]Span, len(chatNames))
		for b.Loop() {
			if _, err, ambiguous := ValidateFields(body, Limits{}, chatNames, dst); err != nil || ambiguous != nil {
				b.Fatal(err, ambiguous)
			}
		}
	})
}

func BenchmarkContents(b *testing.B) {
	eachSize(b, func(b *testing.B, body []byte, s Span) {
		messages := Lookup(body, s, "messages")
		var scratch []byte
		for b.Loop() {
			scratch = scratch[:0]
			for e := ElementsOf(body, messages); e.Next(); {
				_, scratch = Text(body, Lookup(body, e.Value(), "content"), scratch)
			}
		}
	})
}

func BenchmarkApply(b *testing.B) {
	eachSize(b, func(b *testing.B, body []byte, s Span) {
		model := Lookup(body, s, "model")
		var e Edits
		var out []byte
		for b.Loop() {
			e.Reset()
			e.Replace(model, []byte(`"gpt-4o-mini"`))
			e.AppendMember(body, s, "seed", []byte("1"))
			out, _ = e.Apply(out[:0], body)
		}
	})
}

func BenchmarkAppendQuoted(b *testing.B) {
	eachSize(b, func(b *testing.B, body []byte, _ Span) {
		var out []byte
		for b.Loop() {
			out = AppendQuoted(out[:0], body)
		}
	})
}

// BenchmarkEvent frames one chunk of a chat stream and finds the span of its text.
func BenchmarkEvent(b *testing.B) {
	stream := []byte(`data: {"id":"chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz","object":"chat.completion.chunk","created":1764000000,` +
		`"model":"gpt-4o-2024-08-06","service_tier":"default","system_fingerprint":"fp_0123456789",` +
		`"choices":[{"index":0,"delta":{"content":" gateway"},"logprobs":null,"finish_reason":null}],"usage":null}` + "\n\n")
	var e Events
	b.Run("frame", func(b *testing.B) {
		b.SetBytes(int64(len(stream)))
		b.ReportAllocs()
		for b.Loop() {
			if _, n, err := e.Next(stream, false); n != len(stream) || err != nil {
				b.Fatal(n, err)
			}
		}
	})
	b.Run("frame, validate, find text", func(b *testing.B) {
		b.SetBytes(int64(len(stream)))
		b.ReportAllocs()
		for b.Loop() {
			ev, _, _ := e.Next(stream, false)
			s, err := Validate(ev.Data, Limits{})
			if err != nil {
				b.Fatal(err)
			}
			choices := ElementsOf(ev.Data, Lookup(ev.Data, s, "choices"))
			if !choices.Next() || !Lookup(ev.Data, choices.Value(), "delta", "content").Present() {
				b.Fatal("no content")
			}
		}
	})
}
