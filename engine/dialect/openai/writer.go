package openai

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

// NewWriter writes a client's chunks.
func (Chat) NewWriter() dialect.StreamWriter { return &chunkWriter{} }

// chunkWriter writes pieces as chunks. What all chunks begin with is made once.
type chunkWriter struct {
	opening  dialect.Opening
	prefix   []byte // up to the delta's value
	finished bool
}

const (
	chunkTail    = ",\"logprobs\":null,\"finish_reason\":null}]}\n\n"
	chunkTailEnd = "\"}]}\n\n"
)

// Reset prepares for a stream.
func (w *chunkWriter) Reset(o dialect.Opening) { *w = chunkWriter{opening: o, prefix: w.prefix[:0]} }

// begin makes the prefix and appends the chunk that says who speaks.
func (w *chunkWriter) begin(dst, id, model []byte) []byte {
	if len(w.prefix) > 0 {
		return dst
	}
	w.prefix = append(w.prefix, "data: "...)
	w.prefix = appendIdentity(w.prefix, id, "chat.completion.chunk", w.opening.Created, model)
	w.prefix = append(w.prefix, `"delta":`...)
	dst = append(dst, w.prefix...)
	dst = append(dst, `{"role":"assistant","content":"","refusal":null}`...)
	return append(dst, chunkTail...)
}

// Write appends the chunks that say p.
func (w *chunkWriter) Write(dst []byte, p *dialect.Piece) ([]byte, *fault.Error) {
	switch p.Op {
	case dialect.OpNone, dialect.OpEnd:
		return dst, nil
	case dialect.OpPing:
		return Chat{}.AppendPing(dst), nil
	}
	if p.Op == dialect.OpStart {
		return w.begin(dst, p.ID, p.Name), nil
	}
	dst = w.begin(dst, nil, nil)
	switch p.Op {
	case dialect.OpText:
		return w.text(dst, p), nil
	case dialect.OpCall:
		dst = append(dst, w.prefix...)
		dst = appendCallStart(dst, p)
		return append(dst, chunkTail...), nil
	case dialect.OpSigned:
		dst = append(dst, w.prefix...)
		dst = append(dst, `{"thinking_blocks":[`...)
		dst = append(dst, p.Text...)
		dst = append(dst, `]}`...)
		return append(dst, chunkTail...), nil
	case dialect.OpFinish:
		return w.finish(dst, p.Finish), nil
	}
	return dst, nil
}

func appendCallStart(dst []byte, p *dialect.Piece) []byte {
	dst = append(dst, `{"tool_calls":[{"index":`...)
	dst = wire.AppendInt(dst, int64(p.Index))
	dst = append(dst, `,"id":`...)
	dst = dialect.AppendToolID(dst, p.ID, p.Name, p.Index)
	dst = append(dst, `,"type":"function","function":{"name":`...)
	dst = dialect.AppendRaw(dst, p.Name)
	return append(dst, `,"arguments":""}}]}`...)
}

func (w *chunkWriter) text(dst []byte, p *dialect.Piece) []byte {
	dst = append(dst, w.prefix...)
	switch p.Kind {
	case abi.PartToolCall:
		dst = append(dst, `{"tool_calls":[{"index":`...)
		dst = wire.AppendInt(dst, int64(p.Index))
		dst = append(dst, `,"function":{"arguments":`...)
		dst = dialect.AppendRaw(dst, p.Text)
		dst = append(dst, "}}]}"...)
	case abi.PartReasoning:
		dst = dialect.AppendRaw(append(dst, `{"reasoning_content":`...), p.Text)
		dst = append(dst, '}')
	case abi.PartRefusal:
		dst = dialect.AppendRaw(append(dst, `{"refusal":`...), p.Text)
		dst = append(dst, '}')
	default:
		dst = dialect.AppendRaw(append(dst, `{"content":`...), p.Text)
		dst = append(dst, '}')
	}
	return append(dst, chunkTail...)
}

func (w *chunkWriter) finish(dst []byte, f dialect.Finish) []byte {
	if w.finished {
		return dst
	}
	w.finished = true
	dst = append(dst, w.prefix...)
	dst = append(dst, `{},"logprobs":null,"finish_reason":"`...)
	dst = append(dst, finishWord(f)...)
	return append(dst, chunkTailEnd...)
}

// End appends the finish reason if none came, usage if it was asked for, and "[DONE]".
func (w *chunkWriter) End(dst []byte, u dialect.Usage) ([]byte, *fault.Error) {
	dst = w.begin(dst, nil, nil)
	dst = w.finish(dst, dialect.FinishStop)
	if w.opening.IncludeUsage {
		dst = append(dst, w.prefix[:len(w.prefix)-len(`{"index":0,"delta":`)]...)
		dst = append(dst, `],"usage":`...)
		dst = appendUsage(dst, u)
		dst = append(dst, "}\n\n"...)
	}
	return append(dst, "data: [DONE]\n\n"...), nil
}
