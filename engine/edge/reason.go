package edge

import "strconv"

// Reason is why a request or a connection was refused or ended early. The zero Reason is none.
// Its text is the "code" in the client's JSON and the label in metrics.
type Reason uint8

const (
	// None is no refusal.
	None Reason = iota
	// BadRequestLine is a first line that is not "METHOD SP target SP HTTP/1.x".
	BadRequestLine
	// BadMethod is a method with bytes other than capital letters and hyphens, or CONNECT.
	BadMethod
	// BadTarget is a target that is not a path, or holds bytes that a target may not hold.
	BadTarget
	// BadPath is a path that is not in the one canonical form: dot segments, empty segments, backslashes,
	// encoded slashes, controls or percent signs, broken percent encoding.
	BadPath
	// BadVersion is a version other than HTTP/1.0 and HTTP/1.1.
	BadVersion
	// BadLineEnd is a line that ends in a bare LF, or holds a bare CR.
	BadLineEnd
	// FoldedLine is a field continued on the next line, or whitespace before the first field.
	FoldedLine
	// BadFieldName is an empty name, whitespace before the colon, or bytes that a name may not hold.
	BadFieldName
	// AliasField is a name that means a framing or credential field once its underscores are read as hyphens.
	AliasField
	// BadFieldValue is a control byte in a value.
	BadFieldValue
	// DuplicateField is a second field of a kind that decides something: Host, Authorization, Content-Type, ….
	DuplicateField
	// BadContentLength is a Content-Length that is not one plain decimal number.
	BadContentLength
	// DuplicateContentLength is a second Content-Length, be it the same.
	DuplicateContentLength
	// LengthAndTransferEncoding is a request with both framings.
	LengthAndTransferEncoding
	// BadTransferEncoding is a Transfer-Encoding other than exactly one "chunked".
	BadTransferEncoding
	// OldTransferEncoding is a Transfer-Encoding in an HTTP/1.0 request.
	OldTransferEncoding
	// MissingHost is an HTTP/1.1 request without Host.
	MissingHost
	// BadHost is a Host that is not a plain name or address with an optional port.
	BadHost
	// BadExpect is an Expect other than one "100-continue" in HTTP/1.1.
	BadExpect
	// HeadTooLarge is a head above Limits.HeadBytes.
	HeadTooLarge
	// TooManyFields is a head or trailer section above Limits.HeadLines.
	TooManyFields
	// FieldNameTooLong is a name above Limits.FieldName.
	FieldNameTooLong
	// TargetTooLong is a target above Limits.Target.
	TargetTooLong
	// BodyTooLarge is a body above Limits.BodyBytes.
	BodyTooLarge
	// BadChunk is a chunk whose size, extension or end is malformed.
	BadChunk
	// ChunkExtensionTooLong is chunk extensions above Limits.ChunkExtension.
	ChunkExtensionTooLong
	// BadTrailer is a trailer field that would change framing, routing or credentials.
	BadTrailer
	// TrailerTooLarge is a trailer section above Limits.TrailerBytes.
	TrailerTooLarge
	// HeadTimeout is a head that took longer than Limits.HeadTime.
	HeadTimeout
	// BodyTimeout is a body slower than Limits.BodyIdle, BodyMinRate or BodyTotal.
	BodyTimeout
	// Cut is a client that ended the connection within a request. There is nobody to answer.
	Cut
	// WriteStalled is a client that stopped taking its answer. There is nobody to answer.
	WriteStalled
	// TooManyConns is a connection above Limits.Conns.
	TooManyConns
	// TooManyConnsPerIP is a connection above Limits.ConnsPerIP.
	TooManyConnsPerIP
	// NoDescriptors is an accept that failed for want of descriptors or memory.
	NoDescriptors
	// AcceptFailed is an accept that failed for another cause than the listener's end.
	AcceptFailed
	reasons
)

// Reasons returns every Reason but None, in order. It is for tables that must be complete, such as metrics.
func Reasons() []Reason {
	rs := make([]Reason, 0, reasons-1)
	for r := None + 1; r < reasons; r++ {
		rs = append(rs, r)
	}
	return rs
}

type refusal struct {
	code   string
	status int // 0: there is nobody to answer
	text   string
}

