//go:build !unix

package edge

// descriptorLimit is 0: this system has no limit of open files to derive from.
func descriptorLimit() uint64 { return 0 }
