package sdktest

import (
	"cmp"

	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/abi/table"
)

// edit is a change that a hook asked for. field is abi.FieldNone where it goes by a name.
type edit struct {
	op     abi.Edit
	field  abi.Field
	i, j   int
	family abi.Name
	name   string
	value  string
	turn   int
}

// make changes the conversation.
func (e edit) make(c *Conversation) abi.Status {
	if e.field == abi.FieldNone {
		return c.SetNamed(e.family, e.name, e.value)
	}
	return c.Apply(e.op, e.field, e.i, e.j, e.value)
}

func (e edit) what() string {
	if e.field == abi.FieldNone {
		return table.Names[e.family].Text + " " + e.name
	}
	return table.Fields[e.field].Name
}

// phase and order are when edits are made, as ABI.md says of edit.
func (e edit) phase() int {
	switch {
	case e.field == abi.FieldSystem:
		return 3
	case e.field == abi.FieldMessages:
		return 2
	case e.op == abi.Remove:
		return 1
	}
	return 0
}

func order(a, b edit) int {
	phase := a.phase()
	if c := cmp.Compare(phase, b.phase()); c != 0 {
		return c
	}
	switch phase {
	case 1:
		return cmp.Or(cmp.Compare(b.i, a.i), cmp.Compare(b.j, a.j), cmp.Compare(a.turn, b.turn))
	case 2:
		return cmp.Or(cmp.Compare(b.i, a.i), cmp.Compare(b.op, a.op), cmp.Compare(b.turn, a.turn))
	}
	return cmp.Compare(a.turn, b.turn)
}
