package dialect

import (
	"bytes"

	"github.com/yett-gateway/yett/engine/wire"
)

// Key is the decoded key of a member, for a switch over many names: one look for an escape instead of one
// for each name. It allocates only for a key with escapes.
func Key(m *wire.Members) []byte {
	key := m.Key()
	if bytes.IndexByte(key, '\\') < 0 {
		return key
	}
	return wire.AppendUnescaped(nil, key)
}
