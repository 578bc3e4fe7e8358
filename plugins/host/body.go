package host

import (
	"github.com/yett-gateway/yett/engine/hook"
	"github.com/yett-gateway/yett/sdk/abi"
)

func callBodyRequest(i *instance, s []uint64) {
	if i.call == nil {
		i.charge(0)
		s[0] = status(abi.BadField)
		return
	}
	var body []byte
	raw, ok := i.call.Exchange.(hook.Raw)
	if ok {
		body, ok = raw.RequestBody()
	}
	s[0] = i.piece(body, ok, s)
}

// answered are the hooks in which there is a whole answer.
const answered = abi.Set(1<<abi.OnResponse | 1<<abi.OnToolCall | 1<<abi.OnLog)

func callBodyAnswer(i *instance, s []uint64) {
	if i.call == nil || !answered.Has(i.call.Hook) {
		i.charge(0)
		s[0] = status(abi.BadField)
		return
	}
	var body []byte
	raw, ok := i.call.Exchange.(hook.Raw)
	if ok {
		body, ok = raw.AnswerBody()
	}
	s[0] = i.piece(body, ok, s)
}

// piece hands a body to the guest from an offset on, as much as fits, and returns the whole length. s holds offset,
// pointer and capacity.
func (i *instance) piece(body []byte, ok bool, s []uint64) uint64 {
	offset := int(uint32(s[0]))
	if !ok || offset > len(body) {
		i.charge(0)
		if !ok {
			return status(abi.Absent)
		}
		return status(abi.BadRange)
	}
	n := min(len(body)-offset, int(uint32(s[2])))
	i.charge(n)
	b, ok := i.view(s[1], uint64(n))
	if !ok {
		return status(abi.BadRange)
	}
	copy(b, body[offset:])
	return uint64(uint32(len(body)))
}
