package upstream

import (
	"bytes"
	"errors"
)

var (
	errStatusLine  = errors.New("status line is not HTTP/1.x with a status of 100 to 599")
	errHeadBytes   = errors.New("answer's head is above the limit of bytes")
	errHeadLines   = errors.New("answer's head is above the limit of lines")
	errLineEnd     = errors.New("line of the answer's head does not end in CRLF")
	errFieldName   = errors.New("header line has no name, or a name with bytes that are not allowed")
	errFieldValue  = errors.New("header value holds a control byte")
	errLength      = errors.New("Content-Length is not one plain number in range")
	errLengths     = errors.New("Content-Length comes more than once")
	errCoding      = errors.New("Transfer-Encoding is other than one chunked")
	errTwoFramings = errors.New("Content-Length and Transfer-Encoding come together")
	errAlias       = errors.New("header name imitates a framing field")
)

// maxLength is the largest length a peer may declare, in bytes: 1 TiB is absurd, and far from overflow.
const maxLength = 1 << 40

// field is one header line as offsets into the head.
type field struct{ name, nameEnd, value, valueEnd uint32 }

const inlineFields = 32

// head parses an answer's head as its bytes come. What it says depends on the bytes alone, not on how they were
// split: it works line by line and each line is judged when its LF is there, the status line's start before that.
//
// It refuses bare CR and LF, folded lines, control bytes, spaces before the colon, and all framing that has two
// readings: repeated or combined Content-Length and Transfer-Encoding, codings other than chunked, either of them
// spelled with an underscore.
type head struct {
	maxBytes, maxLines int

	status  int
	minor   byte  // of HTTP/1.minor
	length  int64 // Content-Length, -1 if absent
	chunked bool
	close   bool // Connection: close
	fields  []field

	line    int // where the line under work starts
	seen    int // up to where it holds no LF
	started bool
	inline  [inlineFields]field
}

// begin makes h ready for a head.
func (h *head) begin(maxBytes, maxLines int) {
	if cap(h.fields) != inlineFields {
		h.fields = h.inline[:0] // a rare long head doesn't keep its memory
	}
	h.fields = h.fields[:0]
	h.maxBytes, h.maxLines = maxBytes, maxLines
	h.status, h.minor, h.length = 0, 0, -1
	h.chunked, h.close, h.started = false, false, false
	h.line, h.seen = 0, 0
}

// parse goes on with the head in b, which starts where it started in the calls before and may have grown.
// With done, the head is b[:n]. After an error h needs begin.
func (h *head) parse(b []byte) (n int, done bool, err error) {
	if !h.started {
		if err := startsRight(b); err != nil {
			return 0, false, err
		}
	}
	for {
		i := bytes.IndexByte(b[h.seen:], '\n')
		if i < 0 {
			h.seen = len(b)
			if len(b) >= h.maxBytes {
				return 0, false, errHeadBytes
			}
			return 0, false, nil
		}
		end := h.seen + i
		if end >= h.maxBytes {
			return 0, false, errHeadBytes
		}
		if end == h.line || b[end-1] != '\r' {
			return 0, false, errLineEnd
		}
		start := h.line
		h.line, h.seen = end+1, end+1
		switch {
		case !h.started:
			h.started = true
			err = h.statusLine(b[start : end-1])
		case start == end-1:
			return end + 1, true, h.frame()
		default:
			err = h.fieldLine(b, start, end-1)
		}
		if err != nil {
			return 0, false, err
		}
	}
}

// startsRight refuses another protocol's greeting before its line is complete, which may be never.
func startsRight(b []byte) error {
	const want = "HTTP/1."
	for i := range min(len(b), len(want)) {
		if b[i] != want[i] {
			return errStatusLine
		}
	}
	return nil
}

// statusLine takes "HTTP/1.1 200 OK"; the reason and the space before it may be missing.
func (h *head) statusLine(l []byte) error {
	if len(l) < 12 || (l[7] != '0' && l[7] != '1') || l[8] != ' ' || (len(l) > 12 && l[12] != ' ') || !isValue(l) {
		return errStatusLine
	}
	for _, d := range l[9:12] {
		if d < '0' || d > '9' {
			return errStatusLine
		}
		h.status = h.status*10 + int(d-'0')
	}
	if h.status < 100 || h.status > 599 {
		return errStatusLine
	}
	h.minor = l[7] - '0'
	return nil
}

func (h *head) fieldLine(b []byte, start, end int) error {
	colon := start
	for colon < end && class[b[colon]]&classToken != 0 {
		colon++
	}
	if colon == start || colon == end || b[colon] != ':' {
		return errFieldName
	}
	from := colon + 1
	for from < end && (b[from] == ' ' || b[from] == '\t') {
		from++
	}
	to := end
	for to > from && (b[to-1] == ' ' || b[to-1] == '\t') {
		to--
	}
	if !isValue(b[from:to]) {
		return errFieldValue
	}
	if len(h.fields) >= h.maxLines {
		return errHeadLines
	}
	h.fields = append(h.fields, field{uint32(start), uint32(colon), uint32(from), uint32(to)})
	return h.note(b[start:colon], b[from:to])
}

// note keeps what decides on framing and reuse.
func (h *head) note(name, value []byte) error {
	switch len(name) {
	case len("Connection"):
		if equalFold(name, "connection") && hasClose(value) {
			h.close = true
		}
	case len("Content-Length"):
		switch {
		case equalFold(name, "content-length"):
			return h.contentLength(value)
		case equalFold(name, "content_length"):
			return errAlias
		}
	case len("Transfer-Encoding"):
		switch {
		case equalFold(name, "transfer-encoding"):
			if h.chunked || !equalFold(value, "chunked") {
				return errCoding
			}
			h.chunked = true
		case equalFold(name, "transfer_encoding"):
			return errAlias
		}
	}
	return nil
}

func (h *head) contentLength(v []byte) error {
	if h.length >= 0 {
		return errLengths
	}
	if len(v) == 0 || len(v) > 19 {
		return errLength
	}
	var n int64
	for _, d := range v {
		if d < '0' || d > '9' {
			return errLength
		}
		if n = n*10 + int64(d-'0'); n > maxLength {
			return errLength
		}
	}
	h.length = n
	return nil
}

// frame judges the head as a whole, once it is complete.
func (h *head) frame() error {
	if h.chunked && h.length >= 0 {
		return errTwoFramings
	}
	if h.chunked && h.minor == 0 {
		return errCoding // HTTP/1.0 has no codings; a relay on the way may have passed on what it didn't know
	}
	return nil
}

// hasClose finds the option close in a Connection value.
func hasClose(v []byte) bool {
	for len(v) > 0 {
		option := v
		if i := bytes.IndexByte(v, ','); i >= 0 {
			option, v = v[:i], v[i+1:]
		} else {
			v = nil
		}
		if equalFold(trim(option), "close") {
			return true
		}
	}
	return false
}
