package dialect

import (
	"bytes"

	"github.com/yett-gateway/yett/engine/wire"
)

// Render appends the body with the edits spliced in; everything else is byte for byte as it came. dst must
// not overlap the body.
func (v *View) Render(dst []byte) []byte {
	if !v.edited {
		return append(dst, v.body...)
	}
	v.edits.Reset()
	v.renderText(&v.model)
	v.renderSystem()
	if v.msgsChanged {
		v.renderMessages()
	}
	for _, at := range v.live {
		v.renderParts(&v.msgs[at])
	}
	for i := range v.tools {
		v.renderTool(&v.tools[i])
	}
	v.renderParams()
	out, ok := v.edits.Apply(dst, v.body)
	if !ok {
		panic("dialect: edits of a view overlap")
	}
	return out
}

// renderText splices a changed text of the body.
func (v *View) renderText(t *text) {
	switch t.state {
	case wrapped:
		v.insertEscaped(int(t.span.Start)+1, v.cut(t.pre))
		v.insertEscaped(int(t.span.End)-1, v.cut(t.post))
	case written:
		if !t.span.Present() {
			return
		}
		if t.raw {
			v.edits.Replace(t.span, v.cut(t.pre))
			return
		}
		v.gap = wire.AppendQuoted(v.gap[:0], v.cut(t.pre))
		v.edits.Replace(t.span, v.gap)
	}
}

func (v *View) insertEscaped(at int, value []byte) {
	if len(value) > 0 {
		v.gap = wire.AppendEscaped(v.gap[:0], value)
		v.edits.Insert(at, v.gap)
	}
}

// renderSystem replaces the value of the member "system" by a prompt that an edit made.
func (v *View) renderSystem() {
	if m := v.top(); m != nil && !v.shownSystem(m) && v.systemValue.Present() {
		v.gap = wire.AppendQuoted(v.gap[:0], v.cut(v.parts[m.first].text.pre))
		v.edits.Replace(v.systemValue, v.gap)
	}
}

// shownSystem tells whether m is the body's own system prompt, not one that an edit created.
func (v *View) shownSystem(m *message) bool {
	return m.content.Present() || v.parts[m.first].text.span.Present()
}

// renderMessages writes what is between the messages that stay.
func (v *View) renderMessages() {
	j := joinerOf(v, v.msgsArr)
	for _, at := range v.live {
		m := &v.msgs[at]
		switch {
		case m.top:
		case m.span.Present():
			j.keep(m.span)
		default:
			j.insert()
			v.gap = v.appendMessage(v.gap, m)
		}
	}
	j.close()
}

// appendMessage appends a message that an edit made.
func (v *View) appendMessage(dst []byte, m *message) []byte {
	dst = append(dst, `{"role":"`...)
	if m.developer {
		dst = append(dst, "developer"...)
	} else {
		dst = append(dst, roleNames[m.role]...)
	}
	dst = append(dst, `","content":`...)
	dst = wire.AppendQuoted(dst, v.cut(v.parts[m.first].text.pre))
	return append(dst, '}')
}

// renderParts splices the changed texts of a message, and its array if parts came or went.
func (v *View) renderParts(m *message) {
	ps := v.partsOf(m)
	for k := range ps {
		v.renderText(&ps[k].text)
	}
	if !m.changed || !m.content.Present() {
		return
	}
	j := joinerOf(v, m.content)
	for k := range ps {
		switch {
		case ps[k].inserted:
			j.insert()
			v.gap = append(v.gap, `{"type":"text","text":`...)
			v.gap = wire.AppendQuoted(v.gap, v.cut(ps[k].text.pre))
			v.gap = append(v.gap, '}')
		case ps[k].elem.Present():
			j.keep(ps[k].elem)
		}
	}
	j.close()
}

// renderTool splices a changed description; one that wasn't there becomes the first member.
func (v *View) renderTool(t *tool) {
	if t.desc.state == asSent {
		return
	}
	if t.desc.span.Present() {
		v.renderText(&t.desc)
		return
	}
	v.gap = append(v.gap[:0], `"description":`...)
	v.gap = wire.AppendQuoted(v.gap, v.cut(t.desc.pre))
	if m := wire.MembersOf(v.body, t.obj); m.Next() {
		v.gap = append(v.gap, ',')
	}
	v.edits.Insert(int(t.obj.Start)+1, v.gap)
}

