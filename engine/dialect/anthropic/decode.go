package anthropic

import (
	"bytes"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

var _ dialect.Codec = Messages{}

// DecodeRequest reads a messages request into the neutral form.
func (Messages) DecodeRequest(r *dialect.Request, body []byte, h *dialect.Head) *fault.Error {
	r.User = dialect.Raw(body, h.User)
	for m := wire.MembersOf(body, h.Body); m.Next(); {
		if !wire.IsNull(body, m.Value()) {
			decodeMember(r, body, &m)
		}
	}
	if h.System.Present() {
		decodeSystem(r, body, h.System)
	}
	return decodeMessages(r, body, h.Messages)
}

// decodeMember reads one top-level member. Those that Head has read are skipped.
func decodeMember(r *dialect.Request, b []byte, m *wire.Members) {
	s := m.Value()
	switch key := string(dialect.Key(m)); key {
	case "model", "messages", "system", "stream", "max_tokens", "metadata":
	case "temperature":
		r.Temperature = number(b, s)
	case "top_p":
		r.TopP = number(b, s)
	case "top_k":
		r.TopK = number(b, s)
	case "stop_sequences":
		for el := wire.ElementsOf(b, s); el.Next(); {
			if raw := dialect.Raw(b, el.Value()); raw != nil {
				r.Stop = append(r.Stop, raw)
			}
		}
	case "tools":
		decodeTools(r, b, s)
	case "tool_choice":
		decodeChoice(r, b, s)
	case "thinking":
		decodeThinking(r, b, s)
	case "output_config":
		decodeOutput(r, b, s)
	case "output_format":
		decodeFormat(r, b, s)
	default:
		r.Drop(key)
	}
}

func number(b []byte, s wire.Span) []byte {
	if wire.KindOf(b, s) != wire.Number {
		return nil
	}
	return s.Of(b)
}

// decodeTools reads the client's own tools. Tools that Anthropic runs have a type of their own and no
// counterpart.
func decodeTools(r *dialect.Request, b []byte, s wire.Span) {
	i := 0
	for el := wire.ElementsOf(b, s); el.Next(); i++ {
		var t dialect.Tool
		custom := true
		for m := wire.MembersOf(b, el.Value()); m.Next(); {
			switch {
			case m.KeyIs("type"):
				custom = isString(b, m.Value(), "custom") || wire.IsNull(b, m.Value())
			case m.KeyIs("name"):
				t.Name = dialect.Raw(b, m.Value())
			case m.KeyIs("description"):
				t.Description = dialect.Raw(b, m.Value())
			case m.KeyIs("input_schema"):
				t.Schema = m.Value().Of(b)
			case m.KeyIs("strict"):
				t.Strict, _ = wire.Bool(b, m.Value())
			case m.KeyIs("cache_control"):
				dropCache(r, b, m.Value())
			}
		}
		if !custom {
			r.Drop(dialect.At("tools", i))
			continue
		}
		r.Tools = append(r.Tools, t)
	}
}

func dropCache(r *dialect.Request, b []byte, s wire.Span) {
	if dialect.Present(b, s) {
		r.Drop("cache_control")
	}
}

func decodeChoice(r *dialect.Request, b []byte, s wire.Span) {
	switch t := wire.Lookup(b, s, "type"); {
	case isString(b, t, "auto"):
		r.Choice = dialect.ChoiceAuto
	case isString(b, t, "none"):
		r.Choice = dialect.ChoiceNone
	case isString(b, t, "any"):
		r.Choice = dialect.ChoiceAny
	case isString(b, t, "tool"):
		r.Choice, r.ChoiceName = dialect.ChoiceNamed, dialect.Raw(b, wire.Lookup(b, s, "name"))
	}
	r.NoParallel, _ = wire.Bool(b, wire.Lookup(b, s, "disable_parallel_tool_use"))
}

func decodeThinking(r *dialect.Request, b []byte, s wire.Span) {
	r.EffortField = "thinking"
	switch t := wire.Lookup(b, s, "type"); {
	case isString(b, t, "disabled"):
		if r.Effort == dialect.EffortUnset {
			r.Effort = dialect.EffortNone
		}
	case isString(b, t, "enabled"):
		r.Budget = max(countOf(b, wire.Lookup(b, s, "budget_tokens")), 0)
	}
}

var efforts = [...]string{"", "none", "minimal", "low", "medium", "high", "xhigh", "max"}

func decodeOutput(r *dialect.Request, b []byte, s wire.Span) {
	for m := wire.MembersOf(b, s); m.Next(); {
		switch {
		case m.KeyIs("format"):
			decodeFormat(r, b, m.Value())
		case m.KeyIs("effort"):
			for i, word := range efforts {
				if i > 0 && isString(b, m.Value(), word) {
					r.Effort = dialect.Effort(i)
				}
			}
			if r.EffortField == "" {
				r.EffortField = "output_config.effort"
			}
		default:
			r.Drop("output_config." + string(dialect.Key(&m)))
		}
	}
}

func decodeFormat(r *dialect.Request, b []byte, s wire.Span) {
	if schema := wire.Lookup(b, s, "schema"); wire.KindOf(b, schema) == wire.Object {
		r.Schema = schema.Of(b)
		return
	}
	if dialect.Present(b, s) {
		r.Drop("output_config.format")
	}
}

// billingHeader begins a system block that Claude Code sends for Anthropic's own accounting. It changes
// with each request and would spoil other providers' prompt caches.
var billingHeader = []byte("x-anthropic-billing-header:")

func decodeSystem(r *dialect.Request, b []byte, s wire.Span) {
	r.AddTurn(dialect.RoleSystem, -1)
	if raw := dialect.Raw(b, s); len(raw) > 0 {
		r.AddBlock(dialect.Block{Kind: abi.PartText, Text: raw})
		return
	}
	for el := wire.ElementsOf(b, s); el.Next(); {
		raw := dialect.Raw(b, wire.Lookup(b, el.Value(), "text"))
		dropCache(r, b, wire.Lookup(b, el.Value(), "cache_control"))
		if len(raw) > 0 && !bytes.HasPrefix(raw, billingHeader) {
			r.AddBlock(dialect.Block{Kind: abi.PartText, Text: raw})
		}
	}
}

func decodeMessages(r *dialect.Request, b []byte, arr wire.Span) *fault.Error {
	i := 0
	for el := wire.ElementsOf(b, arr); el.Next(); i++ {
		var f [2]wire.Span
		if err := wire.Fields(b, el.Value(), messageNames, f[:]); err != nil {
			return dialect.BadTwice(dialect.At("messages", i)+".", err)
		}
		role := roleOf(b, f[0])
		if role == dialect.RoleOther {
			path := dialect.At("messages", i) + ".role"
			return dialect.Bad(path, path+" must be user, assistant or system")
		}
		r.AddTurn(role, i)
		if raw := dialect.Raw(b, f[1]); raw != nil {
			r.AddBlock(dialect.Block{Kind: abi.PartText, Text: raw})
			continue
		}
		if e := decodeBlocks(r, b, f[1], i); e != nil {
			return e
		}
	}
	return nil
}

func decodeBlocks(r *dialect.Request, b []byte, arr wire.Span, i int) *fault.Error {
	k := 0
	for el := wire.ElementsOf(b, arr); el.Next(); k++ {
		var f [blockCount]wire.Span
		path := dialect.At(dialect.At("messages", i)+".content", k)
		if err := wire.Fields(b, el.Value(), blockNames, f[:]); err != nil {
			return dialect.BadTwice(path+".", err)
		}
		dropCache(r, b, wire.Lookup(b, el.Value(), "cache_control"))
		if problem := decodeBlock(r, b, &f, el.Value()); problem != "" {
			return dialect.Bad(path, path+problem)
		}
	}
	return nil
}

// decodeBlock reads a block. problem says what can neither be translated nor be left out.
func decodeBlock(r *dialect.Request, b []byte, f *[blockCount]wire.Span, elem wire.Span) (problem string) {
	switch t := f[blockType]; {
	case isString(b, t, "tool_use"):
		block := callOf(b, f)
		r.AddBlock(block)
	case isString(b, t, "tool_result"):
		return decodeResult(r, b, f, elem)
	case isString(b, t, "thinking"), isString(b, t, "redacted_thinking"):
		r.Drop("messages.thinking")
	case isString(b, t, "text"), isString(b, t, "image"), isString(b, t, "document"), isString(b, t, "search_result"):
		return decodeInner(b, f, elem, r.AddBlock)
	default:
		r.Drop("messages." + string(dialect.Raw(b, t)))
	}
	return ""
}

func callOf(b []byte, f *[blockCount]wire.Span) dialect.Block {
	block := dialect.Block{Kind: abi.PartToolCall, ID: dialect.Raw(b, f[blockID]), Name: dialect.Raw(b, f[blockName])}
	if wire.KindOf(b, f[blockInput]) == wire.Object {
		block.Input = f[blockInput].Of(b)
	}
	return block
}

func decodeResult(r *dialect.Request, b []byte, f *[blockCount]wire.Span, elem wire.Span) (problem string) {
	r.AddBlock(dialect.Block{Kind: abi.PartToolResult, ID: dialect.Raw(b, f[blockToolUseID])})
	if v, _ := wire.Bool(b, wire.Lookup(b, elem, "is_error")); v {
		r.Drop("tool_result.is_error")
	}
	if raw := dialect.Raw(b, f[blockContent]); raw != nil {
		r.AddInner(dialect.Block{Kind: abi.PartText, Text: raw})
		return ""
	}
	for el := wire.ElementsOf(b, f[blockContent]); el.Next(); {
		var in [blockCount]wire.Span
		if wire.Fields(b, el.Value(), blockNames, in[:]) != nil {
			return " has a member twice"
		}
		dropCache(r, b, wire.Lookup(b, el.Value(), "cache_control"))
		if isString(b, in[blockType], "tool_reference") {
			r.Drop("tool_result.tool_reference")
			continue
		}
		if problem := decodeInner(b, &in, el.Value(), r.AddInner); problem != "" {
			return problem
		}
	}
	return ""
}

// decodeInner reads text, images and documents, which may stand in a message or in a tool's result.
func decodeInner(b []byte, f *[blockCount]wire.Span, elem wire.Span, add func(dialect.Block)) (problem string) {
	source := f[blockSource]
	kind := wire.Lookup(b, source, "type")
	block := dialect.Block{Kind: abi.PartFile, Title: dialect.Raw(b, wire.Lookup(b, elem, "title"))}
	if isString(b, f[blockType], "image") {
		block.Kind = abi.PartImage
	}
	switch {
	case isString(b, f[blockType], "text"):
		add(dialect.Block{Kind: abi.PartText, Text: dialect.Raw(b, f[blockText])})
		return ""
	case isString(b, kind, "base64"):
		block.Media = dialect.Raw(b, wire.Lookup(b, source, "media_type"))
		block.Text = dialect.Raw(b, wire.Lookup(b, source, "data"))
	case isString(b, kind, "url"):
		block.Text = dialect.Raw(b, wire.Lookup(b, source, "url"))
	case isString(b, kind, "text"):
		add(dialect.Block{Kind: abi.PartText, Text: dialect.Raw(b, wire.Lookup(b, source, "data"))})
		return ""
	case isString(b, kind, "content"):
		return decodeTexts(b, wire.Lookup(b, source, "content"), add)
	case f[blockContent].Present():
		return decodeTexts(b, f[blockContent], add)
	default:
		return " can't be translated to this model's provider; send text, or an image or PDF as base64 data"
	}
	add(block)
	return ""
}

func decodeTexts(b []byte, s wire.Span, add func(dialect.Block)) (problem string) {
	if raw := dialect.Raw(b, s); raw != nil {
		add(dialect.Block{Kind: abi.PartText, Text: raw})
		return ""
	}
	for el := wire.ElementsOf(b, s); el.Next(); {
		raw := dialect.Raw(b, wire.Lookup(b, el.Value(), "text"))
		if raw == nil {
			return " holds something that isn't text, which can't be translated to this model's provider"
		}
		add(dialect.Block{Kind: abi.PartText, Text: raw})
	}
	return ""
}

// DecodeAnswer reads a message into the neutral form. What Anthropic's own tools did is left out.
func (Messages) DecodeAnswer(a *dialect.Reply, body []byte) *fault.Error {
	_, f, e := answerFields(body)
	if e != nil {
		return e
	}
	if wire.KindOf(body, f[answerContent]) != wire.Array {
		return notOurs(errNoContent)
	}
	a.ID, a.Model = dialect.Raw(body, f[answerID]), dialect.Raw(body, f[answerModel])
	a.Usage = usageOf(body, f[answerUsage], true)
	a.Finish = finishOf(body, f[answerStop])
	for el := wire.ElementsOf(body, f[answerContent]); el.Next(); {
		var in [blockCount]wire.Span
		if err := wire.Fields(body, el.Value(), blockNames, in[:]); err != nil {
			return notOurs(dialect.Twice(err))
		}
		decodeSaid(a, body, &in, el.Value())
	}
	return nil
}

func decodeSaid(a *dialect.Reply, b []byte, f *[blockCount]wire.Span, elem wire.Span) {
	switch t := f[blockType]; {
	case isString(b, t, "text"):
		a.Blocks = append(a.Blocks, dialect.Block{Kind: abi.PartText, Text: dialect.Raw(b, f[blockText])})
	case isString(b, t, "tool_use"):
		a.Blocks = append(a.Blocks, callOf(b, f))
	case isString(b, t, "thinking"), isString(b, t, "redacted_thinking"):
		a.Blocks = append(a.Blocks, dialect.Block{
			Kind: abi.PartReasoning, Text: dialect.Raw(b, f[blockThinking]), Signed: elem.Of(b),
		})
	}
}
