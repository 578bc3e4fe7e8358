package callout

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxAddress is the longest address of a call, in bytes.
const maxAddress = 8 << 10

// address is where a call goes, in parts.
type address struct {
	scheme string // "http" or "https"
	host   string // a name, or an address without brackets; lower case
	port   uint16
	path   string // as it was written, "/" at least
	plain  string // path, decoded
	query  string // as it was written, without the question mark
	asks   bool   // there is a question mark
}

// parseAddress takes an address apart. Whatever servers might read in two ways is refused, so that a rule's path can't
// be got around: there is one way to write a path. why says what was wrong, "" if nothing.
func parseAddress(text string) (a address, why string) {
	for n := range len(text) {
		if c := text[n]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"#<>\\^`{|}", c) >= 0 {
			return a, "an address is of the characters that RFC 3986 allows, without a fragment"
		}
	}
	rest, ok := strings.CutPrefix(text, "https://")
	a.scheme, a.port = "https", 443
	if !ok {
		if rest, ok = strings.CutPrefix(text, "http://"); !ok {
			return a, "an address begins with http:// or https://"
		}
		a.scheme, a.port = "http", 80
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	if why := a.authority(rest[:end]); why != "" {
		return a, why
	}
	a.path, a.query, a.asks = strings.Cut(rest[end:], "?")
	if a.path == "" {
		a.path = "/"
	}
	a.plain, why = plainPath(a.path)
	return a, why
}

// authority reads host and port.
func (a *address) authority(text string) (why string) {
	if strings.ContainsAny(text, "@%") {
		return "an address has no user, and no escapes in its host"
	}
	host, port, hasPort := text, "", false
	if strings.HasPrefix(text, "[") {
		end := strings.IndexByte(text, ']')
		if end < 0 {
			return "a bracket isn't closed"
		}
		host, port = text[1:end], text[end+1:]
		ip, err := netip.ParseAddr(host)
		if err != nil || !ip.Is6() || ip.Zone() != "" || ip.String() != host {
			return "brackets hold an IPv6 address in its short form, without a zone"
		}
		if port, hasPort = strings.CutPrefix(port, ":"); !hasPort && port != "" {
			return "a port follows a colon"
		}
	} else {
		host, port, hasPort = strings.Cut(text, ":")
		if why := nameFault(host); why != "" {
			return why
		}
	}
	a.host = host
	if !hasPort {
		return ""
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 || strconv.FormatUint(n, 10) != port {
		return "a port is a number from 1 to 65535"
	}
	a.port = uint16(n)
	return ""
}

// nameFault says what is wrong with a host's name. What ends in a number is an address, and has one form: resolvers
// take 127.1, 0x7f000001, 2130706433 and 0177.0.0.1 for the same.
func nameFault(host string) string {
	if host == "" || len(host) > 253 {
		return "a host has 1 to 253 characters"
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 {
			return "a host's labels have 1 to 63 characters"
		}
		for n := range len(label) {
			if c := label[n]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return "a host is of a-z, 0-9, - and _, separated by dots"
			}
		}
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	if strings.Trim(last, "0123456789") != "" && !strings.HasPrefix(last, "0x") {
		return ""
	}
	if ip, err := netip.ParseAddr(host); err != nil || ip.String() != host {
		return "a host that ends in a number is an IPv4 address of four decimal numbers"
	}
	return ""
}

// plainPath decodes a path, and refuses what stands for another path: dot segments, empty segments, escaped slashes,
// escapes that needn't be or are escapes again.
func plainPath(path string) (plain, why string) {
	var b strings.Builder
	for n := 0; n < len(path); n++ {
		c := path[n]
		if c != '%' {
			if c != '/' && !pathChar(c) {
				return "", "a path is of the characters that RFC 3986 allows"
			}
			b.WriteByte(c)
			continue
		}
		if n+2 >= len(path) {
			return "", "an escape is a percent sign and two hexadecimal digits"
		}
		v, err := strconv.ParseUint(path[n+1:n+3], 16, 8)
		if err != nil {
			return "", "an escape is a percent sign and two hexadecimal digits"
		}
		if d := byte(v); unreserved(d) || d < ' ' || d == 0x7f || d == '/' || d == '\\' || d == '%' {
			return "", "a path may not escape letters, digits, dots, slashes, backslashes, percent signs or control characters"
		}
		b.WriteByte(byte(v))
		n += 2
	}
	plain = b.String()
	if !utf8.ValidString(plain) {
		return "", "a path is UTF-8"
	}
	segments := strings.Split(plain[1:], "/")
	for n, s := range segments {
		bare, _, _ := strings.Cut(s, ";") // some servers drop parameters first: "..;" is ".." to them
		switch {
		case bare == "." || bare == "..":
			return "", "a path has no dot segments"
		case s == "" && n < len(segments)-1, s != "" && bare == "":
			return "", "a path has no empty segments"
		}
	}
	return plain, ""
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

func pathChar(c byte) bool { return unreserved(c) || strings.IndexByte("!$&'()*+,;=:@", c) >= 0 }

// url is the address for net/http. Path and query go out as they were written.
func (a *address) url() *url.URL {
	host := a.host
	if strings.IndexByte(host, ':') >= 0 {
		host = "[" + host + "]"
	}
	if a.scheme == "https" && a.port != 443 || a.scheme == "http" && a.port != 80 {
		host += ":" + strconv.Itoa(int(a.port))
	}
	return &url.URL{Scheme: a.scheme, Host: host, Path: a.plain, RawPath: a.path, RawQuery: a.query, ForceQuery: a.asks}
}
