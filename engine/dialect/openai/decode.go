package openai

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

var _ dialect.Codec = Chat{}

// DecodeRequest reads a chat completion request into the neutral form.
func (Chat) DecodeRequest(r *dialect.Request, body []byte, h *dialect.Head) *fault.Error {
	r.User = dialect.Raw(body, h.User)
	if h.Choices > 1 {
		r.Drop("n")
	}
	for m := wire.MembersOf(body, h.Body); m.Next(); {
		if !wire.IsNull(body, m.Value()) {
			if e := decodeMember(r, body, &m); e != nil {
				return e
			}
		}
	}
	return decodeMessages(r, body, h.Messages)
}

// decodeMember reads one top-level member. Those that Head has read are skipped.
func decodeMember(r *dialect.Request, b []byte, m *wire.Members) *fault.Error {
	s := m.Value()
	switch key := string(dialect.Key(m)); key {
	case "model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n", "user":
	case "temperature":
		r.Temperature = number(b, s)
	case "top_p":
		r.TopP = number(b, s)
	case "stop":
		decodeStop(r, b, s)
	case "tools":
		decodeTools(r, b, s)
	case "functions":
		for el := wire.ElementsOf(b, s); el.Next(); {
			decodeFunction(r, b, el.Value())
		}
	case "tool_choice", "function_call":
		decodeChoice(r, b, s)
	case "parallel_tool_calls":
		if v, ok := wire.Bool(b, s); ok {
			r.NoParallel = !v
		}
	case "response_format":
		decodeFormat(r, b, s)
	case "reasoning_effort":
		r.Effort, r.EffortField = effortOf(dialect.Raw(b, s)), key
	case "safety_identifier":
		if r.User == nil {
			r.User = dialect.Raw(b, s)
		}
	default:
		r.Drop(key)
	}
	return nil
}

func number(b []byte, s wire.Span) []byte {
	if wire.KindOf(b, s) != wire.Number {
		return nil
	}
	return s.Of(b)
}

func decodeStop(r *dialect.Request, b []byte, s wire.Span) {
	if raw := dialect.Raw(b, s); raw != nil {
		r.Stop = append(r.Stop, raw)
		return
	}
	for el := wire.ElementsOf(b, s); el.Next(); {
		if raw := dialect.Raw(b, el.Value()); raw != nil {
			r.Stop = append(r.Stop, raw)
		}
	}
}

func decodeTools(r *dialect.Request, b []byte, s wire.Span) {
	i := 0
	for el := wire.ElementsOf(b, s); el.Next(); i++ {
		fn := wire.Lookup(b, el.Value(), "function")
		if wire.KindOf(b, fn) != wire.Object {
			r.Drop(dialect.At("tools", i))
			continue
		}
		decodeFunction(r, b, fn)
	}
}

func decodeFunction(r *dialect.Request, b []byte, fn wire.Span) {
	var t dialect.Tool
	for m := wire.MembersOf(b, fn); m.Next(); {
		switch {
		case m.KeyIs("name"):
			t.Name = dialect.Raw(b, m.Value())
		case m.KeyIs("description"):
			t.Description = dialect.Raw(b, m.Value())
		case m.KeyIs("parameters"):
			if wire.KindOf(b, m.Value()) == wire.Object {
				t.Schema = m.Value().Of(b)
			}
		case m.KeyIs("strict"):
			t.Strict, _ = wire.Bool(b, m.Value())
		}
	}
	r.Tools = append(r.Tools, t)
}

func decodeChoice(r *dialect.Request, b []byte, s wire.Span) {
	mode := s
	if wire.KindOf(b, s) == wire.Object {
		if name := wire.Lookup(b, s, "function", "name"); name.Present() {
			r.Choice, r.ChoiceName = dialect.ChoiceNamed, dialect.Raw(b, name)
			return
		}
		if name := wire.Lookup(b, s, "name"); name.Present() {
			r.Choice, r.ChoiceName = dialect.ChoiceNamed, dialect.Raw(b, name)
			return
		}
		mode = wire.Lookup(b, s, "allowed_tools", "mode")
		r.Drop("tool_choice.allowed_tools")
	}
	switch {
	case isString(b, mode, "auto"):
		r.Choice = dialect.ChoiceAuto
	case isString(b, mode, "none"):
		r.Choice = dialect.ChoiceNone
	case isString(b, mode, "required"):
		r.Choice = dialect.ChoiceAny
	}
}

func decodeFormat(r *dialect.Request, b []byte, s wire.Span) {
	switch t := wire.Lookup(b, s, "type"); {
	case isString(b, t, "text"):
	case isString(b, t, "json_schema"):
		r.SchemaName = dialect.Raw(b, wire.Lookup(b, s, "json_schema", "name"))
		if schema := wire.Lookup(b, s, "json_schema", "schema"); wire.KindOf(b, schema) == wire.Object {
			r.Schema = schema.Of(b)
			return
		}
		r.Drop("response_format")
	default:
		r.Drop("response_format")
	}
}

