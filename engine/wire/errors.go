package wire

import (
	"errors"
	"strconv"
)

// ErrEventTooLarge comes from Events.Next when an event is longer than the limit given to Events.Reset. The
// stream can't be read on.
var ErrEventTooLarge = errors.New("event is larger than the limit")

// SyntaxError is a place where a body stops being JSON.
type SyntaxError struct {
	// Offset is the byte at fault, counted from 0; the length of the body if it ended too early.
	Offset int
	// Reason is a short constant text without any byte of the body, fit for clients.
	Reason string
}

// Error is the offset and the reason, such as "offset 17: expected ',' or '}'".
func (e *SyntaxError) Error() string {
	return "offset " + strconv.Itoa(e.Offset) + ": " + e.Reason
}

// AmbiguousError is a member that two readers of the same body could understand differently: its key occurs
// twice, or is written in another case than the name ("Model" for "model"), which some decoders take for it.
type AmbiguousError struct {
	// Name is the member's name as it was asked for.
	Name string
	// Offset is the opening quote of the key at fault, counted from 0.
	Offset int
}

// Error names the member and the place. It holds no byte of the body.
func (e *AmbiguousError) Error() string {
	return "offset " + strconv.Itoa(e.Offset) + ": member " + strconv.Quote(e.Name) + " occurs twice or in another case"
}
