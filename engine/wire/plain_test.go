package wire

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plainByByte is plainBlocks in the plainest words.
func plainByByte(b []byte) (run int, above bool) {
	for len(b)-run >= 16 {
		for range 16 {
			c := b[run]
			if c < ' ' || c == '"' || c == '\\' {
				return run, above
			}
			above = above || c >= 0x80
			run++
		}
	}
	return run, above
}

func checkPlain(t *testing.T, b []byte) {
	t.Helper()
	want, above := plainByByte(b)
	run, bits := plainBlocks(&b[0], len(b))
	require.Equal(t, want, run, "%q", b)
	require.Equal(t, above, bits != 0, "%q", b)
	require.Zero(t, bits&^high)
}

// Every byte at every place of texts of every length to four blocks, at every alignment.
func TestPlainBlocks(t *testing.T) {
	back := make([]byte, 100)
	for size := 1; size <= 64; size++ {
		for shift := range 17 {
			b := back[shift : shift+size]
			for i := range b {
				b[i] = 'a'
			}
			checkPlain(t, b)
			for i := range b {
				for _, c := range []byte{0, 0x1f, ' ', '!', '"', '#', '[', '\\', ']', 0x7f, 0x80, 0x9f, 0xa2, 0xdc, 0xff} {
					b[i] = c
					checkPlain(t, b)
				}
				b[i] = 'a'
			}
		}
	}
	b := make([]byte, 48)
	for c := range 256 {
		for i := range b {
			b[i] = byte(c)
		}
		checkPlain(t, b)
	}
}

// Strings with a stop, an escape or a letter beyond ASCII anywhere are checked as encoding by the byte would.
func TestLongStrings(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	odd := []string{`\n`, `é`, `\u00e9`, "\x01", "\xff", `\x`, `"`, `漢`}
	for range 20000 {
		n := 1 + r.IntN(120)
		s := make([]byte, 0, n+16)
		s = append(s, '"')
		for len(s) < n {
			if r.IntN(40) == 0 {
				s = append(s, odd[r.IntN(len(odd))]...)
				continue
			}
			s = append(s, byte('a'+r.IntN(26)))
		}
		s = append(s, '"')
		end, reason := checkString(s, 1)
		wantEnd, wantReason := checkStringTail(s, 1, 1, 0)
		require.Equal(t, wantReason, reason, "%q", s)
		assert.Equal(t, wantEnd, end, "%q", s)
	}
}
