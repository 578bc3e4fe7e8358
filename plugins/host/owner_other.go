//go:build !unix

package host

import "io/fs"

// ours is true where files have no owner that could be compared.
func ours(fs.FileInfo) bool { return true }
