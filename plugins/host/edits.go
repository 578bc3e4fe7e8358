package host

import (
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/sdk/abi"
	"github.com/yett-gateway/yett/sdk/abi/table"
)

// edits are the changes that a guest asked for in one call: recorded while it runs, made when it returned.
type edits struct {
	list  []record
	bytes []byte // names and values, one after another
	one   hook.Edit
}

// record is one edit; its texts are spans of edits.bytes.
type record struct {
	op                    abi.Edit
	field                 abi.Field
	family                abi.Name
	i, j                  int32
	name, nameEnd, valEnd int
}

// keepCapacity is the most room that edits keep for the next call, in bytes.
const keepCapacity = 256 << 10

func (e *edits) reset() {
	e.list = e.list[:0]
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
	e.list = append(e.list, r)
	return abi.OK
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
