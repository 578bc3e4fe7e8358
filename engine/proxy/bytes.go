package proxy

import "unsafe"

// bytesOf views a string as bytes without copying. The result must not be written to; it lives as long
// as the string, which here is always part of the table.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// textOf views bytes as a string without copying. The bytes must not change while the string is in use.
func textOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
