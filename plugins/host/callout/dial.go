package callout

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"syscall"
	"time"
)

// dialMost is how many of a name's addresses are tried.
const dialMost = 4

// forbidden is an address that calls may not reach.
type forbidden struct{ addr netip.Addr }

func (f *forbidden) Error() string { return f.addr.String() + " isn't a network that calls may reach" }

// dialer resolves a name once, checks every address it has, and dials those same addresses: what the name
// stands for a moment later doesn't matter. One address that may not be reached refuses the name as a whole.
//
// net/http goes on with a dial when the request has ended, for the next one to use; the dial's own time and the caller's
// end bound it.
func (c *Caller) dialer(may func(netip.Addr) bool) func(context.Context, string, string) (net.Conn, error) {
	control := func(_, addr string, _ syscall.RawConn) error {
		a, err := netip.ParseAddrPort(addr)
		if err != nil {
			return err
		}
		if ip := a.Addr().Unmap(); !may(ip) {
			return &forbidden{ip}
		}
		return nil
	}
	return func(ctx context.Context, _, hostport string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, c.timeout)
		defer cancel()
		defer context.AfterFunc(c.base, cancel)()
		host, port, err := net.SplitHostPort(hostport)
		if err != nil {
			return nil, err
		}
		addrs, err := c.addresses(ctx, host)
		if err != nil {
			return nil, err
		}
		for _, a := range addrs {
			if !may(a) {
				return nil, &forbidden{a}
			}
		}
		return dialFirst(ctx, addrs[:min(len(addrs), dialMost)], port, control)
	}
}

// addresses are all addresses of a host, at least one.
func (c *Caller) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	found, err := c.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, errors.New("the name has no address")
	}
	addrs := make([]netip.Addr, len(found))
	for n, a := range found {
		addrs[n] = a.Unmap() // the resolver gives IPv4 in this form
	}
	return addrs, nil
}

// dialFirst returns the first connection that comes up. Each address has its share of the time that is left.
func dialFirst(ctx context.Context, addrs []netip.Addr, port string, control func(string, string, syscall.RawConn) error) (net.Conn, error) {
	deadline, _ := ctx.Deadline()
	var errs []error
	for n, a := range addrs {
		left := time.Until(deadline)
		d := net.Dialer{Control: control, Timeout: max(left/time.Duration(len(addrs)-n), time.Millisecond), FallbackDelay: -1}
		conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort(a.String(), port))
		if err == nil {
			return conn, nil
		}
		errs = append(errs, err)
		if ctx.Err() != nil {
			break
		}
	}
	return nil, errors.Join(errs...)
}

// through is the transport for a call. Secrets leave without TLS only for networks that the operator lists.
func (c *Caller) through(a *address, secrets bool) *http.Transport {
	if secrets && a.scheme == "http" {
		return c.internal
	}
	return c.open
}

func (a *address) String() string {
	return fmt.Sprintf("%s://%s", a.scheme, net.JoinHostPort(a.host, strconv.Itoa(int(a.port))))
}
