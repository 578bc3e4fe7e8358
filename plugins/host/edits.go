package host

import (
	"cmp"
	"slices"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/abi/table"
)

// edits are the changes that a guest asked for in one call: recorded while it runs, made when it returned.
type edits struct {
	list  []record
	bytes []byte // names and values, one after another
	moves bool   // some edits move others' indices
	one   hook.Edit
}

// record is one edit; its texts are spans of edits.bytes.
type record struct {
	op                    abi.Edit
	field                 abi.Field
	family                abi.Name
	i, j                  int32
	turn                  int32 // its place among the edits that were recorded
	name, nameEnd, valEnd int
}

// keepCapacity is the most room that edits keep for the next call, in bytes.
const keepCapacity = 256 << 10

func (e *edits) reset() {
	e.list, e.moves = e.list[:0], false
	if cap(e.bytes) > keepCapacity {
		e.bytes = nil
	}
	e.bytes = e.bytes[:0]
	e.one = hook.Edit{}
}

// add records an edit and copies its texts.
func (e *edits) add(r record, name, value []byte) abi.Status {
	if len(e.list) >= abi.MaxEdits || len(e.bytes)+len(name)+len(value) > abi.MaxEditBytes {
		return abi.TooLarge
	}
	r.name = len(e.bytes)
	e.bytes = append(e.bytes, name...)
	r.nameEnd = len(e.bytes)
	e.bytes = append(e.bytes, value...)
	r.valEnd = len(e.bytes)
	r.turn = int32(len(e.list))
	e.moves = e.moves || r.phase() > 0
	e.list = append(e.list, r)
	return abi.OK
}

// phase is when an edit is made, so that the indices of all edits are those that the guest read: first what moves
// nothing, then what takes parts and messages out or puts them in, from the last to the first, then system text.
func (r *record) phase() int {
	switch {
	case r.field == abi.FieldNone:
		return 0
	case r.field == abi.FieldSystem:
		return 3
	case r.field == abi.FieldMessages:
		return 2
	case r.op == abi.Remove:
		return 1
	}
	return 0
}

// order compares edits by when they are made. At one place what goes out goes first, and what comes in comes in the
// order it was recorded, which means that the last is put in first.
func order(a, b record) int {
	phase := a.phase()
	if c := cmp.Compare(phase, b.phase()); c != 0 {
		return c
	}
	if phase == 0 || phase == 3 {
		return cmp.Compare(a.turn, b.turn)
	}
	if c := cmp.Compare(b.i, a.i); c != 0 {
		return c
	}
	if phase == 1 {
		return cmp.Or(cmp.Compare(b.j, a.j), cmp.Compare(a.turn, b.turn))
	}
	return cmp.Or(cmp.Compare(b.op, a.op), cmp.Compare(b.turn, a.turn)) // Remove is above Insert
}

// undoer is what an exchange offers that can go back to an earlier state: Mark names the state, Undo returns to it.
type undoer interface {
	Mark() int
	Undo(mark int)
}

// apply makes all edits, or none where the exchange can go back. undone is false where an edit failed after
// others were made and can't be taken back: the request must not go on then, whatever on_error says.
func (e *edits) apply(x hook.Exchange) (f *failure, undone bool) {
	if len(e.list) == 0 {
		return nil, true
	}
	if e.moves {
		slices.SortFunc(e.list, order)
	}
	u, can := x.(undoer)
	mark := 0
	if can {
		mark = u.Mark()
	}
	for n := range e.list {
		r := &e.list[n]
		e.one = hook.Edit{
			Op: r.op, Field: r.field, I: int(r.i), J: int(r.j), Family: r.family,
			Name: e.bytes[r.name:r.nameEnd:r.nameEnd], Value: e.bytes[r.nameEnd:r.valEnd:r.valEnd],
		}
		s := x.Apply(&e.one)
		if s == abi.OK {
			continue
		}
		if can {
			u.Undo(mark)
		}
		return &failure{reason: badEdit, detail: describe(&e.one) + " can't be made: " + s.String()}, can || n == 0
	}
	return nil, true
}

func describe(e *hook.Edit) string {
	what := table.Edits[e.Op].Text + " of "
	if e.Field == abi.FieldNone {
		return what + table.Names[e.Family].Text + " " + clean(string(e.Name))
	}
	return what + table.Fields[e.Field].Name
}

// writable says in which hooks a field can be edited.
var writable = func() (out [abi.Fields]abi.Set) {
	for f, entry := range table.Fields {
		for _, name := range entry.Writable {
			if h, ok := hookNamed(name); ok {
				out[f] = out[f].With(h)
			}
		}
	}
	return out
}()
