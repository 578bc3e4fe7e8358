package callout

import (
	"net/http"
	"strings"

	"github.com/yett-gateway/yett/sdk/abi"
)

// maxLines is the most header fields of a call.
const maxLines = 64

// reserved are the fields that no plugin sets: those that belong to the connection or frame the message, the
// host, which the address gives, and those by which an answer could come in a form that secrets aren't found in.
var reserved = map[string]bool{
	"Connection": true, "Keep-Alive": true, "Te": true, "Trailer": true, "Transfer-Encoding": true, "Upgrade": true,
	"Content-Length": true, "Expect": true, "Host": true, "Http2-Settings": true,
	"Accept-Encoding": true, "Range": true, "If-Range": true,
}

// fieldName brings a name into net/http's form.
func fieldName(text string) (name, why string) {
	if text == "" || len(text) > abi.MaxName {
		return "", "a header's name has 1 to 256 characters"
	}
	for n := range len(text) {
		if c := text[n]; !unreserved(c) && strings.IndexByte("!#$%&'*+^`|", c) < 0 {
			return "", "a header's name is of letters, digits and a few signs"
		}
	}
	name = http.CanonicalHeaderKey(text)
	if reserved[name] || strings.HasPrefix(name, "Proxy-") {
		return "", "plugins don't set the header " + name
	}
	return name, ""
}

// fieldValue tells whether a text can be a header's value.
func fieldValue(text string) bool {
	for n := range len(text) {
		if c := text[n]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// parseHeaders reads lines "name: value\n".
func parseHeaders(text string) (http.Header, *Error) {
	if len(text) > abi.MaxHeaders {
		return nil, tooLarge("the headers are too long")
	}
	h := http.Header{}
	lines := 0
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, invalid("a header is a line with a name, a colon and a value")
		}
		name, why := fieldName(key)
		if why != "" {
			return nil, invalid(why)
		}
		value = strings.Trim(value, " \t")
		if !fieldValue(value) {
			return nil, invalid("a header's value has control characters")
		}
		if lines++; lines > maxLines {
			return nil, tooLarge("there are too many headers")
		}
		h[name] = append(h[name], value)
	}
	return h, nil
}
