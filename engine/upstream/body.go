package upstream

import (
	"io"
	"slices"
)

type framing byte

const (
	noBody framing = iota
	byLength
	byChunks
	byClose
)

// body is where an answer's body stands. buf[r:w] is unframed and not consumed; buf[w:w+raw] is as it came, and
// comes to be only with the head and behind the body's end.
type body struct {
	framing framing
	open    bool // not complete
	buf     []byte
	r, w    int
	raw     int
	left    int64 // byLength: bytes to come. byClose: bytes that may come
	chunks  chunks
}

func (b *body) pending() bool { return b.open && b.raw > 0 }

// unlimited is the room of a stream's body: far away, and far from overflow.
const unlimited = int64(1) << 62

// openBody decides how the body is framed and where it is buffered. The head is buf[:size], bytes came up to end.
func (x *Exchange) openBody(buf []byte, size, end int) error {
	h, b := &x.h, &x.body
	x.heading = false
	x.headRaw = buf[:size:size]
	room := unlimited
	if !x.stream {
		room = int64(x.client.limits.BodyBytes)
	}
	*b = body{raw: end - size, open: true}
	keep := true
	switch {
	case x.isHead || h.status == 304:
		b.framing = noBody
	case h.status == 204:
		b.framing = noBody
		keep = !h.chunked && h.length <= 0 // says that it has a body: believe neither
	case h.chunked:
		b.framing = byChunks
		b.chunks.begin(room)
	case h.length >= 0:
		b.framing, b.left = byLength, h.length
		if h.length > room {
			return invalidFault(errBodyLimit)
		}
	default:
		b.framing, b.left = byClose, room
	}
	if b.framing == noBody || (b.framing == byLength && b.left == 0) {
		b.open = false
		x.finish(keep && b.raw == 0)
		return nil
	}
	x.placeBody(buf, size, end)
	return nil
}

// placeBody uses the room behind the head, or another block if the head left too little.
func (x *Exchange) placeBody(buf []byte, size, end int) {
	if len(buf)-size >= blockSize/2 {
		x.body.buf = buf[size:]
		return
	}
	x.bodyBuf = takeBlock()
	x.body.buf = x.bodyBuf[:]
	copy(x.body.buf, buf[size:end])
}

// Fill gets more of the body into Bytes: what came with the head, or else one read of the socket. After nil, Bytes
// has grown. Slices from earlier calls of Bytes are no longer valid.
//
// # Errors
//
// io.EOF when the body is complete and no byte was added; for a body without framing see Delimited. Else a
// *fault.Error, which all later calls repeat: UpstreamCut, UpstreamInvalid, UpstreamTimeout, ClientGone.
func (x *Exchange) Fill() error {
	if err := x.ready(); err != nil {
		return err
	}
	b := &x.body
	if b.raw > 0 {
		if n, err := x.unframe(); n > 0 || err != nil {
			return err
		}
	}
	now := mono()
	limit := x.limit(now)
	for b.open {
		if err := x.makeRoom(); err != nil {
			return x.fail(err)
		}
		n, err := x.read(b.buf[b.w:], now, limit)
		if err != nil {
			return x.end(err)
		}
		b.raw = n
		if n, err := x.unframe(); n > 0 || err != nil {
			return err
		}
		now = mono() // framing alone came; the limit stays, or dripped framing would put it off
	}
	return io.EOF
}

// ready tells why the body can't be read on, if so.
func (x *Exchange) ready() error {
	switch {
	case x.err != nil:
		return x.err
	case x.gone.Load():
		return x.fail(goneFault())
	case x.headRaw == nil:
		return internalFault(errNotOpen)
	case !x.body.open:
		return io.EOF
	}
	return nil
}

// end judges a failed read in the body: only where the connection's end is the body's end, EOF is one.
func (x *Exchange) end(err error) error {
	if err != io.EOF {
		return x.fail(err)
	}
	if x.body.framing != byClose {
		return x.fail(x.cut(nil))
	}
	x.body.open = false
	x.finish(false)
	return io.EOF
}

// unframe turns the raw bytes into body bytes in place, and reports how many there were. When they complete the
// body it ends the exchange. A failure comes with the call that finds it, even behind good bytes.
func (x *Exchange) unframe() (int, error) {
	b := &x.body
	raw := b.buf[b.w : b.w+b.raw]
	n, used, complete := len(raw), len(raw), false
	var err error
	switch b.framing {
	case byChunks:
		n, used, err = b.chunks.decode(raw)
		complete = b.chunks.done()
	case byLength:
		n = int(min(int64(n), b.left))
		used = n
		b.left -= int64(n)
		complete = b.left == 0
	default:
		if b.left -= int64(n); b.left < 0 {
			n, err = 0, errBodyLimit
		}
	}
	b.w += n
	b.raw -= used
	if err != nil {
		return n, x.fail(invalidFault(err))
	}
	if complete {
		b.open = false
		x.finish(b.raw == 0)
		b.raw = 0
	}
	return n, nil
}

