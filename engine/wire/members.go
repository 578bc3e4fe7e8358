package wire

// Members walks over the members of an object:
//
//	for m := wire.MembersOf(body, obj); m.Next(); {
//		if m.KeyIs("model") { ... m.Value() ... }
//	}
//
// It points into the body and is valid as long as nobody changes it. The zero Members has no members.
type Members struct {
	b          []byte // up to and with the object's closing bracket
	pos        int
	key, value Span // the key with its quotes
}

// MembersOf returns the members of the object at obj. It yields nothing if there is no object.
func MembersOf(b []byte, obj Span) Members {
	if KindOf(b, obj) != Object {
		return Members{}
	}
	return Members{b: b[:obj.End], pos: int(obj.Start) + 1}
}

// Next goes to the next member and tells whether there is one.
func (m *Members) Next() bool {
	i := nextItem(m.b, m.pos)
	if i >= len(m.b) || m.b[i] != '"' {
		return m.end()
	}
	keyEnd := skipString(m.b, i+1)
	colon := skipSpace(m.b, keyEnd)
	if colon >= len(m.b) || m.b[colon] != ':' {
		return m.end()
	}
	value := skipSpace(m.b, colon+1)
	if value >= len(m.b) {
		return m.end()
	}
	end := skipValue(m.b, value)
	if end == value {
		return m.end()
	}
	m.key, m.value, m.pos = span(i, keyEnd), span(value, end), end
	return true
}

func (m *Members) end() bool {
	m.key, m.value, m.pos = Span{}, Span{}, len(m.b)
	return false
}

// nextItem returns the index of the item that follows at i, with or without a comma before it.
func nextItem(b []byte, i int) int {
	if i = skipSpace(b, i); i < len(b) && b[i] == ',' {
		i = skipSpace(b, i+1)
	}
	return i
}

// Key returns the bytes between the key's quotes, escapes not decoded. They alias the body. It is nil before
// the first Next and after the last.
func (m *Members) Key() []byte {
	if m.key.Len() < 2 {
		return nil
	}
	return Span{m.key.Start + 1, m.key.End - 1}.Of(m.b)
}

// KeyIs tells whether the decoded key is name.
func (m *Members) KeyIs(name string) bool { return m.key.Present() && equalText(m.Key(), name) }

// Value returns the span of the member's value, a string's with its quotes.
func (m *Members) Value() Span { return m.value }

// Whole returns the span from the key's opening quote to the end of the value.
func (m *Members) Whole() Span { return Span{m.key.Start, m.value.End} }

// Elements walks over the elements of an array, as Members does over an object's members.
type Elements struct {
	b     []byte // up to and with the array's closing bracket
	pos   int
	value Span
}

// ElementsOf returns the elements of the array at arr. It yields nothing if there is no array.
func ElementsOf(b []byte, arr Span) Elements {
	if KindOf(b, arr) != Array {
		return Elements{}
	}
	return Elements{b: b[:arr.End], pos: int(arr.Start) + 1}
}

// Next goes to the next element and tells whether there is one.
func (e *Elements) Next() bool {
	i := nextItem(e.b, e.pos)
	if i < len(e.b) {
		if end := skipValue(e.b, i); end > i {
			e.value, e.pos = span(i, end), end
			return true
		}
	}
	e.value, e.pos = Span{}, len(e.b)
	return false
}

// Value returns the span of the element, a string's with its quotes.
func (e *Elements) Value() Span { return e.value }

// Count returns the number of elements of the array at arr, 0 if there is no array.
func Count(b []byte, arr Span) int {
	n := 0
	for e := ElementsOf(b, arr); e.Next(); {
		n++
	}
	return n
}

// Lookup follows path from the object at obj through nested objects and returns the value's span, the zero
// Span if a step is missing or leads through something else than an object. An empty path returns obj.
//
// Of a key that occurs twice it takes the last, as most decoders do. Where a decision hangs on the value,
// use Fields, which reports such a key.
func Lookup(b []byte, obj Span, path ...string) Span {
	for _, name := range path {
		var found Span
		for m := MembersOf(b, obj); m.Next(); {
			if m.KeyIs(name) {
				found = m.Value()
			}
		}
		if !found.Present() {
			return Span{}
		}
		obj = found
	}
	return obj
}
