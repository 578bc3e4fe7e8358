//go:build !(linux && (amd64 || arm64) && !race)

package socket

// calls has nothing to keep here: reads and writes are those of net.TCPConn.
type calls struct{ probe }

func (c *Conn) prepare() { c.probe.prepare() }

// Quiet tells, without waiting and without taking a byte, that nothing has come which wasn't read: no byte, no end, no
// error. Deadlines don't matter to it. Where there is no way to look at a socket it is always true.
func (c *Conn) Quiet() bool { return c.probe.quiet(c.rc) }
