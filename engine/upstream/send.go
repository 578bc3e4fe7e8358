package upstream

import (
	"net"
	"sync/atomic"
)

// send writes the request: small ones in one write, copied together with their head; large ones in the background,
// so that an early answer is read while the upstream refuses to take more.
//
// That writing failed is no error yet. The upstream may have answered before it closed, and its answer says more
// than EPIPE; reading decides.
func (x *Exchange) send(r *Request) error {
	if x.client.headSize(r)+len(r.Body) > blockSize {
		x.upload.begin(x, r)
		return nil
	}
	out := x.client.appendHead(x.headBuf[:0], r)
	out = append(out, r.Body...)
	err := x.write(out)
	switch {
	case err == nil:
		return nil
	case x.gone.Load():
		return goneFault()
	case isExpired(err):
		return timeoutFault(x.lateCause())
	}
	return nil
}

// write writes p within the head's deadline.
func (x *Exchange) write(p []byte) error {
	limit := x.limit(x.sent)
	now := x.sent
	for {
		if err := x.cn.armWrite(now, limit); err != nil {
			return err
		}
		n, err := x.cn.nc.Write(p)
		if err == nil || x.cn.secure || !isExpired(err) {
			return err
		}
		x.cn.writeArmed = 0
		if now = mono(); now >= limit {
			return err
		}
		p = p[n:]
	}
}

// upload sends a large request in a goroutine of its own. It belongs to one exchange and is used again.
type upload struct {
	running bool
	cn      *conn
	head    *block // nil if the head outgrew a block
	pieces  [2][]byte
	rest    net.Buffers // what of pieces is to be sent, for writev
	limit   int64
	done    chan struct{}
	run     func() // made once, so that starting it doesn't allocate
	err     error  // valid after done
	failed  atomic.Bool
}

func (u *upload) begin(x *Exchange, r *Request) {
	if u.done == nil {
		u.done = make(chan struct{}, 1)
		u.run = u.main
	}
	u.head = takeBlock()
	u.cn, u.limit = x.cn, x.limit(x.sent)
	u.pieces = [2][]byte{x.client.appendHead(u.head[:0], r), r.Body}
	u.err = nil
	u.failed.Store(false)
	u.running = true
	go u.run()
}

func (u *upload) main() {
	defer func() {
		if p := recover(); p != nil {
			u.err = errSendPanic
			if err, ok := p.(error); ok {
				u.err = cause(errSendPanic, err)
			}
		}
		if u.err != nil {
			// The reader may be waiting for an answer that never comes: wake it to look. The order matters, as
			// it arms its deadline first and looks at failed after.
			u.failed.Store(true)
			_ = u.cn.nc.SetReadDeadline(past)
		}
		u.done <- struct{}{}
	}()
	u.err = u.write()
}

func (u *upload) write() error {
	if err := u.cn.nc.SetWriteDeadline(instant(u.limit)); err != nil {
		return err
	}
	if u.cn.sock != nil && !u.cn.secure {
		u.rest = u.pieces[:]
		_, err := u.rest.WriteTo(u.cn.sock.TCPConn)
		return err
	}
	// No writev under TLS: the first record takes the head and as much of the body as fits.
	first, body := u.pieces[0], u.pieces[1]
	if room := blockSize - len(first); room > 0 {
		n := min(room, len(body))
		first, body = append(first, body[:n]...), body[n:]
	}
	if _, err := u.cn.nc.Write(first); err != nil {
		return err
	}
	if len(body) == 0 {
		return nil
	}
	_, err := u.cn.nc.Write(body)
	return err
}

// join waits for the goroutine, whose socket was closed, and reports whether it had sent everything.
func (u *upload) join() bool {
	if !u.running {
		return true
	}
	<-u.done
	u.running = false
	u.cn = nil
	u.pieces = [2][]byte{}
	u.rest = nil
	giveBlock(&u.head)
	return u.err == nil
}

// stop ends sending on cn, which has its answer already, and reports whether everything was sent. Mostly it was.
func (u *upload) stop(cn *conn) bool {
	if !u.running {
		return true
	}
	_ = cn.nc.SetWriteDeadline(past)
	whole := u.join()
	cn.writeArmed = 0 // passed: the next write arms anew
	return whole
}
