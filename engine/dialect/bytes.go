package dialect

import "unsafe"

// Bytes is s as bytes without a copy. They must not be written to, and live as long as s.
func Bytes(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
