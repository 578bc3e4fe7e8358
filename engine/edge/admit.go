package edge

import (
	"net"
	"net/netip"
	"time"
)

// ipKey is the address that connections are counted by. The zero key is not counted.
type ipKey = netip.Addr

// keyOf returns the client's address: an IPv4 address and its form in IPv6 are one, and so are the addresses of
// one /64 network, which is the least a subscriber gets.
func keyOf(a net.Addr) ipKey {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return ipKey{}
	}
	ip, ok := netip.AddrFromSlice(t.IP)
	if !ok {
		return ipKey{}
	}
	if ip = ip.Unmap(); ip.Is6() {
		p, _ := ip.Prefix(64)
		return p.Addr()
	}
	return ip
}

// add counts c in, unless a limit of connections is reached.
func (l *Listener) add(c *Conn) Reason {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open >= l.lim.Conns {
		return TooManyConns
	}
	if per := l.lim.ConnsPerIP; per > 0 && c.ip.IsValid() {
		if l.ips[c.ip] >= per {
			return TooManyConnsPerIP
		}
		l.ips[c.ip]++
	}
	l.open++
	c.next = l.last
	if c.next != nil {
		c.next.prev = c
	}
	l.last = c
	return None
}

// remove counts c out.
func (l *Listener) remove(c *Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	if l.lim.ConnsPerIP > 0 && c.ip.IsValid() {
		if l.ips[c.ip]--; l.ips[c.ip] <= 0 {
			delete(l.ips, c.ip)
		}
	}
	if c.prev != nil {
		c.prev.next = c.next
	} else {
		l.last = c.next
	}
	if c.next != nil {
		c.next.prev = c.prev
	}
	c.prev, c.next = nil, nil
}

const (
	// maxGoodbyes bounds the connections that are told why they are refused; above it they are just closed.
	maxGoodbyes = 32
	goodbyeTime = time.Second
)

// goodbye refuses a connection without holding up the accept loop. Under TLS there is no answer: a handshake for it
// would cost more than the connection.
func (l *Listener) goodbye(c *Conn, r Reason) {
	if c.tls != nil {
		_ = c.sock.Close()
		return
	}
	select {
	case l.goodbyes <- struct{}{}:
	default:
		_ = c.sock.Close()
		return
	}
	go func() {
		defer func() { <-l.goodbyes }()
		defer c.sock.Close() //nolint:errcheck // nothing to do about it
		_ = c.pace.SetWriteDeadline(time.Now().Add(goodbyeTime))
		if _, err := c.raw.Write(answers[r]); err == nil {
			c.linger()
		}
	}()
}
