package anthropic

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

// NewReader reads a provider's events.
func (Messages) NewReader() dialect.StreamReader { return &eventReader{} }

// eventReader turns events into pieces. Blocks of Anthropic's own tools are left out.
type eventReader struct {
	started  bool
	blocks   []block
	calls    int
	thinking []byte // raw: what the open thinking block said, to be signed
	input    []byte // raw: input that a call began with
}

// block is a content block that began.
type block struct {
	index int
	kind  abi.Part // PartOther: left out
	call  int      // number of the tool call
	args  bool     // arguments were sent
}

// Reset forgets the stream.
func (r *eventReader) Reset() {
	*r = eventReader{blocks: r.blocks[:0], thinking: r.thinking[:0], input: r.input[:0]}
}

// Read adds what an event says.
func (r *eventReader) Read(name, data []byte, p *dialect.Pieces) *fault.Error {
	if len(data) == 0 {
		return nil
	}
	f := eventFields(data, objectOf(data))
	switch kindOf(name, data, f[eventType]) {
	case blockDelta:
		r.delta(data, &f, p)
	case blockStart:
		r.start(data, &f, p)
	case blockStop:
		r.stop(small(data, f[eventIndex]), p)
	case messageStart:
		if !r.started { // some proxies send it twice
			r.started = true
			m := f[eventMessage]
			p.Add(dialect.Piece{
				Op: dialect.OpStart,
				ID: dialect.Raw(data, wire.Lookup(data, m, "id")), Name: dialect.Raw(data, wire.Lookup(data, m, "model")),
			})
		}
	case messageDelta:
		if reason := wire.Lookup(data, f[eventDelta], "stop_reason"); wire.KindOf(data, reason) == wire.String {
			p.Add(dialect.Piece{Op: dialect.OpFinish, Finish: finishOf(data, reason)})
		}
	case ping:
		p.Add(dialect.Piece{Op: dialect.OpPing})
	}
	return nil
}

// objectOf is the span of the JSON object in data, without white space around it.
func objectOf(data []byte) wire.Span {
	start, end := 0, len(data)
	for start < end && data[start] != '{' {
		start++
	}
	for end > start && data[end-1] != '}' {
		end--
	}
	return wire.Span{Start: int32(start), End: int32(end)}
}

func (r *eventReader) find(index int) *block {
	for i := len(r.blocks) - 1; i >= 0; i-- {
		if r.blocks[i].index == index {
			return &r.blocks[i]
		}
	}
	return nil
}

func (r *eventReader) start(b []byte, f *[eventCount]wire.Span, p *dialect.Pieces) {
	content := f[eventBlock]
	var in [blockCount]wire.Span
	if wire.Fields(b, content, blockNames, in[:]) != nil {
		return
	}
	bl := block{index: small(b, f[eventIndex]), kind: abi.PartOther}
	switch t := in[blockType]; {
	case isString(b, t, "text"):
		bl.kind = abi.PartText
		p.AddText(abi.PartText, 0, dialect.Raw(b, in[blockText]))
	case isString(b, t, "thinking"):
		bl.kind = abi.PartReasoning
		r.thinking = append(r.thinking[:0], dialect.Raw(b, in[blockThinking])...)
		p.AddText(abi.PartReasoning, 0, dialect.Raw(b, in[blockThinking]))
	case isString(b, t, "redacted_thinking"):
		p.Add(dialect.Piece{Op: dialect.OpSigned, Text: content.Of(b)})
	case isString(b, t, "tool_use"):
		bl.kind, bl.call = abi.PartToolCall, r.calls
		r.calls++
		p.Add(dialect.Piece{
			Op: dialect.OpCall, Index: bl.call, ID: dialect.Raw(b, in[blockID]), Name: dialect.Raw(b, in[blockName]),
		})
		r.input = append(r.input[:0], "{}"...)
		if m := wire.MembersOf(b, in[blockInput]); m.Next() {
			r.input = wire.AppendEscaped(r.input[:0], in[blockInput].Of(b))
		}
	}
	r.blocks = append(r.blocks, bl)
}

func (r *eventReader) delta(b []byte, f *[eventCount]wire.Span, p *dialect.Pieces) {
	bl := r.find(small(b, f[eventIndex]))
	if bl == nil {
		// A delta without its start was met behind proxies; text is still text.
		r.blocks = append(r.blocks, block{index: small(b, f[eventIndex]), kind: abi.PartText})
		bl = &r.blocks[len(r.blocks)-1]
	}
	for m := wire.MembersOf(b, f[eventDelta]); m.Next(); {
		switch {
		case m.KeyIs("text") && bl.kind == abi.PartText:
			p.AddText(abi.PartText, 0, dialect.Raw(b, m.Value()))
		case m.KeyIs("partial_json") && bl.kind == abi.PartToolCall:
			raw := dialect.Raw(b, m.Value())
			bl.args = bl.args || len(raw) > 0
			p.AddText(abi.PartToolCall, bl.call, raw)
		case m.KeyIs("thinking") && bl.kind == abi.PartReasoning:
			r.thinking = append(r.thinking, dialect.Raw(b, m.Value())...)
			p.AddText(abi.PartReasoning, 0, dialect.Raw(b, m.Value()))
		case m.KeyIs("signature") && bl.kind == abi.PartReasoning:
			r.sign(dialect.Raw(b, m.Value()), p)
		}
	}
}

// sign adds the whole thinking block: a client that sends it back needs text and signature together.
func (r *eventReader) sign(signature []byte, p *dialect.Pieces) {
	if len(signature) == 0 {
		return
	}
	n := len(r.thinking)
	r.thinking = append(r.thinking, `{"type":"thinking","thinking":"`...)
	r.thinking = append(r.thinking, r.thinking[:n]...)
	r.thinking = append(r.thinking, `","signature":`...)
	r.thinking = dialect.AppendRaw(r.thinking, signature)
	r.thinking = append(r.thinking, '}')
	p.Add(dialect.Piece{Op: dialect.OpSigned, Text: r.thinking[n:]})
	r.thinking = r.thinking[:n]
}

func (r *eventReader) stop(index int, p *dialect.Pieces) {
	bl := r.find(index)
	if bl == nil || bl.kind == abi.PartOther {
		return
	}
	if bl.kind == abi.PartToolCall && !bl.args {
		bl.args = true
		p.AddText(abi.PartToolCall, bl.call, r.input)
	}
	p.Add(dialect.Piece{Op: dialect.OpEnd, Kind: bl.kind, Index: bl.call})
}
