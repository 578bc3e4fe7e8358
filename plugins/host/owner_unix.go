//go:build unix

package host

import (
	"io/fs"
	"os"
	"syscall"
)

// ours tells whether a file belongs to the user we run as.
func ours(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid()
}
