// Package upstream is the gateway's own HTTP/1.1 exchange with providers.
//
// It exists because a relay of model answers has to know things that general clients hide: whether a body is
// complete or was cut, when the first byte and the first token came, that the client has left, and that an idle
// connection died before anything was lost. Client owns one provider's connections; Exchange is one request and
// its answer, pooled by the caller.
//
// What it promises:
//
//   - A cut body is never an end: io.EOF comes only for a body that is complete by its own framing, or, where the
//     answer has no framing at all, with Exchange.Delimited reporting false.
//   - Nothing a peer can name is unbounded: heads, lines, interim answers, lengths, chunk extensions, trailers.
//   - Framing is strict: what two readers could read differently is refused.
//   - Each phase has its deadline, and none of them is a total on a living stream.
//   - A warm exchange makes no heap allocation; neither does reading its body.
//
// Requests are built from typed parts and never copied from a client's request, so that nothing hop-by-hop and no
// framing of the client's can leak through. Redirects, cookies, compression and HTTP/2 are not for this package.
package upstream

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Deadlines bound the phases of one exchange. A zero field means no limit for that phase, except Connect.
type Deadlines struct {
	// Connect bounds name lookup, dialling and the TLS handshake together. The default value is 5 s.
	Connect time.Duration
	// Headers bounds the time from the start of sending to the end of the answer's head, however steadily the
	// upstream drips. It also bounds the wait for a free connection, counted on its own.
	Headers time.Duration
	// FirstToken bounds, for streams, the time from the start of sending until the caller says GotToken.
	FirstToken time.Duration
	// Idle bounds, for streams after the first token, each wait for further body bytes.
	Idle time.Duration
	// Total bounds, for whole answers, the time from the start of sending to the last byte.
	Total time.Duration
}

// Limits bound what one peer can make us hold. A zero field means the default value.
type Limits struct {
	// HeadBytes is the largest head of an answer, status line included. The default value is 64 KiB.
	HeadBytes int
	// HeadLines is the largest number of header lines. The default value is 200.
	HeadLines int
	// BodyBytes is the largest body of a whole answer. The default value is 64 MiB. Streams have no total.
	BodyBytes int
	// WindowBytes is the most body bytes that Fill keeps while the caller discards none of them, which is the
	// longest event of a stream. The default value is 32 MiB.
	WindowBytes int
	// Interim is the largest number of 1xx answers before the final one. The default value is 5.
	Interim int
	// Conns is the largest number of open connections. The default value is 1024.
	Conns int
	// Pending is the largest number of exchanges waiting for a connection. The default value is 1024.
	Pending int
	// IdleConns is the largest number of idle connections that are kept. The default value is Conns.
	IdleConns int
	// IdleTime is how long an idle connection is kept; it should be below the provider's own limit.
	// The default value is 30 s.
	IdleTime time.Duration
}

// Options describe one provider's address and bounds.
type Options struct {
	// Scheme is "http" or "https".
	Scheme string
	// Host is the name or address to dial and to send as Host; an IPv6 address goes without brackets.
	Host string
	// Port is the TCP port. Zero means 80 or 443.
	Port int
	// ServerName is the name in the certificate. Empty means that of TLS, or else Host.
	ServerName string
	// TLS configures https; it is cloned. Nil means the system's roots and TLS 1.2 at least. It must be nil for http.
	TLS *tls.Config
	// Dial opens the raw connection and should honour ctx. Nil means net.Dialer: happy eyeballs, no Nagle, keep-alive.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Deadlines are for requests that bring none of their own.
	Deadlines Deadlines
	Limits    Limits
}

