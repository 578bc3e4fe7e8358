package edge

import "net/netip"

// hostPart is where in a Host value the next byte stands.
type hostPart uint8

const (
	hostStart hostPart = iota
	hostName
	hostBracket // within the brackets of an IPv6 address
	hostClosed  // behind them
	hostPort
)

// hostBytes bounds a host name or address, the colon before its port included.
const hostBytes = 256

// hostByte reads a byte of the Host value: a name or IPv4 address, or an IPv6 address in brackets, and a port.
// m.n counts the bytes up to the port, and the digits behind the colon.
func (m *machine) hostByte(c byte) Reason {
	if m.n++; m.n > hostBytes {
		return BadHost
	}
	switch m.host {
	case hostStart:
		if c == '[' {
			m.host = hostBracket
			return None
		}
		m.host = hostName
		if class[c]&isHost == 0 {
			return BadHost
		}
	case hostName:
		if c == ':' {
			m.host, m.n = hostPort, 0
		} else if class[c]&isHost == 0 {
			return BadHost
		}
	case hostBracket:
		if c == ']' {
			m.host = hostClosed
			return m.address()
		}
		if hexes[c] == 0xff && c != ':' && c != '.' || int(m.valLen) == len(m.val) {
			return BadHost
		}
		m.val[m.valLen] = c
		m.valLen++
	case hostClosed:
		if c != ':' {
			return BadHost
		}
		m.host, m.n = hostPort, 0
	case hostPort:
		if c < '0' || c > '9' || m.n > 5 {
			return BadHost
		}
	}
	return None
}

// address judges what stood in brackets. It may allocate; a Host with a literal IPv6 address is rare.
func (m *machine) address() Reason {
	if a, err := netip.ParseAddr(string(m.val[:m.valLen])); err != nil || !a.Is6() {
		return BadHost
	}
	return None
}

// hostEnd tells whether the value may end here.
func (m *machine) hostEnd() bool {
	switch m.host {
	case hostName, hostClosed:
		return true
	case hostPort:
		return m.n > 0
	}
	return false
}
