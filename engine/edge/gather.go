package edge

import "sync"

// gathering is a body, or a chunk of one, that the guard holds back with the line feed before it.
//
// fasthttp makes room for a body as soon as it knows the length: a client that declares 32 MiB and sends one byte
// would hold 32 MiB. So the guard keeps the last byte of the line that tells the length, gathers what follows in
// a buffer that grows with what arrives, and hands both over when all of it is there. A client then holds no
// more than twice what it has sent, and a large body that does come costs one more copy.
type gathering struct {
	buf  *[]byte // the line feed and what has arrived; nil when nothing is held back
	off  int     // how much of it the server has read
	open bool    // more is to come
}

const (
	gatherStart  = 8 << 10
	gatherPooled = 256 << 10 // larger buffers are left to the collector
)

var gatherBuffers = sync.Pool{New: func() any {
	b := make([]byte, 0, gatherStart)
	return &b
}}

// begin holds back the line feed that the machine has just read.
func (g *gathering) begin() {
	g.buf = gatherBuffers.Get().(*[]byte)
	*g.buf = append((*g.buf)[:0], '\n')
	g.off, g.open = 0, true
}

// room returns where up to rest more bytes can go. The buffer at least doubles, as far as rest asks for it.
func (g *gathering) room(rest int64) []byte {
	b := *g.buf
	if len(b) == cap(b) {
		grown := make([]byte, len(b), int64(len(b))+min(rest, int64(len(b))))
		copy(grown, b)
		*g.buf, b = grown, grown
	}
	return b[len(b) : int64(len(b))+min(rest, int64(cap(b)-len(b)))]
}

// add keeps n bytes that were put where room said.
func (g *gathering) add(n int) { *g.buf = (*g.buf)[:len(*g.buf)+n] }

// ready tells whether bytes are there for the server.
func (g *gathering) ready() bool { return g.buf != nil && !g.open }

// read hands bytes over, and gives up the buffer behind the last.
func (g *gathering) read(p []byte) int {
	n := copy(p, (*g.buf)[g.off:])
	if g.off += n; g.off == len(*g.buf) {
		g.drop()
	}
	return n
}

func (g *gathering) drop() {
	if g.buf != nil && cap(*g.buf) <= gatherPooled {
		gatherBuffers.Put(g.buf)
	}
	g.buf, g.open = nil, false
}

// holdBack begins to gather what the machine paused before. The server, which has not seen the end of the head, can't
// tell a client that waits for it to go on; so the guard does, and Write leaves out the server's own word.
func (c *Conn) holdBack() {
	c.m.pause = false
	c.held.begin()
	if c.m.state == stFixed && c.m.seen&sawExpect != 0 {
		c.invited = true
		_, _ = c.raw.Write([]byte(interim)) // a client that has left shows in the next read
	}
}

// gather reads on until what is held back is complete.
func (c *Conn) gather() error {
	g := &c.held
	for g.open {
		room := g.room(c.m.rest)
		n, err := c.take(room)
		if n == 0 && err != nil {
			if err = c.failed(err); err != nil {
				return err
			}
			continue
		}
		c.m.feed(room[:n]) // nothing but data, which the machine counts and never refuses
		g.add(n)
		g.open = c.m.rest > 0
		if c.m.state == stDone {
			c.served++
		}
	}
	return nil
}
