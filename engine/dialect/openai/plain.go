package openai

import (
	"bytes"

	"github.com/yett-gateway/yett/engine/dialect"
)

var _ dialect.Plain = Chat{}

var (
	keyFinish = []byte(`"finish_reason":`)
	keyUsage  = []byte(`"usage":`)
	keyError  = []byte(`"error"`)
	null      = []byte("null")
)

// Plain looks for the members that matter. A quote inside a JSON string is escaped, so text that looks
// like one of these keys isn't taken for it; a key with an escape in it, which no provider writes, or with
// white space before its colon, is read as an event that isn't plain only if another one is there too.
func (Chat) Plain(_, data []byte) bool {
	n := len(data)
	if n < 2 || data[0] != '{' || data[n-1] != '}' || bytes.Contains(data, keyError) {
		return false
	}
	return nullAfter(data, keyFinish) && (nullAfter(data, keyUsage) || !bytes.Contains(data, keyUsage[:len(keyUsage)-1]))
}

// nullAfter tells that every value behind key is null, and that there is one.
func nullAfter(data, key []byte) bool {
	found := false
	for {
		i := bytes.Index(data, key)
		if i < 0 {
			return found
		}
		data = bytes.TrimLeft(data[i+len(key):], " ")
		if !bytes.HasPrefix(data, null) {
			return false
		}
		found = true
	}
}
