package openai

import (
	"bytes"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

// NewReader reads a provider's chunks.
func (Chat) NewReader() dialect.StreamReader { return &chunkReader{} }

// chunkReader turns chunks into pieces. Only the first choice is read.
type chunkReader struct {
	started bool
	calls   []call
	ids     []byte // ids of the calls
}

// call is a tool call that began. Some providers number every call 0, or not at all, and tell them apart
// by their ids only.
type call struct {
	index   int
	id, end int // extent in ids
}

// Reset forgets the stream.
func (r *chunkReader) Reset() { *r = chunkReader{calls: r.calls[:0], ids: r.ids[:0]} }

// Read adds what a chunk says.
func (r *chunkReader) Read(_, data []byte, p *dialect.Pieces) *fault.Error {
	data, _ = trim(data)
	if len(data) == 0 || bytes.Equal(data, done) {
		return nil
	}
	obj := wire.Span{End: int32(len(data))}
	var id, model, choices wire.Span
	for m := wire.MembersOf(data, obj); m.Next(); {
		switch string(dialect.Key(&m)) {
		case "id":
			id = m.Value()
		case "model":
			model = m.Value()
		case "choices":
			choices = m.Value()
		}
	}
	for el := wire.ElementsOf(data, choices); el.Next(); {
		if !r.started {
			r.started = true
			p.Add(dialect.Piece{Op: dialect.OpStart, ID: dialect.Raw(data, id), Name: dialect.Raw(data, model)})
		}
		if e := r.choice(data, el.Value(), p); e != nil {
			return e
		}
	}
	return nil
}

func (r *chunkReader) choice(b []byte, c wire.Span, p *dialect.Pieces) *fault.Error {
	var delta, finish wire.Span
	for m := wire.MembersOf(b, c); m.Next(); {
		switch string(dialect.Key(&m)) {
		case "delta":
			delta = m.Value()
		case "finish_reason":
			finish = m.Value()
		case "index":
			if small(b, m.Value()) != 0 {
				return nil
			}
		}
	}
	if e := r.delta(b, delta, p); e != nil {
		return e
	}
	if wire.KindOf(b, finish) == wire.String {
		p.Add(dialect.Piece{Op: dialect.OpFinish, Finish: finishOf(b, finish)})
	}
	return nil
}

// delta reads reasoning before content before calls, whatever their order in the chunk.
func (r *chunkReader) delta(b []byte, d wire.Span, p *dialect.Pieces) *fault.Error {
	var f [msgCount]wire.Span
	for m := wire.MembersOf(b, d); m.Next(); {
		switch string(dialect.Key(&m)) {
		case "content":
			f[msgContent] = m.Value()
		case "tool_calls":
			f[msgToolCalls] = m.Value()
		case "reasoning_content":
			f[msgReasoningContent] = m.Value()
		case "reasoning":
			f[msgReasoning] = m.Value()
		case "refusal":
			f[msgRefusal] = m.Value()
		case "function_call":
			f[msgFunctionCall] = m.Value()
		}
	}
	reasoning := dialect.Raw(b, f[msgReasoningContent])
	if len(reasoning) == 0 {
		reasoning = dialect.Raw(b, f[msgReasoning])
	}
	p.AddText(abi.PartReasoning, 0, reasoning)
	p.AddText(abi.PartText, 0, dialect.Raw(b, f[msgContent]))
	for el := wire.ElementsOf(b, f[msgContent]); el.Next(); {
		for t := wire.ElementsOf(b, wire.Lookup(b, el.Value(), "thinking")); t.Next(); {
			p.AddText(abi.PartReasoning, 0, dialect.Raw(b, wire.Lookup(b, t.Value(), "text")))
		}
		p.AddText(abi.PartText, 0, dialect.Raw(b, wire.Lookup(b, el.Value(), "text")))
	}
	p.AddText(abi.PartRefusal, 0, dialect.Raw(b, f[msgRefusal]))
	for el := wire.ElementsOf(b, f[msgToolCalls]); el.Next(); {
		if e := r.call(b, el.Value(), p); e != nil {
			return e
		}
	}
	if dialect.Present(b, f[msgFunctionCall]) {
		return r.function(b, f[msgFunctionCall], wire.Span{}, 0, p)
	}
	return nil
}

func (r *chunkReader) call(b []byte, c wire.Span, p *dialect.Pieces) *fault.Error {
	var id, fn wire.Span
	index := -1
	for m := wire.MembersOf(b, c); m.Next(); {
		switch string(dialect.Key(&m)) {
		case "id":
			id = m.Value()
		case "function":
			fn = m.Value()
		case "index":
			index = small(b, m.Value())
		}
	}
	return r.function(b, fn, id, index, p)
}

// errNoName is a piece of a call that never began.
const errNoName = shapeError("arguments of a tool call before its name")

// function reads a piece of a call; index is below 0 if the provider didn't number it.
func (r *chunkReader) function(b []byte, fn, id wire.Span, index int, p *dialect.Pieces) *fault.Error {
	var name, args wire.Span
	for m := wire.MembersOf(b, fn); m.Next(); {
		switch string(dialect.Key(&m)) {
		case "name":
			name = m.Value()
		case "arguments":
			args = m.Value()
		}
	}
	n := r.find(index, dialect.Raw(b, id))
	if n < 0 {
		raw := dialect.Raw(b, name)
		if len(raw) == 0 {
			if len(dialect.Raw(b, args)) == 0 {
				return nil
			}
			return notOurs(errNoName)
		}
		n = r.begin(index, dialect.Raw(b, id))
		p.Add(dialect.Piece{Op: dialect.OpCall, Index: n, ID: dialect.Raw(b, id), Name: raw})
	}
	p.AddText(abi.PartToolCall, n, dialect.Raw(b, args))
	return nil
}

// find is the number of the call that a piece belongs to, -1 if it begins a new one.
func (r *chunkReader) find(index int, id []byte) int {
	for n := len(r.calls) - 1; n >= 0; n-- {
		c := &r.calls[n]
		if index >= 0 && c.index != index {
			continue
		}
		if len(id) > 0 && c.end > c.id && !bytes.Equal(r.ids[c.id:c.end], id) {
			continue
		}
		return n
	}
	return -1
}

func (r *chunkReader) begin(index int, id []byte) int {
	start := len(r.ids)
	r.ids = append(r.ids, id...)
	r.calls = append(r.calls, call{index, start, len(r.ids)})
	return len(r.calls) - 1
}
