package main

// fold128 makes a key of a text: two sums of 64 bits by FNV-1a, with different beginnings.
func fold128(text string) [2]uint64 {
	key := [2]uint64{14695981039346656037, 14695981039346656037 ^ 0x9e3779b97f4a7c15}
	for n := range key {
		for _, c := range []byte(text) {
			key[n] = (key[n] ^ uint64(c)) * 1099511628211
		}
		key[n] ^= key[n] >> 32
	}
	return key
}

// siphash is SipHash-2-4: a keyed sum that can't be turned around or guessed without the key.
func siphash(key [2]uint64, b []byte) uint64 {
	v0, v1 := key[0]^0x736f6d6570736575, key[1]^0x646f72616e646f6d
	v2, v3 := key[0]^0x6c7967656e657261, key[1]^0x7465646279746573
	round := func() {
		v0 += v1
		v1 = v1<<13 | v1>>51
		v1 ^= v0
		v0 = v0<<32 | v0>>32
		v2 += v3
		v3 = v3<<16 | v3>>48
		v3 ^= v2
		v0 += v3
		v3 = v3<<21 | v3>>43
		v3 ^= v0
		v2 += v1
		v1 = v1<<17 | v1>>47
		v1 ^= v2
		v2 = v2<<32 | v2>>32
	}
	last := uint64(len(b)) << 56
	for ; len(b) >= 8; b = b[8:] {
		m := uint64(0)
		for n, c := range b[:8] {
			m |= uint64(c) << (8 * n)
		}
		v3 ^= m
		round()
		round()
		v0 ^= m
	}
	for n, c := range b {
		last |= uint64(c) << (8 * n)
	}
	v3 ^= last
	round()
	round()
	v0 ^= last
	v2 ^= 0xff
	for range 4 {
		round()
	}
	return v0 ^ v1 ^ v2 ^ v3
}

func appendHex(dst []byte, v uint64) []byte {
	const hex = "0123456789abcdef"
	for n := 60; n >= 0; n -= 4 {
		dst = append(dst, hex[v>>n&15])
	}
	return dst
}
