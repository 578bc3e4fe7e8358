// Package record writes what happened: one line per request, off the request's path.
//
// A record is formatted by the request that it is about, into a buffer of its own, appended to what waits, and
// written by one background writer. What waits is bounded: when the reader of the log is too slow, lines are dropped
// and counted, and no request waits. Lines hold names, numbers and times; never a body, a key or a header.
package record

import (
	"bytes"
	"io"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"
	"unsafe"
)

// Record is one request, or a question that a plugin asked for one: then Asker is the plugin, and RequestID that of the
// request. Fields left empty, and token counts below 0, are left out of the line.
type Record struct {
	Time                                                              time.Time
	RequestID, ClientIP, Method, Path                                 []byte
	Consumer, Team, Route, Dialect, Provider, Cache, Responder, Asker string
	Model, UpstreamModel                                              []byte
	Status, Attempts                                                  int
	Stream                                                            bool
	InputTokens, OutputTokens, CachedTokens, BytesIn                  int64
	Duration, FirstToken, Upstream                                    time.Duration
	Error, Party, Detail                                              string
	// Tags are what stages noted, "name=value"; names are of a–z, 0–9, _ and -, and differ.
	Tags [][]byte

	line []byte // what Write made of it

	// The last time that was written, as text to the second: the next one is likely of the same second.
	second int64
	stamp  []byte
}

// Reset empties the record and keeps its buffers.
func (r *Record) Reset() {
	*r = Record{Tags: r.Tags[:0], line: r.line[:0], second: r.second, stamp: r.stamp}
}

// waiting bounds the lines that wait to be written, in bytes.
const waiting = 2 << 20

// Log writes records. It is safe for concurrent use.
type Log struct {
	w       io.Writer
	json    bool
	dropped func(n int)
	wake    chan struct{} // something waits
	closing chan struct{}
	done    chan struct{}

	mu     sync.Mutex
	lines  []byte
	closed bool
}

// New returns a log that writes to w: JSON lines for format "json", else key=value lines. dropped, if not
// nil, is told of lines that found no room.
func New(w io.Writer, format string, dropped func(n int)) *Log {
	l := &Log{
		w: w, json: format == "json", dropped: dropped,
		wake: make(chan struct{}, 1), closing: make(chan struct{}), done: make(chan struct{}),
	}
	go l.write()
	return l
}

// Write queues a line. It copies all of r that it keeps, never blocks, and doesn't allocate once r and the log
// are warm.
func (l *Log) Write(r *Record) {
	r.line = l.append(r.line[:0], r)
	l.mu.Lock()
	fits := !l.closed && len(l.lines)+len(r.line) <= waiting
	first := fits && len(l.lines) == 0
	if fits {
		l.lines = append(l.lines, r.line...)
	}
	l.mu.Unlock()
	if first {
		select {
		case l.wake <- struct{}{}:
		default:
		}
	}
	if !fits && l.dropped != nil {
		l.dropped(1)
	}
}

// Close writes what is queued and ends. Lines that come later are dropped.
func (l *Log) Close() {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return
	}
	l.closed = true
	close(l.closing)
	l.mu.Unlock()
	<-l.done
}

// gather is how long lines gather between writes. While the writer sleeps nobody has to wake it: a line
// costs its formatting, and a busy gateway makes a hundred system calls a second for its log.
const gather = 10 * time.Millisecond

// most is the most bytes that go out in one write.
const most = 64 << 10

// write is the background writer. It and those who write lines take turns with two buffers.
func (l *Log) write() {
	defer close(l.done)
	var out []byte
	pause := time.NewTimer(gather)
	defer pause.Stop()
	for open := true; open; {
		select {
		case <-l.wake:
		case <-l.closing:
			open = false
		}
		l.mu.Lock()
		out, l.lines = l.lines, out[:0]
		l.mu.Unlock()
		for rest := out; len(rest) > 0; {
			part := wholeLines(rest)
			l.w.Write(part) //nolint:errcheck // there is nowhere left to say that the log can't be written
			rest = rest[len(part):]
		}
		if !open {
			return
		}
		pause.Reset(gather)
		select {
		case <-pause.C:
		case <-l.closing:
		}
	}
}

// wholeLines is the front of b, as many lines as one write takes, and at least one.
func wholeLines(b []byte) []byte {
	if len(b) <= most {
		return b
	}
	if end := bytes.LastIndexByte(b[:most], '\n'); end >= 0 {
		return b[:end+1]
	}
	return b[:bytes.IndexByte(b, '\n')+1]
}

// line appends fields in either format.
type line struct {
	b    []byte
	json bool
	any  bool
}

