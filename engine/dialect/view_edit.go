package dialect

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

// maxEdits bounds the texts that edits bring into one View, in bytes.
const maxEdits = 32 << 20

// Apply makes one edit after checking it: the value is UTF-8, JSON where the field is JSON, and the
// dialect can express it. On any status but abi.OK nothing has changed.
//
// Besides Set1, Prepend and Append of writable texts it knows:
//
//   - FieldSystem: Prepend and Append add before or after all system text. A system prompt that is a string
//     grows by the text and a newline; one of blocks gets a new block and its own blocks stay as they are,
//     cache marks included; where there is none it is created. OpenAI gets a new system message: at the front, or
//     after the leading system messages, with the role the client uses ("system" or "developer").
//   - FieldSystem: Set1 puts the text in the first system text and removes the others.
//   - FieldMessages: Insert before message I (I may be the number of messages), Remove message I. The last message
//     can't be removed. Where the system prompt is a member of its own, a system message can only be
//     inserted next to it, and a message before it comes after it.
//   - FieldPartText: Remove takes an element out of a content array that has others.
//   - NameParam: Set1 and Remove of a top-level member that no field shows.
func (v *View) Apply(e *hook.Edit) abi.Status {
	if v.shape == nil {
		return abi.BadField
	}
	if len(v.arena)+len(e.Value) > maxEdits {
		return abi.TooLarge
	}
	if !utf8.Valid(e.Value) {
		return abi.Invalid
	}
	status := v.apply(e)
	if status == abi.OK {
		v.edited = true
	}
	return status
}

func (v *View) apply(e *hook.Edit) abi.Status {
	if v.answer {
		if e.Field == abi.FieldAnswerPartText {
			return v.applyPart(e)
		}
		return readOnlyOr(e.Field > abi.FieldNone && e.Field < abi.Fields)
	}
	switch e.Field {
	case abi.FieldNone:
		return v.applyParam(e)
	case abi.FieldModel:
		return v.applyModel(e)
	case abi.FieldMaxTokens, abi.FieldTemperature, abi.FieldTopP, abi.FieldChoices:
		return v.applyNumber(e)
	case abi.FieldMessages:
		return v.applyMessages(e)
	case abi.FieldPartText:
		return v.applyPart(e)
	case abi.FieldToolText:
		if e.I < 0 || e.I >= len(v.tools) {
			return abi.BadRange
		}
		return v.applyText(&v.tools[e.I].desc, e.Op, e.Value)
	case abi.FieldSystem:
		return v.applySystem(e)
	}
	return readOnlyOr(e.Field >= abi.FieldModel && e.Field <= abi.FieldSystem)
}

func readOnlyOr(known bool) abi.Status {
	if known {
		return abi.ReadOnly
	}
	return abi.BadField
}

func (v *View) applyModel(e *hook.Edit) abi.Status {
	if e.Op != abi.Set1 || !v.model.span.Present() {
		return abi.Unsupported
	}
	if len(e.Value) == 0 {
		return abi.Invalid
	}
	return v.applyText(&v.model, e.Op, e.Value)
}

func (v *View) applyNumber(e *hook.Edit) abi.Status {
	name := nameTemperature
	switch e.Field {
	case abi.FieldTopP:
		name = nameTopP
	case abi.FieldChoices:
		if name = nil; v.shape.Choices {
			name = nameChoices
		}
	case abi.FieldMaxTokens:
		name = []byte(v.maxTokens)
		if v.maxTokens == "" {
			name = []byte(v.shape.MaxTokens)
		}
	}
	if len(name) == 0 || v.shape.Fixed || e.Op != abi.Set1 && e.Op != abi.Remove {
		return abi.Unsupported
	}
	if e.Op == abi.Remove {
		return v.setParam(name, nil, true)
	}
	s, err := wire.Validate(e.Value, wire.Limits{})
	if err != nil || wire.KindOf(e.Value, s) != wire.Number {
		return abi.Invalid
	}
	if e.Field == abi.FieldMaxTokens || e.Field == abi.FieldChoices {
		if n, ok := wire.Int(e.Value, s); !ok || n < 1 {
			return abi.Invalid
		}
	}
	if e.Field == abi.FieldMaxTokens && v.maxTokens == "" {
		v.maxTokens = v.shape.MaxTokens
	}
	return v.setParam(name, s.Of(e.Value), false)
}

func (v *View) applyParam(e *hook.Edit) abi.Status {
	if e.Family != abi.NameParam {
		return abi.BadField
	}
	if len(e.Name) == 0 || !utf8.Valid(e.Name) {
		return abi.Invalid
	}
	for _, r := range v.shape.Reserved {
		if bytes.EqualFold(e.Name, []byte(r)) {
			return abi.ReadOnly
		}
	}
	switch e.Op {
	case abi.Remove:
		if _, ok := v.Param(e.Name); !ok {
			return abi.Absent
		}
		return v.setParam(e.Name, nil, true)
	case abi.Set1:
		s, err := wire.Validate(e.Value, wire.Limits{})
		if err != nil {
			return abi.Invalid
		}
		return v.setParam(e.Name, s.Of(e.Value), false)
	}
	return abi.Unsupported
}

