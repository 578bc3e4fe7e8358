package edge

// segment is what a path segment has been so far.
type segment uint8

const (
	segNone  segment = iota // before the first slash
	segEmpty                // behind a slash
	segDot                  // "."
	segDots                 // ".."
	segOther
)

func (s segment) dots() bool { return s == segDot || s == segDots }

// path reads a byte of the target up to its query. Only the origin form passes, and only in the form in which
// no later reader can find another path: each segment is its own name, whoever decodes or normalises it.
//
// Encoded bytes pass when they stand for themselves whatever is done with them: %3A in a model's name is
// common. An encoded slash, percent sign or control byte is refused, and so are bytes that UTF-8 never has.
func (m *machine) path(c byte) Reason {
	if m.n++; m.n > m.lim.Target && c != ' ' {
		return TargetTooLong
	}
	m.recognize(c)
	if m.percent != 0 {
		return m.encoded(c)
	}
	if m.segment == segNone && c != '/' {
		return m.notOrigin(c)
	}
	switch c {
	case '/':
		if m.segment == segEmpty || m.segment.dots() {
			return BadPath
		}
		m.segment = segEmpty
	case '.':
		m.dot()
	case '%':
		m.percent = 1
	case ';':
		if m.segment.dots() {
			return BadPath
		}
		m.segment = segOther
	case '?', ' ':
		if m.segment.dots() {
			return BadPath
		}
		if c == '?' {
			m.state = stQuery
			return None
		}
		return m.targetEnd()
	case '\r', '\n':
		return BadRequestLine // HTTP/0.9
	case '\\':
		return BadPath
	default:
		if class[c]&isPath == 0 {
			return BadTarget
		}
		m.segment = segOther
	}
	return None
}

// notOrigin names what a target is that begins otherwise than with a slash.
func (m *machine) notOrigin(c byte) Reason {
	switch {
	case c == '*' && m.h2:
		return BadVersion
	case c == ' ' || c == '\r' || c == '\n':
		return BadRequestLine
	}
	return BadTarget
}

func (m *machine) dot() {
	switch m.segment {
	case segEmpty:
		m.segment = segDot
	case segDot:
		m.segment = segDots
	default:
		m.segment = segOther
	}
}

// digit reads a digit of an encoded byte and returns the byte once both are there.
func (m *machine) digit(c byte) (v byte, whole, ok bool) {
	h := hexes[c]
	if h == 0xff {
		return 0, false, false
	}
	if m.percent == 1 {
		m.percent, m.high = 2, h
		return 0, false, true
	}
	m.percent = 0
	return m.high<<4 | h, true, true
}

func (m *machine) encoded(c byte) Reason {
	v, whole, ok := m.digit(c)
	switch {
	case !ok:
		return BadPath
	case !whole:
		return None
	case v == '.':
		m.dot()
		return None
	case v == '/', v == '\\', v == '%', v < 0x20, v == 0x7f, v == 0xc0, v == 0xc1, v > 0xf4:
		return BadPath
	}
	m.segment = segOther
	return None
}

// query reads a byte of the query. It is opaque here but for its bytes.
func (m *machine) query(c byte) Reason {
	if m.n++; m.n > m.lim.Target && c != ' ' {
		return TargetTooLong
	}
	if m.percent != 0 {
		v, whole, ok := m.digit(c)
		if !ok || whole && v == 0 {
			return BadTarget
		}
		return None
	}
	switch {
	case class[c]&isQuery != 0:
	case c == '%':
		m.percent = 1
	case c == ' ':
		return m.targetEnd()
	case c == '\r' || c == '\n':
		return BadRequestLine
	default:
		return BadTarget
	}
	return None
}

// messagesSegment begins the paths of the one API whose errors look different; see Refusal.
const messagesSegment = "/messages"

// recognize looks for messagesSegment in the path.
func (m *machine) recognize(c byte) {
	if int(m.like) == len(messagesSegment) {
		m.vendor = m.vendor || c == '/' || c == '?' || c == ' '
		m.like = 0
	}
	switch {
	case c == '/':
		m.like = 1
	case m.like > 0 && c == messagesSegment[m.like]:
		m.like++
	default:
		m.like = 0
	}
}

func (m *machine) targetEnd() Reason {
	m.state, m.nameLen = stVersion, 0
	return None
}
