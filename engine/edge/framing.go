package edge

// sectionEnd decides at an empty line what follows: the body, or the next request.
func (m *machine) sectionEnd() Reason {
	if m.trailer {
		m.trailer = false
		m.state = stDone
		return None
	}
	if m.seen&sawHost == 0 && !m.old {
		return MissingHost
	}
	switch {
	case m.seen&sawCoding != 0:
		m.sizeStart()
	case m.length > m.lim.BodyBytes:
		return BodyTooLarge
	case m.length > 0:
		m.state, m.body = stFixed, m.length
		m.data(m.length)
	}
	return None
}

func (m *machine) sizeStart() { m.state, m.n, m.size = stSize, 0, 0 }

// sizeDigits is the most digits a chunk size may have, leading zeros included. It is what fasthttp reads, and keeps
// the number far from an overflow.
const sizeDigits = 15

// chunks reads a body up to its end or to its trailer section. A fixed body is a chunk without frame.
func (m *machine) chunks(b []byte) (int, Reason) {
	i := 0
	for i < len(b) && m.state >= stFixed && m.state != stDone && !m.pause {
		if m.state == stFixed || m.state == stData {
			i += m.skip(len(b) - i)
			continue
		}
		if r := m.chunkByte(b[i]); r != None {
			return i, r
		}
		i++
	}
	return i, None
}

// skip passes over up to n bytes of data and returns how many.
func (m *machine) skip(n int) int {
	n = int(min(int64(n), m.rest))
	if m.rest -= int64(n); m.rest == 0 {
		if m.state == stFixed {
			m.state = stDone
		} else {
			m.state = stDataCR
		}
	}
	return n
}

// chunkByte reads a byte of a chunk's frame.
func (m *machine) chunkByte(c byte) Reason {
	switch m.state {
	case stSize:
		return m.sizeByte(c)
	case stExtension, stQuoted, stEscaped:
		return m.extensionByte(c)
	case stSizeLF:
		return m.sizeEnd(c)
	case stDataCR:
		if c != '\r' {
			return BadChunk
		}
		m.state = stDataLF
	case stDataLF:
		if c != '\n' {
			return BadChunk
		}
		m.sizeStart()
	}
	return None
}

func (m *machine) sizeByte(c byte) Reason {
	if h := hexes[c]; h != 0xff {
		if m.n++; m.n > sizeDigits {
			return BadChunk
		}
		m.size = m.size<<4 | int64(h)
		return None
	}
	if m.n == 0 {
		return BadChunk
	}
	switch c {
	case '\r':
		m.state = stSizeLF
		return None
	case ';':
		m.state = stExtension
		return m.extensionCount()
	}
	return BadChunk
}

// extensionByte reads a byte of a chunk extension: tokens, "=" and quoted strings. Whitespace outside quotes,
// which the grammar calls bad, is refused.
func (m *machine) extensionByte(c byte) Reason {
	switch {
	case m.state == stEscaped && (class[c]&isQuoted != 0 || c == '"' || c == '\\'):
		m.state = stQuoted
	case m.state == stQuoted && c == '"':
		m.state = stExtension
	case m.state == stQuoted && c == '\\':
		m.state = stEscaped
	case m.state == stQuoted && class[c]&isQuoted != 0:
	case m.state == stExtension && c == '"':
		m.state = stQuoted
	case m.state == stExtension && c == '\r':
		m.state = stSizeLF
		return None
	case m.state == stExtension && (class[c]&isToken != 0 || c == '=' || c == ';'):
	default:
		return BadChunk
	}
	return m.extensionCount()
}

func (m *machine) extensionCount() Reason {
	if m.ext++; m.ext > m.lim.ChunkExtension {
		return ChunkExtensionTooLong
	}
	return None
}

func (m *machine) sizeEnd(c byte) Reason {
	if c != '\n' {
		return BadChunk
	}
	if m.size == 0 {
		m.state, m.trailer, m.used, m.lines = stFieldStart, true, 0, 0
		return None
	}
	if m.size > m.lim.BodyBytes-m.body {
		return BodyTooLarge
	}
	m.body += m.size
	m.state = stData
	m.data(m.size)
	return None
}

// data begins a run of n bytes of data.
func (m *machine) data(n int64) {
	m.rest = n
	m.pause = n > m.lim.Hold && m.lim.Hold >= 0
}
