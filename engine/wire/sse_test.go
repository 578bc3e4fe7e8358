package wire

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// message is what a client of a stream is told.
type message struct{ name, data, id string }

// oracle reads a whole stream the plain way: with the line ends made equal and the lines split.
func oracle(stream string) (messages []message) {
	stream = strings.TrimPrefix(stream, "\ufeff")
	stream = strings.ReplaceAll(stream, "\r\n", "\n")
	stream = strings.ReplaceAll(stream, "\r", "\n")
	lines := strings.Split(stream, "\n")
	var m message
	var data []string
	for _, line := range lines[:len(lines)-1] { // what has no line end is dropped
		if line == "" {
			if data != nil {
				m.data = strings.Join(data, "\n")
				messages = append(messages, m)
			}
			m, data = message{}, nil
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "event":
			m.name = value
		case "data":
			data = append(data, value)
		case "id":
			if !strings.Contains(value, "\x00") {
				m.id = value
			}
		}
	}
	return messages
}

// read feeds a stream in pieces to Events and returns the messages. It checks what must hold for any stream:
// the Raws put together are the stream, and only the last event is cut. The buffer moves before each call.
func read(t testing.TB, stream string, pieces ...int) (messages []message) {
	t.Helper()
	var e Events
	var raw, rest []byte
	cut := false
	pieces = append(pieces, len(stream))
	from := 0
	for k, to := range pieces {
		rest = append(rest, stream[from:to]...)
		from = to
		for {
			buf := append(make([]byte, 0, len(rest)), rest...)
			ev, n, err := e.Next(buf, k == len(pieces)-1)
			require.NoError(t, err)
			if n == 0 {
				require.Equal(t, Event{}, ev)
				break
			}
			require.False(t, cut, "an event came after a cut one")
			require.Equal(t, string(buf[:n]), string(ev.Raw))
			require.Equal(t, ev.Data == nil && ev.Name == nil, ev.Comment)
			cut = ev.Cut
			raw = append(raw, ev.Raw...)
			if ev.Data != nil && !ev.Cut {
				messages = append(messages, message{string(ev.Name), string(ev.Data), string(ev.ID)})
			}
			rest = rest[n:]
		}
	}
	require.Equal(t, stream, string(raw), "the events put together are the stream")
	return messages
}

var streams = []string{
	"",
	"\n",
	"data: one\n\ndata: two\n\n",
	"data:no space\n\ndata:  two spaces\n\ndata\n\ndata:\n\ndata: \n\n",
	"data: a\ndata: b\ndata:\ndata: d\n\ndata: e\ndata: f\n\n",
	"event: message_start\ndata: {\"type\":\"message_start\"}\n\nevent: ping\ndata: {}\n\n",
	"data: x\nevent: late\n\nevent: a\nevent: b\ndata: twice\n\n",
	": comment\n\n:\n\ndata: x\n: inside\ndata: y\n\n",
	"id: 1\ndata: x\n\nid\ndata: y\n\nid: a\x00b\ndata: z\n\nid: 7\n\n",
	"retry: 100\n\nevent: only\n\ndata: x\n\n",
	"\ufeffdata: after a mark\n\n\ufeffdata: not a field\n\n",
	"\ufeff\ndata: x\n\n",
	"\ufeff",
	"datax: 1\ndat: 2\n data: 3\nDATA: 4\nevents: 5\n\ndata: 6\n\n",
	"\n\n\ndata: x\n\n\n\n",
	"data: [DONE]",
	"data: [DONE]\n",
	"data: x\n\ndata: cut\nevent: cut",
	"data: a long line that is longer than a few words so that the fast loop is run: " + strings.Repeat("0123456789", 20) + "\n\n",
	"data: a\r\rdata: b\n\rdata: c\r\n\ndata: d\r\r\ndata: e\n\r\n\r",
	"data: {\"a\": \"b:c\"}\n\n",
}

// ends writes a stream with each style of line ends.
func ends(stream string) []string {
	return []string{stream, strings.ReplaceAll(stream, "\n", "\r\n"), strings.ReplaceAll(stream, "\n", "\r")}
}

