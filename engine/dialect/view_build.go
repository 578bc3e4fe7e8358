package dialect

import (
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

// Builder is how a Dialect fills a View. Messages and their parts are added in the order of the body.
type Builder struct{ v *View }

// BuildRequest empties v and begins the view of a request. obj is the span of the body's JSON object.
func (v *View) BuildRequest(body []byte, obj wire.Span, s *Shape) Builder {
	v.Reset()
	v.body, v.obj, v.shape = body, obj, s
	return Builder{v}
}

// BuildAnswer empties v and begins the view of an answer, whose messages are its choices.
func (v *View) BuildAnswer(body []byte, obj wire.Span, s *Shape) Builder {
	b := v.BuildRequest(body, obj, s)
	v.answer = true
	return b
}

// Model tells where the model's JSON string is.
func (b Builder) Model(s wire.Span) {
	if b.v.answer {
		b.v.answerModel = s
		return
	}
	b.v.model.span = s
}

// User tells where the JSON string of the client's end-user id is.
func (b Builder) User(s wire.Span) { b.v.user.span = s }

// MaxTokens names the member that holds the output limit.
func (b Builder) MaxTokens(member string) { b.v.maxTokens = member }

// Usage sets what an answer reports.
func (b Builder) Usage(u Usage) { b.v.usage = u }

// Messages tells which array holds the messages.
func (b Builder) Messages(arr wire.Span) { b.v.msgsArr = arr }

// System tells where the member "system" is, whole with its key. It tells whether the value is one that
// stages see, a string or an array; then it began the message that stands for it.
func (b Builder) System(whole, value wire.Span) bool {
	v := b.v
	v.system, v.systemValue = whole, value
	switch wire.KindOf(v.body, value) {
	case wire.String:
		b.add(message{role: RoleSystem, top: true})
	case wire.Array:
		b.add(message{role: RoleSystem, top: true, content: value})
	default:
		return false
	}
	v.systemShown = true
	return true
}

// Message begins a message: an element of the array.
func (b Builder) Message(role Role, elem wire.Span) { b.add(message{role: role, span: elem}) }

// Developer says that the message begun last calls its role "developer".
func (b Builder) Developer() { b.v.msgs[len(b.v.msgs)-1].developer = true }

// Content tells which array holds the parts of the message begun last.
func (b Builder) Content(arr wire.Span) { b.v.msgs[len(b.v.msgs)-1].content = arr }

// Finish tells why the choice begun last ended; reason is the JSON string as sent.
func (b Builder) Finish(f Finish, reason wire.Span) {
	m := &b.v.msgs[len(b.v.msgs)-1]
	m.finish, m.reason = f, reason
}

func (b Builder) add(m message) {
	v := b.v
	m.first = int32(len(v.parts))
	v.live = append(v.live, int32(len(v.msgs)))
	v.msgs = append(v.msgs, m)
}

// PartSpec is a part of a message as a Dialect finds it. Absent spans are absent fields.
type PartSpec struct {
	Kind abi.Part
	// Text is a JSON string, or any JSON if Raw is set.
	Text     wire.Span
	Name, ID wire.Span
	// Elem is the element of the content array that is this part.
	Elem wire.Span
	// Raw says that the text is the JSON itself and that an edit must be a JSON object.
	Raw bool
	// JSON says that an edit must be valid JSON.
	JSON bool
	// ReadOnly says that the text can't be changed.
	ReadOnly bool
	// Nested says that the part shares Elem with others and can't be removed alone.
	Nested bool
}

// Part adds a part to the message begun last.
func (b Builder) Part(p PartSpec) {
	v := b.v
	v.parts = append(v.parts, part{
		kind: p.Kind, readOnly: p.ReadOnly, nested: p.Nested,
		text: text{span: p.Text, raw: p.Raw, json: p.Raw || p.JSON},
		name: p.Name, id: p.ID, elem: p.Elem,
	})
	v.msgs[len(v.msgs)-1].n++
}

// Tool adds a declared tool: obj is the object whose members name, description and schema are.
func (b Builder) Tool(obj, name, description, schema wire.Span) {
	b.v.tools = append(b.v.tools, tool{obj: obj, name: name, desc: text{span: description}, schema: schema})
}
