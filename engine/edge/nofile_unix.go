//go:build unix

package edge

import "golang.org/x/sys/unix"

// descriptorLimit is the soft limit of open files, 0 when it can't be told.
func descriptorLimit() uint64 {
	var r unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &r) != nil {
		return 0
	}
	return uint64(r.Cur) //nolint:unconvert // the field is signed on some systems
}