var efforts = [...]string{"", "none", "minimal", "low", "medium", "high", "xhigh", "max"}

func effortOf(raw []byte) dialect.Effort {
	for i, word := range efforts {
		if i > 0 && dialect.RawIs(raw, word) {
			return dialect.Effort(i)
		}
	}
	return dialect.EffortUnset
}

func decodeMessages(r *dialect.Request, b []byte, arr wire.Span) *fault.Error {
	i := 0
	for el := wire.ElementsOf(b, arr); el.Next(); i++ {
		var f [msgCount]wire.Span
		if err := wire.Fields(b, el.Value(), messageNames, f[:]); err != nil {
			return dialect.BadTwice(dialect.At("messages", i)+".", err)
		}
		role, _ := roleOf(b, f[msgRole])
		if role == dialect.RoleOther {
			path := dialect.At("messages", i) + ".role"
			return dialect.Bad(path, path+" must be system, developer, user, assistant or tool")
		}
		r.AddTurn(role, i)
		if e := decodeMessage(r, b, el.Value(), &f, role, i); e != nil {
			return e
		}
	}
	return nil
}

func decodeMessage(r *dialect.Request, b []byte, msg wire.Span, f *[msgCount]wire.Span, role dialect.Role, i int) *fault.Error {
	dropMessageFields(r, b, msg, role)
	if role == dialect.RoleTool {
		id := dialect.Raw(b, f[msgToolCallID])
		r.AddBlock(dialect.Block{Kind: abi.PartToolResult, ID: id, Name: dialect.Raw(b, f[msgName])})
		return decodeContent(r, b, f[msgContent], i, r.AddInner)
	}
	if role == dialect.RoleAssistant {
		for el := wire.ElementsOf(b, wire.Lookup(b, msg, "thinking_blocks")); el.Next(); {
			r.AddBlock(dialect.Block{Kind: abi.PartReasoning, Signed: el.Value().Of(b)})
		}
	}
	if e := decodeContent(r, b, f[msgContent], i, r.AddBlock); e != nil {
		return e
	}
	if raw := dialect.Raw(b, f[msgRefusal]); len(raw) > 0 {
		r.AddBlock(dialect.Block{Kind: abi.PartText, Text: raw})
	}
	decodeCalls(r, b, f)
	return nil
}

// dropMessageFields notes members of a message that the neutral form has no place for.
func dropMessageFields(r *dialect.Request, b []byte, msg wire.Span, role dialect.Role) {
	for m := wire.MembersOf(b, msg); m.Next(); {
		switch key := string(dialect.Key(&m)); key {
		case "role", "content", "tool_calls", "function_call", "tool_call_id", "refusal", "thinking_blocks", "annotations":
		case "name":
			if role != dialect.RoleTool {
				r.Drop("messages.name")
			}
		case "reasoning_content", "reasoning":
			// The provider wants its own signed blocks back; they are in thinking_blocks if at all.
			if len(dialect.Raw(b, m.Value())) > 0 && !wire.Lookup(b, msg, "thinking_blocks").Present() {
				r.Drop("messages." + key)
			}
		default:
			if !wire.IsNull(b, m.Value()) {
				r.Drop("messages." + key)
			}
		}
	}
}

func decodeContent(r *dialect.Request, b []byte, s wire.Span, i int, add func(dialect.Block)) *fault.Error {
	if raw := dialect.Raw(b, s); raw != nil {
		add(dialect.Block{Kind: abi.PartText, Text: raw})
		return nil
	}
	k := 0
	for el := wire.ElementsOf(b, s); el.Next(); k++ {
		block, problem := decodePart(r, b, el.Value())
		if problem != "" {
			path := dialect.At(dialect.At("messages", i)+".content", k)
			return dialect.Bad(path, path+problem)
		}
		add(block)
	}
	return nil
}

// decodePart reads a content part. problem says what is wrong with it.
func decodePart(r *dialect.Request, b []byte, s wire.Span) (block dialect.Block, problem string) {
	var f [partCount]wire.Span
	if err := wire.Fields(b, s, partNames, f[:]); err != nil {
		return block, " has a member twice"
	}
	if wire.Lookup(b, s, "prompt_cache_breakpoint").Present() {
		r.Drop("prompt_cache_breakpoint")
	}
	switch {
	case isString(b, f[partType], "image_url"):
		return decodeImage(r, b, f[partImage])
	case isString(b, f[partType], "file"):
		return decodeFile(b, f[partFile])
	case dialect.Raw(b, f[partText]) != nil:
		return dialect.Block{Kind: abi.PartText, Text: dialect.Raw(b, f[partText])}, ""
	case dialect.Raw(b, f[partRefusal]) != nil:
		return dialect.Block{Kind: abi.PartText, Text: dialect.Raw(b, f[partRefusal])}, ""
	}
	return block, " is of a type that this model's provider doesn't take; send text, an image or a file"
}

