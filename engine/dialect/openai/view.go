package openai

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

var chatShape = dialect.Shape{
	MaxTokens: "max_completion_tokens",
	Choices:   true,
	Reserved:  []string{"model", "messages", "tools", "stream", "stream_options", "user", "n"},
}

// messageNames are the members of a message that hold what is said; the constants index them.
var messageNames = []string{
	"role", "content", "tool_calls", "function_call", "tool_call_id", "name", "refusal", "reasoning_content", "reasoning",
}

const (
	msgRole = iota
	msgContent
	msgToolCalls
	msgFunctionCall
	msgToolCallID
	msgName
	msgRefusal
	msgReasoningContent
	msgReasoning
	msgCount
)

// ViewRequest shows a chat completion request. A member that would be read twice is refused.
func (Chat) ViewRequest(v *dialect.View, body []byte) *fault.Error {
	var f [headCount]wire.Span
	obj, e := dialect.Object(body, headNames, f[:])
	if e != nil {
		return e
	}
	b := v.BuildRequest(body, obj, &chatShape)
	viewHead(b, body, f[headModel], f[headUser])
	switch {
	case dialect.Present(body, f[headMaxCompletion]):
		b.MaxTokens("max_completion_tokens")
	case dialect.Present(body, f[headMaxTokens]):
		b.MaxTokens("max_tokens")
	}
	b.Messages(f[headMessages])
	i := 0
	for el := wire.ElementsOf(body, f[headMessages]); el.Next(); i++ {
		if e := viewMessage(b, body, el.Value(), i); e != nil {
			return e
		}
	}
	return viewTools(b, body, f[headTools])
}

func viewHead(b dialect.Builder, body []byte, model, user wire.Span) {
	if wire.KindOf(body, model) == wire.String {
		b.Model(model)
	}
	if wire.KindOf(body, user) == wire.String {
		b.User(user)
	}
}

func viewMessage(b dialect.Builder, body []byte, m wire.Span, i int) *fault.Error {
	var f [msgCount]wire.Span
	if err := wire.Fields(body, m, messageNames, f[:]); err != nil {
		return dialect.BadTwice(dialect.At("messages", i)+".", err)
	}
	role, developer := roleOf(body, f[msgRole])
	b.Message(role, m)
	if developer {
		b.Developer()
	}
	return viewSaid(b, body, &f, role, i)
}

func roleOf(body []byte, s wire.Span) (role dialect.Role, developer bool) {
	switch {
	case isString(body, s, "user"):
		return dialect.RoleUser, false
	case isString(body, s, "assistant"):
		return dialect.RoleAssistant, false
	case isString(body, s, "tool"), isString(body, s, "function"):
		return dialect.RoleTool, false
	case isString(body, s, "system"):
		return dialect.RoleSystem, false
	case isString(body, s, "developer"):
		return dialect.RoleSystem, true
	}
	return dialect.RoleOther, false
}

// viewSaid adds the parts of one message: reasoning, content, refusal, calls.
func viewSaid(b dialect.Builder, body []byte, f *[msgCount]wire.Span, role dialect.Role, i int) *fault.Error {
	for _, s := range [...]wire.Span{f[msgReasoningContent], f[msgReasoning]} {
		if wire.KindOf(body, s) == wire.String {
			b.Part(dialect.PartSpec{Kind: abi.PartReasoning, Text: s})
		}
	}
	text := dialect.PartSpec{Kind: abi.PartText}
	if role == dialect.RoleTool {
		text = dialect.PartSpec{Kind: abi.PartToolResult, ID: f[msgToolCallID], Name: f[msgName]}
	}
	switch wire.KindOf(body, f[msgContent]) {
	case wire.String:
		text.Text = f[msgContent]
		b.Part(text)
	case wire.Array:
		b.Content(f[msgContent])
		if e := viewParts(b, body, f[msgContent], text, i); e != nil {
			return e
		}
	}
	if wire.KindOf(body, f[msgRefusal]) == wire.String {
		b.Part(dialect.PartSpec{Kind: abi.PartRefusal, Text: f[msgRefusal]})
	}
	return viewCalls(b, body, f, i)
}

// partNames are the members of a content part that are read; the constants index them.
var partNames = []string{"type", "text", "refusal", "image_url", "file", "thinking"}

const (
	partType = iota
	partText
	partRefusal
	partImage
	partFile
	partThinking
	partCount
)

func viewParts(b dialect.Builder, body []byte, arr wire.Span, text dialect.PartSpec, i int) *fault.Error {
	k := 0
	for el := wire.ElementsOf(body, arr); el.Next(); k++ {
		var f [partCount]wire.Span
		if err := wire.Fields(body, el.Value(), partNames, f[:]); err != nil {
			return dialect.BadTwice(dialect.At(dialect.At("messages", i)+".content", k)+".", err)
		}
		p := text
		p.Elem = el.Value()
		switch {
		case isString(body, f[partType], "image_url"):
			p = dialect.PartSpec{Kind: abi.PartImage, Elem: p.Elem, ReadOnly: true, Text: stringOr(body, f[partImage], "url")}
		case isString(body, f[partType], "file"):
			p = dialect.PartSpec{Kind: abi.PartFile, Elem: p.Elem, ReadOnly: true, Text: stringOr(body, f[partFile], "file_data")}
		case wire.KindOf(body, f[partRefusal]) == wire.String:
			p = dialect.PartSpec{Kind: abi.PartRefusal, Elem: p.Elem, Text: f[partRefusal]}
		case wire.KindOf(body, f[partText]) == wire.String:
			p.Text = f[partText]
		case wire.KindOf(body, f[partThinking]) == wire.Array:
			viewThinking(b, body, f[partThinking], p.Elem)
			continue
		default:
			p = dialect.PartSpec{Kind: abi.PartOther, Elem: p.Elem, ReadOnly: true}
		}
		b.Part(p)
	}
	return nil
}

