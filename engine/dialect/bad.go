package dialect

import (
	"strconv"

	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
)

// Bad is a client's mistake in field param, with the sentence that tells what to do.
func Bad(param, public string) *fault.Error {
	return &fault.Error{Kind: fault.BadRequest, Public: public, Param: param}
}

// BadJSON is a body that isn't one JSON value.
func BadJSON(err *wire.SyntaxError) *fault.Error {
	return &fault.Error{
		Kind: fault.BadRequest, Code: "invalid_json", Cause: err,
		Public: "the body is not valid JSON at byte " + strconv.Itoa(err.Offset) + ": " + err.Reason,
	}
}

// BadTwice is a body that says a member twice, or in another case, so that two readers would understand
// two things. path is what the member's name is appended to: "" or "messages[2].".
func BadTwice(path string, err *wire.AmbiguousError) *fault.Error {
	param := path + err.Name
	return &fault.Error{
		Kind: fault.BadRequest, Code: "ambiguous_json", Param: param, Cause: Twice(err),
		Public: param + " is given twice, or in another case; send it once, in lower case",
	}
}

// Twice is err as an error of its own. The copy keeps what the caller gave wire.Fields on the stack: escape
// analysis takes the error for a part of it.
func Twice(err *wire.AmbiguousError) error {
	return &wire.AmbiguousError{Name: err.Name, Offset: err.Offset}
}

// At is the path of element i of an array: "messages[2]".
func At(array string, i int) string { return array + "[" + strconv.Itoa(i) + "]" }

// Present tells whether a member was sent with a value: present and not null.
func Present(body []byte, s wire.Span) bool { return s.Present() && !wire.IsNull(body, s) }
