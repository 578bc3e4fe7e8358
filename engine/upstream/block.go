package upstream

import "sync"

// blockSize is the read buffer's size and the bound of what is sent in one copy and one write, in bytes.
const blockSize = 16 << 10

type block [blockSize]byte

var blocks = sync.Pool{New: func() any { return new(block) }}

func takeBlock() *block { return blocks.Get().(*block) }

// giveBlock puts b back, if there is one, and forgets it.
func giveBlock(b **block) {
	if *b != nil {
		blocks.Put(*b)
		*b = nil
	}
}