func TestEvents(t *testing.T) {
	for _, lf := range streams {
		for _, stream := range ends(lf) {
			want := oracle(stream)
			require.Equal(t, want, read(t, stream), "%q in one piece", stream)
			each := make([]int, len(stream))
			for i := range len(stream) {
				each[i] = i
				require.Equal(t, want, read(t, stream, i), "%q cut at %d", stream, i)
			}
			require.Equal(t, want, read(t, stream, each...), "%q byte by byte", stream)
		}
	}
}

func FuzzEvents(f *testing.F) {
	for i, s := range streams {
		f.Add(s, uint64(i))
	}
	f.Fuzz(func(t *testing.T, stream string, seed uint64) {
		rnd := rand.New(rand.NewPCG(seed, 0))
		var pieces []int
		for at := 0; at < len(stream); at += 1 + rnd.IntN(8) {
			pieces = append(pieces, at)
		}
		require.Equal(t, oracle(stream), read(t, stream, pieces...), "%q at %v", stream, pieces)
	})
}

func TestEventParts(t *testing.T) {
	var e Events
	buf := []byte("id: 7\nevent: a\ndata: x\n\n: hi\n\nevent: e\n\ndata: p\ndata: q\n\ndata: cut")
	next := func(atEOF bool) Event {
		t.Helper()
		ev, n, err := e.Next(buf, atEOF)
		require.NoError(t, err)
		buf = buf[n:]
		return ev
	}
	first := buf
	ev := next(false)
	assert.Equal(t, Event{Raw: []byte("id: 7\nevent: a\ndata: x\n\n"), Name: []byte("a"), Data: []byte("x"), ID: []byte("7")}, ev)
	assert.Same(t, &first[21], &ev.Data[0], "one line of data is not copied")
	_ = append(ev.Data, "scribble"...)
	_ = append(ev.Raw, "scribble"...)
	assert.Equal(t, Event{Raw: []byte(": hi\n\n"), Comment: true}, next(false))
	assert.Equal(t, Event{Raw: []byte("event: e\n\n"), Name: []byte("e")}, next(false))
	assert.Equal(t, Event{Raw: []byte("data: p\ndata: q\n\n"), Data: []byte("p\nq")}, next(false))
	assert.Equal(t, Event{}, next(false))
	assert.Equal(t, Event{Raw: []byte("data: cut"), Data: []byte("cut"), Cut: true}, next(true))
	assert.Equal(t, Event{}, next(true))

	e.Reset(0)
	buf = []byte("data\n\n")
	assert.Equal(t, Event{Raw: []byte("data\n\n"), Data: []byte{}}, next(false), "empty data isn't absent")
}

// An event that ends in CR at the end of the buffer is held back only where LF must be expected.
func TestEventsWaitForLineFeed(t *testing.T) {
	for _, c := range []struct {
		first string
		n     int
		rest  string
		next  string
	}{
		{"data: a\r\r", 9, "data: b\r\r", "data: b\r\r"},
		{"data: a\r\r", 9, "\ndata: b\n\n", "\ndata: b\n\n"},
		{"data: a\n\r", 9, "\ndata: b\n\n", "\ndata: b\n\n"},
		{"data: a\r\n\r", 0, "\n", "data: a\r\n\r\n"},
		{"data: a\r\n\r", 0, "data: b", "data: a\r\n\r"},
	} {
		var e Events
		ev, n, err := e.Next([]byte(c.first), false)
		require.NoError(t, err)
		assert.Equal(t, c.n, n, "%q", c.first)
		assert.Equal(t, c.first[:n], string(ev.Raw))
		ev, _, err = e.Next([]byte(c.first[n:]+c.rest), false)
		require.NoError(t, err)
		assert.Equal(t, c.next, string(ev.Raw), "%q then %q", c.first, c.rest)
	}
	var e Events
	_, n, err := e.Next([]byte("data: a\r\n\r"), true)
	require.NoError(t, err)
	assert.Equal(t, 10, n, "nothing can follow at the end")

	e.Reset(0)
	_, n, _ = e.Next([]byte("data: a\r\r"), false)
	require.Equal(t, 9, n)
	ev, n, err := e.Next([]byte("\n"), false)
	require.NoError(t, err)
	assert.Equal(t, 0, n, "%q", ev.Raw)
	ev, n, err = e.Next([]byte("\n"), true)
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	assert.Equal(t, Event{Raw: []byte("\n"), Comment: true}, ev, "half a line end is no cut event")
}

