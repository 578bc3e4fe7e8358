// Package callout makes the calls of plugins to other servers. It is for package host, and knows nothing of modules.
//
// A call is checked in this order, and each check stands alone: the address is written in the one canonical way
// (address.go), a rule of the grant allows it (rules.go), the header fields are the guest's to set (headers.go), and
// the network that the name leads to may be reached (dial.go, networks.go). What comes back is bounded in bytes and time,
// and the plugin's secrets are taken out of it (scrub.go) before a guest can read it.
//
// There are no redirects, no proxies, no cookies and no HTTP/2; TLS is always verified.
package callout

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/yett-gateway/yett/engine/spec"
)

// Bounds of a plugin's connections.
const (
	idleConns   = 16
	idleTimeout = 30 * time.Second
	// maxFields is the most of an answer's head, in bytes.
	maxFields = 64 << 10
)

// Options are what a Caller is made of besides its grant.
type Options struct {
	// Roots are whom TLS trusts; nil: whom the system trusts.
	Roots *x509.CertPool
	// Resolve gives all addresses of a name. nil: the system's resolver.
	Resolve func(ctx context.Context, name string) ([]netip.Addr, error)
}

// Caller makes the calls of one plugin. It is safe for concurrent use.
type Caller struct {
	rules    []rule
	private  []netip.Prefix
	secrets  secrets
	timeout  time.Duration
	request  int // most bytes of a body that is sent
	answer   int // most bytes of a body that is read
	calls    int
	resolve  func(ctx context.Context, name string) ([]netip.Addr, error)
	open     *http.Transport
	internal *http.Transport // reaches networks of private alone: for secrets without TLS

	base context.Context // done when the caller is closed
	stop context.CancelFunc
}

// New returns a Caller for a grant. Zero bounds of the grant are their defaults. Close it after use.
//
// # Errors
//
// A *RuleError for a rule that no call could match.
func New(g *spec.HTTPGrant, attached map[string]spec.Secret, o Options) (*Caller, error) {
	c := &Caller{
		private: g.Private,
		secrets: newSecrets(attached),
		timeout: or(g.Timeout, spec.DefaultHTTPTimeout),
		request: or(g.RequestBytes, spec.DefaultHTTPRequestBytes),
		answer:  or(g.AnswerBytes, spec.DefaultHTTPAnswerBytes),
		calls:   or(g.Calls, spec.DefaultHTTPCalls),
		resolve: o.Resolve,
	}
	for _, r := range g.Allow {
		one, why := newRule(r)
		if why != "" {
			return nil, &RuleError{r, why, "write the address as calls must: lower case, no dot segments, no escapes that needn't be"}
		}
		if ip, err := netip.ParseAddr(one.host); err == nil && !c.permitted(ip) {
			return nil, &RuleError{r, one.host + " isn't a public address", `list its network: private = ["` + one.host + `"]`}
		}
		c.rules = append(c.rules, one)
	}
	if c.resolve == nil {
		r := &net.Resolver{PreferGo: true}
		c.resolve = func(ctx context.Context, name string) ([]netip.Addr, error) { return r.LookupNetIP(ctx, "ip", name) }
	}
	c.base, c.stop = context.WithCancel(context.Background())
	c.open = c.transport(o.Roots, c.permitted)
	c.internal = c.transport(o.Roots, c.listed)
	return c, nil
}

func or[T int | time.Duration](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}

// transport is net/http's, with nothing of the environment and nothing that follows or remembers.
func (c *Caller) transport(roots *x509.CertPool, may func(netip.Addr) bool) *http.Transport {
	t := &http.Transport{
		Proxy:                  nil,
		DialContext:            c.dialer(may),
		TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    c.timeout,
		DisableCompression:     true,
		MaxIdleConns:           idleConns,
		MaxIdleConnsPerHost:    idleConns,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxFields,
		Protocols:              new(http.Protocols),
	}
	t.Protocols.SetHTTP1(true)
	return t
}

// Calls is how many calls one hook may make.
func (c *Caller) Calls() int { return c.calls }

// Close ends the calls in flight and closes all connections.
func (c *Caller) Close() {
	c.stop()
	c.open.CloseIdleConnections()
	c.internal.CloseIdleConnections()
}
