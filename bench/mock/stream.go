package mock

import (
	"strconv"
	"strings"
	"time"
)

// events collects server-sent events and sends them, each write one chunk.
type events struct {
	c       *conn
	p       *plan
	buf     []byte // events not sent yet
	hold    bool   // until the whole length is known
	chunked bool
	block   int // index of the content block being written
}

// begin starts an event's data; end ends it. name may be empty.
func (e *events) begin(name string) {
	if name != "" {
		e.buf = append(e.buf, "event:"...)
		e.space()
		e.buf = append(e.buf, name...)
		e.newline()
	}
	e.buf = append(e.buf, "data:"...)
	e.space()
}

func (e *events) end() {
	e.newline()
	e.newline()
}

func (e *events) space() {
	if !e.p.nospace {
		e.buf = append(e.buf, ' ')
	}
}

func (e *events) newline() {
	if e.p.crlf {
		e.buf = append(e.buf, '\r')
	}
	e.buf = append(e.buf, '\n')
}

// raw adds a whole event.
func (e *events) raw(name, data string) {
	e.begin(name)
	e.buf = append(e.buf, data...)
	e.end()
}

// flush sends what was collected.
func (e *events) flush() {
	if e.hold {
		return
	}
	c := e.c
	step := len(e.buf)
	if e.p.split > 0 {
		step = e.p.split
	}
	for rest := e.buf; len(rest) > 0; {
		n := min(step, len(rest))
		if e.chunked {
			c.out = appendChunk(c.out, rest[:n])
		} else {
			c.out = append(c.out, rest[:n]...)
		}
		c.flush()
		rest = rest[n:]
	}
	e.buf = e.buf[:0]
	c.flush()
}

// stream sends a conversation's answer as events, with the script's faults among them.
func (c *conn) stream(d dialect, a *ask, out *answer, p *plan) bool {
	w := c.answerHead(200, "text/event-stream; charset=utf-8", d, out.id, p)
	w.field("Cache-Control", "no-cache")
	e := &events{c: c, p: p, hold: p.framing == "length", buf: c.events[:0]}
	defer func() { c.events = e.buf[:0] }()
	switch {
	case e.hold:
	case p.framing == "close" || c.req.old:
		if w.keep {
			w.field("Connection", "close")
			w.keep = false
		}
		c.out = append(c.out, "\r\n"...)
	default:
		e.chunked = true
		c.out = append(c.out, "Transfer-Encoding: chunked\r\n\r\n"...)
	}
	if p.first > 0 {
		c.flush()
		c.wait(p.first)
	}
	d.open(e, out, a)
	if p.gap > 0 {
		e.flush()
		c.wait(p.gap)
	}
	if ended := c.deltas(d, a, out, e); ended {
		return false
	}
	if p.nousage {
		a.usage = false
	}
	d.tail(e, out, a, p)
	if e.hold {
		e.hold = false
		w.length(len(e.buf))
	}
	if p.noclose {
		e.flush()
		c.waitForever()
		return false
	}
	c.finishStream(e)
	return w.after()
}

// finishStream sends what is left together with the last chunk.
func (c *conn) finishStream(e *events) {
	if e.chunked && e.p.split == 0 {
		if len(e.buf) > 0 {
			c.out = appendChunk(c.out, e.buf)
		}
		c.out = append(c.out, "0\r\n\r\n"...)
		c.flush()
		return
	}
	e.flush()
	if e.chunked {
		c.out = append(c.out, "0\r\n\r\n"...)
		c.flush()
	}
}

// deltas sends the pieces. It tells whether the stream is over before its time.
func (c *conn) deltas(d dialect, a *ask, out *answer, e *events) (ended bool) {
	p := e.p
	pieces := out.pieces(p)
	if p.line > 0 && len(pieces) > 0 {
		pieces[0].text += strings.Repeat("x", p.line)
	}
	batch := max(p.batch, 1)
	for i := 0; ; i++ {
		if p.stall == i {
			e.flush()
			c.wait(p.stallTime)
		}
		if p.breaksAt(i) {
			e.flush()
		}
		if c.breakOff(p, i) || c.err != nil {
			return true
		}
		if p.errorAt == i {
			d.failed(e, scripted(p))
			c.finishStream(e)
			return true
		}
		if i >= len(pieces) && (!p.infinite || len(pieces) == 0) {
			return false
		}
		if p.gap > 0 && i > 0 && i%batch == 0 {
			e.flush()
			c.wait(p.gap)
		}
		c.oddities(d, e, i)
		ps := pieces[i%len(pieces)]
		if p.stamp {
			ps.text = "@" + strconv.FormatInt(time.Now().UnixNano(), 10) + "@" + ps.text
		}
		d.piece(e, out, a, ps)
		if last := i == len(pieces)-1 && p.gap == 0 && !p.infinite; (i+1)%batch == 0 && !last {
			e.flush()
		}
	}
}

// breaksAt tells whether something that isn't an event comes after i deltas.
func (p *plan) breaksAt(i int) bool {
	return p.cut == i || p.rstAt == i || (p.badchunk || p.hugechunk) && p.chunks/2 == i
}

// oddities adds the events a script wants before delta i.
func (c *conn) oddities(d dialect, e *events, i int) {
	p := e.p
	if p.comments {
		e.buf = append(e.buf, ": still here"...)
		e.end()
	}
	if p.garbage == i+1 {
		name := ""
		if _, ok := d.(anthropic); ok {
			name = "content_block_delta"
		}
		e.raw(name, `{"id":"garbage","choices":[{"delta":{"content":`)
	}
}
