package record

import (
	"bytes"
	"encoding/json"
	"io"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func sample() *Record {
	return &Record{
		Time: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC), RequestID: []byte("01J"), Path: []byte("/v1/chat/completions"),
		Status: 200, Model: []byte("gpt \"4\"\n\x00\xff"), Route: "chat", Asker: "guard.judge", InputTokens: 12, OutputTokens: -1, CachedTokens: -1,
		Duration: 1500 * time.Microsecond, Stream: true, Error: "upstream_cut", Party: "provider", Detail: "x\ny",
		Tags: [][]byte{[]byte("tier=gold"), []byte("why=a b=\"c\""), []byte("none=")},
	}
}

func TestJSONLine(t *testing.T) {
	var buf bytes.Buffer
	l := New(&buf, "json", nil)
	l.Write(sample())
	l.Close()
	var got map[string]any
	require.NoError(t, json.Unmarshal(buf.Bytes(), &got), buf.String())
	assert.Equal(t, 1, strings.Count(buf.String(), "\n"))
	assert.Equal(t, "gpt \"4\"\n\x00\ufffd", got["model"])
	assert.Equal(t, 1.5, got["ms"])
	assert.Equal(t, float64(12), got["tokens_in"])
	assert.NotContains(t, got, "tokens_out")
	assert.Equal(t, true, got["stream"])
	assert.Equal(t, "gold", got["tag.tier"])
	assert.Equal(t, `a b="c"`, got["tag.why"])
	assert.NotContains(t, got, "tag.none")
}

func TestTextLine(t *testing.T) {
	var buf bytes.Buffer
	l := New(&buf, "text", nil)
	l.Write(sample())
	l.Close()
	want := `time=2026-11-01T12:00:00.000Z request=01J path=/v1/chat/completions status=200 ms=1.500 route=chat ` +
		`model="gpt \"4\"\u000a\u0000\ufffd" stream=true asker=guard.judge tokens_in=12 bytes_in=0 tag.tier=gold tag.why="a b=\"c\"" error=upstream_cut failed=provider detail="x\u000ay"` + "\n"
	assert.Equal(t, want, buf.String())
}

// One record, as the pool gives it out again and again, has each time written as the time package does.
func TestTime(t *testing.T) {
	var r Record
	at := time.Date(2026, 12, 31, 23, 59, 58, 0, time.FixedZone("", 3600))
	for range 2000 {
		r.Time = at
		assert.Equal(t, at.UTC().Format("2006-01-02T15:04:05.000Z07:00"), string(r.appendTime(nil)))
		at = at.Add(time.Duration(rand.Int64N(3e6)-5e5) * time.Microsecond)
		r.Reset()
	}
	r.Time = time.Unix(0, 1e6)
	assert.Equal(t, "1970-01-01T00:00:00.001Z", string((&Record{Time: r.Time}).appendTime(nil)))
}

// stuck is a log reader that has stopped reading.
type stuck struct{ release chan struct{} }

func (s stuck) Write(p []byte) (int, error) { <-s.release; return len(p), nil }

func TestSlowReaderDropsAndNeverBlocks(t *testing.T) {
	var dropped atomic.Int64
	s := stuck{make(chan struct{})}
	l := New(s, "json", func(n int) { dropped.Add(int64(n)) })
	line := sample()
	l.Write(line)
	for range 3 * waiting / len(line.line) { // one buffer full is being written, one waits
		l.Write(line)
	}
	assert.GreaterOrEqual(t, dropped.Load(), int64(waiting/len(line.line)/2))
	close(s.release)
	l.Close()
	before := dropped.Load()
	l.Write(sample())
	assert.Equal(t, before+1, dropped.Load(), "a line after Close is dropped")
}

func TestWriteDoesNotAllocate(t *testing.T) {
	l := New(io.Discard, "json", nil)
	defer l.Close()
	r := sample()
	for range 2 * waiting / len(l.append(nil, r)) {
		l.Write(r)
	}
	assert.Zero(t, testing.AllocsPerRun(1000, func() { l.Write(r) }))
}

func BenchmarkWrite(b *testing.B) {
	l := New(io.Discard, "json", nil)
	defer l.Close()
	r := sample()
	r.Model, r.Detail, r.Error = []byte("gpt-4o"), "", ""
	r.ClientIP, r.Method, r.Consumer, r.Provider = []byte("127.0.0.1"), []byte("POST"), "acme", "openai.main"
	b.ReportAllocs()
	for b.Loop() {
		l.Write(r)
	}
}
