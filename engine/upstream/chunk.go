package upstream

import "errors"

var (
	errChunkSize      = errors.New("chunk size is not a hexadecimal number in range")
	errChunkEnd       = errors.New("chunk is not enclosed in CRLF")
	errChunkExtension = errors.New("chunk extension is too long or holds a control byte")
	errTrailer        = errors.New("trailer is malformed")
	errTrailerLimit   = errors.New("trailer is above the limit")
)

const (
	maxSizeDigits     = 16      // hexadecimal digits, leading zeros included
	maxExtension      = 256     // bytes of extensions in one chunk line
	maxExtensionTotal = 8 << 10 // bytes of extensions in one body
	maxTrailer        = 4 << 10 // bytes of trailer
	maxTrailerLines   = 32
)

type chunkState byte

const (
	inSizeStart chunkState = iota
	inSize
	inExtension
	inSizeLF
	inData
	inDataCR
	inDataLF
	inTrailerStart
	inTrailerName
	inTrailerValue
	inTrailerLF
	inEndLF
	inDone
)

// chunks removes chunked framing in place, resuming at any byte. What it yields depends on the bytes alone, not on
// how they were split.
//
// Extensions and trailers are checked, bounded and dropped: nobody asked for them (no TE was sent), and a trailer
// that is believed is a second head.
type chunks struct {
	state     chunkState
	digits    int8
	lines     int8  // trailer lines so far
	left      int64 // of the chunk: its size while that is read, then the bytes still to come
	room      int64 // body bytes that chunks may still declare
	extension int   // bytes in this line
	extra     int   // extension bytes in this body
	trailer   int   // trailer bytes so far
}

// begin makes c ready for a body of at most limit bytes.
func (c *chunks) begin(limit int64) { *c = chunks{room: limit} }

func (c *chunks) done() bool { return c.state == inDone }

// decode works through b: the body bytes it held are moved to b[:out]. used is below len(b) only after the end of
// the body, when the rest does not belong to it, or with an error. b[:out] is good even with an error.
func (c *chunks) decode(b []byte) (out, used int, err error) {
	i := 0
	for i < len(b) && c.state != inDone {
		if c.state == inData {
			n := int(min(c.left, int64(len(b)-i)))
			if out != i {
				copy(b[out:], b[i:i+n])
			}
			out, i = out+n, i+n
			if c.left -= int64(n); c.left == 0 {
				c.state = inDataCR
			}
			continue
		}
		if err := c.control(b[i]); err != nil {
			return out, i, err
		}
		i++
	}
	return out, i, nil
}

// control takes one byte of framing.
func (c *chunks) control(b byte) error {
	switch c.state {
	case inSizeStart, inSize, inExtension, inSizeLF:
		return c.sizeLine(b)
	case inDataCR:
		return c.expect(b, '\r', inDataLF, errChunkEnd)
	case inDataLF:
		return c.expect(b, '\n', inSizeStart, errChunkEnd)
	default:
		return c.trailerByte(b)
	}
}

func (c *chunks) expect(b, want byte, next chunkState, err error) error {
	if b != want {
		return err
	}
	c.state = next
	return nil
}

func (c *chunks) sizeLine(b byte) error {
	switch c.state {
	case inSizeStart:
		c.left, c.digits, c.extension = 0, 0, 0
		c.state = inSize
		return c.digit(b)
	case inSize:
		switch b {
		case '\r':
			c.state = inSizeLF
		case ';':
			c.state = inExtension
		default:
			return c.digit(b)
		}
	case inExtension:
		if b == '\r' {
			c.state = inSizeLF
			return nil
		}
		c.extension++
		c.extra++
		if class[b]&classValue == 0 || c.extension > maxExtension || c.extra > maxExtensionTotal {
			return errChunkExtension
		}
	default:
		return c.sizeEnd(b)
	}
	return nil
}

func (c *chunks) digit(b byte) error {
	var d byte
	switch {
	case '0' <= b && b <= '9':
		d = b - '0'
	case 'a' <= lower(b) && lower(b) <= 'f':
		d = lower(b) - 'a' + 10
	default:
		return errChunkSize
	}
	if c.digits++; c.digits > maxSizeDigits {
		return errChunkSize
	}
	if c.left = c.left<<4 | int64(d); c.left > maxLength {
		return errChunkSize
	}
	return nil
}

func (c *chunks) sizeEnd(b byte) error {
	if b != '\n' {
		return errChunkEnd
	}
	if c.left == 0 {
		c.state = inTrailerStart
		return nil
	}
	if c.left > c.room {
		return errBodyLimit
	}
	c.room -= c.left
	c.state = inData
	return nil
}

func (c *chunks) trailerByte(b byte) error {
	if c.trailer++; c.trailer > maxTrailer {
		return errTrailerLimit
	}
	switch c.state {
	case inTrailerStart:
		if b == '\r' {
			c.state = inEndLF
			return nil
		}
		if c.lines++; c.lines > maxTrailerLines {
			return errTrailerLimit
		}
		if class[b]&classToken == 0 {
			return errTrailer
		}
		c.state = inTrailerName
	case inTrailerName:
		if b == ':' {
			c.state = inTrailerValue
		} else if class[b]&classToken == 0 {
			return errTrailer
		}
	case inTrailerValue:
		if b == '\r' {
			c.state = inTrailerLF
		} else if class[b]&classValue == 0 {
			return errTrailer
		}
	case inTrailerLF:
		return c.expect(b, '\n', inTrailerStart, errTrailer)
	case inEndLF:
		return c.expect(b, '\n', inDone, errTrailer)
	}
	return nil
}
