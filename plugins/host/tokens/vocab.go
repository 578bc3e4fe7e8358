package tokens

import (
	_ "embed" // the vocabularies
	"encoding/binary"
	"math"
	"math/bits"
)

// The vocabularies, made by gen of OpenAI's files. They are tables that are looked into where they lie in the program's file: nothing is
// read at a start, and of 3.2 MB only those pages are in memory that texts have asked for.
var (
	//go:embed cl100k_base.table
	cl100kFile vocab
	//go:embed o200k_base.table
	o200kFile vocab
)

// noRank is the rank of what is no token.
const noRank = math.MaxUint32

// MaxToken is the longest token that a table holds, in bytes.
const MaxToken = 255

// vocab finds a token's rank. It is a hash table: what hashes to a bucket lies side by side, so that most questions touch
// one line of the processor's cache. Numbers are little-endian.
//
//	mask     4 bytes: the number of buckets, a power of two, less 1
//	pairs    4 bytes for each text of two bytes, by its number in big-endian order: its rank, noRank for none
//	starts   4 bytes for each bucket: where its entries begin, from here on; and where the last ones end
//	entries  for each token its length, its rank in three bytes, and its bytes
//
// Token "ab" of rank 370 is the entry 02 72 01 00 61 62, and its rank stands at 4 + 4*0x6162.
type vocab []byte

const (
	pairsAt  = 4
	startsAt = pairsAt + 4<<16
	headSize = 4 // of an entry
)

// Table makes the table of a vocabulary, whose tokens come by rank and have 1 to MaxToken bytes.
func Table(list [][]byte) []byte {
	buckets := make([][]byte, 1<<bits.Len(uint(len(list)/2)))
	mask := uint32(len(buckets) - 1)
	out := binary.LittleEndian.AppendUint32(nil, mask)
	for range 1 << 16 {
		out = binary.LittleEndian.AppendUint32(out, noRank)
	}
	size := uint32(0)
	for rank, token := range list {
		if len(token) == 2 {
			binary.LittleEndian.PutUint32(out[pairAt(token[0], token[1]):], uint32(rank))
		}
		b := &buckets[hash(token)&mask]
		*b = binary.LittleEndian.AppendUint32(*b, uint32(len(token))|uint32(rank)<<8)
		*b = append(*b, token...)
	}
	for _, b := range buckets {
		out = binary.LittleEndian.AppendUint32(out, size)
		size += uint32(len(b))
	}
	out = binary.LittleEndian.AppendUint32(out, size)
	for _, b := range buckets {
		out = append(out, b...)
	}
	return out
}

// hash is of the table's format. Texts that are made to meet in a bucket find no more there than the vocabulary put in.
func hash(b []byte) uint32 {
	const k = 0x9e3779b97f4a7c15 // 2^64 by the golden ratio
	h := uint64(len(b)) * k
	for ; len(b) >= 8; b = b[8:] {
		h = (h ^ binary.LittleEndian.Uint64(b)) * k
		h ^= h >> 32
	}
	w := uint64(0)
	for i := len(b) - 1; i >= 0; i-- {
		w = w<<8 | uint64(b[i])
	}
	h = (h ^ w) * k
	h ^= h >> 29
	return uint32(h * k >> 32)
}

func pairAt(a, b byte) int { return pairsAt + 4*(int(a)<<8|int(b)) }

// pair returns the rank of a token of two bytes, which are asked for most.
func (v vocab) pair(a, b byte) uint32 { return binary.LittleEndian.Uint32(v[pairAt(a, b):]) }

// rank returns a token's rank, noRank if there is none.
func (v vocab) rank(token []byte) uint32 {
	if len(token) > MaxToken {
		return noRank
	}
	if len(token) == 2 {
		return v.pair(token[0], token[1])
	}
	mask := binary.LittleEndian.Uint32(v)
	at := startsAt + 4*int(hash(token)&mask)
	entries := v[startsAt+4*(int(mask)+2):]
	list := entries[binary.LittleEndian.Uint32(v[at:]):binary.LittleEndian.Uint32(v[at+4:])]
	for len(list) > headSize {
		head := binary.LittleEndian.Uint32(list)
		end := headSize + int(head&0xff)
		if end-headSize == len(token) && string(list[headSize:end]) == string(token) {
			return head >> 8
		}
		list = list[end:]
	}
	return noRank
}
