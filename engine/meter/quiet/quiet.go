// Package quiet keeps one line of the metrics library out of the program's output.
//
// On a system without pressure stall information the library says so through package log while it is
// initialized, before main and for every command. Packages are initialized in the order of their paths as
// far as their imports allow (Go specification, "Package initialization"); this one imports so little that
// its turn comes before the library's, which waits for net/http.
package quiet

import (
	"bytes"
	"log"
	"os"
)

func init() { log.SetOutput(filter{}) }

// filter passes on to standard error all but the one line.
type filter struct{}

func (filter) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("disable exposing PSI metrics")) {
		return len(p), nil
	}
	return os.Stderr.Write(p)
}
