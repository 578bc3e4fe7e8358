package upstream

import (
	"io"
	"time"
)

// limit is the instant at which the phase under way is late, for a wait that starts at now.
func (x *Exchange) limit(now int64) int64 {
	d := &x.deadlines
	at := never
	if x.heading {
		at = after(x.sent, d.Headers)
	}
	switch {
	case !x.stream:
		at = min(at, after(x.sent, d.Total))
	case x.awaiting:
		at = min(at, after(x.sent, d.FirstToken))
	case !x.heading:
		at = min(at, after(now, d.Idle))
	}
	return at
}

// lateCause names the phase whose limit passed.
func (x *Exchange) lateCause() error {
	now := mono()
	switch {
	case x.heading && now >= after(x.sent, x.deadlines.Headers):
		return ErrHeadersDeadline
	case !x.stream:
		return ErrTotalDeadline
	case x.awaiting:
		return ErrFirstTokenDeadline
	default:
		return ErrIdleDeadline
	}
}

// waitFor is how long to queue for a connection: as long as the head may take, 0 for no limit.
func (x *Exchange) waitFor() time.Duration {
	d := x.deadlines.Headers
	other := x.deadlines.FirstToken
	if !x.stream {
		other = x.deadlines.Total
	}
	if d <= 0 || (other > 0 && other < d) {
		return other
	}
	return d
}

// read reads once into p, waiting from start until limit at most, and calls the silence hook on the way. It returns
// io.EOF as it comes, since only the caller knows what that means; all other errors are faults.
func (x *Exchange) read(p []byte, start, limit int64) (int, error) {
	cn := x.cn
	now, chance := start, never
	for empty := 0; ; {
		want := min(limit, chance)
		if x.onQuiet != nil {
			want = min(want, after(start, x.silence))
		}
		err := cn.armRead(now, want)
		if chance == never && x.sendingFailed() {
			chance = after(now, linger)
			continue
		}
		var n int
		if err == nil {
			n, err = cn.nc.Read(p)
		}
		switch {
		case n > 0:
			x.note(int64(n))
			return n, nil
		case x.gone.Load():
			return 0, goneFault()
		case err == nil:
			if empty++; empty > maxEmptyReads {
				return 0, x.cut(io.ErrNoProgress)
			}
			continue
		case err == io.EOF:
			return 0, err
		case !isExpired(err):
			return 0, x.cut(err)
		}
		cn.readArmed = 0 // it fired: arm anew
		now = mono()
		switch {
		case now >= limit:
			return 0, timeoutFault(x.lateCause())
		case now >= chance:
			return 0, x.cut(errUnsent)
		case now >= after(start, x.silence):
			x.fallSilent()
		}
	}
}

// maxEmptyReads is how often a connection may return neither bytes nor an error in one wait.
const maxEmptyReads = 100

// linger is how long an answer is still waited for after sending failed: the peer may have answered and closed.
const linger = time.Second

// sendingFailed tells that a large body can't be sent and that no answer came yet to explain it.
func (x *Exchange) sendingFailed() bool {
	return x.heading && x.upload.running && x.upload.failed.Load()
}

// note keeps the instant of the first byte.
func (x *Exchange) note(n int64) {
	if x.received == 0 {
		x.firstByte = time.Duration(mono() - x.begun)
	}
	x.received += n
}

// cut is the fault for a connection that ended, with the place where it did.
func (x *Exchange) cut(err error) error {
	switch {
	case !x.heading:
		return cutFault(cause(errCutBody, err))
	case x.received > 0:
		return cutFault(cause(errCutHead, err))
	default:
		return cutFault(cause(errNoAnswer, err))
	}
}

// readHead reads up to the end of the final answer's head and prepares the body.
func (x *Exchange) readHead() error {
	l := &x.client.limits
	x.h.begin(l.HeadBytes, l.HeadLines)
	buf, end, interim := x.headBuf[:], 0, 0
	now, limit := x.sent, x.limit(x.sent)
	for {
		n, err := x.read(buf[end:], now, limit)
		if err == io.EOF {
			err = x.cut(nil)
		}
		if err != nil {
			return err
		}
		end += n
		for {
			size, done, err := x.h.parse(buf[:end])
			if err != nil {
				return invalidFault(err)
			}
			if !done {
				break
			}
			if x.h.status >= 200 {
				return x.openBody(buf, size, end)
			}
			if x.h.status == 101 {
				return invalidFault(errSwitch)
			}
			if interim++; interim > l.Interim {
				return invalidFault(errInterim)
			}
			end = copy(buf, buf[size:end])
			x.h.begin(l.HeadBytes, l.HeadLines)
		}
		if end == len(buf) {
			// parse refuses a head of HeadBytes, so there is room to grow.
			grown := make([]byte, min(2*len(buf), l.HeadBytes))
			copy(grown, buf)
			buf = grown
			giveBlock(&x.headBuf)
		}
		now = mono()
	}
}