// makeRoom makes room to read into, keeping what the caller has not consumed: by moving it down while that moves
// fewer bytes than it frees, else by doubling.
func (x *Exchange) makeRoom() error {
	b := &x.body
	if b.r == b.w {
		b.r, b.w = 0, 0
	}
	free, kept := len(b.buf)-b.w, b.w-b.r
	most := x.client.limits.WindowBytes
	switch {
	case free >= len(b.buf)/4:
	case b.r >= kept, b.r > 0 && free == 0 && len(b.buf) >= most:
		copy(b.buf, b.buf[b.r:b.w])
		b.r, b.w = 0, kept
	case free > 0:
	case len(b.buf) >= most:
		return invalidFault(errWindow)
	default:
		grown := make([]byte, min(2*len(b.buf), most))
		copy(grown, b.buf[b.r:b.w])
		b.r, b.w, b.buf = 0, kept, grown
	}
	return nil
}

// Bytes are the body bytes that came and were not discarded. They are valid until the next Fill, ReadAll or Close;
// the caller may change them.
func (x *Exchange) Bytes() []byte { return x.body.buf[x.body.r:x.body.w] }

// Discard consumes the first n of Bytes, or all if n is above their number.
func (x *Exchange) Discard(n int) {
	x.body.r += max(0, min(n, x.body.w-x.body.r))
}

// Complete tells that the whole body came, though Bytes may not be consumed: the next Fill says io.EOF.
func (x *Exchange) Complete() bool { return x.headRaw != nil && !x.body.open && x.err == nil }

// Delimited tells that the answer says where its body ends, by length, by chunks or by having none. Where it
// doesn't, as in HTTP/1.0, io.EOF means only that the connection ended: the caller must find out by the content
// whether that was the end, and must not take it for one where it can't.
func (x *Exchange) Delimited() bool { return x.headRaw != nil && x.body.framing != byClose }

// ReadAll appends the rest of the body to dst. limit is the largest number of bytes to append; 0 or less means
// Limits.BodyBytes. Memory grows with what came, not with what the upstream announced.
//
// # Errors
//
// Those of Fill but io.EOF, and UpstreamInvalid for a body above limit. dst then holds what came before.
func (x *Exchange) ReadAll(dst []byte, limit int) ([]byte, error) {
	if x.client == nil {
		return dst, x.ready()
	}
	if limit <= 0 {
		limit = x.client.limits.BodyBytes
	}
	b, start := &x.body, len(dst)
	for {
		if err := x.fits(b.w-b.r, limit-(len(dst)-start)); err != nil {
			return dst, err
		}
		dst = append(dst, b.buf[b.r:b.w]...)
		b.r = b.w
		var err error
		if b.framing == byLength && b.raw == 0 && b.open {
			dst, err = x.readInto(dst)
		} else {
			err = x.Fill()
		}
		if err == io.EOF {
			return dst, nil
		}
		if err != nil {
			dst = append(dst, x.Bytes()...)
			b.r = b.w
			return dst, err
		}
	}
}

// fits refuses a body that is above the room, by its announced length before the bytes come.
func (x *Exchange) fits(have, room int) error {
	over := have > room
	if b := &x.body; b.open && b.framing == byLength && b.left > int64(room-have) {
		over = true
	}
	if over {
		return x.fail(invalidFault(errBodyLimit))
	}
	return nil
}

// directRoom is the least room for reading past the exchange's own buffer, in bytes.
const directRoom = 32 << 10

// readInto reads body bytes of known number straight into dst. It is Fill without the copy.
func (x *Exchange) readInto(dst []byte) ([]byte, error) {
	if err := x.ready(); err != nil {
		return dst, err
	}
	b := &x.body
	if int64(cap(dst)-len(dst)) < b.left && cap(dst)-len(dst) < directRoom {
		dst = slices.Grow(dst, int(min(b.left, int64(max(len(dst), directRoom)))))
	}
	n := int(min(b.left, int64(cap(dst)-len(dst))))
	now := mono()
	n, err := x.read(dst[len(dst):len(dst)+n], now, x.limit(now))
	if err != nil {
		return dst, x.end(err)
	}
	dst = dst[:len(dst)+n]
	if b.left -= int64(n); b.left == 0 {
		b.open = false
		x.finish(true)
	}
	return dst, nil
}
