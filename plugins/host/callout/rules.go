package callout

import (
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/yett-gateway/yett/engine/spec"
)

// rule is a rule of the grant as calls are compared with it.
type rule struct {
	method, scheme, host string
	port                 uint16
	path                 string // decoded
	begins               bool   // path is a beginning
}

// newRule reads a rule as calls are read. why says why no call could ever match it, "" if one can.
func newRule(r spec.HTTPRule) (out rule, why string) {
	if r.Method != "*" {
		if why := methodFault(r.Method); why != "" {
			return out, why
		}
	}
	host := r.Host
	if ip, err := netip.ParseAddr(host); err == nil {
		host = ip.String()
	}
	path, begins := strings.CutSuffix(r.Path, "*")
	if path == "" {
		path = "/"
	}
	const more = "x" // what stands for the rest: "/." may be the begin of "/.well-known"
	if begins {
		path += more
	}
	a, why := parseAddress(r.Scheme + "://" + net.JoinHostPort(host, strconv.Itoa(int(r.Port))) + path)
	if begins {
		a.plain = strings.TrimSuffix(a.plain, more)
	}
	return rule{method: r.Method, scheme: a.scheme, host: a.host, port: a.port, path: a.plain, begins: begins}, why
}

func (r *rule) allows(method string, a *address) bool {
	if r.method != "*" && r.method != method || r.scheme != a.scheme || r.host != a.host || r.port != a.port {
		return false
	}
	if r.begins {
		return strings.HasPrefix(a.plain, r.path)
	}
	return a.plain == r.path
}

// methodFault says why a method is never called. CONNECT opens tunnels; an answer to TRACE repeats the request,
// secrets included.
func methodFault(method string) string {
	if method == "" || len(method) > 20 || strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return "a method is of the letters A to Z"
	}
	if method == "CONNECT" || method == "TRACE" {
		return "plugins don't call " + method
	}
	return ""
}

// allowed tells whether a rule allows the call.
func (c *Caller) allowed(method string, a *address) bool {
	for n := range c.rules {
		if c.rules[n].allows(method, a) {
			return true
		}
	}
	return false
}
