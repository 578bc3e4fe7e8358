package host

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/yett-gateway/yett/sdk/abi"
)

// Edits are made so that every index means what the guest read.
func TestEditOrder(t *testing.T) {
	var e edits
	add := func(op abi.Edit, f abi.Field, i, j int, value string) {
		require.Equal(t, abi.OK, e.add(record{op: op, field: f, i: int32(i), j: int32(j)}, nil, []byte(value)))
	}
	add(abi.Prepend, abi.FieldSystem, 0, 0, "sys")
	add(abi.Insert, abi.FieldMessages, 1, 0, "A")
	add(abi.Remove, abi.FieldMessages, 1, 0, "")
	add(abi.Remove, abi.FieldPartText, 2, 0, "")
	add(abi.Insert, abi.FieldMessages, 1, 0, "B")
	add(abi.Remove, abi.FieldPartText, 2, 1, "")
	add(abi.Remove, abi.FieldMessages, 4, 0, "")
	add(abi.Set1, abi.FieldPartText, 3, 0, "text")
	x := prompt("")
	f, undone := e.apply(x)
	require.Nil(t, f)
	assert.True(t, undone)
	assert.Equal(t, []string{
		"set of FieldPartText: text",
		"remove of FieldPartText: ",
		"remove of FieldPartText: ",
		"remove of FieldMessages: ",
		"remove of FieldMessages: ",
		"insert of FieldMessages: B",
		"insert of FieldMessages: A",
		"prepend of FieldSystem: sys",
	}, x.edits)
}
