package wire

import (
	"cmp"
	"math"
	"slices"
)

// Edits collects changes of one body and makes the new body in one copy. The zero Edits is empty and ready.
//
// All positions are of the body as it was; edits don't see each other, whatever their order. Texts are
// copied when an edit is made, so the caller may reuse its bytes at once. Replace and Insert are blind to
// JSON. The others (Append…, Prepend…, Remove…) mind the commas, also when several of them meet in one
// object or array and all that was in it goes.
type Edits struct {
	list     []edit
	arena    []byte // the new texts
	unsorted bool
	invalid  bool // an edit had no place in any body, or the texts got too long
}

type class uint8

// The classes in the order in which edits at one position take effect.
const (
	prepend class = iota // an item at the front of a container; its text ends with a comma
	insert               // a text between two bytes
	add                  // an item at the end of a container; its text begins with a comma
	replace
	remove // an item of a container
)

// edit is one change. What Apply computes from it and its neighbours is in cut and text, made anew each time.
type edit struct {
	at    Span // what is replaced or removed, or an empty span where something is inserted
	order int32
	class class
	// Of list edits only.
	bare   bool  // prepend, add: the container has no items
	box    int32 // remove: start of the container
	before int32 // remove: offset of the comma before the item, -1 if it is the first
	after  int32 // remove: offset of the comma after the item, -1 if it is the last
	next   int32 // remove: start of the item that follows, if any

	text, newText Span // of the arena: as given, and as it will be written
	cut           Span // of the body: what goes
	emptied       bool // remove: it and all before it leave the container without items
	preceded      bool // remove, if emptied: something was prepended to the container
}

// Reset forgets all edits and keeps the memory.
func (e *Edits) Reset() {
	e.list, e.arena = e.list[:0], e.arena[:0]
	e.unsorted, e.invalid = false, false
}

// Len is the number of edits made since Reset.
func (e *Edits) Len() int { return len(e.list) }

// Replace puts with in place of the bytes at s. If s is empty it is an insertion at s.Start.
func (e *Edits) Replace(s Span, with []byte) {
	c := replace
	if s.Start == s.End {
		c = insert
	}
	e.push(edit{at: s, class: c, text: e.keep(with)})
}

// Insert puts with in front of the byte at offset at. Several insertions at one point keep their order.
func (e *Edits) Insert(at int, with []byte) {
	if at < 0 || at > math.MaxInt32 {
		e.invalid = true
		return
	}
	e.Replace(span(at, at), with)
}

// RemoveMember removes the member whose Members.Whole is whole from the object at obj of b, with the comma
// that has to go with it. Removing a member twice is removing it once.
func (e *Edits) RemoveMember(b []byte, obj, whole Span) { e.removeItem(b, obj, whole) }

// RemoveElement removes the element at elem from the array at arr of b, as RemoveMember does.
func (e *Edits) RemoveElement(b []byte, arr, elem Span) { e.removeItem(b, arr, elem) }

func (e *Edits) removeItem(b []byte, box, item Span) {
	if !isBox(b, box) || !item.Present() || item.Start <= box.Start || item.End >= box.End {
		e.invalid = true
		return
	}
	d := edit{at: item, class: remove, box: box.Start, before: -1, after: -1}
	if i := lastBefore(b, int(item.Start)); b[i] == ',' {
		d.before = int32(i)
	}
	if i := skipSpace(b[:box.End], int(item.End)); i < int(box.End) && b[i] == ',' {
		d.after = int32(i)
		d.next = int32(skipSpace(b[:box.End], i+1))
	}
	e.push(d)
}

// lastBefore is the index of the last byte before i that is not white space, 0 if there is none.
func lastBefore(b []byte, i int) int {
	for i--; i > 0 && isSpace(b[i]); i-- {
	}
	return i
}

// AppendMember puts a member behind the others of the object at obj of b: name, in plain text, and value,
// which is JSON. Several keep their order. It doesn't look whether the name is there already.
func (e *Edits) AppendMember(b []byte, obj Span, name string, value []byte) {
	start := len(e.arena)
	e.arena = append(e.arena, ',', '"')
	e.arena = AppendEscaped(e.arena, []byte(name))
	e.arena = append(e.arena, '"', ':')
	e.arena = append(e.arena, value...)
	e.addItem(b, obj, start)
}

