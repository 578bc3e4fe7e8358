package edge

// alias tells whether a name with underscores names a field of consequence once they are read as hyphens, as
// CGI-like readers do, or once those at its ends are dropped. name is at most 32 bytes, in lower case.
func alias(name []byte) bool {
	var b [32]byte
	n := copy(b[:], name)
	for i, c := range b[:n] {
		if c == '_' {
			b[i] = '-'
		}
	}
	v := b[:n]
	for len(v) > 0 && v[0] == '-' {
		v = v[1:]
	}
	for len(v) > 0 && v[len(v)-1] == '-' {
		v = v[:len(v)-1]
	}
	return sensitive(v)
}

// sensitive lists the names that frame, route or authorise a request, or say who sent it.
func sensitive(name []byte) bool {
	switch string(name) {
	case "content-length", "transfer-encoding", "te", "trailer", "host", "connection", "keep-alive",
		"proxy-connection", "upgrade", "expect", "content-encoding", "content-type",
		"authorization", "proxy-authorization", "cookie", "api-key", "x-api-key", "x-goog-api-key",
		"x-amz-date", "x-amz-security-token", "forwarded", "x-real-ip", "http-host":
		return true
	}
	return prefixed(name, "x-forwarded")
}

// neverTrailer tells whether a field may not come behind the body, where it would be read after it was decided on.
func neverTrailer(name []byte) bool {
	switch string(name) {
	case "set-cookie", "location", "range", "max-forwards", "www-authenticate", "cache-control", "pragma",
		"date", "age", "vary", "warning", "retry-after", "accept-encoding":
		return true
	}
	return sensitive(name) || prefixed(name, "content-") || prefixed(name, "proxy-") || prefixed(name, "if-") ||
		prefixed(name, "x-real-ip")
}

func prefixed(name []byte, p string) bool {
	return len(name) >= len(p) && string(name[:len(p)]) == p
}
