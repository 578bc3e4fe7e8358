package anthropic

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

var shape = dialect.Shape{
	TopSystem: true,
	MaxTokens: "max_tokens",
	Reserved:  []string{"model", "messages", "system", "tools", "stream"},
}

// ViewRequest shows a messages request. A member that would be read twice is refused.
func (Messages) ViewRequest(v *dialect.View, body []byte) *fault.Error {
	var f [headCount]wire.Span
	obj, e := dialect.Object(body, headNames, f[:])
	if e != nil {
		return e
	}
	b := v.BuildRequest(body, obj, &shape)
	b.Model(textOf(body, f[headModel]))
	b.User(textOf(body, wire.Lookup(body, f[headMetadata], "user_id")))
	if dialect.Present(body, f[headMaxTokens]) {
		b.MaxTokens("max_tokens")
	}
	if e := viewSystem(b, body, obj, f[headSystem]); e != nil {
		return e
	}
	if e := viewMessages(b, body, f[headMessages]); e != nil {
		return e
	}
	return viewTools(b, body, f[headTools])
}

// viewSystem shows the member "system" as message 0.
func viewSystem(b dialect.Builder, body []byte, obj, system wire.Span) *fault.Error {
	if !system.Present() {
		return nil
	}
	if !b.System(wholeOf(body, obj, system), system) {
		return nil
	}
	if wire.KindOf(body, system) == wire.String {
		b.Part(dialect.PartSpec{Kind: abi.PartText, Text: system})
		return nil
	}
	return viewBlocks(b, body, system, "system")
}

// wholeOf is the member of obj that has the value, with its key.
func wholeOf(body []byte, obj, value wire.Span) wire.Span {
	for m := wire.MembersOf(body, obj); m.Next(); {
		if m.Value() == value {
			return m.Whole()
		}
	}
	return value
}

var messageNames = []string{"role", "content"}

func viewMessages(b dialect.Builder, body []byte, arr wire.Span) *fault.Error {
	b.Messages(arr)
	i := 0
	for el := wire.ElementsOf(body, arr); el.Next(); i++ {
		var f [2]wire.Span
		if err := wire.Fields(body, el.Value(), messageNames, f[:]); err != nil {
			return dialect.BadTwice(dialect.At("messages", i)+".", err)
		}
		b.Message(roleOf(body, f[0]), el.Value())
		switch wire.KindOf(body, f[1]) {
		case wire.String:
			b.Part(dialect.PartSpec{Kind: abi.PartText, Text: f[1]})
		case wire.Array:
			b.Content(f[1])
			if e := viewBlocks(b, body, f[1], "messages"); e != nil {
				return e
			}
		}
	}
	return nil
}

func roleOf(b []byte, s wire.Span) dialect.Role {
	switch {
	case isString(b, s, "user"):
		return dialect.RoleUser
	case isString(b, s, "assistant"):
		return dialect.RoleAssistant
	case isString(b, s, "system"):
		return dialect.RoleSystem
	}
	return dialect.RoleOther
}

// blockNames are the members of a block that are read; the constants index them.
var blockNames = []string{
	"type", "text", "id", "name", "input", "tool_use_id", "content", "source", "thinking",
}

const (
	blockType = iota
	blockText
	blockID
	blockName
	blockInput
	blockToolUseID
	blockContent
	blockSource
	blockThinking
	blockCount
)

// viewBlocks adds the parts of a content array; where names it in errors.
func viewBlocks(b dialect.Builder, body []byte, arr wire.Span, where string) *fault.Error {
	for el := wire.ElementsOf(body, arr); el.Next(); {
		var f [blockCount]wire.Span
		if err := wire.Fields(body, el.Value(), blockNames, f[:]); err != nil {
			return dialect.BadTwice(where+"[].content[].", err)
		}
		if e := viewBlock(b, body, &f, el.Value(), where); e != nil {
			return e
		}
	}
	return nil
}

func viewBlock(b dialect.Builder, body []byte, f *[blockCount]wire.Span, elem wire.Span, where string) *fault.Error {
	p := dialect.PartSpec{Elem: elem}
	switch t := f[blockType]; {
	case isString(body, t, "text"):
		p.Kind, p.Text = abi.PartText, textOf(body, f[blockText])
	case isString(body, t, "tool_use"), isString(body, t, "server_tool_use"), isString(body, t, "mcp_tool_use"):
		p.Kind, p.Text, p.Raw = abi.PartToolCall, f[blockInput], true
		p.ID, p.Name = textOf(body, f[blockID]), textOf(body, f[blockName])
		p.Nested = true
	case f[blockToolUseID].Present():
		return viewResult(b, body, f, elem, where)
	case isString(body, t, "thinking"):
		p.Kind, p.Text, p.ReadOnly, p.Nested = abi.PartReasoning, textOf(body, f[blockThinking]), true, true
	case isString(body, t, "redacted_thinking"):
		p.Kind, p.ReadOnly, p.Nested = abi.PartReasoning, true, true
	case isString(body, t, "image"):
		p.Kind, p.Text, p.ReadOnly = abi.PartImage, sourceText(body, f[blockSource]), true
	case isString(body, t, "document"), isString(body, t, "search_result"):
		return viewDocument(b, body, f, elem, where)
	default:
		p.Kind, p.ReadOnly = abi.PartOther, true
	}
	b.Part(p)
	return nil
}

