package hcl

import (
	"crypto/tls"
	"fmt"
	"math"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/yett-gateway/yett/engine/spec"
)

// newListener is a listener with nothing but defaults.
func newListener(name string) *spec.Listener {
	return &spec.Listener{
		Name: name, Address: spec.DefaultAddress, BodyBytes: spec.DefaultBodyBytes, HeadBytes: spec.DefaultHeadBytes,
		HeadTime: spec.DefaultHeadTime, IdleTime: spec.DefaultIdleTime, BodyIdle: spec.DefaultBodyIdle,
	}
}

func (b *block) listener() *spec.Listener {
	s := newListener(b.labels[0])
	s.Pos = specPos(b.header())
	s.Address = b.address("address", s.Address)
	if b.has("address") {
		s.Pos = b.pos("address")
	}
	s.BodyBytes = b.size("body_bytes", spec.DefaultBodyBytes, 1<<10, 1<<30)
	s.HeadBytes = b.size("head_bytes", spec.DefaultHeadBytes, 1<<10, 1<<20)
	s.HeadTime = b.duration("head_time", s.HeadTime)
	s.IdleTime = b.duration("idle_time", s.IdleTime)
	s.BodyIdle = b.duration("body_idle", s.BodyIdle)
	s.Connections = int(b.integer("connections", 0, 0, math.MaxInt32))
	if t := b.block("tls"); t != nil {
		s.TLS = t.tls()
	}
	return s
}

// address reads host:port. A missing host is every address of the machine.
func (b *block) address(name, def string) string {
	g, ok := b.given(name)
	if !ok {
		return def
	}
	text := b.text(name, def)
	why := addressFault(text)
	if why == "" {
		return text
	}
	b.report(Diagnostic{
		Summary: "invalid address",
		Detail:  why,
		Hint:    `Write host:port, such as "127.0.0.1:8080", "[::1]:8080" or ":8080" for every address.`,
		Range:   at(g.expr.Range()),
	})
	return def
}

// addressFault tells what is wrong with a listening address, "" if nothing.
func addressFault(text string) string {
	host, port, err := net.SplitHostPort(text)
	switch {
	case err != nil && !strings.Contains(text, ":"):
		return "The address has no port."
	case err != nil:
		return "The address is not host:port."
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "The port is not a number from 0 to 65535."
	} else if strconv.FormatUint(n, 10) != port {
		return "The port has superfluous digits or signs."
	}
	if _, err := netip.ParseAddr(host); err != nil && host != "" && !validHost(host) {
		return "The host is neither an address nor a name."
	}
	return ""
}

