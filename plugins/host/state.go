package host

import (
	"encoding/binary"

	"github.com/yett-gateway/yett/sdk/abi"
)

// The state of a stage in a request is kept by the proxy as bytes that it doesn't look into. The first
// stateHeader bytes are the host's own, for bounds that count over all calls of a request: lines logged (2),
// lines dropped (2), bytes logged (4). What follows is the guest's.
const stateHeader = 8

// state returns the bytes to keep, with a header; nil where the call carries none.
func (i *instance) state() *[]byte {
	if i.call == nil || i.call.State == nil {
		return nil
	}
	s := i.call.State
	if len(*s) < stateHeader {
		*s = append((*s)[:0], make([]byte, stateHeader)...)
	}
	return s
}

func callStateGet(i *instance, s []uint64) {
	if i.call == nil || i.call.State == nil || len(*i.call.State) <= stateHeader {
		i.charge(0)
		s[0] = status(abi.Absent)
		return
	}
	s[0] = i.give((*i.call.State)[stateHeader:], s[0], s[1])
}

func callStatePut(i *instance, s []uint64) {
	b, ok := i.view(s[0], s[1])
	i.charge(len(b))
	state := i.state()
	switch {
	case !ok:
		s[0] = status(abi.BadRange)
	case len(b) > abi.MaxState:
		s[0] = status(abi.TooLarge)
	case state == nil:
		s[0] = status(abi.Unsupported)
	default:
		*state = append((*state)[:stateHeader], b...)
		s[0] = status(abi.OK)
	}
}

// logBudget counts what was logged for one request.
type logBudget struct {
	lines, dropped uint16
	bytes          uint32
}

// budget reads what was logged for the call's request so far.
func (i *instance) logged() logBudget {
	if i.call == nil || i.call.State == nil {
		return i.lines
	}
	s := *i.call.State
	if len(s) < stateHeader {
		return logBudget{}
	}
	return logBudget{binary.LittleEndian.Uint16(s), binary.LittleEndian.Uint16(s[2:]), binary.LittleEndian.Uint32(s[4:])}
}

func (i *instance) setLogged(b logBudget) {
	s := i.state()
	if s == nil {
		i.lines = b
		return
	}
	binary.LittleEndian.PutUint16(*s, b.lines)
	binary.LittleEndian.PutUint16((*s)[2:], b.dropped)
	binary.LittleEndian.PutUint32((*s)[4:], b.bytes)
}