func decodeImage(r *dialect.Request, b []byte, s wire.Span) (dialect.Block, string) {
	url := dialect.Raw(b, stringOr(b, s, "url"))
	if len(url) == 0 {
		return dialect.Block{}, ".image_url.url is missing"
	}
	if d := wire.Lookup(b, s, "detail"); d.Present() && !isString(b, d, "auto") {
		r.Drop("image_url.detail")
	}
	if media, data, ok := dialect.DataURL(url); ok {
		return dialect.Block{Kind: abi.PartImage, Text: data, Media: media}, ""
	}
	return dialect.Block{Kind: abi.PartImage, Text: url}, ""
}

func decodeFile(b []byte, s wire.Span) (dialect.Block, string) {
	media, data, ok := dialect.DataURL(dialect.Raw(b, wire.Lookup(b, s, "file_data")))
	if !ok {
		return dialect.Block{}, ".file.file_data must be a data URL: files by id are known only to the provider that keeps them"
	}
	title := dialect.Raw(b, wire.Lookup(b, s, "filename"))
	return dialect.Block{Kind: abi.PartFile, Text: data, Media: media, Title: title}, ""
}

func decodeCalls(r *dialect.Request, b []byte, f *[msgCount]wire.Span) {
	for el := wire.ElementsOf(b, f[msgToolCalls]); el.Next(); {
		r.AddBlock(callOf(b, el.Value()))
	}
	if dialect.Present(b, f[msgFunctionCall]) {
		block := dialect.Block{Kind: abi.PartToolCall}
		readFunction(b, f[msgFunctionCall], &block)
		r.AddBlock(block)
	}
}

// callOf reads a tool call. The input of a custom tool, a text, becomes {"input":…}.
func callOf(b []byte, s wire.Span) dialect.Block {
	block := dialect.Block{Kind: abi.PartToolCall, ID: dialect.Raw(b, wire.Lookup(b, s, "id"))}
	if custom := wire.Lookup(b, s, "custom"); custom.Present() {
		block.Name = dialect.Raw(b, wire.Lookup(b, custom, "name"))
		block.Input = append(dialect.AppendRaw([]byte(`{"input":`), dialect.Raw(b, wire.Lookup(b, custom, "input"))), '}')
		return block
	}
	readFunction(b, wire.Lookup(b, s, "function"), &block)
	return block
}

func readFunction(b []byte, fn wire.Span, block *dialect.Block) {
	block.Name = dialect.Raw(b, wire.Lookup(b, fn, "name"))
	args := wire.Lookup(b, fn, "arguments")
	if wire.KindOf(b, args) == wire.Object {
		block.Input = args.Of(b)
		return
	}
	block.Args = dialect.Raw(b, args)
}

// DecodeAnswer reads the first choice of a chat completion into the neutral form.
func (Chat) DecodeAnswer(a *dialect.Reply, body []byte) *fault.Error {
	_, f, e := answerFields(body)
	if e != nil {
		return e
	}
	el := wire.ElementsOf(body, f[answerChoices])
	if !el.Next() {
		return notOurs(errNoChoices)
	}
	a.ID, a.Model = dialect.Raw(body, f[answerID]), dialect.Raw(body, f[answerModel])
	a.Usage = usageOf(body, f[answerUsage])
	a.Finish = finishOf(body, wire.Lookup(body, el.Value(), "finish_reason"))
	var m [msgCount]wire.Span
	if err := wire.Fields(body, wire.Lookup(body, el.Value(), "message"), messageNames, m[:]); err != nil {
		return notOurs(dialect.Twice(err))
	}
	decodeSaid(a, body, &m)
	return nil
}

func decodeSaid(a *dialect.Reply, b []byte, f *[msgCount]wire.Span) {
	add := func(kind abi.Part, raw []byte) {
		if len(raw) > 0 {
			a.Blocks = append(a.Blocks, dialect.Block{Kind: kind, Text: raw})
		}
	}
	reasoning := dialect.Raw(b, f[msgReasoningContent])
	if len(reasoning) == 0 {
		reasoning = dialect.Raw(b, f[msgReasoning])
	}
	add(abi.PartReasoning, reasoning)
	add(abi.PartText, dialect.Raw(b, f[msgContent]))
	for el := wire.ElementsOf(b, f[msgContent]); el.Next(); {
		for t := wire.ElementsOf(b, wire.Lookup(b, el.Value(), "thinking")); t.Next(); {
			add(abi.PartReasoning, dialect.Raw(b, wire.Lookup(b, t.Value(), "text")))
		}
		add(abi.PartText, dialect.Raw(b, wire.Lookup(b, el.Value(), "text")))
	}
	add(abi.PartRefusal, dialect.Raw(b, f[msgRefusal]))
	for el := wire.ElementsOf(b, f[msgToolCalls]); el.Next(); {
		a.Blocks = append(a.Blocks, callOf(b, el.Value()))
	}
	if dialect.Present(b, f[msgFunctionCall]) {
		block := dialect.Block{Kind: abi.PartToolCall}
		readFunction(b, f[msgFunctionCall], &block)
		a.Blocks = append(a.Blocks, block)
	}
}