// validHost tells whether a text can be a host's name.
func validHost(host string) bool {
	if host == "" || len(host) > 253 || strings.Trim(host, "0123456789.") == "" {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.Trim(strings.ToLower(label), "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return true
}

// loopback tells whether only this machine can reach an address.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// tls reads a certificate's paths, and the files so that a wrong one is found here.
func (b *block) tls() *spec.TLS {
	t := &spec.TLS{Pos: specPos(b.header())}
	cert, certOK := b.pem("certificate", &t.Certificate)
	key, keyOK := b.pem("key", &t.Key)
	if !certOK || !keyOK {
		return t
	}
	if _, err := tls.X509KeyPair(cert, key); err != nil {
		b.report(Diagnostic{
			Summary: "certificate and key can't be used",
			Detail:  fmt.Sprintf("Reading the pair: %s.", strings.TrimPrefix(err.Error(), "tls: ")),
			Hint:    "Both are PEM files; the certificate's file begins with the server's own certificate.",
			Range:   b.header(),
		})
	}
	return t
}

// pem reads a file named by an attribute, and puts its path into path.
func (b *block) pem(name string, path *string) ([]byte, bool) {
	text := b.text(name, "")
	if text == "" {
		return nil, false // missing or faulty: reported
	}
	*path = b.l.path(text)
	b.l.reference(*path)
	data, err := readBounded(*path, MaxReadBytes)
	if err != nil {
		b.report(Diagnostic{
			Summary: "can't read " + name,
			Detail:  fmt.Sprintf("Reading %s: %v.", text, err),
			Hint:    fmt.Sprintf("Relative paths start at the configuration's folder, so %s was looked for.", *path),
			Range:   b.at(name),
		})
	}
	return data, err == nil
}

func (b *block) admin() *spec.Admin {
	a := &spec.Admin{Address: b.address("address", spec.DefaultAdminAddress), Pos: b.pos("address")}
	if !loopback(a.Address) {
		b.report(Diagnostic{
			Severity: Warning,
			Summary:  "admin open to the network",
			Detail:   fmt.Sprintf("The address %s can be reached from other machines, and the admin API asks nobody who they are.", a.Address),
			Hint:     "Listen on 127.0.0.1, or keep others away with a firewall.",
			Range:    b.at("address"),
		})
	}
	return a
}

// checkAddresses finds two listeners on one port.
func (l *loader) checkAddresses() {
	type taken struct {
		name, address string
		block         *block
	}
	var all []taken
	for i, b := range l.blocks["listener"] {
		all = append(all, taken{blockName(b.syntax), l.gateway.Listeners[i].Address, b})
	}
	if bs := l.blocks["admin"]; len(bs) > 0 {
		all = append(all, taken{"admin", l.gateway.Admin.Address, bs[0]})
	}
	for i, t := range all {
		for _, first := range all[:i] {
			if clash(first.address, t.address) {
				t.block.report(Diagnostic{
					Summary: "address taken twice",
					Detail:  fmt.Sprintf("%s and %s both listen on port %s.", first.name, t.name, t.address[strings.LastIndexByte(t.address, ':')+1:]),
					Hint:    "Give one of them another port.",
					Range:   t.block.at("address"),
					Related: []Related{{"the first one", first.block.at("address")}},
				})
				break
			}
		}
	}
}

// clash tells whether two addresses can't be listened on together. Port 0 is a free one each time.
func clash(a, b string) bool {
	hostA, portA, errA := net.SplitHostPort(a)
	hostB, portB, errB := net.SplitHostPort(b)
	if errA != nil || errB != nil || portA != portB || portA == "0" {
		return false
	}
	everywhere := func(h string) bool { return h == "" || h == "0.0.0.0" || h == "::" }
	return hostA == hostB || everywhere(hostA) || everywhere(hostB)
}

var listenerSchema = &schema{
	name:   "listener",
	labels: []string{"name"},
	many:   true,
	doc:    "An address that clients connect to. Without any listener block there is one at `127.0.0.1:8080`.",
	attributes: []attribute{
		{name: "address", typ: "string", def: `"127.0.0.1:8080"`, doc: "host:port. Without a host: every address of the machine."},
		{name: "body_bytes", typ: "size", def: `"32MiB"`, doc: "The largest request body."},
		{name: "head_bytes", typ: "size", def: `"32KiB"`, doc: "The largest request head."},
		{name: "head_time", typ: "duration", def: `"10s"`, doc: "How long a whole request head may take."},
		{name: "idle_time", typ: "duration", def: `"75s"`, doc: "How long a kept-alive connection may wait for its next request."},
		{name: "body_idle", typ: "duration", def: `"15s"`, doc: "The longest silence inside a request body."},
		{name: "connections", typ: "number", def: "0", doc: "The most open connections; 0 derives it from the descriptor limit."},
	},
	blocks: []*schema{tlsSchema},
}

var tlsSchema = &schema{
	name: "tls",
	doc:  "Speak TLS. Without it the listener speaks plain HTTP.",
	attributes: []attribute{
		{name: "certificate", typ: "path", required: true, doc: "PEM file: the server's certificate, then those that lead to its authority."},
		{name: "key", typ: "path", required: true, doc: "PEM file: the certificate's private key."},
	},
}

var adminSchema = &schema{
	name: "admin",
	doc:  "The address for metrics, health and the admin API. Without the block there is none.",
	attributes: []attribute{
		{name: "address", typ: "string", def: `"127.0.0.1:9090"`, doc: "host:port. Addresses that other machines reach get a warning."},
	},
}
