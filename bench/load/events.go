package load

import (
	"bytes"
	"strconv"
	"time"
)

// events counts the events of a stream as they come, in pieces that may end anywhere.
type events struct {
	count   int64
	stamped bool
	failed  bool
	inLine  bool     // the line being read isn't empty
	inEvent bool     // nor is the event
	tail    [64]byte // the last bytes, for the end marks
	tailLen int
}

// endMarks are what the last event of a complete stream holds.
var endMarks = [][]byte{[]byte("data: [DONE]"), []byte("data:[DONE]"), []byte(`"message_stop"`)}

var (
	chatError   = []byte(`data: {"error":`)
	nativeError = []byte("event: error")
)

// feed takes the next bytes. Delays of stamped deltas are recorded in relay.
func (e *events) feed(b []byte, relay *Histogram) {
	for rest := b; len(rest) > 0; {
		line, after, ends := bytes.Cut(rest, []byte("\n"))
		if len(line) > 1 || len(line) == 1 && line[0] != '\r' {
			e.inLine, e.inEvent = true, true
		}
		if ends {
			if !e.inLine && e.inEvent {
				e.count++
				e.inEvent = false
			}
			e.inLine = false
		}
		rest = after
	}
	if bytes.Contains(b, chatError) || bytes.Contains(b, nativeError) {
		e.failed = true
	}
	if e.stamped {
		recordStamps(b, relay)
	}
	e.keepTail(b)
}

// recordStamps looks for @ns@. A stamp cut in two by the end of a read is not counted.
func recordStamps(b []byte, relay *Histogram) {
	now := time.Now().UnixNano()
	for {
		i := bytes.IndexByte(b, '@')
		if i < 0 {
			return
		}
		b = b[i+1:]
		j := bytes.IndexByte(b, '@')
		if j < 0 {
			return
		}
		if ns, err := strconv.ParseInt(string(b[:min(j, 20)]), 10, 64); err == nil && j == 19 {
			relay.Record(time.Duration(now - ns))
			b = b[j+1:]
		}
	}
}

func (e *events) keepTail(b []byte) {
	if len(b) >= len(e.tail) {
		e.tailLen = copy(e.tail[:], b[len(b)-len(e.tail):])
		return
	}
	keep := min(e.tailLen, len(e.tail)-len(b))
	copy(e.tail[:], e.tail[e.tailLen-keep:e.tailLen])
	copy(e.tail[keep:], b)
	e.tailLen = keep + len(b)
}

// ended tells whether the stream so far is complete.
func (e *events) ended() bool {
	for _, m := range endMarks {
		if bytes.Contains(e.tail[:e.tailLen], m) {
			return true
		}
	}
	return false
}