// Client holds the connections to one provider. It is safe for concurrent use.
type Client struct {
	dialer    func(ctx context.Context, network, addr string) (net.Conn, error)
	tls       *tls.Config
	addr      string
	hostLine  string // " HTTP/1.1\r\nHost: …\r\n", what follows the target
	deadlines Deadlines
	limits    Limits

	mu      sync.Mutex
	idle    []*conn // a stack: the oldest is at the bottom
	open    int     // connections, and slots promised to a dial
	waiters waiters
	closed  bool
	reaper  *time.Timer
	reaping bool // reaper is set; it is while idle is not empty
	counts  counts
}

const (
	defaultConnect = 5 * time.Second
	dialKeepAlive  = 30 * time.Second
)

// NewClient returns a client for one provider. It opens nothing yet.
//
// # Errors
//
// An unknown scheme, a host that can't stand in a Host field, a port out of range, or TLS options for http.
func NewClient(o Options) (*Client, error) {
	if o.Scheme != "http" && o.Scheme != "https" {
		return nil, errors.New("upstream: unknown scheme " + strconv.Quote(o.Scheme) + "; use http or https")
	}
	if o.Scheme == "http" && o.TLS != nil {
		return nil, errors.New("upstream: TLS options for an http address; use https or drop them")
	}
	if err := checkHost(o.Host); err != nil {
		return nil, err
	}
	standard := map[string]int{"http": 80, "https": 443}[o.Scheme]
	port := o.Port
	if port == 0 {
		port = standard
	}
	if port < 1 || port > 65535 {
		return nil, errors.New("upstream: port " + strconv.Itoa(port) + " is out of range; use 1 to 65535")
	}
	c := &Client{
		dialer:    o.Dial,
		addr:      net.JoinHostPort(o.Host, strconv.Itoa(port)),
		hostLine:  " HTTP/1.1\r\nHost: " + hostField(o.Host, port, standard) + "\r\n",
		deadlines: o.Deadlines,
		limits:    o.Limits.withDefaults(),
	}
	if c.dialer == nil {
		c.dialer = (&net.Dialer{KeepAlive: dialKeepAlive}).DialContext
	}
	if o.Scheme == "https" {
		c.tls = tlsConfig(o)
	}
	return c, nil
}

func (l Limits) withDefaults() Limits {
	set := func(n *int, d int) {
		if *n <= 0 {
			*n = d
		}
	}
	set(&l.HeadBytes, 64<<10)
	set(&l.HeadLines, 200)
	set(&l.BodyBytes, 64<<20)
	set(&l.WindowBytes, 32<<20)
	set(&l.Interim, 5)
	set(&l.Conns, 1024)
	set(&l.Pending, 1024)
	set(&l.IdleConns, l.Conns)
	if l.IdleTime <= 0 {
		l.IdleTime = 30 * time.Second
	}
	return l
}

// checkHost refuses what could break out of a Host line or carry credentials.
func checkHost(host string) error {
	if host == "" {
		return errors.New("upstream: the host is empty")
	}
	for i := range len(host) {
		b := host[i]
		if b <= ' ' || b >= 0x7f || strings.IndexByte(`/\@?#[]"<>`, b) >= 0 {
			return errors.New("upstream: host " + strconv.Quote(host) + " holds " + strconv.QuoteRune(rune(b)) +
				"; give the bare name or address")
		}
	}
	return nil
}

func hostField(host string, port, standard int) string {
	if strings.IndexByte(host, ':') >= 0 {
		host = "[" + host + "]"
	}
	if port == standard {
		return host
	}
	return host + ":" + strconv.Itoa(port)
}

func tlsConfig(o Options) *tls.Config {
	t := o.TLS.Clone()
	if t == nil {
		t = &tls.Config{}
	}
	if t.MinVersion == 0 {
		t.MinVersion = tls.VersionTLS12
	}
	if o.ServerName != "" {
		t.ServerName = o.ServerName
	}
	if t.ServerName == "" {
		t.ServerName = o.Host
	}
	if t.ClientSessionCache == nil {
		t.ClientSessionCache = tls.NewLRUClientSessionCache(32)
	}
	t.NextProtos = []string{"http/1.1"}
	return t
}
