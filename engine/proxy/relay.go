package proxy

import (
	"errors"
	"io"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/wire"
	"github.com/yett-gateway/yett/sdk/abi"
)

// relay is the state of a streamed answer.
//
// Steps: the upstream's bytes arrive; whole events are read; each is brought into the client's dialect,
// shown to the stages that asked for deltas, and appended to out; out is written to the client, all that
// one read of the upstream brought in one write. It runs in the handler until the first content came, and
// then in the client connection's own goroutine, which calls WriteTo.
//
// Invariants: nothing is written before the first content, so that a failure until then can go elsewhere.
// The dialect's mark of a good end is only written when the upstream said that its answer is whole.
type relay struct {
	begun   bool // there is something to forget
	events  wire.Events
	event   dialect.Event
	inner   wire.Events   // over a translation's output
	shown   dialect.Event // an event of the client's dialect, for stages
	out     []byte        // for the client, not written yet
	turned  []byte        // a translation's output
	last    []byte        // the mark of a good end, kept back until the stages have agreed to it
	kept    []byte        // all that was written, for the cache
	keeping bool
	w       io.Writer // to the client, while the answer is being written
	pings   int       // since the upstream fell silent

	content, finished, terminal bool
	done                        bool
	more                        bool  // pump stopped before the last event that has arrived
	text                        int64 // bytes of deltas, to estimate usage where none is reported

	staged        bool
	plain         dialect.Plain // tells events apart that needn't be read; nil: all are read
	calling       bool          // a stage looks at whole tool calls
	channels      []channelState
	lone          hold // of a text of a whole answer
	calls         []toolCall
	shownCall     *toolCall // while a stage looks at it
	collected     int       // bytes that stages keep until a channel ends
	finishes      []dialect.ChoiceFinish
	model         []byte // that answers
	spare, output []byte
	piece         []byte
	quoted        []byte
	edits         wire.Edits
	raw           bool // a passed-through body: bytes, not events
}

// maxEvent bounds one event of a stream, in bytes.
const maxEvent = 4 << 20

func (y *relay) reset() {
	y.restart()
	y.kept, y.keeping = keep(y.kept), false
	y.staged, y.raw, y.done = false, false, false
	y.w, y.pings = nil, 0
	y.begun = false
}

// restart forgets a failed attempt.
func (y *relay) restart() {
	y.begun = true
	y.events.Reset(maxEvent)
	y.event.Reset()
	y.out, y.turned, y.piece, y.quoted = keep(y.out), keep(y.turned), keep(y.piece), keep(y.quoted)
	y.last = y.last[:0]
	y.content, y.finished, y.terminal = false, false, false
	y.more, y.text = false, 0
	y.channels, y.calls, y.shownCall = y.channels[:0], y.calls[:0], nil
	y.finishes, y.model, y.collected = y.finishes[:0], y.model[:0], 0
}

// firstContent reads events until the answer has begun, which is when the gateway commits to it.
func (r *request) firstContent() *fault.Error {
	y := &r.relay
	y.restart()
	y.keeping = r.storing()
	r.enlist()
	for {
		if e := r.pump(false); e != nil {
			return e
		}
		if y.content || y.terminal {
			r.times.firstToken = r.elapsed()
			r.exchange.GotToken()
			r.stream()
			return nil
		}
		err := r.exchange.Fill()
		if errors.Is(err, io.EOF) {
			if e := r.pump(true); e != nil {
				return e
			}
			if !y.content && !y.finished {
				return fault.New(fault.UpstreamCut, "the provider's stream ended before it said anything")
			}
			r.stream()
			return nil
		}
		if err != nil {
			return asFault(err)
		}
	}
}

// enlist tells whether any stage takes part in the stream. Where none does and nothing is translated, plain
// events are passed on unread.
func (r *request) enlist() {
	r.relay.staged, r.relay.calling = false, false
	for i := range r.lane.Stages {
		if !r.taking[i] {
			continue
		}
		h := r.lane.Stages[i].Info().Hooks
		calls := h.Has(abi.OnToolCall)
		r.relay.calling = r.relay.calling || calls
		r.relay.staged = r.relay.staged || calls || h.Has(abi.OnDelta) || h.Has(abi.OnStreamEnd) || h.Has(abi.OnLog)
	}
	r.relay.plain = nil
	if !r.relay.staged && r.out.ID() == r.client.ID() {
		r.relay.plain, _ = r.out.(dialect.Plain)
	}
}

