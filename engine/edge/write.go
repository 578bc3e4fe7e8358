package edge

import (
	"errors"
	"os"
	"time"
)

// record is how much is written at a time over TLS, where a write can't be resumed: progress is a record.
const record = 16 << 10

// interim is what a server sends before the body of a request that waits for it.
const interim = "HTTP/1.1 100 Continue\r\n\r\n"

// Write sends p. It fails with ErrStalled once the client has taken nothing for Limits.WriteIdle, and with the
// error of Read once a request was refused or cut: there is nothing more to say on this connection.
func (c *Conn) Write(p []byte) (n int, err error) {
	if c.end != nil {
		return 0, c.end
	}
	if c.m.state != stDone && string(p) != interim {
		c.spoke = true
	}
	for {
		piece := p[n:]
		if c.tls != nil && len(piece) > record {
			piece = piece[:record]
		}
		c.armWrite()
		k, err := c.raw.Write(piece)
		n += k
		if err != nil {
			if err = c.stalled(k, err); err != nil {
				return n, err
			}
		}
		if n == len(p) {
			return n, nil
		}
	}
}

func (c *Conn) armWrite() {
	idle := c.l.lim.WriteIdle
	if t := now(); c.wArmed < t+idle*3/4 {
		c.setWrite(t + idle)
	}
}

// stalled judges a failed write of which k bytes went out; nil means to go on.
func (c *Conn) stalled(k int, err error) error {
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	c.wArmed = 0
	if k > 0 && c.tls == nil {
		return nil
	}
	c.l.count(WriteStalled)
	c.end = ErrStalled
	return c.end
}

// answerTime is how long a refusal may take to be written. It nearly always fits into the socket's buffer.
const answerTime = 2 * time.Second

// answer refuses the current request: it sends the client the reason and ends the connection. A request whose
// answer has begun can't be given another; its connection just ends.
func (c *Conn) answer(r Reason) error {
	c.l.count(r)
	c.end = ErrRefused
	if c.spoke {
		return c.end
	}
	c.setWrite(now() + answerTime)
	if _, err := c.raw.Write(answers[r]); err == nil {
		c.refuse = r
	}
	return c.end
}
