package edge

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// tight are limits that a fuzzer can reach.
var tight = Limits{
	Hold: 20, HeadBytes: 600, HeadLines: 8, FieldName: 40, Target: 80, BodyBytes: 300, ChunkExtension: 20, TrailerBytes: 120,
}

// agree holds what the handler sees of a stream against the reference, whole and in pieces.
func agree(t testing.TB, b *bench, stream []byte, seed uint64) {
	if announces(stream) {
		return
	}
	v := reference(stream, b.l.lim)
	for _, pieces := range [][][]byte{{stream}, cuts(stream, seed)} {
		out := b.run(t, pieces...)
		require.GreaterOrEqual(t, len(b.seen), v.least, "%q: %q", stream, out)
		require.LessOrEqual(t, len(b.seen), len(v.reqs), "%q: %q", stream, out)
		for i := range b.seen {
			require.Equal(t, v.reqs[i], b.seen[i], "%q", stream)
		}
		require.Equal(t, len(b.seen), strings.Count(out, "HTTP/1.1 200 OK\r\n"), "%q", stream)
		switch {
		case v.whole:
			require.Empty(t, b.codes, "%q", stream)
		case !v.ends:
			require.Len(t, b.codes, 1, "%q: one refusal or cut", stream)
		}
		require.NotContains(t, out, "text/plain; charset=utf-8\r\nContent-Length: 26", "fasthttp answered: %q", stream)
	}
}

func TestReferenceAgrees(t *testing.T) {
	b := newBench(t, Limits{})
	good := post + "Content-Length: 5\r\n\r\nhello"
	for i, c := range refusedRequests() {
		agree(t, b, []byte(c.raw), uint64(i))
		if !strings.HasPrefix(c.name, "lead/") {
			agree(t, b, []byte(good+c.raw), uint64(i))
		}
	}
	for i, c := range passedRequests() {
		if len(c.raw) < 10_000 {
			agree(t, b, []byte(c.raw), uint64(i))
			agree(t, b, []byte(c.raw+"\r\n"+good), uint64(i))
		}
	}
}

func FuzzGuard(f *testing.F) {
	for i, c := range passedRequests() {
		if len(c.raw) < 1000 {
			f.Add([]byte(c.raw), uint64(i))
		}
	}
	for i, c := range refusedRequests() {
		if len(c.raw) < 1000 && i%3 == 0 {
			f.Add([]byte(c.raw), uint64(i))
		}
	}
	b := newBench(f, tight)
	f.Fuzz(func(t *testing.T, stream []byte, seed uint64) {
		agree(t, b, stream, seed)
	})
}

// FuzzMachine holds the machine to its word that splitting changes nothing, and to its limits.
func FuzzMachine(f *testing.F) {
	f.Add([]byte(post+"Content-Length: 5\r\n\r\nhello"), uint64(1))
	f.Add([]byte(chunk+"5;a=\"b\"\r\nhello\r\n0\r\nX: y\r\n\r\n"), uint64(2))
	lim := tight.filled()
	f.Fuzz(func(t *testing.T, stream []byte, seed uint64) {
		one := machine{lim: &lim}
		end, r := one.feed(stream)
		for one.pause {
			var n int
			one.pause = false
			n, r = one.feed(stream[end:])
			end += n
		}
		many := machine{lim: &lim}
		at, got := 0, None
		for pieces := cuts(stream, seed); len(pieces) > 0; {
			n, reason := many.feed(pieces[0])
			at += n
			got = reason
			if pieces[0] = pieces[0][n:]; len(pieces[0]) == 0 {
				pieces = pieces[1:]
			} else if !many.pause {
				break
			}
			many.pause = false
		}
		require.Equal(t, r, got)
		require.Equal(t, end, at)
		one.pause, many.pause = false, false
		require.Equal(t, one, many)
		require.LessOrEqual(t, one.body, lim.BodyBytes)
		if one.state == stDone {
			require.Zero(t, one.rest)
		}
	})
}
