package edge

import (
	"errors"
	"os"
	"time"
)

// interim is what a server sends before the body of a request that waits for it.
const interim = "HTTP/1.1 100 Continue\r\n\r\n"

// Write sends p. It fails with ErrStalled once the client has taken nothing for Limits.WriteIdle, and with the
// error of Read once a request was refused or cut: there is nothing more to say on this connection.
func (c *Conn) Write(p []byte) (int, error) {
	if c.end != nil {
		return 0, c.end
	}
	if string(p) == interim {
		if c.invited {
			return len(p), nil // it has been told
		}
	} else if c.m.state != stDone {
		c.spoke = true
	}
	n, err := c.raw.Write(p)
	if err != nil && errors.Is(err, os.ErrDeadlineExceeded) {
		c.l.count(WriteStalled)
		c.end = ErrStalled
		return n, c.end
	}
	return n, err
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
	_ = c.pace.SetWriteDeadline(time.Now().Add(answerTime)) // fails only on a closed socket, which the write tells
	if _, err := c.raw.Write(c.l.words(r, c.m.vendor)); err == nil {
		c.refuse = r
	}
	return c.end
}
