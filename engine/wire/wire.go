// Package wire reads and changes bodies without decoding them: spans of JSON, splices, and the frames of
// an event stream.
//
// A body is checked once with Validate and from then on only pointed into: Members, Elements, Fields and
// Lookup walk it, Int, Bool and Text read single values, Edits collects changes and makes the new body in
// one copy. What nobody asked to change keeps its bytes. Events frames server-sent events out of a growing
// buffer, AppendEvent writes one.
//
// The packages of engine/dialect know what members mean; this one knows only grammar.
//
// # Notes
//
//   - Nothing here allocates on its own, except errors, and buffers that grow and are kept by their owner.
//   - The walkers expect JSON that Validate accepted. On other bytes they stay inside the body, end, and
//     don't panic, but what they yield means nothing.
//   - Offsets are int32: Validate refuses a body of 2 GiB or more.
//   - Functions are safe for concurrent use on bodies that nobody writes to; Members, Elements, Edits and
//     Events belong to one goroutine at a time.
package wire

// Span is a half-open byte range of a body. The zero Span means absent: no value of a JSON document is empty.
type Span struct{ Start, End int32 }

// Present tells whether the span covers at least one byte.
func (s Span) Present() bool { return s.End > s.Start }

// Len is the number of bytes covered.
func (s Span) Len() int { return int(s.End - s.Start) }

// Of returns the bytes of b that the span covers. They alias b; appending to them copies first. It panics if
// the span was not made from a body as long as b, which is a bug of the caller.
func (s Span) Of(b []byte) []byte { return b[s.Start:s.End:s.End] }

func span(start, end int) Span { return Span{int32(start), int32(end)} }

// Kind is the type of a JSON value.
type Kind uint8

// The kinds of JSON values. Invalid is an absent span or a byte no value begins with.
const (
	Invalid Kind = iota
	Null
	False
	True
	Number
	String
	Array
	Object
)

var kindNames = [...]string{"invalid", "null", "false", "true", "number", "string", "array", "object"}

// String is the kind's name in lower case, as in messages to clients.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[Invalid]
}

var kindOf = [256]Kind{
	'n': Null, 'f': False, 't': True, '"': String, '[': Array, '{': Object, '-': Number,
	'0': Number, '1': Number, '2': Number, '3': Number, '4': Number,
	'5': Number, '6': Number, '7': Number, '8': Number, '9': Number,
}

// KindOf tells the kind of the value at s from its first byte.
func KindOf(b []byte, s Span) Kind {
	if !s.Present() {
		return Invalid
	}
	return kindOf[b[s.Start]]
}
