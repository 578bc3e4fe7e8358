package braces

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []Piece
	}{
		{"empty", "", nil},
		{"plain", "a } b", []Piece{{"a } b", false, 0}}},
		{"tag", "a {{ b }} c", []Piece{{"a ", false, 0}, {"b", true, 2}, {" c", false, 9}}},
		{"tags side by side", "{{a}}{{b}}", []Piece{{"a", true, 0}, {"b", true, 5}}},
		{"escaped", `a \{{b}} {{c}}`, []Piece{{"a {{b}} ", false, 0}, {"c", true, 9}}},
		{"escaped at the begin", `\{{`, []Piece{{"{{", false, 0}}},
		{"three braces", "{{{a}}}", []Piece{{"{a", true, 0}, {"}", false, 6}}},
		{"a backslash alone", `\ {{a}}`, []Piece{{`\ `, false, 0}, {"a", true, 2}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Split(test.text)
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
	_, err := Split("é\nüé {{a}} {{b")
	assert.EqualError(t, err, "line 2, column 10: a {{ has no }}")
}

func FuzzSplit(f *testing.F) {
	f.Add(`a \{{b}} {{ c }}`)
	f.Fuzz(func(t *testing.T, text string) {
		pieces, err := Split(text)
		if err != nil {
			return
		}
		size, last := 0, -1
		for _, p := range pieces {
			require.Greater(t, p.At, last)
			require.True(t, p.Tag || p.Text != "")
			last = p.At
			size += len(p.Text)
		}
		require.LessOrEqual(t, size, len(text))
		if !strings.Contains(text, "{{") {
			require.LessOrEqual(t, len(pieces), 1)
		}
	})
}
