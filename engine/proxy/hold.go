package proxy

import (
	"unicode/utf8"

	"github.com/yett-gateway/yett/engine/dialect"
	"github.com/yett-gateway/yett/engine/fault"
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/sdk/abi"
)

// hold is what one stage holds back of one channel of a stream.
//
// Steps: a piece of text arrives; the window is what was held and the piece; the stage says how much of
// the window's end to hold on to; the rest is released, as it is or replaced, and becomes the next stage's
// piece. When the channel ends the stage sees the window once more with Final set and all of it is
// released. Invariants: every byte is shown to every stage before it leaves; what is held is never sent;
// before holds the last bytes released, as the provider wrote them, so that a stage can tell the middle of
// a word from its start.
type hold struct {
	channel int32
	kind    abi.Part
	fixed   bool // the provider signed the text: it is shown, and goes on at once as it is
	window  []byte
	before  []byte
	args    []byte // of a tool call, for a stage that looks at whole ones
	passes  bool   // the stage let the text go on uncollected
}

// channelState is the chain of holds of one channel and how to write a delta of it.
type channelState struct {
	channel int32
	kind    abi.Part
	holds   []hold
	// open tells that the channel had a delta and didn't end. event is then the data of its last one, with
	// the text at offset at: what is held goes out in the same shape.
	open  bool
	event []byte
	at    int32
}

// maxChannels bounds the channels of one answer: choices, tool calls, content blocks.
const maxChannels = 256

// channel returns the state of a channel, made when it first speaks.
func (r *request) channel(d *dialect.Delta) *channelState {
	chans := r.relay.channels
	for i := range chans {
		if chans[i].channel == d.Channel && chans[i].kind == d.Kind {
			return &chans[i]
		}
	}
	if len(chans) >= maxChannels {
		return nil
	}
	if len(chans) < cap(chans) {
		chans = chans[:len(chans)+1] // keeps the buffers of an earlier request
	} else {
		chans = append(chans, channelState{})
	}
	r.relay.channels = chans
	c := &chans[len(chans)-1]
	c.channel, c.kind = d.Channel, d.Kind
	c.event, c.open = c.event[:0], false
	if len(c.holds) != len(r.lane.Stages) {
		c.holds = make([]hold, len(r.lane.Stages))
	}
	for i := range c.holds {
		h := &c.holds[i]
		h.channel, h.kind, h.fixed, h.window, h.before, h.args, h.passes = d.Channel, d.Kind, d.Fixed, h.window[:0], h.before[:0], h.args[:0], false
	}
	return c
}

// pass sends a piece of text through the stages and returns what leaves the last one. The result is valid
// until the next call.
func (r *request) pass(c *channelState, piece []byte, final bool) ([]byte, *fault.Error) {
	for i := range r.lane.Stages {
		s := &r.lane.Stages[i]
		if !r.taking[i] {
			continue
		}
		h, hooks := &c.holds[i], s.Info().Hooks
		var e *fault.Error
		if hooks.Has(abi.OnDelta) {
			if piece, e = r.deltaStep(i, s, h, piece, final); e != nil {
				return nil, e
			}
		}
		if hooks.Has(abi.OnToolCall) && c.kind == abi.PartToolCall {
			if piece, e = r.callStep(i, s, h, piece, final); e != nil {
				return nil, e
			}
		}
	}
	return piece, nil
}

// deltaStep shows a piece to a stage, or keeps it back for a stage in buffer mode.
func (r *request) deltaStep(i int, s *Stage, h *hold, piece []byte, final bool) ([]byte, *fault.Error) {
	if h.passes {
		h.passes = !final
		return piece, nil
	}
	if len(piece) == 0 && (!final || len(h.window) == 0) {
		return piece, nil
	}
	if s.Info().Asks && s.Info().Stream == abi.Buffer && !h.fixed && !final && len(h.window) == 0 {
		if e := r.ask(i, s, h, piece); e != nil || h.passes {
			return piece, e
		}
	}
	h.window = append(h.window, piece...)
	if s.Info().Stream == abi.Buffer && !h.fixed {
		if final {
			r.relay.collected -= len(h.window) - len(piece)
		} else {
			return nil, r.collects(s, len(h.window), len(piece))
		}
	}
	return r.step(i, s, h, len(piece), final)
}

