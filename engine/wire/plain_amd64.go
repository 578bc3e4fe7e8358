package wire

// plainBlocks tells how many of the n bytes at p are plain, up to the first that stops marks. It looks at whole blocks
// of 16 bytes only, and so leaves up to 15 at the end. above has high bits of bytes set if one of the plain bytes is 0x80 or above.
//
//go:noescape
func plainBlocks(p *byte, n int) (run int, above uint64)
