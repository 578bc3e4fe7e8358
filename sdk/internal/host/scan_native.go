//go:build !wasip1

package host

import "github.com/yett-gateway/yett/sdk/abi"

// Scans are the functions of capability scan.
type Scans interface {
	ScanCompile(patterns string) int32
	ScanError(buf []byte) int32
	ScanMatch(set int32, text []byte, from int32, hits []Hit) int32
	ScanMatchField(set int32, f abi.Field, i, j int32, hits []Hit) int32
	ScanOpen(set int32, text []byte, from int32) int32
	ScanWindow(set int32, hits []Hit) int64
}

// ScanCompile is a set's id, or a status. The patterns are lines.
func ScanCompile(patterns string) int32 { return current().ScanCompile(patterns) }

// ScanError is the length of why the last ScanCompile failed, or a status, and its bytes if they fit into buf.
func ScanError(buf []byte) int32 { return current().ScanError(buf) }

// ScanMatch is how many bytes the hits have, or a status, and the hits if they fit.
func ScanMatch(set int32, text []byte, from int32, hits []Hit) int32 {
	return current().ScanMatch(set, text, from, hits)
}

// ScanMatchField is ScanMatch over a text field.
func ScanMatchField(set int32, f abi.Field, i, j int32, hits []Hit) int32 {
	return current().ScanMatchField(set, f, i, j, hits)
}

// ScanOpen is where the first match begins that later text could complete or lengthen, or a status.
func ScanOpen(set int32, text []byte, from int32) int32 { return current().ScanOpen(set, text, from) }

// ScanWindow is how many bytes the window's hits have<<32 | where the first open match begins, or a status, and the hits
// if they fit.
func ScanWindow(set int32, hits []Hit) int64 { return current().ScanWindow(set, hits) }
