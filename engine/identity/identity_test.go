package identity

import (
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/engine/spec"
)

func TestIdentify(t *testing.T) {
	one, two, three := sha256.Sum256([]byte("key-one")), sha256.Sum256([]byte("key-two")), sha256.Sum256([]byte("key-three"))
	table := New([]*spec.Consumer{
		{Name: "a", KeySHA256: [][32]byte{one, two}},
		{Name: "b", KeySHA256: [][32]byte{three}},
	})
	require.False(t, table.Open())
	for key, want := range map[string]string{"key-one": "a", "key-two": "a", "key-three": "b", "key-on": "", "": "", "key-one ": ""} {
		got := ""
		if c := table.Identify([]byte(key)); c != nil {
			got = c.Spec.Name
		}
		assert.Equal(t, want, got, "key %q", key)
	}
	assert.Equal(t, 1, table.Identify([]byte("key-three")).Index)
}

func TestOpen(t *testing.T) {
	assert.True(t, New(nil).Open())
	assert.Nil(t, New(nil).Identify([]byte("any")))
}

func TestIdentifyDoesNotAllocate(t *testing.T) {
	h := sha256.Sum256([]byte("key"))
	table := New([]*spec.Consumer{{Name: "a", KeySHA256: [][32]byte{h}}})
	key := []byte("key")
	assert.Zero(t, testing.AllocsPerRun(100, func() { table.Identify(key) }))
}

func BenchmarkIdentify(b *testing.B) {
	h := sha256.Sum256([]byte("sk-0123456789abcdef0123456789abcdef"))
	table := New([]*spec.Consumer{{Name: "a", KeySHA256: [][32]byte{h}}})
	key := []byte("sk-0123456789abcdef0123456789abcdef")
	b.ReportAllocs()
	for b.Loop() {
		table.Identify(key)
	}
}
