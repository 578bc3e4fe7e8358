package mock

import (
	"net/http"
	"strconv"
	"time"
)

// head is an answer's head being written into c.out.
type head struct {
	c    *conn
	p    *plan
	keep bool
}

// answerHead begins an answer. d is nil for answers that belong to no API.
func (c *conn) answerHead(status int, contentType string, d dialect, id string, p *plan) *head {
	w := &head{c: c, p: p, keep: c.req.keep && p.framing != "close"}
	c.out = append(c.out[:0], "HTTP/1.1 "...)
	c.out = appendStatus(c.out, status)
	c.out = append(c.out, "\r\n"...)
	w.field("Content-Type", contentType)
	if d != nil {
		c.out = d.fields(c.out, id)
	}
	for _, f := range p.headers {
		w.field(f.Name, f.Value)
	}
	for n := 0; n < p.headBytes; n += 100 {
		w.field("X-Mock-Pad-"+strconv.Itoa(n/100), "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")
	}
	if !w.keep {
		w.field("Connection", "close")
	}
	return w
}

func (w *head) field(name, value string) {
	w.c.out = append(append(append(append(w.c.out, name...), ": "...), value...), "\r\n"...)
}

// length ends the head with a Content-Length, or without one if the script says close.
func (w *head) length(n int) {
	if w.p.framing != "close" {
		w.c.out = append(w.c.out, "Content-Length: "...)
		w.c.out = appendInt(w.c.out, n)
		w.c.out = append(w.c.out, "\r\n"...)
	}
	w.c.out = append(w.c.out, "\r\n"...)
}

// finish sends head and body, and tells whether the connection may be used again.
func (w *head) finish(body []byte) bool {
	c := w.c
	if w.p.framing == "chunked" && !c.req.old {
		c.out = append(c.out, "Transfer-Encoding: chunked\r\n\r\n"...)
		if len(body) > 0 {
			c.out = appendChunk(c.out, body)
		}
		c.out = append(c.out, "0\r\n\r\n"...)
	} else {
		w.length(len(body))
		c.out = append(c.out, body...)
	}
	c.send(c.out)
	return w.after()
}

// after does what a script wants behind a complete answer.
func (w *head) after() bool {
	c := w.c
	if n := w.p.extra; n > 0 {
		c.send([]byte("HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n"))
		junk := make([]byte, n)
		for i := range junk {
			junk[i] = 'x'
		}
		c.send(junk)
	}
	if w.p.slam {
		c.wait(w.p.slamAfter)
		c.err = nil // the answer was complete
		return false
	}
	return w.keep && c.err == nil
}

func appendChunk(dst, body []byte) []byte {
	dst = strconv.AppendUint(dst, uint64(len(body)), 16)
	dst = append(dst, "\r\n"...)
	dst = append(dst, body...)
	return append(dst, "\r\n"...)
}

func appendStatus(dst []byte, status int) []byte {
	dst = append(appendInt(dst, status), ' ')
	return append(dst, http.StatusText(status)...)
}

func appendInt[T int | int64](dst []byte, n T) []byte { return strconv.AppendInt(dst, int64(n), 10) }

// sendWhole renders and sends a body that isn't a stream, with the script's faults inside it.
func (c *conn) sendWhole(d dialect, p *plan, render func(dst []byte, id string) []byte) bool {
	id := c.s.nextID()
	w := c.answerHead(200, "application/json", d, id, p)
	if !p.cutsWhole() && p.framing == "" {
		return w.inPlace(render, id)
	}
	body := render(nil, id)
	if p.garbage >= 0 {
		body = body[:len(body)/2]
	}
	if !p.cutsWhole() {
		return w.finish(body)
	}
	if p.framing == "chunked" {
		c.out = append(c.out, "Transfer-Encoding: chunked\r\n\r\n"...)
	} else {
		w.length(len(body))
	}
	return c.sendParts(w, p, body)
}

// inPlace renders behind the head, leaving room for the length: one buffer, one write.
func (w *head) inPlace(render func(dst []byte, id string) []byte, id string) bool {
	const room = "Content-Length:           \r\n\r\n"
	c := w.c
	c.out = append(c.out, room...)
	at := len(c.out)
	c.out = render(c.out, id)
	if w.p.garbage >= 0 {
		c.out = c.out[:at+(len(c.out)-at)/2]
	}
	var digits [20]byte
	n := strconv.AppendInt(digits[:0], int64(len(c.out)-at), 10)
	copy(c.out[at-4-len(n):], n)
	c.send(c.out)
	return w.after()
}

// cutsWhole tells whether a whole answer isn't sent in one go.
func (p *plan) cutsWhole() bool {
	return p.cut >= 0 || p.rstAt >= 0 || p.stall >= 0 || p.first > 0 || p.noclose || p.badchunk || p.hugechunk || p.infinite
}

// sendParts sends a whole body with a fault in it. What counts deltas in streams counts as many parts here.
func (c *conn) sendParts(w *head, p *plan, body []byte) bool {
	chunked := p.framing == "chunked"
	part := func(from, to int) {
		from, to = from*len(body)/max(p.chunks, 1), to*len(body)/max(p.chunks, 1)
		if from >= to {
			return
		}
		if chunked {
			c.out = appendChunk(c.out, body[from:to])
		} else {
			c.out = append(c.out, body[from:to]...)
		}
		c.flush()
	}
	if p.first > 0 {
		c.flush()
		c.wait(p.first)
	}
	end := p.chunks
	for i := range end + 1 {
		if p.stall == i {
			c.flush()
			c.wait(p.stallTime)
		}
		if done := c.breakOff(p, i); done || c.err != nil {
			return false
		}
		if i < end {
			part(i, i+1)
		}
	}
	for p.infinite && c.err == nil {
		if !chunked && p.framing != "close" {
			break // a length can't be exceeded
		}
		part(0, end)
	}
	if p.noclose {
		c.waitForever()
	}
	if chunked {
		c.out = append(c.out, "0\r\n\r\n"...)
	}
	c.flush()
	return w.after()
}

// flush sends what is in c.out.
func (c *conn) flush() {
	c.send(c.out)
	c.out = c.out[:0]
}

// breakOff ends an answer in its middle if that is planned after i deltas.
func (c *conn) breakOff(p *plan, i int) bool {
	switch {
	case p.rstAt == i:
		c.flush()
		time.Sleep(20 * time.Millisecond) // what was sent must arrive: an RST overtakes it
		c.reset()
		return true
	case p.cut == i:
		c.flush()
		if p.noclose {
			c.waitForever()
		}
		return true
	case (p.badchunk || p.hugechunk) && i == p.chunks/2:
		if p.badchunk {
			c.out = append(c.out, "zz\r\n{}\r\n"...)
		} else {
			c.out = append(c.out, "7fffffffffffffff\r\n{}\r\n"...)
		}
		c.flush()
		c.wait(2 * time.Second)
		c.err = nil // leaving is what a client should do
		return true
	}
	return false
}

// whole sends a conversation's answer in one body.
func (c *conn) whole(d dialect, a *ask, out *answer, p *plan) bool {
	return c.sendWhole(d, p, func(dst []byte, _ string) []byte { return d.whole(dst, out, a, p) })
}
