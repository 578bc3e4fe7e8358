package proxy

import (
	"bytes"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

// toolCall is a tool call of a streamed answer, as the stages are shown it: whole.
//
// Where a stage has on_tool_call, the arguments of a call are kept back until the call ends, shown to the stage once,
// and sent then, as they are or as it left them. The call's name and id have gone out by that time; a client that gets
// an error in the place of the arguments has no call to make.
type toolCall struct {
	channel  int32
	name, id []byte
	args     []byte // while a stage is shown the call
}

// beginCalls notes the tool calls that begin with an event, so that one without arguments is shown as well.
func (r *request) beginCalls(ev *wire.Event, e *dialect.Event) *fault.Error {
	if !r.relay.calling {
		return nil
	}
	for _, begun := range e.Calls {
		if r.callOf(begun.Channel) != nil {
			continue // providers that repeat the name
		}
		c := r.channel(&dialect.Delta{Kind: abi.PartToolCall, Channel: begun.Channel})
		if c == nil {
			return fault.New(fault.UpstreamInvalid, "the provider's answer has too many parts for the stages of this route")
		}
		if !c.open {
			c.open, c.event, c.at = true, append(c.event[:0], ev.Data...), 0
		}
		t := r.newCall(begun.Channel)
		t.name = appendText(t.name[:0], ev.Data, begun.Name)
		t.id = appendText(t.id[:0], ev.Data, begun.ID)
	}
	return nil
}

// appendText appends the text of a JSON string, nothing if it isn't there.
func appendText(dst, data []byte, s wire.Span) []byte {
	if !s.Present() {
		return dst
	}
	text, _ := wire.Text(data, s, nil)
	return append(dst, text...)
}

// callOf returns the tool call of a channel, nil if none began.
func (r *request) callOf(channel int32) *toolCall {
	for i := range r.relay.calls {
		if r.relay.calls[i].channel == channel {
			return &r.relay.calls[i]
		}
	}
	return nil
}

func (r *request) newCall(channel int32) *toolCall {
	calls := r.relay.calls
	if len(calls) < cap(calls) {
		calls = calls[:len(calls)+1] // keeps the buffers of an earlier request
	} else {
		calls = append(calls, toolCall{})
	}
	r.relay.calls = calls
	t := &calls[len(calls)-1]
	*t = toolCall{channel: channel, name: t.name[:0], id: t.id[:0], args: t.args[:0]}
	return t
}

// callStep keeps a piece of a call's arguments back, and shows the call to the stage when it ends.
func (r *request) callStep(i int, s *Stage, h *hold, piece []byte, final bool) ([]byte, *fault.Error) {
	h.args = append(h.args, piece...)
	if !final {
		return nil, r.collects(s, len(h.args), len(piece))
	}
	r.relay.collected -= len(h.args) - len(piece)
	t := r.callOf(h.channel)
	if t == nil { // a provider that never names it
		t = r.newCall(h.channel)
	}
	t.args = append(t.args[:0], h.args...)
	h.args = h.args[:0]
	r.relay.shownCall = t
	r.call.Args = [3]int32{t.channel}
	e := r.callStage(i, s, abi.OnToolCall)
	r.relay.shownCall = nil
	return t.args, e
}

// wholeCalls shows the tool calls of a whole answer to a stage.
func (r *request) wholeCalls(i int, s *Stage) *fault.Error {
	x := (*exchange)(r)
	answers, _ := x.Num(abi.FieldAnswers, 0, 0)
	for a := range int(answers) {
		parts, _ := x.Num(abi.FieldAnswerParts, a, 0)
		for p := range int(parts) {
			if kind, _ := x.Num(abi.FieldAnswerPartKind, a, p); abi.Part(kind) != abi.PartToolCall {
				continue
			}
			r.call.Args = [3]int32{dialect.Channel(a, p)}
			if e := r.callStage(i, s, abi.OnToolCall); e != nil {
				return e
			}
		}
	}
	return nil
}

// get reads a field of the call; the indices must be its own.
func (t *toolCall) get(f abi.Field, i, j int) (v []byte, ok bool) {
	if dialect.Channel(i, j) != t.channel {
		return nil, false
	}
	switch f {
	case abi.FieldAnswerPartText:
		return t.args, true
	case abi.FieldAnswerPartName:
		return t.name, len(t.name) > 0
	case abi.FieldAnswerPartID:
		return t.id, len(t.id) > 0
	}
	return nil, false
}

func (t *toolCall) num(f abi.Field, i, j int) (int64, bool) {
	return int64(abi.PartToolCall), f == abi.FieldAnswerPartKind && dialect.Channel(i, j) == t.channel
}

// apply replaces the arguments, which must be JSON again where they were.
func (t *toolCall) apply(e *hook.Edit) abi.Status {
	switch {
	case e.Field != abi.FieldAnswerPartText || dialect.Channel(e.I, e.J) != t.channel:
		return abi.ReadOnly
	case e.Op != abi.Set1:
		return abi.Unsupported
	case isJSON(t.args) && !isJSON(e.Value):
		return abi.Invalid
	}
	t.args = append(t.args[:0], e.Value...)
	return abi.OK
}

func isJSON(b []byte) bool {
	_, err := wire.Validate(bytes.TrimSpace(b), wire.Limits{})
	return err == nil
}
