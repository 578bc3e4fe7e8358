package wire

import "bytes"

// DefaultMaxEvent is the limit of an event's length in bytes if Events.Reset isn't told one: 8 MiB. A
// generated image comes in base64 in one event, and again in the event that sums up the answer.
const DefaultMaxEvent = 8 << 20

// keepJoined is the largest buffer, in bytes, that Events keeps over a Reset.
const keepJoined = 64 << 10

// Event is one event of a stream. Its bytes alias the buffer given to Events.Next, or a buffer of the Events,
// and are valid until either is used again.
type Event struct {
	// Raw is the whole event as it came, with its blank line. The Raws of a stream, one after the other, are
	// the stream.
	Raw []byte
	// Name is the value of the last "event:" field, nil if there is none.
	Name []byte
	// Data is the value of the "data:" field; several are joined with LF. It is nil if there is none, and
	// empty but not nil if it is empty.
	Data []byte
	// ID is the value of the last "id:" field without a NUL, nil if there is none.
	ID []byte
	// Comment tells that there is neither Data nor Name: a comment, a lone blank line, or only fields such as
	// retry. It says nothing to a client but that the stream lives.
	Comment bool
	// Cut tells that the stream ended before the event's blank line came. Clients drop such an event, and so
	// must who decides on it, unless it knows that the server is sloppy about its last line.
	Cut bool
}

// Events finds the events of a stream (text/event-stream as in the WHATWG standard) in a buffer that grows as
// the stream is read. The zero Events is ready, with the default limit.
//
// Lines may end in LF, CR or CRLF, mixed. A byte order mark in front of the stream is passed over. Bytes
// looked at in one call are not looked at again in the next.
//
// A CR that ends the buffer could be half of a CRLF. Where the stream's lines end in CRLF, Next waits for
// the LF. Otherwise an event that ends so is returned at once, since its sender may send nothing more for
// long; should LF follow after all, it stands in front of the next event's Raw and means nothing.
type Events struct {
	max  int
	pos  int // offset in buf of the first byte that was not looked at
	line int // offset in buf of the line that pos is in

	name, data, id field
	joined         []byte
	lines          int // of data

	begun  bool // a first line was seen
	crlf   bool // the last line ended in CRLF
	halved bool // the last event ended in a CR at the end of the buffer
	failed bool
}

// field is the value of a field as offsets in the buffer.
type field struct {
	start, end int
	present    bool
}

func (f field) of(buf []byte) []byte {
	if !f.present {
		return nil
	}
	return buf[f.start:f.end:f.end]
}

// Reset makes e ready for a new stream whose events may have up to maxEvent bytes; 0 and below mean
// DefaultMaxEvent.
func (e *Events) Reset(maxEvent int) {
	joined := e.joined[:0]
	if cap(joined) > keepJoined {
		joined = nil
	}
	*e = Events{max: maxEvent, joined: joined}
}

// Next finds the next event. buf holds the bytes of the stream that come after the last event; n is how many
// of them the event takes, which the caller drops before the next call. If n is 0 the event is not complete
// yet: the caller calls again with the same bytes and more behind them. They may have moved. To learn that
// an event is too large, buf must be able to hold one byte more than the limit.
//
// With atEOF the stream has nothing more than buf. A last event without blank line is then returned with
// Cut set. When n is 0 there is no further event.
//
// # Errors
//
// ErrEventTooLarge comes when an event is longer than the limit, and from then on until Reset.
func (e *Events) Next(buf []byte, atEOF bool) (ev Event, n int, err error) {
	if e.failed {
		return Event{}, 0, ErrEventTooLarge
	}
	if e.halved && e.pos == 0 && len(buf) > 0 {
		e.halved = false
		if buf[0] == '\n' {
			e.pos, e.line = 1, 1
		}
	}
	n, cut := e.scan(buf, atEOF)
	limit := e.max
	if limit <= 0 {
		limit = DefaultMaxEvent
	}
	if n > limit || n == 0 && len(buf) > limit {
		e.failed = true
		return Event{}, 0, ErrEventTooLarge
	}
	if n == 0 {
		return Event{}, 0, nil
	}
	ev = e.event(buf[:n:n])
	ev.Cut = cut
	e.forget()
	return ev, n, nil
}

// scan looks at the lines it has not seen and returns the length of the event once it is whole, or cut by
// the end of the stream; 0 before.
func (e *Events) scan(buf []byte, atEOF bool) (n int, cut bool) {
	for {
		end := lineEnd(buf, e.pos)
		if end == len(buf) {
			break
		}
		next := end + 1
		last := next == len(buf)
		crlf := buf[end] == '\r' && !last && buf[next] == '\n'
		if crlf {
			next++
		}
		if buf[end] == '\r' && last && !atEOF {
			blank := end == e.lineStart(buf)
			if !blank || e.crlf {
				e.pos = end // it may become CRLF
				return 0, false
			}
			e.halved = true
		}
		e.crlf = crlf
		blank := e.take(buf, end)
		e.pos, e.line = next, next
		if blank {
			return next, false
		}
	}
	e.pos = len(buf)
	if !atEOF || len(buf) == 0 {
		return 0, false
	}
	if e.line < len(buf) {
		e.take(buf, len(buf))
	}
	// A line that isn't blank takes two bytes at least, so one byte is the second half of a CRLF.
	half := e.line == 1 && len(buf) == 1
	return len(buf), !half
}