// renderParams changes top-level members: those set by name, and the system prompt where it came or went.
func (v *View) renderParams() {
	top := v.top()
	dropSystem := top == nil && v.systemShown
	addSystem := top != nil && !v.system.Present()
	if len(v.params) == 0 && !dropSystem && !addSystem {
		return
	}
	v.member(nil) // makes the list
	set := make(map[string]*param, len(v.params))
	for i := range v.params {
		set[string(v.cut(v.params[i].name))] = &v.params[i]
	}
	j := joiner{v: v, end: v.obj.Start + 1, limit: v.obj.End - 1}
	v.gap = v.gap[:0]
	for i := range v.members {
		m := &v.members[i]
		key := m.key
		if bytes.IndexByte(key, '\\') >= 0 {
			key = wire.AppendUnescaped(nil, key)
		}
		p := set[string(key)]
		if p != nil {
			p.placed = true
		}
		switch {
		case dropSystem && m.whole == v.system:
			j.touched = true
		case p != nil && p.removed:
			j.touched = true
		default:
			j.place(m.whole)
			if p != nil {
				v.edits.Replace(m.value, v.cut(p.value))
			}
		}
	}
	if addSystem {
		j.insert()
		v.gap = append(v.gap, `"system":`...)
		v.gap = wire.AppendQuoted(v.gap, v.cut(v.parts[top.first].text.pre))
	}
	for i := range v.params {
		p := &v.params[i]
		if p.removed || p.placed {
			continue
		}
		j.insert()
		v.gap = wire.AppendQuoted(v.gap, v.cut(p.name))
		v.gap = append(v.gap, ':')
		v.gap = append(v.gap, v.cut(p.value)...)
	}
	j.finish()
}

// joiner rewrites what lies between the elements of a list when some came or went. Elements that stay keep
// their bytes and their order; a gap is rewritten only if something was removed or inserted in it.
type joiner struct {
	v        *View
	elems    wire.Elements
	last     wire.Span // the element kept last
	end      int32     // end of what was kept last
	limit    int32     // the closing bracket
	any      bool      // something was kept or inserted before the gap
	touched  bool
	inserted bool // the gap holds an insertion
}

func joinerOf(v *View, arr wire.Span) joiner {
	v.gap = v.gap[:0]
	return joiner{v: v, elems: wire.ElementsOf(v.body, arr), end: arr.Start + 1, limit: arr.End - 1}
}

// keep goes on to element s; elements before it that were not kept are removed. The same element again
// is ignored: several parts may share it.
func (j *joiner) keep(s wire.Span) {
	if s == j.last {
		return
	}
	for j.elems.Next() && j.elems.Value() != s {
		j.touched = true
	}
	j.last = s
	j.place(s)
}

// place ends a gap before s.
func (j *joiner) place(s wire.Span) {
	if j.touched {
		if j.inserted {
			j.v.gap = append(j.v.gap, ',')
		} else if j.any {
			j.v.gap = append(j.v.gap[:0], ',')
		}
		j.flush(s.Start)
	}
	j.any, j.end = true, s.End
}

// insert begins a new element in the gap; the caller appends it to the view's gap.
func (j *joiner) insert() {
	if j.any || j.inserted {
		j.v.gap = append(j.v.gap, ',')
	}
	j.touched, j.inserted = true, true
}

// close ends an array: what was not kept is removed.
func (j *joiner) close() {
	if j.elems.Next() {
		j.touched = true
	}
	j.finish()
}

// finish ends the last gap.
func (j *joiner) finish() {
	if j.touched {
		j.flush(j.limit)
	}
}

func (j *joiner) flush(to int32) {
	j.v.edits.Replace(wire.Span{Start: j.end, End: to}, j.v.gap)
	j.v.gap = j.v.gap[:0]
	j.touched, j.inserted = false, false
}
