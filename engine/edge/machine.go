package edge

// state is where in a request the next byte stands.
type state uint8

const (
	stStart     state = iota // before the first byte of a request
	stStartLF                // behind the CR of an empty line before the request
	stStartOnce              // behind that empty line: no second one
	stMethod
	stTarget
	stQuery
	stVersion
	stLineLF

	stFieldStart // the first byte of a field line, or the CR of the empty line
	stName
	stLead  // spaces before the value of a field that is looked at
	stWatch // the value of a field that is looked at
	stValue // the value of another
	stValueLF
	stEndLF // behind the CR of the empty line

	stFixed
	stSize
	stExtension
	stQuoted
	stEscaped
	stSizeLF
	stData
	stDataCR
	stDataLF

	stDone
)

// machine reads the bytes of one request after the other and finds where each ends. It keeps no bytes of
// them but a field's name and a short value; splitting the input differently never changes its findings.
//
// A refused machine is not fed again. A machine is not safe for concurrent use.
type machine struct {
	lim *Limits

	rest   int64 // bytes left of a fixed body or of a chunk's data
	body   int64 // bytes of body that were declared so far
	length int64 // the Content-Length
	size   int64 // the chunk size being read
	used   int   // bytes of the section: head or trailer
	lines  int   // fields of the section
	ext    int   // bytes of chunk extensions
	n      int   // bytes of the element being read: method, target, name, host, digits

	state   state
	field   fieldKind
	seen    fieldSet
	segment segment
	percent uint8 // of an encoded byte: 0 none, 1 the first digit is due, 2 the second
	high    byte  // the first digit's value
	host    hostPart

	like    uint8 // how much of messagesSegment the path's bytes up to here match
	vendor  bool  // the path has that segment
	old     bool  // HTTP/1.0
	h2      bool  // the method is PRI, the preface of HTTP/2
	trailer bool  // the fields are a trailer section
	pause   bool  // a body or chunk above Limits.Hold is next; feed goes on once it is cleared

	nameLen uint8
	valLen  uint8
	name    [32]byte // the method, the version or the field's name, in lower case; cut when longer
	val     [40]byte // the value of Content-Length, Transfer-Encoding or Expect, or the address in Host's brackets
}

// reset prepares for the next request.
func (m *machine) reset() { *m = machine{lim: m.lim} }

// begun tells whether a byte of the request has been read; an empty line before it doesn't count.
func (m *machine) begun() bool { return m.state > stStartOnce }

// inBody tells whether the head is complete and the body isn't.
func (m *machine) inBody() bool {
	return m.trailer || m.state >= stFixed && m.state < stDone
}

// feed reads b up to the end of the request and returns the number of bytes that belong to it. With a Reason
// other than None the byte at b[n] is refused, or the bytes before it exceed a limit. It also returns when it pauses.
func (m *machine) feed(b []byte) (n int, r Reason) {
	for n < len(b) && m.state != stDone && !m.pause {
		var k int
		if m.state < stFixed {
			k, r = m.section(b[n:])
		} else {
			k, r = m.chunks(b[n:])
		}
		n += k
		if r != None {
			return n, r
		}
	}
	return n, None
}

// section reads a head or a trailer section within its budget of bytes.
func (m *machine) section(b []byte) (n int, r Reason) {
	budget, full := m.lim.HeadBytes, HeadTooLarge
	if m.trailer {
		budget, full = m.lim.TrailerBytes, TrailerTooLarge
	}
	b = b[:min(len(b), budget-m.used)]
	if m.state < stFieldStart {
		n, r = m.line(b)
	}
	if r == None && n < len(b) {
		var k int
		k, r = m.fields(b[n:])
		n += k
	}
	m.used += n
	if r == None && m.used >= budget && m.state < stFixed {
		return n, full // no room for its end
	}
	return n, r
}

// line reads the request line.
func (m *machine) line(b []byte) (int, Reason) {
	for i := 0; i < len(b); i++ {
		c := b[i]
		var r Reason
		switch m.state {
		case stStart, stStartOnce:
			r = m.first(c)
		case stStartLF:
			r = m.expectLF(c, stStartOnce)
		case stMethod:
			r = m.method(c)
		case stTarget:
			for class[c]&isPath != 0 && m.percent == 0 && m.segment != segNone && m.n < m.lim.Target {
				m.segment = segOther
				m.n++
				m.recognize(c)
				if i++; i == len(b) {
					return i, None
				}
				c = b[i]
			}
			r = m.path(c)
		case stQuery:
			r = m.query(c)
		case stVersion:
			r = m.version(c)
		case stLineLF:
			if r = m.expectLF(c, stFieldStart); r == None {
				return i + 1, None
			}
		}
		if r != None {
			return i, r
		}
	}
	return len(b), None
}

func (m *machine) expectLF(c byte, next state) Reason {
	if c != '\n' {
		return BadLineEnd
	}
	m.state = next
	return None
}

// first reads the first byte of a request. One empty line is let pass, as old clients send one behind a body.
func (m *machine) first(c byte) Reason {
	switch {
	case c == '\r' && m.state == stStart:
		m.state = stStartLF
	case c == '\n':
		return BadLineEnd
	case class[c]&isUpper != 0:
		m.state, m.nameLen = stMethod, 0
		return m.method(c)
	default:
		return BadRequestLine
	}
	return None
}

func (m *machine) method(c byte) Reason {
	if class[c]&isUpper != 0 && int(m.nameLen) < len(m.name) {
		m.name[m.nameLen] = c
		m.nameLen++
		return None
	}
	if c != ' ' {
		if c == '\r' || c == '\n' {
			return BadRequestLine
		}
		return BadMethod
	}
	switch string(m.name[:m.nameLen]) {
	case "CONNECT":
		return BadMethod
	case "PRI":
		m.h2 = true
	}
	m.state, m.n, m.segment = stTarget, 0, segNone
	return None
}

func (m *machine) version(c byte) Reason {
	if c != '\r' {
		if c == '\n' {
			return BadLineEnd
		}
		if c <= ' ' || c >= 0x7f || m.nameLen == 8 {
			return BadRequestLine
		}
		m.name[m.nameLen] = c
		m.nameLen++
		return None
	}
	v := m.name[:m.nameLen]
	switch string(v) {
	case "HTTP/1.1":
	case "HTTP/1.0":
		m.old = true
	default:
		if len(v) == 8 && string(v[:5]) == "HTTP/" && v[6] == '.' && hexes[v[5]] < 10 && hexes[v[7]] < 10 {
			return BadVersion
		}
		return BadRequestLine
	}
	m.state = stLineLF
	return None
}
