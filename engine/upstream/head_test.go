package upstream

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// parsed is all that a head says, in a form to compare.
type parsed struct {
	n             int
	done          bool
	err           error
	status        int
	minor         byte
	length        int64
	chunked, last bool
	fields        []string
}

func parseIn(b []byte, pieces ...int) parsed {
	var h head
	h.begin(300, 6)
	var p parsed
	for _, n := range append(pieces, len(b)) {
		if p.n, p.done, p.err = h.parse(b[:n]); p.done || p.err != nil {
			break
		}
	}
	if !p.done || p.err != nil {
		return parsed{err: p.err}
	}
	p.status, p.minor, p.length, p.chunked, p.last = h.status, h.minor, h.length, h.chunked, h.close
	for _, f := range h.fields {
		p.fields = append(p.fields, string(b[f.name:f.nameEnd])+"="+string(b[f.value:f.valueEnd]))
	}
	return p
}

func TestHeadLimits(t *testing.T) {
	line := "HTTP/1.1 200 OK\r\n"
	fits := line + "A: " + strings.Repeat("v", 300-len(line)-len("A: \r\n\r\n")) + "\r\n\r\n"
	require.Len(t, fits, 300)
	assert.Equal(t, 300, parseIn([]byte(fits+"body")).n)
	over := strings.Replace(fits, "A: ", "A: v", 1)
	assert.Equal(t, errHeadBytes, parseIn([]byte(over)).err)
	assert.Equal(t, errHeadBytes, parseIn([]byte(line+strings.Repeat("n", 300))).err)
	assert.Equal(t, 6, len(parseIn([]byte(line+strings.Repeat("A: b\r\n", 6)+"\r\n")).fields))
	assert.Equal(t, errHeadLines, parseIn([]byte(line+strings.Repeat("A: b\r\n", 7)+"\r\n")).err)
}

// TestHeadRefusedEarly shows that another protocol's greeting isn't waited for until its line ends.
func TestHeadRefusedEarly(t *testing.T) {
	assert.Equal(t, errStatusLine, parseIn([]byte("S")).err)
	assert.Equal(t, errStatusLine, parseIn([]byte("HTTP/2")).err)
	assert.NoError(t, parseIn([]byte("HTTP/1")).err)
}

func FuzzHead(f *testing.F) {
	for _, tt := range faults {
		f.Add([]byte(tt.answer))
	}
	for _, s := range []string{
		withLength("x"), chunked("x"),
		"HTTP/1.1 200 OK\r\nConnection: a ,\tclose\r\nX:\t v \r\n\r\n",
		"HTTP/1.0 404\r\n\r\n",
		"HTTP/1.1 200 OK\r\n" + strings.Repeat("Long-Name: long value\r\n", 20) + "\r\n",
		"HTTP/1.1 200 OK\r\nA: " + strings.Repeat("v", 400),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		whole := parseIn(b)
		if whole.done {
			assert.LessOrEqual(t, whole.n, 300)
			assert.LessOrEqual(t, len(whole.fields), 6)
			assert.True(t, whole.status >= 100 && whole.status <= 599)
			assert.True(t, whole.length >= -1 && whole.length <= maxLength)
			assert.False(t, whole.chunked && whole.length >= 0)
			assert.True(t, strings.HasSuffix(string(b[:whole.n]), "\r\n\r\n"))
			assert.Equal(t, -1, strings.Index(string(b[:whole.n-4]), "\r\n\r\n"))
			for _, f := range whole.fields {
				assert.NotContains(t, f, "\r")
				assert.NotContains(t, f, "\n")
				assert.NotContains(t, f, "\x00")
			}
		}
		if len(b) > 600 { // each split is a parse of its own
			return
		}
		each := make([]int, len(b))
		for i := range b {
			each[i] = i
			require.Equal(t, whole, parseIn(b, i), "split at %d of %q", i, b)
		}
		require.Equal(t, whole, parseIn(b, each...), "byte by byte of %q", b)
	})
}
