package anthropic

import (
	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

// eventNames are the members of an event that are read; the constants index them.
const (
	eventType = iota
	eventIndex
	eventDelta
	eventBlock
	eventMessage
	eventUsage
	eventError
	eventCount
)

// eventFields finds the members of an event in one pass.
func eventFields(b []byte, obj wire.Span) (f [eventCount]wire.Span) {
	for m := wire.MembersOf(b, obj); m.Next(); {
		switch string(dialect.Key(&m)) {
		case "type":
			f[eventType] = m.Value()
		case "index":
			f[eventIndex] = m.Value()
		case "delta":
			f[eventDelta] = m.Value()
		case "content_block":
			f[eventBlock] = m.Value()
		case "message":
			f[eventMessage] = m.Value()
		case "usage":
			f[eventUsage] = m.Value()
		case "error":
			f[eventError] = m.Value()
		}
	}
	return f
}

// Event reads one event of a message's stream. What it is says the member "type"; the event's name isn't
// looked at unless the type is missing.
func (Messages) Event(name, data []byte, e *dialect.Event) *fault.Error {
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
	f := eventFields(data, obj)
	switch kindOf(name, data, f[eventType]) {
	case blockDelta:
		readDelta(data, &f, e)
	case blockStart:
		readStart(data, &f, e)
	case blockStop:
		e.Ends = append(e.Ends, dialect.Channel(0, small(data, f[eventIndex])))
	case messageStart:
		m := f[eventMessage]
		e.Model = textOf(data, wire.Lookup(data, m, "model"))
		e.Usage = usageOf(data, wire.Lookup(data, m, "usage"), true)
	case messageDelta:
		readMessageDelta(data, &f, e)
	case messageStop:
		e.Terminal = true
		e.Ends = append(e.Ends, dialect.Channel(0, dialect.ChannelAll))
	case ping:
		e.Ping = true
	case failed:
		e.Err = dialect.ReportIn(0, data, f[eventError]).Failure()
	case unnamed:
		return notOurs(errNoType)
	}
	return nil
}

// kind is what an event is.
type kind uint8

const (
	unnamed kind = iota
	unknown
	blockDelta
	blockStart
	blockStop
	messageStart
	messageDelta
	messageStop
	ping
	failed
)

func kindOf(name, data []byte, s wire.Span) kind {
	if wire.KindOf(data, s) == wire.String {
		name = data[s.Start+1 : s.End-1]
	}
	switch string(name) {
	case "":
		return unnamed
	case "content_block_delta":
		return blockDelta
	case "content_block_start":
		return blockStart
	case "content_block_stop":
		return blockStop
	case "message_start":
		return messageStart
	case "message_delta":
		return messageDelta
	case "message_stop":
		return messageStop
	case "ping":
		return ping
	case "error":
		return failed
	}
	return unknown
}

// small reads an index; what isn't one is 0.
func small(b []byte, s wire.Span) int {
	n, ok := wire.Int(b, s)
	if !ok || n < 0 || n >= dialect.ChannelAll {
		return 0
	}
	return int(n)
}

// readDelta takes the text of a delta. Signatures and citations carry none.
func readDelta(b []byte, f *[eventCount]wire.Span, e *dialect.Event) {
	index := small(b, f[eventIndex])
	for m := wire.MembersOf(b, f[eventDelta]); m.Next(); {
		switch string(dialect.Key(&m)) {
		case "text":
			addText(b, abi.PartText, index, m.Value(), e)
		case "partial_json":
			addText(b, abi.PartToolCall, index, m.Value(), e)
		case "thinking":
			addText(b, abi.PartReasoning, index, m.Value(), e)
		}
	}
}

// addText adds a delta if s is a string that isn't empty. Reasoning is signed.
func addText(b []byte, k abi.Part, index int, s wire.Span, e *dialect.Event) {
	if s.Len() > 2 && wire.KindOf(b, s) == wire.String {
		e.Content = true
		e.Deltas = append(e.Deltas, dialect.Delta{
			Kind: k, Channel: dialect.Channel(0, index), Fixed: k == abi.PartReasoning, Text: s,
		})
	}
}

// readStart takes what a block begins with: some providers put the first piece of text there.
func readStart(b []byte, f *[eventCount]wire.Span, e *dialect.Event) {
	index := small(b, f[eventIndex])
	for m := wire.MembersOf(b, f[eventBlock]); m.Next(); {
		switch string(dialect.Key(&m)) {
		case "text":
			addText(b, abi.PartText, index, m.Value(), e)
		case "thinking":
			addText(b, abi.PartReasoning, index, m.Value(), e)
		case "name":
			e.Content = true
			if name := textOf(b, m.Value()); name.Present() {
				id := textOf(b, wire.Lookup(b, f[eventBlock], "id"))
				e.Calls = append(e.Calls, dialect.Call{Channel: dialect.Channel(0, index), Name: name, ID: id})
			}
		}
	}
}

func readMessageDelta(b []byte, f *[eventCount]wire.Span, e *dialect.Event) {
	e.Usage = usageOf(b, f[eventUsage], false)
	if reason := wire.Lookup(b, f[eventDelta], "stop_reason"); wire.KindOf(b, reason) == wire.String {
		e.Finished = true
		e.Finishes = append(e.Finishes, dialect.ChoiceFinish{Why: finishOf(b, reason)})
		e.Ends = append(e.Ends, dialect.Channel(0, dialect.ChannelAll))
	}
}
