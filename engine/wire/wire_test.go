package wire

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// whole validates a document of a test and returns it with its span.
func whole(t testing.TB, doc string) ([]byte, Span) {
	t.Helper()
	b := []byte(doc)
	s, err := Validate(b, Limits{})
	require.Nil(t, err, "document of the test: %s", doc)
	return b, s
}

// chat is a chat request of at least size bytes, with the escapes that code and prose bring, and a message
// in another script.
func chat(size int) []byte {
	const turn = `{"role":"user","content":"Please review this function:\n\n\tfunc add(a, b int) int {\n\t\treturn a + b // \"sum\"\n\t}\n\nIt should stay fast, and readable to people who did not write it, even years from now. Thank you very much in advance."},` +
		`{"role":"assistant","content":"The function is correct. I would name the result only if callers need it, keep the body as it is, and say in the comment what happens on overflow, which wraps around for integers in this language."},`
	var b strings.Builder
	b.WriteString(`{"model":"gpt-4o","temperature":0.7,"max_tokens":1024,"messages":[{"role":"system","content":"Du hilfst gern und fasst dich kürzer."},`)
	for b.Len() < size-len(turn) {
		b.WriteString(turn)
	}
	b.WriteString(`{"role":"user","content":"And now?"}],"user":"u-1","stream":true,"stream_options":{"include_usage":true}}`)
	return []byte(b.String())
}

func TestSpan(t *testing.T) {
	b := []byte("hello")
	assert.False(t, Span{}.Present())
	assert.Equal(t, 0, Span{}.Len())
	s := Span{1, 3}
	assert.True(t, s.Present())
	assert.Equal(t, 2, s.Len())
	assert.Equal(t, "el", string(s.Of(b)))
	_ = append(s.Of(b), 'X')
	assert.Equal(t, "hello", string(b), "appending to a span's bytes must not write into the body")
}

func TestKindOf(t *testing.T) {
	for doc, want := range map[string]Kind{
		"null": Null, "false": False, "true": True, "-1": Number, "0": Number, "9": Number,
		`"x"`: String, "[]": Array, "{}": Object, "?": Invalid, " ": Invalid,
	} {
		assert.Equal(t, want, KindOf([]byte(doc), span(0, len(doc))), doc)
	}
	assert.Equal(t, Invalid, KindOf([]byte("{}"), Span{}))
	assert.Equal(t, Invalid, KindOf(nil, Span{}))
	assert.Equal(t, "object", Object.String())
	assert.Equal(t, "invalid", Kind(200).String())
}
