//go:build !amd64

package wire

import "unsafe"

// plainBlocks tells how many of the n bytes at p are plain, up to the first that stops marks. It looks at whole blocks
// of 16 bytes only, and so leaves up to 15 at the end. above has high bits of bytes set if one of the plain bytes is 0x80 or above.
func plainBlocks(p *byte, n int) (run int, above uint64) {
	const block = 2 * wordBytes
	b := unsafe.Slice(p, n)
	for run+block <= n {
		for range 2 {
			w := load(b, run)
			if m := stops(w); m != 0 {
				return run + lowest(m), (above | w&(m^(m-1))) & high
			}
			above |= w
			run += wordBytes
		}
	}
	return run, above & high
}
