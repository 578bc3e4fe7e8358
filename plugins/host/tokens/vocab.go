package tokens

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the vocabularies
	"encoding/binary"
	"hash/maphash"
	"io"
	"iter"
	"math"
	"math/bits"
)

// The vocabularies, written by gen from OpenAI's files: gzip of the number of tokens (4 bytes, little-endian), a byte for
// the length of each, and their bytes, by rank.
var (
	//go:embed cl100k_base.gz
	cl100kFile []byte
	//go:embed o200k_base.gz
	o200kFile []byte
)

// noRank is the rank of what is no token.
const noRank = math.MaxUint32

// vocab finds a token's rank. It is a hash table of two arrays, with no pointers for the collector to follow: what hashes to
// a bucket lies side by side, so that most questions touch one line of the processor's cache, and o200k_base takes 3 MB.
type vocab struct {
	seed    maphash.Seed
	starts  []uint32 // of each bucket in entries, and the end; the number of buckets is a power of two
	entries []byte   // the token's length, its rank in three bytes, its bytes
	most    int      // the longest token
	// pairs are the ranks of tokens of two bytes, which are asked for most.
	pairs [1 << 16]uint32
}

// entryHead is what stands before a token's bytes.
const entryHead = 4

// readVocab unpacks a vocabulary. The files are the program's own: one that is broken is a bug of its build.
func readVocab(file []byte) *vocab {
	z, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		panic("tokens: " + err.Error())
	}
	all := make([]byte, binary.LittleEndian.Uint32(file[len(file)-4:])) // RFC 1952, 2.3.1: the last four bytes are the size
	if _, err := io.ReadFull(z, all); err != nil {
		panic("tokens: " + err.Error())
	}
	n := binary.LittleEndian.Uint32(all)
	lengths, text := all[4:4+n], all[4+n:]
	v := &vocab{
		seed: maphash.MakeSeed(), starts: make([]uint32, 1<<bits.Len32(n/2)+1),
		entries: make([]byte, len(text)+entryHead*len(lengths)),
	}
	for i := range v.pairs {
		v.pairs[i] = noRank
	}
	buckets := make([]uint32, n)
	for rank, token := range tokensOf(lengths, text) {
		b := v.bucket(token)
		buckets[rank] = b
		v.starts[b] += uint32(entryHead + len(token))
	}
	end := uint32(0)
	for b, size := range v.starts { // where each ends: filled from behind, they become the starts
		end += size
		v.starts[b] = end
	}
	for rank, token := range tokensOf(lengths, text) {
		v.most = max(v.most, len(token))
		if len(token) == 2 {
			v.pairs[uint(token[0])<<8|uint(token[1])] = uint32(rank)
		}
		at := &v.starts[buckets[rank]]
		*at -= uint32(entryHead + len(token))
		entry := v.entries[*at:]
		binary.LittleEndian.PutUint32(entry, uint32(len(token))|uint32(rank)<<8)
		copy(entry[entryHead:], token)
	}
	return v
}

// tokensOf are a vocabulary's tokens by rank.
func tokensOf(lengths, text []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		for rank, n := range lengths {
			if !yield(rank, text[:n]) {
				return
			}
			text = text[n:]
		}
	}
}

func (v *vocab) bucket(token []byte) uint32 {
	return uint32(maphash.Bytes(v.seed, token)) & uint32(len(v.starts)-2)
}

// rank returns a token's rank, noRank if there is none.
func (v *vocab) rank(token []byte) uint32 {
	if len(token) > v.most {
		return noRank
	}
	if len(token) == 2 {
		return v.pairs[uint(token[0])<<8|uint(token[1])]
	}
	b := v.bucket(token)
	for list := v.entries[v.starts[b]:v.starts[b+1]]; len(list) > entryHead; {
		head := binary.LittleEndian.Uint32(list)
		end := entryHead + int(head&0xff)
		if end-entryHead == len(token) && string(list[entryHead:end]) == string(token) {
			return head >> 8
		}
		list = list[end:]
	}
	return noRank
}
