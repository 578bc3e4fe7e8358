package wire

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var texts = []string{
	``, `x`, `plain text that is longer than a word`, `a\nb`, `\"`, `\\`, `\/\b\f\n\r\t`, `\u0041\u00e9\u20AC`,
	`\ud83d\ude00`, `\ud83d`, `\ude00`, `\ud83dx`, `\ud83d\n`, `\ud83d\u0041`, `\ud83d\ud83d\ude00`, `\ud83d\ude0`[:6],
	`é日本😀`, `\u0000`, `\ufffd`, `end\n`, `\\n`, `\\\\\"`,
}

func TestText(t *testing.T) {
	for _, raw := range texts {
		b, s := whole(t, ` "`+raw+`" `)
		var want string
		require.NoError(t, json.Unmarshal(b, &want))

		scratch := make([]byte, 3, 64)
		text, grown := Text(b, s, scratch)
		require.NotNil(t, text, raw)
		assert.Equal(t, want, string(text), raw)
		if strings.Contains(raw, `\`) {
			assert.Equal(t, 3+len(want), len(grown), "scratch holds the text of %s", raw)
			if len(text) > 0 {
				assert.Same(t, &grown[3], &text[0], "the text is in scratch: %s", raw)
			}
		} else {
			assert.Equal(t, 3, len(grown), raw)
			if len(text) > 0 {
				assert.Same(t, &b[2], &text[0], "the text is in the body: %s", raw)
			}
		}
		assert.Equal(t, "> "+want, string(AppendText([]byte("> "), b, s)), raw)
	}
}

func TestTextsOfOneScratchStay(t *testing.T) {
	b, s := whole(t, `["one\n","two\n","three\n","four\n"]`)
	var scratch, text []byte
	var got []string
	var kept [][]byte
	for e := ElementsOf(b, s); e.Next(); {
		text, scratch = Text(b, e.Value(), scratch)
		kept = append(kept, text)
	}
	for _, k := range kept {
		got = append(got, string(k))
		_ = append(k, "scribble"...)
	}
	assert.Equal(t, []string{"one\n", "two\n", "three\n", "four\n"}, got)
}

func TestTextOfOtherValues(t *testing.T) {
	for _, doc := range []string{"1", "null", "[]", `{"a":"b"}`} {
		b, s := whole(t, doc)
		text, scratch := Text(b, s, []byte("ab"))
		assert.Nil(t, text, doc)
		assert.Equal(t, "ab", string(scratch))
		assert.Equal(t, "ab", string(AppendText([]byte("ab"), b, s)))
	}
	text, _ := Text(nil, Span{}, nil)
	assert.Nil(t, text)
}

func TestAppendUnescapedOfBrokenEscapes(t *testing.T) {
	for raw, want := range map[string]string{
		`\`: "\ufffd", `a\`: "a\ufffd", `\x`: "\ufffd", `\u12`: "\ufffd12", `\u`: "\ufffd", `\ud83d\u12`: "\ufffd\ufffd12",
	} {
		assert.Equal(t, want, string(AppendUnescaped(nil, []byte(raw))), raw)
	}
}

func TestAppendQuoted(t *testing.T) {
	for text, want := range map[string]string{
		"":                                `""`,
		"plain, and longer than a word":   `"plain, and longer than a word"`,
		`a"b\c`:                           `"a\"b\\c"`,
		"\b\f\n\r\t\x00\x1f\x7f":          "\"\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\"",
		"</script>&":                      `"</script>&"`,
		"\u2028\u2029é日本😀":                "\"\u2028\u2029é日本😀\"",
		"a\xffb":                          "\"a\ufffdb\"",
		"\xe2\x80":                        "\"\ufffd\ufffd\"",
		"12345678\xed\xa0\x80":            "\"12345678\ufffd\ufffd\ufffd\"",
		"\ufffd":                          "\"\ufffd\"",
		strings.Repeat("x", 20) + "\n\"y": `"` + strings.Repeat("x", 20) + `\n\"y"`,
	} {
		assert.Equal(t, "> "+want, string(AppendQuoted([]byte("> "), []byte(text))), "%q", text)
		assert.Equal(t, want[1:len(want)-1], string(AppendEscaped(nil, []byte(text))), "%q", text)
	}
}

func FuzzText(f *testing.F) {
	for _, s := range texts {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		AppendUnescaped(nil, raw) // must not panic on anything
		doc := append(append([]byte{'"'}, raw...), '"')
		s, err := Validate(doc, Limits{})
		if err != nil {
			return
		}
		var want string
		if err := json.Unmarshal(doc, &want); err != nil {
			t.Fatalf("%q: %v", doc, err)
		}
		if got, _ := Text(doc, s, nil); string(got) != want {
			t.Fatalf("%q: got %q, want %q", doc, got, want)
		}
		if !equalText(raw, want) || equalText(raw, want+"x") {
			t.Fatalf("%q is not equal to %q", raw, want)
		}
	})
}

func FuzzAppendQuoted(f *testing.F) {
	for _, s := range []string{"", "plain", "a\"b\\c\n", "\xff\xed\xa0\x80é", "\u2028"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		doc := AppendQuoted(nil, text)
		s, err := Validate(doc, Limits{})
		if err != nil || s != span(0, len(doc)) {
			t.Fatalf("%q became %q: %v", text, doc, err)
		}
		want := strings.Join(runes(text), "")
		if got := string(AppendText(nil, doc, s)); got != want {
			t.Fatalf("%q came back as %q, want %q", text, got, want)
		}
	})
}

// runes splits a text into runes, with U+FFFD for each byte that is not UTF-8.
func runes(text []byte) (rs []string) {
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		rs = append(rs, string(r))
		text = text[n:]
	}
	return rs
}