func TestEventsLimit(t *testing.T) {
	exact := "data: 56789\n\n" // 13 bytes
	for _, c := range []struct {
		stream string
		ok     bool
	}{
		{exact, true},
		{exact + exact, true},
		{"data: 567890\n\n", false},
		{exact + strings.Repeat("x", 14), false},
		{"data: 567890", true}, // 12 bytes, cut
		{strings.Repeat("\n", 100), true},
	} {
		for _, size := range []int{1, 5, len(c.stream)} {
			err := drain(c.stream, size, 13)
			if c.ok {
				assert.NoError(t, err, "%q by %d", c.stream, size)
			} else {
				assert.ErrorIs(t, err, ErrEventTooLarge, "%q by %d", c.stream, size)
			}
		}
	}

	var e Events
	e.Reset(4)
	_, _, err := e.Next([]byte("data: x\n\n"), false)
	require.ErrorIs(t, err, ErrEventTooLarge)
	_, _, err = e.Next([]byte("\n"), false)
	require.ErrorIs(t, err, ErrEventTooLarge, "the error stays")
	e.Reset(0)
	_, n, err := e.Next([]byte("data: x\n\n"), false)
	require.NoError(t, err)
	assert.Equal(t, 9, n)

	var zero Events
	_, _, err = zero.Next(bytes.Repeat([]byte("x"), DefaultMaxEvent), false)
	require.NoError(t, err)
	_, _, err = zero.Next(bytes.Repeat([]byte("x"), DefaultMaxEvent+1), false)
	require.ErrorIs(t, err, ErrEventTooLarge)
}

// drain reads a stream in pieces of size bytes under a limit.
func drain(stream string, size, limit int) error {
	var e Events
	e.Reset(limit)
	var buf []byte
	for {
		atEOF := len(stream) == 0
		for {
			_, n, err := e.Next(buf, atEOF)
			if err != nil {
				return err
			}
			if n == 0 {
				break
			}
			buf = buf[n:]
		}
		if atEOF {
			return nil
		}
		k := min(size, len(stream))
		buf, stream = append(buf, stream[:k]...), stream[k:]
	}
}

func TestAppendEvent(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"", "x", "data: x\n\n"},
		{"ping", "{}", "event: ping\ndata: {}\n\n"},
		{"", "", "data: \n\n"},
		{"", " x", "data:  x\n\n"},
		{"", "a\nb", "data: a\ndata: b\n\n"},
		{"", "a\r\nb\rc\n", "data: a\ndata: b\ndata: c\ndata: \n\n"},
		{"a\ndata: forged", "x", "event: a\ndata: x\n\n"},
		{"a\r\rdata: forged", "x", "event: a\ndata: x\n\n"},
	} {
		assert.Equal(t, "> "+c.want, string(AppendEvent([]byte("> "), c.name, []byte(c.data))), "%q %q", c.name, c.data)
	}
	assert.Equal(t, ": ping\n\n", string(AppendComment(nil, "ping")))
	assert.Equal(t, ": a\n: data: b\n\n", string(AppendComment(nil, "a\ndata: b")))
}

func FuzzAppendEvent(f *testing.F) {
	f.Add("", "x")
	f.Add("name", "a\r\nb\rc\n\n")
	f.Fuzz(func(t *testing.T, name, data string) {
		name, _, _ = strings.Cut(strings.ReplaceAll(name, "\r", "\n"), "\n")
		want := strings.ReplaceAll(strings.ReplaceAll(data, "\r\n", "\n"), "\r", "\n")
		stream := string(AppendEvent(nil, name, []byte(data)))
		// One space after the colon isn't part of a name, so that the name comes back as it was.
		require.Equal(t, []message{{name: name, data: want}}, oracle(stream))
		require.Equal(t, []message{{name: name, data: want}}, read(t, stream))
	})
}
