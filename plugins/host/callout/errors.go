package callout

import (
	"github.com/yett-gateway/yett/engine/spec"
	"github.com/yett-gateway/yett/sdk/abi"
)

// Error is a call that wasn't made or has no answer.
type Error struct {
	// Status is what the guest is told, and all that it is told.
	Status abi.Status
	// Reason and Cause are for the log: Reason says what was wrong, Cause may be nil. Neither has a secret's value.
	Reason string
	Cause  error
}

// Error gives reason and cause.
func (e *Error) Error() string {
	if e.Cause == nil {
		return e.Reason
	}
	return e.Reason + ": " + e.Cause.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// RuleError is a rule of a grant that no call could match.
type RuleError struct {
	Rule         spec.HTTPRule
	Reason, Hint string
}

// Error gives the reason.
func (e *RuleError) Error() string { return e.Reason }

func invalid(reason string) *Error { return &Error{Status: abi.Invalid, Reason: reason} }

func notGranted(reason string) *Error { return &Error{Status: abi.NotGranted, Reason: reason} }

func tooLarge(reason string) *Error { return &Error{Status: abi.TooLarge, Reason: reason} }
