//go:build !unix

package edge

// canPeek is false: this system offers no way to look at a socket, so a client's departure shows only when an answer
// is written.
const canPeek = false

func peek(int, bool) sight { return quiet }

func hasBytes(int) bool { return false }