var refusals = [reasons]refusal{
	None:                      {"", 0, ""},
	BadRequestLine:            {"bad_request_line", 400, "the request line is malformed: expected METHOD, target and HTTP/1.1 separated by single spaces"},
	BadMethod:                 {"bad_method", 400, "the request method is not one this gateway takes"},
	BadTarget:                 {"bad_target", 400, "the request target must be a plain path such as /v1/models, in visible ASCII, without scheme, host or fragment"},
	BadPath:                   {"bad_path", 400, "the path is not in canonical form: dot segments, empty segments, backslashes, encoded slashes, encoded percent signs or controls, and broken percent encoding are refused"},
	BadVersion:                {"bad_version", 505, "this gateway speaks HTTP/1.1 and HTTP/1.0 here"},
	BadLineEnd:                {"bad_line_end", 400, "each line of a head must end in CR LF, and neither may stand alone"},
	FoldedLine:                {"folded_line", 400, "folded header lines and whitespace before the first header are refused"},
	BadFieldName:              {"bad_field_name", 400, "a header name is empty, holds an invalid byte, or is followed by whitespace"},
	AliasField:                {"alias_field", 400, "a header name with an underscore could be read as a framing or credential header; use a hyphen"},
	BadFieldValue:             {"bad_field_value", 400, "a header value holds a control byte"},
	DuplicateField:            {"duplicate_field", 400, "a header that may be sent once was sent again"},
	BadContentLength:          {"bad_content_length", 400, "Content-Length must be one plain decimal number"},
	DuplicateContentLength:    {"duplicate_content_length", 400, "Content-Length was sent twice"},
	LengthAndTransferEncoding: {"length_and_transfer_encoding", 400, "a request may not have both Content-Length and Transfer-Encoding"},
	BadTransferEncoding:       {"bad_transfer_encoding", 501, "the only transfer coding taken is one Transfer-Encoding: chunked"},
	OldTransferEncoding:       {"old_transfer_encoding", 400, "Transfer-Encoding is not part of HTTP/1.0"},
	MissingHost:               {"missing_host", 400, "an HTTP/1.1 request needs a Host header"},
	BadHost:                   {"bad_host", 400, "the Host header must be a host name or address with an optional port"},
	BadExpect:                 {"bad_expect", 417, "the only expectation taken is Expect: 100-continue in HTTP/1.1"},
	HeadTooLarge:              {"head_too_large", 431, "the request head is larger than this gateway takes"},
	TooManyFields:             {"too_many_fields", 431, "the request has more header lines than this gateway takes"},
	FieldNameTooLong:          {"field_name_too_long", 431, "a header name is longer than this gateway takes"},
	TargetTooLong:             {"target_too_long", 414, "the request target is longer than this gateway takes"},
	BodyTooLarge:              {"body_too_large", 413, "the request body is larger than this gateway takes"},
	BadChunk:                  {"bad_chunk", 400, "the chunked body is malformed"},
	ChunkExtensionTooLong:     {"chunk_extension_too_long", 400, "the chunk extensions are longer than this gateway takes"},
	BadTrailer:                {"bad_trailer", 400, "a trailer field may not carry framing, routing, content or credential information"},
	TrailerTooLarge:           {"trailer_too_large", 431, "the trailer section is larger than this gateway takes"},
	HeadTimeout:               {"head_timeout", 408, "the request head did not arrive in time"},
	BodyTimeout:               {"body_timeout", 408, "the request body arrived too slowly"},
	Cut:                       {"cut", 0, ""},
	WriteStalled:              {"write_stalled", 0, ""},
	TooManyConns:              {"too_many_connections", 503, "the gateway has no connection to spare; try again shortly"},
	TooManyConnsPerIP:         {"too_many_connections_per_ip", 429, "too many connections from this address"},
	NoDescriptors:             {"no_descriptors", 503, "the gateway has no connection to spare; try again shortly"},
	AcceptFailed:              {"accept_failed", 0, ""},
}

// String is the reason's code, such as "bad_chunk"; "" for None.
func (r Reason) String() string { return refusals[r].code }

// Status is the HTTP status of the refusal, 0 when there is nobody to answer.
func (r Reason) Status() int { return refusals[r].status }

// answers holds the complete HTTP answer of each reason, so that a refusal builds nothing.
var answers = func() (a [reasons][]byte) {
	for r := range a {
		if refusals[r].status != 0 {
			a[r] = render(&refusals[r])
		}
	}
	return a
}()

var phrases = map[int]string{
	400: "Bad Request", 408: "Request Timeout", 413: "Content Too Large", 414: "URI Too Long",
	417: "Expectation Failed", 429: "Too Many Requests", 431: "Request Header Fields Too Large",
	501: "Not Implemented", 503: "Service Unavailable", 505: "HTTP Version Not Supported",
}

// Refusal is a request that the guard answers in the server's place.
type Refusal struct {
	Reason Reason
	Status int
	// Code is the reason's code, Text a sentence for the client that needs no escaping.
	Code, Text string
	// Messages tells that the path has the segment /messages: its API words errors differently.
	Messages bool
}

// words is the whole answer to a refused request.
func (l *Listener) words(r Reason, messages bool) []byte {
	if l.Render == nil {
		return answers[r]
	}
	f := &refusals[r]
	fields, body := l.Render(Refusal{Reason: r, Status: f.status, Code: f.code, Text: f.text, Messages: messages})
	return frame(f.status, string(fields), string(body))
}

// render makes the plain answer. The texts of the table need no escaping in JSON.
func render(f *refusal) []byte {
	kind := "invalid_request_error"
	switch f.status {
	case 503:
		kind = "server_error"
	case 429:
		kind = "rate_limit_error"
	}
	return frame(f.status, "", `{"error":{"message":"`+f.text+`","type":"`+kind+`","param":null,"code":"`+f.code+`"}}`)
}

// frame makes an answer of a body.
func frame(status int, fields, body string) []byte {
	if status == 503 || status == 429 {
		fields += "Retry-After: 1\r\n"
	}
	return []byte("HTTP/1.1 " + strconv.Itoa(status) + " " + phrases[status] + "\r\n" +
		"Content-Type: application/json\r\n" +
		"Content-Length: " + strconv.Itoa(len(body)) + "\r\n" + fields +
		"Connection: close\r\n\r\n" + body)
}