// lineStart is the offset of the current line without a byte order mark.
func (e *Events) lineStart(buf []byte) int {
	if !e.begun && len(buf)-e.line >= len(byteOrderMark) && string(buf[e.line:e.line+len(byteOrderMark)]) == byteOrderMark {
		return e.line + len(byteOrderMark)
	}
	return e.line
}

// take keeps what the line up to end says and tells whether it is blank.
func (e *Events) take(buf []byte, end int) (blank bool) {
	start := e.lineStart(buf)
	e.begun = true
	line := buf[start:end]
	if len(line) == 0 {
		return true
	}
	switch line[0] {
	case 'd':
		if v, ok := fieldValue(line, "data"); ok {
			e.takeData(buf, field{start + v, end, true})
		}
	case 'e':
		if v, ok := fieldValue(line, "event"); ok {
			e.name = field{start + v, end, true}
		}
	case 'i':
		if v, ok := fieldValue(line, "id"); ok && bytes.IndexByte(line, 0) < 0 {
			e.id = field{start + v, end, true}
		}
	}
	return false
}

// takeData keeps a data line; from the second on they are copied together, LF between.
func (e *Events) takeData(buf []byte, f field) {
	switch e.lines {
	case 0:
		e.data = f
	case 1:
		e.joined = append(e.joined[:0], e.data.of(buf)...)
		fallthrough
	default:
		e.joined = append(e.joined, '\n')
		e.joined = append(e.joined, f.of(buf)...)
	}
	e.lines++
}

// fieldValue returns where in line the value of the field begins, if the line is of that field. A line
// without colon is a field with an empty value; one space after the colon isn't part of the value.
func fieldValue(line []byte, name string) (start int, ok bool) {
	n := len(name)
	switch {
	case len(line) < n || string(line[:n]) != name:
		return 0, false
	case len(line) == n:
		return n, true
	case line[n] != ':':
		return 0, false
	case len(line) > n+1 && line[n+1] == ' ':
		return n + 2, true
	}
	return n + 1, true
}

// event makes the event out of what its lines said.
func (e *Events) event(raw []byte) Event {
	ev := Event{Raw: raw, Name: e.name.of(raw), ID: e.id.of(raw), Data: e.data.of(raw)}
	if e.lines > 1 {
		ev.Data = e.joined[:len(e.joined):len(e.joined)]
	}
	ev.Comment = ev.Data == nil && ev.Name == nil
	return ev
}

// forget makes e ready for the next event of the stream. The joined data stays, since the caller has it.
func (e *Events) forget() {
	e.pos, e.line, e.lines = 0, 0, 0
	e.name, e.data, e.id = field{}, field{}, field{}
}

// lineEnd returns the index of the first CR or LF from i on, or len(b).
func lineEnd(b []byte, i int) int {
	for i+wordBytes <= len(b) {
		w := load(b, i)
		if m := zeros(w^feeds) | zeros(w^returns); m != 0 {
			return i + lowest(m)
		}
		i += wordBytes
	}
	for i < len(b) && b[i] != '\n' && b[i] != '\r' {
		i++
	}
	return i
}

// AppendEvent appends an event: an "event:" line unless name is empty, a "data:" line for each line of data
// (at least one), and a blank line. A line break in data becomes LF for the reader, whichever it was. name
// is cut before a line break, so that it can't begin a field of its own.
func AppendEvent(dst []byte, name string, data []byte) []byte {
	if name != "" {
		dst = append(dst, "event: "...)
		dst = append(dst, name[:lineEnd([]byte(name), 0)]...)
		dst = append(dst, '\n')
	}
	dst = appendLines(dst, "data: ", data)
	return append(dst, '\n')
}

// AppendComment appends a comment, such as ": ping", as an event of its own. Clients pass over it.
func AppendComment(dst []byte, text string) []byte {
	dst = appendLines(dst, ": ", []byte(text))
	return append(dst, '\n')
}

// appendLines appends each line of text with prefix in front and LF behind.
func appendLines(dst []byte, prefix string, text []byte) []byte {
	for {
		end := lineEnd(text, 0)
		dst = append(dst, prefix...)
		dst = append(dst, text[:end]...)
		dst = append(dst, '\n')
		if end == len(text) {
			return dst
		}
		if text[end] == '\r' && end+1 < len(text) && text[end+1] == '\n' {
			end++
		}
		text = text[end+1:]
	}
}