func (v *View) setParam(name, value []byte, removed bool) abi.Status {
	for i := range v.params {
		if p := &v.params[i]; bytes.Equal(v.cut(p.name), name) {
			p.value, p.removed = v.keep(value, extent{}), removed
			return abi.OK
		}
	}
	v.params = append(v.params, param{name: v.keep(name, extent{}), value: v.keep(value, extent{}), removed: removed})
	return abi.OK
}

func (v *View) applyPart(e *hook.Edit) abi.Status {
	p := v.part(e.I, e.J)
	if p == nil {
		return abi.BadRange
	}
	if e.Op == abi.Remove && !v.answer {
		return v.removePart(v.message(e.I), e.J)
	}
	if p.readOnly {
		return abi.ReadOnly
	}
	if !p.text.span.Present() && !p.inserted {
		return abi.Unsupported
	}
	return v.applyText(&p.text, e.Op, e.Value)
}

// applyText changes one text.
func (v *View) applyText(t *text, op abi.Edit, value []byte) abi.Status {
	if op != abi.Set1 && op != abi.Prepend && op != abi.Append {
		return abi.Unsupported
	}
	if op != abi.Set1 && (t.json || t.state == asSent && !t.span.Present()) {
		return v.composeText(t, op, value)
	}
	if t.json && !validJSON(value, t.raw) {
		return abi.Invalid
	}
	switch {
	case op == abi.Set1:
		t.state, t.pre, t.post = written, v.keep(value, extent{}), extent{}
	case t.state == written && op == abi.Append:
		t.pre = v.keepAfter(t.pre, value)
	case op == abi.Prepend:
		t.pre = v.keep(value, t.pre)
		t.wrap()
	default:
		t.post = v.keepAfter(t.post, value)
		t.wrap()
	}
	return abi.OK
}

func (t *text) wrap() {
	if t.state == asSent {
		t.state = wrapped
	}
}

// composeText is Prepend and Append for texts that must be checked as a whole.
func (v *View) composeText(t *text, op abi.Edit, value []byte) abi.Status {
	old, _ := v.read(t)
	whole := make([]byte, 0, len(old)+len(value))
	if op == abi.Prepend {
		whole = append(append(whole, value...), old...)
	} else {
		whole = append(append(whole, old...), value...)
	}
	return v.applyText(t, abi.Set1, whole)
}

// keep copies text, and old behind it, into the arena.
func (v *View) keep(value []byte, old extent) extent {
	start := int32(len(v.arena))
	v.arena = append(v.arena, value...)
	v.arena = append(v.arena, v.cut(old)...)
	return extent{start, int32(len(v.arena))}
}

// keepAfter copies old, and text behind it, into the arena.
func (v *View) keepAfter(old extent, value []byte) extent {
	start := int32(len(v.arena))
	v.arena = append(v.arena, v.cut(old)...)
	v.arena = append(v.arena, value...)
	return extent{start, int32(len(v.arena))}
}

func validJSON(b []byte, object bool) bool {
	s, err := wire.Validate(b, wire.Limits{})
	return err == nil && (!object || wire.KindOf(b, s) == wire.Object)
}

func (v *View) applyMessages(e *hook.Edit) abi.Status {
	switch e.Op {
	case abi.Insert:
		return v.insertMessage(e)
	case abi.Remove:
		return v.removeMessage(e.I)
	}
	return abi.Unsupported
}

func (v *View) insertMessage(e *hook.Edit) abi.Status {
	if v.shape.Fixed || !v.msgsArr.Present() {
		return abi.Unsupported
	}
	if e.I < 0 || e.I > len(v.live) || e.J < abi.RoleSystem || e.J > abi.RoleAssistant {
		return abi.BadRange
	}
	at := e.I
	if v.shape.TopSystem {
		top := 0
		if v.top() != nil {
			top = 1
		}
		if e.J == abi.RoleSystem {
			if at > top {
				return abi.Unsupported
			}
			return v.growSystem(e.Value, at == 0)
		}
		at = max(at, top)
	}
	v.addMessage(at, Role(e.J), e.Value, false)
	v.msgsChanged = true
	return abi.OK
}

// addMessage puts a new message with one text before message at.
func (v *View) addMessage(at int, role Role, value []byte, top bool) {
	m := message{role: role, top: top, first: int32(len(v.parts)), n: 1}
	m.developer = role == RoleSystem && v.saysDeveloper()
	v.parts = append(v.parts, v.newPart(value))
	v.live = append(v.live, 0)
	copy(v.live[at+1:], v.live[at:])
	v.live[at] = int32(len(v.msgs))
	v.msgs = append(v.msgs, m)
}

func (v *View) newPart(value []byte) part {
	return part{kind: abi.PartText, inserted: true, text: text{state: written, pre: v.keep(value, extent{})}}
}

// saysDeveloper tells whether the client calls its system role "developer". The two must not be mixed.
func (v *View) saysDeveloper() bool {
	for _, at := range v.live {
		if v.msgs[at].developer {
			return true
		}
	}
	return false
}