// sourceText is the data or the URL of a source.
func sourceText(body []byte, source wire.Span) wire.Span {
	if s := textOf(body, wire.Lookup(body, source, "data")); s.Present() {
		return s
	}
	return textOf(body, wire.Lookup(body, source, "url"))
}

// viewResult shows each text of a tool's result as a part with the call's id, so that none is hidden.
func viewResult(b dialect.Builder, body []byte, f *[blockCount]wire.Span, elem wire.Span, where string) *fault.Error {
	p := dialect.PartSpec{Kind: abi.PartToolResult, Elem: elem, ID: textOf(body, f[blockToolUseID]), Nested: true}
	p.Text = textOf(body, f[blockContent])
	if wire.Count(body, f[blockContent]) == 0 {
		b.Part(p)
		return nil
	}
	return viewInner(b, body, f[blockContent], p, where)
}

// viewDocument shows a document: one part with its text, or one for each text block in it.
func viewDocument(b dialect.Builder, body []byte, f *[blockCount]wire.Span, elem wire.Span, where string) *fault.Error {
	p := dialect.PartSpec{Kind: abi.PartFile, Elem: elem, ReadOnly: true}
	inner := f[blockContent] // search_result
	if s := f[blockSource]; wire.KindOf(body, s) == wire.Object {
		p.Text = sourceText(body, s)
		p.ReadOnly = !isString(body, wire.Lookup(body, s, "type"), "text")
		inner = wire.Lookup(body, s, "content")
	}
	if wire.KindOf(body, inner) == wire.String {
		p.Text, p.ReadOnly = inner, false
	}
	if wire.Count(body, inner) == 0 {
		b.Part(p)
		return nil
	}
	p.Nested, p.ReadOnly = true, false
	return viewInner(b, body, inner, p, where)
}

// viewInner adds a part like p for each block inside another block.
func viewInner(b dialect.Builder, body []byte, arr wire.Span, p dialect.PartSpec, where string) *fault.Error {
	for el := wire.ElementsOf(body, arr); el.Next(); {
		var f [blockCount]wire.Span
		if err := wire.Fields(body, el.Value(), blockNames, f[:]); err != nil {
			return dialect.BadTwice(where+"[].content[].content[].", err)
		}
		if isString(body, f[blockType], "document") || isString(body, f[blockType], "search_result") {
			if e := viewNestedDocument(b, body, &f, p, where); e != nil {
				return e
			}
			continue
		}
		q := p
		switch {
		case f[blockText].Present():
			q.Text = textOf(body, f[blockText])
		case isString(body, f[blockType], "image"):
			q.Kind, q.Text, q.ReadOnly = abi.PartImage, sourceText(body, f[blockSource]), true
		default:
			q.Kind, q.Text, q.ReadOnly = abi.PartOther, wire.Span{}, true
		}
		b.Part(q)
	}
	return nil
}

// viewNestedDocument shows the texts of a document inside a tool's result.
func viewNestedDocument(b dialect.Builder, body []byte, f *[blockCount]wire.Span, p dialect.PartSpec, where string) *fault.Error {
	inner := f[blockContent]
	if s := f[blockSource]; wire.KindOf(body, s) == wire.Object {
		inner = wire.Lookup(body, s, "content")
		p.Text = sourceText(body, s)
		p.ReadOnly = !isString(body, wire.Lookup(body, s, "type"), "text")
	}
	p.Kind = abi.PartFile
	if wire.Count(body, inner) == 0 {
		b.Part(p)
		return nil
	}
	for el := wire.ElementsOf(body, inner); el.Next(); {
		q := p
		q.ReadOnly = false
		q.Text = textOf(body, wire.Lookup(body, el.Value(), "text"))
		b.Part(q)
	}
	return nil
}

var toolNames = []string{"name", "description", "input_schema"}

func viewTools(b dialect.Builder, body []byte, arr wire.Span) *fault.Error {
	k := 0
	for el := wire.ElementsOf(body, arr); el.Next(); k++ {
		var f [3]wire.Span
		if err := wire.Fields(body, el.Value(), toolNames, f[:]); err != nil {
			return dialect.BadTwice(dialect.At("tools", k)+".", err)
		}
		b.Tool(el.Value(), textOf(body, f[0]), textOf(body, f[1]), f[2])
	}
	return nil
}

// ViewAnswer shows a message.
func (Messages) ViewAnswer(v *dialect.View, body []byte) *fault.Error {
	obj, f, e := answerFields(body)
	if e != nil {
		return e
	}
	b := v.BuildAnswer(body, obj, &shape)
	b.Model(f[answerModel])
	b.Usage(usageOf(body, f[answerUsage], true))
	b.Message(dialect.RoleAssistant, obj)
	b.Finish(finishOf(body, f[answerStop]), textOf(body, f[answerStop]))
	b.Content(f[answerContent])
	if e := viewBlocks(b, body, f[answerContent], "answer"); e != nil {
		return notOurs(e)
	}
	return nil
}
