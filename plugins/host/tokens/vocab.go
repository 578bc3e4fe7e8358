package tokens

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the vocabularies
	"encoding/binary"
	"hash/maphash"
	"io"
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

// vocab finds a token's rank. It is a hash table of one array, with no pointers for the collector to follow.
type vocab struct {
	seed  maphash.Seed
	slots []uint32 // rank+1, 0 for none; the length is a power of two
	ends  []uint32 // of each token in text; a token begins where the one before ends
	text  []byte
	most  int // the longest token
	// pairs are the ranks of tokens of two bytes, which are asked for most.
	pairs [1 << 16]uint32
}

// readVocab unpacks a vocabulary. The files are the program's own: one that is broken is a bug of its build.
func readVocab(file []byte) *vocab {
	z, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		panic("tokens: " + err.Error())
	}
	all, err := io.ReadAll(z)
	if err != nil {
		panic("tokens: " + err.Error())
	}
	n := binary.LittleEndian.Uint32(all)
	lengths := all[4 : 4+n]
	v := &vocab{
		seed: maphash.MakeSeed(), slots: make([]uint32, 1<<bits.Len32(n+n/2)), ends: make([]uint32, n),
		text: bytes.Clone(all[4+n:]),
	}
	for i := range v.pairs {
		v.pairs[i] = noRank
	}
	end := uint32(0)
	for rank, length := range lengths {
		begin := end
		end += uint32(length)
		v.ends[rank] = end
		v.most = max(v.most, int(length))
		token := v.text[begin:end]
		if len(token) == 2 {
			v.pairs[uint(token[0])<<8|uint(token[1])] = uint32(rank)
		}
		at := maphash.Bytes(v.seed, token) & uint64(len(v.slots)-1)
		for v.slots[at] != 0 {
			at = (at + 1) & uint64(len(v.slots)-1)
		}
		v.slots[at] = uint32(rank) + 1
	}
	return v
}

// rank returns a token's rank, noRank if there is none.
func (v *vocab) rank(token []byte) uint32 {
	if len(token) > v.most {
		return noRank
	}
	if len(token) == 2 {
		return v.pairs[uint(token[0])<<8|uint(token[1])]
	}
	for at := maphash.Bytes(v.seed, token); ; at++ {
		at &= uint64(len(v.slots) - 1)
		slot := v.slots[at]
		if slot == 0 {
			return noRank
		}
		begin := uint32(0)
		if slot > 1 {
			begin = v.ends[slot-2]
		}
		if string(v.text[begin:v.ends[slot-1]]) == string(token) {
			return slot - 1
		}
	}
}
