package dialect

import (
	"math"

	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
)

// maxOutput is the largest output limit a request may ask for; more is a mistake that would overflow
// budgets when multiplied.
const maxOutput = math.MaxInt32

// Object validates a request's body and finds its members called names, as wire.Fields does.
func Object(body []byte, names []string, dst []wire.Span) (wire.Span, *fault.Error) {
	obj, err, twice := wire.ValidateFields(body, wire.Limits{}, names, dst)
	switch {
	case err != nil:
		return obj, BadJSON(err)
	case wire.KindOf(body, obj) != wire.Object:
		return obj, Bad("", "the body must be a JSON object")
	case twice != nil:
		return obj, BadTwice("", twice)
	}
	return obj, nil
}

// Begin validates body, empties h, sets Body and finds the members called names. It is the first step of
// Dialect.Head.
func (h *Head) Begin(body []byte, names []string, dst []wire.Span) *fault.Error {
	obj, e := Object(body, names, dst)
	if e != nil {
		return e
	}
	*h = Head{Body: obj, MaxTokens: -1, Choices: 1, scratch: h.scratch}
	return nil
}

// ReadModel sets Model and ModelName.
func (h *Head) ReadModel(body []byte, s wire.Span) *fault.Error {
	switch wire.KindOf(body, s) {
	case wire.Invalid, wire.Null:
		return Bad("model", "model is missing; name one of those that GET /v1/models lists")
	case wire.String:
	default:
		return Bad("model", "model must be a string")
	}
	h.Model = s
	h.ModelName, h.scratch = wire.Text(body, s, h.scratch[:0])
	if len(h.ModelName) == 0 {
		return Bad("model", "model is empty; name one of those that GET /v1/models lists")
	}
	return nil
}

// ReadStream sets StreamSpan and Stream.
func (h *Head) ReadStream(body []byte, s wire.Span) *fault.Error {
	h.StreamSpan = s
	if !Present(body, s) {
		return nil
	}
	v, ok := wire.Bool(body, s)
	if !ok {
		return Bad("stream", "stream must be true or false")
	}
	h.Stream = v
	return nil
}

// ReadMaxTokens sets MaxTokensSpan and MaxTokens from the member called name.
func (h *Head) ReadMaxTokens(body []byte, s wire.Span, name string) *fault.Error {
	if !Present(body, s) {
		return nil
	}
	n, ok := wire.Int(body, s)
	if !ok || n < 1 || n > maxOutput {
		return Bad(name, name+" must be a whole number above 0")
	}
	h.MaxTokensSpan, h.MaxTokens = s, n
	return nil
}

// ReadTools sets Tools, an array if sent.
func (h *Head) ReadTools(body []byte, s wire.Span) *fault.Error {
	if !Present(body, s) {
		return nil
	}
	if wire.KindOf(body, s) != wire.Array {
		return Bad("tools", "tools must be an array of tool objects")
	}
	i := 0
	for el := wire.ElementsOf(body, s); el.Next(); i++ {
		if wire.KindOf(body, el.Value()) != wire.Object {
			return Bad(At("tools", i), At("tools", i)+" must be an object")
		}
	}
	h.Tools = s
	return nil
}

var messageNames = []string{"role", "content"}

// ReadMessages sets Messages: an array of objects, each with a role and a content of the right type.
func (h *Head) ReadMessages(body []byte, s wire.Span) *fault.Error {
	switch wire.KindOf(body, s) {
	case wire.Invalid, wire.Null:
		return Bad("messages", "messages is missing; send an array with at least one message")
	case wire.Array:
	default:
		return Bad("messages", "messages must be an array of message objects")
	}
	i := 0
	for at := item(body, s.Start+1); at < s.End-1; i++ {
		end, e := checkMessage(body, at, s.End, i)
		if e != nil {
			return e
		}
		at = item(body, end)
	}
	if i == 0 {
		return Bad("messages", "messages is empty; send at least one message")
	}
	h.Messages = s
	return nil
}

// checkMessage checks the message that starts at start of an array that ends at limit, and returns its
// end. It finds the end by reading the members, so that each byte is read once: most of a body is messages.
func checkMessage(body []byte, start, limit int32, i int) (end int32, e *fault.Error) {
	if body[start] != '{' {
		path := At("messages", i)
		return 0, Bad(path, path+" must be an object with role and content")
	}
	var role, content wire.Span
	odd := false
	end = start + 1
	for m := wire.MembersOf(body, wire.Span{Start: start, End: limit}); m.Next(); end = m.Value().End {
		switch key := m.Key(); {
		case string(key) == "role" && !role.Present():
			role = m.Value()
		case string(key) == "content" && !content.Present():
			content = m.Value()
		default:
			odd = odd || couldBe(key)
		}
	}
	end = item(body, end) + 1
	if odd {
		if role, content, e = messageFields(body, wire.Span{Start: start, End: end}, i); e != nil {
			return 0, e
		}
	}
	if wire.KindOf(body, role) != wire.String {
		path := At("messages", i) + ".role"
		return 0, Bad(path, path+` must be a string such as "user"`)
	}
	switch wire.KindOf(body, content) {
	case wire.Invalid, wire.Null, wire.String:
		return end, nil
	case wire.Array:
		return end, CheckBlocks(body, content, "messages", i)
	}
	path := At("messages", i) + ".content"
	return 0, Bad(path, path+" must be a string or an array of content parts")
}

// item is the first byte from at on that is neither white space nor a comma.
func item(body []byte, at int32) int32 {
	for body[at] == ' ' || body[at] == ',' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t' {
		at++
	}
	return at
}

// couldBe tells whether a key may be another spelling of "role" or "content", to be looked at with care.
func couldBe(key []byte) bool {
	if len(key) == len("role") && key[0]|0x20 == 'r' || len(key) == len("content") && key[0]|0x20 == 'c' {
		return true
	}
	for _, c := range key {
		if c == '\\' || c >= 0x80 {
			return true
		}
	}
	return false
}

// messageFields finds role and content, or tells which is ambiguous.
func messageFields(body []byte, obj wire.Span, i int) (role, content wire.Span, e *fault.Error) {
	var f [2]wire.Span
	if err := wire.Fields(body, obj, messageNames, f[:]); err != nil {
		return role, content, BadTwice(At("messages", i)+".", err)
	}
	return f[0], f[1], nil
}

// CheckBlocks tells whether every element of the content array arr is an object with a string type. The
// array is named array[i].content, or array itself if i is below 0.
func CheckBlocks(body []byte, arr wire.Span, array string, i int) *fault.Error {
	k := 0
	for at := item(body, arr.Start+1); at < arr.End-1; k++ {
		end, ok := checkBlock(body, at, arr.End)
		if !ok {
			if i >= 0 {
				array = At(array, i) + ".content"
			}
			path := At(array, k)
			return Bad(path, path+` must be an object with a type such as {"type":"text","text":"…"}`)
		}
		at = item(body, end)
	}
	return nil
}

// checkBlock tells whether the element that starts at start is an object with a string type, and where it
// ends. See checkMessage.
func checkBlock(body []byte, start, limit int32) (end int32, ok bool) {
	if body[start] != '{' {
		return 0, false
	}
	end = start + 1
	for m := wire.MembersOf(body, wire.Span{Start: start, End: limit}); m.Next(); end = m.Value().End {
		if m.KeyIs("type") {
			ok = wire.KindOf(body, m.Value()) == wire.String
		}
	}
	return item(body, end) + 1, ok
}
