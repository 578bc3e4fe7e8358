package main

import "github.com/yett-gateway/yett/sdk"

// state is what the plugin keeps for a request: which rules were met, and where the arguments of streamed tool calls
// stand. As bytes: a bit for each rule (32), and for each tool call its channel (4), flags (1) and last unit (1).
type state struct {
	bytes []byte
	rules [maxRules / 8]byte
	calls []callState
}

// callState is where a tool call's arguments stand.
type callState struct {
	channel int32
	inside  bool // of a string
	units   bool // something was released
	last    byte // the last unit that was
}

const callBytes = 6

func (s *state) reset() {
	clear(s.rules[:])
	s.calls = s.calls[:0]
}

// load reads the request's state.
func (s *state) load(c sdk.Call) {
	s.reset()
	s.bytes = c.State(s.bytes[:0])
	if len(s.bytes) < len(s.rules) {
		return
	}
	copy(s.rules[:], s.bytes)
	for b := s.bytes[len(s.rules):]; len(b) >= callBytes; b = b[callBytes:] {
		s.calls = append(s.calls, callState{
			channel: int32(b[0])<<24 | int32(b[1])<<16 | int32(b[2])<<8 | int32(b[3]),
			inside:  b[4]&1 != 0, units: b[4]&2 != 0, last: b[5],
		})
	}
}

// save keeps the state for the request's later hooks.
func (s *state) save(c sdk.Call) error {
	b := append(s.bytes[:0], s.rules[:]...)
	for _, call := range s.calls {
		flags := byte(0)
		if call.inside {
			flags |= 1
		}
		if call.units {
			flags |= 2
		}
		n := call.channel
		b = append(b, byte(n>>24), byte(n>>16), byte(n>>8), byte(n), flags, call.last)
	}
	s.bytes = b
	return c.SetState(b)
}

func (s *state) note(rule int) { s.rules[rule>>3] |= 1 << (rule & 7) }

func (s *state) has(rule int) bool { return s.rules[rule>>3]>>(rule&7)&1 != 0 }

// met tells whether any rule was met.
func (s *state) met() bool { return s.rules != [maxRules / 8]byte{} }

// call is where a tool call's arguments stand.
func (s *state) call(channel int) callState {
	for _, c := range s.calls {
		if c.channel == int32(channel) {
			return c
		}
	}
	return callState{channel: int32(channel)}
}

func (s *state) setCall(channel int, call callState) {
	for n := range s.calls {
		if s.calls[n].channel == int32(channel) {
			s.calls[n] = call
			return
		}
	}
	s.calls = append(s.calls, call)
}

// maxTag is how long the list of names may be.
const maxTag = 256

// names are the rules that were met, as many as a tag takes.
func (g *guard) names() string {
	out := ""
	for n := range g.rules {
		if !g.state.has(n) {
			continue
		}
		if out != "" {
			out += ","
		}
		if out += g.rules[n].name; len(out) > maxTag {
			return out[:maxTag]
		}
	}
	return out
}
