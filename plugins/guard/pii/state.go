package main

import "github.com/yett-gateway/yett/sdk"

// quoting follows JSON's strings over a stream: whether the text is inside of one, and behind a backslash.
type quoting struct{ inside, escaped bool }

func (q *quoting) pass(text []byte) {
	for _, c := range text {
		switch {
		case q.escaped:
			q.escaped = false
		case c == '\\':
			q.escaped = true
		case c == '"':
			q.inside = !q.inside
		}
	}
}

// state is what the plugin keeps for a request: the vault, and for each tool call whether its arguments stand
// inside of a string. As bytes: the number of tool calls (1), for each its channel (4) and flags (1), the vault.
type state struct {
	bytes []byte
	calls []callState
}

type callState struct {
	channel int32
	quoting quoting
}

// maxCalls bounds the tool calls that are followed at once; further ones count as inside of a string, so that
// a replacement is at worst a word where a number was.
const maxCalls = 255

const callBytes = 5

func (s *state) reset() { s.calls = s.calls[:0] }

// load reads the request's state; v may be nil.
func (s *state) load(c sdk.Call, v *vault) {
	s.reset()
	s.bytes = c.State(s.bytes[:0])
	if len(s.bytes) == 0 {
		return
	}
	b := s.bytes
	count := int(b[0])
	b = b[1:]
	for ; count > 0 && len(b) >= callBytes; count-- {
		s.calls = append(s.calls, callState{
			channel: int32(b[0])<<24 | int32(b[1])<<16 | int32(b[2])<<8 | int32(b[3]),
			quoting: quoting{inside: b[4]&1 != 0, escaped: b[4]&2 != 0},
		})
		b = b[callBytes:]
	}
	if v != nil {
		v.load(b)
	}
}

// save keeps the state for the request's later hooks.
func (s *state) save(c sdk.Call, v *vault) error {
	b := append(s.bytes[:0], byte(len(s.calls)))
	for _, call := range s.calls {
		flags := byte(0)
		if call.quoting.inside {
			flags |= 1
		}
		if call.quoting.escaped {
			flags |= 2
		}
		n := call.channel
		b = append(b, byte(n>>24), byte(n>>16), byte(n>>8), byte(n), flags)
	}
	s.bytes = append(b, v.bytes...)
	return c.SetState(s.bytes)
}

// quotes is where a tool call's arguments stand.
func (s *state) quotes(channel int) quoting {
	for _, call := range s.calls {
		if call.channel == int32(channel) {
			return call.quoting
		}
	}
	return quoting{inside: len(s.calls) >= maxCalls}
}

func (s *state) setQuotes(channel int, q quoting) {
	for n := range s.calls {
		if s.calls[n].channel == int32(channel) {
			s.calls[n].quoting = q
			return
		}
	}
	if len(s.calls) < maxCalls {
		s.calls = append(s.calls, callState{int32(channel), q})
	}
}
