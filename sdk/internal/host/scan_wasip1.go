//go:build wasip1

package host

import (
	"unsafe"

	"github.com/yett-gateway/yett/sdk/abi"
)

//go:wasmimport yett.scan compile
//go:noescape
func scanCompile(ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett.scan error
//go:noescape
func scanError(ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett.scan match
//go:noescape
func scanMatch(set uint32, text unsafe.Pointer, textLen, from uint32, ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett.scan match_field
//go:noescape
func scanMatchField(set, field, i, j uint32, ptr unsafe.Pointer, n uint32) int32

//go:wasmimport yett.scan open
//go:noescape
func scanOpen(set uint32, text unsafe.Pointer, textLen, from uint32) int32

//go:wasmimport yett.scan window
//go:noescape
func scanWindow(set uint32, ptr unsafe.Pointer, n uint32) int64

func hitsAt(hits []Hit) (unsafe.Pointer, uint32) {
	return unsafe.Pointer(unsafe.SliceData(hits)), uint32(len(hits)) * uint32(unsafe.Sizeof(Hit{}))
}

// ScanCompile is a set's id, or a status. The patterns are lines.
func ScanCompile(patterns string) int32 {
	p, n := textAt(patterns)
	return scanCompile(p, n)
}

// ScanError is the length of why the last ScanCompile failed, or a status, and its bytes if they fit into buf.
func ScanError(buf []byte) int32 {
	p, n := bytesAt(buf)
	return scanError(p, n)
}

// ScanMatch is how many bytes the hits have, or a status, and the hits if they fit.
func ScanMatch(set int32, text []byte, from int32, hits []Hit) int32 {
	tp, tn := bytesAt(text)
	p, n := hitsAt(hits)
	return scanMatch(uint32(set), tp, tn, uint32(from), p, n)
}

// ScanMatchField is ScanMatch over a text field.
func ScanMatchField(set int32, f abi.Field, i, j int32, hits []Hit) int32 {
	p, n := hitsAt(hits)
	return scanMatchField(uint32(set), uint32(f), uint32(i), uint32(j), p, n)
}

// ScanOpen is where the first match begins that later text could complete or lengthen, or a status.
func ScanOpen(set int32, text []byte, from int32) int32 {
	p, n := bytesAt(text)
	return scanOpen(uint32(set), p, n, uint32(from))
}

// ScanWindow is how many bytes the window's hits have<<32 | where the first open match begins, or a status, and the hits
// if they fit.
func ScanWindow(set int32, hits []Hit) int64 {
	p, n := hitsAt(hits)
	return scanWindow(uint32(set), p, n)
}
