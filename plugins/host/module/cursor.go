package module

import (
	"encoding/binary"
	"strconv"
	"unicode/utf8"
)

// cursor reads the bytes of a module in order. The first error stays: later reads return zero and change nothing,
// so that callers check err where they loop or decide, not after each read.
type cursor struct {
	buf []byte // the whole module: positions are offsets for messages
	pos int
	end int // reads stop here: the end of the section or body
	err *Error

	section string
	fn      int // -1 outside of code
}

// left returns how many bytes remain; an upper bound of how many things of a byte or more can follow.
func (c *cursor) left() int { return c.end - c.pos }

func (c *cursor) fail(kind ErrorKind, at int, reason, hint string) {
	if c.err == nil {
		c.err = &Error{Kind: kind, Section: c.section, Offset: at, Func: c.fn, Reason: reason, Hint: hint}
	}
}

func (c *cursor) malformed(at int, reason string) { c.fail(Malformed, at, reason, hintBuild) }

func (c *cursor) truncated() { c.malformed(c.pos, "the bytes end too early") }

const hintBuild = "the file is damaged or no WebAssembly module; build it again"

func (c *cursor) byte() byte {
	if c.err != nil || c.pos >= c.end {
		c.truncated()
		return 0
	}
	b := c.buf[c.pos]
	c.pos++
	return b
}

// bytes returns the next n bytes without copying them.
func (c *cursor) bytes(n int) []byte {
	if c.err != nil || n < 0 || n > c.left() {
		c.truncated()
		return nil
	}
	b := c.buf[c.pos : c.pos+n : c.pos+n]
	c.pos += n
	return b
}

// u32 reads an unsigned LEB128 number of at most 32 bits in at most five bytes.
func (c *cursor) u32() uint32 {
	if c.err == nil && c.pos < c.end && c.buf[c.pos] < 0x80 {
		c.pos++
		return uint32(c.buf[c.pos-1])
	}
	return c.u32Long()
}

func (c *cursor) u32Long() uint32 {
	start := c.pos
	var v uint32
	for shift := 0; ; shift += 7 {
		b := c.byte()
		if shift == 28 && b > 0x0f {
			c.malformed(start, "a number does not fit in 32 bits")
		}
		if c.err != nil {
			return 0
		}
		v |= uint32(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
}

// signed reads a signed LEB128 number of the given width in bits.
func (c *cursor) signed(bits int) int64 {
	start := c.pos
	var v int64
	for shift := 0; ; shift += 7 {
		b := c.byte()
		if rest := bits - shift; rest < 7 && !signExtended(b, rest) {
			c.malformed(start, "a number does not fit in "+strconv.Itoa(bits)+" bits")
		}
		if c.err != nil {
			return 0
		}
		v |= int64(b&0x7f) << shift
		if b < 0x80 {
			if shift+7 < 64 && b&0x40 != 0 {
				v |= -1 << (shift + 7)
			}
			return v
		}
	}
}

// signExtended reports whether b ends a number whose last byte has only rest bits of value: the other bits must
// repeat the sign.
func signExtended(b byte, rest int) bool {
	sign := int8(b<<1) >> rest
	return b < 0x80 && (sign == 0 || sign == -1)
}

// count reads the length of a vector and checks it against what may and what can follow, before anybody allocates.
// Each item takes at least size bytes.
func (c *cursor) count(what string, limit, size int) int {
	at := c.pos
	n := int64(c.u32())
	if c.err != nil {
		return 0
	}
	if n > int64(limit) {
		c.tooMany(at, what, n, limit)
		return 0
	}
	if n*int64(size) > int64(c.left()) {
		c.malformed(at, strconv.FormatInt(n, 10)+" "+what+" are announced, but only "+
			strconv.Itoa(c.left())+" bytes follow")
		return 0
	}
	return int(n)
}

func (c *cursor) tooMany(at int, what string, got int64, limit int) {
	c.fail(LimitExceeded, at, strconv.FormatInt(got, 10)+" "+what+", at most "+strconv.Itoa(limit)+" are allowed",
		"make the module smaller, or raise the limit if you trust it")
}

// name reads a UTF-8 string of at most limit bytes.
func (c *cursor) name(what string, limit int) string {
	at := c.pos
	b := c.bytes(c.count("bytes in a name of "+what, limit, 1))
	if !utf8.Valid(b) {
		c.malformed(at, "the name of "+what+" is not UTF-8")
		return ""
	}
	return string(b)
}

func (c *cursor) valueType() ValueType {
	at := c.pos
	t := ValueType(c.byte())
	if c.err == nil && !t.known() {
		c.unknownType(at, t)
	}
	return t
}

func (c *cursor) refType() ValueType {
	at := c.pos
	t := ValueType(c.byte())
	if c.err == nil && !t.ref() {
		c.unknownType(at, t)
	}
	return t
}

func (c *cursor) unknownType(at int, t ValueType) {
	switch {
	case t >= 0x62 && t <= 0x7a:
		c.fail(Unsupported, at, "the type "+t.String()+" belongs to a proposal that is not supported",
			"build without typed function references, garbage collection and exceptions")
	default:
		c.malformed(at, "unknown type "+t.String())
	}
}

// zero reads a byte that the format reserves.
func (c *cursor) zero(what string) {
	at := c.pos
	if b := c.byte(); c.err == nil && b != 0 {
		c.fail(Unsupported, at, "a "+what+" other than 0 is used", "build without multiple memories")
	}
}

// index reads an index and checks that it is below the number of things there are.
func (c *cursor) index(what string, n int) uint32 {
	at := c.pos
	i := c.u32()
	if c.err == nil && int64(i) >= int64(n) {
		c.malformed(at, what+" "+strconv.FormatUint(uint64(i), 10)+" is used, but there are "+strconv.Itoa(n))
		return 0
	}
	return i
}

func appendU32(b []byte, v uint32) []byte { return binary.AppendUvarint(b, uint64(v)) }

// appendS64 appends v as signed LEB128 in its shortest form.
func appendS64(b []byte, v int64) []byte {
	for {
		low := byte(v & 0x7f)
		v >>= 7
		if v == 0 && low&0x40 == 0 || v == -1 && low&0x40 != 0 {
			return append(b, low)
		}
		b = append(b, low|0x80)
	}
}

func appendName(b []byte, s string) []byte { return append(appendU32(b, uint32(len(s))), s...) }
