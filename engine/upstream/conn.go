package upstream

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"

	"github.com/yett-gateway/yett/engine/socket"
)

// conn is one connection. At any time it belongs to the idle stack or to one exchange.
//
// Deadlines are armed lazily. Setting a socket's deadline costs more than a read that finds bytes, so an armed
// instant stays as long as it is not later than the one wanted and at least half as far ahead. When it fires early, the
// reader sees by the clock that its own limit has not passed, arms that and goes on; since that costs a wake-up, an instant
// that is near is moved on before.
type conn struct {
	nc     net.Conn     // what is read and written
	raw    net.Conn     // the socket below TLS, or nc itself
	sock   *socket.Conn // raw if it is a TCP connection; else nil
	secure bool

	readArmed, writeArmed int64 // never: no deadline is set
	idleSince             int64
}

func newConn(nc, raw net.Conn) *conn {
	cn := &conn{nc: nc, raw: raw, secure: nc != raw, readArmed: never, writeArmed: never}
	cn.sock, _ = raw.(*socket.Conn)
	return cn
}

// undisturbed tells that the peer has sent nothing, not even its goodbye. An idle connection must be so; where nothing can
// be told, the retry on a fresh connection is what is left.
func (cn *conn) undisturbed() bool { return cn.sock == nil || cn.sock.Quiet() }

// close closes the socket. It sends no TLS goodbye, which could block; HTTP's framing says what is complete.
func (cn *conn) close() { _ = cn.raw.Close() }

// armRead makes reads end at want or earlier. now is the present instant.
func (cn *conn) armRead(now, want int64) error {
	if cn.readArmed <= want && cn.readArmed >= now+(want-now)/2 && cn.readArmed > now {
		return nil
	}
	cn.readArmed = want
	return cn.nc.SetReadDeadline(instant(want))
}

// armWrite makes writes end at want or earlier; at want exactly under TLS, where a write that ran out of time
// can't go on.
func (cn *conn) armWrite(now, want int64) error {
	if cn.writeArmed > now && cn.writeArmed <= want && (!cn.secure || cn.writeArmed == want) {
		return nil
	}
	cn.writeArmed = want
	return cn.nc.SetWriteDeadline(instant(want))
}

// isExpired tells an armed deadline from all other failures, ETIMEDOUT of a dead peer among them.
func isExpired(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }

// dial opens a connection for x within its Connect deadline, name lookup and TLS included. No lock is held. The
// caller holds a slot of the pool and keeps it.
func (c *Client) dial(x *Exchange) (*conn, error) {
	x.fallSilent() // a dial takes long enough to look after the client meanwhile
	d := x.deadlines.Connect
	if d <= 0 {
		d = defaultConnect
	}
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	if !x.onCancel(cancel) {
		return nil, goneFault()
	}
	c.countDial()
	nc, raw, err := c.connect(ctx)
	x.onCancel(nil)
	switch {
	case err == nil:
		return newConn(nc, raw), nil
	case x.gone.Load():
		return nil, goneFault()
	case ctx.Err() != nil || isTimeout(err):
		return nil, timeoutFault(cause(ErrConnectDeadline, err))
	default:
		return nil, connectFault(err)
	}
}

func (c *Client) connect(ctx context.Context) (nc, raw net.Conn, err error) {
	raw, err = c.dialer(ctx, "tcp", c.addr)
	if err != nil {
		return nil, nil, err
	}
	if raw == nil {
		return nil, nil, errNoConn
	}
	raw = socket.New(raw)
	if c.tls == nil {
		return raw, raw, nil
	}
	secured := tls.Client(raw, c.tls)
	if err = secured.HandshakeContext(ctx); err != nil {
		_ = raw.Close()
		return nil, nil, err
	}
	return secured, raw, nil
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}
