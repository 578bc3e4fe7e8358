//go:build !unix

package edge

// exhausted is false: shortages here are treated as any failed accept, with the same back-off.
func exhausted(error) bool { return false }

// clientGone is false: a client that left the queue costs one back-off step.
func clientGone(error) bool { return false }
