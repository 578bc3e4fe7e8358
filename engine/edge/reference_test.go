package edge

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// verdict is what a strict server makes of a stream.
type verdict struct {
	reqs  []seen
	whole bool // the stream holds nothing but complete requests
	ends  bool // one of reqs may ask for the connection's end; a server is free to end it there
	least int  // how many of reqs are served for certain
}

// reference says what a strict server sees in a stream of bytes that ends with the client's FIN. It is written to be
// read, not to be fast: it has the whole stream, takes requests apart by splitting and matching, and has net/http read
// each request again.
func reference(stream []byte, lim Limits) (v verdict) {
	s := string(stream)
	for {
		lead := 0
		if strings.HasPrefix(s, "\r\n") {
			s, lead = s[2:], 2
		}
		if s == "" || s == "\r" && lead == 0 {
			v.whole = true
			return v
		}
		q, size, ok := referenceRequest(s, lead, lim)
		if !ok {
			return v
		}
		v.reqs = append(v.reqs, q)
		if !v.ends {
			v.least = len(v.reqs)
		}
		v.ends = v.ends || mayEnd.MatchString(s[:size])
		s = s[size:]
	}
}

var (
	mayEnd      = regexp.MustCompile(`(?i)^[^\r]*HTTP/1\.0\r|\nconnection:`)
	requestLine = regexp.MustCompile(`^([A-Z-]{1,32}) (/[!-~]*) HTTP/1\.([01])$`)
	fieldLine   = regexp.MustCompile("^([!#$%&'*+\\-.^_`|~0-9A-Za-z]+):((?s:.*))$")
	queryBytes  = regexp.MustCompile(`^([!"$&-~]|%[0-9a-fA-F]{2})*$`)
	pathBytes   = regexp.MustCompile(`^([!$&-;=@A-Z_a-z~]|\[|\]|%[0-9a-fA-F]{2})*$`)
	hidden      = regexp.MustCompile(`(?i)%(2f|5c|25|[01][0-9a-f]|7f|c0|c1|f[5-9a-f])`)
	lengthValue = regexp.MustCompile(`^ *(0|[1-9][0-9]{0,17})$`)
	codingValue = regexp.MustCompile(`(?i)^ *chunked$`)
	expectValue = regexp.MustCompile(`(?i)^ *100-continue$`)
	hostValue   = regexp.MustCompile(`^ *([0-9A-Za-z._~-]+|\[[0-9a-fA-F:.]*\])(:[0-9]{1,5})?$`)
	chunkLine   = regexp.MustCompile("^([0-9a-fA-F]{1,15})(;([!#$%&'*+\\-.^_`|~0-9A-Za-z=;]|\"([\\t !#-\\[\\]-~]|\\\\[\\t -~])*\")*)?$")
)

func referenceRequest(s string, lead int, lim Limits) (q seen, size int, ok bool) {
	line, rest, ok := strings.Cut(s, "\r\n")
	m := requestLine.FindStringSubmatch(line)
	if !ok || m == nil || m[1] == "CONNECT" || len(m[2]) > lim.Target || !referenceTarget(m[2]) {
		return q, 0, false
	}
	fields, used, ok := referenceFields(rest, lim)
	head := len(line) + 2 + used
	if !ok || lead+head > lim.HeadBytes {
		return q, 0, false
	}
	q.method, q.uri = m[1], m[2]
	old := m[3] == "0"
	if !referenceHead(fields, old) {
		return q, 0, false
	}
	if h := fields["host"]; h != nil {
		q.host = strings.ToLower(strings.TrimLeft(h[0], " "))
	}
	size, ok = head, true
	if v := fields["content-length"]; v != nil {
		n, err := strconv.ParseInt(strings.TrimLeft(v[0], " "), 10, 64)
		if err != nil || n > lim.BodyBytes || int64(len(s)-head) < n {
			return q, 0, false
		}
		size += int(n)
	}
	if fields["transfer-encoding"] != nil {
		n, ok := referenceChunks(s[head:], lim)
		if !ok {
			return q, 0, false
		}
		size += n
	}
	q.body, ok = secondOpinion(s[:size])
	return q, size, ok
}

// secondOpinion has net/http read the request and checks that it ends where we say.
func secondOpinion(s string) (body string, ok bool) {
	// Its own checks of a Host and of trailers differ from ours in what they let pass, not in where things end.
	src := bufio.NewReader(strings.NewReader(s))
	req, err := http.ReadRequest(src)
	if err != nil {
		panic("net/http refuses what the reference takes: " + err.Error() + ": " + strconv.Quote(s))
	}
	b, err := io.ReadAll(req.Body)
	if err != nil {
		panic("net/http can't read the body: " + err.Error() + ": " + strconv.Quote(s))
	}
	if left, _ := io.ReadAll(src); len(left) != 0 {
		panic("net/http finds an earlier end: " + strconv.Quote(s))
	}
	return string(b), true
}

