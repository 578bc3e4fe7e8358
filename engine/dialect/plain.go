package dialect

// Plain is a dialect that can tell a stream's common events apart at a glance.
type Plain interface {
	// Plain tells that an event surely carries nothing but content: no usage, no end, no error, no mark.
	// It is false where it can't tell. A relay that only passes events on needn't read a plain one.
	Plain(name, data []byte) bool
}
