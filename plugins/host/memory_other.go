//go:build !(linux || darwin || freebsd)

package host

// reserve takes n bytes of Go's heap, where mapping isn't implemented for the platform.
func reserve(n int) []byte { return make([]byte, n) }

// release leaves the bytes to the collector.
func release([]byte) {}
