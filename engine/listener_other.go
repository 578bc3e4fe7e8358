//go:build !unix

package engine

import "syscall"

func reusePort(_, _ string, _ syscall.RawConn) error { return nil }
