package anthropic

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

// NewWriter writes a client's events.
func (Messages) NewWriter() dialect.StreamWriter { return &eventWriter{} }

// eventWriter writes pieces as events. One block is open at a time: providers without blocks, whose texts
// and calls just follow each other, get one for each run.
type eventWriter struct {
	started bool
	id      []byte // raw: the message's
	next    int    // index of the next block
	open    bool
	kind    abi.Part // of the open block
	call    int      // number of the open block's call
	calls   bool     // a call began
	refused bool
	finish  dialect.Finish
}

// Reset prepares for a stream.
func (w *eventWriter) Reset(dialect.Opening) { *w = eventWriter{id: w.id[:0]} }

func (w *eventWriter) begin(dst, id, model []byte) []byte {
	if w.started {
		return dst
	}
	w.started = true
	w.id = append(w.id, id...)
	dst = append(dst, "event: message_start\ndata: {\"type\":\"message_start\",\"message\":"...)
	dst = appendMessage(dst, id, model)
	return append(dst, "],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":0,\"output_tokens\":0}}}\n\n"...)
}

// errInterleaved is a provider that goes back to a call after it began another. Anthropic's clients read
// blocks one after the other; buffering until the end would not be streaming.
const errInterleaved = shapeError("pieces of tool calls are interleaved")

// Write appends the events that say p.
func (w *eventWriter) Write(dst []byte, p *dialect.Piece) ([]byte, *fault.Error) {
	switch p.Op {
	case dialect.OpNone, dialect.OpEnd, dialect.OpSigned:
		return dst, nil
	case dialect.OpPing:
		return Messages{}.AppendPing(dst), nil
	}
	if p.Op == dialect.OpStart {
		return w.begin(dst, p.ID, p.Name), nil
	}
	dst = w.begin(dst, nil, nil)
	switch p.Op {
	case dialect.OpCall:
		dst = w.beginCall(dst, p)
	case dialect.OpText:
		return w.text(dst, p)
	case dialect.OpFinish:
		w.finish = p.Finish
		dst = w.stop(dst)
	}
	return dst, nil
}

func (w *eventWriter) beginCall(dst []byte, p *dialect.Piece) []byte {
	dst = w.stop(dst)
	dst = w.start(dst, abi.PartToolCall)
	w.call, w.calls = p.Index, true
	dst = append(dst, `{"type":"tool_use","id":`...)
	dst = dialect.AppendToolID(dst, p.ID, w.id, p.Index)
	dst = dialect.AppendRaw(append(dst, `,"name":`...), p.Name)
	return append(dst, ",\"input\":{}}}\n\n"...)
}

// start opens a block up to its content.
func (w *eventWriter) start(dst []byte, kind abi.Part) []byte {
	w.open, w.kind = true, kind
	dst = append(dst, "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":"...)
	dst = wire.AppendInt(dst, int64(w.next))
	return append(dst, `,"content_block":`...)
}

// stop closes the open block, if any.
func (w *eventWriter) stop(dst []byte) []byte {
	if !w.open {
		return dst
	}
	w.open = false
	dst = append(dst, "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":"...)
	dst = wire.AppendInt(dst, int64(w.next))
	w.next++
	return append(dst, "}\n\n"...)
}

func (w *eventWriter) text(dst []byte, p *dialect.Piece) ([]byte, *fault.Error) {
	kind := p.Kind
	if kind == abi.PartRefusal {
		w.refused = true
		kind = abi.PartText
	}
	if kind == abi.PartToolCall {
		if !w.open || w.kind != kind || w.call != p.Index {
			return dst, notOurs(errInterleaved)
		}
		return w.delta(dst, `{"type":"input_json_delta","partial_json":`, p.Text), nil
	}
	if !w.open || w.kind != kind {
		dst = w.stop(dst)
		dst = w.start(dst, kind)
		if kind == abi.PartReasoning {
			dst = append(dst, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}\n\n"...)
		} else {
			dst = append(dst, "{\"type\":\"text\",\"text\":\"\"}}\n\n"...)
		}
	}
	if kind == abi.PartReasoning {
		return w.delta(dst, `{"type":"thinking_delta","thinking":`, p.Text), nil
	}
	return w.delta(dst, `{"type":"text_delta","text":`, p.Text), nil
}

func (w *eventWriter) delta(dst []byte, opening string, raw []byte) []byte {
	dst = append(dst, "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":"...)
	dst = wire.AppendInt(dst, int64(w.next))
	dst = append(dst, `,"delta":`...)
	dst = append(dst, opening...)
	dst = dialect.AppendRaw(dst, raw)
	return append(dst, "}}\n\n"...)
}

// End closes the open block and appends message_delta, with the whole usage, and message_stop.
func (w *eventWriter) End(dst []byte, u dialect.Usage) ([]byte, *fault.Error) {
	dst = w.begin(dst, nil, nil)
	dst = w.stop(dst)
	dst = append(dst, "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\""...)
	dst = append(dst, stopWord(w.finish, w.calls, w.refused)...)
	dst = append(dst, "\",\"stop_sequence\":null},\"usage\":"...)
	dst = appendUsage(dst, u)
	return append(dst, "}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"...), nil
}
