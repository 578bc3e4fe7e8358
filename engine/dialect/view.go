package dialect

import (
	"bytes"

	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

// View is one JSON body as stages see it: the same fields in every dialect, read lazily, with an overlay of
// edits. The zero View is empty; a Dialect fills it with ViewRequest or ViewAnswer.
//
// # What stages see
//
//   - The system prompt is one or more messages of the role "system": Anthropic's member "system" is message 0
//     with its blocks as parts, OpenAI's "developer" reads as "system".
//   - A string content is one text part; an array has one part per element. A tool result with several
//     blocks is several parts of kind PartToolResult with one id, so that nothing in it hides.
//   - The text of a tool call is its arguments as JSON. The text of an image or file is its URL, its data
//     URL or its base64 data, as sent, and can't be changed; a document of plain text is readable and writable.
//   - Signed reasoning (Anthropic) can be read, not changed.
//   - Embeddings: each input string is a user message; input in tokens is a part of kind PartOther without text.
//
// # Edits
//
// An edit changes the overlay and is seen by later reads; indices move at once when messages or parts come
// and go. Render splices all edits into the body; bytes that no edit touched stay as they were.
//
// A View is kept and used again; its buffers grow to the largest body seen. It isn't safe for concurrent
// use. It points into the body, which must not change while the View is in use.
type View struct {
	body   []byte
	obj    wire.Span
	shape  *Shape
	answer bool
	edited bool

	msgs  []message
	live  []int32 // indices into msgs, in the order stages see
	parts []part  // each message's parts lie side by side
	tools []tool

	msgsArr     wire.Span // the array that holds the messages
	msgsChanged bool      // a message came or went
	system      wire.Span // the member "system" with its key, where the shape has one
	systemValue wire.Span
	systemShown bool // the member is a message

	model, user text
	maxTokens   string // the member that holds the output limit, "" if none was sent
	answerModel wire.Span
	usage       Usage

	params      []param
	members     []member
	haveMembers bool

	arena   []byte // texts of edits
	scratch []byte // decoded text that Get returns
	joined  []byte // FieldSystem
	gap     []byte // what Render writes between elements
	edits   wire.Edits
}

// Shape is what a View has to know of a dialect to write in it. It is not changed after use.
type Shape struct {
	// TopSystem says that the system prompt is the member "system" of the body.
	TopSystem bool
	// Fixed says that messages can't come or go: each has its own place in the answer (embeddings).
	Fixed bool
	// MaxTokens is the member that a limit is written to where the client sent none; "" if there is none.
	MaxTokens string
	// Choices says that the API has n, how many answers are wanted.
	Choices bool
	// Reserved are members that Param edits may not touch, because the gateway decides on them or other
	// fields show them.
	Reserved []string
}

// Role is who speaks. The first three have the numbers of abi.RoleSystem and its neighbours.
type Role uint8

// The roles. RoleOther is a role this package has no word for; it reads as absent.
const (
	RoleSystem Role = iota
	RoleUser
	RoleAssistant
	RoleTool
	RoleOther
	roles
)

var roleNames = [roles][]byte{[]byte("system"), []byte("user"), []byte("assistant"), []byte("tool"), nil}

// message is one message or, in an answer, one choice.
type message struct {
	span    wire.Span // the element; absent if a stage inserted the message
	content wire.Span // the array that holds the parts, absent if the content is a string
	first   int32     // its parts are parts[first : first+n]
	n       int32
	role    Role
	// developer: the client's word for system was "developer".
	developer bool
	// top is Anthropic's member "system".
	top bool
	// changed: a part came or went.
	changed bool
	finish  Finish
	reason  wire.Span // the finish reason as sent, for a Finish without a word of ours
}

// part is one piece of a message.
type part struct {
	kind     abi.Part
	readOnly bool
	text     text
	name, id wire.Span
	elem     wire.Span // element of the message's content array; absent if it isn't one, or was inserted
	inserted bool
	nested   bool // the text lies in an element it shares with others: it can't be removed alone
}

// tool is one declared tool.
type tool struct {
	obj    wire.Span // the object with the description
	name   wire.Span
	desc   text
	schema wire.Span
}

// textState tells where a text is.
type textState uint8

const (
	asSent  textState = iota // span of the body
	wrapped                  // span of the body with something before or after it
	written                  // arena
)

// extent is a range of the arena.
type extent struct{ start, end int32 }

// text is a text of the body with its overlay.
type text struct {
	span      wire.Span // JSON string, or any JSON if raw
	state     textState
	raw       bool // the JSON itself is the text
	json      bool // an edit must be valid JSON
	pre, post extent
}

// param is an edit of a top-level member.
type param struct {
	name, value extent
	removed     bool
	placed      bool // while rendering: a member has the name
}

// member is a top-level member of the body.
type member struct {
	key          []byte // as sent, between the quotes
	value, whole wire.Span
}

// maxPooled is the largest buffer that a View keeps over Reset, in bytes.
const maxPooled = 1 << 20

// Reset forgets the body and all edits and keeps the buffers, except for very large ones.
func (v *View) Reset() {
	arena, scratch, joined, gap := v.arena, v.scratch, v.joined, v.gap
	if cap(arena) > maxPooled {
		arena = nil
	}
	if cap(scratch) > maxPooled {
		scratch = nil
	}
	if cap(joined) > maxPooled {
		joined = nil
	}
	if cap(gap) > maxPooled {
		gap = nil
	}
	edits := v.edits
	edits.Reset()
	*v = View{
		msgs: v.msgs[:0], live: v.live[:0], parts: v.parts[:0], tools: v.tools[:0],
		params: v.params[:0], members: v.members[:0],
		arena: arena[:0], scratch: scratch[:0], joined: joined[:0], gap: gap[:0],
		edits: edits, usage: NoUsage,
	}
}

// Edited tells whether an edit was made.
func (v *View) Edited() bool { return v.edited }

// Get returns a text field: of the request from FieldModel to FieldSystem, of an answer from FieldAnswers
// to FieldReasonTokens. ok is false if it is absent. The bytes are valid until the next Get or Apply.
func (v *View) Get(f abi.Field, i, j int) (value []byte, ok bool) {
	if v.answer {
		return v.getAnswer(f, i, j)
	}
	switch f {
	case abi.FieldModel:
		return v.read(&v.model)
	case abi.FieldMaxTokens:
		return v.Param([]byte(v.maxTokens))
	case abi.FieldTemperature:
		return v.Param(nameTemperature)
	case abi.FieldTopP:
		return v.Param(nameTopP)
	case abi.FieldUser:
		return v.read(&v.user)
	case abi.FieldRole:
		if m := v.message(i); m != nil {
			return roleNames[m.role], m.role != RoleOther
		}
	case abi.FieldPartText, abi.FieldPartName, abi.FieldPartID:
		return v.getPart(f-abi.FieldPartText, i, j)
	case abi.FieldToolName, abi.FieldToolText, abi.FieldToolSchema:
		return v.getTool(f, i)
	case abi.FieldSystem:
		return v.systemText()
	}
	return nil, false
}

func (v *View) getAnswer(f abi.Field, i, j int) ([]byte, bool) {
	switch f {
	case abi.FieldAnswerPartText, abi.FieldAnswerPartName, abi.FieldAnswerPartID:
		return v.getPart(f-abi.FieldAnswerPartText, i, j)
	case abi.FieldFinish:
		m := v.message(i)
		if m == nil {
			return nil, false
		}
		if m.finish != FinishNone {
			return finishNames[m.finish], true
		}
		return v.decode(m.reason)
	case abi.FieldAnswerModel:
		return v.decode(v.answerModel)
	}
	return nil, false
}

// getPart reads text (what 0), name (1) or id (2) of a part.
func (v *View) getPart(what abi.Field, i, j int) ([]byte, bool) {
	p := v.part(i, j)
	if p == nil {
		return nil, false
	}
	switch what {
	case 0:
		return v.read(&p.text)
	case 1:
		return v.decode(p.name)
	}
	return v.decode(p.id)
}

func (v *View) getTool(f abi.Field, i int) ([]byte, bool) {
	if i < 0 || i >= len(v.tools) {
		return nil, false
	}
	t := &v.tools[i]
	switch f {
	case abi.FieldToolName:
		return v.decode(t.name)
	case abi.FieldToolText:
		return v.read(&t.desc)
	}
	return t.schema.Of(v.body), t.schema.Present()
}

// Num returns a number field. ok is false if it is absent.
func (v *View) Num(f abi.Field, i, j int) (n int64, ok bool) {
	if v.answer {
		return v.numAnswer(f, i, j)
	}
	switch f {
	case abi.FieldMaxTokens:
		return v.intParam([]byte(v.maxTokens))
	case abi.FieldChoices:
		if n, ok := v.intParam(nameChoices); ok {
			return n, true
		}
		return 1, len(v.body) > 0
	case abi.FieldMessages:
		return int64(len(v.live)), len(v.body) > 0
	case abi.FieldParts, abi.FieldPartKind:
		return v.numPart(f == abi.FieldParts, i, j)
	case abi.FieldTools:
		return int64(len(v.tools)), len(v.body) > 0
	}
	return 0, false
}

func (v *View) numAnswer(f abi.Field, i, j int) (int64, bool) {
	switch f {
	case abi.FieldAnswers:
		return int64(len(v.live)), true
	case abi.FieldAnswerParts, abi.FieldAnswerPartKind:
		return v.numPart(f == abi.FieldAnswerParts, i, j)
	case abi.FieldInputTokens:
		return v.usage.Input, v.usage.Input >= 0
	case abi.FieldOutputTokens:
		return v.usage.Output, v.usage.Output >= 0
	case abi.FieldCachedTokens:
		return v.usage.CacheRead, v.usage.CacheRead >= 0
	case abi.FieldReasonTokens:
		return v.usage.Reasoning, v.usage.Reasoning >= 0
	}
	return 0, false
}

func (v *View) numPart(count bool, i, j int) (int64, bool) {
	if count {
		if m := v.message(i); m != nil {
			return int64(m.n), true
		}
		return 0, false
	}
	if p := v.part(i, j); p != nil {
		return int64(p.kind), true
	}
	return 0, false
}

var (
	nameTemperature = []byte("temperature")
	nameTopP        = []byte("top_p")
	nameChoices     = []byte("n")
)

// Param returns a top-level member of the body as JSON, edits included. The bytes are valid until the
// next Apply.
func (v *View) Param(name []byte) (value []byte, ok bool) {
	for i := range v.params {
		if p := &v.params[i]; bytes.Equal(v.cut(p.name), name) {
			return v.cut(p.value), !p.removed
		}
	}
	m := v.member(name)
	if m == nil {
		return nil, false
	}
	return m.value.Of(v.body), true
}

func (v *View) intParam(name []byte) (int64, bool) {
	raw, ok := v.Param(name)
	if !ok {
		return 0, false
	}
	return wire.Int(raw, wire.Span{End: int32(len(raw))})
}

// member finds a top-level member. The list is made on first use, so that reads needn't walk the body.
func (v *View) member(name []byte) *member {
	if !v.haveMembers {
		v.haveMembers = true
		for m := wire.MembersOf(v.body, v.obj); m.Next(); {
			v.members = append(v.members, member{m.Key(), m.Value(), m.Whole()})
		}
	}
	for i := range v.members {
		if sameKey(v.members[i].key, name) {
			return &v.members[i]
		}
	}
	return nil
}

// sameKey compares a key as sent with a name.
func sameKey(key, name []byte) bool {
	if bytes.IndexByte(key, '\\') < 0 {
		return bytes.Equal(key, name)
	}
	return bytes.Equal(wire.AppendUnescaped(nil, key), name)
}

// message returns message i as stages count, or nil.
func (v *View) message(i int) *message {
	if i < 0 || i >= len(v.live) {
		return nil
	}
	return &v.msgs[v.live[i]]
}

// part returns part j of message i, or nil.
func (v *View) part(i, j int) *part {
	m := v.message(i)
	if m == nil || j < 0 || j >= int(m.n) {
		return nil
	}
	return &v.parts[int(m.first)+j]
}

// partsOf returns the parts of m, valid until one is added.
func (v *View) partsOf(m *message) []part { return v.parts[m.first : m.first+m.n] }

func (v *View) cut(e extent) []byte { return v.arena[e.start:e.end:e.end] }

// decode returns a JSON string of the body as text.
func (v *View) decode(s wire.Span) ([]byte, bool) {
	if wire.KindOf(v.body, s) != wire.String {
		return nil, false
	}
	var t []byte
	t, v.scratch = wire.Text(v.body, s, v.scratch[:0])
	return t, true
}

// read returns a text with its overlay.
func (v *View) read(t *text) ([]byte, bool) {
	switch {
	case t.state == written:
		return v.cut(t.pre), true
	case t.state == wrapped:
		v.scratch = append(v.scratch[:0], v.cut(t.pre)...)
		v.scratch = wire.AppendText(v.scratch, v.body, t.span)
		v.scratch = append(v.scratch, v.cut(t.post)...)
		return v.scratch, true
	case t.raw:
		return t.span.Of(v.body), t.span.Present()
	}
	return v.decode(t.span)
}

// systemText joins the system texts by newlines.
func (v *View) systemText() ([]byte, bool) {
	v.joined = v.joined[:0]
	found := false
	for _, at := range v.live {
		m := &v.msgs[at]
		if m.role != RoleSystem {
			continue
		}
		for k := range v.partsOf(m) {
			t, ok := v.read(&v.parts[int(m.first)+k].text)
			if !ok {
				continue
			}
			if found {
				v.joined = append(v.joined, '\n')
			}
			v.joined = append(v.joined, t...)
			found = true
		}
	}
	return v.joined, found
}