// ask shows the begin of a text to a stage that would have it collected, and notes whether all of the text may go on without
// that. Nothing of what is shown leaves by it.
func (r *request) ask(i int, s *Stage, h *hold, piece []byte) *fault.Error {
	shown := piece[:len(piece)-runeStart(piece, len(piece)-min(len(piece), abi.MaxHold))]
	c := &r.call
	c.Args = [3]int32{int32(h.kind), h.channel, int32(len(shown))}
	c.Window, c.Before, c.New, c.Final = shown, nil, len(shown), false
	defer func() { c.Window, c.New = nil, 0 }()
	if e := r.callStage(i, s, abi.OnDelta); e != nil {
		return e
	}
	goesOn := c.Verdict.Action() == abi.Continue || c.Verdict.Action() == abi.Tag
	h.passes = goesOn && c.Verdict.Flags()&abi.FlagReplaced == 0
	return nil
}

// What stages collect of one answer, in bytes: of one channel or tool call, and all of them together. A provider may
// open many channels.
const (
	maxBuffered  = 4 << 20
	maxCollected = 16 << 20
)

// collects counts a piece that a stage keeps until its channel ends. length is what it keeps of the channel by now.
func (r *request) collects(s *Stage, length, piece int) *fault.Error {
	r.relay.collected += piece
	if length > maxBuffered || r.relay.collected > maxCollected {
		return fault.New(fault.PluginFailed, "stage \""+s.Info().Name+"\" waits for the end of texts or tool calls, and this answer is too long for that")
	}
	return nil
}

// step shows a window to one stage and returns what it releases. The result is valid until the stage's
// next step.
func (r *request) step(i int, s *Stage, h *hold, fresh int, final bool) ([]byte, *fault.Error) {
	c := &r.call
	c.Args = [3]int32{int32(h.kind), h.channel, int32(len(h.window))}
	c.Window, c.Before, c.New, c.Final = h.window, h.before, fresh, final
	defer func() { c.Window, c.Before, c.New, c.Final = nil, nil, 0, false }()
	if e := r.callStage(i, s, abi.OnDelta); e != nil {
		return nil, e
	}
	v := c.Verdict
	held := 0
	if v.Action() == abi.Hold && !final {
		held = runeStart(h.window, int(min(uint64(v.Arg()), uint64(len(h.window)))))
	}
	if held > mostHeld(s.Info()) {
		return nil, fault.New(fault.PluginFailed, "stage \""+s.Info().Name+"\" holds back more of the answer than its manifest says")
	}
	if s.Info().Stream == abi.Observe && (held > 0 || v.Action() == abi.Drop || v.Flags()&abi.FlagReplaced != 0) {
		return nil, fault.New(fault.PluginFailed, "stage \""+s.Info().Name+"\" only observes streams, and tried to change one")
	}
	if h.fixed {
		if v.Action() == abi.Drop || (v.Flags()&abi.FlagReplaced != 0 && string(c.Delta) != string(h.window)) {
			return nil, fault.New(fault.PluginFailed, "stage \""+s.Info().Name+"\" tried to change reasoning that the provider has signed")
		}
		held = 0
	}
	cut := len(h.window) - held
	released := h.window[:cut]
	h.remember(released)
	out := r.relay.spare[:0]
	switch {
	case v.Action() == abi.Drop:
	case v.Flags()&abi.FlagReplaced != 0:
		out = append(out, c.Delta...)
	default:
		out = append(out, released...)
	}
	// Two buffers take turns, since one stage's output is the next one's piece.
	r.relay.spare, r.relay.output = r.relay.output, out
	h.window = append(h.window[:0], h.window[cut:]...)
	return out, nil
}

// mostHeld is the most a stage may hold back, in bytes: what its manifest says, up to the end of a character.
func mostHeld(i *hook.Info) int {
	if i.HoldMost == 0 {
		return 0
	}
	return i.HoldMost + utf8.UTFMax - 1
}

// remember keeps the last bytes that were released, from a rune's start.
func (h *hold) remember(released []byte) {
	// One byte more than is kept shows whether the first one kept begins a rune.
	b := append(h.before, released[max(0, len(released)-abi.LookBehind-1):]...)
	if extra := len(b) - abi.LookBehind; extra > 0 {
		for extra < len(b) && !utf8.RuneStart(b[extra]) {
			extra++
		}
		b = append(b[:0], b[extra:]...)
	}
	h.before = b
}

// runeStart grows held so that what is released ends at a rune's end.
func runeStart(window []byte, held int) int {
	for cut := len(window) - held; cut > 0 && cut < len(window) && !utf8.RuneStart(window[cut]); cut-- {
		held++
	}
	return held
}
