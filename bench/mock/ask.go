package mock

import (
	"fmt"
	"strings"
)

// ask is what a conversation asks for, whichever API it came by.
type ask struct {
	model         string
	stream, usage bool   // usage: the client wants it in an OpenAI stream
	user          string // the last user text, without its directive
	directive     string
	result        string // the tool's result that ends the conversation
	answered      bool   // whether there is one
	prefill       string // the assistant's message that ends the conversation
	prefilled     bool
	textBytes     int // of the whole prompt
	limit         int // tokens of the answer, 0: no limit
	stops         []string
	n             int
	tools         []tool
	must          bool   // a tool must be called
	never         bool   // no tool may be called
	only          string // the tool that must be called
	single        bool   // one call at most
	think         bool
	json          bool // the answer must be JSON
	schema        int  // of that JSON, nothing if any object will do
}

// tool is a tool the model may call. schema is nothing if its input is text.
type tool struct {
	name   string
	schema int
}

// tokens is the size of a text of n bytes.
func tokens(n int) int { return (n + 3) / 4 }

// failure is an error of the API: what providers answer instead.
type failure struct {
	status  int
	kind    string // the type; "" is what the status says
	code    string
	param   string
	message string
}

func invalid(param, format string, args ...any) *failure {
	return &failure{status: 400, param: param, message: fmt.Sprintf(format, args...)}
}

const (
	directiveStart = "[[mock"
	directiveEnd   = "]]"
)

// direct takes the directive out of the last user text.
func (a *ask) direct() {
	i := strings.Index(a.user, directiveStart)
	if i < 0 {
		return
	}
	rest := a.user[i+len(directiveStart):]
	n := strings.Index(rest, directiveEnd)
	if n < 0 || n > 0 && !strings.ContainsRune(" \t\r\n", rune(rest[0])) {
		return
	}
	a.directive = strings.TrimSpace(rest[:n])
	before, after := a.user[:i], rest[n+len(directiveEnd):]
	if before == "" || strings.HasSuffix(before, " ") {
		after = strings.TrimPrefix(after, " ")
	}
	if after == "" {
		before = strings.TrimSuffix(before, " ")
	}
	a.user = before + after
}

// wantsCall tells whether the answer is a call.
func (a *ask) wantsCall(p *plan) bool {
	if len(a.tools) == 0 || a.never || a.answered {
		return false
	}
	return a.must || p.tool || p.calls > 0 || strings.Contains(strings.ToLower(a.user), "call the tool")
}

// hasTool tells whether the request offers a tool of that name.
func (a *ask) hasTool(name string) bool {
	for _, t := range a.tools {
		if t.name == name {
			return true
		}
	}
	return false
}

// toolName tells whether s may name a tool or be a call's id.
func toolName(s string, limit int) bool {
	if s == "" || len(s) > limit {
		return false
	}
	for _, c := range []byte(s) {
		ok := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
		if !ok {
			return false
		}
	}
	return true
}

// number checks an optional number.
func (d *document) checkNumber(body int, name string, low, high float64) *failure {
	v := d.get(body, name)
	if !d.given(v) {
		return nil
	}
	if d.kind(v) != number {
		return invalid(name, "Invalid type for '%s': expected a number, but got %s instead.", name, d.kind(v))
	}
	if f := d.float(v); f < low || f > high {
		return invalid(name, "Invalid '%s': %v is not between %v and %v.", name, f, low, high)
	}
	return nil
}

// checkCount reads an optional whole number of at least 1.
func (d *document) checkCount(body int, name string) (int, *failure) {
	v := d.get(body, name)
	if !d.given(v) {
		return 0, nil
	}
	n, ok := d.integer(v)
	if !ok {
		return 0, invalid(name, "Invalid type for '%s': expected an integer, but got %s instead.", name, d.kind(v))
	}
	if n < 1 {
		return 0, invalid(name, "Invalid '%s': integer below minimum value. Expected a value >= 1, but got %d instead.", name, n)
	}
	return n, nil
}

// checkBool reads an optional boolean.
func (d *document) checkBool(body int, name string) (bool, *failure) {
	v := d.get(body, name)
	if d.given(v) && d.kind(v) != boolean {
		return false, invalid(name, "Invalid type for '%s': expected a boolean, but got %s instead.", name, d.kind(v))
	}
	return d.isTrue(v), nil
}