// viewThinking shows Mistral's reasoning: an array of texts in a part of the type "thinking".
func viewThinking(b dialect.Builder, body []byte, arr, elem wire.Span) {
	found := false
	for el := wire.ElementsOf(body, arr); el.Next(); {
		if s := wire.Lookup(body, el.Value(), "text"); wire.KindOf(body, s) == wire.String {
			found = true
			b.Part(dialect.PartSpec{Kind: abi.PartReasoning, Text: s, Elem: elem, Nested: true})
		}
	}
	if !found {
		b.Part(dialect.PartSpec{Kind: abi.PartReasoning, Elem: elem, ReadOnly: true})
	}
}

// stringOr is s if it is a string, or the string member of s called name, or absent.
func stringOr(body []byte, s wire.Span, name string) wire.Span {
	if wire.KindOf(body, s) == wire.Object {
		s = wire.Lookup(body, s, name)
	}
	if wire.KindOf(body, s) == wire.String {
		return s
	}
	return wire.Span{}
}

// callNames are the members of a tool call, of its function and of a custom call's own object.
var (
	callNames     = []string{"id", "function", "custom"}
	functionNames = []string{"name", "arguments", "input"}
)

func viewCalls(b dialect.Builder, body []byte, f *[msgCount]wire.Span, i int) *fault.Error {
	k := 0
	for el := wire.ElementsOf(body, f[msgToolCalls]); el.Next(); k++ {
		var c [3]wire.Span
		if err := wire.Fields(body, el.Value(), callNames, c[:]); err != nil {
			return dialect.BadTwice(dialect.At(dialect.At("messages", i)+".tool_calls", k)+".", err)
		}
		fn := c[1]
		if !fn.Present() {
			fn = c[2]
		}
		if e := viewCall(b, body, fn, c[0], i, k); e != nil {
			return e
		}
	}
	if dialect.Present(body, f[msgFunctionCall]) {
		return viewCall(b, body, f[msgFunctionCall], wire.Span{}, i, -1)
	}
	return nil
}

// viewCall adds one call; k is below 0 for the one in function_call.
func viewCall(b dialect.Builder, body []byte, fn, id wire.Span, i, k int) *fault.Error {
	var c [3]wire.Span
	if err := wire.Fields(body, fn, functionNames, c[:]); err != nil {
		path := dialect.At("messages", i) + ".function_call."
		if k >= 0 {
			path = dialect.At(dialect.At("messages", i)+".tool_calls", k) + ".function."
		}
		return dialect.BadTwice(path, err)
	}
	p := dialect.PartSpec{Kind: abi.PartToolCall, ID: id, Name: c[0], Text: c[1], JSON: true}
	if !p.Text.Present() {
		p.Text, p.JSON = c[2], false
	}
	if wire.KindOf(body, p.Text) != wire.String {
		p.Raw, p.JSON = p.Text.Present(), false // some clients send arguments as an object
	}
	b.Part(p)
	return nil
}

var (
	toolNames    = []string{"function", "custom"}
	toolFunction = []string{"name", "description", "parameters"}
)

func viewTools(b dialect.Builder, body []byte, arr wire.Span) *fault.Error {
	k := 0
	for el := wire.ElementsOf(body, arr); el.Next(); k++ {
		var t [2]wire.Span
		if err := wire.Fields(body, el.Value(), toolNames, t[:]); err != nil {
			return dialect.BadTwice(dialect.At("tools", k)+".", err)
		}
		fn := t[0]
		if !fn.Present() {
			fn = t[1]
		}
		if wire.KindOf(body, fn) != wire.Object {
			continue
		}
		var f [3]wire.Span
		if err := wire.Fields(body, fn, toolFunction, f[:]); err != nil {
			return dialect.BadTwice(dialect.At("tools", k)+".function.", err)
		}
		b.Tool(fn, f[0], f[1], f[2])
	}
	return nil
}

var choiceNames = []string{"message", "finish_reason"}

// ViewAnswer shows a chat completion.
func (Chat) ViewAnswer(v *dialect.View, body []byte) *fault.Error {
	obj, top, e := answerFields(body)
	if e != nil {
		return e
	}
	b := v.BuildAnswer(body, obj, &chatShape)
	b.Model(top[answerModel])
	b.Usage(usageOf(body, top[answerUsage]))
	for el := wire.ElementsOf(body, top[answerChoices]); el.Next(); {
		var c [2]wire.Span
		if twice := wire.Fields(body, el.Value(), choiceNames, c[:]); twice != nil {
			return notOurs(dialect.Twice(twice))
		}
		var f [msgCount]wire.Span
		if twice := wire.Fields(body, c[0], messageNames, f[:]); twice != nil {
			return notOurs(dialect.Twice(twice))
		}
		b.Message(dialect.RoleAssistant, el.Value())
		b.Finish(finishOf(body, c[1]), c[1])
		if e := viewSaid(b, body, &f, dialect.RoleAssistant, 0); e != nil {
			return notOurs(e)
		}
	}
	return nil
}