func referenceTarget(t string) bool {
	path, query, _ := strings.Cut(t, "?")
	if !queryBytes.MatchString(query) || strings.Contains(query, "%00") || !pathBytes.MatchString(path) || hidden.MatchString(path) {
		return false
	}
	segments := strings.Split(path, "/")[1:]
	for i, seg := range segments {
		if seg == "" && i < len(segments)-1 {
			return false
		}
		name, _, _ := strings.Cut(seg, ";")
		if name, err := url.PathUnescape(name); err != nil || name == "." || name == ".." {
			return false
		}
	}
	return true
}

// referenceFields reads field lines and the empty line behind them.
func referenceFields(s string, lim Limits) (fields map[string][]string, used int, ok bool) {
	fields = map[string][]string{}
	for n := 0; ; n++ {
		line, rest, ok := strings.Cut(s[used:], "\r\n")
		if !ok {
			return nil, 0, false
		}
		used = len(s) - len(rest)
		if line == "" {
			return fields, used, n <= lim.HeadLines
		}
		m := fieldLine.FindStringSubmatch(line)
		if m == nil || len(m[1]) > lim.FieldName || hasControl(line) {
			return nil, 0, false
		}
		name := strings.ToLower(m[1])
		if strings.Contains(name, "_") && len(name) <= 32 && sensitive([]byte(strings.Trim(strings.ReplaceAll(name, "_", "-"), "-"))) {
			return nil, 0, false
		}
		fields[name] = append(fields[name], m[2])
	}
}

// hasControl looks at bytes, as regexp reads runes and a value need not be UTF-8.
func hasControl(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\t' || s[i] == 0x7f {
			return true
		}
	}
	return false
}

func referenceHead(fields map[string][]string, old bool) bool {
	for _, name := range []string{
		"content-length", "transfer-encoding", "host", "expect", "authorization", "proxy-authorization", "content-type",
		"content-encoding", "api-key", "x-api-key", "x-goog-api-key",
	} {
		if len(fields[name]) > 1 {
			return false
		}
	}
	for name, want := range map[string]*regexp.Regexp{
		"content-length": lengthValue, "transfer-encoding": codingValue, "host": hostValue, "expect": expectValue,
	} {
		if v := fields[name]; v != nil && !want.MatchString(v[0]) {
			return false
		}
	}
	coding, length := fields["transfer-encoding"] != nil, fields["content-length"] != nil
	switch {
	case coding && length, coding && old, fields["expect"] != nil && old, fields["host"] == nil && !old:
		return false
	}
	if v := fields["host"]; v != nil {
		m := hostValue.FindStringSubmatch(v[0])
		if len(m[1])+min(1, len(m[2])) > hostBytes {
			return false
		}
		if in, ok := strings.CutPrefix(m[1], "["); ok {
			a, err := netip.ParseAddr(strings.TrimSuffix(in, "]"))
			if err != nil || !a.Is6() || len(in) > 41 {
				return false
			}
		}
	}
	if v := fields["content-length"]; v != nil && len(v[0]) > 0 && len(strings.TrimLeft(v[0], " ")) > 18 {
		return false
	}
	return true
}

// referenceChunks reads a chunked body with its trailer section and returns its size on the wire.
func referenceChunks(s string, lim Limits) (size int, ok bool) {
	var body int64
	ext := 0
	for {
		line, rest, ok := strings.Cut(s[size:], "\r\n")
		if !ok {
			return 0, false
		}
		m := chunkLine.FindStringSubmatch(line)
		if m == nil {
			return 0, false
		}
		ext += len(m[2])
		n, _ := strconv.ParseInt(m[1], 16, 64)
		if ext > lim.ChunkExtension || n > lim.BodyBytes-body {
			return 0, false
		}
		body += n
		size = len(s) - len(rest)
		if n == 0 {
			break
		}
		if int64(len(rest)) < n+2 || rest[n:n+2] != "\r\n" {
			return 0, false
		}
		size += int(n) + 2
	}
	fields, used, ok := referenceFields(s[size:], lim)
	if !ok || used > lim.TrailerBytes {
		return 0, false
	}
	for name := range fields {
		if len(name) <= 32 && neverTrailer([]byte(name)) {
			return 0, false
		}
	}
	return size + used, true
}

// cuts divides b at places drawn from seed.
func cuts(b []byte, seed uint64) (pieces [][]byte) {
	for len(b) > 0 {
		seed = seed*6364136223846793005 + 1442695040888963407
		n := min(len(b), 1+int(seed>>59))
		pieces = append(pieces, b[:n])
		b = b[n:]
	}
	return pieces
}

// announces tells whether a stream may hold a Trailer field; fasthttp judges its value by a list of its own.
func announces(b []byte) bool { return bytes.Contains(bytes.ToLower(b), []byte("trailer")) }
