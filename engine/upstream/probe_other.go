//go:build !unix

package upstream

import "net"

// probe has no way to look at a socket here; the retry on a fresh connection is what is left.
type probe struct{}

func (*probe) watch(net.Conn) {}

func (*probe) undisturbed() bool { return true }
