package sdk

import "github.com/yett-gateway/yett/sdk/abi"

// Error is why the host refused something. The values are the Err variables.
type Error struct{ text string }

// Error tells why, in a few words.
func (e *Error) Error() string { return e.text }

// What the host answers.
var (
	ErrAbsent      = &Error{"there is no such value"}
	ErrBadField    = &Error{"the host doesn't know this, or the hook can't use it"}
	ErrBadRange    = &Error{"an index or length is out of range"}
	ErrReadOnly    = &Error{"this can't be changed in this hook"}
	ErrTooLarge    = &Error{"a bound of the host is reached"}
	ErrNotGranted  = &Error{"this isn't granted"}
	ErrInvalid     = &Error{"the value isn't valid"}
	ErrUnsupported = &Error{"the dialect can't express this"}
	ErrMismatch    = &Error{"the value is another one"}
	ErrUnavailable = &Error{"a call to the outside failed"}
	ErrTimedOut    = &Error{"a call to the outside took too long"}
	ErrExhausted   = &Error{"what the grant allows is used up"}
)

var byStatus = [...]error{
	-abi.OK: nil, -abi.Absent: ErrAbsent, -abi.BadField: ErrBadField, -abi.BadRange: ErrBadRange,
	-abi.ReadOnly: ErrReadOnly, -abi.TooLarge: ErrTooLarge, -abi.NotGranted: ErrNotGranted,
	-abi.Invalid: ErrInvalid, -abi.Unsupported: ErrUnsupported, -abi.Mismatch: ErrMismatch,
	-abi.Unavailable: ErrUnavailable, -abi.TimedOut: ErrTimedOut, -abi.Exhausted: ErrExhausted,
}

// statusError is a status as an error, nil for success. It doesn't allocate.
func statusError(s abi.Status) error {
	if s >= 0 {
		return nil
	}
	if n := int(-s); n < len(byStatus) {
		return byStatus[n]
	}
	return ErrUnsupported
}

// StatusError is a status as one of the Err variables, nil for success. The packages of capabilities use it.
func StatusError(s abi.Status) error { return statusError(s) }