func (l *Log) append(dst []byte, r *Record) []byte {
	w := line{b: dst, json: l.json}
	if l.json {
		w.b = append(w.b, '{')
	}
	w.key("time")
	w.quoteIf()
	w.b = r.appendTime(w.b)
	w.quoteIf()
	w.text("request", r.RequestID)
	w.text("client", r.ClientIP)
	w.text("method", r.Method)
	w.text("path", r.Path)
	w.number("status", int64(r.Status))
	w.micros("ms", r.Duration)
	w.str("consumer", r.Consumer)
	w.str("team", r.Team)
	w.str("route", r.Route)
	w.str("dialect", r.Dialect)
	w.text("model", r.Model)
	w.str("provider", r.Provider)
	w.text("upstream_model", r.UpstreamModel)
	if r.Stream {
		w.key("stream")
		w.b = append(w.b, "true"...)
	}
	w.str("cache", r.Cache)
	w.str("responder", r.Responder)
	w.str("asker", r.Asker)
	if r.Attempts > 0 {
		w.number("attempts", int64(r.Attempts))
	}
	w.counted("tokens_in", r.InputTokens)
	w.counted("tokens_out", r.OutputTokens)
	w.counted("tokens_cached", r.CachedTokens)
	w.number("bytes_in", r.BytesIn)
	w.micros("first_token_ms", r.FirstToken)
	w.micros("upstream_ms", r.Upstream)
	for _, tag := range r.Tags {
		w.tag(tag)
	}
	w.str("error", r.Error)
	if r.Error != "" {
		w.str("failed", r.Party)
		w.str("detail", r.Detail)
	}
	if l.json {
		w.b = append(w.b, '}')
	}
	return append(w.b, '\n')
}

// appendTime writes Time in UTC, with milliseconds.
func (r *Record) appendTime(dst []byte) []byte {
	if s := r.Time.Unix(); s != r.second || len(r.stamp) == 0 {
		r.second, r.stamp = s, r.Time.UTC().AppendFormat(r.stamp[:0], "2006-01-02T15:04:05")
	}
	ms := r.Time.Nanosecond() / 1e6
	return append(append(dst, r.stamp...), '.', byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10), 'Z')
}

func (w *line) key(name string) {
	w.open()
	w.b = append(w.b, name...)
	w.close()
}

// open begins a name, close ends it.
func (w *line) open() {
	switch {
	case w.json && w.any:
		w.b = append(w.b, ',')
	case w.any:
		w.b = append(w.b, ' ')
	}
	w.any = true
	w.quoteIf()
}

func (w *line) close() {
	w.quoteIf()
	if w.json {
		w.b = append(w.b, ':')
	} else {
		w.b = append(w.b, '=')
	}
}

// tag writes a tag under its name, with "tag." in front, so that no plugin can write another member.
func (w *line) tag(tag []byte) {
	name, value, _ := bytes.Cut(tag, []byte("="))
	if len(value) == 0 {
		return
	}
	w.open()
	w.b = append(append(w.b, "tag."...), name...)
	w.close()
	w.value(value)
}

func (w *line) quoteIf() {
	if w.json {
		w.b = append(w.b, '"')
	}
}

func (w *line) number(name string, n int64) {
	w.key(name)
	w.b = strconv.AppendInt(w.b, n, 10)
}

func (w *line) counted(name string, n int64) {
	if n >= 0 {
		w.number(name, n)
	}
}

// micros writes a duration as milliseconds with three decimals.
func (w *line) micros(name string, d time.Duration) {
	if d <= 0 {
		return
	}
	w.key(name)
	us := d.Microseconds()
	w.b = strconv.AppendInt(w.b, us/1000, 10)
	w.b = append(w.b, '.', byte('0'+us/100%10), byte('0'+us/10%10), byte('0'+us%10))
}

func (w *line) str(name, v string) { w.text(name, unsafe.Slice(unsafe.StringData(v), len(v))) }

// text writes a value, quoted where it has to be. Most values are plain and go in whole.
func (w *line) text(name string, v []byte) {
	if len(v) == 0 {
		return
	}
	w.key(name)
	w.value(v)
}

func (w *line) value(v []byte) {
	if isPlain(v) {
		w.quoteIf()
		w.b = append(w.b, v...)
		w.quoteIf()
		return
	}
	w.b = append(w.b, '"')
	for len(v) > 0 {
		r, n := utf8.DecodeRune(v)
		w.char(r, n)
		v = v[n:]
	}
	w.b = append(w.b, '"')
}

// char writes one character so that nothing a client sent can end a line or a string.
func (w *line) char(r rune, size int) {
	switch {
	case r == utf8.RuneError && size == 1:
		w.b = append(w.b, `\ufffd`...)
	case r == '"' || r == '\\':
		w.b = append(w.b, '\\', byte(r))
	case r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) || r == 0x2028 || r == 0x2029:
		const hex = "0123456789abcdef"
		w.b = append(w.b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
	default:
		w.b = utf8.AppendRune(w.b, r)
	}
}

// isPlain tells that a value needs no quotes and no escapes in either format.
func isPlain(v []byte) bool {
	for _, c := range v {
		if c <= ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '=' {
			return false
		}
	}
	return true
}