// stream commits to the answer: status and head are decided, the body follows in WriteTo.
func (r *request) stream() {
	r.streaming = true
	r.status = 200
	res := &r.ctx.Response
	res.SetStatusCode(200)
	res.Header.SetContentType(contentEvents)
	res.Header.Set("Cache-Control", "no-cache")
	res.Header.Set("X-Accel-Buffering", "no")
	r.commonFields()
	res.SetBodyStream((*body)(r), -1)
}

// maxOut is how many bytes wait for the client before the rest of what arrived is left for later: stages may make
// much of little.
const maxOut = 64 << 10

// pump turns the whole events that have arrived into bytes for the client, and stops with more set where these are
// many.
func (r *request) pump(atEOF bool) *fault.Error {
	y, x := &r.relay, &r.exchange
	y.more = false
	for !y.terminal {
		if y.content && len(y.out) >= maxOut {
			y.more = true
			return nil
		}
		ev, n, err := y.events.Next(x.Bytes(), atEOF)
		if err != nil {
			return fault.Wrap(fault.UpstreamInvalid, "the provider sent an event larger than this gateway takes", err)
		}
		if n == 0 {
			return nil
		}
		if !ev.Cut {
			if e := r.take(&ev); e != nil {
				return e
			}
		}
		x.Discard(n)
	}
	return nil
}

// take reads one upstream event and passes it on.
func (r *request) take(ev *wire.Event) *fault.Error {
	y := &r.relay
	if ev.Data == nil {
		return nil // comments and bare names mean nothing to clients, and pings of ours replace them
	}
	if y.plain != nil && y.content && y.plain.Plain(ev.Name, ev.Data) {
		y.text += bytesPerToken // providers send about a token an event
		y.out = append(y.out, ev.Raw...)
		return nil
	}
	y.event.Reset()
	if e := r.out.Event(ev.Name, ev.Data, &y.event); e != nil {
		return nil // one bad event must not end an answer that goes on; a cut end is found at the end
	}
	r.note(ev.Data, &y.event)
	if y.event.Err != nil {
		return y.event.Err
	}
	if r.out.ID() != r.client.ID() {
		return r.turn(ev)
	}
	if y.event.UsageOnly && !r.head.IncludeUsage {
		return nil
	}
	return r.deliver(ev, &y.event)
}

// note keeps what the gateway itself wants to know of an event.
func (r *request) note(data []byte, e *dialect.Event) {
	y := &r.relay
	r.usage.Merge(e.Usage)
	y.content = y.content || e.Content
	y.finished = y.finished || e.Finished
	y.terminal = y.terminal || e.Terminal
	for i := range e.Deltas {
		y.text += int64(e.Deltas[i].Text.Len())
	}
	if !y.staged {
		return
	}
	y.finishes = append(y.finishes, e.Finishes...)
	if e.Model.Present() {
		y.model = appendText(y.model[:0], data, e.Model)
	}
}

// turn translates an event into events of the client's dialect.
func (r *request) turn(ev *wire.Event) *fault.Error {
	y := &r.relay
	var e *fault.Error
	y.turned, e = r.translator.Event(y.turned[:0], ev.Name, ev.Data, &y.event)
	if e != nil {
		return e
	}
	return r.deliverTurned()
}

// deliverTurned passes on what a translation wrote. Without stages it needs no second look.
func (r *request) deliverTurned() *fault.Error {
	y := &r.relay
	if !y.staged {
		y.out = append(y.out, y.turned...)
		return nil
	}
	y.inner.Reset(maxEvent)
	for rest := y.turned; len(rest) > 0; {
		ev, n, err := y.inner.Next(rest, true)
		if err != nil || n == 0 {
			return fault.Wrap(fault.Internal, "the gateway made an event it can't read", err)
		}
		rest = rest[n:]
		y.shown.Reset()
		if e := r.client.Event(ev.Name, ev.Data, &y.shown); e != nil {
			return fault.Wrap(fault.Internal, "the gateway made an event it can't read", e)
		}
		if e := r.deliver(&ev, &y.shown); e != nil {
			return e
		}
	}
	return nil
}

