package upstream

import (
	"bytes"
	"io"
	"net/http/httputil"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// unchunk decodes b in pieces, and gives the body, what was left over, and whether the end came.
func unchunk(b []byte, limit int64, cuts ...int) (body, rest string, done bool, err error) {
	var c chunks
	c.begin(limit)
	from := 0
	var out bytes.Buffer
	for _, to := range append(cuts, len(b)) {
		piece := bytes.Clone(b[from:to])
		n, used, err := c.decode(piece)
		out.Write(piece[:n])
		from += used
		if err != nil || c.done() {
			return out.String(), string(b[from:]), c.done(), err
		}
	}
	return out.String(), "", false, nil
}

func TestChunks(t *testing.T) {
	tests := []struct {
		name, in, body, rest string
		done                 bool
		err                  error
	}{
		{"plain", "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n", "abc0123456789", "", true, nil},
		{"zeros", "0000000000000003\r\nabc\r\n00\r\n\r\n", "abc", "", true, nil},
		{"rest", "1\r\na\r\n0\r\n\r\nHTTP/1.1", "a", "HTTP/1.1", true, nil},
		{"incomplete", "5\r\nabc", "abc", "", false, nil},
		{"at the limit", "8\r\n01234567\r\n8\r\n01234567\r\n0\r\n\r\n", "0123456701234567", "", true, nil},
		{"above the limit", "8\r\n01234567\r\n9\r\n0", "01234567", "\n0", false, errBodyLimit},
		{"good before bad", "1\r\na\r\n1\r\nbX", "ab", "X", false, errChunkEnd},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body, rest, done, err := unchunk([]byte(tt.in), 16)
			assert.Equal(t, tt.body, body)
			assert.Equal(t, tt.rest, rest)
			assert.Equal(t, tt.done, done)
			assert.Equal(t, tt.err, err)
		})
	}
}

func FuzzChunked(f *testing.F) {
	for _, tt := range faults {
		if _, b, ok := strings.Cut(tt.answer, "chunked\r\n\r\n"); ok {
			f.Add([]byte(b))
		}
	}
	f.Add([]byte("3;a=b\r\nabc\r\n0\r\nX: y\r\nZ:\r\n\r\nrest"))
	f.Add([]byte("fffff\r\n" + strings.Repeat("x", 100)))
	f.Fuzz(func(t *testing.T, b []byte) {
		const limit = 1000
		body, rest, done, err := unchunk(b, limit)
		require.LessOrEqual(t, len(body), limit)
		if done {
			// Whatever is complete here is the same body for a lenient reader.
			got, stdErr := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(b)))
			require.NoError(t, stdErr, "%q", b)
			require.Equal(t, string(got), body, "%q", b)
		}
		if len(b) > 600 { // each split is a parse of its own
			return
		}
		each := make([]int, len(b))
		for i := range b {
			each[i] = i
			gotBody, gotRest, gotDone, gotErr := unchunk(b, limit, i)
			require.Equal(t, []any{body, rest, done, err}, []any{gotBody, gotRest, gotDone, gotErr}, "split at %d of %q", i, b)
		}
		gotBody, gotRest, gotDone, gotErr := unchunk(b, limit, each...)
		require.Equal(t, []any{body, rest, done, err}, []any{gotBody, gotRest, gotDone, gotErr}, "byte by byte of %q", b)
	})
}
