package sdk

import (
	"unsafe"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/internal/host"
)

// edited tells that the hook that runs has recorded an edit.
var edited bool

// buffer takes what the host gives, before it is copied into a string. It grows to the largest text seen, up to
// keepBuffer.
var buffer = make([]byte, 4<<10)

const keepBuffer = 256 << 10

// text reads a field as a string, "" if it is absent.
func text(f abi.Field, i, j int) string {
	n := host.Get(f, int32(i), int32(j), buffer)
	if n <= 0 {
		return ""
	}
	if int(n) <= len(buffer) {
		return string(buffer[:n])
	}
	return string(grown(int(n), func(b []byte) int32 { return host.Get(f, int32(i), int32(j), b) }))
}

// grown reads again into a buffer of at least n bytes.
func grown(n int, read func(buf []byte) int32) []byte {
	b := make([]byte, n+n/4)
	if n <= keepBuffer {
		buffer = b
	}
	return b[:max(0, min(int(read(b)), len(b)))]
}

// appendText appends a field to dst. It allocates only if dst has no room.
func appendText(dst []byte, f abi.Field, i, j int) []byte {
	for {
		room := dst[len(dst):cap(dst)]
		n := int(host.Get(f, int32(i), int32(j), room))
		if n <= 0 {
			return dst
		}
		if n <= len(room) {
			return dst[:len(dst)+n]
		}
		dst = append(dst, make([]byte, n)...)[:len(dst)]
	}
}

// appendRead appends what read gives to dst.
func appendRead(dst []byte, read func(buf []byte) int32) []byte {
	for {
		room := dst[len(dst):cap(dst)]
		n := int(read(room))
		if n <= 0 {
			return dst
		}
		if n <= len(room) {
			return dst[:len(dst)+n]
		}
		dst = append(dst, make([]byte, n)...)[:len(dst)]
	}
}

// number reads a number field.
func number(f abi.Field, i, j int) (int64, bool) {
	n := host.Num(f, int32(i), int32(j))
	return n, n != abi.NumAbsent
}

// count reads a number field that is 0 if it is absent.
func count(f abi.Field, i, j int) int {
	n, ok := number(f, i, j)
	if !ok {
		return 0
	}
	return int(n)
}

// name reads a value by its name, "" if it is absent.
func name(family abi.Name, name string) string {
	n := host.Named(family, name, buffer)
	if n <= 0 {
		return ""
	}
	if int(n) <= len(buffer) {
		return string(buffer[:n])
	}
	return string(grown(int(n), func(b []byte) int32 { return host.Named(family, name, b) }))
}

// edit records an edit.
func edit(op abi.Edit, f abi.Field, i, j int, value []byte) error {
	return done(host.Edit(op, f, int32(i), int32(j), value))
}

// done notes an edit that was recorded.
func done(s abi.Status) error {
	if s == abi.OK {
		edited = true
		return nil
	}
	return statusError(s)
}

// bytesOf is s without copying. The result must not be changed, and is only handed to the host.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
