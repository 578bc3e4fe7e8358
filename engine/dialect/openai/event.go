package openai

import (
	"bytes"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

var done = []byte("[DONE]")

// Channels of a choice: text and refusals have index 0, tool calls their own index. Some providers say
// reasoning twice, under two names; the second name has a channel of its own.
const reasoningChannel = 1

// Event reads one chunk of a chat completion.
func (Chat) Event(name, data []byte, e *dialect.Event) *fault.Error {
	data, off := trim(data)
	if bytes.Equal(data, done) {
		e.Terminal = true
		return nil
	}
	if len(data) == 0 {
		e.Ping = true
		return nil
	}
	obj, err := wire.Validate(data, wire.Limits{})
	if err != nil {
		return notOurs(err)
	}
	if wire.KindOf(data, obj) != wire.Object {
		return notOurs(errNotObject)
	}
	r := reader{b: data, off: off, e: e}
	r.chunk(obj)
	if string(name) == "error" && e.Err == nil {
		e.Err = dialect.ReportIn(0, data, obj).Failure()
	}
	return nil
}

// trim cuts white space around data; off is how much at the front.
func trim(data []byte) (trimmed []byte, off int32) {
	trimmed = bytes.TrimLeft(data, " \t\r\n")
	off = int32(len(data) - len(trimmed))
	return bytes.TrimRight(trimmed, " \t\r\n"), off
}

// reader fills an event from a chunk. off is where b begins in the event's data.
type reader struct {
	b   []byte
	off int32
	e   *dialect.Event
}

func (r reader) chunk(obj wire.Span) {
	choices := -1
	for m := wire.MembersOf(r.b, obj); m.Next(); {
		s := m.Value()
		switch string(dialect.Key(&m)) {
		case "choices":
			choices = 0
			for el := wire.ElementsOf(r.b, s); el.Next(); choices++ {
				r.choice(el.Value())
			}
		case "model":
			if s.Len() > 2 && wire.KindOf(r.b, s) == wire.String { // Azure's first chunk has ""
				r.e.Model = r.at(s)
			}
		case "usage":
			if wire.KindOf(r.b, s) == wire.Object {
				r.e.Usage = usageOf(r.b, s)
			}
		case "error":
			if dialect.Present(r.b, s) {
				r.e.Err = dialect.ReportIn(0, r.b, s).Failure()
			}
		}
	}
	r.e.UsageOnly = choices == 0 && r.e.Usage != dialect.NoUsage
}

func (r reader) at(s wire.Span) wire.Span {
	return wire.Span{Start: s.Start + r.off, End: s.End + r.off}
}

func (r reader) choice(c wire.Span) {
	var delta, finish wire.Span
	index := 0
	for m := wire.MembersOf(r.b, c); m.Next(); {
		switch string(dialect.Key(&m)) {
		case "delta":
			delta = m.Value()
		case "finish_reason":
			finish = m.Value()
		case "index":
			index = small(r.b, m.Value())
		}
	}
	r.delta(delta, index)
	if wire.KindOf(r.b, finish) == wire.String {
		r.e.Finished = true
		r.e.Finishes = append(r.e.Finishes, dialect.ChoiceFinish{Choice: index, Why: finishOf(r.b, finish)})
		r.e.Ends = append(r.e.Ends, dialect.Channel(index, dialect.ChannelAll))
	}
}

// small reads an index; what isn't one is 0.
func small(b []byte, s wire.Span) int {
	n, ok := wire.Int(b, s)
	if !ok || n < 0 || n >= dialect.ChannelAll {
		return 0
	}
	return int(n)
}

func (r reader) delta(d wire.Span, choice int) {
	for m := wire.MembersOf(r.b, d); m.Next(); {
		s := m.Value()
		switch string(dialect.Key(&m)) {
		case "content":
			r.content(s, choice)
		case "reasoning_content":
			r.text(abi.PartReasoning, choice, 0, s)
		case "reasoning":
			r.text(abi.PartReasoning, choice, reasoningChannel, s)
		case "refusal":
			r.text(abi.PartRefusal, choice, 0, s)
		case "tool_calls":
			k := 0
			for el := wire.ElementsOf(r.b, s); el.Next(); k++ {
				r.call(el.Value(), choice, k)
			}
		case "function_call":
			r.arguments(s, choice, 0, wire.Span{})
		}
	}
}

// content is a string, or with some providers an array of parts.
func (r reader) content(s wire.Span, choice int) {
	r.text(abi.PartText, choice, 0, s)
	for el := wire.ElementsOf(r.b, s); el.Next(); {
		for m := wire.MembersOf(r.b, el.Value()); m.Next(); {
			switch string(dialect.Key(&m)) {
			case "text":
				r.text(abi.PartText, choice, 0, m.Value())
			case "thinking":
				for t := wire.ElementsOf(r.b, m.Value()); t.Next(); {
					r.text(abi.PartReasoning, choice, 0, wire.Lookup(r.b, t.Value(), "text"))
				}
			}
		}
	}
}

func (r reader) call(c wire.Span, choice, index int) {
	if s := wire.Lookup(r.b, c, "index"); s.Present() {
		index = small(r.b, s)
	}
	id := wire.Lookup(r.b, c, "id")
	for m := wire.MembersOf(r.b, c); m.Next(); {
		switch string(dialect.Key(&m)) {
		case "function", "custom":
			r.arguments(m.Value(), choice, index, id)
		}
	}
}

// arguments reads what is said of a function, whose arguments are JSON, or of a custom tool, whose input is text.
func (r reader) arguments(fn wire.Span, choice, index int, id wire.Span) {
	for m := wire.MembersOf(r.b, fn); m.Next(); {
		s := m.Value()
		switch string(dialect.Key(&m)) {
		case "name":
			r.e.Content = true
			if s.Len() > 2 && wire.KindOf(r.b, s) == wire.String {
				r.e.Calls = append(r.e.Calls, dialect.Call{Channel: dialect.Channel(choice, index), Name: r.at(s), ID: r.id(id)})
			}
		case "arguments", "input":
			r.text(abi.PartToolCall, choice, index, s)
		}
	}
}

func (r reader) id(s wire.Span) wire.Span {
	if s.Len() > 2 && wire.KindOf(r.b, s) == wire.String {
		return r.at(s)
	}
	return wire.Span{}
}

// text adds a delta if s is a string that isn't empty.
func (r reader) text(kind abi.Part, choice, index int, s wire.Span) {
	if s.Len() > 2 && wire.KindOf(r.b, s) == wire.String {
		r.e.Content = true
		r.e.Deltas = append(r.e.Deltas, dialect.Delta{Kind: kind, Channel: dialect.Channel(choice, index), Text: r.at(s)})
	}
}
