// Package record writes what happened: one line per request, off the request's path.
//
// A record is formatted by the request that it is about, into a buffer of a pool, and written by one
// background writer. The queue is bounded: when the reader of the log is too slow, lines are dropped and
// counted, and no request waits. Lines hold names, numbers and times; never a body, a key or a header.
package record

import (
	"io"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"
	"unsafe"
)

// Record is one request. Fields left empty, and token counts below 0, are left out of the line.
type Record struct {
	Time                                                       time.Time
	RequestID, ClientIP, Method, Path                          []byte
	Consumer, Team, Route, Dialect, Provider, Cache, Responder string
	Model, UpstreamModel                                       []byte
	Status, Attempts                                           int
	Stream                                                     bool
	InputTokens, OutputTokens, CachedTokens, BytesIn           int64
	Duration, FirstToken, Upstream                             time.Duration
	Error, Party, Detail                                       string
}

// queued bounds the lines that wait to be written.
const queued = 4096

// Log writes records. It is safe for concurrent use.
type Log struct {
	w       io.Writer
	json    bool
	dropped func(n int)
	lines   chan *[]byte
	pool    sync.Pool
	closing chan struct{}
	done    chan struct{}

	mu     sync.RWMutex
	closed bool
}

// New returns a log that writes to w: JSON lines for format "json", else key=value lines. dropped, if not
// nil, is told of lines that found no room.
func New(w io.Writer, format string, dropped func(n int)) *Log {
	l := &Log{w: w, json: format == "json", dropped: dropped, lines: make(chan *[]byte, queued), closing: make(chan struct{}), done: make(chan struct{})}
	l.pool.New = func() any { b := make([]byte, 0, 512); return &b }
	go l.write()
	return l
}

// Write queues a line. It copies all of r that it keeps, never blocks, and doesn't allocate once warm.
func (l *Log) Write(r *Record) {
	b := l.pool.Get().(*[]byte)
	*b = l.append((*b)[:0], r)
	l.mu.RLock()
	defer l.mu.RUnlock()
	if !l.closed {
		select {
		case l.lines <- b:
			return
		default:
		}
	}
	l.pool.Put(b)
	if l.dropped != nil {
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
	close(l.lines)
	close(l.closing)
	l.mu.Unlock()
	<-l.done
}

// most is the most bytes that go out in one write.
const most = 64 << 10

// gather is how long lines gather between writes. While the writer sleeps nobody has to wake it: a line
// costs its formatting, and a busy gateway makes a hundred system calls a second for its log.
const gather = 10 * time.Millisecond

// write is the background writer.
func (l *Log) write() {
	defer close(l.done)
	var out []byte
	pause := time.NewTimer(gather)
	defer pause.Stop()
	for b := range l.lines {
		out = append(out[:0], *b...)
		l.pool.Put(b)
		for more := true; more && len(out) < most; { // all that waits
			select {
			case b, ok := <-l.lines:
				if !ok {
					more = false
					break
				}
				out = append(out, *b...)
				l.pool.Put(b)
			default:
				more = false
			}
		}
		l.w.Write(out)        //nolint:errcheck // there is nowhere left to say that the log can't be written
		if len(out) >= most { // more may wait
			continue
		}
		pause.Reset(gather)
		select {
		case <-pause.C:
		case <-l.closing:
		}
	}
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
	w.b = r.Time.UTC().AppendFormat(w.b, "2006-01-02T15:04:05.000Z07:00")
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
	if r.Attempts > 0 {
		w.number("attempts", int64(r.Attempts))
	}
	w.counted("tokens_in", r.InputTokens)
	w.counted("tokens_out", r.OutputTokens)
	w.counted("tokens_cached", r.CachedTokens)
	w.number("bytes_in", r.BytesIn)
	w.micros("first_token_ms", r.FirstToken)
	w.micros("upstream_ms", r.Upstream)
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

func (w *line) key(name string) {
	switch {
	case w.json && w.any:
		w.b = append(w.b, ',')
	case w.any:
		w.b = append(w.b, ' ')
	}
	w.any = true
	if w.json {
		w.b = append(append(append(w.b, '"'), name...), '"', ':')
	} else {
		w.b = append(append(w.b, name...), '=')
	}
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