// deliver appends one event of the client's dialect to what is sent, after the stages have seen its texts.
func (r *request) deliver(ev *wire.Event, e *dialect.Event) *fault.Error {
	y := &r.relay
	if !y.staged || (len(e.Deltas) == 0 && len(e.Ends) == 0 && len(e.Calls) == 0 && !e.Terminal) {
		y.out = append(y.out, ev.Raw...)
		return nil
	}
	y.edits.Reset()
	if fail := r.beginCalls(ev, e); fail != nil {
		return fail
	}
	for i := range e.Deltas {
		if fail := r.deliverDelta(ev, e, i); fail != nil {
			return fail
		}
	}
	for _, end := range e.Ends {
		if fail := r.flush(end); fail != nil {
			return fail
		}
	}
	if e.Terminal {
		y.last = append(y.last[:0], ev.Raw...)
		return r.flushAll()
	}
	if y.edits.Len() == 0 {
		y.out = append(y.out, ev.Raw...)
		return nil
	}
	return r.appendEdited(ev)
}

// deliverDelta shows the event's delta i to the stages and records what replaces it.
func (r *request) deliverDelta(ev *wire.Event, e *dialect.Event, i int) *fault.Error {
	y, d := &r.relay, &e.Deltas[i]
	c := r.channel(d)
	if c == nil {
		return fault.New(fault.UpstreamInvalid, "the provider's answer has too many parts for the stages of this route")
	}
	text, piece := wire.Text(ev.Data, d.Text, y.piece[:0])
	y.piece = piece
	final := ends(e, i)
	out, fail := r.pass(c, text, final)
	if fail != nil {
		return fail
	}
	if string(out) != string(text) {
		y.quoted = wire.AppendQuoted(y.quoted[:0], out)
		y.edits.Replace(d.Text, y.quoted)
	}
	c.open = !final
	if c.open {
		c.event, c.at = append(c.event[:0], ev.Data...), d.Text.Start
	}
	return nil
}

// ends tells whether the event's delta i is the last of its channel.
func ends(e *dialect.Event, i int) bool {
	d := &e.Deltas[i]
	for k := i + 1; k < len(e.Deltas); k++ {
		if e.Deltas[k].Channel == d.Channel && e.Deltas[k].Kind == d.Kind {
			return false
		}
	}
	for _, end := range e.Ends {
		if covers(end, d.Channel) {
			return true
		}
	}
	return false
}

func covers(end, channel int32) bool {
	return end == channel || (end&dialect.ChannelAll == dialect.ChannelAll && end>>16 == channel>>16)
}

// flush releases what stages hold of the channels that end.
func (r *request) flush(end int32) *fault.Error {
	for i := range r.relay.channels {
		if c := &r.relay.channels[i]; covers(end, c.channel) {
			if e := r.flushChannel(c); e != nil {
				return e
			}
		}
	}
	return nil
}

func (r *request) flushAll() *fault.Error {
	for i := range r.relay.channels {
		if e := r.flushChannel(&r.relay.channels[i]); e != nil {
			return e
		}
	}
	return nil
}

// flushChannel releases what is held of one channel, as an event of its own.
func (r *request) flushChannel(c *channelState) *fault.Error {
	if !c.open {
		return nil
	}
	c.open = false
	text, e := r.pass(c, nil, true)
	if e != nil || len(text) == 0 {
		return e
	}
	y := &r.relay
	y.quoted = wire.AppendQuoted(y.quoted[:0], text)
	y.piece = appendDelta(y.piece[:0], r.client.ID(), c, y.quoted)
	y.out = wire.AppendEvent(y.out, deltaName(r.client.ID()), y.piece)
	return nil
}

// appendEdited writes an event whose texts were replaced.
func (r *request) appendEdited(ev *wire.Event) *fault.Error {
	y := &r.relay
	data, ok := y.edits.Apply(y.piece[:0], ev.Data)
	if !ok {
		return fault.New(fault.Internal, "the gateway could not rewrite an event")
	}
	y.piece = data
	y.out = wire.AppendEvent(y.out, textOf(ev.Name), data)
	return nil
}
