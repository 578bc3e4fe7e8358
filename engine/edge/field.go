package edge

import "bytes"

// fieldKind is what a field's value is looked at for.
type fieldKind uint8

const (
	plainField fieldKind = iota
	lengthField
	codingField
	hostField
	expectField
)

// fieldSet is the fields seen that may come once.
type fieldSet uint16

const (
	sawLength fieldSet = 1 << iota
	sawCoding
	sawHost
	sawExpect
	sawAuthorization
	sawProxyAuthorization
	sawContentType
	sawContentEncoding
	sawAPIKey
	sawXAPIKey
	sawGoogleKey
)

// fields reads field lines up to the empty line.
func (m *machine) fields(b []byte) (int, Reason) {
	for i := 0; i < len(b); i++ {
		c := b[i]
		var r Reason
		switch m.state {
		case stFieldStart:
			r = m.fieldStart(c)
		case stName:
			// Most bytes of a head are in names and values; they have loops of their own.
			for l := lower[c]; l != 0 && m.n < m.lim.FieldName; l = lower[c] {
				if m.n < len(m.name) {
					m.name[m.n] = l
				}
				m.n++
				if i++; i == len(b) {
					return i, None
				}
				c = b[i]
			}
			r = m.nameEnd(c)
		case stValue:
			for class[c]&isValue != 0 {
				if i++; i == len(b) {
					return i, None
				}
				c = b[i]
			}
			r = m.valueEnd(c)
		case stLead:
			r = m.lead(c)
		case stWatch:
			r = m.watched(c)
		case stValueLF:
			r = m.expectLF(c, stFieldStart)
		case stEndLF:
			if r = m.expectLF(c, stDone); r == None {
				r = m.sectionEnd()
			}
			if r == None {
				return i + 1, None
			}
		}
		if r != None {
			return i, r
		}
	}
	return len(b), None
}

func (m *machine) fieldStart(c byte) Reason {
	switch {
	case c == '\r':
		m.state = stEndLF
		return None
	case c == '\n':
		return BadLineEnd
	case c == ' ' || c == '\t':
		return FoldedLine
	case lower[c] == 0:
		return BadFieldName
	}
	if m.lines++; m.lines > m.lim.HeadLines {
		return TooManyFields
	}
	m.state, m.n = stName, 1
	m.name[0] = lower[c]
	return None
}

func (m *machine) nameEnd(c byte) Reason {
	switch {
	case c == ':':
	case lower[c] != 0:
		return FieldNameTooLong
	case c == '\n':
		return BadLineEnd
	default:
		return BadFieldName
	}
	m.state, m.field = stValue, plainField
	if m.n > len(m.name) {
		return None // longer than any name that is looked for
	}
	return m.named(m.name[:m.n])
}

// named decides by the name what the value is looked at for, and refuses names that have no place.
func (m *machine) named(name []byte) Reason {
	if bytes.IndexByte(name, '_') >= 0 && alias(name) {
		return AliasField
	}
	if m.trailer {
		if neverTrailer(name) {
			return BadTrailer
		}
		return None
	}
	switch string(name) {
	case "content-length":
		if m.seen&sawCoding != 0 {
			return LengthAndTransferEncoding
		}
		return m.watch(lengthField, sawLength, DuplicateContentLength)
	case "transfer-encoding":
		if m.old {
			return OldTransferEncoding
		}
		if m.seen&sawLength != 0 {
			return LengthAndTransferEncoding
		}
		return m.watch(codingField, sawCoding, BadTransferEncoding)
	case "host":
		m.host = hostStart
		return m.watch(hostField, sawHost, DuplicateField)
	case "expect":
		if m.old {
			return BadExpect
		}
		return m.watch(expectField, sawExpect, BadExpect)
	case "authorization":
		return m.once(sawAuthorization, DuplicateField)
	case "proxy-authorization":
		return m.once(sawProxyAuthorization, DuplicateField)
	case "content-type":
		return m.once(sawContentType, DuplicateField)
	case "content-encoding":
		return m.once(sawContentEncoding, DuplicateField)
	case "api-key":
		return m.once(sawAPIKey, DuplicateField)
	case "x-api-key":
		return m.once(sawXAPIKey, DuplicateField)
	case "x-goog-api-key":
		return m.once(sawGoogleKey, DuplicateField)
	}
	return None
}

func (m *machine) once(bit fieldSet, again Reason) Reason {
	if m.seen&bit != 0 {
		return again
	}
	m.seen |= bit
	return None
}

func (m *machine) watch(k fieldKind, bit fieldSet, again Reason) Reason {
	m.state, m.field, m.valLen, m.n = stLead, k, 0, 0
	return m.once(bit, again)
}

// lead skips the spaces before a watched value. A tab is legal there, and read in more than one way.
func (m *machine) lead(c byte) Reason {
	if c == ' ' {
		return None
	}
	m.state = stWatch
	return m.watched(c)
}

// watched reads a byte of a value that is looked at. Whitespace behind such a value is refused with the value.
func (m *machine) watched(c byte) Reason {
	switch {
	case c == '\r':
		if r := m.valueWhole(); r != None {
			return r
		}
		m.state = stValueLF
		return None
	case c == '\n':
		return BadLineEnd
	case m.field == hostField:
		return m.hostByte(c)
	}
	if int(m.valLen) == len(m.val) {
		return m.badValue()
	}
	m.val[m.valLen] = c
	m.valLen++
	return None
}

func (m *machine) badValue() Reason {
	switch m.field {
	case lengthField:
		return BadContentLength
	case codingField:
		return BadTransferEncoding
	case expectField:
		return BadExpect
	}
	return BadHost
}

// valueWhole judges a watched value at its line's end.
func (m *machine) valueWhole() Reason {
	v := m.val[:m.valLen]
	ok := false
	switch m.field {
	case lengthField:
		m.length, ok = decimal(v)
	case codingField:
		ok = sameFold(v, "chunked")
	case expectField:
		ok = sameFold(v, "100-continue")
	case hostField:
		ok = m.hostEnd()
	}
	if !ok {
		return m.badValue()
	}
	return None
}

func (m *machine) valueEnd(c byte) Reason {
	switch c {
	case '\r':
		m.state = stValueLF
		return None
	case '\n':
		return BadLineEnd
	}
	return BadFieldValue
}

// decimal reads a number of at most 18 digits without sign, space or leading zero.
func decimal(v []byte) (n int64, ok bool) {
	if len(v) == 0 || len(v) > 18 || v[0] == '0' && len(v) > 1 {
		return 0, false
	}
	for _, c := range v {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// sameFold tells whether v is want, a token in lower case, in any case.
func sameFold(v []byte, want string) bool {
	if len(v) != len(want) {
		return false
	}
	for i, c := range v {
		if lower[c] != want[i] {
			return false
		}
	}
	return true
}
