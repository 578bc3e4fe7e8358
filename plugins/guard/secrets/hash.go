package main

import "crypto/sha256"

// fingerprint appends eight hexadecimal digits that are the same for the same secret and salt.
func fingerprint(dst []byte, salt string, secret []byte) []byte {
	h := sha256.New()
	h.Write([]byte(salt))
	h.Write([]byte{0})
	h.Write(secret)
	sum := h.Sum(nil)
	for _, b := range sum[:4] {
		dst = append(dst, "0123456789abcdef"[b>>4], "0123456789abcdef"[b&15])
	}
	return dst
}