// top returns the message that stands for the member "system", or nil.
func (v *View) top() *message {
	if len(v.live) > 0 && v.msgs[v.live[0]].top {
		return &v.msgs[v.live[0]]
	}
	return nil
}

func (v *View) removeMessage(i int) abi.Status {
	m := v.message(i)
	if m == nil {
		return abi.BadRange
	}
	if v.shape.Fixed {
		return abi.Unsupported
	}
	if !m.top {
		others := len(v.live) - 1
		if v.top() != nil {
			others--
		}
		if others == 0 {
			return abi.Unsupported
		}
		v.msgsChanged = true
	}
	v.live = append(v.live[:i], v.live[i+1:]...)
	return abi.OK
}

// removePart takes part j out of m. An array must keep one element.
func (v *View) removePart(m *message, j int) abi.Status {
	p := v.partsOf(m)[j]
	if p.nested || !p.inElement() {
		return abi.Unsupported
	}
	elements := 0
	for k := 0; k < int(m.n) && elements < 2; k++ {
		if v.parts[int(m.first)+k].inElement() {
			elements++
		}
	}
	if elements < 2 {
		return abi.Unsupported
	}
	ps := v.partsOf(m)
	copy(ps[j:], ps[j+1:])
	m.n--
	m.changed = true
	return abi.OK
}

// inElement tells whether the part is an element of its message's content array.
func (p *part) inElement() bool { return p.elem.Present() || p.inserted }

func (v *View) applySystem(e *hook.Edit) abi.Status {
	if v.shape.Fixed || !v.msgsArr.Present() {
		return abi.Unsupported
	}
	switch e.Op {
	case abi.Prepend:
		return v.growSystem(e.Value, true)
	case abi.Append:
		return v.growSystem(e.Value, false)
	case abi.Set1:
		return v.setSystem(e.Value)
	}
	return abi.Unsupported
}

// growSystem adds a text before or after all system text.
func (v *View) growSystem(value []byte, front bool) abi.Status {
	if !v.shape.TopSystem {
		v.addMessage(v.systemPlace(front), RoleSystem, value, false)
		v.msgsChanged = true
		return abi.OK
	}
	m := v.top()
	switch {
	case m == nil:
		v.addMessage(0, RoleSystem, value, true)
	case m.content.Present():
		at := 0
		if !front {
			at = int(m.n)
		}
		v.insertPart(m, at, v.newPart(value))
	default:
		v.growText(&v.parts[m.first].text, value, front)
	}
	return abi.OK
}

// systemPlace is where a new system message goes: the front, or behind the leading system messages.
func (v *View) systemPlace(front bool) int {
	at := 0
	for !front && at < len(v.live) && v.msgs[v.live[at]].role == RoleSystem {
		at++
	}
	return at
}

// growText adds a text and a newline to a system prompt that is one string.
func (v *View) growText(t *text, value []byte, front bool) {
	if old, _ := v.read(t); len(old) == 0 {
		v.applyText(t, abi.Set1, value)
		return
	}
	if front {
		v.applyText(t, abi.Prepend, newline)
		v.applyText(t, abi.Prepend, value)
		return
	}
	v.applyText(t, abi.Append, newline)
	v.applyText(t, abi.Append, value)
}

var newline = []byte{'\n'}

// insertPart puts p before part at of m. The parts of m move to the end of the list, once.
func (v *View) insertPart(m *message, at int, p part) {
	if old := v.partsOf(m); int(m.first+m.n) < len(v.parts) {
		m.first = int32(len(v.parts))
		v.parts = append(v.parts, old...)
	}
	v.parts = slices.Insert(v.parts, int(m.first)+at, p)
	m.n++
	m.changed = true
}

// setSystem makes value the only system text.
func (v *View) setSystem(value []byte) abi.Status {
	first := v.firstSystem()
	if first < 0 {
		return v.growSystem(value, true)
	}
	m := v.message(first)
	v.keepOneText(m)
	v.applyText(&v.parts[m.first].text, abi.Set1, value)
	kept := v.live[:first+1]
	for _, at := range v.live[first+1:] {
		if v.msgs[at].role != RoleSystem {
			kept = append(kept, at)
		}
	}
	v.msgsChanged = v.msgsChanged || len(kept) < len(v.live)
	v.live = kept
	return abi.OK
}

// firstSystem is the index of the first system message whose text can be set, or -1.
func (v *View) firstSystem() int {
	for i, at := range v.live {
		m := &v.msgs[at]
		if m.role != RoleSystem {
			continue
		}
		for _, p := range v.partsOf(m) {
			if p.kind == abi.PartText && (p.text.span.Present() || p.inserted) {
				return i
			}
		}
	}
	return -1
}

// keepOneText leaves of m only its first text.
func (v *View) keepOneText(m *message) {
	ps := v.partsOf(m)
	for k := range ps {
		if ps[k].kind == abi.PartText && (ps[k].text.span.Present() || ps[k].inserted) {
			ps[0] = ps[k]
			break
		}
	}
	if m.n > 1 {
		m.n = 1
		m.changed = true
	}
}