// AppendElement puts value, which is JSON, behind the elements of the array at arr of b. Several keep their
// order.
func (e *Edits) AppendElement(b []byte, arr Span, value []byte) {
	start := len(e.arena)
	e.arena = append(e.arena, ',')
	e.arena = append(e.arena, value...)
	e.addItem(b, arr, start)
}

func (e *Edits) addItem(b []byte, box Span, text int) {
	if !isBox(b, box) {
		e.invalid = true
		return
	}
	last := lastBefore(b, int(box.End)-1)
	e.push(edit{
		at: span(last+1, last+1), class: add, bare: last == int(box.Start),
		text: span(text, len(e.arena)),
	})
}

// PrependElement puts value, which is JSON, before the elements of the array at arr of b. Several keep their
// order.
func (e *Edits) PrependElement(b []byte, arr Span, value []byte) {
	if !isBox(b, arr) {
		e.invalid = true
		return
	}
	start := len(e.arena)
	e.arena = append(e.arena, value...)
	e.arena = append(e.arena, ',')
	first := int(arr.Start) + 1
	e.push(edit{
		at: span(first, first), class: prepend,
		bare: skipSpace(b, first) == int(arr.End)-1,
		text: span(start, len(e.arena)),
	})
}

// isBox tells whether s can be an object or array of b.
func isBox(b []byte, s Span) bool {
	return s.Start >= 0 && s.Len() >= 2 && int(s.End) <= len(b) && kindOf[b[s.Start]] >= Array
}

// keep copies a text to the arena.
func (e *Edits) keep(text []byte) Span {
	start := len(e.arena)
	e.arena = append(e.arena, text...)
	return span(start, len(e.arena))
}

func (e *Edits) push(d edit) {
	if len(e.arena) > math.MaxInt32 || d.at.Start < 0 || d.at.End < d.at.Start {
		e.invalid = true
		return
	}
	d.order = int32(len(e.list))
	if n := len(e.list); n > 0 && compareEdits(e.list[n-1], d) > 0 {
		e.unsorted = true
	}
	e.list = append(e.list, d)
}

// compareEdits orders edits by position; at one position by class, then as they were made.
func compareEdits(a, b edit) int {
	if c := cmp.Compare(a.at.Start, b.at.Start); c != 0 {
		return c
	}
	if c := cmp.Compare(a.class, b.class); c != 0 {
		return c
	}
	return cmp.Compare(a.order, b.order)
}

// Apply appends src with all edits made to dst and returns the extended slice. It may be called again, for
// the same body. dst must not alias src.
//
// It returns dst as it was and false if two edits overlap or one lies outside of src. Edits overlap if a
// byte would be replaced or removed twice, or something inserted inside of a replaced part; insertions at
// its ends are fine. A removal covers its item with the comma and the white space that go with it.
func (e *Edits) Apply(dst, src []byte) ([]byte, bool) {
	if e.invalid {
		return dst, false
	}
	if e.unsorted {
		slices.SortFunc(e.list, compareEdits)
		e.unsorted = false
	}
	e.resolve()
	size, ok := e.measure(len(src))
	if !ok {
		return dst, false
	}
	dst = slices.Grow(dst, size)
	at := int32(0)
	for i := range e.list {
		d := &e.list[i]
		dst = append(dst, src[at:d.cut.Start]...)
		dst = append(dst, d.newText.Of(e.arena)...)
		at = d.cut.End
	}
	return append(dst, src[at:]...), true
}

// measure checks that the cuts are in order and inside of the body, and returns the new body's length.
func (e *Edits) measure(length int) (size int, ok bool) {
	size = length
	at := int32(0)
	for i := range e.list {
		d := &e.list[i]
		if d.cut.Start < at || int(d.cut.End) > length {
			return 0, false
		}
		size += d.newText.Len() - d.cut.Len()
		at = d.cut.End
	}
	return size, true
}
